#ifndef RT_CORE_POLICY_DMARC_H
#define RT_CORE_POLICY_DMARC_H

/*
 * DMARC (RFC 9989, which obsoletes RFC 7489): which policy record applies to
 * mail of a domain, found by walking up the DNS tree, what it asks for, and
 * whether this envelope's SPF identity is aligned.  Beside it what a
 * receiver that still follows RFC 7489 would find.  Nothing is signed or
 * verified here, so DKIM's part stays open and is said to be so.
 *
 * The author domain's own record is asked first; the rest of the walk (at
 * most eight questions) follows at once where it matters.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/policy/dmarc_record.h"
#include "core/policy/found.h"
#include "net/task.h"

struct dns_query;
struct loop;
struct resolver;

#define DMARC_WALK_MAX 8 /* questions, RFC 9989 4.10 */

struct dmarc_step {
	char domain[256];
	struct dns_query *query;
	enum found found;   /* FOUND_RECORDS: exactly one record */
	unsigned records;   /* DMARC records there; two or more: none counts */
	struct dmarc_record record;
	bool beyond;        /* the walk ends before (psd=y or psd=n) */
};

struct dmarc_walk {
	struct dmarc_step steps[DMARC_WALK_MAX]; /* longest name first */
	size_t count;
	int org;      /* step of the organizational domain's record; -1 */
	char organization[256];
	int psd;      /* step of a public suffix's record (psd=y); -1 */
	bool failed;  /* a question that matters had no answer */
};

/* The domains that are asked for, longest first; returns how many. */
size_t dmarc_walk_names(const char *domain, char names[][256], size_t max);

enum dmarc_state {
	DMARC_NO_RECORD,
	DMARC_APPLIES,
	DMARC_UNUSABLE, /* a record, but so wrong that it does not count */
	DMARC_UNKNOWN,  /* DNS did not answer */
};

enum dmarc_aligned {
	DMARC_ALIGNED,
	DMARC_NOT_ALIGNED,
	DMARC_ALIGNMENT_UNKNOWN,
};

struct dmarc {
	struct task task;
	struct resolver *resolver; /* borrowed */
	char author[256];     /* domain of the From header */
	char identity[256];   /* domain that SPF was evaluated for, or "" */

	/* Valid once task.done. */
	enum dmarc_state state;
	char policy_domain[256]; /* whose record applies */
	struct dmarc_record record;
	enum dmarc_policy policy; /* what it asks for this author domain */
	const char *tag;          /* "p", "sp" or "np": where that stands */
	enum dmarc_policy effective; /* one level less with t=y */
	enum dmarc_aligned aligned;  /* identity and author domain */
	bool author_exists;   /* some A, AAAA or MX; only where np matters */

	/* RFC 7489. */
	enum dmarc_state old_state;
	char old_organization[256];
	bool old_by_list;     /* by a public suffix list; else a guess */
	enum dmarc_policy old_policy;
	enum dmarc_aligned old_aligned;

	struct policy_lines lines;
	struct dmarc_walk walk, identity_walk;
	struct dns_query *exists[3]; /* A, AAAA, MX of the author domain */
	char suffix_list[128];
};

/*
 * `author` and `identity` are domains (A-labels); identity NULL or "" when
 * there is none.  Both are borrowed for the start only.
 */
void dmarc_start(struct dmarc *dmarc, struct loop *loop, struct task *parent,
    struct resolver *resolver, const char *author, const char *identity);
/* Cancels and frees; harmless on a zeroed or cleared struct. */
void dmarc_clear(struct dmarc *dmarc);

/* One sentence on what applies, without full stop; returns `out`. */
const char *dmarc_text(const struct dmarc *dmarc, char *out, size_t size);
/* How a receiver of RFC 7489 differs; "" if it does not. */
const char *dmarc_old_text(const struct dmarc *dmarc, char *out, size_t size);
/*
 * Could mail of this envelope fail DMARC for want of an aligned SPF pass,
 * and would that be answered with quarantine or rejection?  DKIM may still
 * save it.
 */
bool dmarc_at_risk(const struct dmarc *dmarc, bool spf_pass);

#endif
