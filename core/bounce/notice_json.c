#include "core/bounce/notice_json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/dsn.h"
#include "core/bounce/reply_find.h"
#include "core/text.h"
#include "net/buf.h"

#define NOTICE_MAX ((size_t)512 << 10)

/* One JSON text begins at s; line ends inside came from the transport. */
static json_t *
load(const char *s)
{
	struct buf text;
	json_t *json;

	buf_init(&text, NOTICE_MAX);
	for (; *s != '\0' && !text.overflow; s++) {
		/* Sendmail breaks long lines by "!", a line end, a blank. */
		if (strncmp(s, "!\n ", 3) == 0)
			s += 2;
		else if (*s != '\n')
			buf_putc(&text, *s);
	}
	json = json_loadb(buf_str(&text), text.len, JSON_DISABLE_EOF_CHECK,
	    NULL);
	buf_clear(&text);
	return json;
}

static const char *
string_of(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s != NULL ? s : "";
}

static void
put_line(struct buf *out, const char *value)
{
	for (; *value != '\0'; value++)
		buf_putc(out, (unsigned char)*value < ' ' ? ' ' : *value);
	buf_putc(out, '\n');
}

/* The fields are written as RFC 3464 has them, so one reader serves both. */
static void
put_field(struct buf *out, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	buf_printf(out, "%s: ", name);
	put_line(out, value);
}

static void
take_bounce(struct dsn *dsn, const json_t *bounce, const json_t *mail)
{
	const json_t *list = json_object_get(bounce, "bouncedRecipients");
	const json_t *one;
	struct buf out;
	size_t i;

	buf_init(&out, NOTICE_MAX);
	put_field(&out, "Reporting-MTA", string_of(bounce, "reportingMTA"));
	put_field(&out, "X-Postfix-Sender", string_of(mail, "source"));
	json_array_foreach(list, i, one) {
		buf_putc(&out, '\n');
		put_field(&out, "Final-Recipient",
		    string_of(one, "emailAddress"));
		put_field(&out, "Action", string_of(one, "action"));
		put_field(&out, "Status", string_of(one, "status"));
		put_field(&out, "Diagnostic-Code",
		    string_of(one, "diagnosticCode"));
		put_field(&out, "Remote-MTA", string_of(bounce,
		    "remoteMtaIp"));
	}
	dsn_read(dsn, buf_str(&out), out.len);
	buf_clear(&out);
}

/*
 * Events of the sending services differ in the names of their members, not
 * in what they tell.  A member is looked for in the event itself and in the
 * objects that some put inside it.
 */
static const char *const insides[] = {
	"event-data", "delivery-status", "envelope", "msys", "message_event",
	"msg", "data", "bounce",
};

