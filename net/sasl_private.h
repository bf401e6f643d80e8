#ifndef RT_NET_SASL_PRIVATE_H
#define RT_NET_SASL_PRIVATE_H

/*
 * What the SASL files share: a mechanism is a row of a table with one
 * function that takes what the server said and makes what we say.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/sasl.h"

struct err;
struct sasl_library;

/* Bytes on the heap that may be secret; sasl_wipe() frees them. */
struct secret {
	char *bytes; /* a NUL stands behind the last */
	size_t len;
};

void sasl_wipe(struct secret *secret);
/* Makes room for `len` bytes, zeroed. */
void sasl_room(struct secret *secret, size_t len);

struct sasl {
	const struct mechanism *mech;
	struct secret user, password, token; /* bytes NULL: none */
	char *host;
	struct sasl_library *library; /* NULL for mechanisms of our own */
	struct secret out;            /* base64 */
	int steps;                    /* done so far */
	bool proved;                  /* the server knows the password */
	bool disproved;               /* its proof was a false one */
	char reason[SASL_REASON];     /* of a refusal to come, or "" */
};

/* Keeps the reason of a refusal that is to follow. */
void sasl_keep_reason(struct sasl *sasl, const char *bytes, size_t len);

enum need { NEED_PASSWORD, NEED_TOKEN, NEED_CERTIFICATE };

struct mechanism {
	const char *name;
	enum need need;
	bool shows;  /* the secret is shown to the server */
	bool plus;   /* needs channel binding */
	bool proves; /* the server proves itself */
	/*
	 * `in` is NULL at the first step.  Leaves what is to be said in
	 * *say, which is empty when called; bytes NULL at the first step:
	 * the server speaks first.
	 */
	bool (*step)(struct sasl *sasl, const char *in, size_t len,
	    struct secret *say, struct err *err);
};

/* libgsasl; `binding` is base64 or NULL. */
struct sasl_library *sasl_library_new(const struct sasl *sasl,
    const char *binding, bool exporter, struct err *err);
void sasl_library_free(struct sasl_library *library); /* NULL is fine */
bool sasl_library_step(struct sasl *sasl, const char *in, size_t len,
    struct secret *say, struct err *err);

/* RFC 4648 section 4. *out is replaced; false: it is no base64. */
void sasl_encode(const void *bytes, size_t len, struct secret *out);
bool sasl_decode(const char *text, struct secret *out);

#endif
