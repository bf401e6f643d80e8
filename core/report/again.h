#ifndef RT_CORE_REPORT_AGAIN_H
#define RT_CORE_REPORT_AGAIN_H

/*
 * How a case was asked, beyond what its report tells: kept with the case, so
 * that testing it again asks the same.  Never a password or token; whoever
 * tests again is asked for it anew.
 */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "core/plan.h"
#include "core/settings.h"

struct json_out;
struct session;

struct again {
	char user[512], mechanism[64]; /* "" for none */
	enum security security;
	struct addr source, sending_ip; /* family AF_UNSPEC: not given */
	struct string_list resolvers, selectors, blocklists, controls;
	bool ipv4_only, ipv6_only;
	bool plan_known;
	bool on[EXP_COUNT]; /* what was agreed to */
};

/* Writes it, and what was reported, as the member "again". */
void again_put(struct json_out *out, const struct session *session);
/*
 * Reads that member back into session->again and session->input.reported;
 * without one nothing happens.  What is no such value is left out.
 */
void again_load(const json_t *tree, struct session *session);
void again_free(struct again *again); /* NULL is fine */

/*
 * Fills in what these settings, which borrow the strings then, do not say
 * themselves.  The login is the case's in any event.
 */
void again_settings(struct again *again, struct settings *settings);
/* Switches the plan to what was on; what is not possible stays off. */
void again_plan(const struct again *again, struct plan *plan);

#endif
