#include "core/probe/policy_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/blocklist.h"
#include "core/policy/dkim.h"
#include "core/policy/domain_policy.h"
#include "core/policy/services.h"
#include "core/probe/policy_say.h"
#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"

static struct policy_fact *
add(struct policy_probe *p, const char *id, const char *subject, enum tri yes,
    int line)
{
	struct policy_fact *f;

	p->facts = mem_grow(p->facts, p->fact_count, &p->fact_cap,
	    sizeof(*p->facts));
	f = &p->facts[p->fact_count++];
	memset(f, 0, sizeof(*f));
	snprintf(f->id, sizeof(f->id), "%s", id);
	text_visible_str(subject, f->subject, sizeof(f->subject));
	f->yes = yes;
	f->at = (struct ref) { p->base.number, line };
	return f;
}

static enum tri
tri_of(enum found found)
{
	return found == FOUND_RECORDS ? TRI_YES :
	    found == FOUND_FAILURE ? TRI_UNKNOWN : TRI_NO;
}

/* ---- what each check comes to ---- */

static void
conclude_dmarc(struct policy_probe *p)
{
	const struct dmarc *d = p->dmarc;
	struct policy_fact *f;
	int line;

	policy_say_all(&p->base, &d->lines);
	p->state = d->state;
	p->policy = d->effective;
	p->aligned = d->aligned;
	snprintf(p->policy_domain, sizeof(p->policy_domain), "%s",
	    d->policy_domain);
	dmarc_text(d, p->text, sizeof(p->text));
	dmarc_old_text(d, p->old_text, sizeof(p->old_text));
	line = probe_note(&p->base, STAGE_DNS, "%s%s%s", p->text,
	    p->old_text[0] != '\0' ? "; " : "", p->old_text);
	p->at = (struct ref) { p->base.number, line };
	f = add(p, "dmarc", d->author, d->state == DMARC_APPLIES ? TRI_YES :
		d->state == DMARC_UNKNOWN ? TRI_UNKNOWN : TRI_NO, line);
	f->wrong = d->state == DMARC_UNUSABLE ||
	    (d->state == DMARC_APPLIES && d->record.problem[0] != '\0');
	snprintf(f->text, sizeof(f->text), "%s%s%.100s%s%s", p->text,
	    d->state == DMARC_APPLIES && f->wrong ? _("; in its record ") : "",
	    d->state == DMARC_APPLIES ? d->record.problem : "",
	    p->old_text[0] != '\0' ? "; " : "", p->old_text);
}

static void
conclude_dkim(struct policy_probe *p)
{
	const struct dkim *d = p->dkim;
	struct policy_fact *f;
	size_t i;

	for (i = 0; i < d->count; i++) {
		const struct dkim_selector *s = &d->selectors[i];
		int line = policy_say(&p->base, &d->lines, s->line);
		char subject[520];

		snprintf(subject, sizeof(subject), "%s._domainkey.%s",
		    s->selector, d->domain);
		f = add(p, "dkim-key", subject, tri_of(s->found), line);
		f->wrong = s->found == FOUND_RECORDS &&
		    (s->key.state != DKIM_KEY_USABLE || s->records != 1 ||
			s->key.testing || s->key.problem[0] != '\0');
		if (s->found == FOUND_RECORDS &&
		    s->key.state != DKIM_KEY_USABLE)
			f->yes = TRI_NO;
		dkim_text(d, i, f->text, sizeof(f->text));
	}
}

static void
conclude_lists(struct policy_probe *p)
{
	const struct blocklists *b = p->lists;
	struct policy_fact *f;
	size_t i;

	for (i = 0; i < b->count; i++) {
		const struct blocklist *list = &b->lists[i];
		int line = policy_say(&p->base, &b->lines, list->line);

		f = add(p, "blocklisted", list->zone,
		    list->listing == LISTING_YES  ? TRI_YES :
			list->listing == LISTING_NO ? TRI_NO : TRI_UNKNOWN,
		    line);
		f->wrong = list->listing != LISTING_NO;
		blocklist_text(b, i, f->text, sizeof(f->text));
		if (list->listing != LISTING_YES || p->listed)
			continue;
		p->listed = true;
		p->at = f->at;
		snprintf(p->listed_zone, sizeof(p->listed_zone), "%s",
		    f->subject);
		text_visible_str(list->name, p->listed_name,
		    sizeof(p->listed_name));
		snprintf(p->listed_reason, sizeof(p->listed_reason), "%.239s",
		    list->reason[0] != '\0' ? list->reason : f->text);
	}
	/* The reasons were asked later. */
	for (i = 0; i < b->count; i++)
		if (b->lists[i].reason[0] != '\0')
			probe_note(&p->base, STAGE_DNS, "%s: %s",
			    p->facts[i].subject, b->lists[i].reason);
}

