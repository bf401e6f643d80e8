#include "core/policy/dmarc.h"

#include <stdio.h>
#include <string.h>

#include "core/policy/suffix.h"
#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

#define LABELS_KEPT 7 /* RFC 9989 4.10 step 4 */

static size_t
labels(const char *name)
{
	size_t count = name[0] != '\0';

	for (; *name != '\0'; name++)
		count += *name == '.';
	return count;
}

static const char *
parent_of(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot != NULL ? dot + 1 : NULL;
}

size_t
dmarc_walk_names(const char *domain, char names[][256], size_t max)
{
	const char *at = domain;
	size_t count = 0;

	while (at != NULL && *at != '\0' && count < max) {
		snprintf(names[count++], 256, "%s", at);
		at = parent_of(at);
		while (at != NULL && labels(at) > LABELS_KEPT)
			at = parent_of(at);
	}
	return count;
}

static struct dns_query *
ask(struct dmarc *d, const char *domain)
{
	char name[300];

	snprintf(name, sizeof(name), "_dmarc.%s", domain);
	return dns_ask(d->resolver, &d->task, name, DNS_TXT);
}

/* Puts the questions of the walk that were not put yet, `most` at most. */
static void
ask_walk(struct dmarc *d, struct dmarc_walk *walk, const char *domain,
    size_t most)
{
	char names[DMARC_WALK_MAX][256];
	size_t i = walk->count, all;

	walk->org = walk->psd = -1;
	all = dmarc_walk_names(domain, names, DMARC_WALK_MAX);
	walk->count = all < most ? all : most;
	for (; i < walk->count; i++) {
		snprintf(walk->steps[i].domain, 256, "%s", names[i]);
		walk->steps[i].query = ask(d, names[i]);
	}
}

static bool
walk_answered(const struct dmarc_walk *walk)
{
	size_t i;

	for (i = 0; i < walk->count; i++)
		if (!dns_answered(walk->steps[i].query))
			return false;
	return true;
}

/* Step 2: only records of this version, and only if there is one. */
static void
read_record(const struct dns_query *query, enum found *what,
    unsigned *records, struct dmarc_record *record)
{
	const struct dns_rr *rr, *one = NULL;
	size_t i;

	*records = 0;
	*what = found(query);
	if (*what != FOUND_RECORDS)
		return;
	for (i = 0; (rr = dns_msg_answer(dns_answer(query), DNS_TXT, i)) !=
	    NULL; i++) {
		if (!dmarc_record_is((const char *)rr->data, rr->len))
			continue;
		one = rr;
		(*records)++;
	}
	*what = *records == 1 ? FOUND_RECORDS : FOUND_NONE;
	if (*records == 1)
		dmarc_record_parse((const char *)one->data, one->len, record);
}

/* RFC 9989 4.10.2: the organizational domain from what was found. */
static void
judge_walk(struct dmarc *d, struct dmarc_walk *walk)
{
	struct dmarc_step *s;
	bool ended = false;
	int i;

	for (i = 0; i < (int)walk->count; i++) {
		s = &walk->steps[i];
		policy_note(&d->lines, d->task.loop, s->query);
		read_record(s->query, &s->found, &s->records, &s->record);
		s->beyond = ended;
		if (ended)
			continue;
		walk->failed = walk->failed || s->found == FOUND_FAILURE;
		if (s->found != FOUND_RECORDS)
			continue;
		if (s->record.psd == 'y' && i > 0) {
			/* One label below this one, not one step. */
			const char *below = walk->steps[0].domain;

			while (labels(below) > labels(s->domain) + 1)
				below = parent_of(below);
			snprintf(walk->organization, 256, "%s", below);
			walk->psd = i;
			walk->org = i > 0 && walk->steps[i - 1].found ==
			    FOUND_RECORDS && strcmp(walk->steps[i - 1].domain,
			    below) == 0 ? i - 1 : -1;
		} else {
			walk->org = i;
			snprintf(walk->organization, 256, "%s", s->domain);
		}
		ended = s->record.psd != 'u';
	}
	if (walk->organization[0] == '\0')
		snprintf(walk->organization, 256, "%s",
		    walk->steps[0].domain);
}

