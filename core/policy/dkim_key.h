#ifndef RT_CORE_POLICY_DKIM_KEY_H
#define RT_CORE_POLICY_DKIM_KEY_H

/*
 * One DKIM key record (RFC 6376 3.6.1, RFC 8463 4): what kind of key it is
 * and what is wrong with it.  Pure.
 */

#include <stdbool.h>
#include <stddef.h>

enum dkim_key_state {
	DKIM_KEY_USABLE,
	DKIM_KEY_REVOKED, /* p= is there and empty */
	DKIM_KEY_BROKEN,  /* no verifier can use it; `problem` says why */
};

struct dkim_key {
	enum dkim_key_state state;
	char type[24];   /* "rsa", "ed25519" or what the record says */
	int bits;        /* of the key; 0: not known */
	bool testing;    /* t=y: to be treated like no signature */
	bool strict;     /* t=s: no subdomains in i= */
	char problem[200]; /* what is wrong, or unwise; "" */
};

/*
 * Could these TXT data be meant as a key?  A record that names another
 * version of anything is not; one without v= may be.
 */
bool dkim_key_is(const char *bytes, size_t n);
void dkim_key_parse(const char *bytes, size_t n, struct dkim_key *key);

#endif
