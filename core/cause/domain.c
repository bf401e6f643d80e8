#include <stdio.h>
#include <string.h>

#include "core/cause/facts.h"
#include "core/cause/rules.h"
#include "net/addr.h"
#include "net/i18n.h"

/*
 * Causes that DNS shows before any mail server is asked.  They outrank
 * whatever a server says later.
 */

#define SHOWN_SET 160 /* characters of a set of MX records in a sentence */

static bool
exists(const struct evidence *e)
{
	return e->mx == LOOKUP_FOUND || e->mx == LOOKUP_NODATA;
}

void
rule_domain_dead(const struct evidence *e, struct opinion *o)
{
	size_t i, agree = 0;

	if (exists(e)) {
		opinion_rule_out(o, e->mx_at, "%s exists in DNS", e->domain);
		return;
	}
	if (e->mx != LOOKUP_NXDOMAIN)
		return;
	opinion_say(o, "%s does not exist in DNS.%s%s%s", e->domain,
	    e->suggestion[0] != '\0' ? _(" Was ") : "", e->suggestion,
	    e->suggestion[0] != '\0' ? _(" meant?") : "");
	opinion_for(o, 85, e->mx_at, "the name servers say that %s does not "
				     "exist (NXDOMAIN)",
	    e->domain);
	for (i = 0; i < e->ns_count; i++)
		agree += e->nss[i].mx == LOOKUP_NXDOMAIN;
	if (agree > 0)
		opinion_for(o, W_LITTLE, e->nss[0].at,
		    "%zu of the responsible name servers say it themselves",
		    agree);
	if (e->suggestion[0] != '\0')
		opinion_for(o, W_TRACE, e->mx_at,
		    "the address looks mistyped: %s is close to it",
		    e->suggestion);
}

static size_t
lame_servers(const struct evidence *e, const struct ns_fact **first)
{
	size_t i, n = 0;

	*first = NULL;
	for (i = 0; i < e->ns_count; i++) {
		const struct ns_fact *ns = &e->nss[i];
		bool good = ns->authoritative &&
		    (ns->mx == LOOKUP_FOUND || ns->mx == LOOKUP_NODATA ||
			ns->mx == LOOKUP_NXDOMAIN);

		if (good)
			continue;
		n++;
		if (*first == NULL)
			*first = ns;
	}
	return n;
}

void
rule_dns_broken(const struct evidence *e, struct opinion *o)
{
	const struct ns_fact *lame;
	size_t n;

	if (e->domain_cname_loop) {
		opinion_say(o,
		    "%s is an alias (CNAME) that leads back to itself, so "
		    "there is no mail server behind it.", e->domain);
		opinion_for(o, W_DECIDES, e->mx_at,
		    "the aliases of %s run in a circle", e->domain);
		return;
	}
	if (exists(e) || e->mx == LOOKUP_NXDOMAIN) {
		opinion_rule_out(o, e->mx_at,
		    "the resolver got an answer for %s", e->domain);
		return;
	}
	if (e->mx != LOOKUP_SERVFAIL && e->mx != LOOKUP_TIMEOUT)
		return;
	if (!e->resolver_works)
		return; /* it is our own resolver that fails */
	n = lame_servers(e, &lame);
	opinion_say(o,
	    "The name service of %s is broken: the resolver gets no answer "
	    "for it%s.",
	    e->domain, e->dnssec_bogus ? _(" (its DNSSEC is invalid)") : "");
	opinion_for(o, e->mx == LOOKUP_SERVFAIL ? 75 : 65, e->mx_at,
	    e->mx == LOOKUP_SERVFAIL ?
		_("the resolver reports a failure (SERVFAIL) for %s") :
		_("the resolver gives no answer for %s"),
	    e->domain);
	if (e->resolver_works)
		opinion_for(o, W_LITTLE, e->mx_at,
		    "the same resolver answers for other names");
	if (e->dnssec_bogus)
		opinion_for(o, W_SOME, e->mx_at,
		    "without checking DNSSEC there is an answer");
	if (n > 0 && n == e->ns_count)
		opinion_for(o, W_SOME, lame->at,
		    "none of its %zu name servers answers with authority", n);
	else if (n > 0)
		opinion_for(o, W_LITTLE, lame->at,
		    "%s does not answer with authority", lame->host);
}

