#include "core/bounce/notice_json.h"

#include <jansson.h>
#include <string.h>

#include "core/bounce/dsn.h"
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

/* The fields are written as RFC 3464 has them, so one reader serves both. */
static void
put_field(struct buf *out, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	buf_printf(out, "%s: ", name);
	for (; *value != '\0'; value++)
		buf_putc(out, (unsigned char)*value < ' ' ? ' ' : *value);
	buf_putc(out, '\n');
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

/* SendGrid: {"email":..., "event":"bounce", "status":..., "reason":...} */
static enum notice
take_event(struct dsn *dsn, const json_t *json)
{
	const char *event = string_of(json, "event");
	struct buf out;

	if (*event == '\0' || *string_of(json, "email") == '\0')
		return NOTICE_NONE;
	if (text_ieq(event, "spamreport"))
		return NOTICE_COMPLAINT;
	if (!text_ieq(event, "bounce") && !text_ieq(event, "blocked") &&
	    !text_ieq(event, "dropped") && !text_ieq(event, "deferred"))
		return NOTICE_OTHER;
	buf_init(&out, NOTICE_MAX);
	put_field(&out, "Final-Recipient", string_of(json, "email"));
	put_field(&out, "Action", text_ieq(event, "deferred") ? "delayed" :
	    "failed");
	put_field(&out, "Status", string_of(json, "status"));
	put_field(&out, "Diagnostic-Code", *string_of(json, "reason") != '\0' ?
	    string_of(json, "reason") : string_of(json, "response"));
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
	    strstr(p, "\\\"notificationType\\\"") == NULL &&
	    strstr(p, "\\\"eventType\\\"") == NULL))
		return NOTICE_NONE;
	json = load(p);
	notice = take(dsn, json, 0);
	json_decref(json);
	return notice;
}
