#include "core/bounce/log.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/bounce/log_lines.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/mem.h"

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

static const char *const months[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
	"Nov", "Dec",
};

/* What follows "@": seconds since 1970 in TAI, from 2^62 on. */
static void
tai_time(const char *hex, char *out, size_t size)
{
	char digits[17];
	time_t t;
	struct tm tm;

	log_copy(digits, sizeof(digits), hex, 16);
	t = (time_t)(strtoull(digits, NULL, 16) - 0x400000000000000aULL);
	if (gmtime_r(&t, &tm) != NULL)
		strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

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
	/* multilog: TAI64N (16 digits of seconds, 8 of nanoseconds) */
	if (*s == '@') {
		n = strspn(s + 1, "0123456789abcdef");
		return n == 24 && s[25] == ' ' ? 25 : 0;
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
	log_copy(e->when, sizeof(e->when), p, n);
	if (*p == '@')
		tai_time(p + 1, e->when, sizeof(e->when));
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
				log_copy(e->host, sizeof(e->host), p, n);
				log_copy(e->program, sizeof(e->program), tag,
				    t);
				e->message = colon + 2;
			}
		}
	}
}

static void
json_text(const json_t *object, const char *name, char *out, size_t size)
{
	const char *s = json_string_value(json_object_get(object, name));

	if (s != NULL)
		log_copy(out, size, s, strlen(s));
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
	log_copy(reader->line, sizeof(reader->line), message, strlen(message));
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
		log_copy(now->host, sizeof(now->host), line + 10,
		    strlen(line + 10));
	else if (strncmp(line, "SYSLOG_IDENTIFIER=", 18) == 0)
		log_copy(now->program, sizeof(now->program), line + 18,
		    strlen(line + 18));
	else if (strncmp(line, "MESSAGE=", 8) == 0)
		log_copy(reader->export_message, sizeof(reader->export_message),
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
	reader->more = NULL;
	log_copy(reader->line, sizeof(reader->line), line, n);
	n = strlen(reader->line);
	memset(refusal, 0, sizeof(*refusal));
	refusal->stage = STAGE_COUNT;
	refusal->product = "";
	if (text_istarts(reader->line, "#Fields:")) {
		log_tracking_header(reader, reader->line + 8);
		return false;
	}
	if (text_istarts(reader->line, "date-time,") ||
	    text_istarts(reader->line, "\xef\xbb\xbf" "date-time,")) {
		log_tracking_header(reader, strstr(reader->line, "date-time"));
		return false;
	}
	if (reader->has_columns && reader->line[0] != '#' &&
	    isdigit((unsigned char)reader->line[0]))
		return log_tracking_line(reader, reader->line, refusal);
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
	found = log_mta_line(reader, m, refusal);
	if (!found && ((log_queue_line(reader, m) && e.when[0] != '\0') ||
	    log_qmail_queue(reader, m)))
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

bool
log_reader_more(struct log_reader *reader, struct log_refusal *refusal)
{
	const char *p = reader->more;
	size_t used;

	if (p == NULL || *p != ',')
		return false;
	used = mailbox_at(p + 1, refusal->recipient);
	reader->more = used > 0 ? p + 1 + used : NULL;
	return used > 0;
}
