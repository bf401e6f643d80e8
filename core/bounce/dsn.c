#include "core/bounce/dsn.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/lines.h"
#include "core/bounce/mime.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

#define FIELD_MAX 8192

static const char *const actions[] = {
	[DSN_NONE] = "",
	[DSN_FAILED] = N_("failed"),
	[DSN_DELAYED] = N_("delayed"),
	[DSN_DELIVERED] = N_("delivered"),
	[DSN_RELAYED] = N_("relayed"),
	[DSN_EXPANDED] = N_("expanded"),
};

const char *
dsn_action_name(enum dsn_action action)
{
	return actions[action];
}

/* The recipient that the fields being read belong to. */
struct reading_dsn {
	struct dsn *dsn;
	struct dsn_recipient *now; /* NULL: the message's own fields */
};

static struct dsn_recipient *
add_recipient(struct dsn *dsn)
{
	struct dsn_recipient *r;

	if (dsn->count >= DSN_RECIPIENTS_MAX)
		return NULL;
	dsn->recipients = mem_grow(dsn->recipients, dsn->count, &dsn->cap,
	    sizeof(*dsn->recipients));
	r = &dsn->recipients[dsn->count++];
	memset(r, 0, sizeof(*r));
	return r;
}

/* "rfc822; x": what stands behind the type; the type's length in *n. */
static const char *
behind_type(const char *value, size_t *n)
{
	size_t len = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_/ ");

	if (value[len] != ';') {
		*n = 0;
		return value;
	}
	*n = len;
	value += len + 1;
	return value + strspn(value, " \t");
}

/* RFC 6533 3: \x{HEX} in a utf-8 address. */
static void
decode_address(const char *s, char *out, size_t size)
{
	struct buf buf;
	unsigned long cp;
	char *end;

	buf_init(&buf, size - 1);
	while (*s != '\0') {
		if (strncmp(s, "\\x{", 3) == 0) {
			cp = strtoul(s + 3, &end, 16);
			if (*end == '}' && cp > 0x20 && cp < 0x110000) {
				char entity[24];

				snprintf(entity, sizeof(entity), "&#%lu;",
				    cp);
				mime_html(entity, strlen(entity), &buf);
				s = end + 1;
				continue;
			}
		}
		buf_putc(&buf, *s++);
	}
	snprintf(out, size, "%s", buf_str(&buf));
	buf_clear(&buf);
}

static void
take_address(const char *value, char *out)
{
	char text[MAILBOX_MAX];
	size_t n;

	decode_address(behind_type(value, &n), text, sizeof(text));
	if (mailbox_at(text, out) == 0 && mailbox_find(text, out) == NULL)
		snprintf(out, MAILBOX_MAX, "%s", text);
}

static void
take_host(const char *value, char *host, char *address)
{
	char none[HOST_MAX];
	const char *p;
	size_t n;

	p = behind_type(value, &n);
	if (host_at(p, host, address != NULL ? address : none) > 0)
		return;
	if (text_istarts(p, "mta ")) /* X.400: "mta NAME in /ADMD=..." */
		p += 4;
	/* A name without a dot is still what the reporter calls it. */
	n = strcspn(p, " \t(;,");
	while (n > 0 && p[n - 1] == '.')
		n--;
	if (n > 0 && n < HOST_MAX && *p != '[') {
		memcpy(host, p, n);
		host[n] = '\0';
	}
}

static void
take_action(const char *value, struct dsn_recipient *r)
{
	int i;

	for (i = DSN_FAILED; i <= DSN_EXPANDED; i++)
		if (text_istarts(value, actions[i]))
			r->action = (enum dsn_action)i;
	/* Words outside the standard that gateways write. */
	if (r->action == DSN_NONE && (text_istarts(value, "fail") ||
	    text_istarts(value, "error") || text_istarts(value, "perm") ||
	    text_istarts(value, "deny")))
		r->action = DSN_FAILED;
	else if (r->action == DSN_NONE && text_istarts(value, "expire"))
		r->action = DSN_FAILED;
	else if (r->action == DSN_NONE && text_istarts(value, "deliver"))
		r->action = DSN_DELIVERED;
}

