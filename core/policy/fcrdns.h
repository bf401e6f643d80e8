#ifndef RT_CORE_POLICY_FCRDNS_H
#define RT_CORE_POLICY_FCRDNS_H

/*
 * The names of an address (PTR) and whether each leads back to it: forward
 * confirmed reverse DNS (RFC 8601 2.7.3, RFC 7208 5.5 "validated").  All
 * names are asked together.  At most FCRDNS_NAMES are looked at, as RFC
 * 7208 4.6.4 wants it; the rest is ignored and `more` says so.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/policy/found.h"
#include "net/addr.h"
#include "net/task.h"

struct dns_query;
struct loop;
struct resolver;

#define FCRDNS_NAMES 10

struct fcrdns_name {
	char *name; /* as the PTR record has it */
	struct dns_query *query; /* A or AAAA, by the family asked about */
	enum found found; /* of its addresses */
	bool confirmed;   /* one of them is the address */
};

struct fcrdns {
	struct task task;
	struct resolver *resolver; /* borrowed */
	struct addr addr;
	struct dns_query *ptr;
	enum found found; /* PTR records; once the task is done */
	struct fcrdns_name names[FCRDNS_NAMES];
	size_t count;
	size_t confirmed; /* how many of them */
	bool more;        /* there were more names than we look at */
	struct policy_lines lines;
};

/* An IPv4-mapped address is asked about as the IPv4 address it means. */
void fcrdns_start(struct fcrdns *f, struct loop *loop, struct task *parent,
    struct resolver *resolver, const struct addr *addr);
/* Cancels and frees; harmless on a zeroed or cleared struct. */
void fcrdns_clear(struct fcrdns *f);

enum fcrdns_verdict {
	FCRDNS_CONFIRMED,   /* at least one name leads back */
	FCRDNS_NO_NAME,     /* no PTR record */
	FCRDNS_UNCONFIRMED, /* names, none leads back */
	FCRDNS_UNKNOWN,     /* DNS could not say */
};

enum fcrdns_verdict fcrdns_verdict(const struct fcrdns *f);
/* One sentence about it, without full stop; returns `out`. */
const char *fcrdns_text(const struct fcrdns *f, char *out, size_t size);

#endif
