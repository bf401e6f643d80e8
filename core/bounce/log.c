#include "core/bounce/log.h"

#include <ctype.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/stage.h"
#include "core/text.h"
#include "net/mem.h"

#define QUEUE_SLOTS 8192 /* queue ids remembered, the newest win */
#define QUEUE_ID_MAX 32
#define COLUMNS_MAX 64

struct queued {
	char id[QUEUE_ID_MAX];
	char sender[MAILBOX_MAX];
	char client[HOST_MAX];
	bool has_sender;
};

/* Columns of the message tracking log that are of use. */
enum column {
	COLUMN_TIME, COLUMN_CLIENT, COLUMN_SERVER, COLUMN_EVENT,
	COLUMN_RECIPIENT, COLUMN_STATUS, COLUMN_SENDER, COLUMN_SOURCE,
	COLUMN_CONTEXT, COLUMN_COUNT,
};

static const char *const column_names[] = {
	[COLUMN_TIME] = "date-time",
	[COLUMN_CLIENT] = "client-hostname",
	[COLUMN_SERVER] = "server-hostname",
	[COLUMN_EVENT] = "event-id",
	[COLUMN_RECIPIENT] = "recipient-address",
	[COLUMN_STATUS] = "recipient-status",
	[COLUMN_SENDER] = "sender-address",
	[COLUMN_SOURCE] = "source",
	[COLUMN_CONTEXT] = "source-context",
};

/* A line taken apart: when, which host, which program, what it says. */
struct entry {
	char when[40], host[HOST_MAX], program[64];
	const char *message;
};

struct log_reader {
	struct queued queue[QUEUE_SLOTS];
	struct entry export; /* of journalctl -o export, until a blank line */
	bool in_export;
	char export_message[LOG_LINE_MAX];
	int columns[COLUMN_COUNT]; /* -1: not there */
	bool has_columns;
	bool knows;
	char line[LOG_LINE_MAX];
};

struct log_reader *
log_reader_new(void)
{
	return mem_alloc(sizeof(struct log_reader));
}

void
log_reader_free(struct log_reader *reader)
{
	free(reader);
}

bool
log_reader_knows(const struct log_reader *reader)
{
	return reader->knows;
}

static void
copy_n(char *out, size_t size, const char *s, size_t n)
{
	if (n >= size)
		n = size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
}

/* "4F1A2B3C4D:", "1rAbCd-000123-AB ": the id at s, or 0. */
static size_t
queue_id(const char *s)
{
	size_t n = 0, digits = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '-') {
		digits += isdigit((unsigned char)s[n]) != 0;
		n++;
	}
	return n >= 5 && n < QUEUE_ID_MAX && digits > 0 ? n : 0;
}

static struct queued *
slot(struct log_reader *reader, const char *id, size_t n)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)id[i]) * 16777619u;
	return &reader->queue[hash % QUEUE_SLOTS];
}

static struct queued *
remember(struct log_reader *reader, const char *id, size_t n)
{
	struct queued *q = slot(reader, id, n);

	if (strlen(q->id) != n || memcmp(q->id, id, n) != 0) {
		memset(q, 0, sizeof(*q));
		copy_n(q->id, sizeof(q->id), id, n);
	}
	return q;
}

static void
recall(struct log_reader *reader, const char *id, size_t n,
    struct log_refusal *refusal)
{
	const struct queued *q = slot(reader, id, n);

	if (n == 0 || strlen(q->id) != n || memcmp(q->id, id, n) != 0)
		return;
	if (!refusal->has_sender && q->has_sender) {
		memcpy(refusal->sender, q->sender, sizeof(q->sender));
		refusal->has_sender = true;
	}
	if (refusal->client[0] == '\0')
		memcpy(refusal->client, q->client, sizeof(q->client));
}

/* "key=<value>" or "key=value": where the value begins, or NULL. */
static const char *
key(const char *s, const char *name)
{
	size_t n = strlen(name);
	const char *p = s;

	while ((p = strstr(p, name)) != NULL) {
		if (p[n] == '=' && (p == s || strchr(" ,;(", p[-1]) != NULL))
			return p + n + 1;
		p += n;
	}
	return NULL;
}

