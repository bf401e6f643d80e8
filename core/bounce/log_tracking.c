#include <string.h>

#include "core/bounce/log_lines.h"
#include "core/bounce/reply_find.h"
#include "core/text.h"

#define COLUMNS_MAX 64

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

void
log_tracking_header(struct log_reader *reader, const char *s)
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

bool
log_tracking_line(struct log_reader *reader, const char *line,
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
	log_copy(refusal->when, sizeof(refusal->when), fields[COLUMN_TIME],
	    strlen(fields[COLUMN_TIME]));
	log_copy(refusal->client, HOST_MAX, fields[COLUMN_CLIENT],
	    strlen(fields[COLUMN_CLIENT]));
	log_copy(refusal->logger, HOST_MAX, fields[COLUMN_SERVER],
	    strlen(fields[COLUMN_SERVER]));
	if (text_ieq(fields[COLUMN_SOURCE], "SMTP"))
		log_copy(refusal->server, HOST_MAX, fields[COLUMN_SERVER],
		    strlen(fields[COLUMN_SERVER]));
	log_take_sender(fields[COLUMN_SENDER], refusal);
	log_take_words(fields[COLUMN_STATUS], strlen(fields[COLUMN_STATUS]),
	    refusal);
	return refusal->reply.code >= 400 ||
	    refusal->reply.enhanced.class >= 4;
}