void
rule_null_mx(const struct evidence *e, struct opinion *o)
{
	if (e->null_mx) {
		opinion_say(o,
		    "%s declares with a null MX record that it takes no mail "
		    "at all.",
		    e->domain);
		opinion_for(o, 97, e->null_mx_at,
		    "the only MX record is \".\" (RFC 7505)");
	} else if (exists(e)) {
		opinion_rule_out(o, e->mx_at, "there is no null MX record");
	}
}

static size_t
usable_mx(const struct evidence *e)
{
	size_t i, n = 0;

	for (i = 0; i < e->mx_count; i++)
		n += e->mxs[i].addresses > 0;
	return n;
}

void
rule_mx_invalid(const struct evidence *e, struct opinion *o)
{
	size_t i, bad = 0;
	const struct mx_fact *first = NULL;

	for (i = 0; i < e->mx_count; i++) {
		if (!e->mxs[i].not_a_name)
			continue;
		bad++;
		if (first == NULL)
			first = &e->mxs[i];
	}
	if (bad == 0 && !e->null_mx_mixed) {
		if (e->mx_count > 0)
			opinion_rule_out(o, e->mx_at,
			    "every MX record names a host");
		return;
	}
	if (first != NULL) {
		opinion_say(o,
		    "The MX record of %s is \"%s\", which is %s; it must "
		    "name a host.",
		    e->domain, first->host, first->not_a_name_why);
		opinion_for(o, usable_mx(e) > 0 ? W_FAIR : 93, first->at,
		    "the MX target \"%s\" is %s", first->host,
		    first->not_a_name_why);
	} else {
		opinion_say(o,
		    "%s has a null MX record beside others, which is an "
		    "error.",
		    e->domain);
		opinion_for(o, usable_mx(e) > 0 ? W_FAIR : 90, e->null_mx_at,
		    "the null MX \".\" stands beside other MX records");
	}
	if (usable_mx(e) > 0 && main_count(e, RESULT_ACCEPTED) > 0)
		opinion_against(o, W_FAIR, e->mx_at,
		    "other MX records can be used");
}

static bool
no_address(const struct mx_fact *mx)
{
	return !mx->not_a_name && mx->addresses == 0 &&
	    (mx->a == LOOKUP_NXDOMAIN || mx->a == LOOKUP_NODATA ||
		mx->a == LOOKUP_NOT_ASKED) &&
	    (mx->aaaa == LOOKUP_NXDOMAIN || mx->aaaa == LOOKUP_NODATA ||
		mx->aaaa == LOOKUP_NOT_ASKED);
}

void
rule_mx_unresolvable(const struct evidence *e, struct opinion *o)
{
	size_t i, missing = 0, failing = 0;
	const struct mx_fact *first = NULL;

	for (i = 0; i < e->mx_count; i++) {
		const struct mx_fact *mx = &e->mxs[i];

		if (no_address(mx)) {
			missing++;
			first = first != NULL ? first : mx;
		} else if (!mx->not_a_name && mx->addresses == 0) {
			failing++;
			first = first != NULL ? first : mx;
		}
	}
	if (first == NULL) {
		if (e->mx_count > 0 && usable_mx(e) == e->mx_count)
			opinion_rule_out(o, e->mxs[0].address_at,
			    "every MX host has an address");
		return;
	}
	opinion_say(o,
	    "The MX record of %s names %s, %s.%s", e->domain, first->host,
	    no_address(first) ? _("which has no address") :
				_("whose address cannot be looked up"),
	    first->appended ?
		_(" The zone's name stands there twice: a final dot is "
		"missing in the zone file") :
		"");
	if (usable_mx(e) > 0) {
		opinion_for(o, W_SOME, first->address_at,
		    "%s has no address", first->host);
		return;
	}
	opinion_for(o, missing > 0 ? 92 : 75, first->address_at,
	    "no MX host has an address: %s, %s", first->host,
	    first->a == LOOKUP_NXDOMAIN	 ? _("no such name") :
		first->a == LOOKUP_NODATA ? _("no address record") :
					    _("the look-up fails"));
	if (first->cname)
		opinion_for(o, W_TRACE, first->address_at,
		    "%s is an alias that leads nowhere", first->host);
	if (failing > 0 && missing == 0)
		opinion_against(o, W_TRACE, first->address_at,
		    "the look-up failed, so an address may exist");
}