static void
conclude_record(struct policy_probe *p, const struct policy_record *r,
    const struct policy_lines *lines, const char *domain, const char *id,
    const char *yes, const char *no)
{
	int line = policy_say(&p->base, lines, r->line);
	struct policy_fact *f = add(p, id, domain, tri_of(r->found), line);

	f->wrong = r->problem[0] != '\0';
	if (f->wrong)
		snprintf(f->text, sizeof(f->text), _("%s, but its record does "
		    "not count: %s"), yes, r->problem);
	else if (f->yes == TRI_UNKNOWN)
		snprintf(f->text, sizeof(f->text), _("not known: DNS does not "
		    "answer"));
	else
		snprintf(f->text, sizeof(f->text), "%s",
		    f->yes == TRI_YES ? yes : no);
	if (f->wrong)
		f->yes = TRI_NO;
}

static void
conclude_tlsa(struct policy_probe *p)
{
	const struct domain_policy *t = p->transport;
	size_t i, with = 0, secure = 0, failed = 0;
	struct policy_fact *f;
	int line, first = 0;

	if (t->host_count == 0)
		return;
	for (i = 0; i < t->host_count; i++) {
		line = policy_say(&p->base, &t->lines, t->hosts[i].line);
		if (first == 0 || (with == 0 && t->hosts[i].dane))
			first = line;
		with += t->hosts[i].dane;
		secure += t->hosts[i].dane && t->hosts[i].secure;
		failed += t->hosts[i].found == FOUND_FAILURE;
	}
	f = add(p, "tlsa", t->domain, with > 0 ? TRI_YES :
		failed == t->host_count ? TRI_UNKNOWN : TRI_NO, first);
	if (with > 0)
		snprintf(f->text, sizeof(f->text), _("%zu of %zu mail servers "
		    "publish TLSA records (DANE)%s"), with, t->host_count,
		    secure == with ? "" : _("; this resolver does not confirm "
		    "them by DNSSEC, and without it they do not count"));
	else
		snprintf(f->text, sizeof(f->text), "%s",
		    f->yes == TRI_UNKNOWN ?
			_("TLSA records could not be looked up") :
			_("the mail servers publish no TLSA records (DANE)"));
}

static void
conclude_transport(struct policy_probe *p)
{
	const struct domain_policy *t = p->transport;

	conclude_record(p, &t->sts, &t->lines, t->domain, "mta-sts",
	    _("the domain has an MTA-STS policy"),
	    _("the domain has no MTA-STS policy"));
	conclude_record(p, &t->rpt, &t->lines, t->domain, "tls-rpt",
	    _("the domain wants reports on TLS failures"),
	    _("the domain wants no reports on TLS failures"));
	conclude_tlsa(p);
}

static void
conclude_services(struct policy_probe *p)
{
	const struct services *s = p->services;
	struct policy_fact *f;
	int line = policy_say_all(&p->base, &s->lines);
	size_t i;

	for (i = 0; i < s->count && i < 4; i++) {
		const struct service *one = &s->services[i];

		f = add(p, "submission-service", one->host, TRI_YES, line);
		snprintf(f->text, sizeof(f->text),
		    _("%s tells its people to "
		      "send through %s, port %d, %s"),
		    s->domain, one->host, one->port,
		    one->tls ? _("TLS from the start") : _("STARTTLS"));
	}
	if (s->count > 0)
		return;
	f = add(p, "submission-service", s->domain,
	    s->found[0] == FOUND_FAILURE && s->found[1] == FOUND_FAILURE ?
		TRI_UNKNOWN : TRI_NO, line);
	snprintf(f->text, sizeof(f->text), s->denied[0] || s->denied[1] ?
		_("%s declares that it offers no such server") :
		_("%s does not tell in DNS where to send through (SRV)"),
	    s->domain);
}

/* ---- the probe ---- */

/* Gives back what is under way or was worked with. */
static void
release(struct policy_probe *p)
{
	if (p->dmarc != NULL)
		dmarc_clear(p->dmarc);
	if (p->dkim != NULL)
		dkim_clear(p->dkim);
	if (p->lists != NULL)
		blocklists_clear(p->lists);
	if (p->transport != NULL)
		domain_policy_clear(p->transport);
	if (p->services != NULL)
		services_clear(p->services);
	free(p->dmarc);
	free(p->dkim);
	free(p->lists);
	free(p->transport);
	free(p->services);
	p->dmarc = NULL;
	p->dkim = NULL;
	p->lists = NULL;
	p->transport = NULL;
	p->services = NULL;
}

static bool
checked(const struct policy_probe *p)
{
	switch (p->topic) {
	case POLICY_DMARC: return p->dmarc->task.done;
	case POLICY_DKIM: return p->dkim->task.done;
	case POLICY_LISTS: return p->lists->task.done;
	case POLICY_TRANSPORT: return p->transport->task.done;
	default: return p->services->task.done;
	}
}

