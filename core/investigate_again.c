#include <stdio.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/investigation.h"
#include "core/settings.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

/*
 * The question once more with one thing changed, where the refusal calls
 * for it: another name in EHLO (E11), the sender's own servers (E17), odd
 * forms of a foreign recipient, or later, because greylisting wants it.
 */

#define WAIT_USUAL_S 300 /* what greylisting programs begin with */
#define WAIT_MORE_S 5    /* their clocks and ours */
#define WAIT_MAX_S 3600
#define HELO_SERVERS 2
#define FORMS 8

const struct answer *
investigate_refusal(const struct smtp_probe *p)
{
	static const enum ask order[] = { ASK_BANNER, ASK_EHLO, ASK_EHLO_TLS,
		ASK_MAIL, ASK_TARGET, ASK_DATA, ASK_MESSAGE };
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct answer *a = p->answers[order[i]];

		if (a == NULL || a->code < 400)
			continue;
		/* A server that only knows HELO (RFC 5321 4.1.4). */
		if (order[i] == ASK_EHLO && smtp_probe_said_yes(p, ASK_HELO))
			continue;
		return a;
	}
	return NULL;
}

/* Nothing but the recipient. */
static void
plainly(struct smtp_plan *plan)
{
	plan->control = plan->postmaster = plan->made_up = NULL;
	plan->plain_form = plan->own = plan->other_sender = NULL;
	plan->null_sender = plan->bare = plan->always_follow = false;
	plan->say_helo = false;
}

/* ---- E11 ---- */

/*
 * The name of our address, if it leads back to it; else the address itself.
 * Never the server's own name: that would be a lie.
 */
static bool
choose_helo(struct session *s)
{
	struct investigation *w = s->work;
	struct evidence e;
	bool other;

	evidence_init(&e);
	if (w->sender != NULL)
		sender_probe_evidence(w->sender, &e);
	other = e.ptr_confirmed == TRI_YES && dns_name_valid(e.ptr_name) &&
	    !dns_name_eq(e.ptr_name, s->helo);
	snprintf(w->other_helo, sizeof(w->other_helo), "%s",
	    other ? e.ptr_name : "");
	evidence_clear(&e);
	return other || s->helo[0] != '\0';
}

/* A name of one label, or one that does not resolve. */
static bool
helo_is_doubtful(const struct session *s)
{
	const struct investigation *w = s->work;
	struct evidence e;
	bool doubtful;

	if (s->helo[0] == '\0' || s->helo[0] == '[')
		return false;
	evidence_init(&e);
	if (w->sender != NULL)
		sender_probe_evidence(w->sender, &e);
	doubtful = strchr(s->helo, '.') == NULL ||
	    e.helo_a == LOOKUP_NXDOMAIN || e.helo_a == LOOKUP_NODATA;
	evidence_clear(&e);
	return doubtful;
}

/* The words are about the name, or unknown and said to this client alike. */
static bool
helo_may_be_why(const struct session *s, const struct smtp_probe *p,
    const struct answer *a)
{
	if (reading_rank(&a->reading, CAUSE_HELO_REJECTED) == 0)
		return true;
	return (a->reading.family == FAMILY_NONE ||
		   a->reading.family == FAMILY_POLICY) &&
	    (p->answers[ASK_TARGET] == NULL ||
		(p->answers[ASK_BARE] != NULL &&
		    p->answers[ASK_BARE]->code >= 400)) &&
	    helo_is_doubtful(s);
}

