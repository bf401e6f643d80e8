#ifndef RT_CORE_BOUNCE_REPLY_FIND_H
#define RT_CORE_BOUNCE_REPLY_FIND_H

/*
 * Finding the SMTP reply that a text quotes, and what the words around it
 * tell: at which command it came, from which host.  "said: 550-5.1.1 one
 * 550 5.1.1 two (in reply to RCPT TO command)" becomes 550, 5.1.1, "5.1.1
 * one two".
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/smtp_reply.h"

#define FOUND_TEXT 2048

struct found_reply {
	int code; /* 0: none */
	struct enhanced enhanced; /* class 0: none */
	char text[FOUND_TEXT]; /* without the code, on one line */
};

/*
 * `text` is running text; '\n' ends a paragraph, within which lines are
 * joined by blanks.  False if there is neither a code nor an enhanced one;
 * *reply is untouched then.
 */
bool reply_find(const char *text, struct found_reply *reply);
/*
 * Reads a text that is one reply as a whole, as DSN fields and logs have
 * it; a code in front is not required.
 */
void reply_read(const char *text, struct found_reply *reply);
/* A code of its own at s ("550 ", "550-5.7.1"): its value, or 0. */
int reply_code_at(const char *s);

/* True when it only repeats that an earlier command failed. */
bool reply_is_echo(const struct found_reply *reply);

/* The stage that the words name ("in reply to RCPT TO"), or STAGE_COUNT. */
int stage_find(const char *text);
/*
 * The host that the words make the speaker ("host mx.example[192.0.2.1]
 * said"); both out buffers hold HOST_MAX bytes.
 */
bool speaker_find(const char *text, char *host, char *address);

#endif
