#ifndef RT_CORE_POLICY_DMARC_RECORD_H
#define RT_CORE_POLICY_DMARC_RECORD_H

/*
 * One DMARC policy record (RFC 9989 4.7), and what RFC 7489 6.3 would have
 * read in it.  Unknown tags are ignored, wrong values give way to their
 * defaults and are named in `problem`.
 */

#include <stdbool.h>
#include <stddef.h>

enum dmarc_policy {
	DMARC_ABSENT, /* the tag is not there */
	DMARC_INVALID,
	DMARC_P_NONE,
	DMARC_P_QUARANTINE,
	DMARC_P_REJECT,
};

struct dmarc_record {
	enum dmarc_policy p, sp, np;
	bool strict_dkim, strict_spf; /* adkim=s, aspf=s */
	char psd;        /* 'y', 'n' or 'u' */
	bool testing;    /* t=y: one level less */
	bool reports;    /* rua has at least one usable URI */
	int pct;         /* of RFC 7489; 100 where absent */
	bool old_usable; /* RFC 7489 6.6.3: p is valid, sp not wrong */
	char problem[200]; /* "" if nothing is wrong */
};

/* True for TXT data that is a DMARC record: begins with v=DMARC1. */
bool dmarc_record_is(const char *bytes, size_t n);
void dmarc_record_parse(const char *bytes, size_t n,
    struct dmarc_record *record);
const char *dmarc_policy_name(enum dmarc_policy policy); /* "reject" */

#endif
