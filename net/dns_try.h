#ifndef RT_NET_DNS_TRY_H
#define RT_NET_DNS_TRY_H

/*
 * One question sent once to one server, over UDP or TCP.  Each try has a
 * c-ares channel for itself: so its source port is fresh (RFC 5452 9.2),
 * its answer has a known sender, and freeing it cancels it (the library
 * cannot cancel one query among several).  Whoever made the try decides how
 * long to wait.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"
#include "net/err.h"

struct dial;
struct dns_channels;
struct dns_try;
struct loop;
struct task;

#define DNS_EDNS_SIZE 1232 /* bytes of UDP that no path cuts (flag day 2020) */

struct dns_try_plan {
	struct addr server;
	const char *name; /* dns_name_valid(); borrowed for dns_try_new() */
	uint16_t type;
	bool tcp, edns;
	bool recurse; /* RD and, with edns, AD (RFC 6840 5.7) */
	size_t tag;   /* the maker's own */
};

/* `channels` outlives the try.  Sends, and wakes `waiter` when something came back or failed. */
struct dns_try *dns_try_new(struct loop *loop, const struct dial *dial,
    struct dns_channels *channels, struct task *waiter,
    const struct dns_try_plan *plan);
void dns_try_free(struct dns_try *t); /* NULL is fine */

bool dns_try_done(const struct dns_try *t);
/*
 * The bytes of an answer that carries our id and our question; NULL if the
 * try failed (dns_try_error) or is not done.
 */
const uint8_t *dns_try_answer(const struct dns_try *t, size_t *len);
const struct err *dns_try_error(const struct dns_try *t);
const struct dns_try_plan *dns_try_plan(const struct dns_try *t);

#endif
