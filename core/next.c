#include "core/next.h"

#include <stdbool.h>

#include "core/local/local_probe.h"
#include "core/probe/smtp_probe.h"
#include "core/session.h"

#define V(verdict) (1u << VERDICT_##verdict)
#define NOT_TAKEN (V(PARTLY) | V(REFUSED) | V(DEFERRED) | V(INCONCLUSIVE))
#define ANY 0xffu

/* From the top: what is off, and says something under such a verdict. */
static const struct {
	enum experiment_id id;
	unsigned verdicts;
} order[] = {
	{ EXP_GREYLIST_WAIT, V(DEFERRED) },
	{ EXP_EGRESS, V(UNREACHABLE) },
	{ EXP_RCPT, ANY },
	{ EXP_STARTTLS, ANY },
	{ EXP_LOGIN, ANY },
	{ EXP_PORTS, ANY },
	{ EXP_CONTROL, NOT_TAKEN },
	{ EXP_POSTMASTER, NOT_TAKEN },
	{ EXP_NULL_SENDER, NOT_TAKEN },
	{ EXP_NAME_SERVERS, ANY },
	{ EXP_SENDER_POLICY, NOT_TAKEN | V(ACCEPTED) },
	{ EXP_CLIENT_DNS, NOT_TAKEN | V(ACCEPTED) },
	{ EXP_BLOCKLISTS, NOT_TAKEN | V(ACCEPTED) },
	{ EXP_REAL_MX, NOT_TAKEN },
	{ EXP_LOCAL, ANY },
	{ EXP_OWN_DOMAIN, NOT_TAKEN },
	{ EXP_HELO, NOT_TAKEN },
	{ EXP_SENDERS, NOT_TAKEN },
	{ EXP_PLAIN_FORM, NOT_TAKEN },
	{ EXP_REPEAT, NOT_TAKEN },
	{ EXP_MADE_UP, NOT_TAKEN },
	{ EXP_EGRESS, NOT_TAKEN },
	{ EXP_OPEN_RELAY, NOT_TAKEN },
	{ EXP_SEND, V(ACCEPTED) },
};

/* Is one of the servers that were asked this very machine? */
static bool
asked_ourselves(const struct session *s)
{
	const struct smtp_probe *p;
	size_t i;

	for (i = 0; i < s->probe_count; i++) {
		p = probe_smtp(s->probes[i]);
		if (p != NULL && local_address_here(&p->plan.addr))
			return true;
	}
	return false;
}

size_t
next_experiments(const struct session *s, enum experiment_id *ids, size_t max)
{
	unsigned bit = 1u << s->diagnosis.verdict;
	size_t i, k, n = 0;

	for (i = 0; i < sizeof(order) / sizeof(order[0]) && n < max; i++) {
		const struct plan_row *row = &s->plan.rows[order[i].id];

		if (!row->possible || row->on ||
		    !(order[i].verdicts & bit) ||
		    (order[i].id == EXP_LOCAL && !asked_ourselves(s)))
			continue;
		for (k = 0; k < n && ids[k] != order[i].id; k++)
			;
		if (k == n)
			ids[n++] = order[i].id;
	}
	return n;
}
