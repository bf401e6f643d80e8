#ifndef RT_CORE_PROBE_SENDER_PROBE_H
#define RT_CORE_PROBE_SENDER_PROBE_H

/*
 * The sending side as others see it in DNS: does the sender's domain take
 * mail (E17), does the EHLO name resolve, has the sending address a name
 * that leads back to it (E10, RFC 1912 2.1)?
 */

#include <stdbool.h>

#include "core/probe/probe.h"
#include "core/probe/question.h"
#include "net/addr.h"

#define PTR_NAMES 4

struct sender_probe {
	struct probe base;
	struct resolver *resolver;
	char domain[256]; /* the sender's; "" for the null sender */
	char helo[256];   /* "" if an address literal is said */
	struct addr client; /* AF_UNSPEC: not known yet */
	bool client_final;  /* no address will come any more */
	struct question mx, a, aaaa;         /* of domain */
	struct question mx_a, mx_aaaa;       /* of its best exchanger */
	struct question helo_a, helo_aaaa;
	struct question ptr;
	size_t name_count;
	char names[PTR_NAMES][256];
	struct question forward[PTR_NAMES];
};

void sender_probe_start(struct sender_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *domain, const char *helo);
/* The address as the servers see it, once it is known; family AF_UNSPEC
 * says that it will not be. */
void sender_probe_client(struct sender_probe *probe,
    const struct addr *client);
/* The EHLO name leads to an address, and to this one it does not. */
bool sender_probe_elsewhere(const struct sender_probe *probe,
    const struct addr *addr);
void sender_probe_evidence(const struct sender_probe *probe,
    struct evidence *e);

#endif
