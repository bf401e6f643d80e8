#include "core/bounce/explain_entry.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/lines.h"
#include "core/bounce/log.h"
#include "core/bounce/mime.h"
#include "core/bounce/notice_json.h"
#include "core/bounce/text_report.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/mem.h"

#define TEXT_MAX ((size_t)512 << 10) /* bytes of a report's own words */

static const char *const automatic[][2] = {
#define REPLY_NOT(words, told) { words, told },
#include "core/bounce/layouts.def"
};

/* One message and what was read of it. */
struct source {
	const struct mime *mime;
	int message;
	const struct mime_headers *headers;
	struct dsn dsn;
	struct text_report text;
	struct lines lines;
	bool from_daemon; /* the header looks like a bounce's */
	bool complaint, receipt;
	/* Of the message that came back: */
	char returned_to[MAILBOX_MAX], returned_from[MAILBOX_MAX];
	bool returned_null; /* its Return-Path was <> */
};

const char *
explain_kind_name(enum explain_kind kind)
{
	static const char *const names[] = {
		[EXPLAIN_UNKNOWN] = "unknown",
		[EXPLAIN_BOUNCE] = "bounce",
		[EXPLAIN_LOG] = "log",
		[EXPLAIN_REPLY] = "reply",
	};

	return names[kind];
}

const char *
explain_looked_for(void)
{
	return "a delivery report (Final-Recipient, Diagnostic-Code), the "
	    "layout of a mail system's bounce, a failed address with words "
	    "about it, lines of a mail log, or a reply that begins with a "
	    "three-digit number such as \"550 5.7.1 Unable to relay\"";
}

static struct explain_entry *
entry_of(struct explanation *e, const char *recipient)
{
	struct explain_entry *entry;
	size_t i;

	for (i = 0; i < e->count && recipient[0] != '\0'; i++)
		if (mailbox_same(e->entries[i].recipient, recipient))
			return &e->entries[i];
	if (e->count >= EXPLAIN_ENTRIES_MAX) {
		e->truncated = true;
		return NULL;
	}
	e->entries = mem_grow(e->entries, e->count, &e->cap,
	    sizeof(*e->entries));
	entry = &e->entries[e->count++];
	memset(entry, 0, sizeof(*entry));
	entry->stage = STAGE_COUNT;
	entry->product = "";
	snprintf(entry->recipient, sizeof(entry->recipient), "%s", recipient);
	return entry;
}

static void
set_reply(struct explain_entry *entry, const struct found_reply *reply,
    enum explain_source source)
{
	entry->code = reply->code;
	entry->enhanced = reply->enhanced;
	snprintf(entry->text, sizeof(entry->text), "%.*s",
	    (int)sizeof(entry->text) - 1, reply->text);
	entry->reply_source = source;
}

static void
set_server(struct explain_entry *entry, const char *host,
    const char *address, enum explain_source source)
{
	if (host[0] == '\0' || entry->server[0] != '\0')
		return;
	memcpy(entry->server, host, sizeof(entry->server));
	memcpy(entry->server_address, address, sizeof(entry->server_address));
	entry->server_source = source;
}

static bool
is_specific(const struct enhanced *e)
{
	return e->class != 0 && (e->subject != 0 || e->detail != 0);
}

/* The words for people complete what the fields left open. */
static void
complete(struct explain_entry *entry, const struct text_entry *said)
{
	struct found_reply now = { .code = entry->code };
	bool better;

	snprintf(now.text, sizeof(now.text), "%s", entry->text);
	better = (entry->code == 0 && said->reply.code != 0) ||
	    (entry->text[0] == '\0' && said->reply.text[0] != '\0') ||
	    (reply_is_echo(&now) && said->has_reply &&
	    !reply_is_echo(&said->reply));
	if (!better && entry->code == 0 && !is_specific(&entry->enhanced))
		better = is_specific(&said->reply.enhanced);
	if (better) {
		struct enhanced status = entry->enhanced;

		set_reply(entry, &said->reply, SOURCE_LAYOUT);
		if (entry->enhanced.class == 0 || (is_specific(&status) &&
		    !is_specific(&entry->enhanced)))
			entry->enhanced = status;
	} else if (said->reply.code != 0 && said->reply.code != entry->code) {
		return; /* of another attempt, at another server */
	}
	if (entry->stage == STAGE_COUNT)
		entry->stage = said->stage;
	set_server(entry, said->host, said->address, SOURCE_LAYOUT);
}