/* Servers that are being asked again have their turn afterwards. */
static void
ask_other_helo(struct session *s)
{
	struct investigation *w = s->work;
	size_t i, n = w->asked_count, begun = 0;

	if (!plan_on(&s->plan, EXP_HELO))
		return;
	for (i = 0; i < n && begun < HELO_SERVERS; i++) {
		const struct smtp_probe *p = w->asked[i].probe;
		const struct answer *a = investigate_refusal(p);
		struct asked *again;

		if (w->asked[i].purpose != FOR_TARGET || a == NULL)
			continue;
		/* Its name is chosen, and in use. */
		if (investigate_has(w, FOR_HELO, &p->plan.addr,
			p->plan.addr.port)) {
			begun++;
			continue;
		}
		if (!helo_may_be_why(s, p, a) || !choose_helo(s))
			continue;
		begun++;
		if (investigate_busy(w, &p->plan.addr))
			continue;
		again = investigate_ask(s, FOR_HELO, p->plan.host,
		    p->plan.preference, &p->plan.addr, p->plan.addr.port,
		    DEPTH_RCPT);
		if (again == NULL)
			return;
		plainly(&again->probe->plan);
		again->probe->plan.helo =
		    w->other_helo[0] != '\0' ? w->other_helo : NULL;
	}
}

/* ---- E17 ---- */

/* The sender's best mail server and its address, if it is known. */
static bool
sender_server(const struct sender_probe *p, const char **host,
    struct addr *addr)
{
	const struct dns_msg *mx = question_msg(&p->mx), *a;
	const struct dns_rr *rr;
	bool has_mx = question_lookup(&p->mx, DNS_MX) == LOOKUP_FOUND;

	a = question_msg(has_mx ? &p->mx_a : &p->a);
	rr = a != NULL ? dns_msg_answer(a, DNS_A, 0) : NULL;
	if (rr == NULL) {
		a = question_msg(has_mx ? &p->mx_aaaa : &p->aaaa);
		rr = a != NULL ? dns_msg_answer(a, DNS_AAAA, 0) : NULL;
	}
	if (rr == NULL || rr->bad || addr_is_private(&rr->addr))
		return false;
	*host = has_mx ? dns_msg_answer(mx, DNS_MX, 0)->target : p->domain;
	*addr = rr->addr;
	return true;
}

static bool
sender_doubted(const struct investigation *w)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++) {
		const struct answer *a = investigate_refusal(w->asked[i].probe);

		if (w->asked[i].purpose == FOR_TARGET && a != NULL &&
		    reading_rank(&a->reading, CAUSE_SENDER_UNVERIFIABLE) == 0)
			return true;
	}
	return false;
}

/* What a receiver's callout would say: MAIL FROM:<>, RCPT TO the sender. */
static void
ask_callout(struct session *s)
{
	struct investigation *w = s->work;
	struct asked *asked;
	struct addr addr;
	const char *host;

	if (!plan_on(&s->plan, EXP_OWN_DOMAIN) || s->input.sender.null ||
	    w->sender == NULL || !sender_doubted(w) ||
	    !sender_server(w->sender, &host, &addr))
		return;
	asked = investigate_ask(s, FOR_CALLOUT, host, -1, &addr, 25,
	    DEPTH_RCPT);
	if (asked == NULL)
		return;
	plainly(&asked->probe->plan);
	asked->probe->plan.sender = "";
	asked->probe->plan.recipient = s->input.sender.mailbox;
}

/* ---- odd forms (only when the person asked for them) ---- */

static const struct smtp_probe *
first_target(const struct investigation *w)
{
	size_t i;

	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == FOR_TARGET &&
		    w->asked[i].probe->have_ehlo)
			return w->asked[i].probe;
	return NULL;
}

/* The forms that let relays be talked into it, for the control domain. */
static void
make_forms(struct session *s, const struct addr *server)
{
	struct investigation *w = s->work;
	const char *to = strrchr(w->control_rcpt, '@');
	const char *ours = s->input.recipient.domain;
	char ip[ADDR_TEXT_MAX];

	if (to == NULL || w->forms != NULL ||
	    !plan_on(&s->plan, EXP_OPEN_RELAY))
		return;
	to++;
	addr_text(server, ip);
	w->forms = mem_array(FORMS, sizeof(*w->forms));
#define FORM(...)                                                              \
	snprintf(w->forms[w->form_count++], sizeof(*w->forms), __VA_ARGS__)
	FORM("postmaster%%%.255s@%.255s", to, ours);
	FORM("%.255s!postmaster@%.255s", to, ours);
	FORM("postmaster@%.255s@%.255s", to, ours);
	FORM("\"postmaster@%.255s\"@%.255s", to, ours);
	FORM("@%.255s:postmaster@%.255s", ours, to);
	FORM("postmaster%%%.255s@[%s%s]", to,
	    server->family == AF_INET6 ? "IPv6:" : "", ip);
	FORM("\"postmaster%%%.255s\"", to);
	FORM("%.255s!postmaster", to);
#undef FORM
}