/* An address or the null sender; bare local parts are kept as they are. */
static bool
address_value(const char *s, char *out)
{
	size_t n;

	if (s == NULL)
		return false;
	if (mailbox_at(s, out) > 0)
		return true;
	if (*s == '<')
		s++;
	n = strcspn(s, ">, \t;");
	copy_n(out, MAILBOX_MAX, s, n);
	return true;
}

static bool
take_sender(const char *value, struct log_refusal *refusal)
{
	refusal->has_sender = address_value(value, refusal->sender);
	return refusal->has_sender;
}

static const char *const months[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
	"Nov", "Dec",
};

/* "Nov 24 03:00:00 ", "2026-11-24T03:00:00.1+01:00 ": length, or 0. */
static size_t
time_length(const char *s)
{
	size_t i, n;

	for (i = 0; i < 12; i++) {
		if (strncmp(s, months[i], 3) != 0 || s[3] != ' ')
			continue;
		n = 4 + strspn(s + 4, " ");
		n += strspn(s + n, "0123456789");
		n += strspn(s + n, " ");
		if (strspn(s + n, "0123456789") == 4 && s[n + 4] == ' ')
			n += 5; /* a year */
		i = strspn(s + n, "0123456789:.");
		return i >= 8 && s[n + i] == ' ' ? n + i : 0;
	}
	n = strspn(s, "0123456789-");
	if (n != 10 || (s[10] != 'T' && s[10] != ' '))
		return 0;
	n = 11 + strspn(s + 11, "0123456789:.,");
	if (n < 16)
		return 0;
	n += strspn(s + n, "Z+-0123456789:");
	return s[n] == ' ' ? n : 0;
}

static void
take_apart(const char *line, struct entry *e)
{
	const char *p = line;
	size_t n;

	memset(e, 0, sizeof(*e));
	if (*p == '<' && isdigit((unsigned char)p[1])) { /* syslog priority */
		n = 1 + strspn(p + 1, "0123456789");
		if (p[n] == '>')
			p += n + 1;
	}
	e->message = p;
	n = time_length(p);
	if (n == 0)
		return;
	copy_n(e->when, sizeof(e->when), p, n);
	p += n + strspn(p + n, " ");
	e->message = p;
	/* host program[pid]: message */
	n = strcspn(p, " ");
	if (p[n] == ' ' && n < HOST_MAX) {
		const char *tag = p + n + 1;
		size_t t = strcspn(tag, "[: ");

		if (t > 0 && t < sizeof(e->program) &&
		    (tag[t] == '[' || tag[t] == ':') && t > 2) {
			const char *colon = tag + t;

			if (*colon == '[')
				colon += strcspn(colon, "]:") + 1;
			if (*colon == ':' && colon[1] == ' ' &&
			    strchr("0123456789", tag[0]) == NULL) {
				copy_n(e->host, sizeof(e->host), p, n);
				copy_n(e->program, sizeof(e->program), tag,
				    t);
				e->message = colon + 2;
			}
		}
	}
}

/* Fills reply, stage and server from the words of the refusal. */
static void
take_words(const char *words, size_t n, struct log_refusal *refusal)
{
	char text[FOUND_TEXT], host[HOST_MAX], address[HOST_MAX];

	copy_n(text, sizeof(text), words, n);
	if (!reply_find(text, &refusal->reply))
		reply_read(text, &refusal->reply);
	if (refusal->stage == STAGE_COUNT)
		refusal->stage = stage_find(text);
	if (!refusal->incoming && speaker_find(text, host, address))
		memcpy(refusal->server, host, sizeof(host));
}

static void
take_dsn(const char *message, struct log_refusal *refusal)
{
	const char *value = key(message, "dsn");
	struct found_reply status;

	if (value == NULL || refusal->reply.enhanced.class != 0)
		return;
	reply_read(value, &status);
	refusal->reply.enhanced = status.enhanced;
}

