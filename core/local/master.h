#ifndef RT_CORE_LOCAL_MASTER_H
#define RT_CORE_LOCAL_MASTER_H

/*
 * Postfix's master.cf as postconf -M shows it: which services listen, and
 * what one of them sets by itself (-o), which comes before main.cf.  Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/addr.h"

/* Does a service of it listen on this TCP port? */
bool master_serves(const char *services, uint16_t port);
/*
 * The settings of the service that listens on `server`, as lines "name =
 * value"; "" where it sets none or none is found.  One that names the
 * address goes before one that takes all.  Its name is put into `name`.
 * free() the result.
 */
char *master_overrides(const char *services, const struct addr *server,
    char *name, size_t size);

#endif
