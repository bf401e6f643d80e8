#ifndef RT_UI_SETUP_H
#define RT_UI_SETUP_H

/*
 * How the settings reach the network: resolver, trust anchors, loop.  One
 * for all commands that probe.  For a demo the world takes their place.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/session.h"

struct err;
struct loop;
struct settings;
struct world;

struct setup {
	struct network net;
	struct resolver *resolver; /* owned */
	struct tls_trust *trust;   /* owned, unless the world's */
	bool own_trust;
};

/*
 * `world` may be NULL; it was started then.  On failure *err says what is
 * wrong with which option or file, and nothing is left to clear.
 */
bool setup_open(struct setup *setup, const struct settings *settings,
    struct loop *loop, const struct world *world, struct err *err);
void setup_clear(struct setup *setup); /* after the sessions that use it */

/*
 * English where a program will read the report: its words are compared by
 * scripts, and between tickets of people who speak different languages.
 */
void setup_language(const struct settings *settings);

#endif