/* "relay=mx.example.net[192.0.2.1]:25"; "none" and "local" are nobody. */
static void
take_relay(const char *value, struct log_refusal *refusal)
{
	char host[HOST_MAX] = "", address[HOST_MAX] = "";

	if (value == NULL)
		return;
	if (*value == '"')
		value++;
	if (host_at(value, host, address) > 0)
		memcpy(refusal->server, host, sizeof(host));
	/* OpenSMTPD: "192.0.2.1 (mx.example.net)" */
	value += strcspn(value, "(,;\"");
	if (*value == '(' && strcmp(host, address) == 0 &&
	    host_at(value + 1, host, address) > 0)
		memcpy(refusal->server, host, sizeof(host));
}

/* smtp, lmtp, local, virtual, error, bounce: one line a recipient. */
static bool
postfix_delivery(struct log_reader *reader, const char *message,
    struct log_refusal *refusal)
{
	const char *status = strstr(message, "status="), *open, *close;

	if (status == NULL || key(message, "to") == NULL)
		return false;
	reader->knows = true;
	status += 7;
	refusal->delayed = strncmp(status, "deferred", 8) == 0;
	if (!refusal->delayed && strncmp(status, "bounced", 7) != 0 &&
	    strncmp(status, "undeliverable", 13) != 0 &&
	    strncmp(status, "expired", 7) != 0)
		return false;
	refusal->product = "Postfix";
	address_value(key(message, "to"), refusal->recipient);
	recall(reader, message, queue_id(message), refusal);
	take_relay(key(message, "relay"), refusal);
	open = strchr(status, '(');
	if (open != NULL) {
		close = strrchr(open, ')');
		open++;
		take_words(open, close != NULL && close > open ?
		    (size_t)(close - open) : strlen(open), refusal);
	}
	take_dsn(message, refusal);
	return true;
}

/* smtpd and cleanup: "reject: RCPT from host[ip]: 554 5.7.1 ...; from=" */
static bool
postfix_reject(struct log_reader *reader, const char *message,
    struct log_refusal *refusal)
{
	const char *p = strstr(message, "reject: "), *words, *end;
	char address[HOST_MAX];

	if (p == NULL || strstr(p, " from ") == NULL)
		return false;
	reader->knows = true;
	refusal->product = "Postfix";
	refusal->incoming = true;
	refusal->stage = stage_find(p);
	words = strstr(p, " from ") + 6;
	if (host_at(words, refusal->client, address) == 0)
		copy_n(refusal->client, sizeof(refusal->client), words,
		    strcspn(words, ": ;"));
	if (strncmp(words, "unknown[", 8) == 0)
		copy_n(refusal->client, sizeof(refusal->client), words + 8,
		    strcspn(words + 8, "]"));
	else if (address[0] != '\0')
		memcpy(refusal->client, address, sizeof(address));
	words = strstr(words, "]: ");
	words = words != NULL ? words + 3 : p + 8;
	end = strstr(words, "; from=<");
	take_words(words, end != NULL ? (size_t)(end - words) : strlen(words),
	    refusal);
	if (end != NULL) {
		take_sender(key(end, "from"), refusal);
		if (key(end, "to") != NULL)
			address_value(key(end, "to"), refusal->recipient);
	}
	return refusal->reply.code >= 400;
}

