#ifndef RT_CORE_BOUNCE_MIME_H
#define RT_CORE_BOUNCE_MIME_H

/*
 * A mail message, or a piece of one, taken apart into texts (RFC 2045,
 * 2046, 2047, 5322).  People paste what they have: headers may be missing,
 * boundaries cut off, encodings mislabelled.  Nothing here fails; what
 * cannot be decoded is kept as it is.  All text that comes out is UTF-8
 * with '\n' line ends and without NUL.  Time is linear in the input, and
 * everything is capped by the limits below.
 */

#include <stdbool.h>
#include <stddef.h>

struct buf;

#define MIME_INPUT_MAX ((size_t)16 << 20) /* bytes read of one input */
#define MIME_DEPTH_MAX 16   /* multiparts and messages inside each other */
#define MIME_PARTS_MAX 400  /* text parts kept */
#define MIME_MESSAGES_MAX 64
#define MIME_FIELDS_MAX 300 /* header fields kept of one header */
#define MIME_HEADER_MAX ((size_t)256 << 10) /* bytes read of one header */
#define MIME_PART_TEXT_MAX ((size_t)1 << 20) /* bytes of decoded text */

enum mime_kind {
	MIME_TEXT,     /* text/plain, or anything shown as it is */
	MIME_HTML,     /* text/html, already turned into text */
	MIME_STATUS,   /* message/delivery-status, RFC 3464 and 6533 */
	MIME_HEADERS,  /* text/rfc822-headers: what was returned */
	MIME_FEEDBACK, /* message/feedback-report, RFC 5965 */
	MIME_RECEIPT,  /* message/disposition-notification, RFC 8098 */
};

struct mime_field {
	char *name;  /* lower case */
	char *value; /* unfolded, RFC 2047 decoded */
};

struct mime_headers {
	struct mime_field *fields;
	size_t count, cap;
};

/* The input itself is message 0; each message/rfc822 part is another. */
struct mime_message {
	struct mime_headers headers;
	int parent; /* index of the message it is a part of, or -1 */
};

struct mime_part {
	enum mime_kind kind;
	int message; /* index */
	int depth;
	char *text;  /* UTF-8 */
	size_t len;
};

struct mime {
	struct mime_message *messages;
	size_t message_count, message_cap;
	struct mime_part *parts;
	size_t part_count, part_cap;
	bool fragment;  /* message 0 has no header of its own */
	const char *left_out; /* what a limit above cut off, static; or NULL */
};

/* Reads n bytes; what lies beyond MIME_INPUT_MAX is not looked at. */
void mime_read(struct mime *mime, const char *bytes, size_t n);
void mime_clear(struct mime *mime); /* frees what mime_read made */

/* The first field of that (lower case) name, or NULL; borrowed. */
const char *mime_header(const struct mime_headers *headers, const char *name);

/* The pieces, each of use alone. */

/*
 * Reads fields up to the first empty line or the first line that is none;
 * returns the bytes taken, the empty line included.
 */
size_t mime_headers_read(struct mime_headers *headers, const char *bytes,
    size_t n);
void mime_headers_clear(struct mime_headers *headers);
/* Does this look like the header of a message, and not like prose? */
bool mime_headers_begin(const char *bytes, size_t n);

/* "text/plain; charset=x": the parameter's value (RFC 2231 continuations
 * joined), or false. */
bool mime_parameter(const char *value, const char *name, char *out,
    size_t size);

/* Appends what the encoded words of RFC 2047 stand for. */
void mime_words(const char *value, size_t n, struct buf *out);
void mime_quoted_printable(const char *bytes, size_t n, bool header,
    struct buf *out);
void mime_base64(const char *bytes, size_t n, struct buf *out);
/*
 * To UTF-8 by iconv.  An unknown or empty charset is guessed: UTF-8 where
 * it is valid, ISO-2022-JP where its escapes stand, else windows-1252.
 * CR LF and CR become '\n', NUL becomes a blank.
 */
void mime_charset(const char *bytes, size_t n, const char *charset,
    struct buf *out);
/* What a person would read of an HTML page. */
void mime_html(const char *html, size_t n, struct buf *out);

#endif
