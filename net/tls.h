#ifndef RT_NET_TLS_H
#define RT_NET_TLS_H

/*
 * TLS as data: which certificates are trusted, what a handshake gave and
 * what is wrong with the certificate, in words.  Verification never aborts
 * a handshake; offered, established and trusted are three facts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

struct tls_trust; /* trust anchors, loaded when first needed */

/* ca_file NULL: the system's store; else that PEM file in its place. */
struct tls_trust *tls_trust_new(const char *ca_file, struct err *err);
void tls_trust_free(struct tls_trust *trust); /* NULL is fine */
/* A certificate and key of the client for EXTERNAL; PEM files. */
bool tls_trust_client_cert(struct tls_trust *trust, const char *cert_file,
    const char *key_file, struct err *err);

#define TLS_NAMES_MAX 16

struct tls_info {
	char version[16];      /* "TLS1.3" */
	char cipher[64];
	bool trusted;          /* chain and name and dates are all right */
	bool expired, not_yet, wrong_name, self_signed, unknown_issuer,
	    revoked, weak;
	char why[240];         /* "" when trusted, else in words */
	char subject[160], issuer[160];
	int64_t not_before, not_after; /* seconds since 1970 */
	int name_count;        /* names the certificate is good for */
	char names[TLS_NAMES_MAX][128];
	bool more_names;       /* than TLS_NAMES_MAX */
	uint8_t sha256[32];    /* of the leaf certificate */
	uint8_t spki_sha256[32];
};

/* Server side, for worlds and tests. */
struct tls_server;

enum tls_fault {
	TLS_GOOD,
	TLS_EXPIRED,
	TLS_SELF_SIGNED,
	TLS_WRONG_NAME, /* made for wrong.<name> instead */
	TLS_NOT_YET,    /* valid from a month on */
	TLS_FETCH,      /* tells where its issuer's certificate is to be had */
	TLS_MANY_NAMES, /* good, and for a thousand others */
	TLS_HUGE,       /* good, with 1 MB that means nothing */
};

/* What a server may send between replies without saying anything. */
enum tls_noise {
	TLS_NOISE_KEY_UPDATE,    /* RFC 8446 4.6.3, an answer asked for */
	TLS_NOISE_HELLO_REQUEST, /* TLS 1.2: renegotiate! RFC 5246 7.4.1.1 */
	TLS_NOISE_EMPTY,         /* a record without content */
	TLS_NOISE_WARNING,       /* an alert that is none */
};

/*
 * A certificate authority that lives as long as the process needs it; its
 * certificates are made on the spot (ECDSA P-256).
 */
struct tls_ca;
struct tls_ca *tls_ca_new(void);
void tls_ca_free(struct tls_ca *ca);
/* Trust exactly this authority. */
struct tls_trust *tls_trust_of_ca(const struct tls_ca *ca);
struct tls_server *tls_server_new(const struct tls_ca *ca, const char *name,
    enum tls_fault fault);
/* From now on it speaks TLS 1.2 and nothing else. */
void tls_server_only_12(struct tls_server *server);
void tls_server_free(struct tls_server *server);

#endif
