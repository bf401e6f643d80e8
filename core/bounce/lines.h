#ifndef RT_CORE_BOUNCE_LINES_H
#define RT_CORE_BOUNCE_LINES_H

/*
 * A text as trimmed lines, with the marks of quoting ("> ") taken off, as
 * forwarded bounces carry them.  The ">>> RCPT TO" and "<<< 550" lines of a
 * session transcript keep theirs.
 */

#include <stdbool.h>
#include <stddef.h>

#define LINES_MAX 20000
#define LINE_TEXT_MAX 4000 /* bytes kept of one line */

struct line {
	char *text; /* without blanks at either end */
	size_t len;
	int indent; /* columns in front of it */
};

struct lines {
	char *store;
	struct line *v;
	size_t count, cap;
};

void lines_read(struct lines *lines, const char *text, size_t n);
void lines_clear(struct lines *lines);

#endif