/* qmgr, smtpd, sendmail, "<=" of Exim: who sends the queued message. */
static bool
queue_line(struct log_reader *reader, const char *message)
{
	size_t n = queue_id(message);
	const char *p = message + n, *client;
	struct queued *q;
	char host[HOST_MAX], address[HOST_MAX];

	if (n == 0)
		return false;
	if (strncmp(p, " <= ", 4) == 0) {
		q = remember(reader, message, n);
		q->has_sender = address_value(p + 4, q->sender);
		if (strncmp(p + 4, "<>", 2) == 0)
			q->sender[0] = '\0';
		client = strstr(p, " H=");
		if (client != NULL && host_at(client + 3, host, address) > 0)
			memcpy(q->client, address[0] != '\0' ? address : host,
			    sizeof(q->client));
		return true;
	}
	if (strncmp(p, ": from=", 7) == 0) {
		q = remember(reader, message, n);
		q->has_sender = address_value(p + 7, q->sender);
		client = key(p, "relay");
	} else if (strncmp(p, ": client=", 9) == 0) {
		q = remember(reader, message, n);
		client = p + 9;
	} else {
		return false;
	}
	if (client != NULL) {
		copy_n(host, sizeof(host), client, strcspn(client, "[, "));
		if (host_at(client, host, address) > 0 ||
		    host_at(client + strcspn(client, "[,"), host,
		    address) > 0)
			memcpy(q->client, address[0] != '\0' ? address : host,
			    sizeof(q->client));
	}
	return true;
}

/* "1abc-..-XY ** a@b R=.. T=.. H=mx [ip]: SMTP error ...: 550 ..." */
static bool
exim_delivery(struct log_reader *reader, const char *message,
    struct log_refusal *refusal)
{
	size_t n = queue_id(message);
	const char *p = message + n, *value, *words;

	if (n == 0 || (strncmp(p, " ** ", 4) != 0 &&
	    strncmp(p, " == ", 4) != 0))
		return false;
	reader->knows = true;
	refusal->product = "Exim";
	refusal->delayed = p[1] == '=';
	p += 4;
	address_value(p, refusal->recipient);
	value = strstr(p, " F=<");
	if (value != NULL)
		take_sender(value + 3, refusal);
	recall(reader, message, n, refusal);
	words = strstr(p, ": ");
	words = words != NULL ? words + 2 : p;
	take_words(words, strlen(words), refusal);
	value = strstr(p, " H=");
	if (value != NULL)
		take_relay(value + 3, refusal);
	return true;
}

/* "H=(helo) [ip] F=<s> rejected RCPT <r>: relay not permitted" */
static bool
exim_reject(struct log_reader *reader, const char *message,
    struct log_refusal *refusal)
{
	const char *p = strstr(message, " rejected "), *h, *words, *value;

	h = strstr(message, "H=");
	if (p == NULL || h == NULL || h > p)
		return false;
	reader->knows = true;
	refusal->product = "Exim";
	refusal->incoming = true;
	value = strchr(h, '[');
	if (value != NULL && value < p)
		copy_n(refusal->client, sizeof(refusal->client), value + 1,
		    strcspn(value + 1, "]"));
	value = strstr(message, " F=<");
	if (value != NULL)
		take_sender(value + 3, refusal);
	refusal->stage = stage_find(p);
	value = strstr(p, "RCPT ");
	if (value != NULL)
		address_value(value + 5, refusal->recipient);
	words = strstr(p, ": ");
	words = words != NULL ? words + 2 : p + 1;
	take_words(words, strlen(words), refusal);
	/* The log leaves out the code; these ACLs answer 550 or 451. */
	refusal->delayed = strstr(message, "temporarily rejected") != NULL;
	return true;
}

static bool
sendmail_line(struct log_reader *reader, const char *message,
    struct log_refusal *refusal)
{
	const char *value, *stat;
	size_t n = queue_id(message);

