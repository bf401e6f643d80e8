#ifndef RT_CORE_REPORT_ELSEWHERE_H
#define RT_CORE_REPORT_ELSEWHERE_H

/*
 * The same case from another machine: what to type there, with this program
 * and without it.  Nothing secret stands in it, everything from outside is
 * quoted for the shell.
 */

struct buf;
struct session;

/* "relaytrace check --from=... bob@dest.example", without a line end. */
void elsewhere_command(const struct session *session, struct buf *out);
/* dig and swaks, for a case of which nothing has been asked yet. */
void elsewhere_by_hand(const struct session *session, struct buf *out);
/* All of it, with a line of explanation each. */
void report_elsewhere(const struct session *session, struct buf *out);

#endif
