#include "core/bounce/mime.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/buf.h"
#include "net/mem.h"

/* What a part's own header says of it. */
struct entity {
	char type[80]; /* "text/plain", lower case */
	char charset[48];
	char encoding[24];
	char boundary[256];
};

/* The first limit that was met is the one told. */
static void
leave_out(struct mime *mime, const char *what)
{
	if (mime->left_out == NULL)
		mime->left_out = what;
}

static void walk(struct mime *mime, const char *bytes, size_t n, int message,
    int depth, const struct entity *entity);

static size_t
line_length(const char *p, size_t n)
{
	const char *nl = memchr(p, '\n', n);

	return nl != NULL ? (size_t)(nl - p) + 1 : n;
}

static void
copy_word(char *out, size_t size, const char *value)
{
	size_t n = strcspn(value, "; \t\r\n\"");

	if (n >= size)
		n = size - 1;
	memcpy(out, value, n);
	out[n] = '\0';
	text_lower(out);
}

static void
describe(const struct mime_headers *headers, struct entity *entity)
{
	const char *type = mime_header(headers, "content-type");
	const char *encoding = mime_header(headers,
	    "content-transfer-encoding");

	memset(entity, 0, sizeof(*entity));
	if (type != NULL) {
		copy_word(entity->type, sizeof(entity->type), type);
		mime_parameter(type, "charset", entity->charset,
		    sizeof(entity->charset));
		mime_parameter(type, "boundary", entity->boundary,
		    sizeof(entity->boundary));
	}
	if (encoding != NULL)
		copy_word(entity->encoding, sizeof(entity->encoding),
		    encoding);
}

static bool
is_type(const struct entity *entity, const char *prefix)
{
	return strncmp(entity->type, prefix, strlen(prefix)) == 0;
}

static int
add_message(struct mime *mime, int parent)
{
	struct mime_message *message;

	mime->messages = mem_grow(mime->messages, mime->message_count,
	    &mime->message_cap, sizeof(*mime->messages));
	message = &mime->messages[mime->message_count];
	memset(message, 0, sizeof(*message));
	message->parent = parent;
	return (int)mime->message_count++;
}

static enum mime_kind
kind_of(const struct entity *entity)
{
	if (strstr(entity->type, "delivery-status") != NULL)
		return MIME_STATUS;
	if (strstr(entity->type, "feedback-report") != NULL)
		return MIME_FEEDBACK;
	if (strstr(entity->type, "disposition-notification") != NULL)
		return MIME_RECEIPT;
	if (strcmp(entity->type, "text/rfc822-headers") == 0 ||
	    strcmp(entity->type, "message/global-headers") == 0 ||
	    strcmp(entity->type, "message/rfc822-headers") == 0)
		return MIME_HEADERS;
	return strcmp(entity->type, "text/html") == 0 ? MIME_HTML : MIME_TEXT;
}

static void
add_part(struct mime *mime, const char *bytes, size_t n, int message,
    int depth, const struct entity *entity)
{
	struct mime_part *part;
	struct buf text, html;

	if (mime->part_count >= MIME_PARTS_MAX) {
		leave_out(mime, "more than 400 texts");
		return;
	}
	if (n > MIME_PART_TEXT_MAX) {
		leave_out(mime, "the end of a text of more than 1 MiB");
		n = MIME_PART_TEXT_MAX;
	}
	mime->parts = mem_grow(mime->parts, mime->part_count, &mime->part_cap,
	    sizeof(*mime->parts));
	part = &mime->parts[mime->part_count++];
	part->kind = kind_of(entity);
	part->message = message;
	part->depth = depth;
	buf_init(&text, 3 * MIME_PART_TEXT_MAX);
	mime_charset(bytes, n, entity->charset, &text);
	if (part->kind == MIME_HTML) {
		buf_init(&html, 3 * MIME_PART_TEXT_MAX);
		mime_html(buf_str(&text), text.len, &html);
		buf_clear(&text);
		text = html;
	}
	part->len = text.len;
	part->text = buf_steal(&text);
}

/* A line "--boundary", with blanks or "--" behind it. */
static bool
is_boundary(const char *line, size_t n, const char *boundary, size_t len)
{
	return n >= len + 2 && line[0] == '-' && line[1] == '-' &&
	    memcmp(line + 2, boundary, len) == 0 &&
	    (n == len + 2 || strchr(" \t\r\n-", line[len + 2]) != NULL);
}

/*
 * The boundary was lost or does not occur: a line that begins with "--" and
 * has a Content- field below it must be one.
 */
