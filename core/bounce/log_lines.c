#include "core/bounce/log_lines.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "core/bounce/reply_find.h"
#include "core/stage.h"
#include "core/text.h"

void
log_copy(char *out, size_t size, const char *s, size_t n)
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
		log_copy(q->id, sizeof(q->id), id, n);
	}
	return q;
}

struct queued *
log_remember(struct log_reader *reader, const char *id)
{
	return remember(reader, id, strlen(id));
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
	log_copy(out, MAILBOX_MAX, s, n);
	return true;
}

bool
log_take_sender(const char *value, struct log_refusal *refusal)
{
	refusal->has_sender = address_value(value, refusal->sender);
	return refusal->has_sender;
}

/* Fills reply, stage and server from the words of the refusal. */
void
log_take_words(const char *words, size_t n, struct log_refusal *refusal)
{
	char text[FOUND_TEXT], host[HOST_MAX], address[HOST_MAX];

	log_copy(text, sizeof(text), words, n);
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
		log_take_words(open, close != NULL && close > open ?
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
		log_copy(refusal->client, sizeof(refusal->client), words,
		    strcspn(words, ": ;"));
	if (strncmp(words, "unknown[", 8) == 0)
		log_copy(refusal->client, sizeof(refusal->client), words + 8,
		    strcspn(words + 8, "]"));
	else if (address[0] != '\0')
		memcpy(refusal->client, address, sizeof(address));
	words = strstr(words, "]: ");
	words = words != NULL ? words + 3 : p + 8;
	end = strstr(words, "; from=<");
	log_take_words(words, end != NULL ? (size_t)(end - words) : strlen(words),
	    refusal);
	if (end != NULL) {
		log_take_sender(key(end, "from"), refusal);
		if (key(end, "to") != NULL)
			address_value(key(end, "to"), refusal->recipient);
	}
	return refusal->reply.code >= 400;
}

/* qmgr, smtpd, sendmail, "<=" of Exim: who sends the queued message. */
bool
log_queue_line(struct log_reader *reader, const char *message)
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
		log_copy(host, sizeof(host), client, strcspn(client, "[, "));
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
		log_take_sender(value + 3, refusal);
	recall(reader, message, n, refusal);
	words = strstr(p, ": ");
	words = words != NULL ? words + 2 : p;
	log_take_words(words, strlen(words), refusal);
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
		log_copy(refusal->client, sizeof(refusal->client), value + 1,
		    strcspn(value + 1, "]"));
	value = strstr(message, " F=<");
	if (value != NULL)
		log_take_sender(value + 3, refusal);
	refusal->stage = stage_find(p);
	value = strstr(p, "RCPT ");
	if (value != NULL)
		address_value(value + 5, refusal->recipient);
	words = strstr(p, ": ");
	words = words != NULL ? words + 2 : p + 1;
	log_take_words(words, strlen(words), refusal);
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
		log_take_words(value, strlen(value), refusal);
		refusal->stage = strstr(message, "check_rcpt") != NULL ?
		    STAGE_RCPT : strstr(message, "check_mail") != NULL ?
		    STAGE_MAIL : STAGE_BANNER;
		value = key(message, "arg1");
		if (value != NULL && refusal->stage == STAGE_RCPT)
			address_value(value, refusal->recipient);
		else if (value != NULL && refusal->stage == STAGE_MAIL)
			log_take_sender(value, refusal);
		value = key(message, "relay");
		if (value != NULL && strchr(value, '[') != NULL) {
			value = strchr(value, '[') + 1;
			log_copy(refusal->client, sizeof(refusal->client),
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
	reader->more = value + mailbox_at(value, refusal->recipient);
	if (reader->more == value)
		address_value(value, refusal->recipient);
	recall(reader, message, n, refusal);
	take_relay(key(message, "relay"), refusal);
	value = key(message, "reply");
	if (value == NULL)
		value = stat;
	log_take_words(value, strlen(value), refusal);
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
	log_copy(out, size, value + 1, strcspn(value + 1, "\""));
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
			log_copy(refusal->client, sizeof(refusal->client),
			    value, strcspn(value, " "));
		log_take_words(result, strlen(result), refusal);
		return refusal->reply.code >= 400;
	}
	refusal->delayed = text_ieq(result, "TempFail");
	if (!refusal->delayed && !text_ieq(result, "PermFail"))
		return false;
	log_take_sender(key(message, "from"), refusal);
	address_value(key(message, "to"), refusal->recipient);
	if (quoted(message, "relay", result, sizeof(result))) {
		/* "192.0.2.1 (mx.example.net)" */
		value = strchr(result, '(');
		take_relay(value != NULL && strchr(value, '.') != NULL ?
		    value + 1 : result, refusal);
	}
	if (quoted(message, "stat", result, sizeof(result)))
		log_take_words(result, strlen(result), refusal);
	return true;
}

bool
log_mta_line(struct log_reader *reader, const char *m,
    struct log_refusal *refusal)
{
	return postfix_delivery(reader, m, refusal) ||
	    postfix_reject(reader, m, refusal) ||
	    exim_delivery(reader, m, refusal) ||
	    opensmtpd_line(reader, m, refusal) ||
	    sendmail_line(reader, m, refusal) ||
	    log_qmail_line(reader, m, refusal) ||
	    exim_reject(reader, m, refusal);
}
