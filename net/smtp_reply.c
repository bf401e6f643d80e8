#include "net/smtp_reply.h"

#include <stdio.h>
#include <string.h>

#define SHOWN 80 /* bytes of a line that is no reply, in the message */

void
smtp_reply_parser_init(struct smtp_reply_parser *parser)
{
	struct smtp_reply *reply = &parser->reply;

	reply->code = 0;
	reply->enhanced = (struct enhanced) { 0, 0, 0 };
	reply->text[0] = '\0';
	reply->len = 0;
	reply->lines = 0;
	reply->truncated = reply->mixed_code = false;
	reply->bare_lf = reply->eight_bit = false;
	parser->len = parser->bytes = 0;
	parser->code = 0;
	parser->cut = parser->last_cr = false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One to three digits, RFC 3463 section 2. */
static const char *
number(const char *at, int *value)
{
	int n = 0, digits = 0;

	for (; is_digit(*at) && digits < 4; at++, digits++)
		n = n * 10 + (*at - '0');
	if (digits == 0 || digits > 3)
		return NULL;
	*value = n;
	return at;
}

/*
 * What follows must not make it an address ("4.2.2.1 is listed") or a
 * version ("5.7.1beta").
 */
size_t
enhanced_parse(const char *text, struct enhanced *enhanced)
{
	struct enhanced e = { 0, 0, 0 };
	const char *at = text;

	if (*at != '2' && *at != '4' && *at != '5')
		return 0;
	e.class = *at++ - '0';
	if (*at++ != '.')
		return 0;
	at = number(at, &e.subject);
	if (at == NULL || *at++ != '.')
		return 0;
	at = number(at, &e.detail);
	if (at == NULL || is_alnum(*at) || (at[0] == '.' && is_digit(at[1])))
		return 0;
	while (*at == ' ' || *at == '\t')
		at++;
	*enhanced = e;
	return (size_t)(at - text);
}

const char *
enhanced_text(const struct enhanced *enhanced, char *out)
{
	if (enhanced->class == 0)
		out[0] = '\0';
	else
		snprintf(out, 16, "%d.%d.%d", enhanced->class % 10,
		    enhanced->subject % 1000, enhanced->detail % 1000);
	return out;
}

/* The status at the line's begin, or in qmail's form "(#5.7.1)" behind. */
static void
learn_status(struct smtp_reply *reply, const char *text)
{
	const char *mark = text;

	if (enhanced_parse(text, &reply->enhanced) > 0)
		return;
	while ((mark = strstr(mark, "(#")) != NULL) {
		mark += 2;
		if (enhanced_parse(mark, &reply->enhanced) > 0)
			return;
	}
}

static void
keep_text(struct smtp_reply *reply, const char *text, size_t len)
{
	size_t room = sizeof(reply->text) - 1 - reply->len;

	if (reply->lines > 0 && room == 0) {
		reply->truncated = true;
		return;
	}
	if (reply->lines > 0) {
		reply->text[reply->len++] = '\n';
		room--;
	}
	if (len > room) {
		len = room;
		reply->truncated = true;
	}
	memcpy(reply->text + reply->len, text, len);
	reply->len += len;
	reply->text[reply->len] = '\0';
}

/* RFC 5321 4.2: printable ASCII and tab; everything else is remembered. */
static void
look_at_bytes(struct smtp_reply *reply, char *line, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c > 0x7e)
			reply->eight_bit = true;
		if (c == '\0')
			line[i] = '?';
	}
}

static bool
looks_like_reply(const char *line, size_t len)
{
	if (len < 3 || line[0] < '2' || line[0] > '5')
		return false;
	if (!is_digit(line[1]) || !is_digit(line[2]))
		return false;
	return len == 3 || line[3] == ' ' || line[3] == '-' || line[3] == '\t';
}

