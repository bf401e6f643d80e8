#include "core/bounce/text_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/text_reader.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/mem.h"

#define REPORT_LINES 4000 /* lines of a report that are looked at */

static const char *const marks[][2] = {
#define MARK(words, product) { words, product },
#include "core/bounce/layouts.def"
};

static const char *const returned[] = {
#define RETURNED(words) words,
#include "core/bounce/layouts.def"
};

static const char *const delays[] = {
#define DELAY(words) words,
#include "core/bounce/layouts.def"
};

static const char *const failures[] = {
	"unknown", "fail", "reject", "denied", "refused", "undeliver",
	"not deliver", "non-deliver", "could not", "couldn't", "cannot be",
	"can not", "invalid", "no such", "not found", "not exist", "exceed",
	"disabled", "unable to", "bounce", "full", "not listed", "error",
	"return to sender", "returned mail", "timed out", "not recognized",
	"doesn't have", "isn't", "wasn't", "not allowed", "blocked",
	"not reach", "not relay", "delay", "not known", "not yet been",
	"did not", "not accept", "not a valid", "not valid", "no match",
	"quota", "problem", "not responding", "unrouteable", "unreachable",
	"non-exist", "nonexist",
	"unzustellbar", "nicht zugestellt", "fehlgeschlagen", "unbekannt",
	"konnte nicht", "non remis", "chec de", "n'a pas pu", "no se pudo",
	"no se puede", "non recapitabile", "non consegnato", "impossibile",
	"kunde inte", "niet worden", "niet bezorgd",
	"\xe9\x85\x8d\xe4\xbf\xa1", "\xe3\x82\xa8\xe3\x83\xa9\xe3\x83\xbc",
	"\xe9\x80\x81\xe4\xbf\xa1\xe3\x81\xa7\xe3\x81\x8d",
	"\xe9\x80\x80\xe4\xbf\xa1", "\xe6\x97\xa0\xe6\xb3\x95",
	"\xd0\xbd\xd0\xb5 \xd0\xbc\xd0\xbe\xd0\xb6\xd0\xb5\xd1\x82",
	"\xd0\xbd\xd0\xb5 \xd0\xb4\xd0\xbe\xd1\x81\xd1\x82\xd0\xb0\xd0\xb2",
};

/* Where the reporting server names itself. */
static const char *const reporters[] = {
	"This is the mail system at host ",
	"This is the Postfix program at host ",
	"This is the qmail-send program at ",
	"This is the James mail server at ",
	"This is a delivery status notification from ",
	"Generating server: ", "Generierender Server: ",
	"Serveur de g\xc3\xa9n\xc3\xa9ration : ",
	"Servidor de generaci\xc3\xb3n: ", "Server di generazione: ",
	"Genererande server: ", "Genererende server: ", "Bronserver: ",
	"Servidor de gera\xc3\xa7\xc3\xa3o: ", "Serwer generuj\xc4\x85" "cy: ",
	"Genererer server: ",
	"\xe7\x94\x9f\xe6\x88\x90\xe5\x85\x83\xe3\x82\xb5\xe3\x83\xbc"
	"\xe3\x83\x90\xe3\x83\xbc:",
	"\xe7\x94\x9f\xe6\x88\x90\xe6\x9c\x8d\xe5\x8a\xa1\xe5\x99\xa8:",
	"\xd0\xa4\xd0\xbe\xd1\x80\xd0\xbc\xd0\xb8\xd1\x80\xd1\x83"
	"\xd1\x8e\xd1\x89\xd0\xb8\xd0\xb9 \xd1\x81\xd0\xb5\xd1\x80"
	"\xd0\xb2\xd0\xb5\xd1\x80:",
	"this is the mail server on ",
	"This is the machine generated message from mail service at ",
	"Reporting-MTA:",
};

