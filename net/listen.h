#ifndef RT_NET_LISTEN_H
#define RT_NET_LISTEN_H

/*
 * A listening socket on loopback, for the servers of worlds and tests.
 */

#include <stdbool.h>

struct addr;
struct err;
struct listener;
struct loop;

/*
 * Listens at `addr` (port 0: any free one) and calls `accepted` with each
 * new descriptor, which is then the callee's.  *addr becomes the real one.
 */
struct listener *listener_new(struct loop *loop, struct addr *addr,
    void (*accepted)(void *arg, int fd, const struct addr *peer), void *arg,
    struct err *err);
void listener_free(struct listener *listener); /* NULL is fine */

#endif