/* 4.10.1: author domain, organizational domain, public suffix. */
static int
applicable_step(const struct dmarc_walk *walk)
{
	if (walk->count > 0 && walk->steps[0].found == FOUND_RECORDS)
		return 0;
	return walk->org >= 0 ? walk->org : walk->psd;
}

static bool
np_matters(const struct dmarc *d)
{
	int step = applicable_step(&d->walk);

	return step > 0 && d->walk.steps[step].record.np != DMARC_ABSENT;
}

static void
ask_exists(struct dmarc *d)
{
	static const uint16_t types[] = { DNS_A, DNS_AAAA, DNS_MX };
	size_t i;

	for (i = 0; i < 3; i++)
		d->exists[i] = dns_ask(d->resolver, &d->task, d->author,
		    types[i]);
}

static bool
exists_answered(const struct dmarc *d)
{
	return dns_answered(d->exists[0]) && dns_answered(d->exists[1]) &&
	    dns_answered(d->exists[2]);
}

/* 3.2: neither A nor AAAA nor MX. A failure is not taken for absence. */
static void
judge_exists(struct dmarc *d)
{
	enum found what;
	size_t i;

	for (i = 0; i < 3; i++) {
		policy_note(&d->lines, d->task.loop, d->exists[i]);
		what = found(d->exists[i]);
		if (what == FOUND_RECORDS || what == FOUND_FAILURE)
			d->author_exists = true;
	}
}

/* 4.10.1: a wrong record counts as p=none if it wants reports. */
static void
judge_policy(struct dmarc *d)
{
	int step = applicable_step(&d->walk);
	const struct dmarc_record *r = &d->record;

	if (step < 0) {
		d->state = d->walk.failed ? DMARC_UNKNOWN : DMARC_NO_RECORD;
		return;
	}
	if (step > 0 && d->walk.steps[0].found == FOUND_FAILURE) {
		d->state = DMARC_UNKNOWN;
		return;
	}
	d->state = DMARC_APPLIES;
	d->record = d->walk.steps[step].record;
	snprintf(d->policy_domain, sizeof(d->policy_domain), "%s",
	    d->walk.steps[step].domain);
	d->policy = r->p == DMARC_ABSENT ? DMARC_P_NONE : r->p;
	d->tag = "p";
	if (step > 0 && d->exists[0] != NULL && !d->author_exists) {
		d->policy = r->np;
		d->tag = "np";
	} else if (step > 0 && r->sp != DMARC_ABSENT) {
		d->policy = r->sp;
		d->tag = "sp";
	}
	if (r->p == DMARC_INVALID || r->sp == DMARC_INVALID ||
	    r->np == DMARC_INVALID) {
		d->policy = DMARC_P_NONE;
		d->tag = "p";
		if (!r->reports)
			d->state = DMARC_UNUSABLE;
	}
	d->effective = d->policy > DMARC_P_NONE && r->testing
	    ? d->policy - 1 : d->policy;
}

static enum dmarc_aligned
aligned(const struct dmarc *d, const char *author_org,
    const char *identity_org, bool failed)
{
	if (d->identity[0] == '\0')
		return DMARC_NOT_ALIGNED;
	if (dns_name_eq(d->identity, d->author))
		return DMARC_ALIGNED;
	if (d->record.strict_spf)
		return DMARC_NOT_ALIGNED;
	if (failed)
		return DMARC_ALIGNMENT_UNKNOWN;
	return dns_name_eq(author_org, identity_org) ? DMARC_ALIGNED
	                                             : DMARC_NOT_ALIGNED;
}

