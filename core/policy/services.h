#ifndef RT_CORE_POLICY_SERVICES_H
#define RT_CORE_POLICY_SERVICES_H

/*
 * Where a domain says that its people submit mail: the SRV records
 * _submissions._tcp (TLS from the start, RFC 8314 5.1) and _submission._tcp
 * (RFC 6186 3.1).
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/policy/found.h"
#include "net/task.h"

struct dns_query;
struct loop;
struct resolver;

#define SERVICES 16

struct service {
	char host[256];
	int port, priority, weight;
	bool tls; /* _submissions: TLS from the start */
};

struct services {
	struct task task;
	struct resolver *resolver; /* borrowed */
	char domain[256];
	struct dns_query *queries[2]; /* _submissions, _submission */
	enum found found[2];
	bool denied[2]; /* a single target "." : not offered (RFC 2782) */
	struct service services[SERVICES]; /* best first */
	size_t count;
	struct policy_lines lines;
};

void services_start(struct services *s, struct loop *loop,
    struct task *parent, struct resolver *resolver, const char *domain);
/* Cancels and frees; harmless on a zeroed or cleared struct. */
void services_clear(struct services *s);

#endif