static void
take_status(const char *value, struct dsn_recipient *r)
{
	struct found_reply reply;

	reply_read(value, &reply);
	if (reply.enhanced.class != 0)
		r->status = reply.enhanced;
	/* Some write the whole reply here. */
	if (reply.code >= 400 && !r->has_reply) {
		r->reply = reply;
		r->has_reply = true;
	}
}

static void
take_diagnostic(const char *value, struct dsn_recipient *r)
{
	const char *text;
	struct found_reply reply;
	size_t type;

	text = behind_type(value, &type);
	if (*text == '\0' || (r->has_reply && r->reply.code != 0))
		return;
	/* What a host quotes of another one is the reply that matters. */
	if (!reply_find(text, &reply))
		reply_read(text, &reply);
	r->reply = reply;
	r->has_reply = true;
	r->is_smtp = (type == 4 && text_istarts(value, "smtp")) ||
	    (type == 0 && reply.code != 0);
}

enum field_id {
	FIELD_OTHER,
	FIELD_REPORTING,
	FIELD_SENDER,
	FIELD_FINAL,
	FIELD_ORIGINAL,
	FIELD_ACTION,
	FIELD_STATUS,
	FIELD_REMOTE,
	FIELD_DIAGNOSTIC,
};

static const struct {
	const char *name;
	enum field_id id;
	bool report; /* by itself shows that this is a delivery report */
} fields[] = {
	{ "reporting-mta", FIELD_REPORTING, true },
	{ "x-postfix-sender", FIELD_SENDER, true },
	{ "x-mailfrom", FIELD_SENDER, false },
	{ "final-recipient", FIELD_FINAL, true },
	{ "original-recipient", FIELD_ORIGINAL, true },
	{ "x-actual-recipient", FIELD_ORIGINAL, true },
	{ "action", FIELD_ACTION, false },
	{ "status", FIELD_STATUS, false },
	{ "remote-mta", FIELD_REMOTE, true },
	{ "diagnostic-code", FIELD_DIAGNOSTIC, true },
	{ "arrival-date", FIELD_OTHER, false },
	{ "last-attempt-date", FIELD_OTHER, false },
	{ "will-retry-until", FIELD_OTHER, false },
	{ "final-log-id", FIELD_OTHER, false },
	{ "received-from-mta", FIELD_OTHER, false },
	{ "dsn-gateway", FIELD_OTHER, false },
	{ "original-envelope-id", FIELD_OTHER, false },
};

/* The row of the field that `line` begins, or -1; *value behind the colon. */
static int
field_of(const char *line, const char **value)
{
	const char *colon = strchr(line, ':');
	size_t i, n;

	if (colon == NULL || colon == line || colon - line > 40)
		return -1;
	n = (size_t)(colon - line);
	while (n > 0 && line[n - 1] == ' ')
		n--;
	*value = colon + 1 + strspn(colon + 1, " \t");
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strlen(fields[i].name) == n &&
		    text_istarts(line, fields[i].name))
			return (int)i;
	return -1;
}

/* True for "X-Anything: value", which ends the field before it. */
static bool
is_any_field(const char *line)
{
	size_t n = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return n > 1 && line[n] == ':' && (line[n + 1] == ' ' ||
	    line[n + 1] == '\0') && memchr(line, '-', n) != NULL;
}

static void
begin_recipient(struct reading_dsn *in, enum field_id id)
{
	struct dsn_recipient *r = in->now;

	if (r == NULL || (id == FIELD_FINAL && r->final[0] != '\0'))
		in->now = add_recipient(in->dsn);
}

