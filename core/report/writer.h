#ifndef RT_CORE_REPORT_WRITER_H
#define RT_CORE_REPORT_WRITER_H

/*
 * The report for people is told once (content.c) and written in several
 * hands: a writer knows how its format shows a heading, a list, a server's
 * words.  All text it gets is visible text (core/text.h); the writer
 * escapes it for its format.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/report/report.h"

struct buf;
struct fix;
struct server;
struct session;
struct transcript_line;

enum mark {
	MARK_PLAIN,
	MARK_FOR,
	MARK_AGAINST,
	MARK_ERROR,
	MARK_WARNING,
	MARK_INFO,
};

struct writer;

/* What a mark means, in a word or two; "" where it goes without. */
const char *writer_mark(enum mark mark);

struct writer_ops {
	/* Title of the document: the verdict's word and for whom. */
	void (*begin)(struct writer *w, const char *verdict,
	    const char *subject);
	void (*end)(struct writer *w);
	void (*heading)(struct writer *w, const char *text);
	void (*para)(struct writer *w, const char *text);
	/* "Label: text" */
	void (*fact)(struct writer *w, const char *label, const char *text);
	/* What somebody said, word for word; `ref` may be "". */
	void (*quote)(struct writer *w, const char *text, const char *ref);
	/* Begins the n-th cause. */
	void (*cause)(struct writer *w, size_t n, const char *sure,
	    const char *summary, const char *id);
	void (*list_begin)(struct writer *w);
	void (*item)(struct writer *w, enum mark mark, const char *text,
	    const char *ref);
	void (*list_end)(struct writer *w);
	void (*command)(struct writer *w, const char *text);
	void (*servers_begin)(struct writer *w);
	void (*server)(struct writer *w, const struct server *server);
	void (*servers_end)(struct writer *w);
	void (*excerpt_begin)(struct writer *w, const char *title);
	/* number 0: lines are left out here, `line` is NULL. */
	void (*line)(struct writer *w, size_t number,
	    const struct transcript_line *line);
	void (*excerpt_end)(struct writer *w);
};

struct writer {
	const struct writer_ops *ops;
	struct buf *out;
	enum report_lines lines;
};

/* Tells the whole session to the writer. */
void content_write(const struct session *session, struct writer *w);

#endif
