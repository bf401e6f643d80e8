#ifndef RT_CORE_SPF_RECORD_H
#define RT_CORE_SPF_RECORD_H

/*
 * An SPF record taken apart (RFC 7208 4.5, 4.6, 5, 6 and the grammar of
 * 12).  Syntax is checked to the letter for the whole record before any
 * term is evaluated, as 4.6 demands.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/addr.h"

struct err;

enum spf_result {
	SPF_NONE,
	SPF_NEUTRAL,
	SPF_PASS,
	SPF_FAIL,
	SPF_SOFTFAIL,
	SPF_TEMPERROR,
	SPF_PERMERROR,
};

enum spf_kind {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
	SPF_REDIRECT, /* a modifier, kept apart */
	SPF_EXP,      /* a modifier, kept apart */
};

struct spf_term {
	enum spf_kind kind;
	enum spf_result qualifier; /* what a match means */
	char *text; /* the whole term as published */
	char *spec; /* domain-spec; NULL where the current domain is meant */
	struct addr net;  /* ip4, ip6 */
	int bits4, bits6; /* prefix lengths; 32 and 128 where none is given */
};

struct spf_record {
	struct spf_term *terms; /* mechanisms in order */
	size_t count, cap;
	bool has_all; /* a redirect is then ignored (6.1) */
	bool has_redirect, has_exp;
	struct spf_term redirect, exp;
	size_t unknown; /* unknown modifiers, ignored (6) */
};

/* True for a TXT record of version spf1 (4.5). */
bool spf_record_is(const char *bytes, size_t n);
/*
 * Parses one; on success *record is the caller's, to be cleared.  On
 * failure *err names the term and what is wrong; *record is untouched.
 */
bool spf_record_parse(const char *bytes, size_t n, struct spf_record *record,
    struct err *err);
void spf_record_clear(struct spf_record *record);

const char *spf_result_name(enum spf_result result); /* "softfail" */
bool spf_kind_asks(enum spf_kind kind); /* counts to the ten of 4.6.4 */

#endif
