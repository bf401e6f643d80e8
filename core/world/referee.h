#ifndef RT_CORE_WORLD_REFEREE_H
#define RT_CORE_WORLD_REFEREE_H

/*
 * Watches whether the client keeps to the protocol (RFC 5321, 2920, 3207)
 * and to the manners of a guest: one connection at a time with an address
 * and port and few in all, at most three refused recipients in each, no
 * address forms of open-relay tests unless `case open-relay-forms` asks,
 * in EHLO a name that was given (`case helo`) or is its own. Violations are
 * counted in the world. Private to core/world/mail*.c.
 */

#include <stdbool.h>

struct mail_port;
struct mail_session;

void referee_connection(struct mail_port *port);
/* The session's line; `grouped`: it came before the last reply can have. */
void referee_command(struct mail_session *s, bool grouped);
/* The session's recipient got this reply code. */
void referee_recipient(struct mail_session *s, int code);

#endif