	if ((value = key(message, "reject")) != NULL &&
	    strstr(message, "ruleset=") != NULL) {
		reader->knows = true;
		refusal->incoming = true;
		refusal->product = "Sendmail";
		take_words(value, strlen(value), refusal);
		refusal->stage = strstr(message, "check_rcpt") != NULL ?
		    STAGE_RCPT : strstr(message, "check_mail") != NULL ?
		    STAGE_MAIL : STAGE_BANNER;
		value = key(message, "arg1");
		if (value != NULL && refusal->stage == STAGE_RCPT)
			address_value(value, refusal->recipient);
		else if (value != NULL && refusal->stage == STAGE_MAIL)
			take_sender(value, refusal);
		value = key(message, "relay");
		if (value != NULL && strchr(value, '[') != NULL) {
			value = strchr(value, '[') + 1;
			copy_n(refusal->client, sizeof(refusal->client),
			    value, strcspn(value, "]"));
		}
		recall(reader, message, n, refusal);
		return true;
	}
	stat = key(message, "stat");
	value = key(message, "to");
	if (stat == NULL || value == NULL)
		return false;
	reader->knows = true;
	if (text_istarts(stat, "Sent") || text_istarts(stat, "queued"))
		return false;
	refusal->product = "Sendmail";
	refusal->delayed = text_istarts(stat, "Deferred");
	address_value(value, refusal->recipient);
	recall(reader, message, n, refusal);
	take_relay(key(message, "relay"), refusal);
	value = key(message, "reply");
	if (value == NULL)
		value = stat;
	take_words(value, strlen(value), refusal);
	if (refusal->delayed && text_istarts(refusal->reply.text,
	    "Deferred: "))
		memmove(refusal->reply.text, refusal->reply.text + 10,
		    strlen(refusal->reply.text + 10) + 1);
	take_dsn(message, refusal);
	return true;
}

/* Copies up to the closing quote. */
static bool
quoted(const char *s, const char *name, char *out, size_t size)
{
	const char *value = key(s, name);

	if (value == NULL || *value != '"')
		return false;
	copy_n(out, size, value + 1, strcspn(value + 1, "\""));
	return true;
}

static bool
opensmtpd_line(struct log_reader *reader, const char *message,
    struct log_refusal *refusal)
{
	char result[FOUND_TEXT], command[FOUND_TEXT];
	const char *value;

	if (!quoted(message, "result", result, sizeof(result)))
		return false;
	reader->knows = true;
	refusal->product = "OpenSMTPD";
	if (quoted(message, "command", command, sizeof(command))) {
		refusal->incoming = true;
		refusal->stage = text_istarts(command, "RCPT") ? STAGE_RCPT :
		    text_istarts(command, "MAIL") ? STAGE_MAIL : STAGE_COUNT;
		if (refusal->stage == STAGE_RCPT)
			mailbox_find(command, refusal->recipient);
		value = key(message, "address");
		if (value != NULL)
			copy_n(refusal->client, sizeof(refusal->client),
			    value, strcspn(value, " "));
		take_words(result, strlen(result), refusal);
		return refusal->reply.code >= 400;
	}
	refusal->delayed = text_ieq(result, "TempFail");
	if (!refusal->delayed && !text_ieq(result, "PermFail"))
		return false;
	take_sender(key(message, "from"), refusal);
	address_value(key(message, "to"), refusal->recipient);
	if (quoted(message, "relay", result, sizeof(result))) {
		/* "192.0.2.1 (mx.example.net)" */
		value = strchr(result, '(');
		take_relay(value != NULL && strchr(value, '.') != NULL ?
		    value + 1 : result, refusal);
	}
	if (quoted(message, "stat", result, sizeof(result)))
		take_words(result, strlen(result), refusal);
	return true;
}

/* One field of a CSV line; returns where the next begins, or NULL. */
static const char *
csv_field(const char *s, char *out, size_t size)
{
	size_t n = 0;
	bool inside = false;

	if (*s == '"') {
		inside = true;
		s++;
	}
	for (; *s != '\0'; s++) {
		if (inside && *s == '"') {
			if (s[1] != '"') {
				inside = false;
				continue;
			}
			s++;
		} else if (!inside && *s == ',') {
			out[n] = '\0';
			return s + 1;
		}
		if (n + 1 < size)
			out[n++] = *s;
	}
	out[n] = '\0';
	return NULL;
}

static void
csv_header(struct log_reader *reader, const char *s)
{
	char name[64];
	int at = 0, i;

	for (i = 0; i < COLUMN_COUNT; i++)
		reader->columns[i] = -1;
	while (s != NULL && at < COLUMNS_MAX) {
		s = csv_field(s + strspn(s, " "), name, sizeof(name));
		for (i = 0; i < COLUMN_COUNT; i++)
			if (text_ieq(name, column_names[i]))
				reader->columns[i] = at;
		at++;
	}
	reader->has_columns = reader->columns[COLUMN_EVENT] >= 0 &&
	    reader->columns[COLUMN_RECIPIENT] >= 0;
	reader->knows = reader->has_columns;
}