/* Where it names the server that refused, on a line of its own. */
static const char *const refusers[] = {
	"Remote-MTA:", "Receiving server:", "Empfangender Server:",
	"organization rejected your message:", "Organisation hat Ihre "
	"Nachricht abgelehnt:", "message was rejected by ",
	"Zielserver ", "destination server ",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

bool
text_tells_failure(const char *text)
{
	size_t i;

	for (i = 0; i < COUNT(failures); i++)
		if (text_ifind(text, failures[i]) != NULL)
			return true;
	return false;
}

struct text_entry *
text_report_entry(const struct text_report *report, const char *recipient)
{
	size_t i;

	for (i = 0; i < report->count; i++)
		if (mailbox_same(report->entries[i].recipient, recipient))
			return &report->entries[i];
	return NULL;
}

size_t
text_report_add(struct text_report *report, const char *recipient)
{
	struct text_entry *entry = text_report_entry(report, recipient);

	if (entry != NULL)
		return (size_t)(entry - report->entries);
	if (report->count >= TEXT_ENTRIES_MAX)
		return TEXT_ENTRIES_MAX;
	report->entries = mem_grow(report->entries, report->count,
	    &report->cap, sizeof(*report->entries));
	entry = &report->entries[report->count];
	memset(entry, 0, sizeof(*entry));
	entry->stage = STAGE_COUNT;
	snprintf(entry->recipient, sizeof(entry->recipient), "%s", recipient);
	return report->count++;
}

/* A code says more than a status, a refusal more than its echo. */
int
text_entry_worth(const struct text_entry *entry)
{
	int w = 0;

	if (!entry->has_reply)
		return !entry->weak && entry->reply.text[0] != '\0';
	w = 2 + (entry->reason ? 8 : 0) + (entry->reply.code != 0 ? 4 : 0) +
	    (entry->reply.enhanced.class != 0 ? 2 : 0);
	return reply_is_echo(&entry->reply) ? 2 : w;
}

void
text_entry_merge(struct text_entry *into, const struct text_entry *from)
{
	const struct enhanced status = into->reply.enhanced;
	bool same = from->reply.code != 0 &&
	    into->reply.code == from->reply.code;

	if (text_entry_worth(from) > text_entry_worth(into) ||
	    into->reply.text[0] == '\0') {
		into->reply = from->reply;
		into->has_reply = from->has_reply;
		into->weak = from->weak;
		into->reason = from->reason;
		if (from->host[0] != '\0')
			into->host[0] = '\0';
	}
	/* The reason and the session tell one reply, one of them in full. */
	if (same && into->reply.enhanced.class == 0)
		into->reply.enhanced = from->reply.enhanced.class != 0 ?
		    from->reply.enhanced : status;
	if (into->host[0] == '\0') {
		memcpy(into->host, from->host, sizeof(into->host));
		memcpy(into->address, from->address, sizeof(into->address));
	}
	if (into->stage == STAGE_COUNT)
		into->stage = from->stage;
	into->failing = into->failing || from->failing;
}

/* Headings and courtesies say nothing of why. */
static bool
is_telling(const char *words, size_t n)
{
	char line[600];

	while (n > 0 && words[n - 1] == ' ')
		n--;
	if (n < 4 || words[n - 1] == ':')
		return false;
	snprintf(line, sizeof(line), "%.*s", (int)(n < 599 ? n : 599), words);
	return text_tells_failure(line);
}

/*
 * Words without any code: the first paragraph that tells of a failure, else
 * the first one, on one line.
 */
static void
telling_paragraph(const char *words, char *out, size_t size)
{
	const char *p = words, *best;
	size_t n = 0, len;

	p += strspn(p, "\n ");
	for (best = p; *p != '\0'; p += strspn(p, "\n ")) {
		len = strcspn(p, "\n");
		if (is_telling(p, len)) {
			best = p;
			break;
		}
		p += len;
	}
	for (; *best != '\0' && *best != '\n' && n + 1 < size; best++)
		if (*best != ' ' || (n > 0 && out[n - 1] != ' '))
			out[n++] = *best;
	out[n] = '\0';
}

/* What a run of words says; `entry` has no recipient yet. */
static void
understand(const char *words, struct text_entry *entry)
{
	memset(entry, 0, sizeof(*entry));
	entry->has_reply = reply_find(words, &entry->reply);
	if (!entry->has_reply)
		telling_paragraph(words, entry->reply.text,
		    sizeof(entry->reply.text));
	entry->reason = entry->has_reply && text_istarts(words, "(reason: ");
	entry->stage = stage_find(words);
	speaker_find(words, entry->host, entry->address);
	entry->failing = entry->has_reply || text_tells_failure(words);
}

static void
close_group(struct reader *r)
{
	struct text_entry said;
	size_t i;

	if (!r->open)
		return;
	r->open = false;
	/* Some systems give the reason first and then the address. */
	if (!r->has_words)
		buf_puts(&r->words, r->head.len > 0 ? buf_str(&r->head) :
		    buf_str(&r->before));
	understand(buf_str(&r->words), &said);
	/* "Mailbox full: <a@b>" and a general sentence below it. */
	if (!said.has_reply && r->has_words && r->head.len > 0) {
		buf_puts(&r->head, " ");
		buf_puts(&r->head, said.reply.text);
		snprintf(said.reply.text, sizeof(said.reply.text), "%.*s",
		    (int)sizeof(said.reply.text) - 1, buf_str(&r->head));
	}
	said.weak = !r->has_words;
	for (i = 0; i < r->group_count; i++)
		text_entry_merge(&r->report->entries[r->group_first + i], &said);
	r->report->failing = r->report->failing || said.failing;
	buf_reset(&r->words);
	buf_reset(&r->before);
	buf_reset(&r->head);
}

/* Fields of the message itself, which some reports quote. */
static bool
is_quoted_field(const char *s)
{
	static const char *const names[] = {
		"Subject:", "Date:", "Sent:", "From:", "Message-ID:",
	};
	size_t i;

	for (i = 0; i < COUNT(names); i++)
		if (text_istarts(s, names[i]))
			return true;
	return false;
}

static void
say(struct reader *r, const char *words)
{
	if (*words == '\0' || is_quoted_field(words))
		return;
	if (r->words.len > 0 && r->words.bytes[r->words.len - 1] != '\n')
		buf_putc(&r->words, ' ');
	buf_puts(&r->words, words);
	r->has_words = true;
}

/* Opens a group for the recipient, or lets him join the one without words. */
static void
open_recipient(struct reader *r, const char *recipient, const char *rest)
{
	size_t i;

	if (r->open && r->has_words)
		close_group(r);
	i = text_report_add(r->report, recipient);
	if (i == TEXT_ENTRIES_MAX)
		return;
	if (!r->open || i != r->group_first + r->group_count) {
		if (r->open && i + 1 != r->group_first + r->group_count)
			close_group(r);
		if (!r->open) {
			r->group_first = i;
			r->group_count = 1;
			r->has_words = false;
			buf_reset(&r->words);
		}
	} else {
		r->group_count++;
	}
	r->open = true;
	rest += strspn(rest, " \t:;,-.'\"");
	say(r, rest);
}

/* A whole reply line about one address: "550 <a@b>... User unknown". */
static bool
coded_line(struct reader *r, const char *s)
{
	char recipient[MAILBOX_MAX];
	struct text_entry said;
	const char *p;
	size_t i;

	if (reply_code_at(s) < 400)
		return false;
	understand(s, &said);
	if (!said.has_reply)
		return false;
	r->report->failing = true;
	if (said.host[0] == '\0') {
		memcpy(said.host, r->talk_host, sizeof(said.host));
		memcpy(said.address, r->talk_address, sizeof(said.address));
	}
	p = strchr(s, '<');
	if ((p == NULL || mailbox_at(p, recipient) == 0) &&
	    (mailbox_find(s, recipient) == NULL ||
	    text_ifind(s, "...") == NULL)) {
		/* Of nobody in particular, or of those listed before. */
		if (text_entry_worth(&said) > text_entry_worth(&r->report->loose) ||
		    !r->report->has_loose)
			r->report->loose = said;
		r->report->has_loose = true;
		return true;
	}
	/* A sender or a HELO name is no recipient. */
	if (text_ifind(s, "sender address rejected") != NULL ||
	    text_ifind(s, "sender verify") != NULL) {
		r->report->loose = said;
		r->report->has_loose = true;
		return true;
	}
	i = text_report_add(r->report, recipient);
	if (i < TEXT_ENTRIES_MAX)
		text_entry_merge(&r->report->entries[i], &said);
	return true;
}

/* Lines about the message as a whole. */
static void
look_at_line(struct reader *r, const char *s)
{
	struct text_report *report = r->report;
	char host[HOST_MAX], address[HOST_MAX];
	const char *p;
	size_t i;

	for (i = 0; i < COUNT(marks) && report->product[0] == '\0'; i++)
		if (text_ifind(s, marks[i][0]) != NULL)
			report->product = marks[i][1];
	for (i = 0; i < COUNT(delays) && !report->delayed; i++)
		report->delayed = text_ifind(s, delays[i]) != NULL;
	for (i = 0; i < COUNT(reporters) && report->reporting_mta[0] == '\0';
	    i++) {
		p = text_ifind(s, reporters[i]);
		if (p == NULL)
			continue;
		p += strlen(reporters[i]);
		if (host_at(p + strspn(p, " \t"), host, address) > 0)
			memcpy(report->reporting_mta, host, sizeof(host));
	}
	if (text_istarts(s, "Original address:"))
		report->rewritten = true;
	for (i = 0; i < COUNT(refusers) && report->remote_mta[0] == '\0'; i++) {
		p = text_ifind(s, refusers[i]);
		if (p == NULL)
			continue;
		p += strlen(refusers[i]);
		if (host_at(p + strspn(p, " \t"), host, address) > 0)
			memcpy(report->remote_mta, host, sizeof(host));
	}
	p = text_ifind(s, "Original Sender:");
	if (p == NULL)
		p = text_istarts(s, "MAIL FROM:") ? s : NULL;
	if (p != NULL && report->sender[0] == '\0')
		mailbox_find(p, report->sender);
	if (!report->failing)
		report->failing = text_tells_failure(s);
}

static bool
is_rule(const char *s)
{
	size_t n = strspn(s, "-=_*# ");

	return n >= 10 && s[n] == '\0';
}

/* "Received: from" at the margin: the returned message, unannounced. */
static bool
begins_headers(const struct reader *r, size_t i)
{
	const struct line *line = &r->lines->v[i];

	if (line->indent > 1 || !r->blank_before || i + 1 >= r->end ||
	    (r->report->count == 0 && !r->eager))
		return false;
	/* The header of the bounce itself, where it was forwarded. */
	if (text_istarts(line->text, "From:") &&
	    (text_ifind(line->text, "daemon") != NULL ||
	    text_ifind(line->text, "postmaster") != NULL ||
	    text_ifind(line->text, "mail delivery") != NULL))
		return false;
	return (text_istarts(line->text, "Received: ") ||
	    text_istarts(line->text, "Return-Path:") ||
	    text_istarts(line->text, "X-Original-To:") ||
	    text_istarts(line->text, "DKIM-Signature:") ||
	    text_istarts(line->text, "Message-ID:") ||
	    text_istarts(line->text, "From: ") ||
	    text_istarts(line->text, "MIME-Version:")) &&
	    strchr(r->lines->v[i + 1].text, ' ') != NULL;
}

static bool
ends_report(const struct reader *r, size_t i)
{
	const char *s = r->lines->v[i].text;
	size_t k;

	if (r->report->count == 0 && !r->report->has_loose)
		return begins_headers(r, i);
	for (k = 0; k < COUNT(returned); k++)
		if (text_ifind(s, returned[k]) != NULL)
			return true;
	return begins_headers(r, i);
}

/* Are there three blank lines and more in front of it? */
static bool
is_gap(const struct reader *r, size_t i)
{
	const struct line *v = r->lines->v;

	return i > 3 && v[i - 1].len + v[i - 2].len + v[i - 3].len == 0;
}

static void
read_words(struct reader *r, size_t i)
{
	const struct line *line = &r->lines->v[i];

	/* A program failed, not an address: (expanded from: a@b) follows. */
	if (strncmp(line->text, "\"|", 2) == 0 ||
	    strncmp(line->text, "|/", 2) == 0) {
		close_group(r);
		buf_reset(&r->before);
		return;
	}
	if (is_rule(line->text)) {
		/* Below it, with a gap above: a signature, a disclaimer. */
		if (r->open && (r->has_words || is_gap(r, i)))
			close_group(r);
		return;
	}
	if (r->open) {
		say(r, line->text);
	} else {
		if (r->blank_before)
			buf_reset(&r->before);
		if (r->before.len > 0)
			buf_putc(&r->before, ' ');
		buf_puts(&r->before, line->text);
	}
}

/* How the one just opened was written. */
static void
mark_recipient(struct reader *r, const char *recipient,
    const struct line *line)
{
	struct text_entry *entry = text_report_entry(r->report, recipient);
	const char *p = text_ifind(line->text, recipient);
	size_t n = strlen(recipient);

	if (entry == NULL)
		return;
	while (p != NULL && p > line->text && strchr(" \t<'\"", p[-1]) != NULL)
		p--;
	if (p != NULL && p > line->text && strchr(":(*-", p[-1]) == NULL)
		entry->prose = true;
	if (text_istarts(line->text, "to:") ||
	    text_istarts(line->text, "cc:"))
		entry->header = true;
	entry->no_domain = strchr(recipient, '@') == NULL;
	entry->listed = entry->listed || (line->text[0] == '<' &&
	    strncmp(line->text + 1, recipient, n) == 0 &&
	    strncmp(line->text + 1 + n, ">:", 2) == 0);
}

/*
 * What the line says in front of the name: "SMTP server mx.example rejected
 * recipient <a@b>", or even the whole reply.
 */
static void
head_of_line(struct reader *r, const char *line, size_t used)
{
	struct found_reply reply;
	char head[LINE_TEXT_MAX];
	struct text_entry *entry;

	if (!r->open || used >= sizeof(head))
		return;
	memcpy(head, line, used);
	head[used] = '\0';
	if (reply_find(head, &reply)) {
		buf_reset(&r->words);
		r->has_words = false;
		say(r, line);
		return;
	}
	if (is_telling(line, used)) {
		buf_reset(&r->head);
		buf_puts(&r->head, line);
	}
	entry = &r->report->entries[r->group_first + r->group_count - 1];
	if (entry->host[0] == '\0')
		speaker_find(head, entry->host, entry->address);
}

/* One line that is not blank; returns the index of the next. */
static size_t
read_line(struct reader *r, size_t i)
{
	const struct line *line = &r->lines->v[i];
	char recipient[MAILBOX_MAX];
	size_t used;

	look_at_line(r, line->text);
	if (text_session_host(r, line->text)) {
		if (r->open && !r->has_words)
			say(r, line->text);
		close_group(r);
		r->transcript = true;
	} else if (text_ifind(line->text, "Transcript of session") != NULL ||
	    text_ifind(line->text, "transcript of the session") != NULL) {
		close_group(r);
		r->transcript = true;
	} else if (text_session_command(r, line->text)) {
		close_group(r);
	} else if (strncmp(line->text, "<<< ", 4) == 0 ||
	    text_istarts(line->text, "Received >>> ") ||
	    text_istarts(line->text, "Received <<< ")) {
		close_group(r);
		return text_session_reply(r, i);
	} else if ((r->transcript || !r->open) &&
	    coded_line(r, line->text)) {
		close_group(r);
	} else if (((used = text_leading_mailbox(r, line, recipient)) > 0 &&
	    !(r->has_words && !r->blank_before &&
	    text_in_group(r, recipient))) ||
	    ((used = text_introduced_mailbox(r, i, recipient)) > 0 &&
	    !text_in_group(r, recipient)) ||
	    ((used = text_any_mailbox(r, line, recipient)) > 0 &&
	    !text_in_group(r, recipient))) {
		const char *rest = line->text + used;
		char next[MAILBOX_MAX];

		open_recipient(r, recipient, rest[0] == ',' ? "" : rest);
		mark_recipient(r, recipient, line);
		if (used > 0 && rest[0] != ',')
			head_of_line(r, line->text, used);
		/* A list on one line: "a@b, c@d". */
		while (rest[0] == ',' && (used = mailbox_at(rest + 1 +
		    strspn(rest + 1, " "), next)) > 0) {
			rest += 1 + strspn(rest + 1, " ") + used;
			open_recipient(r, next, "");
		}
	} else {
		read_words(r, i);
	}
	return i + 1;
}

static void
read_range(struct reader *r, size_t from)
{
	const struct lines *lines = r->lines;
	size_t i = from, start = from;

	r->blank_before = true;
	while (i < r->end && i - start < REPORT_LINES) {
		if (lines->v[i].len == 0) {
			if (r->open && r->has_words)
				buf_putc(&r->words, '\n');
			r->blank_before = true;
			i++;
			continue;
		}
		if (ends_report(r, i))
			break;
		i = read_line(r, i);
		r->colon_before = i > 0 && lines->v[i - 1].len > 0 &&
		    (lines->v[i - 1].text[lines->v[i - 1].len - 1] == ':' ||
		    (r->colon_before && lines->v[i - 1].indent > 0));
		r->blank_before = i > 0 && text_lead_ends_line(
		    lines->v[i - 1].text, lines->v[i - 1].len);
	}
	close_group(r);
	r->report->returned = i;
}

/* A refusal of the session belongs to those of whom nothing else is said. */
static void
share_session(struct text_report *report)
{
	size_t i;

	for (i = 0; i < report->count; i++) {
		struct text_entry *entry = &report->entries[i];

		if (report->has_session &&
		    (!entry->has_reply || reply_is_echo(&entry->reply)))
			text_entry_merge(entry, &report->session);
		else if (report->has_loose && !entry->has_reply)
			text_entry_merge(entry, &report->loose);
		if (report->has_session && entry->reply.code != 0 &&
		    entry->reply.code == report->session.reply.code &&
		    (entry->host[0] == '\0' || entry->stage == STAGE_COUNT))
			text_entry_merge(entry, &report->session);
		if (entry->host[0] == '\0')
			memcpy(entry->host, report->remote_mta,
			    sizeof(entry->host));
	}
}

void
text_report_read(struct text_report *report, const struct lines *lines,
    bool eager)
{
	struct reader r = { .report = report, .lines = lines,
		.eager = eager };

	memset(report, 0, sizeof(*report));
	report->product = "";
	report->eager = eager;
	report->loose.stage = report->session.stage = STAGE_COUNT;
	r.end = lines->count;
	r.stage = STAGE_COUNT;
	buf_init(&r.words, GROUP_TEXT_MAX);
	buf_init(&r.before, GROUP_TEXT_MAX);
	buf_init(&r.head, GROUP_TEXT_MAX);
	read_range(&r, 0);
	share_session(report);
	buf_clear(&r.words);
	buf_clear(&r.before);
	buf_clear(&r.head);
}

void
text_report_clear(struct text_report *report)
{
	free(report->entries);
	memset(report, 0, sizeof(*report));
}
