#ifndef RT_CORE_PROBE_NS_PROBE_H
#define RT_CORE_PROBE_NS_PROBE_H

/*
 * E9: do the domain's name servers agree on where mail goes?  Finds the
 * zone that holds the domain, its name servers and those of the parent,
 * and asks each of them directly, without recursion: MX of the domain, SOA
 * of the zone, and of the parent the delegation.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/probe/probe.h"
#include "core/probe/question.h"
#include "net/addr.h"

#define NS_HOSTS 16     /* name servers looked up */
#define NS_PARENTS 3    /* of the parent's */
#define NS_ADDRESSES 32 /* asked directly */

struct ns_host {
	char name[256];
	bool in_child, in_parent;
	struct question a, aaaa;
};

struct ns_server {
	struct addr addr;
	size_t host;
	struct question mx, soa;
};

struct ns_probe {
	struct probe base;
	struct resolver *resolver;
	bool want4, want6;
	char domain[256], zone[256], parent[256];
	struct question ns, zone_ns, parent_ns;
	struct ns_host hosts[NS_HOSTS];
	size_t host_count;
	struct ns_host parents[NS_PARENTS];
	size_t parent_count;
	struct question referral; /* the delegation, from the parent */
	bool referral_asked;
	struct ns_server servers[NS_ADDRESSES];
	size_t server_count;
};

void ns_probe_start(struct ns_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, bool want4, bool want6);
/*
 * True once nothing that is still open could change what the comparison
 * says: every name server has answered from one of its addresses.
 */
bool ns_probe_enough(const struct ns_probe *probe);
void ns_probe_evidence(const struct ns_probe *probe, struct evidence *e);

#endif