static bool
tracking_line(struct log_reader *reader, const char *line,
    struct log_refusal *refusal)
{
	char fields[COLUMN_COUNT][FOUND_TEXT], value[FOUND_TEXT];
	const char *s = line;
	int at = 0, i;

	memset(fields, 0, sizeof(fields));
	while (s != NULL && at < COLUMNS_MAX) {
		s = csv_field(s, value, sizeof(value));
		for (i = 0; i < COLUMN_COUNT; i++)
			if (reader->columns[i] == at)
				memcpy(fields[i], value, sizeof(value));
		at++;
	}
	reader->knows = at > 5;
	if (!text_ieq(fields[COLUMN_EVENT], "FAIL") &&
	    !text_ieq(fields[COLUMN_EVENT], "DEFER") &&
	    !text_ieq(fields[COLUMN_EVENT], "DSN"))
		return false;
	if (fields[COLUMN_STATUS][0] == '\0' ||
	    mailbox_find(fields[COLUMN_RECIPIENT], refusal->recipient) == NULL)
		return false;
	refusal->product = "Exchange";
	refusal->delayed = text_ieq(fields[COLUMN_EVENT], "DEFER");
	copy_n(refusal->when, sizeof(refusal->when), fields[COLUMN_TIME],
	    strlen(fields[COLUMN_TIME]));
	copy_n(refusal->client, HOST_MAX, fields[COLUMN_CLIENT],
	    strlen(fields[COLUMN_CLIENT]));
	copy_n(refusal->logger, HOST_MAX, fields[COLUMN_SERVER],
	    strlen(fields[COLUMN_SERVER]));
	if (text_ieq(fields[COLUMN_SOURCE], "SMTP"))
		copy_n(refusal->server, HOST_MAX, fields[COLUMN_SERVER],
		    strlen(fields[COLUMN_SERVER]));
	take_sender(fields[COLUMN_SENDER], refusal);
	take_words(fields[COLUMN_STATUS], strlen(fields[COLUMN_STATUS]),
	    refusal);
	return refusal->reply.code >= 400 ||
	    refusal->reply.enhanced.class >= 4;
}

static void
json_text(const json_t *object, const char *name, char *out, size_t size)
{
	const char *s = json_string_value(json_object_get(object, name));

	if (s != NULL)
		copy_n(out, size, s, strlen(s));
}