static const char *const events[] = {
	"event", "Type", "type", "RecordType",
};
static const char *const recipients[] = {
	"recipient", "rcpt_to", "email", "Email", "rcpt", "Recipient", "to",
};
static const char *const senders[] = {
	"sender", "msg_from", "friendly_from", "From", "from",
};
static const char *const codes[] = {
	"code", "error_code", "smtp-code",
};
static const char *const statuses[] = {
	"status", "enhanced-code", "enhanced_code",
};
static const char *const hosts[] = {
	"mx-host", "mx_host", "remote_mta",
};
/* The reply itself before what the service makes of it. */
static const char *const reasons[] = {
	"diag", "raw_reason", "Details", "message", "response", "reason",
	"error", "comment", "description", "bounce_description",
	"Description",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define INSIDE_MAX 3 /* how deep the objects lie in each other */

/* A list of one is meant where `to` is a list. */
static const char *
text_of(const json_t *value)
{
	if (json_is_array(value))
		value = json_array_get(value, 0);
	return json_is_string(value) ? json_string_value(value) : "";
}

static const char *
member(const json_t *event, const char *const *names, size_t count, int depth)
{
	const char *value;
	size_t i;

	for (i = 0; i < count; i++) {
		value = text_of(json_object_get(event, names[i]));
		if (*value != '\0')
			return value;
	}
	for (i = 0; i < COUNT(insides) && depth < INSIDE_MAX; i++) {
		value = member(json_object_get(event, insides[i]), names,
		    count, depth + 1);
		if (*value != '\0')
			return value;
	}
	return "";
}

/* The first of these that holds a reply code, else the first at all. */
static const char *
reason_of(const json_t *event)
{
	struct found_reply reply;
	const char *value;
	size_t i;

	for (i = 0; i < COUNT(reasons); i++) {
		value = member(event, &reasons[i], 1, 0);
		if (reply_find(value, &reply) && reply.code != 0)
			return value;
	}
	return member(event, reasons, COUNT(reasons), 0);
}

static int
code_of(const json_t *event, int depth)
{
	const json_t *value;
	int code = 0;
	size_t i;

	for (i = 0; i < COUNT(codes) && code == 0; i++) {
		value = json_object_get(event, codes[i]);
		code = json_is_integer(value) &&
		    json_integer_value(value) >= 400 &&
		    json_integer_value(value) < 600 ?
		    (int)json_integer_value(value) :
		    reply_code_at(text_of(value));
	}
	for (i = 0; i < COUNT(insides) && code == 0 && depth < INSIDE_MAX; i++)
		code = code_of(json_object_get(event, insides[i]), depth + 1);
	return code;
}

/* What the services call it; the first that is contained counts. */
static const struct {
	const char *word;
	enum notice notice;
	const char *action;
} kinds[] = {
	{ "complain", NOTICE_COMPLAINT, "" },
	{ "spam", NOTICE_COMPLAINT, "" },
	{ "bounce", NOTICE_BOUNCE, "failed" },
	{ "fail", NOTICE_BOUNCE, "failed" },
	{ "block", NOTICE_BOUNCE, "failed" },
	{ "drop", NOTICE_BOUNCE, "failed" },
	{ "reject", NOTICE_BOUNCE, "failed" },
	{ "invalid", NOTICE_BOUNCE, "failed" },
	{ "badaddress", NOTICE_BOUNCE, "failed" },
	{ "smtpapierror", NOTICE_BOUNCE, "failed" },
	{ "defer", NOTICE_BOUNCE, "delayed" },
	{ "delay", NOTICE_BOUNCE, "delayed" },
	{ "transient", NOTICE_BOUNCE, "delayed" },
};

static enum notice
take_event(struct dsn *dsn, const json_t *json)
{
	const char *event = member(json, events, COUNT(events), 0);
	const char *recipient = member(json, recipients, COUNT(recipients), 0);
	const char *reason = reason_of(json), *severity = "severity";
	struct found_reply reply;
	char coded[16] = "";
	struct buf out;
	size_t i;

	if (*event == '\0' || strchr(recipient, '@') == NULL)
		return NOTICE_NONE;
	for (i = 0; i < COUNT(kinds); i++)
		if (text_ifind(event, kinds[i].word) != NULL)
			break;
	if (i == COUNT(kinds))
		return NOTICE_OTHER;
	if (kinds[i].notice != NOTICE_BOUNCE)
		return kinds[i].notice;
	if (!reply_find(reason, &reply) || reply.code == 0)
		snprintf(coded, sizeof(coded), "%.3d ", code_of(json, 0));
	buf_init(&out, NOTICE_MAX);
	put_field(&out, "X-Postfix-Sender",
	    member(json, senders, COUNT(senders), 0));
	buf_putc(&out, '\n');
	put_field(&out, "Final-Recipient", recipient);
	put_field(&out, "Action", text_ieq(member(json, &severity, 1, 0),
	    "temporary") ? "delayed" : kinds[i].action);
	put_field(&out, "Status", member(json, statuses, COUNT(statuses), 0));
	put_field(&out, "Remote-MTA", member(json, hosts, COUNT(hosts), 0));
	buf_puts(&out, "Diagnostic-Code: ");
	if (atoi(coded) != 0)
		buf_puts(&out, coded);
	put_line(&out, reason);
	dsn_read(dsn, buf_str(&out), out.len);
	buf_clear(&out);
	return NOTICE_BOUNCE;
}

static enum notice
take(struct dsn *dsn, const json_t *json, int depth)
{
	const char *type = string_of(json, "notificationType");
	enum notice notice = NOTICE_NONE, last;
	json_t *inner, *one;
	size_t i;

	if (json_is_array(json) && depth == 0) {
		json_array_foreach(json, i, one) {
			last = take(dsn, one, depth + 1);
			if (notice != NOTICE_BOUNCE && last != NOTICE_NONE)
				notice = last;
		}
		return notice;
	}
	if (*type == '\0')
		type = string_of(json, "eventType");
	if (text_ieq(type, "Bounce")) {
		take_bounce(dsn, json_object_get(json, "bounce"),
		    json_object_get(json, "mail"));
		return NOTICE_BOUNCE;
	}
	if (*type != '\0')
		return text_ieq(type, "Complaint") ? NOTICE_COMPLAINT :
		    NOTICE_OTHER;
	notice = take_event(dsn, json);
	if (notice != NOTICE_NONE)
		return notice;
	/* The envelope of SNS: the notification is a string in it. */
	if (depth == 0 && *string_of(json, "Message") == '{') {
		inner = load(string_of(json, "Message"));
		notice = take(dsn, inner, depth + 1);
		json_decref(inner);
	}
	return notice;
}

enum notice
notice_json_read(struct dsn *dsn, const char *text)
{
	const char *p = strpbrk(text, "{[");
	enum notice notice;
	json_t *json;

	if (p == NULL || (strstr(p, "\"notificationType\"") == NULL &&
	    strstr(p, "\"eventType\"") == NULL &&
	    strstr(p, "\"event\"") == NULL &&
	    strstr(p, "\"RecordType\"") == NULL &&
	    strstr(p, "\"msys\"") == NULL &&
	    strstr(p, "\"type\"") == NULL &&
	    strstr(p, "\\\"notificationType\\\"") == NULL &&
	    strstr(p, "\\\"eventType\\\"") == NULL))
		return NOTICE_NONE;
	json = load(p);
	notice = take(dsn, json, 0);
	json_decref(json);
	return notice;
}
