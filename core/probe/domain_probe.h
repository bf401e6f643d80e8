#ifndef RT_CORE_PROBE_DOMAIN_PROBE_H
#define RT_CORE_PROBE_DOMAIN_PROBE_H

/*
 * Where does mail for a domain go (RFC 5321 5.1)?  Asks the resolver for
 * the MX records and, side by side, for the addresses of every exchanger;
 * for a domain without MX, for its own addresses.  Wakes its parent with
 * each answer, so that the first server can be asked while the last name
 * is still looked up.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/probe/probe.h"
#include "core/probe/question.h"

#define DOMAIN_HOSTS 1024     /* exchangers looked up */
#define DOMAIN_ADDRESSES 1024 /* addresses handed out in all */

struct mail_host {
	char name[256];
	int preference; /* -1: no MX record, the domain itself */
	bool unusable;  /* not a host name; not looked up */
	int record_line;
	struct question a, aaaa;
	bool a_taken, aaaa_taken; /* its addresses are in the list */
};

struct mail_address {
	struct addr addr;
	size_t host;
};

struct domain_probe {
	struct probe base;
	struct resolver *resolver;
	char domain[256];
	bool want4, want6;
	bool mx_known; /* hosts[] are listed; addresses may be missing */
	bool is_host;  /* no MX is asked for: the name is a server's */
	struct question mx;
	struct mail_host *hosts;
	size_t host_count, host_cap;
	size_t dropped; /* MX records beyond DOMAIN_HOSTS */
	struct mail_address *addresses; /* in the order they became known */
	size_t address_count, address_cap;
};

/* `is_host`: a server's name; only its addresses are asked for. */
void domain_probe_start(struct domain_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, bool is_host, bool want4, bool want6);

/*
 * The i-th address known so far and its host; false behind the last.  More
 * may come, behind those.
 */
bool domain_probe_address(const struct domain_probe *probe, size_t i,
    struct addr *addr, const struct mail_host **host);

/* Why a MX target is no host name ("an IP address"), or NULL. */
const char *domain_not_a_host(const char *target);

/*
 * "10 mx1.dest.example, 20 mx2.dest.example", lower case, sorted and whole,
 * so that two sets are equal if their texts are; free() it.  NULL where
 * there are no such records.
 */
char *mx_set_text(const struct dns_msg *msg);

/* Fills in the domain's part of the evidence. */
void domain_probe_evidence(const struct domain_probe *probe,
    struct evidence *e);

#endif
