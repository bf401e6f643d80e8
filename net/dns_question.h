#ifndef RT_NET_DNS_QUESTION_H
#define RT_NET_DNS_QUESTION_H

/*
 * A question with everything done to get it answered: which servers are
 * asked when, over what, and which of their answers counts.  Made and
 * owned by the resolver (dns.c), which shares it among those who ask the
 * same; each of them holds one struct dns_query.
 *
 * The schedule.  Round 1 (0.5 s): the first server.  Round 2 (1 s): again,
 * without EDNS (some middle boxes drop it), and the second server beside
 * it.  Round 3 (2.5 s): all of them, those silent so far over TCP as well.
 * A round ends early when nobody is left from whom an answer could come.
 * Everything sent before may still be answered.  NOERROR and NXDOMAIN end
 * the question at once; another rcode is kept while the others are asked.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"
#include "net/dns_msg.h"
#include "net/err.h"
#include "net/loop.h"
#include "net/task.h"

struct dial;
struct dns_channels;
struct dns_query;
struct dns_try;

#define DNS_ROUNDS 3
/* Each server: UDP in each round, without EDNS after FORMERR, and TCP. */
#define DNS_TRIES_MAX (3 * 3 * DNS_ROUNDS)

struct dns_asked {
	struct addr addr;
	bool asked;    /* at least once */
	bool answered; /* whatever it said, it will say again */
	bool no_edns, tc;
	bool udp_failed, tcp_failed;
};

/*
 * How many questions may be under way at once: each needs a socket and
 * some 80 KiB of the library's.  The rest wait in line.
 */
#define DNS_SLOTS 240

struct dns_slots {
	int used;
	struct dns_question *first, **last; /* who waits */
};

void dns_slots_init(struct dns_slots *slots);

struct dns_question {
	struct task task;
	struct dns_slots *slots; /* the resolver's */
	struct dns_channels *channels; /* the resolver's */
	bool has_slot, waits;
	struct dns_question *next_waiting;
	struct timer timer; /* of the round */
	const struct dial *dial;
	char *name;
	uint16_t type;
	bool recurse;
	struct dns_asked servers[3];
	size_t server_count;
	int round;
	bool expired; /* the round's time is over */
	struct dns_try *tries[DNS_TRIES_MAX]; /* those under way */
	size_t active;

	bool answered;
	int rank; /* how good msg is; 0: there is none */
	struct dns_msg msg;
	struct err err;
	struct addr from;
	bool tcp;
	int sent;
	int64_t started, ended; /* ms */

	struct dns_query *queries; /* who wants to know */
	struct dns_question *next; /* in the resolver's bucket */
	bool shared; /* stands in a bucket */
};

/*
 * Starts work on a question whose name, type, servers, slots, channels and
 * dial are set; it answers dns_queries_tell() when done.
 */
void dns_question_start(struct dns_question *q, struct loop *loop);
/* Ends it without asking anybody. */
void dns_question_refuse(struct dns_question *q, struct loop *loop,
    const struct err *err);
void dns_question_free(struct dns_question *q);

/* In dns.c: wakes those who were not told yet. */
void dns_queries_tell(struct dns_query *queries);
bool dns_queries_untold(const struct dns_query *queries);

#endif