/* One after the other, so that no server takes it for an attack. */
static bool
forms_done(struct session *s)
{
	struct investigation *w = s->work;
	const struct smtp_probe *first = first_target(w);
	struct smtp_plan plan;
	struct asked *asked;

	if (!investigate_done(w, FOR_FORMS))
		return false;
	if (first == NULL || w->forms_begun >= w->form_count)
		return true;
	plan = first->plan;
	asked = investigate_ask(s, FOR_FORMS, plan.host, plan.preference,
	    &plan.addr, plan.addr.port, DEPTH_RCPT);
	if (asked == NULL)
		return true;
	plainly(&asked->probe->plan);
	asked->probe->plan.recipient = w->forms[w->forms_begun++];
	return false;
}

void
investigate_again(struct session *s)
{
	const struct smtp_probe *first = first_target(s->work);

	ask_other_helo(s);
	ask_callout(s);
	if (first != NULL)
		make_forms(s, &first->plan.addr);
}

bool
investigate_again_done(struct session *s)
{
	ask_other_helo(s);
	return investigate_done(s->work, FOR_HELO) && forms_done(s);
}

/* ---- greylisting ---- */

/* It puts first contact off, and was not talked out of it since. */
static bool
put_off(const struct investigation *w, const struct smtp_probe *p)
{
	const struct answer *a = investigate_refusal(p);
	size_t i;

	if (a == NULL || a->code / 100 != 4 || a->reading.permanent ||
	    reading_rank(&a->reading, CAUSE_GREYLISTED) != 0)
		return false;
	for (i = 0; i < w->asked_count; i++)
		if (w->asked[i].purpose == FOR_REPEAT &&
		    addr_same(&w->asked[i].probe->plan.addr, &p->plan.addr) &&
		    smtp_probe_said_yes(w->asked[i].probe, ASK_TARGET))
			return false;
	return true;
}

static void
wait_over(struct timer *timer)
{
	struct investigation *w =
	    container_of(timer, struct investigation, wait);

	w->wait_fired = true;
	task_wake(&w->session->task);
}

/* The longest delay that is asked for; 0 if nobody puts us off. */
static int
delay(const struct investigation *w)
{
	int longest = 0;
	size_t i;

	for (i = 0; i < w->asked_count; i++) {
		const struct smtp_probe *p = w->asked[i].probe;
		int wish;

		if (w->asked[i].purpose != FOR_TARGET || !put_off(w, p))
			continue;
		wish = investigate_refusal(p)->reading.wait_s;
		if (wish <= 0)
			wish = WAIT_USUAL_S;
		if (wish > longest)
			longest = wish;
	}
	return longest;
}

bool
investigate_wait(struct session *s)
{
	struct investigation *w = s->work;
	int wait = delay(w);

	if (!plan_on(&s->plan, EXP_GREYLIST_WAIT) || wait == 0 ||
	    wait > WAIT_MAX_S || w->wait_s != 0)
		return false;
	w->wait_s = wait + WAIT_MORE_S;
	w->wait_fired = false;
	/* Agreed to, so it does not count against the time for the run. */
	if (s->settings->timeout_s > 0)
		timer_start(&w->overall, s->net.loop,
		    (w->wait_s + s->settings->timeout_s) * 1000,
		    w->overall.fire);
	session_update(s); /* what is known so far can be read meanwhile */
	s->waiting_until = loop_now(s->net.loop) + w->wait_s * 1000LL;
	timer_start(&w->wait, s->net.loop, w->wait_s * 1000, wait_over);
	return true;
}