/* Without a list: the last two labels, which is right for most names. */
static bool
old_organization(const struct dmarc *d, const char *domain, char *out)
{
	const char *at = domain;

	if (suffix_organization(d->suffix_list, domain, out, 256))
		return true;
	while (labels(at) > 2)
		at = parent_of(at);
	snprintf(out, 256, "%s", at);
	return false;
}

/* RFC 7489 6.6.3: the author domain, then the organizational domain. */
static const struct dmarc_step *
old_step(struct dmarc *d)
{
	size_t i;

	if (d->walk.steps[0].records > 0 ||
	    d->walk.steps[0].found == FOUND_FAILURE)
		return &d->walk.steps[0];
	for (i = 1; i < d->walk.count; i++)
		if (dns_name_eq(d->walk.steps[i].domain,
		    d->old_organization))
			return &d->walk.steps[i];
	return NULL;
}

static void
judge_old(struct dmarc *d)
{
	const struct dmarc_step *s;
	char identity_org[256] = "";

	d->old_by_list = old_organization(d, d->author, d->old_organization);
	if (d->identity[0] != '\0')
		old_organization(d, d->identity, identity_org);
	s = old_step(d);
	d->old_state = s == NULL ? DMARC_NO_RECORD
	    : s->found == FOUND_FAILURE ? DMARC_UNKNOWN
	    : s->records != 1 ? DMARC_NO_RECORD
	    : s->record.old_usable || s->record.reports ? DMARC_APPLIES
	    : DMARC_UNUSABLE;
	d->old_aligned = aligned(d, d->old_organization, identity_org, false);
	if (d->old_state != DMARC_APPLIES)
		return;
	d->old_policy = !s->record.old_usable ? DMARC_P_NONE : s->record.p;
	if (s->record.old_usable && s != &d->walk.steps[0] &&
	    s->record.sp > DMARC_INVALID)
		d->old_policy = s->record.sp;
}

/* Does the identity's organization matter, or is it the author's anyway? */
static bool
identity_matters(const struct dmarc *d)
{
	return d->identity[0] != '\0' && !dns_name_eq(d->identity, d->author);
}

/* A record of the author domain itself settles the policy (4.10.1). */
static bool
own_record(const struct dmarc *d)
{
	enum found what;
	unsigned records;
	struct dmarc_record record;

	if (d->walk.count == 0)
		return true; /* no name: nothing to walk */
	read_record(d->walk.steps[0].query, &what, &records, &record);
	return what == FOUND_RECORDS;
}

static enum step
run(struct task *task)
{
	struct dmarc *d = container_of(task, struct dmarc, task);

	TASK_BEGIN(task);

	if (identity_matters(d)) {
		ask_walk(d, &d->walk, d->author, DMARC_WALK_MAX);
		ask_walk(d, &d->identity_walk, d->identity, DMARC_WALK_MAX);
	} else {
		ask_walk(d, &d->walk, d->author, 1);
		TASK_AWAIT(task, walk_answered(&d->walk));
		if (!own_record(d))
			ask_walk(d, &d->walk, d->author, DMARC_WALK_MAX);
	}
	TASK_AWAIT(task, walk_answered(&d->walk));
	TASK_AWAIT(task, walk_answered(&d->identity_walk));
	judge_walk(d, &d->walk);
	if (d->identity_walk.count > 0)
		judge_walk(d, &d->identity_walk);

	if (np_matters(d)) {
		ask_exists(d);
		TASK_AWAIT(task, exists_answered(d));
		judge_exists(d);
	}
	judge_policy(d);
	d->aligned = aligned(d, d->walk.organization,
	    d->identity_walk.organization,
	    d->walk.failed || d->identity_walk.failed);
	judge_old(d);

	TASK_END(task);
}

static void
take_domain(const char *domain, char out[256])
{
	size_t n;

	snprintf(out, 256, "%s", domain != NULL ? domain : "");
	n = strlen(out);
	if (n > 0 && out[n - 1] == '.')
		out[n - 1] = '\0';
	text_lower(out);
}