static enum feed
no_reply(const struct smtp_reply_parser *parser, struct err *err)
{
	char shown[SHOWN * 4 + 1];
	size_t i, at = 0;

	for (i = 0; i < parser->len && i < SHOWN && at < 160; i++) {
		unsigned char c = (unsigned char)parser->line[i];

		at += (size_t)snprintf(shown + at, sizeof(shown) - at,
		    c < 0x20 || c > 0x7e || c == '\\' ? "\\x%02x" : "%c", c);
	}
	shown[at] = '\0';
	err_set(err, ERR_PROTOCOL, "not an SMTP reply: \"%s\"%s", shown,
	    i < parser->len || parser->cut ? "..." : "");
	return FEED_BAD;
}

static enum feed
end_of_line(struct smtp_reply_parser *parser, struct err *err)
{
	struct smtp_reply *reply = &parser->reply;
	char *line = parser->line;
	int code;

	reply->bare_lf |= !parser->last_cr;
	if (parser->last_cr && parser->len > 0 && line[parser->len - 1] == '\r')
		parser->len--;
	parser->last_cr = false;
	line[parser->len] = '\0';
	if (!looks_like_reply(line, parser->len))
		return no_reply(parser, err);
	code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
	look_at_bytes(reply, line, parser->len);
	if (parser->len > 4) {
		keep_text(reply, line + 4, parser->len - 4);
		learn_status(reply, line + 4);
	} else {
		keep_text(reply, "", 0);
	}
	reply->lines++;
	reply->truncated |= parser->cut;
	reply->mixed_code |= parser->code != 0 && parser->code != code;
	parser->code = code;
	if (parser->len > 3 && line[3] == '-') {
		parser->len = 0;
		parser->cut = false;
		if (reply->lines < SMTP_REPLY_LINES)
			return FEED_MORE;
		err_set(err, ERR_LIMIT, "a reply of more than %d lines",
		    SMTP_REPLY_LINES);
		return FEED_BAD;
	}
	reply->code = code;
	return FEED_REPLY;
}

/* A piece of a line, without its LF. */
static void
add_piece(struct smtp_reply_parser *parser, const char *bytes, size_t n)
{
	size_t room = sizeof(parser->line) - 1 - parser->len;

	if (n == 0)
		return;
	parser->last_cr = bytes[n - 1] == '\r';
	if (n > room) {
		/* A CR that is the one byte too many does not count. */
		parser->cut |= n > room + 1 || !parser->last_cr;
		n = room;
	}
	memcpy(parser->line + parser->len, bytes, n);
	parser->len += n;
}

enum feed
smtp_reply_feed(struct smtp_reply_parser *parser, const char *bytes, size_t n,
    size_t *used, struct err *err)
{
	enum feed result = FEED_MORE;
	const char *lf;
	size_t at = 0, piece;

	if (parser->reply.code != 0)
		smtp_reply_parser_init(parser);
	while (at < n && result == FEED_MORE) {
		lf = memchr(bytes + at, '\n', n - at);
		piece = lf != NULL ? (size_t)(lf - bytes) - at : n - at;
		parser->bytes += piece + (lf != NULL);
		if (parser->bytes > SMTP_REPLY_BYTES) {
			err_set(err, ERR_LIMIT, "a reply of more than %d KiB",
			    SMTP_REPLY_BYTES / 1024);
			result = FEED_BAD;
			break;
		}
		add_piece(parser, bytes + at, piece);
		at += piece + (lf != NULL);
		if (lf != NULL)
			result = end_of_line(parser, err);
		else if (parser->len > 4 &&
		    !looks_like_reply(parser->line, parser->len))
			result = no_reply(parser, err);
	}
	*used = at;
	return result;
}

void
smtp_reply_flat(const struct smtp_reply *reply, char *out, size_t size)
{
	size_t i;

	if (size == 0)
		return;
	for (i = 0; i < reply->len && i + 1 < size; i++)
		out[i] = reply->text[i] == '\n' ? ' ' : reply->text[i];
	out[i] = '\0';
}
