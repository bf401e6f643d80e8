#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/investigation.h"
#include "core/settings.h"
#include "net/dns.h"
#include "net/mem.h"

static void
wake_session(struct investigation *w)
{
	task_wake(&w->session->task);
}

static void
slow_fired(struct timer *timer)
{
	struct investigation *w =
	    container_of(timer, struct investigation, slow);

	w->slow_fired = true;
	wake_session(w);
}

static void
grace_fired(struct timer *timer)
{
	struct investigation *w =
	    container_of(timer, struct investigation, grace);

	w->grace_fired = true;
	wake_session(w);
}

static void
overall_fired(struct timer *timer)
{
	struct investigation *w =
	    container_of(timer, struct investigation, overall);

	w->overall_fired = true;
	wake_session(w);
}

bool
investigate_over(const struct session *s)
{
	return s->cancelled || s->work->overall_fired;
}

struct probe *
investigate_add(struct session *s, size_t size)
{
	struct probe *probe;

	if (s->probe_count >= SESSION_PROBES)
		return NULL;
	probe = mem_alloc(size);
	s->probes = mem_grow(s->probes, s->probe_count, &s->probe_cap,
	    sizeof(struct probe *));
	s->probes[s->probe_count++] = probe;
	probe->number = (int)s->probe_count;
	return probe;
}

void
investigate_words(struct session *s)
{
	struct investigation *w = s->work;
	const struct address *to = &s->input.recipient;
	const struct address *from = &s->input.sender;
	const char *domain =
	    strrchr(to->mailbox, '@') != NULL ? strrchr(to->mailbox, '@') + 1 :
						to->domain;

	if (plan_on(&s->plan, EXP_POSTMASTER))
		snprintf(w->postmaster, sizeof(w->postmaster),
		    "postmaster@%.300s", domain);
	if (plan_on(&s->plan, EXP_MADE_UP))
		snprintf(w->made_up, sizeof(w->made_up),
		    "no-such-mailbox-%08x@%.280s",
		    (unsigned)((uint64_t)s->started * 2654435761u), domain);
	if (plan_on(&s->plan, EXP_PLAIN_FORM) &&
	    !address_plain(to, w->plain, sizeof(w->plain)))
		w->plain[0] = '\0';
	if (s->input.route == ROUTE_SERVER && !from->null &&
	    strcmp(from->domain, to->domain) != 0 && !from->literal)
		snprintf(w->own, sizeof(w->own), "postmaster@%.300s",
		    from->domain);
	if (plan_on(&s->plan, EXP_SENDERS) && s->cred.user != NULL &&
	    strchr(s->cred.user, '@') != NULL &&
	    strcmp(s->cred.user, from->mailbox) != 0 &&
	    strpbrk(s->cred.user, "<>\r\n ") == NULL)
		snprintf(w->other_sender, sizeof(w->other_sender), "%.500s",
		    s->cred.user);
}

static void
start_sender_probe(struct session *s)
{
	struct investigation *w = s->work;
	const struct address *from = &s->input.sender;

	w->sender = (void *)investigate_add(s, sizeof(*w->sender));
	if (w->sender != NULL)
		sender_probe_start(w->sender, s->net.loop, &s->task,
		    &s->epoch, s->net.resolver,
		    plan_on(&s->plan, EXP_OWN_DOMAIN) && !from->literal ?
			from->domain : "",
		    s->helo);
}

