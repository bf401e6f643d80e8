#ifndef RT_NET_DNS_H
#define RT_NET_DNS_H

/*
 * DNS questions: recursive ones to our resolvers, and questions to one
 * named server without recursion.  c-ares carries the packets, the answers
 * are decoded here (dns_msg.h).  A question gets 0.5 s, then 1 s more, then
 * 2.5 s; when the first resolver is silent for 0.5 s the second is asked as
 * well and the first answer counts.  Truncated answers and, at the last
 * try, silence over UDP are asked again over TCP.  A resolver that says
 * SERVFAIL, REFUSED or the like is an answer, but the others are asked
 * before it is given.  All times are the loop's clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"
#include "net/dns_msg.h"
#include "net/err.h"

struct dial;
struct dns_query;
struct loop;
struct resolver;
struct task;

#define RESOLVER_SERVERS 3

/*
 * `servers` are the recursive resolvers in order, at most RESOLVER_SERVERS
 * are used; `dial` may be NULL and is borrowed.  `source` may be NULL.
 */
struct resolver *resolver_new(struct loop *loop, const struct dial *dial,
    const struct addr *servers, size_t count);
void resolver_free(struct resolver *resolver); /* after its queries */
size_t resolver_servers(const struct resolver *resolver,
    const struct addr **servers);
/* The name servers of a resolv.conf, port 53; 0 with *err if there is none. */
size_t resolver_read_conf(const char *path, struct addr *servers, size_t max,
    struct err *err);

/*
 * Asks, and wakes `waiter` once when the answer is there.  The query is the
 * caller's until dns_drop().  A name that cannot be asked is answered at
 * once with ERR_INPUT.  The same question to the resolvers that is under
 * way or was answered within this run is not sent twice (its answer is
 * shared); questions to a named server always go out.
 */
struct dns_query *dns_ask(struct resolver *resolver, struct task *waiter,
    const char *name, uint16_t type);
/* To one server (port 53 if its port is 0), RD=0. */
struct dns_query *dns_ask_at(struct resolver *resolver, struct task *waiter,
    const struct addr *server, const char *name, uint16_t type);
void dns_drop(struct dns_query *query); /* answered or not; NULL is fine */

/* Forget shared answers, so that "test again" asks again. */
void resolver_forget(struct resolver *resolver);

bool dns_answered(const struct dns_query *query); /* NULL: false */
/*
 * NULL when no answer came; dns_error() then says why: ERR_TIMEOUT when
 * somebody was silent, ERR_REFUSED and the like when nobody was there,
 * ERR_PROTOCOL for nonsense, ERR_INPUT for a name that cannot be asked.
 * An answer's rcode is any; its question is the one asked.  Only if no
 * better one could be had its `tc` is set.
 */
const struct dns_msg *dns_answer(const struct dns_query *query);
const struct err *dns_error(const struct dns_query *query);
/* Which server gave the answer; family AF_UNSPEC if none. */
const struct addr *dns_answer_server(const struct dns_query *query);
const char *dns_query_name(const struct dns_query *query);
uint16_t dns_query_type(const struct dns_query *query);
int dns_query_ms(const struct dns_query *query);   /* how long it took */
bool dns_query_tcp(const struct dns_query *query); /* answered over TCP */
int dns_query_tries(const struct dns_query *query); /* packets sent */

#endif
