#ifndef RT_CORE_POLICY_TAGS_H
#define RT_CORE_POLICY_TAGS_H

/*
 * Tag lists, "v=DMARC1; p=none;": what DMARC (RFC 9989 4.8), DKIM keys (RFC
 * 6376 3.2), TLS-RPT (RFC 8460 3) and MTA-STS (RFC 8461 3.1) records are
 * written in.  Pure; whatever is wrong is kept as a fact and the rest of
 * the list is read all the same.
 */

#include <stdbool.h>
#include <stddef.h>

#define TAGS_MAX 40      /* tags of one list */
#define TAGS_BYTES 8192  /* of one list; longer ones are cut */

struct tag {
	char *name, *value; /* blanks around them are gone; into `text` */
};

struct tags {
	char *text; /* owned */
	struct tag tags[TAGS_MAX];
	size_t count;
	char wrong[120]; /* the first thing that is no tag; "" if none */
	bool twice;      /* a name stands twice (the first one counts) */
};

void tags_parse(const char *bytes, size_t n, struct tags *tags);
void tags_clear(struct tags *tags);
/* The value, or NULL. Names are compared with regard to case. */
const char *tags_get(const struct tags *tags, const char *name);
/*
 * Does the list begin with v=VERSION, to the letter, and then end or go on
 * with ";" (blanks allowed)?
 */
bool tags_are(const char *bytes, size_t n, const char *version);

#endif
