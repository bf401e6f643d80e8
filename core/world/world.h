#ifndef RT_CORE_WORLD_WORLD_H
#define RT_CORE_WORLD_WORLD_H

/*
 * A small internet on loopback that plays a situation: a real DNS server
 * and real SMTP servers (with TLS) under documentation addresses, which a
 * dial map leads to loopback ports.  No packet leaves the machine.  The
 * servers live in the same loop as whoever asks them, so a world works on
 * the virtual clock too.
 *
 * A world is text (`.world`, described in core/world/FORMAT.md): records,
 * the servers' dialogues, a title and story, the command line's answers,
 * and what must be concluded.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/addr.h"
#include "net/err.h"

struct dial;
struct loop;
struct tls_trust;
struct world;

/* Reads a world; *err names the line that is wrong. The caller frees. */
struct world *world_parse(const char *text, size_t n, struct err *err);
struct world *world_read(const char *path, struct err *err);
void world_free(struct world *world); /* stops it; NULL is fine */

/* Opens its sockets on loopback. Once; before any of the next. */
bool world_start(struct world *world, struct loop *loop, struct err *err);
const struct dial *world_dial(const struct world *world);
struct tls_trust *world_trust(const struct world *world); /* borrowed */
/* Its recursive resolvers, as the world's addresses. */
size_t world_resolvers(const struct world *world, const struct addr **addrs);

/* "Once upon a time": all may be "" */
const char *world_title(const struct world *world);
const char *world_story(const struct world *world);
/* What to look at in the wizard. */
const char *world_watch(const struct world *world);

/*
 * The pre-answered command line: values of `case KEY VALUE` lines, with the
 * keys of the long options (from, server, helo, sending-ip, control, user,
 * password ...) and `recipient`.  NULL where there is none; the i-th one.
 */
const char *world_case(const struct world *world, const char *key, size_t i);

/* `rtt`, ms: how long every round trip takes; 0 if the world has none. */
int world_rtt(const struct world *world);
/* The asking machine's IPv4 address as the world's servers see it. */
const struct addr *world_client(const struct world *world);

/*
 * What must be concluded (`expect KEY VALUE...` lines), for the tests:
 * i-th value of the key, NULL behind the last.  FORMAT.md has the keys.
 */
const char *world_expect(const struct world *world, const char *key,
    size_t i);

/*
 * Counters since the start: connections accepted, DNS questions answered,
 * rule violations of the client (talking before the greeting is whole,
 * commands behind EHLO or STARTTLS, groups without PIPELINING, DATA),
 * sessions that ended without QUIT.
 */
struct world_count {
	unsigned connections, questions, violations, without_quit, rcpts,
	    messages;
};
struct world_count world_counts(const struct world *world);
/* The last violation in words, for a test that fails; may be "". */
const char *world_last_violation(const struct world *world);

/*
 * The network is lost: from now on nothing arrives from anybody, and nobody
 * hangs up.  Or only the resolvers die.
 */
void world_lose(struct world *world, bool resolvers_only);

/* The scenarios built into the program, for `relaytrace demo`. */
struct demo {
	const char *name; /* "backup-mx" */
	const char *title;
	const char *text; /* the world */
	size_t size;
};
size_t demo_count(void);
const struct demo *demo_nth(size_t i);
const struct demo *demo_find(const char *name);

#endif
