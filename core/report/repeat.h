#ifndef RT_CORE_REPORT_REPEAT_H
#define RT_CORE_REPORT_REPEAT_H

/*
 * The same by hand: commands for dig, openssl s_client and swaks that ask
 * what a probe asked.  Whatever came from outside is quoted for the shell;
 * a password never stands in them (swaks asks for it).
 */

#include <stdbool.h>

struct buf;
struct probe;
struct session;

/* One command a line; nothing for a probe that has no counterpart. */
void repeat_probe(const struct session *session, const struct probe *probe,
    struct buf *out);

/* One word of a shell command, quoted where it is not plain. */
void repeat_word(struct buf *out, const char *word);

#endif