static void
take_field(struct reading_dsn *in, enum field_id id, const char *value)
{
	struct dsn *dsn = in->dsn;

	if (*value == '\0')
		return;
	if (id == FIELD_REPORTING) {
		if (dsn->reporting_mta[0] == '\0')
			take_host(value, dsn->reporting_mta, NULL);
		return;
	}
	if (id == FIELD_SENDER) {
		take_address(value, dsn->sender);
		return;
	}
	if (id == FIELD_OTHER)
		return;
	begin_recipient(in, id);
	if (in->now == NULL)
		return;
	if (id == FIELD_FINAL)
		take_address(value, in->now->final);
	else if (id == FIELD_ORIGINAL && in->now->original[0] == '\0')
		take_address(value, in->now->original);
	else if (id == FIELD_ACTION)
		take_action(value, in->now);
	else if (id == FIELD_STATUS)
		take_status(value, in->now);
	else if (id == FIELD_REMOTE && in->now->remote_mta[0] == '\0')
		take_host(value, in->now->remote_mta,
		    in->now->remote_address);
	else if (id == FIELD_DIAGNOSTIC)
		take_diagnostic(value, in->now);
}

/* Continues an unfolded value; gateways forget the blank in front. */
static size_t
collect(const struct lines *lines, size_t i, struct buf *value)
{
	const char *unused;
	size_t next;

	for (next = i + 1; next < lines->count; next++) {
		const struct line *line = &lines->v[next];

		if (line->len == 0 || line->text[0] == '-' ||
		    (line->indent == 0 && is_any_field(line->text)) ||
		    field_of(line->text, &unused) >= 0)
			break;
		buf_putc(value, ' ');
		buf_puts(value, line->text);
	}
	return next;
}

/* Does the block at line i hold a field that only reports have? */
static bool
is_report_block(const struct lines *lines, size_t i, size_t *end,
    bool *names_recipient)
{
	const char *unused;
	bool report = false;
	int row;

	*names_recipient = false;
	for (*end = i; *end < lines->count && lines->v[*end].len > 0;
	    (*end)++) {
		row = field_of(lines->v[*end].text, &unused);
		if (row < 0)
			continue;
		report = report || fields[row].report;
		if (fields[row].id == FIELD_FINAL)
			*names_recipient = true;
	}
	return report;
}

static void
read_block(struct reading_dsn *in, const struct lines *lines, size_t from,
    size_t end)
{
	struct buf value;
	const char *v;
	size_t i = from;
	int row;

	buf_init(&value, FIELD_MAX);
	while (i < end) {
		row = field_of(lines->v[i].text, &v);
		if (row < 0) {
			i++;
			continue;
		}
		buf_reset(&value);
		buf_puts(&value, v);
		i = collect(lines, i, &value);
		take_field(in, fields[row].id, buf_str(&value));
	}
	buf_clear(&value);
}

static bool
is_blank_recipient(const struct dsn_recipient *r)
{
	return r->final[0] == '\0' && r->original[0] == '\0' &&
	    !r->has_reply && r->status.class == 0;
}

void
dsn_read(struct dsn *dsn, const char *text, size_t n)
{
	struct reading_dsn in = { dsn, NULL };
	struct lines lines;
	bool names_recipient;
	size_t i = 0, end;

	lines_read(&lines, text, n);
	while (i < lines.count) {
		if (lines.v[i].len == 0) {
			i++;
			continue;
		}
		if (is_report_block(&lines, i, &end, &names_recipient)) {
			dsn->seen = true;
			/*
			 * Blank lines between the fields of one recipient
			 * are common; only a second name begins anew.
			 */
			if (names_recipient && in.now != NULL &&
			    in.now->final[0] != '\0')
				in.now = NULL;
			read_block(&in, &lines, i, end);
		}
		i = end;
	}
	lines_clear(&lines);
	if (dsn->count > 0 &&
	    is_blank_recipient(&dsn->recipients[dsn->count - 1]))
		dsn->count--;
}

void
dsn_clear(struct dsn *dsn)
{
	free(dsn->recipients);
	memset(dsn, 0, sizeof(*dsn));
}
