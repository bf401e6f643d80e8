#include "core/bounce/source.h"

#include <stdio.h>
#include <string.h>

#include "core/bounce/mime.h"
#include "core/bounce/notice_json.h"
#include "core/text.h"
#include "net/buf.h"

#define TEXT_MAX ((size_t)512 << 10) /* bytes of a report's own words */

static const char *const automatic[][2] = {
#define REPLY_NOT(words, told) { words, told },
#include "core/bounce/layouts.def"
};

static bool
has_words(const char *value, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; value != NULL && i < count; i++)
		if (text_ifind(value, words[i]) != NULL)
			return true;
	return false;
}

static const char *const daemons[] = {
	"mailer-daemon", "postmaster", "mail delivery", "mdaemon",
	"microsoftexchange", "mail administrator", "mailadmin",
	"mailerdaemon", "mailer daemon", "mail system",
	"post_master", "mail-daemon", "bounce", "mail transfer",
	"system administrator", "internet mail delivery", "daemon@",
};

static bool
is_daemon(const char *from)
{
	return has_words(from, daemons, sizeof(daemons) / sizeof(daemons[0]));
}

bool
source_is_bounce_header(const struct mime_headers *h)
{
	const char *type = mime_header(h, "content-type");
	const char *path = mime_header(h, "return-path");

	return (type != NULL && text_istarts(type, "multipart/report")) ||
	    (path != NULL && strcmp(path, "<>") == 0) ||
	    mime_header(h, "x-failed-recipients") != NULL ||
	    is_daemon(mime_header(h, "from"));
}

/* Does the header look as those of bounces do? */
static bool
is_from_daemon(const struct mime_headers *h)
{
	static const char *const subjects[] = {
		"undeliver", "failure", "failed", "returned mail",
		"delivery status", "delivery report", "delay", "non-delivery",
		"delivery notification", "could not", "unzustellbar",
		"not delivered", "bounce", "undelivered", "delivery error",
		"mail system error", "nondeliverable", "mail error",
		"\xe3\x82\xa8\xe3\x83\xa9\xe3\x83\xbc", "unable to deliver",
		"\xe9\x85\x8d\xe4\xbf\xa1", "non remis", "rejected",
		"no entregado", "user unknown", "unknown user",
		"warning: could not send", "delivery problem",
	};

	return source_is_bounce_header(h) ||
	    has_words(mime_header(h, "subject"), subjects,
	    sizeof(subjects) / sizeof(subjects[0]));
}

/* Pasted without its header: do the words make it a report all the same? */
static bool
is_report_text(const struct mime *mime, int message)
{
	static const char *const words[] = {
		"undeliver", "not be delivered", "not delivered",
		"not been delivered", "not yet been delivered",
		"able to deliver", "delivery failed", "delivery problems",
		"failed permanently", "returned mail", "failed recipient",
		"did not reach", "failure reasons", "unsent message",
		"original message follows", "permanent errors",
	};
	size_t i;

	for (i = 0; i < mime->part_count; i++)
		if (mime->parts[i].message == message &&
		    mime->parts[i].kind == MIME_TEXT)
			return has_words(mime->parts[i].text, words,
			    sizeof(words) / sizeof(words[0]));
	return false;
}

/* The fields of the message that came back. */
static void
take_returned(struct source *s, const struct mime_headers *h)
{
	static const char *const to[] = {
		"x-original-to", "envelope-to", "to", "cc",
	};
	const char *value;
	size_t i;

	/* "Received: ... for <a@b>" is the envelope itself. */
	value = mime_header(h, "received");
	value = value != NULL ? text_ifind(value, " for <") : NULL;
	if (value != NULL && s->returned_to[0] == '\0')
		mailbox_at(value + 5, s->returned_to);
	for (i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		value = mime_header(h, to[i]);
		if (s->returned_to[0] == '\0' && value != NULL)
			mailbox_of_field(value, s->returned_to);
	}
	value = mime_header(h, "return-path");
	if (value != NULL && strcmp(value, "<>") == 0)
		s->returned_null = true;
	else if (value != NULL && s->returned_from[0] == '\0')
		mailbox_of_field(value, s->returned_from);
	value = mime_header(h, "x-envelope-from");
	if (value != NULL && s->returned_from[0] == '\0')
		mailbox_of_field(value, s->returned_from);
	value = mime_header(h, "from");
	if (value != NULL && s->returned_from[0] == '\0' && !s->returned_null)
		mailbox_of_field(value, s->returned_from);
}