/* Beside the sessions: what is on and has not been begun. */
void
investigate_look_beside(struct session *s)
{
	struct investigation *w = s->work;
	struct loop *loop = s->net.loop;
	struct resolver *r = s->net.resolver;
	const struct string_list *controls = &s->settings->controls;

	if (w->control == NULL && (plan_on(&s->plan, EXP_CONTROL) ||
		plan_on(&s->plan, EXP_EGRESS)) &&
	    (w->control = (void *)investigate_add(s, sizeof(*w->control))) !=
		NULL)
		control_probe_start(w->control, loop, &s->task, &s->epoch, r,
		    (const char *const *)controls->items, controls->count,
		    w->want4, w->want6);
	if (w->ns == NULL && w->domain != NULL &&
	    plan_on(&s->plan, EXP_NAME_SERVERS) &&
	    (w->ns = (void *)investigate_add(s, sizeof(*w->ns))) != NULL)
		ns_probe_start(w->ns, loop, &s->task, &s->epoch, r,
		    s->input.recipient.domain, w->want4, w->want6);
	/* Without the sender's domain it was only half a look. */
	if ((w->sender == NULL && (plan_on(&s->plan, EXP_CLIENT_DNS) ||
		plan_on(&s->plan, EXP_OWN_DOMAIN))) ||
	    (w->sender != NULL && w->sender->domain[0] == '\0' &&
		s->input.sender.domain[0] != '\0' &&
		plan_on(&s->plan, EXP_OWN_DOMAIN)))
		start_sender_probe(s);
}

void
investigate_begin(struct session *s)
{
	struct investigation *w = s->work;
	struct loop *loop = s->net.loop;
	struct resolver *r = s->net.resolver;
	const struct settings *set = s->settings;

	if (w->begun)
		return;
	w->begun = true;
	w->want4 = !set->ipv6_only;
	w->want6 = !set->ipv4_only;
	investigate_words(s);
	if (set->timeout_s > 0)
		timer_start(&w->overall, loop, set->timeout_s * 1000,
		    overall_fired);

	if (!s->input.recipient.literal &&
	    s->input.recipient.domain[0] != '\0') {
		w->domain = (void *)investigate_add(s, sizeof(*w->domain));
		domain_probe_start(w->domain, loop, &s->task, &s->epoch, r,
		    s->input.recipient.domain, false, w->want4, w->want6);
	}
	investigate_look_beside(s);
	investigate_policy_begin(s);
}

void
investigate_look_up_host(struct session *s, const char *name)
{
	struct investigation *w = s->work;

	w->host = (void *)investigate_add(s, sizeof(*w->host));
	domain_probe_start(w->host, s->net.loop, &s->task, &s->epoch,
	    s->net.resolver, name, true, w->want4, w->want6);
}

static void
fill_plan(struct session *s, struct smtp_plan *plan)
{
	struct investigation *w = s->work;
	const struct settings *set = s->settings;
	const struct plan *wish = &s->plan;

	plan->security = set->security;
	plan->helo = s->helo[0] != '\0' ? s->helo : NULL;
	plan->sender = s->input.sender.mailbox;
	plan->recipient = s->input.recipient.mailbox;
	plan->smtputf8 =
	    s->input.recipient.utf8 || s->input.sender.utf8;
	plan->postmaster = w->postmaster;
	plan->made_up = w->made_up;
	plan->plain_form = w->plain;
	plan->control = plan_on(wish, EXP_CONTROL) ? w->control_rcpt : NULL;
	plan->null_sender = plan_on(wish, EXP_NULL_SENDER);
	plan->connect_ms = CONNECT_MS;
	plan->patience_ms =
	    (set->patience_s > 0 ? set->patience_s : 30) * 1000;
	plan->held = &s->held;
	plan->trust = s->net.trust;
	plan->dial = s->net.dial;
	plan->source = set->source.family != AF_UNSPEC ? &set->source : NULL;
	if (!plan_on(wish, EXP_STARTTLS) &&
	    plan->security == SECURITY_AUTO && s->input.route == ROUTE_MX)
		plan->security = SECURITY_NONE;
	if (!plan_on(wish, EXP_RCPT) && plan->depth == DEPTH_RCPT)
		plan->depth = DEPTH_EHLO;
}

static unsigned
sessions_with(const struct investigation *w, const struct addr *addr)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		n += addr_same(&w->asked[i].probe->plan.addr, addr);
	return n;
}

