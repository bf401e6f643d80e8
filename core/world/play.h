#ifndef RT_CORE_WORLD_PLAY_H
#define RT_CORE_WORLD_PLAY_H

/*
 * A world that plays, and the case it tells, ready for a session: the
 * settings that its `case` lines make, resolver, map and trust.  Demos and
 * tests both begin here, so that what a demo shows is what a check does.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/mail_case.h"
#include "core/session.h"
#include "core/settings.h"
#include "net/err.h"
#include "net/sasl.h"

struct loop;
struct world;

/* What a session borrows lives here: clear the session first. */
struct play {
	struct loop *loop; /* borrowed */
	struct world *world;
	struct resolver *resolver;
	struct settings settings;
	struct mail_case input;
	struct credentials cred; /* strings of the world */
	struct network net;
};

/*
 * The command line that the world tells, as one would type it behind
 * "relaytrace check": options, then the recipient.  The caller frees each
 * of *args and the array itself, which ends with NULL.
 */
size_t world_arguments(const struct world *world, char ***args);

/*
 * Takes the world, which is freed also when this fails.  *err says which
 * line of the case is wrong.
 */
bool play_begin(struct play *play, struct world *world, struct loop *loop,
    struct err *err);
void play_end(struct play *play);

#endif
