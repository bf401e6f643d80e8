#ifndef RT_NET_DIAL_H
#define RT_NET_DIAL_H

/*
 * Where a connection really goes.  Normally an address is itself.  A demo
 * or a test world gives a map: there every documentation address leads to a
 * port on loopback, and an address that is not in the map is silent, so
 * that no packet ever leaves the machine.
 */

#include <stdbool.h>

struct addr;
struct dial;

struct dial *dial_new(void);         /* an empty map */
void dial_free(struct dial *dial);   /* NULL is fine */
/* Packets for `from` (address and port) go to `to`. */
void dial_map(struct dial *dial, const struct addr *from,
    const struct addr *to);

/* From now on every address is silent. */
void dial_cut(struct dial *dial);

enum dial_way {
	DIAL_GO,     /* *to is where to connect */
	DIAL_SILENT, /* nobody there: behave like a packet filter */
	DIAL_REFUSE, /* the host is there, nobody listens at this port */
};

/*
 * `dial` NULL is the identity.  With a map: DIAL_REFUSE when another port
 * of the same host is mapped, DIAL_SILENT when none is.
 */
enum dial_way dial_find(const struct dial *dial, const struct addr *from,
    struct addr *to);

#endif