struct asked *
investigate_ask(struct session *s, enum purpose purpose, const char *host,
    int preference, const struct addr *addr, int port, enum depth depth)
{
	struct investigation *w = s->work;
	struct smtp_plan plan = { .preference = preference, .depth = depth };
	struct smtp_probe *probe;
	struct asked *asked;

	snprintf(plan.host, sizeof(plan.host), "%s", host);
	plan.addr = addr_with_port(*addr, (uint16_t)port);
	fill_plan(s, &plan);
	if (purpose == FOR_CONTROL) {
		plan.security = SECURITY_NONE;
		plan.connect_ms = CONTROL_CONNECT_MS;
		plan.depth = DEPTH_EHLO;
	}
	if (s->input.route == ROUTE_SERVER && purpose != FOR_CONTROL &&
	    purpose != FOR_REAL_MX && purpose != FOR_CALLOUT &&
	    purpose != FOR_FORMS) {
		plan.own = w->own;
		plan.other_sender = w->other_sender;
		/* HELO takes back what EHLO gave: AUTH, PIPELINING. */
		plan.say_helo = purpose == FOR_PORTS &&
		    plan.depth == DEPTH_EHLO && plan_on(&s->plan, EXP_HELO);
		/* The picture shows what there is, used or not. */
		if (purpose == FOR_PORTS)
			plan.security = SECURITY_AUTO;
		if (plan_on(&s->plan, EXP_LOGIN)) {
			plan.cred = &s->cred;
			plan.mechanism = s->settings->mechanism;
			plan.insecure_auth = s->settings->insecure_auth;
		}
	}
	probe = sessions_with(w, &plan.addr) < ADDRESS_SESSIONS ?
	    (void *)investigate_add(s, sizeof(*probe)) : NULL;
	if (probe == NULL)
		return NULL;
	w->asked = mem_grow(w->asked, w->asked_count, &w->asked_cap,
	    sizeof(*w->asked));
	asked = &w->asked[w->asked_count++];
	*asked = (struct asked) { .probe = probe, .purpose = purpose };
	smtp_probe_start(probe, s->net.loop, &s->task, &s->epoch, &plan);
	if (purpose == FOR_TARGET && w->slow.loop == NULL && !w->slow_fired)
		timer_start(&w->slow, s->net.loop, SLOW_MS, slow_fired);
	return asked;
}

bool
investigate_has(const struct investigation *w, enum purpose purpose,
    const struct addr *addr, int port)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++) {
		const struct addr *a = &w->asked[i].probe->plan.addr;

		if (w->asked[i].purpose == purpose &&
		    addr_same_host(a, addr) && a->port == port)
			return true;
	}
	return false;
}

bool
investigate_done(const struct investigation *w, enum purpose purpose)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == purpose &&
		    !w->asked[i].probe->base.task.done)
			return false;
	return true;
}

bool
investigate_busy(const struct investigation *w, const struct addr *addr)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		if (!w->asked[i].probe->base.task.done &&
		    addr_same(&w->asked[i].probe->plan.addr, addr))
			return true;
	return false;
}

/* All addresses of the servers in question are known. */
static bool
addresses_known(const struct domain_probe *p)
{
	size_t i;

	if (p == NULL || p->base.task.done)
		return true;
	if (!p->mx_known)
		return false;
	for (i = 0; i < p->host_count; i++) {
		const struct mail_host *host = &p->hosts[i];

		if ((host->a.probe != NULL && !dns_answered(host->a.query)) ||
		    (host->aaaa.probe != NULL &&
			!dns_answered(host->aaaa.query)))
			return false;
	}
	return true;
}

/* A session has come so far that it asks about the recipient next. */
static bool
anybody_greeted(const struct investigation *w)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == FOR_TARGET &&
		    w->asked[i].probe->have_ehlo)
			return true;
	return false;
}

