#ifndef RT_UI_CASES_H
#define RT_UI_CASES_H

/*
 * Cases that are kept: JSON of the contract in $XDG_STATE_HOME/relaytrace
 * (~/.local/state/relaytrace), readable by their owner only, without any
 * credentials.
 */

#include <stdbool.h>
#include <stddef.h>

struct err;
struct session;

/* Writes the session; `path` gets where. */
bool cases_keep(const struct session *session, char *path, size_t size,
    struct err *err);

#endif