static bool
has_words(const char *value, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; value != NULL && i < count; i++)
		if (text_ifind(value, words[i]) != NULL)
			return true;
	return false;
}

/* Does the header look as those of bounces do? */
static bool
is_from_daemon(const struct mime_headers *h)
{
	static const char *const names[] = {
		"mailer-daemon", "postmaster", "mail delivery", "mdaemon",
		"microsoftexchange", "mail administrator", "mailadmin",
		"mailerdaemon", "mailer daemon", "mail system",
		"post_master", "mail-daemon", "bounce", "mail transfer",
		"system administrator", "internet mail delivery", "daemon@",
	};
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
	const char *type = mime_header(h, "content-type");
	const char *path = mime_header(h, "return-path");

	return (type != NULL && text_istarts(type, "multipart/report")) ||
	    (path != NULL && strcmp(path, "<>") == 0) ||
	    mime_header(h, "x-failed-recipients") != NULL ||
	    has_words(mime_header(h, "from"), names,
	    sizeof(names) / sizeof(names[0])) ||
	    has_words(mime_header(h, "subject"), subjects,
	    sizeof(subjects) / sizeof(subjects[0]));
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

/* The header of the returned message where it stands in the text itself. */
static void
take_returned_text(struct source *s, size_t from)
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

static void
read_fields(struct source *s)
{
	const struct mime *mime = s->mime;
	size_t i;

	for (i = 0; i < mime->part_count; i++) {
		const struct mime_part *part = &mime->parts[i];

		if (part->message != s->message)
			continue;
		if (part->kind == MIME_STATUS)
			dsn_read(&s->dsn, part->text, part->len);
		s->complaint = s->complaint || part->kind == MIME_FEEDBACK;
		s->receipt = s->receipt || part->kind == MIME_RECEIPT;
	}
	for (i = 0; i < mime->part_count && s->dsn.count == 0; i++) {
		const struct mime_part *part = &mime->parts[i];

		if (part->message != s->message ||
		    part->kind == MIME_STATUS || part->kind == MIME_FEEDBACK)
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
		take_returned_text(s, s->text.returned);
}

static void
source_open(struct source *s, const struct mime *mime, int message)
{
	memset(s, 0, sizeof(*s));
	s->mime = mime;
	s->message = message;
	s->headers = &mime->messages[message].headers;
	s->from_daemon = is_from_daemon(s->headers);
	read_fields(s);
	read_words(s, MIME_TEXT);
	if (s->text.count == 0 && !s->text.has_loose &&
	    !read_words(s, MIME_HTML))
		read_words(s, MIME_TEXT);
	read_returned(s);
}

static void
source_close(struct source *s)
{
	dsn_clear(&s->dsn);
	text_report_clear(&s->text);
	lines_clear(&s->lines);
}

/* Whose message it was, from the best place that says so. */
static void
set_sender(const struct source *s, struct explain_entry *entry)
{
	const char *from = "", *to;
	enum explain_source source = SOURCE_LAYOUT;
	char mailbox[MAILBOX_MAX];

	if (s->dsn.sender[0] != '\0') {
		from = s->dsn.sender;
		source = SOURCE_FIELD;
	} else if (s->text.sender[0] != '\0') {
		from = s->text.sender;
	} else if (s->returned_null) {
		entry->null_sender = true;
		entry->sender_source = SOURCE_FIELD;
		return;
	} else if (s->returned_from[0] != '\0') {
		from = s->returned_from;
		source = SOURCE_FIELD;
	} else {
		/* A bounce goes to the envelope sender. */
		to = mime_header(s->headers, "to");
		if (s->from_daemon && to != NULL &&
		    mailbox_of_field(to, mailbox)) {
			from = mailbox;
			source = SOURCE_GUESS;
		}
	}
	if (from[0] == '\0' || mailbox_same(from, entry->recipient))
		return;
	snprintf(entry->sender, sizeof(entry->sender), "%s", from);
	entry->sender_source = source;
}

static const char *
reporting(const struct source *s)
{
	return s->dsn.reporting_mta[0] != '\0' ? s->dsn.reporting_mta :
	    s->text.reporting_mta;
}

/* What every entry of a bounce gets once its own facts are in. */
static void
finish(const struct source *s, struct explain_entry *entry)
{
	const char *mta = reporting(s);

	set_sender(s, entry);
	snprintf(entry->reporting_mta, sizeof(entry->reporting_mta), "%s",
	    mta);
	if (entry->server[0] == '\0' && mta[0] != '\0') {
		/* Nobody else is named: the reporter refused it himself. */
		snprintf(entry->server, sizeof(entry->server), "%s", mta);
		entry->server_source = SOURCE_GUESS;
	}
	if (entry->action == DSN_NONE)
		entry->action = s->text.delayed ? DSN_DELAYED : DSN_FAILED;
}

/* The name of the recipient that the fields mean. */
static const char *
field_recipient(const struct source *s, const struct dsn_recipient *r)
{
	/* An address inside a system says less than the one outside. */
	if (strchr(mailbox_domain(r->final), '.') != NULL)
		return r->final;
	if (strchr(mailbox_domain(r->original), '.') != NULL)
		return r->original;
	if (s->text.count == 1)
		return s->text.entries[0].recipient;
	if (s->dsn.count == 1 && s->returned_to[0] != '\0')
		return s->returned_to;
	return r->final[0] != '\0' ? r->final : r->original;
}

static void
add_field_entry(struct explanation *e, const struct source *s,
    const struct dsn_recipient *r)
{
	struct explain_entry *entry = entry_of(e, field_recipient(s, r));
	const struct text_entry *said;

	if (entry == NULL || entry->recipient_source != SOURCE_NONE)
		return;
	entry->recipient_source = SOURCE_FIELD;
	if (strchr(r->original, '@') != NULL &&
	    !mailbox_same(r->original, entry->recipient))
		memcpy(entry->original, r->original, sizeof(r->original));
	entry->action = r->action;
	if (r->has_reply)
		set_reply(entry, &r->reply, SOURCE_FIELD);
	if (!is_specific(&entry->enhanced) && r->status.class != 0)
		entry->enhanced = r->status;
	if (r->has_reply && entry->stage == STAGE_COUNT)
		entry->stage = stage_find(r->reply.text);
	set_server(entry, r->remote_mta, r->remote_address, SOURCE_FIELD);
	said = text_report_entry(&s->text, entry->recipient);
	if (said == NULL && r->original[0] != '\0')
		said = text_report_entry(&s->text, r->original);
	if (said == NULL && s->text.count == 1 && s->dsn.count == 1)
		said = &s->text.entries[0];
	if (said != NULL)
		complete(entry, said);
	if (s->text.has_session)
		complete(entry, &s->text.session);
	if (s->text.has_loose && s->dsn.count == 1)
		complete(entry, &s->text.loose);
	finish(s, entry);
}

/* True when the fields name somebody who did not get the message. */
static bool
from_fields(struct explanation *e, const struct source *s)
{
	size_t i;

	for (i = 0; i < s->dsn.count; i++) {
		const struct dsn_recipient *r = &s->dsn.recipients[i];

		if (r->action == DSN_DELIVERED || r->action == DSN_RELAYED ||
		    r->action == DSN_EXPANDED) {
			snprintf(e->note, sizeof(e->note),
			    "a notice that the message was %s",
			    dsn_action_name(r->action));
			continue;
		}
		add_field_entry(e, s, r);
	}
	return e->count > 0;
}

static void
add_text_entry(struct explanation *e, const struct source *s,
    const struct text_entry *said, const char *recipient,
    enum explain_source source)
{
	struct explain_entry *entry = entry_of(e, recipient);

	if (entry == NULL)
		return;
	if (entry->recipient_source == SOURCE_NONE)
		entry->recipient_source = source;
	if (said != NULL) {
		if (entry->reply_source == SOURCE_NONE)
			set_reply(entry, &said->reply, SOURCE_LAYOUT);
		if (entry->stage == STAGE_COUNT)
			entry->stage = said->stage;
		set_server(entry, said->host, said->address, SOURCE_LAYOUT);
	}
	finish(s, entry);
}

/* X-Failed-Recipients (Exim, Google): "a@b, c@d". */
static bool
from_header(struct explanation *e, const struct source *s)
{
	const char *value = mime_header(s->headers, "x-failed-recipients");
	char recipient[MAILBOX_MAX];
	const struct text_entry *said;
	size_t steps;

	for (steps = 0; value != NULL && steps < EXPLAIN_ENTRIES_MAX;
	    steps++) {
		value = mailbox_find(value, recipient);
		if (value == NULL)
			break;
		value += strlen(recipient);
		said = text_report_entry(&s->text, recipient);
		if (said == NULL && s->text.count == 1)
			said = &s->text.entries[0];
		/* The words around the reply are nearer to it. */
		if (said != NULL && said->has_reply && s->text.count == 1 &&
		    strchr(value, ',') == NULL &&
		    strchr(said->recipient, '@') != NULL)
			memcpy(recipient, said->recipient, sizeof(recipient));
		if (said == NULL && s->text.has_loose)
			said = &s->text.loose;
		add_text_entry(e, s, said, recipient, SOURCE_FIELD);
	}
	return e->count > 0;
}

/* Is an address of the text the person's who got the bounce? */
static bool
is_addressee(const struct source *s, const char *recipient)
{
	const char *to = mime_header(s->headers, "to");

	return (to != NULL && text_ifind(to, recipient) != NULL) ||
	    mailbox_same(s->text.sender, recipient) ||
	    mailbox_same(s->returned_from, recipient);
}

/*
 * Only a name is given: it is the one that the returned message was for,
 * or has a mailbox at the host that reports.
 */
static void
add_named_entry(struct explanation *e, const struct source *s,
    const struct text_entry *said)
{
	const char *from = mime_header(s->headers, "from");
	char host[MAILBOX_MAX] = "", full[2 * MAILBOX_MAX];
	size_t n = strlen(said->recipient);

	if (text_istarts(s->returned_to, said->recipient) &&
	    s->returned_to[n] == '@') {
		add_text_entry(e, s, said, s->returned_to, SOURCE_GUESS);
		return;
	}
	if (from == NULL || !mailbox_of_field(from, host))
		return;
	snprintf(full, sizeof(full), "%s@%s", said->recipient,
	    mailbox_domain(host));
	if (strlen(full) < MAILBOX_MAX)
		add_text_entry(e, s, said, full, SOURCE_GUESS);
}

static bool
from_words(struct explanation *e, const struct source *s)
{
	const struct text_report *t = &s->text;
	const char *subject = mime_header(s->headers, "subject");
	bool coded = false, others = false, failing = t->failing;
	bool named = false;
	size_t i;

	if (s->from_daemon && subject != NULL)
		failing = failing || text_tells_failure(subject);

	for (i = 0; i < t->count; i++) {
		coded = coded || t->entries[i].has_reply;
		others = others || !is_addressee(s, t->entries[i].recipient);
		named = named || !t->entries[i].header;
	}
	for (i = 0; i < t->count; i++) {
		const struct text_entry *said = &t->entries[i];

		if (named && said->header)
			continue;
		/* Where some have a reply, names without one are chance. */
		if (coded && !said->has_reply && !said->failing)
			continue;
		if (!coded && !said->failing && !failing)
			continue;
		if (others && !said->has_reply &&
		    is_addressee(s, said->recipient))
			continue;
		if (said->no_domain)
			add_named_entry(e, s, said);
		else
			add_text_entry(e, s, said, said->recipient,
			    SOURCE_LAYOUT);
	}
	return e->count > 0;
}

/* Nobody is named: who the returned message was for. */
static bool
from_returned(struct explanation *e, const struct source *s)
{
	const struct text_report *t = &s->text;

	if (s->returned_to[0] == '\0' || !(t->has_loose || t->failing))
		return false;
	add_text_entry(e, s, t->has_loose ? &t->loose : NULL, s->returned_to,
	    SOURCE_GUESS);
	return e->count > 0;
}

static const char *
automatic_answer(const struct source *s)
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

/* In this order: a letter about a bounce must not hide the bounce in it. */
enum pass {
	PASS_BOUNCES,  /* what calls itself a bounce and names somebody */
	PASS_RETURNED, /* names nobody, but returns the message */
	PASS_ANY,
};

static bool
try_message(struct explanation *e, const struct mime *mime, int message,
    enum pass pass)
{
	struct source s;
	const char *told;
	bool found;

	source_open(&s, mime, message);
	told = automatic_answer(&s);
	if (s.dsn.count > 0) {
		found = from_fields(e, &s) || e->note[0] != '\0';
	} else if (s.complaint || s.receipt || (told != NULL &&
	    mime_header(s.headers, "x-failed-recipients") == NULL &&
	    !s.text.has_loose && !s.dsn.seen)) {
		snprintf(e->note, sizeof(e->note), "%s", s.complaint ?
		    "a complaint (feedback report)" : s.receipt ?
		    "a read receipt" : told);
		found = true;
	} else if (pass != PASS_ANY && !s.from_daemon) {
		found = false;
	} else if (pass == PASS_RETURNED) {
		found = from_returned(e, &s);
	} else {
		found = from_header(e, &s) || from_words(e, &s);
	}
	if (e->count > 0)
		e->layout = s.text.product;
	source_close(&s);
	return found;
}

static bool
from_message(struct explanation *e, const struct mime *mime)
{
	size_t i;
	int pass;

	for (pass = PASS_BOUNCES; pass <= PASS_ANY; pass++)
		for (i = 0; i < mime->message_count && i < 20; i++)
			if (try_message(e, mime, (int)i, (enum pass)pass))
				return true;
	return false;
}

void
explain_entry_of_refusal(struct explain_entry *entry,
    const struct log_refusal *refusal)
{
	const char *server = refusal->server[0] != '\0' ? refusal->server :
	    refusal->logger;

	memset(entry, 0, sizeof(*entry));
	memcpy(entry->recipient, refusal->recipient,
	    sizeof(entry->recipient));
	entry->recipient_source = SOURCE_FIELD;
	set_reply(entry, &refusal->reply, SOURCE_FIELD);
	entry->stage = refusal->stage;
	entry->action = refusal->delayed ? DSN_DELAYED : DSN_FAILED;
	memcpy(entry->sender, refusal->sender, sizeof(entry->sender));
	entry->null_sender = refusal->has_sender &&
	    refusal->sender[0] == '\0';
	entry->sender_source = refusal->has_sender ? SOURCE_FIELD :
	    SOURCE_NONE;
	snprintf(entry->server, sizeof(entry->server), "%s", server);
	entry->server_source = server[0] != '\0' ? SOURCE_FIELD :
	    SOURCE_NONE;
	memcpy(entry->reporting_mta, refusal->logger,
	    sizeof(entry->reporting_mta));
	memcpy(entry->when, refusal->when, sizeof(entry->when));
	entry->product = refusal->incoming ? refusal->product : "";
}

/* Lines of a log, one entry a line. */
static bool
from_log(struct explanation *e, const char *bytes, size_t n)
{
	struct log_reader *reader = log_reader_new();
	struct log_refusal refusal;
	struct explain_entry *entry;
	size_t at = 0, len, known = 0, lines = 0;
	const char *nl;

	while (at < n && e->count < EXPLAIN_ENTRIES_MAX) {
		nl = memchr(bytes + at, '\n', n - at);
		len = nl != NULL ? (size_t)(nl - bytes) - at : n - at;
		while (len > 0 && strchr(" \t\r", bytes[at]) != NULL &&
		    bytes[at] != '\0') {
			at++;
			len--;
		}
		if (log_reader_line(reader, bytes + at,
		    len > 0 && bytes[at + len - 1] == '\r' ? len - 1 : len,
		    &refusal) && (entry = entry_of(e, refusal.recipient))) {
			/* The last word on a recipient is what counts. */
			explain_entry_of_refusal(entry, &refusal);
		}
		known += log_reader_knows(reader);
		lines += len > 0;
		at += len + (nl != NULL);
		/* Prose is given up early. */
		if (lines > 50 && known == 0)
			break;
	}
	log_reader_free(reader);
	return known > 0 && e->count > 0;
}

/* The input as one text, quotes taken off, for single replies. */
static bool
from_reply(struct explanation *e, const struct mime *mime)
{
	struct source s;
	struct found_reply reply;
	struct explain_entry *entry;
	struct buf text;
	char recipient[MAILBOX_MAX] = "";
	size_t i;

	source_open(&s, mime, 0);
	buf_init(&text, 16 << 10);
	for (i = 0; i < s.lines.count; i++) {
		const char *line = s.lines.v[i].text;

		/* swaks and telnet put their own marks in front. */
		if (strncmp(line, "<** ", 4) == 0 ||
		    strncmp(line, "<~* ", 4) == 0 ||
		    strncmp(line, "<<< ", 4) == 0)
			line += 4;
		buf_printf(&text, "%s%s", text.len > 0 ? " " : "", line);
	}
	if (!reply_find(buf_str(&text), &reply)) {
		if (reply_code_at(buf_str(&text)) == 0) {
			buf_clear(&text);
			source_close(&s);
			return false;
		}
		reply_read(buf_str(&text), &reply);
	}
	mailbox_find(buf_str(&text), recipient);
	entry = entry_of(e, recipient);
	set_reply(entry, &reply, SOURCE_LAYOUT);
	entry->stage = stage_find(buf_str(&text));
	if (reply.code == 220)
		entry->stage = STAGE_BANNER;
	if (recipient[0] != '\0')
		entry->recipient_source = SOURCE_GUESS;
	entry->action = reply.code / 100 == 5 || reply.enhanced.class == 5 ?
	    DSN_FAILED : reply.code / 100 == 4 ? DSN_DELAYED : DSN_NONE;
	if (speaker_find(buf_str(&text), entry->server,
	    entry->server_address))
		entry->server_source = SOURCE_LAYOUT;
	else if (reply.code == 220 && host_at(reply.text, entry->server,
	    entry->server_address) > 0)
		entry->server_source = SOURCE_LAYOUT;
	buf_clear(&text);
	source_close(&s);
	return true;
}

/* A fragment is a bounce if a mail system wrote a report around the reply. */
static bool
is_report(const struct mime *mime)
{
	struct source s;
	bool report;

	source_open(&s, mime, 0);
	report = s.dsn.seen || s.text.product[0] != '\0' ||
	    s.text.reporting_mta[0] != '\0' || s.returned_to[0] != '\0' ||
	    s.text.count > 1 || s.lines.count > 12;
	source_close(&s);
	return report;
}

void
explain_read(struct explanation *e, const char *bytes, size_t n)
{
	struct mime mime;
	size_t i;

	memset(e, 0, sizeof(*e));
	e->layout = "";
	mime_read(&mime, bytes, n);
	e->truncated = mime.truncated;
	if (mime.fragment && from_log(e, bytes, n)) {
		e->kind = EXPLAIN_LOG;
	} else {
		e->count = 0;
		if (from_message(e, &mime) && e->count > 0)
			e->kind = mime.fragment && !is_report(&mime) ?
			    EXPLAIN_REPLY : EXPLAIN_BOUNCE;
		else if (mime.fragment && e->note[0] == '\0' &&
		    from_reply(e, &mime))
			e->kind = EXPLAIN_REPLY;
	}
	for (i = 0; i < e->count; i++)
		explain_classify(&e->entries[i]);
	mime_clear(&mime);
}

void
explain_clear(struct explanation *e)
{
	free(e->entries);
	memset(e, 0, sizeof(*e));
}