/*
 * The header of the returned message where it stands in the text itself; the
 * bounce's own may stand before it, where it was forwarded.
 */
static void
take_returned_text(struct source *s, size_t from, int tries)
{
	const struct lines *lines = &s->lines;
	struct mime_headers h = { 0 };
	struct buf block;
	size_t i, taken = 0;

	buf_init(&block, 64 << 10);
	for (i = from; i < lines->count && taken < 300; i++) {
		const struct line *line = &lines->v[i];
		size_t name = strcspn(line->text, ": ");

		if (line->len == 0 && taken > 3)
			break;
		if (line->text[name] != ':' || name == 0 || name > 40) {
			if (taken > 0 && line->len > 0 && line->indent > 0)
				buf_printf(&block, " %s\n", line->text);
			continue;
		}
		buf_printf(&block, "%s\n", line->text);
		taken++;
	}
	mime_headers_read(&h, buf_str(&block), block.len);
	if (i < lines->count && tries > 0 &&
	    is_daemon(mime_header(&h, "from")))
		take_returned_text(s, i, tries - 1);
	else
		take_returned(s, &h);
	mime_headers_clear(&h);
	buf_clear(&block);
}

/* Joins the parts of one kind that belong to this message. */
static void
join_parts(const struct source *s, enum mime_kind kind, struct buf *out)
{
	const struct mime *mime = s->mime;
	bool report = false;
	size_t i;

	for (i = 0; i < mime->part_count; i++) {
		const struct mime_part *part = &mime->parts[i];

		if (part->message != s->message)
			continue;
		/* Text behind the fields is the returned message. */
		if (part->kind == MIME_STATUS && part->len > 0)
			report = true;
		if (part->kind != kind || (report && out->len > 0))
			continue;
		if (out->len > 0)
			buf_puts(out, "\n\n");
		buf_add(out, part->text, part->len);
	}
}

static bool
holds_fields(const char *text)
{
	return text_ifind(text, "final-recipient:") != NULL ||
	    text_ifind(text, "diagnostic-code:") != NULL ||
	    text_ifind(text, "original-recipient:") != NULL;
}

/*
 * A receipt (RFC 8098) in the first part of which a server says that it
 * refused the message: how Sieve's reject (RFC 5429) and delivery agents
 * answer.  "Displayed" is never that, nor is a person's "deleted".
 */
static bool
is_refusing_receipt(const struct mime *mime, const struct mime_part *receipt)
{
	static const char *const refusals[] = {
		"reject", "refus", "quota", "mailbox full", "is full",
		"not deliver", "undeliver",
	};
	size_t i;

	if (text_ifind(receipt->text, "automatic-action") == NULL ||
	    text_ifind(receipt->text, "displayed") != NULL)
		return false;
	for (i = 0; i < mime->part_count; i++)
		if (mime->parts[i].message == receipt->message &&
		    mime->parts[i].kind == MIME_TEXT)
			return has_words(mime->parts[i].text, refusals,
			    sizeof(refusals) / sizeof(refusals[0]));
	return false;
}

static void
read_fields(struct source *s)
{
	const struct mime *mime = s->mime;
	size_t i;

	for (i = 0; i < mime->part_count; i++) {
		const struct mime_part *part = &mime->parts[i];

		if (part->message != s->message)
			continue;
		if (part->kind == MIME_STATUS ||
		    (part->kind == MIME_RECEIPT &&
		    is_refusing_receipt(mime, part)))
			dsn_read(&s->dsn, part->text, part->len);
		s->complaint = s->complaint || part->kind == MIME_FEEDBACK;
		s->receipt = s->receipt || part->kind == MIME_RECEIPT;
	}
	for (i = 0; i < mime->part_count && s->dsn.count == 0; i++) {
		const struct mime_part *part = &mime->parts[i];

		if (part->message != s->message ||
		    part->kind == MIME_STATUS ||
		    part->kind == MIME_FEEDBACK || part->kind == MIME_RECEIPT)
			continue;
		if (holds_fields(part->text))
			dsn_read(&s->dsn, part->text, part->len);
		else if (part->kind == MIME_TEXT)
			s->complaint = s->complaint || notice_json_read(
			    &s->dsn, part->text) == NOTICE_COMPLAINT;
	}
}

