#ifndef RT_CORE_POLICY_BLOCKLIST_H
#define RT_CORE_POLICY_BLOCKLIST_H

/*
 * DNS blocklists (RFC 5782) and an address or a name: listed, not listed,
 * or a list that does not answer this resolver.  The three are told apart,
 * because big lists answer public resolvers with 127.255.255.x, which
 * programs that look no closer take for a listing.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/policy/found.h"
#include "net/addr.h"
#include "net/task.h"

struct dns_query;
struct loop;
struct resolver;

#define BLOCKLISTS 16
#define BLOCKLIST_CODES 8

enum listing {
	LISTING_NO,
	LISTING_YES,
	LISTING_REFUSED, /* it does not answer this resolver */
	LISTING_BROKEN,  /* answers outside of 127/8: no blocklist (any more) */
	LISTING_UNKNOWN, /* no answer */
	LISTING_NO_ZONE, /* not a name that can be asked */
};

/* Both are borrowed for the start. */
struct list_question {
	const char *zone;
	const char *name; /* about this name; "": about the address */
};

struct blocklist {
	char zone[256], name[256];
	struct dns_query *query, *reason_query; /* A, TXT */
	enum listing listing;
	struct addr codes[BLOCKLIST_CODES]; /* what it answered */
	size_t code_count;
	char reason[300]; /* the TXT record, visible; "" */
	size_t line;      /* in `lines` */
};

struct blocklists {
	struct task task;
	struct resolver *resolver; /* borrowed */
	struct addr addr;
	struct blocklist lists[BLOCKLISTS];
	size_t count;
	struct policy_lines lines;
};

/*
 * Asks at most BLOCKLISTS questions, about the address (an IPv4-mapped one
 * is IPv4; RFC 5782 2) or about names (RFC 5782 3); one that stands twice
 * is asked once.  Borrowed for the start.
 */
void blocklists_start(struct blocklists *b, struct loop *loop,
    struct task *parent, struct resolver *resolver, const struct addr *addr,
    const struct list_question *questions, size_t count);
/* Cancels and frees; harmless on a zeroed or cleared struct. */
void blocklists_clear(struct blocklists *b);

/* The first that answers "listed"; NULL if none. Once task.done. */
const struct blocklist *blocklists_listed(const struct blocklists *b);
/* One sentence on a list, without full stop; returns `out`. */
const char *blocklist_text(const struct blocklists *b, size_t i, char *out,
    size_t size);

#endif
