#ifndef RT_NET_SMTP_REPLY_H
#define RT_NET_SMTP_REPLY_H

/*
 * SMTP replies (RFC 5321 4.2) from bytes in any portion.  The parser is
 * tolerant where real servers are sloppy (bare LF, a code without text, a
 * code that changes within a reply) and says so in the reply's flags; what
 * is no reply at all is FEED_BAD.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/err.h"

#define SMTP_REPLY_TEXT 4096 /* bytes kept of a reply's text */
#define SMTP_REPLY_LINE 2048 /* bytes kept of one line (RFC: 512) */
#define SMTP_REPLY_LINES 2000 /* more lines end the conversation */
#define SMTP_REPLY_BYTES (256 * 1024) /* so do more bytes in one reply */

/* RFC 3463 status; class 0: none was given. */
struct enhanced {
	int class, subject, detail;
};

struct smtp_reply {
	int code; /* 0: none yet; of the last line */
	/*
	 * Of the last line that has one, at its begin (RFC 2034) or as
	 * "(#5.7.1)" anywhere in it, which is qmail's habit.
	 */
	struct enhanced enhanced;
	/*
	 * The lines without code and separator, joined by '\n'; raw bytes
	 * but for NUL, which becomes '?'. Show it only escaped.
	 */
	char text[SMTP_REPLY_TEXT];
	size_t len;
	int lines;
	bool truncated;  /* text or a line was longer than we keep */
	bool mixed_code; /* the lines' codes differ */
	bool bare_lf;    /* a line ended without CR */
	bool eight_bit;  /* bytes above 0x7e or control bytes but tab seen */
};

enum feed {
	FEED_MORE,  /* took everything, wants more */
	FEED_REPLY, /* a whole reply is in parser->reply */
	FEED_BAD,   /* not SMTP (ERR_PROTOCOL), beyond a limit (ERR_LIMIT) */
};

struct smtp_reply_parser {
	struct smtp_reply reply;
	char line[SMTP_REPLY_LINE];
	size_t len;   /* of line */
	size_t bytes; /* of the whole reply so far */
	int code;     /* of the lines before this one, 0: none */
	bool cut;     /* this line was longer than we keep */
	bool last_cr; /* the last byte taken of this line is a CR */
};

void smtp_reply_parser_init(struct smtp_reply_parser *parser);

/*
 * Feed n bytes.  *used tells how many were taken: after FEED_REPLY the
 * rest belongs to the next reply (or is an injection before STARTTLS).
 */
enum feed smtp_reply_feed(struct smtp_reply_parser *parser, const char *bytes,
    size_t n, size_t *used, struct err *err);

/*
 * "5.7.1 rest": fills *enhanced and returns the bytes it took, blanks behind
 * it included; 0 if `text` does not begin with a status (RFC 3463 2).
 */
size_t enhanced_parse(const char *text, struct enhanced *enhanced);
/* "5.7.1", or "" for none; `out` holds 16 bytes; returns it. */
const char *enhanced_text(const struct enhanced *enhanced, char *out);

/* The reply on one line: lines joined by a blank, without code. */
void smtp_reply_flat(const struct smtp_reply *reply, char *out, size_t size);

#endif