static enum step
run(struct task *task)
{
	struct policy_probe *p =
	    container_of(task, struct policy_probe, base.task);

	TASK_BEGIN(task);
	TASK_AWAIT(task, checked(p));
	if (p->topic == POLICY_DMARC)
		conclude_dmarc(p);
	else if (p->topic == POLICY_DKIM)
		conclude_dkim(p);
	else if (p->topic == POLICY_LISTS)
		conclude_lists(p);
	else if (p->topic == POLICY_TRANSPORT)
		conclude_transport(p);
	else
		conclude_services(p);
	release(p);
	probe_end(&p->base, PROBE_OK, "%.200s",
	    p->fact_count > 0 ? p->facts[0].text : _("looked up"));
	TASK_END(task);
}

static void
clear(struct probe *probe)
{
	struct policy_probe *p =
	    container_of(probe, struct policy_probe, base);

	task_stop(&probe->task);
	release(p);
	free(p->facts);
	p->facts = NULL;
	p->fact_count = p->fact_cap = 0;
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

static void
begin(struct policy_probe *p, struct loop *loop, struct task *parent,
    const int64_t *epoch, enum policy_topic topic, const char *what,
    const char *of)
{
	char subject[256];

	p->topic = topic;
	text_visible_str(of, subject, sizeof(subject));
	snprintf(p->base.subject, sizeof(p->base.subject), "%s %s", what,
	    subject);
	probe_start(&p->base, &ops, PROBE_POLICY, loop, parent, epoch, run);
}

void
policy_probe_dmarc(struct policy_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *author, const char *identity)
{
	p->dmarc = mem_alloc(sizeof(*p->dmarc));
	begin(p, loop, parent, epoch, POLICY_DMARC, _("DMARC of"), author);
	dmarc_start(p->dmarc, loop, &p->base.task, resolver, author,
	    identity);
}

void
policy_probe_dkim(struct policy_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, const char *const *selectors, size_t count)
{
	p->dkim = mem_alloc(sizeof(*p->dkim));
	begin(p, loop, parent, epoch, POLICY_DKIM, _("DKIM keys of"), domain);
	dkim_start(p->dkim, loop, &p->base.task, resolver, domain, selectors,
	    count);
}

void
policy_probe_lists(struct policy_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const struct addr *addr, const struct list_question *questions,
    size_t count)
{
	char text[ADDR_TEXT_MAX];
	bool name = count > 0 && questions[0].name[0] != '\0';

	p->lists = mem_alloc(sizeof(*p->lists));
	begin(p, loop, parent, epoch, POLICY_LISTS, _("blocklists about"),
	    name ? questions[0].name : addr_text(addr, text));
	blocklists_start(p->lists, loop, &p->base.task, resolver, addr,
	    questions, count);
}

void
policy_probe_transport(struct policy_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, const char *const *hosts, size_t count)
{
	p->transport = mem_alloc(sizeof(*p->transport));
	begin(p, loop, parent, epoch, POLICY_TRANSPORT,
	    _("MTA-STS, TLS-RPT and TLSA of"), domain);
	domain_policy_start(p->transport, loop, &p->base.task, resolver,
	    domain, hosts, count);
}

void
policy_probe_services(struct policy_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain)
{
	p->services = mem_alloc(sizeof(*p->services));
	begin(p, loop, parent, epoch, POLICY_SERVICES,
	    _("SRV records for sending, of"), domain);
	services_start(p->services, loop, &p->base.task, resolver, domain);
}

void
policy_probe_stop(struct policy_probe *p)
{
	if (p->base.task.done)
		return;
	task_stop(&p->base.task);
	release(p);
	probe_end(&p->base, PROBE_SKIPPED, "not awaited any longer");
}

void
policy_probe_evidence(const struct policy_probe *p, struct evidence *e)
{
	size_t i;

	for (i = 0; i < p->fact_count; i++)
		evidence_add_policy(e, &p->facts[i]);
	if (p->fact_count == 0)
		return;
	if (p->topic == POLICY_DMARC) {
		e->dmarc_asked = true;
		e->dmarc_known = p->state == DMARC_APPLIES;
		e->dmarc_aligned = p->aligned == DMARC_ALIGNED;
		e->dmarc_at = p->at;
		snprintf(e->dmarc_policy, sizeof(e->dmarc_policy), "%s",
		    e->dmarc_known ? dmarc_policy_name(p->policy) : "");
		snprintf(e->dmarc_text, sizeof(e->dmarc_text), "%s", p->text);
	}
	if (p->topic == POLICY_LISTS) {
		for (i = 0; i < p->fact_count; i++)
			if (p->facts[i].yes != TRI_UNKNOWN) {
				e->lists_asked = true;
				if (e->listed_at.probe == 0)
					e->listed_at = p->facts[i].at;
			}
		if (p->listed && !e->listed) {
			e->listed = true;
			e->listed_at = p->at;
			memcpy(e->listed_zone, p->listed_zone,
			    sizeof(e->listed_zone));
			memcpy(e->listed_reason, p->listed_reason,
			    sizeof(e->listed_reason));
			memcpy(e->listed_name, p->listed_name,
			    sizeof(e->listed_name));
		}
	}
}