/* The machines in question; the caller frees the array. */
static struct addr *
machines(const struct investigation *w, size_t *count)
{
	const struct domain_probe *probes[] = { w->domain, w->host };
	const struct mail_host *host;
	struct addr *list = NULL, addr;
	size_t i, k, n = 0, cap = 0;

	for (k = 0; k < sizeof(probes) / sizeof(probes[0]); k++)
		for (i = 0; probes[k] != NULL &&
		     domain_probe_address(probes[k], i, &addr, &host); i++) {
			list = mem_grow(list, n, &cap, sizeof(*list));
			list[n++] = addr;
		}
	for (i = 0; i < w->asked_count; i++) {
		if (w->asked[i].purpose != FOR_TARGET)
			continue;
		list = mem_grow(list, n, &cap, sizeof(*list));
		list[n++] = w->asked[i].probe->plan.addr;
	}
	*count = n;
	return list;
}

void
investigate_choose_control(struct session *s)
{
	struct investigation *w = s->work;
	struct addr *list;
	const char *domain;
	size_t count;
	bool wait;

	if (w->control_chosen || w->control == NULL ||
	    !control_probe_known(w->control) ||
	    (w->domain != NULL && !w->domain->mx_known))
		return;
	list = machines(w, &count);
	domain = control_probe_choose(w->control,
	    w->domain != NULL ? question_msg(&w->domain->mx) : NULL,
	    s->input.recipient.domain, list, count, &wait);
	free(list);
	/* Rather without knowing the last address than too late. */
	if (wait || (!anybody_greeted(w) && (!addresses_known(w->domain) ||
		!addresses_known(w->host))))
		return;
	w->control_chosen = true;
	if (domain != NULL)
		snprintf(w->control_rcpt, sizeof(w->control_rcpt),
		    "postmaster@%.300s", domain);
}

/*
 * Has any server in question said something, or may it yet?  A connection
 * that somebody on the way takes and breaks off is none.
 */
static bool
anybody_spoke(const struct investigation *w)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++) {
		const struct smtp_probe *p = w->asked[i].probe;
		const struct answer *banner = p->answers[ASK_BANNER];

		if (w->asked[i].purpose != FOR_CONTROL &&
		    w->asked[i].purpose != FOR_PORTS && banner != NULL &&
		    (banner->code != 0 || !p->base.task.done ||
			p->plan.addr.port != 25))
			return true;
	}
	return false;
}

/*
 * It says another name than it was asked under, and proves none by its
 * certificate.  Most often that is a server of many domains; where it
 * refuses, or takes anybody's mail, it may be somebody else.
 */
static bool
calls_itself_otherwise(const struct smtp_probe *p)
{
	struct addr literal;

	return p->have_ehlo && p->plan.addr.port == 25 &&
	    !(p->tls != NULL && p->tls->trusted) &&
	    !addr_parse(p->plan.host, &literal) &&
	    !same_site(p->ehlo.host, p->plan.host);
}

/* Signs that it is not the mail server itself that answers. */
static bool
interception_suspected(const struct investigation *w)
{
	size_t i, k;

	for (i = 0; i < w->asked_count; i++) {
		const struct smtp_probe *p = w->asked[i].probe;

		if (!p->base.task.done || w->asked[i].purpose == FOR_CONTROL)
			continue;
		if (p->answers[ASK_BANNER] != NULL &&
		    p->answers[ASK_BANNER]->code >= 400 &&
		    (p->answers[ASK_BANNER]->reading.family == FAMILY_NONE ||
			p->answers[ASK_BANNER]->reading.family ==
			    FAMILY_POLICY))
			return true;
		if (p->have_ehlo && p->ehlo.masked)
			return true;
		for (k = 0; k < p->product.clue_count; k++)
			if (p->product.clues[k].interception)
				return true;
		if (calls_itself_otherwise(p) &&
		    (!smtp_probe_said_yes(p, ASK_TARGET) ||
			smtp_probe_said_yes(p, ASK_CONTROL)))
			return true;
	}
	return false;
}

