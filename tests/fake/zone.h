#ifndef RT_TESTS_FAKE_ZONE_H
#define RT_TESTS_FAKE_ZONE_H

/*
 * DNS of a test: the functions of net/dns.h answered from zone text, on a
 * virtual clock and without a packet.  A program that compiles zone.c gets
 * these in place of the resolver's.
 *
 * A line of zone text is NAME TYPE DATA; TXT takes the rest of the line
 * (\xNN is a byte, "|" begins the next character-string).  In place of a
 * type may stand: EMPTY (the name exists), SERVFAIL, TIMEOUT (silence, told
 * after 4 s), SLOW (DATA ms before each answer) and SECURE (answers have AD).  "NAME TYPE! TIMEOUT"
 * or "NAME TYPE! SERVFAIL" fails questions of that type only.  Names that
 * stand nowhere do not exist.
 */

#include <stdbool.h>
#include <stddef.h>

struct loop;
struct resolver;

struct resolver *zone_resolver(struct loop *loop, const char *zone);
void zone_free(struct resolver *resolver);
/* How often this question was put; type NULL: any. */
unsigned zone_asked(const struct resolver *resolver, const char *name,
    const char *type);
unsigned zone_questions(const struct resolver *resolver); /* all */
size_t zone_open(const struct resolver *resolver); /* not yet dropped */

#endif