void
rule_mx_private_address(const struct evidence *e, struct opinion *o)
{
	size_t i, total = 0, private = 0;
	const struct mx_fact *first = NULL;

	for (i = 0; i < e->mx_count; i++) {
		total += e->mxs[i].addresses;
		private += e->mxs[i].private_addresses;
		if (first == NULL && e->mxs[i].private_addresses > 0)
			first = &e->mxs[i];
	}
	if (first == NULL) {
		if (total > 0)
			opinion_rule_out(o, e->mxs[0].address_at,
			    "the mail servers have public addresses");
		return;
	}
	opinion_say(o,
	    "The mail server %s has the private address %s, which nobody "
	    "outside can reach.",
	    first->host, first->private_example);
	if (private == total)
		opinion_for(o, 94, first->address_at,
		    "all addresses of the mail servers are private: %s is %s",
		    first->host, first->private_example);
	else
		opinion_for(o, W_SOME, first->address_at,
		    "%s has the private address %s", first->host,
		    first->private_example);
}

/* ---- name servers that disagree (E9) ---- */

/* Two name servers whose MX sets differ. */
static bool
sets_differ(const struct evidence *e, const struct ns_fact **a,
    const struct ns_fact **b)
{
	size_t i;

	*a = name_server_answer(e, 0);
	for (i = 1; *a != NULL && (*b = name_server_answer(e, i)) != NULL; i++)
		if (strcmp(evidence_set((*a)->mx_set),
			evidence_set((*b)->mx_set)) != 0)
			return true;
	return false;
}

/* The authoritative servers agree, and the resolver remembers another set. */
static bool
resolver_is_old(const struct evidence *e)
{
	const struct ns_fact *ns = name_server_answer(e, 0);

	if (ns == NULL || (e->mx != LOOKUP_NODATA &&
		(e->mx != LOOKUP_FOUND || e->resolver_mx_set == NULL)))
		return false;
	return strcmp(evidence_set(ns->mx_set),
	    evidence_set(e->resolver_mx_set)) != 0;
}

bool
mx_set_unsettled(const struct evidence *e, const char *host)
{
	const struct ns_fact *a, *b;

	return (sets_differ(e, &a, &b) || resolver_is_old(e)) &&
	    mx_in_some_only(e, host);
}

/*
 * A set for a sentence: whole if it is short, else how many there are and
 * the first that the other set lacks.
 */
static const char *
says(const char *set, const char *other, char out[SHOWN_SET])
{
	const char *at = evidence_set(set), *end;
	size_t n = at[0] != '\0';

	if (strlen(at) < SHOWN_SET)
		return n > 0 ? at : _("no MX");
	for (end = at; (end = strstr(end, ", ")) != NULL; end++)
		n++;
	for (; at[0] != '\0'; at = end[0] != '\0' ? end + 2 : end) {
		char one[300];

		end = strstr(at, ", ");
		if (end == NULL)
			end = at + strlen(at);
		snprintf(one, sizeof(one), "%.*s", (int)(end - at), at);
		if (!set_has(evidence_set(other), one))
			break;
	}
	if (at[0] == '\0')
		snprintf(out, SHOWN_SET, _("%zu MX"), n);
	else
		snprintf(out, SHOWN_SET, _("%zu MX, with %.*s"), n,
		    SHOWN_SET - 30 < end - at ? SHOWN_SET - 30 :
						 (int)(end - at),
		    at);
	return out;
}

/* A provider that says itself: not this host, but another of ours. */
static bool
words_say_stale(const struct evidence *e, struct opinion *o,
    const struct server *s)
{
	if (s == NULL || !mx_role(e) || s->reading.relay_word ||
	    reading_rank(&s->reading, CAUSE_MX_STALE) != 0)
		return false;
	opinion_say(o,
	    "%s says that mail for %s comes in under another host name: the "
	    "MX record is out of date, or of another region.",
	    s->host, e->domain);
	opinion_about(o, s);
	opinion_for(o, reading_weight(&s->reading, CAUSE_MX_STALE), s->at,
	    "%s: %d %.150s", s->host, s->code, s->text);
	opinion_for(o, W_STRONG, s->at,
	    "the words say that the wrong host was asked");
	return true;
}

/* What is left of the resolver's answer, where it says so. */
static void
time_left(const struct evidence *e, char out[48])
{
	if (e->mx_ttl >= 0)
		snprintf(out, 48, _(" for %ld s"), e->mx_ttl);
	else
		out[0] = '\0';
}