void
investigate_later(struct session *s)
{
	struct investigation *w = s->work;
	size_t i, n = w->asked_count;

	s->waiting_until = 0;
	for (i = 0; i < n && !investigate_over(s); i++) {
		const struct smtp_probe *p = w->asked[i].probe;
		struct asked *again;

		if (w->asked[i].purpose != FOR_TARGET || !put_off(w, p))
			continue;
		again = investigate_ask(s, FOR_LATER, p->plan.host,
		    p->plan.preference, &p->plan.addr, p->plan.addr.port,
		    DEPTH_RCPT);
		if (again == NULL)
			return;
		plainly(&again->probe->plan);
	}
}

/* ---- evidence ---- */

/* What a session came to: a refusal, else the answer to RCPT. */
static const struct answer *
last_word(const struct smtp_probe *p)
{
	const struct answer *a = investigate_refusal(p);

	return a != NULL ? a : p->answers[ASK_TARGET];
}

static void
helo_evidence(struct session *s, const struct smtp_probe *p)
{
	struct evidence *e = &s->evidence;
	const struct answer *a = last_word(p);
	char literal[ADDR_TEXT_MAX];

	if (a == NULL || a->code == 0 || e->helo_varied)
		return;
	e->helo_varied = true;
	if (p->plan.helo != NULL)
		snprintf(e->helo_other, sizeof(e->helo_other), "%s",
		    p->plan.helo);
	else
		snprintf(e->helo_other, sizeof(e->helo_other), "[%s]",
		    addr_text(&p->local, literal));
	snprintf(e->helo_server, sizeof(e->helo_server), "%s", p->plan.host);
	e->helo_code = a->code;
	snprintf(e->helo_text, sizeof(e->helo_text), "%.239s", a->text);
	e->helo_varied_at = (struct ref) { p->base.number, a->line };
}

static void
callout_evidence(struct session *s, const struct smtp_probe *p)
{
	struct evidence *e = &s->evidence;
	const struct answer *a = last_word(p);

	if (!p->base.task.done)
		return;
	e->callout = true;
	snprintf(e->callout_server, sizeof(e->callout_server), "%s",
	    p->plan.host);
	e->callout_code = a != NULL ? a->code : 0;
	snprintf(e->callout_text, sizeof(e->callout_text), "%.239s",
	    a != NULL && a->code != 0 ? a->text : p->error.text);
	e->callout_at = (struct ref) { p->base.number,
		a != NULL && a->code != 0 ? a->line : p->lost_line };
}

static void
form_evidence(struct session *s, const struct smtp_probe *p)
{
	struct policy_fact fact = { .id = "open-relay-form" };
	const struct answer *a = p->answers[ASK_TARGET];

	if (a == NULL || a->code == 0)
		return;
	snprintf(fact.subject, sizeof(fact.subject), "%.255s",
	    p->plan.recipient);
	fact.yes = a->code / 100 == 2 ? TRI_YES : TRI_NO;
	fact.wrong = fact.yes == TRI_YES;
	fact.at = (struct ref) { p->base.number, a->line };
	snprintf(fact.text, sizeof(fact.text), _("%.100s %s a recipient of a "
	    "foreign domain in this form: %d %.120s"), p->plan.host,
	    fact.wrong ? _("accepts") : _("refuses"), a->code, a->text);
	evidence_add_policy(&s->evidence, &fact);
}

void
investigate_again_evidence(struct session *s)
{
	const struct investigation *w = s->work;
	size_t i;

	for (i = 0; i < w->asked_count; i++) {
		const struct smtp_probe *p = w->asked[i].probe;

		if (w->asked[i].purpose == FOR_HELO)
			helo_evidence(s, p);
		else if (w->asked[i].purpose == FOR_CALLOUT)
			callout_evidence(s, p);
		else if (w->asked[i].purpose == FOR_FORMS)
			form_evidence(s, p);
	}
}