/* Microseconds since 1970, as the journal counts, for people. */
static void
journal_time(const char *us, char *out, size_t size)
{
	time_t t = (time_t)(strtoll(us, NULL, 10) / 1000000);
	struct tm tm;

	out[0] = '\0';
	if (t > 0 && gmtime_r(&t, &tm) != NULL)
		strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* journalctl -o json: one object a line. */
static bool
journal_line(struct log_reader *reader, size_t n, struct entry *e)
{
	json_t *object = json_loadb(reader->line, n, 0, NULL);
	const char *message;
	char us[40] = "";

	if (object == NULL)
		return false;
	message = json_string_value(json_object_get(object, "MESSAGE"));
	if (message == NULL) {
		json_decref(object);
		return false;
	}
	memset(e, 0, sizeof(*e));
	json_text(object, "_HOSTNAME", e->host, sizeof(e->host));
	json_text(object, "SYSLOG_IDENTIFIER", e->program,
	    sizeof(e->program));
	json_text(object, "__REALTIME_TIMESTAMP", us, sizeof(us));
	journal_time(us, e->when, sizeof(e->when));
	copy_n(reader->line, sizeof(reader->line), message, strlen(message));
	json_decref(object);
	e->message = reader->line;
	return true;
}

/*
 * journalctl -o export: a field a line, a blank line behind each entry,
 * which is what makes it whole.
 */
static bool
export_line(struct log_reader *reader, struct entry *e)
{
	struct entry *now = &reader->export;
	const char *line = reader->line;

	reader->knows = true;
	if (line[0] == '\0') {
		*e = *now;
		e->message = reader->export_message;
		reader->in_export = false;
		return e->message[0] != '\0';
	}
	if (strncmp(line, "__REALTIME_TIMESTAMP=", 21) == 0)
		journal_time(line + 21, now->when, sizeof(now->when));
	else if (strncmp(line, "_HOSTNAME=", 10) == 0)
		copy_n(now->host, sizeof(now->host), line + 10,
		    strlen(line + 10));
	else if (strncmp(line, "SYSLOG_IDENTIFIER=", 18) == 0)
		copy_n(now->program, sizeof(now->program), line + 18,
		    strlen(line + 18));
	else if (strncmp(line, "MESSAGE=", 8) == 0)
		copy_n(reader->export_message, sizeof(reader->export_message),
		    line + 8, strlen(line + 8));
	return false;
}

static bool
begins_export(struct log_reader *reader)
{
	if (strncmp(reader->line, "__CURSOR=", 9) != 0 &&
	    strncmp(reader->line, "__REALTIME_TIMESTAMP=", 21) != 0)
		return false;
	if (!reader->in_export) {
		memset(&reader->export, 0, sizeof(reader->export));
		reader->export_message[0] = '\0';
	}
	reader->in_export = true;
	return true;
}

/* Exim may write the offset and the pid between time and message. */
static const char *
exim_message(const char *s)
{
	if ((*s == '+' || *s == '-') && strspn(s + 1, "0123456789") == 4)
		s += 5 + (s[5] == ' ');
	if (*s == '[' && s[1 + strspn(s + 1, "0123456789")] == ']')
		s += 2 + strspn(s + 1, "0123456789");
	return s + strspn(s, " ");
}

static bool
known_program(const char *program)
{
	static const char *const programs[] = {
		"postfix", "exim", "sendmail", "sm-mta", "smtpd", "opensmtpd",
	};
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (text_istarts(program, programs[i]))
			return true;
	return false;
}

bool
log_reader_line(struct log_reader *reader, const char *line, size_t n,
    struct log_refusal *refusal)
{
	struct entry e;
	const char *m;
	bool found;

	reader->knows = false;
	copy_n(reader->line, sizeof(reader->line), line, n);
	n = strlen(reader->line);
	memset(refusal, 0, sizeof(*refusal));
	refusal->stage = STAGE_COUNT;
	refusal->product = "";
	if (text_istarts(reader->line, "#Fields:")) {
		csv_header(reader, reader->line + 8);
		return false;
	}
	if (text_istarts(reader->line, "date-time,") ||
	    text_istarts(reader->line, "\xef\xbb\xbf" "date-time,")) {
		csv_header(reader, strstr(reader->line, "date-time"));
		return false;
	}
	if (reader->has_columns && reader->line[0] != '#' &&
	    isdigit((unsigned char)reader->line[0]))
		return tracking_line(reader, reader->line, refusal);
	if (reader->in_export || begins_export(reader)) {
		if (!export_line(reader, &e))
			return false;
	} else if (reader->line[0] == '{') {
		if (!journal_line(reader, n, &e))
			return false;
	} else {
		take_apart(reader->line, &e);
	}
	m = exim_message(e.message);
	reader->knows = reader->knows || known_program(e.program);
	found = postfix_delivery(reader, m, refusal) ||
	    postfix_reject(reader, m, refusal) ||
	    exim_delivery(reader, m, refusal) ||
	    opensmtpd_line(reader, m, refusal) ||
	    sendmail_line(reader, m, refusal) ||
	    exim_reject(reader, m, refusal);
	if (!found && queue_line(reader, m) && e.when[0] != '\0')
		reader->knows = true;
	if (!found)
		return false;
	/* The client that was refused will come again. */
	if (refusal->incoming && refusal->reply.code / 100 == 4)
		refusal->delayed = true;
	memcpy(refusal->when, e.when, sizeof(e.when));
	memcpy(refusal->logger, e.host, sizeof(e.host));
	return true;
}
