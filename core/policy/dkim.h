#ifndef RT_CORE_POLICY_DKIM_H
#define RT_CORE_POLICY_DKIM_H

/*
 * The DKIM keys of a domain at the selectors that the person named (RFC
 * 6376 3.6.2).  Selectors cannot be enumerated in DNS, so nothing is ever
 * said to be missing: only "not at these selectors".
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/policy/dkim_key.h"
#include "core/policy/found.h"
#include "net/task.h"

struct dns_query;
struct loop;
struct resolver;

#define DKIM_SELECTORS 16

struct dkim_selector {
	char selector[256];
	struct dns_query *query;
	enum found found;     /* FOUND_RECORDS: `key` is read */
	unsigned records;     /* TXT records that look like keys */
	struct dkim_key key;  /* of the first of them */
	size_t line;          /* in `lines` */
};

struct dkim {
	struct task task;
	struct resolver *resolver; /* borrowed */
	char domain[256];
	struct dkim_selector selectors[DKIM_SELECTORS];
	size_t count;
	size_t usable; /* once task.done */
	struct policy_lines lines;
};

/* At most DKIM_SELECTORS are asked. All strings are borrowed for the start. */
void dkim_start(struct dkim *dkim, struct loop *loop, struct task *parent,
    struct resolver *resolver, const char *domain,
    const char *const *selectors, size_t count);
/* Cancels and frees; harmless on a zeroed or cleared struct. */
void dkim_clear(struct dkim *dkim);

/* One sentence on a selector, without full stop; returns `out`. */
const char *dkim_text(const struct dkim *dkim, size_t i, char *out,
    size_t size);

#endif
