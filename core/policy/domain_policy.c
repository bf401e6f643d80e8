#include "core/policy/domain_policy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/policy/tags.h"
#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

static void
ask(struct domain_policy *p)
{
	char name[300];
	size_t i;

	snprintf(name, sizeof(name), "_mta-sts.%s", p->domain);
	p->sts.query = dns_ask(p->resolver, &p->task, name, DNS_TXT);
	snprintf(name, sizeof(name), "_smtp._tls.%s", p->domain);
	p->rpt.query = dns_ask(p->resolver, &p->task, name, DNS_TXT);
	for (i = 0; i < p->host_count; i++) {
		snprintf(name, sizeof(name), "_25._tcp.%s", p->hosts[i].host);
		p->hosts[i].query = dns_ask(p->resolver, &p->task, name,
		    DNS_TLSA);
	}
}

static bool
all_answered(const struct domain_policy *p)
{
	size_t i;

	for (i = 0; i < p->host_count; i++)
		if (!dns_answered(p->hosts[i].query))
			return false;
	return dns_answered(p->sts.query) && dns_answered(p->rpt.query);
}

/* RFC 8461 3.1: 1 to 32 letters and digits. */
static bool
good_id(const char *id)
{
	size_t i;

	for (i = 0; id[i] != '\0'; i++)
		if (!isalnum((unsigned char)id[i]))
			return false;
	return i >= 1 && i <= 32;
}

/* RFC 8460 3: mailto: and https: are what there is. */
static bool
good_rua(const char *rua)
{
	return text_istarts(rua, "mailto:") || text_istarts(rua, "https:");
}

/* The one record of this version, its tag and whether that is right. */
static void
read_record(struct policy_record *r, const struct dns_msg *msg,
    const char *version, const char *tag, bool (*good)(const char *value))
{
	const struct dns_rr *rr, *one = NULL;
	struct tags tags;
	const char *value;
	size_t i;

	for (i = 0; (rr = dns_msg_answer(msg, DNS_TXT, i)) != NULL; i++) {
		if (!tags_are((const char *)rr->data, rr->len, version))
			continue;
		one = rr;
		r->records++;
	}
	if (one == NULL || r->records != 1) {
		r->found = FOUND_NONE;
		if (r->records > 1)
			snprintf(r->problem, sizeof(r->problem), _("%u records "
			    "where there must be one, so none counts"),
			    r->records);
		return;
	}
	tags_parse((const char *)one->data, one->len, &tags);
	value = tags_get(&tags, tag);
	if (value != NULL)
		text_visible_str(value, r->value, sizeof(r->value));
	r->usable = value != NULL && good(value);
	if (value == NULL)
		snprintf(r->problem, sizeof(r->problem), _("no %s= tag"), tag);
	else if (!r->usable)
		snprintf(r->problem, sizeof(r->problem), _("%s=%.100s is not "
		    "valid"), tag, r->value);
	tags_clear(&tags);
}

void
domain_policy_read_sts(struct policy_record *r, const struct dns_msg *msg)
{
	read_record(r, msg, "STSv1", "id", good_id);
}

void
domain_policy_read_rpt(struct policy_record *r, const struct dns_msg *msg)
{
	read_record(r, msg, "TLSRPTv1", "rua", good_rua);
}

/* RFC 6698 2.1.3: a digest has its algorithm's length. */
static bool
whole(const struct dns_rr *rr)
{
	switch (rr->matching) {
	case 1:
		return rr->len == 32;
	case 2:
		return rr->len == 64;
	default:
		return rr->len > 0;
	}
}

void
domain_policy_read_tlsa(struct tlsa_host *h, const struct dns_msg *msg)
{
	const struct dns_rr *rr;
	size_t i;

	h->secure = msg->ad;
	for (i = 0; (rr = dns_msg_answer(msg, DNS_TLSA, i)) != NULL; i++) {
		h->records++;
		/* RFC 7672 3.1: only usages 2 and 3 are for mail. */
		if (!rr->bad && (rr->usage == 2 || rr->usage == 3) &&
		    whole(rr))
			h->dane = true;
	}
}

static void
judge_record(struct domain_policy *p, struct policy_record *r,
    void (*read)(struct policy_record *r, const struct dns_msg *msg))
{
	r->line = p->lines.count;
	policy_note(&p->lines, p->task.loop, r->query);
	r->found = found(r->query);
	if (r->found == FOUND_RECORDS)
		read(r, dns_answer(r->query));
}

static void
judge_host(struct domain_policy *p, struct tlsa_host *h)
{
	h->line = p->lines.count;
	policy_note(&p->lines, p->task.loop, h->query);
	h->found = found(h->query);
	if (h->found == FOUND_RECORDS)
		domain_policy_read_tlsa(h, dns_answer(h->query));
}

static enum step
run(struct task *task)
{
	struct domain_policy *p =
	    container_of(task, struct domain_policy, task);
	size_t i;

	TASK_BEGIN(task);

	ask(p);
	TASK_AWAIT(task, all_answered(p));
	judge_record(p, &p->sts, domain_policy_read_sts);
	judge_record(p, &p->rpt, domain_policy_read_rpt);
	for (i = 0; i < p->host_count; i++)
		judge_host(p, &p->hosts[i]);

	TASK_END(task);
}

void
domain_policy_start(struct domain_policy *p, struct loop *loop,
    struct task *parent, struct resolver *resolver, const char *domain,
    const char *const *hosts, size_t count)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	p->resolver = resolver;
	snprintf(p->domain, sizeof(p->domain), "%s", domain);
	for (i = 0; i < count && p->host_count < DOMAIN_POLICY_HOSTS; i++)
		snprintf(p->hosts[p->host_count++].host, 256, "%s", hosts[i]);
	task_start(&p->task, loop, parent, run);
}

void
domain_policy_clear(struct domain_policy *p)
{
	size_t i;

	task_stop(&p->task);
	dns_drop(p->sts.query);
	dns_drop(p->rpt.query);
	p->sts.query = p->rpt.query = NULL;
	for (i = 0; i < p->host_count; i++)
		dns_drop(p->hosts[i].query);
	p->host_count = 0;
	policy_lines_clear(&p->lines);
}
