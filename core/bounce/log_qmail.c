#include "core/bounce/log_lines.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"

/*
 * qmail-send writes three lines about a delivery, each behind the time:
 *
 *	info msg 81: bytes 900 from <alice@src.example> qp 7 uid 64
 *	starting delivery 5: msg 81 to remote bob@dest.example
 *	delivery 5: failure: 192.0.2.25_does_not_like_recipient./Remote_...
 *
 * In the last one each blank is a "_" and each line end a "/".
 */

/* "msg 81", "delivery 5": the id that it is remembered by, or 0. */
static size_t
number_id(const char *s, char kind, char id[QUEUE_ID_MAX])
{
	size_t n = strspn(s, "0123456789");

	if (n == 0 || n + 2 > QUEUE_ID_MAX)
		return 0;
	snprintf(id, QUEUE_ID_MAX, "%c%.*s", kind, (int)n, s);
	return n;
}

/* At the number behind "starting delivery ". */
static bool
starting(struct log_reader *reader, const char *s)
{
	char id[QUEUE_ID_MAX], msg[QUEUE_ID_MAX], sender[MAILBOX_MAX] = "";
	bool has_sender = false;
	struct queued *q;
	size_t n = number_id(s, 'd', id);

	if (n == 0 || strncmp(s + n, ": msg ", 6) != 0)
		return false;
	s += n + 6;
	n = number_id(s, 'm', msg);
	if (n > 0) {
		q = log_remember(reader, msg);
		memcpy(sender, q->sender, sizeof(sender));
		has_sender = q->has_sender;
	}
	q = log_remember(reader, id);
	memcpy(q->sender, sender, sizeof(sender));
	q->has_sender = has_sender;
	q->recipient[0] = '\0';
	s = strstr(s, " to ");
	if (s != NULL) {
		s += 4 + strcspn(s + 4, " "); /* "local" or "remote" */
		mailbox_at(s + strspn(s, " "), q->recipient);
	}
	return true;
}

/* The words as they were sent; a "/" within a name or a link stays one. */
static void
plain_words(const char *s, char *out, size_t size)
{
	size_t i;

	for (i = 0; s[i] != '\0' && i + 1 < size; i++) {
		bool ends = s[i] == '/' && (s[i + 1] == '\0' ||
		    (i > 0 && strchr(".)", s[i - 1]) != NULL) ||
		    text_istarts(s + i + 1, "Giving_up_on_") ||
		    text_istarts(s + i + 1, "Remote_host_said"));

		out[i] = s[i] == '_' || ends ? ' ' : s[i];
	}
	out[i] = '\0';
}

bool
log_qmail_line(struct log_reader *reader, const char *message,
    struct log_refusal *refusal)
{
	const char *p = strstr(message, "delivery "), *words;
	char id[QUEUE_ID_MAX], text[FOUND_TEXT];
	const struct queued *q;
	size_t n;

	n = p != NULL ? number_id(p + 9, 'd', id) : 0;
	if (n == 0)
		return false;
	words = p + 9 + n;
	if (strncmp(words, ": failure: ", 11) == 0) {
		words += 11;
	} else if (strncmp(words, ": deferral: ", 12) == 0) {
		words += 12;
		refusal->delayed = true;
	} else {
		return false;
	}
	reader->knows = true;
	refusal->product = "qmail";
	q = log_remember(reader, id);
	memcpy(refusal->recipient, q->recipient, sizeof(q->recipient));
	memcpy(refusal->sender, q->sender, sizeof(q->sender));
	refusal->has_sender = q->has_sender;
	plain_words(words, text, sizeof(text));
	log_take_words(text, strlen(text), refusal);
	return true;
}

bool
log_qmail_queue(struct log_reader *reader, const char *message)
{
	const char *p = strstr(message, "starting delivery "), *from;
	char id[QUEUE_ID_MAX];
	struct queued *q;

	if (p != NULL)
		return starting(reader, p + 18);
	p = strstr(message, "info msg ");
	if (p == NULL || number_id(p + 9, 'm', id) == 0)
		return false;
	from = strstr(p, " from <");
	if (from == NULL)
		return false;
	q = log_remember(reader, id);
	q->has_sender = true;
	if (mailbox_at(from + 6, q->sender) == 0)
		q->sender[0] = '\0';
	return true;
}
