#include "core/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "net/i18n.h"
#include "net/mem.h"

const char *
tri_name(enum tri tri)
{
	return tri == TRI_YES ? N_("yes") :
	    tri == TRI_NO     ? N_("no") :
				N_("unknown");
}

const char *
result_name(enum result result)
{
	static const char *const names[] = {
		[RESULT_ACCEPTED] = N_("accepted"),
		[RESULT_REFUSED] = N_("refused"),
		[RESULT_DEFERRED] = N_("deferred"),
		[RESULT_UNREACHABLE] = N_("unreachable"),
		[RESULT_SKIPPED] = N_("skipped"),
	};

	return names[result];
}

const char *
role_name(enum role role)
{
	static const char *const names[] = {
		[ROLE_MX] = "mx",
		[ROLE_SERVER] = "server",
		[ROLE_NEITHER] = "neither",
	};

	return names[role];
}

void
evidence_init(struct evidence *e)
{
	memset(e, 0, sizeof(*e));
	e->mx_ttl = e->mx_ttl_full = -1;
}

void
evidence_clear(struct evidence *e)
{
	size_t i;

	for (i = 0; i < e->ns_count; i++)
		free(e->nss[i].mx_set);
	free(e->resolver_mx_set);
	free(e->sender_mx_set);
	free(e->servers);
	free(e->mxs);
	free(e->nss);
	free(e->policies);
	evidence_init(e);
}

struct server *
evidence_add_server(struct evidence *e)
{
	struct server *s;

	if (e->server_count >= EVIDENCE_SERVERS)
		return NULL;
	e->servers = mem_grow(e->servers, e->server_count, &e->server_cap,
	    sizeof(*e->servers));
	s = &e->servers[e->server_count++];
	memset(s, 0, sizeof(*s));
	s->preference = -1;
	return s;
}

struct mx_fact *
evidence_add_mx(struct evidence *e)
{
	struct mx_fact *mx;

	if (e->mx_count >= EVIDENCE_MX)
		return NULL;
	e->mxs = mem_grow(e->mxs, e->mx_count, &e->mx_cap, sizeof(*e->mxs));
	mx = &e->mxs[e->mx_count++];
	memset(mx, 0, sizeof(*mx));
	return mx;
}

struct ns_fact *
evidence_add_ns(struct evidence *e)
{
	struct ns_fact *ns;

	if (e->ns_count >= EVIDENCE_NS)
		return NULL;
	e->nss = mem_grow(e->nss, e->ns_count, &e->ns_cap, sizeof(*e->nss));
	ns = &e->nss[e->ns_count++];
	memset(ns, 0, sizeof(*ns));
	return ns;
}

const char *
evidence_set(const char *set)
{
	return set != NULL ? set : "";
}

void
evidence_add_policy(struct evidence *e, const struct policy_fact *fact)
{
	if (e->policy_count >= EVIDENCE_POLICIES)
		return;
	e->policies = mem_grow(e->policies, e->policy_count, &e->policy_cap,
	    sizeof(*e->policies));
	e->policies[e->policy_count++] = *fact;
}

const char *
spf_word_name(enum spf_word word)
{
	static const char *const names[] = {
		[SPF_WORD_NOT_ASKED] = "",
		[SPF_WORD_NONE] = "none",
		[SPF_WORD_NEUTRAL] = "neutral",
		[SPF_WORD_PASS] = "pass",
		[SPF_WORD_FAIL] = "fail",
		[SPF_WORD_SOFTFAIL] = "softfail",
		[SPF_WORD_TEMPERROR] = "temperror",
		[SPF_WORD_PERMERROR] = "permerror",
	};

	return names[word];
}
