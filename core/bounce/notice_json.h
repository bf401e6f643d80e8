#ifndef RT_CORE_BOUNCE_NOTICE_JSON_H
#define RT_CORE_BOUNCE_NOTICE_JSON_H

/*
 * Bounces that a sending service tells in JSON: the notifications and
 * events of Amazon SES, alone or inside a message of SNS, pasted or mailed
 * (and then with lines that were broken on the way), and the events that
 * SendGrid, Mailgun, Postmark, SparkPost, Mandrill, Brevo, Mailjet, Resend
 * and their like post, alone or in a list.
 */

#include <stdbool.h>

struct dsn;

enum notice {
	NOTICE_NONE,
	NOTICE_BOUNCE,
	NOTICE_COMPLAINT,
	NOTICE_OTHER, /* delivery, opening and the like: nothing failed */
};

/* Adds what the text tells to the report's fields. */
enum notice notice_json_read(struct dsn *dsn, const char *text);

#endif
