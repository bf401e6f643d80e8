#ifndef RT_CORE_PROBE_CONTROL_PROBE_H
#define RT_CORE_PROBE_CONTROL_PROBE_H

/*
 * Control domains: real domains that the server under test certainly does
 * not host (E1), and whose mail servers tell whether port 25 is open from
 * here (E14).  The look-ups run beside everything else.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/probe/probe.h"
#include "core/probe/question.h"

#define CONTROLS_MAX 4

struct control {
	char domain[256];
	struct question mx, a, aaaa; /* of the domain; of its best MX */
	bool wanted, asked;          /* the addresses */
};

struct control_probe {
	struct probe base;
	struct resolver *resolver;
	bool want4, want6, want_addresses; /* of all of them */
	struct control controls[CONTROLS_MAX];
	size_t count;
};

/* `domains` may be NULL: the built-in few. */
void control_probe_start(struct control_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *const *domains, size_t count, bool want4, bool want6);

/* True once it is known which of them exist. */
bool control_probe_known(const struct control_probe *probe);
/*
 * The first control domain that shares no mail server with the given MX
 * answer (and preferably not their provider either), nor has its own on one
 * of the machines in question, whatever they are called there.  NULL if
 * there is none, or if *wait: its addresses are being looked up, and the
 * parent is woken when they are known.
 */
const char *control_probe_choose(struct control_probe *probe,
    const struct dns_msg *mx, const char *domain, const struct addr *servers,
    size_t count, bool *wait);
/* From now on the addresses of their mail servers are looked up as well. */
void control_probe_want_addresses(struct control_probe *probe);
/* Address of the i-th control domain's best mail server. */
bool control_probe_address(const struct control_probe *probe, size_t i,
    struct addr *addr, char *host, size_t size);

#endif