/* False when there is no such text. */
static bool
read_words(struct source *s, enum mime_kind kind)
{
	struct buf text;
	bool some;

	buf_init(&text, TEXT_MAX);
	join_parts(s, kind, &text);
	some = text.len > 0;
	text_report_clear(&s->text);
	lines_clear(&s->lines);
	lines_read(&s->lines, buf_str(&text), text.len);
	buf_clear(&text);
	text_report_read(&s->text, &s->lines, false);
	if (s->text.count == 0 && s->from_daemon && s->dsn.count == 0) {
		text_report_clear(&s->text);
		text_report_read(&s->text, &s->lines, true);
	}
	return some;
}

static void
read_returned(struct source *s)
{
	const struct mime *mime = s->mime;
	size_t i;

	for (i = 0; i < mime->message_count; i++)
		if (mime->messages[i].parent == s->message)
			take_returned(s, &mime->messages[i].headers);
	for (i = 0; i < mime->part_count; i++) {
		struct mime_headers h = { 0 };

		if (mime->parts[i].message != s->message ||
		    mime->parts[i].kind != MIME_HEADERS)
			continue;
		mime_headers_read(&h, mime->parts[i].text,
		    mime->parts[i].len);
		take_returned(s, &h);
		mime_headers_clear(&h);
	}
	if (s->returned_to[0] == '\0' || s->returned_from[0] == '\0')
		take_returned_text(s, s->text.returned, 2);
}

/*
 * Has it another's header, and neither the layout of a mail system, nor the
 * header of a bounce, nor a returned message in it?  Then it is a letter,
 * in which "could not be delivered to a@b" is talk.
 */
static bool
is_letter(const struct source *s)
{
	const struct text_report *t = &s->text;
	size_t i;

	if (s->headers->count == 0 || is_from_daemon(s->headers) ||
	    t->product[0] != '\0' || t->reporting_mta[0] != '\0' ||
	    t->returned < s->lines.count)
		return false;
	for (i = 0; i < s->lines.count; i++) {
		const char *line = s->lines.v[i].text;

		line += strspn(line, "*_ ");
		if (text_istarts(line, "from:") && is_daemon(line))
			return false;
	}
	return true;
}

void
source_open(struct source *s, const struct mime *mime, int message,
    bool by_words)
{
	memset(s, 0, sizeof(*s));
	s->mime = mime;
	s->message = message;
	s->headers = &mime->messages[message].headers;
	s->from_daemon = is_from_daemon(s->headers) ||
	    ((by_words || s->headers->count == 0) &&
	    is_report_text(mime, message));
	read_fields(s);
	read_words(s, MIME_TEXT);
	if (s->text.count == 0 && !s->text.has_loose &&
	    !read_words(s, MIME_HTML))
		read_words(s, MIME_TEXT);
	s->letter = is_letter(s);
	read_returned(s);
}

void
source_close(struct source *s)
{
	dsn_clear(&s->dsn);
	text_report_clear(&s->text);
	lines_clear(&s->lines);
}

/* Is an address of the text the person's who got the bounce? */
bool
source_is_addressee(const struct source *s, const char *recipient)
{
	const char *to = mime_header(s->headers, "to");
	const char *from = mime_header(s->headers, "from");

	return (to != NULL && text_ifind(to, recipient) != NULL) ||
	    (from != NULL && text_ifind(from, recipient) != NULL) ||
	    mailbox_same(s->text.sender, recipient) ||
	    mailbox_same(s->returned_from, recipient);
}

const char *
source_is_automatic(const struct source *s)
{
	const char *subject = mime_header(s->headers, "subject");
	size_t i;

	if (mime_header(s->headers, "x-autoreply") != NULL ||
	    mime_header(s->headers, "x-autorespond") != NULL)
		return "an automatic answer";
	for (i = 0; subject != NULL &&
	    i < sizeof(automatic) / sizeof(automatic[0]); i++)
		if (text_ifind(subject, automatic[i][0]) != NULL)
			return automatic[i][1];
	return NULL;
}
