#ifndef RT_CORE_NEXT_H
#define RT_CORE_NEXT_H

/*
 * What to ask next: the experiments that were left out, the most useful for
 * this verdict first.
 */

#include <stddef.h>

#include "core/plan.h"

struct session;

/* At most `max` of them; returns how many. */
size_t next_experiments(const struct session *session,
    enum experiment_id *ids, size_t max);

#endif
