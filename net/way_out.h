#ifndef RT_NET_WAY_OUT_H
#define RT_NET_WAY_OUT_H

/*
 * Is there a way to the outside at all?  Asks the kernel's routing table by
 * connecting a datagram socket, which sends nothing.
 */

#include <stdbool.h>

#include "net/addr.h"

/*
 * True if the kernel knows a way to `to` (port 0 becomes 53); *from gets
 * the local address that would be used.
 */
bool way_out(const struct addr *to, struct addr *from);

#endif
