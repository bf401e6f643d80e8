#ifndef RT_CORE_POLICY_DOMAIN_POLICY_H
#define RT_CORE_POLICY_DOMAIN_POLICY_H

/*
 * What a domain publishes about how mail to it is to be carried: MTA-STS
 * (RFC 8461 3.1), TLS reporting (RFC 8460 3), and TLSA records of its mail
 * servers (RFC 7672 2.2).  Presence and syntax; the policy file behind
 * MTA-STS is not fetched.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/policy/found.h"
#include "net/task.h"

struct dns_msg;
struct dns_query;
struct loop;
struct resolver;

#define DOMAIN_POLICY_HOSTS 8

/* A record that must be there once and be right, or it counts for nothing. */
struct policy_record {
	struct dns_query *query;
	enum found found;
	unsigned records;  /* of this version */
	bool usable;
	char value[160];   /* id= or rua=, visible */
	char problem[160]; /* "" if nothing is wrong */
	size_t line;       /* in `lines` */
};

struct tlsa_host {
	char host[256];
	struct dns_query *query;
	enum found found;
	unsigned records;
	bool dane;   /* some sound record that mail uses: DANE-TA, DANE-EE */
	bool secure; /* the resolver calls the answer authentic (AD) */
	size_t line;
};

struct domain_policy {
	struct task task;
	struct resolver *resolver; /* borrowed */
	char domain[256];
	struct policy_record sts, rpt;
	struct tlsa_host hosts[DOMAIN_POLICY_HOSTS];
	size_t host_count;
	struct policy_lines lines;
};

/* `hosts` are the domain's MX hosts; all strings borrowed for the start. */
void domain_policy_start(struct domain_policy *p, struct loop *loop,
    struct task *parent, struct resolver *resolver, const char *domain,
    const char *const *hosts, size_t count);
/* Cancels and frees; harmless on a zeroed or cleared struct. */
void domain_policy_clear(struct domain_policy *p);

/*
 * What one answer says, for a zeroed struct whose `found` is FOUND_RECORDS;
 * records that are not of the kind make it FOUND_NONE.
 */
void domain_policy_read_sts(struct policy_record *r,
    const struct dns_msg *msg);
void domain_policy_read_rpt(struct policy_record *r,
    const struct dns_msg *msg);
void domain_policy_read_tlsa(struct tlsa_host *h, const struct dns_msg *msg);

#endif