static bool
egress_wanted(const struct investigation *w)
{
	size_t i;
	bool any = false, all_failed = true;

	if (interception_suspected(w))
		return true;
	if (anybody_spoke(w))
		return false;
	for (i = 0; i < w->asked_count; i++) {
		any = true;
		if (!w->asked[i].probe->base.task.done)
			all_failed = false;
	}
	return any && (w->slow_fired || all_failed);
}

void
investigate_egress(struct session *s)
{
	struct investigation *w = s->work;
	char host[256];
	struct addr addr;
	size_t i;

	if (!plan_on(&s->plan, EXP_EGRESS) || w->control == NULL)
		return;
	if (!w->control->want_addresses) {
		if (!egress_wanted(w))
			return;
		control_probe_want_addresses(w->control);
	}
	for (i = 0; i < w->control->count &&
	     w->controls_begun < EVIDENCE_CONTROLS; i++) {
		if (!control_probe_address(w->control, i, &addr, host,
			sizeof(host)) ||
		    investigate_has(w, FOR_CONTROL, &addr, 25) ||
		    investigate_has(w, FOR_TARGET, &addr, 25))
			continue;
		w->controls_begun++;
		investigate_ask(s, FOR_CONTROL, host, -1, &addr, 25,
		    DEPTH_EHLO);
	}
}

void
investigate_client(struct session *s, bool final)
{
	struct investigation *w = s->work;
	size_t i;

	if (s->settings->sending_ip.family != AF_UNSPEC)
		w->client = s->settings->sending_ip;
	for (i = 0; w->client.family == AF_UNSPEC && i < w->asked_count; i++) {
		const struct smtp_probe *p = w->asked[i].probe;
		struct addr seen = p->local;

		if (p->have_ehlo && p->ehlo.seen_client[0] != '\0')
			addr_parse(p->ehlo.seen_client, &seen);
		if (seen.family == AF_UNSPEC || addr_is_private(&seen))
			continue;
		/* Wait for what a server says, rather than what we think. */
		if (!p->have_ehlo && !p->base.task.done && !final)
			continue;
		w->client = seen;
	}
	w->client_final |= final || w->client.family != AF_UNSPEC;
	if (w->client_final && w->sender != NULL)
		sender_probe_client(w->sender, &w->client);
	investigate_policy_go_on(s);
}

static bool
finished(const struct probe *probe)
{
	return probe == NULL || probe->task.done;
}

bool
investigate_beside_done(const struct session *s)
{
	const struct investigation *w = s->work;

	if ((w->ns != NULL && !ns_probe_enough(w->ns)) ||
	    !finished(w->sender != NULL ? &w->sender->base : NULL) ||
	    !finished(w->domain != NULL ? &w->domain->base : NULL) ||
	    !investigate_policy_done(s, true) || !investigate_local_done(s))
		return false;
	return investigate_done(w, FOR_CONTROL) &&
	    investigate_done(w, FOR_CALLOUT) &&
	    investigate_done(w, FOR_PORTS);
}

static int
code_of(const struct smtp_probe *p)
{
	const struct answer *a = p->answers[ASK_TARGET];

	return a != NULL ? a->code : 0;
}

/* The sender may be the reason, and there was no room to ask from <>. */
static bool
null_sender_left(const struct session *s, const struct smtp_probe *p)
{
	const struct answer *a = p->answers[ASK_TARGET];

	return plan_on(&s->plan, EXP_NULL_SENDER) && a != NULL &&
	    a->code >= 400 && p->answers[ASK_NULL_TARGET] == NULL &&
	    p->answers[ASK_NULL_MAIL] == NULL &&
	    (a->reading.family == FAMILY_NONE ||
		a->reading.family == FAMILY_SENDER ||
		a->reading.family == FAMILY_POLICY);
}

/*
 * Everybody is refused in the same words that name no reason: is it the
 * domain, or does the server refuse this client whatever it asks for?
 */
