#ifndef RT_NET_SASL_H
#define RT_NET_SASL_H

/*
 * SASL clients for SMTP AUTH (RFC 4954).  PLAIN (RFC 4616), LOGIN, XOAUTH2,
 * OAUTHBEARER (RFC 7628) and EXTERNAL are ours; SCRAM-SHA-1, SCRAM-SHA-256
 * and their -PLUS forms (RFC 5802, 7677), CRAM-MD5 (RFC 2195) and
 * DIGEST-MD5 (RFC 2831) are libgsasl's.  Everything secret is wiped when
 * the client is freed.
 */

#include <stdbool.h>
#include <stddef.h>

struct err;
struct sasl;

struct credentials {
	const char *user;     /* borrowed */
	const char *password; /* NULL if there is none; borrowed */
	const char *token;    /* OAuth access token, or NULL; borrowed */
	bool certificate;     /* a client certificate was presented */
};

/*
 * The strongest of `offered` that these credentials can serve, or NULL.
 * `secure` false (no TLS): mechanisms that show the password are left out
 * unless `clear_ok`.  `plus`: channel binding data exists.
 */
const char *sasl_choose(const char *const *offered, size_t count,
    const struct credentials *cred, bool secure, bool clear_ok, bool plus);
/*
 * True if a -PLUS mechanism can use channel binding data of this type (as
 * cb_type below; NULL: there is none).  Old versions of libgsasl know no
 * "tls-exporter", which TLS 1.3 needs (RFC 9266).
 */
bool sasl_binds(const char *cb_type);
/* True if we can do this mechanism at all. */
bool sasl_known(const char *mech);
/* True if the mechanism shows the password or token to the peer. */
bool sasl_shows_secret(const char *mech);

/* cb_type is "tls-exporter", "tls-unique" or NULL. The caller frees. */
struct sasl *sasl_new(const char *mech, const struct credentials *cred,
    const char *host, const void *cb, size_t cb_len, const char *cb_type,
    struct err *err);
void sasl_free(struct sasl *sasl); /* wipes; NULL is fine */

/*
 * The next thing to say.  `challenge` is the base64 text behind 334 (""
 * for none; NULL for the first step, whose result goes behind "AUTH MECH "
 * or is "" if the client does not speak first).  *out is base64, owned by
 * the sasl, valid to the next call.  False: the exchange cannot go on (a
 * challenge that is no base64, a server that fails to prove itself ...);
 * the client should cancel with "*".
 */
bool sasl_step(struct sasl *sasl, const char *challenge, const char **out,
    struct err *err);
/* After 235: true if the server has proved itself (SCRAM), or need not. */
bool sasl_verified(const struct sasl *sasl);
/* True if a proof came and was a false one: that step has failed. */
bool sasl_disproved(const struct sasl *sasl);
/*
 * What the server gave as its reason before the refusal itself, as it came:
 * the word of SCRAM's "e=" (RFC 5802 section 7) or OAuth's JSON (RFC 7628
 * section 3.2.2).  "" if it gave none; cut to SASL_REASON - 1 bytes.
 */
#define SASL_REASON 240
const char *sasl_reason(const struct sasl *sasl);

#endif