static bool
guess_boundary(const char *bytes, size_t n, char *out, size_t size)
{
	size_t at, len, next, end;

	for (at = 0; at < n; at += len) {
		len = line_length(bytes + at, n - at);
		next = at + len;
		if (len < 5 || len >= size || bytes[at] != '-' ||
		    bytes[at + 1] != '-' || n - next < 8 ||
		    !text_istarts(bytes + next, "content-"))
			continue;
		end = len;
		while (end > 2 && strchr(" \t\r\n", bytes[at + end - 1]))
			end--;
		if (end <= 2 || memchr(bytes + at, '\0', end) != NULL)
			continue;
		memcpy(out, bytes + at + 2, end - 2);
		out[end - 2] = '\0';
		return true;
	}
	return false;
}

static bool
has_boundary(const char *bytes, size_t n, const char *boundary)
{
	size_t at, len, size = strlen(boundary);

	for (at = 0; size > 0 && at < n; at += len) {
		len = line_length(bytes + at, n - at);
		if (is_boundary(bytes + at, len, boundary, size))
			return true;
	}
	return false;
}

/* One body part: its own header, an empty line, its content. */
static void
walk_part(struct mime *mime, const char *bytes, size_t n, int message,
    int depth)
{
	struct mime_headers headers = { 0 };
	struct entity entity;
	size_t used = mime_headers_read(&headers, bytes, n);

	describe(&headers, &entity);
	mime_headers_clear(&headers);
	walk(mime, bytes + used, n - used, message, depth, &entity);
}

/*
 * More than the sentence about MIME in front of the first boundary is a
 * report whose own boundary was lost.
 */
#define PREAMBLE_MIN 400

static void
walk_multipart(struct mime *mime, const char *bytes, size_t n, int message,
    int depth, const char *boundary)
{
	struct entity plain = { .type = "text/plain" };
	size_t at, len, from = 0, size = strlen(boundary);
	bool inside = false;

	for (at = 0; at < n && mime->part_count < MIME_PARTS_MAX; at += len) {
		len = line_length(bytes + at, n - at);
		if (!is_boundary(bytes + at, len, boundary, size))
			continue;
		if (inside)
			walk_part(mime, bytes + from, at - from, message,
			    depth + 1);
		else if (from == 0 && at > PREAMBLE_MIN)
			walk(mime, bytes, at, message, depth + 1, &plain);
		from = at + len;
		inside = len < size + 4 ||
		    memcmp(bytes + at + 2 + size, "--", 2) != 0;
	}
	if (at < n)
		leave_out(mime, "more than 400 texts");
	else if (inside)
		walk_part(mime, bytes + from, n - from, message, depth + 1);
	else if (from < n && from > 0) {
		/* Some gateways write the report behind the last boundary. */
		if (n - from > 40)
			walk(mime, bytes + from, n - from, message, depth + 1,
			    &plain);
	}
}

static void
walk_message(struct mime *mime, const char *bytes, size_t n, int parent,
    int depth)
{
	struct entity entity;
	size_t used;
	int message;

	while (n > 0 && (*bytes == '\r' || *bytes == '\n')) {
		bytes++;
		n--;
	}
	if (mime->message_count >= MIME_MESSAGES_MAX) {
		leave_out(mime, "more than 64 messages inside each other");
		return;
	}
	message = add_message(mime, parent);
	used = mime_headers_read(&mime->messages[message].headers, bytes, n);
	describe(&mime->messages[message].headers, &entity);
	walk(mime, bytes + used, n - used, message, depth, &entity);
}

/* Types that are never read: pictures, archives, calendars. */
static bool
is_unreadable(const struct entity *entity)
{
	return is_type(entity, "image/") || is_type(entity, "audio/") ||
	    is_type(entity, "video/") || is_type(entity, "font/") ||
	    (is_type(entity, "application/") &&
	    strcmp(entity->type, "application/octet-stream") != 0);
}

static void
walk_decoded(struct mime *mime, const char *bytes, size_t n, int message,
    int depth, const struct entity *entity)
{
	char boundary[256];

	if (is_type(entity, "multipart/")) {
		if (has_boundary(bytes, n, entity->boundary))
			walk_multipart(mime, bytes, n, message, depth,
			    entity->boundary);
		else if (guess_boundary(bytes, n, boundary, sizeof(boundary)))
			walk_multipart(mime, bytes, n, message, depth,
			    boundary);
		else
			add_part(mime, bytes, n, message, depth, entity);
	} else if (strcmp(entity->type, "message/rfc822") == 0 ||
	    strcmp(entity->type, "message/global") == 0) {
		walk_message(mime, bytes, n, message, depth + 1);
	} else if (!is_unreadable(entity)) {
		add_part(mime, bytes, n, message, depth, entity);
	}
}