static bool
everybody_refused(const struct session *s, const struct smtp_probe *p)
{
	const struct answer *target = p->answers[ASK_TARGET];
	const struct answer *control = p->answers[ASK_CONTROL];

	return plan_on(&s->plan, EXP_POSTMASTER) && target != NULL &&
	    target->code >= 400 && control != NULL && control->code >= 400 &&
	    target->reading.family != FAMILY_RELAY &&
	    target->reading.family != FAMILY_MAILBOX &&
	    (target->reading.cause_count == 0 ||
		target->reading.causes[0] != CAUSE_MX_NOT_HOSTING) &&
	    phrases_same_wording(target->code, target->text, control->code,
		control->text);
}

/*
 * Words that name no reason, and the null sender had the room that the
 * questions about the domain and the mailbox would have needed.
 */
static bool
mailbox_left(const struct session *s, const struct smtp_probe *p)
{
	const struct answer *target = p->answers[ASK_TARGET];

	return plan_on(&s->plan, EXP_POSTMASTER) &&
	    s->input.route == ROUTE_MX && target != NULL &&
	    target->code >= 400 && p->answers[ASK_POSTMASTER] == NULL &&
	    (target->reading.family == FAMILY_NONE ||
		target->reading.family == FAMILY_POLICY) &&
	    !everybody_refused(s, p);
}

/* "Not now", before any recipient: what sessions side by side may cause. */
static bool
put_off_early(const struct smtp_probe *p)
{
	const struct answer *a = investigate_refusal(p);

	return a != NULL && a->code / 100 == 4 &&
	    p->answers[ASK_TARGET] == NULL;
}

/*
 * A second session with the same server: where answers disagree or are
 * temporary, the same question once more; where the three recipients of the
 * first session did not suffice, the rest.
 */
void
investigate_repeat(struct session *s)
{
	struct investigation *w = s->work;
	size_t i, n = w->asked_count, begun = 0;
	bool accepted = false, other = false;

	if (!plan_on(&s->plan, EXP_REPEAT))
		return;
	for (i = 0; i < n; i++) {
		if (w->asked[i].purpose != FOR_TARGET)
			continue;
		accepted |= code_of(w->asked[i].probe) / 100 == 2;
		other |= code_of(w->asked[i].probe) >= 400;
	}
	for (i = 0; i < n && begun < 8; i++) {
		struct smtp_probe *p = w->asked[i].probe;
		struct smtp_plan *plan;
		struct asked *again;
		int code = code_of(p);
		bool repeat = code / 100 == 4 || put_off_early(p) ||
		    (code / 100 == 5 && accepted && other);

		if (w->asked[i].purpose != FOR_TARGET || w->asked[i].again ||
		    (!repeat && !null_sender_left(s, p) &&
			!everybody_refused(s, p) && !mailbox_left(s, p)))
			continue;
		w->asked[i].again = true;
		again = investigate_ask(s, FOR_REPEAT, p->plan.host,
		    p->plan.preference, &p->plan.addr, p->plan.addr.port,
		    DEPTH_RCPT);
		if (again == NULL)
			return;
		plan = &again->probe->plan;
		/* The whole question, where it was never put. */
		if (put_off_early(p)) {
			begun++;
			continue;
		}
		if (!mailbox_left(s, p))
			plan->made_up = NULL;
		plan->control = NULL;
		plan->plain_form = plan->own = plan->other_sender = NULL;
		plan->null_sender = null_sender_left(s, p);
		plan->bare = everybody_refused(s, p);
		/* There may have been no room for it the first time. */
		if ((!plan->bare && !mailbox_left(s, p)) ||
		    p->answers[ASK_POSTMASTER] != NULL)
			plan->postmaster = NULL;
		plan->always_follow = plan->null_sender || plan->bare;
		begun++;
	}
}

