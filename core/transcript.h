#ifndef RT_CORE_TRANSCRIPT_H
#define RT_CORE_TRANSCRIPT_H

/*
 * What was said, line by line, by whom and when.  Text is made visible
 * (core/text.h) as it comes in, so a transcript can be shown anywhere; it
 * never holds credentials (whoever says a secret notes "AUTH PLAIN ****").
 * Lines are numbered from 1; a line's number never changes.  DNS probes
 * use the same form: the question is the client's line, each record the
 * server's.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/stage.h"

#define TRANSCRIPT_LINES 4000   /* more are dropped and counted */
#define TRANSCRIPT_LINE 2048    /* bytes of one line, more are cut */
#define TRANSCRIPT_NOTE 400     /* bytes of an annotation */

enum line_dir {
	LINE_NOTE,   /* ours: "connected to ...", "TLS 1.3 established" */
	LINE_CLIENT,
	LINE_SERVER,
};

struct transcript_line {
	int ms; /* since the session began */
	enum line_dir dir;
	enum stage stage;
	bool secure;      /* travelled in TLS */
	bool failure;     /* the conversation failed here */
	char *text;       /* visible text; server lines with their code */
	char *annotation; /* what it means, or NULL; '\n' separates notes */
};

struct transcript {
	struct transcript_line *lines; /* lines[n - 1] is line n */
	size_t count, cap;
	size_t dropped;
	int failure; /* line number, 0: none */
	unsigned version; /* grows with every change, for screens */
};

/* Each returns the line's number (0 when it was dropped). */
int transcript_add(struct transcript *tr, int ms, enum line_dir dir,
    enum stage stage, bool secure, const char *bytes, size_t n);
int transcript_printf(struct transcript *tr, int ms, enum line_dir dir,
    enum stage stage, bool secure, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* Adds a note under the line; line 0 is ignored. */
void transcript_annotate(struct transcript *tr, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Marks the line where it failed (the last mark counts). */
void transcript_fail(struct transcript *tr, int line);
void transcript_clear(struct transcript *tr);

#endif
