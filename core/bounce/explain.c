#include "core/bounce/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain_entry.h"
#include "core/bounce/lines.h"
#include "core/bounce/log.h"
#include "core/bounce/mime.h"
#include "core/bounce/pieces.h"
#include "core/bounce/source.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

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
	return _("a delivery report (Final-Recipient, Diagnostic-Code), the "
	    "layout of a mail system's bounce, a failed address with words "
	    "about it, lines of a mail log, or a reply that begins with a "
	    "three-digit number such as \"550 5.7.1 Unable to relay\"");
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

	source_open(&s, mime, message, pass == PASS_ANY);
	told = source_is_automatic(&s);
	if (s.dsn.count > 0) {
		found = explain_from_fields(e, &s) || e->note[0] != '\0';
	} else if (s.complaint || s.receipt || (told != NULL &&
	    mime_header(s.headers, "x-failed-recipients") == NULL &&
	    !s.text.has_loose && !s.dsn.seen)) {
		snprintf(e->note, sizeof(e->note), "%s", s.complaint ?
		    _("a complaint (feedback report)") : s.receipt ?
		    _("a read receipt") : _(told));
		found = true;
	} else if (pass != PASS_ANY && !s.from_daemon) {
		found = false;
	} else if (pass == PASS_RETURNED) {
		found = explain_from_returned(e, &s);
	} else {
		found = explain_from_header(e, &s) ||
		    explain_from_words(e, &s) || (pass == PASS_ANY &&
		    s.from_daemon && explain_from_returned(e, &s));
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

/* Lines of a log, one entry a line. */
static bool
from_log(struct explanation *e, const char *bytes, size_t n)
{
	struct log_reader *reader = log_reader_new();
	struct log_refusal refusal;
	struct explain_entry *entry;
	size_t at = 0, len, known = 0, lines = 0;
	const char *nl;
	bool told;

	while (at < n && e->count < EXPLAIN_ENTRIES_MAX) {
		nl = memchr(bytes + at, '\n', n - at);
		len = nl != NULL ? (size_t)(nl - bytes) - at : n - at;
		while (len > 0 && strchr(" \t\r", bytes[at]) != NULL &&
		    bytes[at] != '\0') {
			at++;
			len--;
		}
		told = log_reader_line(reader, bytes + at,
		    len > 0 && bytes[at + len - 1] == '\r' ? len - 1 : len,
		    &refusal);
		for (; told; told = log_reader_more(reader, &refusal)) {
			entry = explain_entry_for(e, refusal.recipient);
			/* The last word on a recipient is what counts. */
			if (entry != NULL)
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

/*
 * Whom a single reply speaks of: at MAIL FROM the sender, else the
 * recipient; Outlook's windows begin with the account that sends.
 */
static void
named_in_reply(const char *text, int stage, char *recipient, char *sender)
{
	static const char sending[] = " - Sending";
	char mailbox[MAILBOX_MAX];
	const char *p = mailbox_find(text, mailbox);

	if (p != NULL && text_istarts(p + strlen(mailbox), sending)) {
		memcpy(sender, mailbox, sizeof(mailbox));
		p = mailbox_find(p + strlen(mailbox), mailbox);
	}
	if (p != NULL)
		memcpy(stage == STAGE_MAIL ? sender : recipient, mailbox,
		    sizeof(mailbox));
}

/* The input as one text, quotes taken off, for single replies. */
static bool
from_reply(struct explanation *e, const struct mime *mime)
{
	struct source s;
	struct found_reply reply;
	struct explain_entry *entry;
	struct buf text;
	char recipient[MAILBOX_MAX] = "", sender[MAILBOX_MAX] = "";
	size_t i;
	int stage;

	source_open(&s, mime, 0, false);
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
	stage = stage_find(buf_str(&text));
	named_in_reply(buf_str(&text), stage, recipient, sender);
	entry = explain_entry_for(e, recipient);
	explain_entry_reply(entry, &reply, SOURCE_LAYOUT);
	entry->stage = stage;
	memcpy(entry->sender, sender, sizeof(entry->sender));
	if (sender[0] != '\0')
		entry->sender_source = SOURCE_GUESS;
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

	source_open(&s, mime, 0, false);
	report = s.dsn.seen || s.text.product[0] != '\0' ||
	    s.text.reporting_mta[0] != '\0' || s.returned_to[0] != '\0' ||
	    s.text.count > 1 || s.lines.count > 12;
	source_close(&s);
	return report;
}

/* One bounce, or one reply, into an empty explanation. */
static void
read_piece(struct explanation *e, const char *bytes, size_t n)
{
	struct mime mime;

	memset(e, 0, sizeof(*e));
	e->layout = "";
	mime_read(&mime, bytes, n);
	e->left_out = mime.left_out;
	e->truncated = mime.left_out != NULL;
	if (from_message(e, &mime) && e->count > 0)
		e->kind = mime.fragment && !is_report(&mime) ?
		    EXPLAIN_REPLY : EXPLAIN_BOUNCE;
	else if (mime.fragment && e->note[0] == '\0' && from_reply(e, &mime))
		e->kind = EXPLAIN_REPLY;
	mime_clear(&mime);
}

/* The same report twice in a mailbox is one. */
static bool
is_known(const struct explanation *e, const struct explain_entry *entry)
{
	size_t i;

	for (i = 0; i < e->count; i++) {
		const struct explain_entry *other = &e->entries[i];

		if (mailbox_same(other->recipient, entry->recipient) &&
		    other->code == entry->code &&
		    other->action == entry->action &&
		    strcmp(other->text, entry->text) == 0 &&
		    strcmp(other->server, entry->server) == 0 &&
		    strcmp(other->sender, entry->sender) == 0)
			return true;
	}
	return false;
}

/* Takes over what one piece says and clears it. */
static void
append(struct explanation *e, struct explanation *piece)
{
	struct explain_entry *entry;
	size_t i;

	for (i = 0; i < piece->count; i++) {
		if (is_known(e, &piece->entries[i]))
			continue;
		entry = explain_entry_for(e, "");
		if (entry == NULL)
			break;
		*entry = piece->entries[i];
	}
	if (piece->kind == EXPLAIN_BOUNCE || e->kind == EXPLAIN_UNKNOWN)
		e->kind = piece->kind;
	if (e->layout[0] == '\0')
		e->layout = piece->layout;
	if (e->note[0] == '\0')
		memcpy(e->note, piece->note, sizeof(e->note));
	e->truncated = e->truncated || piece->truncated;
	if (e->left_out == NULL)
		e->left_out = piece->left_out;
	explain_clear(piece);
}

static void
read_pieces(struct explanation *e, const struct pieces *pieces,
    const char *bytes)
{
	struct explanation piece;
	size_t i, seen = 0;

	for (i = 0; i < pieces->count; i++) {
		read_piece(&piece, bytes + pieces->start[i],
		    pieces->start[i + 1] - pieces->start[i]);
		seen += piece.count;
		append(e, &piece);
		if (seen > 10 * EXPLAIN_ENTRIES_MAX) {
			e->truncated = true;
			e->left_out = N_("what follows a thousand recipients");
			break;
		}
	}
}

/* Files that people have instead of the words, by their first bytes. */
static const struct {
	const char *bytes;
	size_t n;
	const char *what;
} binaries[] = {
	{ "\xd0\xcf\x11\xe0", 4, N_("an Outlook message; save it as text or "
	    ".eml, or copy its words") },
	{ "\x89PNG", 4, N_("a picture; copy or type its words") },
	{ "\xff\xd8\xff", 3, N_("a picture; copy or type its words") },
	{ "GIF8", 4, N_("a picture; copy or type its words") },
	{ "%PDF-", 5, N_("a PDF file; copy its words") },
	{ "PK\x03\x04", 4, N_("a ZIP archive; unpack it") },
	{ "\x1f\x8b", 2, N_("a gzip file; unpack it, or read a log by --log") },
	{ "!BDN", 4, N_("an Outlook mailbox; save the message as text") },
	{ "\x7f" "ELF", 4, N_("a program") },
};

static const char *
binary_name(const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(binaries) / sizeof(binaries[0]); i++)
		if (n >= binaries[i].n &&
		    memcmp(bytes, binaries[i].bytes, binaries[i].n) == 0)
			return binaries[i].what;
	return NULL;
}

/* UTF-16 as Windows saves it, by its mark or by every other byte NUL. */
static const char *
wide_charset(const char *bytes, size_t n)
{
	size_t i, even = 0, odd = 0, look = n < 512 ? n & ~(size_t)1 : 512;

	if (n >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0)
		return "UTF-16LE";
	if (n >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
		return "UTF-16BE";
	for (i = 0; i < look; i += 2) {
		even += bytes[i] == '\0';
		odd += bytes[i + 1] == '\0';
	}
	if (look >= 16 && odd * 10 >= look / 2 * 9 && even == 0)
		return "UTF-16LE";
	if (look >= 16 && even * 10 >= look / 2 * 9 && odd == 0)
		return "UTF-16BE";
	return NULL;
}

static void
read_bytes(struct explanation *e, const char *bytes, size_t n)
{
	struct pieces *pieces = mem_alloc(sizeof(*pieces));

	pieces_find(pieces, bytes, n);
	if (!pieces->headed && from_log(e, bytes, n)) {
		e->kind = EXPLAIN_LOG;
	} else {
		explain_clear(e);
		e->layout = "";
		read_pieces(e, pieces, bytes);
	}
	if (n > MIME_INPUT_MAX) {
		e->truncated = true;
		e->left_out = N_("what lies beyond 16 MiB");
	}
	free(pieces);
}

void
explain_read(struct explanation *e, const char *bytes, size_t n)
{
	const char *wide = wide_charset(bytes, n);
	struct buf text;
	size_t i;

	memset(e, 0, sizeof(*e));
	e->layout = "";
	e->unreadable = wide == NULL ? binary_name(bytes, n) : NULL;
	if (e->unreadable != NULL) {
		snprintf(e->note, sizeof(e->note), "%s",
		    _(e->unreadable));
	} else if (wide != NULL) {
		buf_init(&text, 2 * MIME_INPUT_MAX);
		mime_charset(bytes, n, wide, &text);
		read_bytes(e, buf_str(&text), text.len);
		buf_clear(&text);
	} else {
		read_bytes(e, bytes, n);
	}
	for (i = 0; i < e->count; i++)
		explain_classify(&e->entries[i]);
}

void
explain_clear(struct explanation *e)
{
	free(e->entries);
	memset(e, 0, sizeof(*e));
}