void
investigate_end(struct session *s)
{
	struct investigation *w = s->work;
	size_t i;

	timer_stop(&w->slow);
	timer_stop(&w->grace);
	timer_stop(&w->overall);
	timer_stop(&w->wait);
	s->waiting_until = 0;
	investigate_policy_end(s);
	for (i = 0; i < s->probe_count; i++)
		task_stop(&s->probes[i]->task);
	s->elapsed_ms = (int)(loop_now(s->net.loop) - s->epoch);
	s->complete = !investigate_over(s);
	s->running = false;
	session_update(s);
	investigate_wanted(s);
}

/* ---- the way by the MX records ---- */

/* Every MX x every address, as soon as each is known. */
static bool
servers_done(struct session *s)
{
	struct investigation *w = s->work;
	const struct mail_host *host;
	struct addr addr;

	investigate_choose_control(s);
	while (domain_probe_address(w->domain, w->addresses_taken, &addr,
	    &host)) {
		w->addresses_taken++;
		if (addr_is_private(&addr) || investigate_has(w, FOR_TARGET,
						  &addr, 25))
			continue;
		investigate_ask(s, FOR_TARGET, host->name, host->preference,
		    &addr, 25, DEPTH_RCPT);
	}
	investigate_client(s, false);
	investigate_egress(s);
	return w->domain->base.task.done && investigate_done(w, FOR_TARGET);
}

static bool
all_accepted(const struct investigation *w)
{
	bool any = false;
	size_t i;

	for (i = 0; i < w->asked_count; i++) {
		if (w->asked[i].purpose != FOR_TARGET)
			continue;
		if (code_of(w->asked[i].probe) / 100 != 2)
			return false;
		any = true;
	}
	return any;
}

static bool
beside_done(struct session *s)
{
	struct investigation *w = s->work;

	investigate_client(s, true);
	investigate_policy_judged(s);
	investigate_egress(s);
	/* Repeats and control servers are part of the answer, and so is the
	 * local look, which was asked for by name. */
	if (!investigate_done(w, FOR_REPEAT) || !investigate_again_done(s) ||
	    !investigate_done(w, FOR_CONTROL) || !investigate_local_done(s) ||
	    (w->control != NULL && w->control->want_addresses &&
		!w->control->base.task.done))
		return false;
	/* Where nothing is left to explain, only what was asked by name. */
	if (all_accepted(w) && investigate_policy_done(s, false))
		return true;
	if (w->grace.loop == NULL && !w->grace_fired)
		timer_start(&w->grace, s->net.loop, GRACE_MS, grace_fired);
	return w->grace_fired || investigate_beside_done(s);
}

static void
ask_literal(struct session *s)
{
	const struct address *to = &s->input.recipient;

	if (plan_on(&s->plan, EXP_CONNECT))
		investigate_ask(s, FOR_TARGET, to->domain, -1,
		    &to->literal_addr, 25, DEPTH_RCPT);
}

enum step
investigate_mx(struct task *task)
{
	struct session *s = container_of(task, struct session, task);
	struct investigation *w = s->work;

	TASK_BEGIN(task);
	investigate_begin(s);
	if (w->domain == NULL) {
		ask_literal(s);
		TASK_AWAIT(task,
		    investigate_done(w, FOR_TARGET) || investigate_over(s));
	} else {
		TASK_AWAIT(task, servers_done(s) || investigate_over(s));
	}
	if (!investigate_over(s)) {
		investigate_repeat(s);
		investigate_again(s);
		investigate_local(s);
	}
	TASK_AWAIT(task, beside_done(s) || investigate_over(s));
	if (!investigate_over(s) && investigate_wait(s)) {
		TASK_AWAIT(task, w->wait_fired || investigate_over(s));
		investigate_later(s);
		TASK_AWAIT(task,
		    investigate_done(w, FOR_LATER) || investigate_over(s));
	}
	if (!investigate_over(s) && investigate_send(s))
		TASK_AWAIT(task,
		    investigate_done(w, FOR_SEND) || investigate_over(s));
	investigate_end(s);
	TASK_END(task);
}
