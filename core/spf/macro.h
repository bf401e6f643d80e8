#ifndef RT_CORE_SPF_MACRO_H
#define RT_CORE_SPF_MACRO_H

/*
 * SPF macros (RFC 7208 7): their syntax and what they expand to.  Pure
 * functions over bytes; nothing is asked here, so the validated name of
 * %{p} is a value like the others.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

struct buf;
struct err;

#define SPF_NAME_MAX 253 /* bytes of a name that is asked, 7.3 */

enum spf_macro_place {
	SPF_IN_DOMAIN, /* domain-spec: no c, r, t, and an end of its own */
	SPF_IN_VALUE,  /* an unknown modifier's value: macro-string */
	SPF_IN_TEXT,   /* explanation: blanks are allowed as well */
};

/* All borrowed. */
struct spf_values {
	const char *sender;   /* s: local part and domain */
	const char *local;    /* l */
	const char *origin;   /* o: the sender's domain */
	const char *domain;   /* d: the domain whose record is read */
	const char *helo;     /* h */
	const char *name;     /* p: validated name, or "unknown" */
	const char *receiver; /* r: who checks, or "unknown" */
	struct addr ip;       /* i, c, v; never IPv4-mapped */
	int64_t now;          /* t: seconds since 1970 */
};

/* Syntax; *err says what is wrong. */
bool spf_macro_check(const char *s, size_t n, enum spf_macro_place place,
    struct err *err);
/* True if expanding it needs the validated name. Only for good syntax. */
bool spf_macro_needs_name(const char *s, size_t n);
/* Appends the expansion. Only for good syntax. */
void spf_macro_expand(const char *s, size_t n, const struct spf_values *values,
    struct buf *out);
/*
 * Expands a domain-spec to the name to be asked: without a final dot, and
 * where it is longer than SPF_NAME_MAX without its first labels.  The
 * result may still be no name (empty or overlong labels); any byte but NUL
 * may be in it.  free() it.
 */
char *spf_macro_name(const char *s, size_t n, const struct spf_values *values);

#endif