/*
 * Text that is only labelled as base64: most of its lines hold what no
 * base64 can.
 */
static bool
is_false_base64(const char *bytes, size_t n)
{
	size_t at, len, i, lines = 0, bad = 0;

	for (at = 0; at < n && lines < 1000; at += len) {
		len = line_length(bytes + at, n - at);
		for (i = 0; i < len && !isalnum((unsigned char)bytes[at + i]);
		    i++)
			;
		lines += i < len;
		for (i = 0; i < len; i++)
			if (bytes[at + i] == '\0' || (strchr("+/= \t\r\n",
			    bytes[at + i]) == NULL &&
			    !isalnum((unsigned char)bytes[at + i])))
				break;
		bad += i < len;
	}
	return bad > 0 && bad * 2 >= lines;
}

/* Takes the transfer encoding off, then looks inside. */
static void
walk(struct mime *mime, const char *bytes, size_t n, int message, int depth,
    const struct entity *entity)
{
	struct buf decoded;

	if (depth > MIME_DEPTH_MAX) {
		leave_out(mime, "parts that are nested more than 16 deep");
		return;
	}
	if ((strcmp(entity->encoding, "base64") != 0 ||
	    is_false_base64(bytes, n)) &&
	    strcmp(entity->encoding, "quoted-printable") != 0) {
		walk_decoded(mime, bytes, n, message, depth, entity);
		return;
	}
	buf_init(&decoded, MIME_INPUT_MAX);
	if (entity->encoding[0] == 'b')
		mime_base64(bytes, n, &decoded);
	else
		mime_quoted_printable(bytes, n, false, &decoded);
	walk_decoded(mime, buf_str(&decoded), decoded.len, message, depth,
	    entity);
	buf_clear(&decoded);
}

/*
 * Text without a header may still be the inside of a multipart; what stands
 * before the first boundary is then what the person pasted first.
 */
static void
walk_fragment(struct mime *mime, const char *bytes, size_t n)
{
	struct entity plain = { .type = "text/plain" };
	char boundary[256];
	size_t at = 0, size;

	mime->fragment = true;
	add_message(mime, -1);
	if (!guess_boundary(bytes, n, boundary, sizeof(boundary))) {
		walk(mime, bytes, n, 0, 0, &plain);
		return;
	}
	size = strlen(boundary);
	while (at < n && !is_boundary(bytes + at,
	    line_length(bytes + at, n - at), boundary, size))
		at += line_length(bytes + at, n - at);
	if (at > 0)
		walk(mime, bytes, at, 0, 0, &plain);
	walk_multipart(mime, bytes + at, n - at, 0, 0, boundary);
}

/* Lines that end in CR alone, as old Macs wrote them; the caller frees. */
static char *
with_line_feeds(const char *bytes, size_t n)
{
	char *copy;
	size_t i;

	if (memchr(bytes, '\n', n) != NULL || memchr(bytes, '\r', n) == NULL)
		return NULL;
	copy = mem_alloc(n);
	for (i = 0; i < n; i++)
		copy[i] = bytes[i] == '\r' ? '\n' : bytes[i];
	return copy;
}

void
mime_read(struct mime *mime, const char *bytes, size_t n)
{
	char *copy;

	memset(mime, 0, sizeof(*mime));
	if (n > MIME_INPUT_MAX) {
		n = MIME_INPUT_MAX;
		leave_out(mime, "what lies beyond 16 MiB");
	}
	copy = with_line_feeds(bytes, n);
	if (copy != NULL)
		bytes = copy;
	if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		n -= 3;
	}
	while (n > 0 && strchr(" \t\r\n", *bytes) != NULL && *bytes != '\0') {
		bytes++;
		n--;
	}
	if (n > 5 && (memcmp(bytes, "From ", 5) == 0 ||
	    memcmp(bytes, ">From", 5) == 0)) { /* mbox */
		size_t line = line_length(bytes, n);

		if (mime_headers_begin(bytes + line, n - line)) {
			bytes += line;
			n -= line;
		}
	}
	if (mime_headers_begin(bytes, n))
		walk_message(mime, bytes, n, -1, 0);
	else
		walk_fragment(mime, bytes, n);
	free(copy);
}

void
mime_clear(struct mime *mime)
{
	size_t i;

	for (i = 0; i < mime->message_count; i++)
		mime_headers_clear(&mime->messages[i].headers);
	for (i = 0; i < mime->part_count; i++)
		free(mime->parts[i].text);
	free(mime->messages);
	free(mime->parts);
	memset(mime, 0, sizeof(*mime));
}
