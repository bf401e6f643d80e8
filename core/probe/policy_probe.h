#ifndef RT_CORE_PROBE_POLICY_PROBE_H
#define RT_CORE_PROBE_POLICY_PROBE_H

/*
 * What is published about a sender, an address or a domain, looked up
 * beside the SMTP sessions: one probe a topic.  Each ends in facts, which
 * are findings as they stand, and in a transcript of its questions.
 */

#include <stdbool.h>

#include "core/evidence.h"
#include "core/policy/dmarc.h"
#include "core/probe/probe.h"

struct blocklists;
struct dkim;
struct domain_policy;
struct list_question;
struct services;

enum policy_topic {
	POLICY_DMARC,
	POLICY_DKIM,
	POLICY_LISTS,
	POLICY_TRANSPORT, /* MTA-STS, TLS-RPT, TLSA */
	POLICY_SERVICES,  /* SRV of submission */
};

struct policy_probe {
	struct probe base;
	enum policy_topic topic;
	/* The check under way; freed when it has ended.  One of them. */
	struct dmarc *dmarc;
	struct dkim *dkim;
	struct blocklists *lists;
	struct domain_policy *transport;
	struct services *services;

	/* Valid once base.task.done. */
	struct policy_fact *facts; /* owned */
	size_t fact_count, fact_cap;
	/* POLICY_DMARC */
	enum dmarc_state state;
	enum dmarc_policy policy;  /* that it asks for, test mode observed */
	enum dmarc_aligned aligned;
	char policy_domain[256], text[240], old_text[240];
	/* POLICY_LISTS */
	bool listed;
	char listed_zone[256], listed_reason[240];
	char listed_name[256]; /* what is listed; "": the address */
	struct ref at; /* of the DMARC record, or the listing */
};

/* All strings are borrowed for the start only. */
void policy_probe_dmarc(struct policy_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *author, const char *identity);
void policy_probe_dkim(struct policy_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, const char *const *selectors, size_t count);
void policy_probe_lists(struct policy_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const struct addr *addr, const struct list_question *questions,
    size_t count);
void policy_probe_transport(struct policy_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, const char *const *hosts, size_t count);
void policy_probe_services(struct policy_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain);

/* Ends it without a result: nobody waits for it any longer. */
void policy_probe_stop(struct policy_probe *probe);
/* Adds its facts and what the rules want to know. */
void policy_probe_evidence(const struct policy_probe *probe,
    struct evidence *e);

#endif