void
rule_mx_stale(const struct evidence *e, struct opinion *o)
{
	char one[SHOWN_SET], other[SHOWN_SET], left[48];
	const struct ns_fact *a, *b;
	const struct server *s = denier(e, 0);
	bool differ = sets_differ(e, &a, &b);
	bool old = !differ && resolver_is_old(e);

	time_left(e, left);
	if (!differ && !old && words_say_stale(e, o, s))
		return;
	if (!differ && !old) {
		if (a != NULL && e->mx == LOOKUP_FOUND && !e->parent_differs)
			opinion_rule_out(o, a->at,
			    "all name servers that answered give the same "
			    "MX records");
		if (a == NULL || !e->parent_differs)
			return;
	}
	if (differ) {
		opinion_say(o,
		    "The name servers of %s disagree: %s says \"%s\", %s says "
		    "\"%s\".",
		    e->domain, a->host, says(a->mx_set, b->mx_set, one),
		    b->host, says(b->mx_set, a->mx_set, other));
		opinion_for(o, 50, b->at, "%s and %s give different MX records",
		    a->host, b->host);
		if (a->have_serial && b->have_serial && a->serial != b->serial)
			opinion_for(o, W_LITTLE, a->at,
			    "their zone serials differ: %lu and %lu",
			    a->serial, b->serial);
	} else if (old) {
		opinion_say(o,
		    "The resolver still remembers the old MX records of %s "
		    "(%s)%s; its name servers say \"%s\".",
		    e->domain, says(e->resolver_mx_set, a->mx_set, one),
		    left, says(a->mx_set, e->resolver_mx_set, other));
		opinion_for(o, 55, e->mx_at,
		    "the resolver's MX records differ from those of the name "
		    "servers%s%s", left[0] != '\0' ? _("; it keeps them") : "",
		    left);
	} else {
		opinion_say(o,
		    "The parent zone delegates %s to other name servers (%s) "
		    "than the zone itself names (%s).",
		    e->zone, e->parent_ns_set, e->child_ns_set);
		opinion_for(o, W_SOME, e->parent_at,
		    "delegation and zone name different name servers");
	}
	if (e->parent_differs && (differ || old))
		opinion_for(o, W_LITTLE, e->parent_at,
		    "the delegation names other name servers than the zone");
	if (s != NULL && mx_in_some_only(e, s->host))
		opinion_for(o, W_STRONG, s->at,
		    "%s, which refuses, is an MX only in the older answer",
		    s->host);
	else if (s != NULL && (differ || old))
		opinion_against(o, W_LITTLE, s->at,
		    "the server that refuses is an MX in every answer");
	/* Whoever runs DNS has to act. */
	opinion_who(o, WHO_RECIPIENT_ADMIN);
}

void
rule_no_mx_fallback(const struct evidence *e, struct opinion *o)
{
	const struct server *s = deciding_server(e);

	if (e->mx == LOOKUP_FOUND) {
		opinion_rule_out(o, e->mx_at, "%s has MX records",
		    e->domain);
		return;
	}
	if (e->mx != LOOKUP_NODATA || e->domain_cname_loop)
		return;
	if (mx_on_some(e) != NULL) {
		opinion_rule_out(o, mx_on_some(e)->at,
		    "%s has MX records for %s", mx_on_some(e)->host,
		    e->domain);
		return;
	}
	if (s == NULL && e->domain_a == LOOKUP_NODATA &&
	    e->domain_aaaa == LOOKUP_NODATA)
		opinion_say(o, "%s has neither an MX record nor an address, "
		    "so there is no server for its mail.", e->domain);
	else
		opinion_say(o, "%s has no MX record, so mail goes to the "
		    "address of the domain itself%s%s, which does not take "
		    "it.",
		    e->domain, s != NULL ? ", " : "",
		    s != NULL ? s->host : "");
	opinion_for(o, W_DECIDES, e->mx_at, "%s has no MX record",
	    e->domain);
	if (e->domain_cname)
		opinion_for(o, W_TRACE, e->mx_at,
		    "the domain is an alias (CNAME), which hides any MX");
	if (s == NULL) {
		if (e->domain_a != LOOKUP_FOUND &&
		    e->domain_aaaa != LOOKUP_FOUND)
			opinion_for(o, W_FAIR, e->domain_a_at,
			    "and no address either: nothing can be asked");
		return;
	}
	opinion_about(o, s);
	if (s->result == RESULT_UNREACHABLE)
		opinion_for(o, W_FAIR, s->at,
		    "nobody answers on port 25 there: %.150s", s->text);
	else if (server_denies_relay(s))
		opinion_for(o, W_FAIR + W_TRACE, s->at,
		    "the host behind the domain's address refuses: %d %.150s",
		    s->code, s->text);
	else
		opinion_for(o, W_LITTLE, s->at, "it refuses: %d %.150s",
		    s->code, s->text);
}
