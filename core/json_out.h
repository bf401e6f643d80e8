#ifndef RT_CORE_JSON_OUT_H
#define RT_CORE_JSON_OUT_H

/*
 * JSON (RFC 8259) written as it comes, on one line.  A report of a thousand
 * servers never is a tree in memory, and a batch writes one a recipient.
 * Strings may hold any bytes: what is no UTF-8 becomes U+FFFD, control
 * characters are escaped.
 */

#include <stdbool.h>

struct buf;

struct json_out {
	struct buf *out; /* borrowed */
	bool comma;      /* the next member or element needs one */
};

/* In an object each has a key; in an array the key is NULL. */
void json_open(struct json_out *json, const char *key, char bracket);
void json_close(struct json_out *json, char bracket);
void json_text(struct json_out *json, const char *key, const char *text);
void json_number(struct json_out *json, const char *key, long value);
/* Hundredths: 97 is written 0.97. */
void json_percent(struct json_out *json, const char *key, int value);
void json_truth(struct json_out *json, const char *key, bool value);
void json_nothing(struct json_out *json, const char *key);

#endif
