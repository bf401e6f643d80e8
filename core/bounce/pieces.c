#include "core/bounce/pieces.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/bounce/mime.h"
#include "core/bounce/source.h"
#include "core/text.h"

static const char *const openings[] = {
#define OPENING(words) words,
#include "core/bounce/layouts.def"
};

static size_t
line_length(const char *p, size_t n)
{
	const char *nl = memchr(p, '\n', n);

	return nl != NULL ? (size_t)(nl - p) + 1 : n;
}

static bool
is_blank(const char *line, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strchr(" \t\r\n", line[i]) == NULL || line[i] == '\0')
			return false;
	return true;
}

/* "From a@b Thu Dec 22 17:54:04 2015": a time must stand in it. */
static bool
is_mbox_line(const char *line, size_t n)
{
	size_t i;

	if (n < 12 || memcmp(line, "From ", 5) != 0)
		return false;
	for (i = 7; i + 2 < n; i++)
		if (line[i] == ':' && isdigit((unsigned char)line[i - 1]) &&
		    isdigit((unsigned char)line[i + 1]))
			return true;
	return false;
}

static void
begin_piece(struct pieces *pieces, size_t at)
{
	if (pieces->count < PIECES_MAX)
		pieces->start[pieces->count++] = at;
}

static bool
is_mbox(const char *bytes, size_t n)
{
	size_t len = line_length(bytes, n);

	return is_mbox_line(bytes, len) &&
	    mime_headers_begin(bytes + len, n - len);
}

static void
split_mbox(struct pieces *pieces, const char *bytes, size_t from, size_t n)
{
	size_t at, len;
	bool blank = false;

	for (at = from; at < n; at += len) {
		len = line_length(bytes + at, n - at);
		if (blank && is_mbox(bytes + at, n - at))
			begin_piece(pieces, at);
		blank = is_blank(bytes + at, len);
	}
}

/*
 * One message behind the other.  A bounce returns a message, whose header
 * is no new piece even where that message was a bounce itself; so a header
 * of a bounce begins one only behind the end of the multipart, or behind
 * the header of what was returned.
 */
struct follow {
	char end[270]; /* the line "--boundary--", or "" */
	bool open;     /* that line is still to come */
	bool returned; /* a header of the returned message went by */
	bool bounce;
};

/* Takes the header at `at` as the piece's own; the bytes it has. */
static size_t
follow_message(struct follow *f, const char *bytes, size_t n)
{
	struct mime_headers h = { 0 };
	char boundary[256];
	const char *type;
	size_t used = mime_headers_read(&h, bytes, n);

	memset(f, 0, sizeof(*f));
	f->bounce = source_is_bounce_header(&h);
	type = mime_header(&h, "content-type");
	if (type != NULL && text_istarts(type, "multipart/") &&
	    mime_parameter(type, "boundary", boundary, sizeof(boundary))) {
		snprintf(f->end, sizeof(f->end), "--%s--", boundary);
		f->open = true;
	}
	mime_headers_clear(&h);
	return used > 0 ? used : line_length(bytes, n);
}

/* The bytes of a header that stands here in the piece followed, or 0. */
static size_t
pass_header(struct pieces *pieces, struct follow *f, const char *bytes,
    size_t at, size_t n)
{
	struct mime_headers h = { 0 };
	size_t used;
	bool bounce;

	if (!mime_headers_begin(bytes + at, n - at))
		return 0;
	used = mime_headers_read(&h, bytes + at, n - at);
	bounce = source_is_bounce_header(&h);
	mime_headers_clear(&h);
	if (bounce && f->returned) {
		begin_piece(pieces, at);
		return follow_message(f, bytes + at, n - at);
	}
	f->returned = true;
	return used;
}

static void
split_messages(struct pieces *pieces, const char *bytes, size_t from,
    size_t n)
{
	struct follow f;
	size_t at, len, end;
	bool blank = true;

	at = from + follow_message(&f, bytes + from, n - from);
	for (; at < n && f.bounce; at += len) {
		len = line_length(bytes + at, n - at);
		end = strlen(f.end);
		if (f.open && len >= end &&
		    memcmp(bytes + at, f.end, end) == 0) {
			f.open = false;
			f.returned = true;
			blank = true;
			continue;
		}
		if (!f.open && blank && isalpha((unsigned char)bytes[at])) {
			size_t used = pass_header(pieces, &f, bytes, at, n);

			if (used > 0) {
				len = used;
				blank = true;
				continue;
			}
		}
		blank = is_blank(bytes + at, len);
	}
}

/* Is this the first line of a report, as its program always writes it? */
static bool
is_opening(const char *line, size_t n)
{
	char text[200];
	size_t i;

	snprintf(text, sizeof(text), "%.*s", (int)(n < 199 ? n : 199), line);
	for (i = 0; i < sizeof(openings) / sizeof(openings[0]); i++)
		if (text_istarts(text, openings[i]))
			return true;
	return false;
}

static void
split_texts(struct pieces *pieces, const char *bytes, size_t from, size_t n)
{
	size_t at, len;
	bool blank = true, open = false;

	for (at = from; at < n; at += len) {
		len = line_length(bytes + at, n - at);
		if (blank && is_opening(bytes + at, len)) {
			if (open)
				begin_piece(pieces, at);
			open = true;
		}
		blank = is_blank(bytes + at, len);
	}
}

void
pieces_find(struct pieces *pieces, const char *bytes, size_t n)
{
	size_t from = 0;

	if (n > MIME_INPUT_MAX)
		n = MIME_INPUT_MAX;
	pieces->count = 1;
	pieces->start[0] = 0;
	if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		from = 3;
	while (from < n && is_blank(bytes + from, 1))
		from++;
	pieces->headed = true;
	if (is_mbox(bytes + from, n - from)) {
		split_mbox(pieces, bytes, from, n);
	} else if (mime_headers_begin(bytes + from, n - from)) {
		split_messages(pieces, bytes, from, n);
	} else {
		pieces->headed = false;
		split_texts(pieces, bytes, from, n);
	}
	pieces->start[pieces->count] = n;
}