void
dmarc_start(struct dmarc *d, struct loop *loop, struct task *parent,
    struct resolver *resolver, const char *author, const char *identity)
{
	memset(d, 0, sizeof(*d));
	d->resolver = resolver;
	d->tag = "p";
	snprintf(d->suffix_list, sizeof(d->suffix_list), "%s", SUFFIX_LIST);
	take_domain(author, d->author);
	take_domain(identity, d->identity);
	task_start(&d->task, loop, parent, run);
}

static void
drop_walk(struct dmarc_walk *walk)
{
	size_t i;

	for (i = 0; i < walk->count; i++)
		dns_drop(walk->steps[i].query);
	walk->count = 0;
}

void
dmarc_clear(struct dmarc *d)
{
	size_t i;

	task_stop(&d->task);
	drop_walk(&d->walk);
	drop_walk(&d->identity_walk);
	for (i = 0; i < 3; i++) {
		dns_drop(d->exists[i]);
		d->exists[i] = NULL;
	}
	policy_lines_clear(&d->lines);
}

const char *
dmarc_text(const struct dmarc *d, char *out, size_t size)
{
	const struct dmarc_step *s = &d->walk.steps[0];

	switch (d->state) {
	case DMARC_NO_RECORD:
		if (d->walk.count > 0 && s->records > 1)
			snprintf(out, size,
			    _("%s has %u DMARC records, so none "
			      "of them counts"),
			    d->author, s->records);
		else
			snprintf(out, size, _("%s has no DMARC policy"),
			    d->author);
		break;
	case DMARC_APPLIES:
		snprintf(out, size,
		    _("DMARC of %s asks receivers to %s mail of "
		      "%s that fails (%s=%s%s)"),
		    d->policy_domain,
		    d->effective == DMARC_P_REJECT ? _("reject") :
			d->effective == DMARC_P_QUARANTINE ?
						     _("quarantine") :
						     _("do nothing about"),
		    d->author, d->tag, dmarc_policy_name(d->policy),
		    d->effective != d->policy ? _(", in test mode") : "");
		break;
	case DMARC_UNUSABLE:
		snprintf(out, size, _("the DMARC record of %s does not count: "
		    "%s"), d->policy_domain, d->record.problem);
		break;
	case DMARC_UNKNOWN:
		snprintf(out, size, _("the DMARC policy of %s could not be "
		    "looked up"), d->author);
		break;
	}
	return out;
}

const char *
dmarc_old_text(const struct dmarc *d, char *out, size_t size)
{
	bool same_policy = d->old_state == d->state &&
	    (d->state != DMARC_APPLIES || d->old_policy == d->effective);

	out[0] = '\0';
	if (same_policy && d->old_aligned == d->aligned &&
	    d->record.pct == (d->state == DMARC_APPLIES ? 100 : 0))
		return out;
	if (d->old_state == DMARC_APPLIES)
		snprintf(out, size, _("a receiver that still follows RFC 7489 "
		    "takes %s%s as the organization and applies p=%s to %d %% "
		    "of what fails%s"), d->old_organization,
		    d->old_by_list ? "" : _(" (a guess)"),
		    dmarc_policy_name(d->old_policy), d->record.pct,
		    d->old_aligned == d->aligned ? ""
		    : d->old_aligned == DMARC_ALIGNED
		    ? _(", and sees the sender aligned")
		    : _(", and sees the sender not aligned"));
	else
		snprintf(out, size, _("a receiver that still follows RFC 7489 "
		    "takes %s%s as the organization and finds no policy"),
		    d->old_organization, d->old_by_list ? "" : _(" (a guess)"));
	return out;
}

bool
dmarc_at_risk(const struct dmarc *d, bool spf_pass)
{
	return d->state == DMARC_APPLIES && d->effective > DMARC_P_NONE &&
	    !(spf_pass && d->aligned == DMARC_ALIGNED);
}
