#ifndef RT_CORE_CAUSE_FACTS_H
#define RT_CORE_CAUSE_FACTS_H

/*
 * Questions that the rules put to the evidence.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/evidence.h"

/* The servers that the verdict rests on (no side probes, no repeats). */
const struct server *main_server(const struct evidence *e, size_t i);
size_t main_count(const struct evidence *e, enum result result);
/* The first with this result, best preference first; NULL if none. */
const struct server *main_with(const struct evidence *e, enum result result);
/* Refused, else deferred, else unreachable; NULL if all accept. */
const struct server *deciding_server(const struct evidence *e);
/* The server that did not take the test message, or NULL. */
const struct server *message_refuser(const struct evidence *e);
/* The i-th that refused or deferred; one that refused the message first. */
const struct server *denier(const struct evidence *e, size_t i);

/* NULL: not asked, or no reply. */
const struct answer *server_answer(const struct server *s, enum ask ask);
struct ref answer_ref(const struct server *s, enum ask ask);

/* How a counter-question compares with the refusal of the recipient. */
enum compare {
	COMPARE_UNKNOWN, /* not asked or not answered */
	COMPARE_ACCEPTED,
	COMPARE_SAME,    /* refused in the same words */
	COMPARE_OTHER,   /* refused in other words */
};
enum compare server_compare(const struct server *s, enum ask ask);

/*
 * The server treats the recipient's domain as somebody else's: it says so,
 * or it answers a domain that it certainly does not host in the same words
 * while its postmaster address fares no better.
 */
bool server_denies_relay(const struct server *s);
/*
 * It takes the domain for its own, though it does not take this recipient
 * (now): its postmaster is accepted, or what it says is no denial while a
 * domain that it does not host is denied.
 */
bool server_knows_domain(const struct server *s);
/* The words are about the client, the sender or the server, not the domain. */
bool family_is_about_others(enum family family);

/* Place of the cause in what the wording can stand for; -1: not there. */
int reading_rank(const struct reading *reading, enum cause_id cause);
/* A weight for that place, 0 if it is not there. */
int reading_weight(const struct reading *reading, enum cause_id cause);

/* Main servers asked, "all 4 addresses" ... */
size_t main_total(const struct evidence *e);
/* Any main server's connection was established. */
bool anybody_answered(const struct evidence *e);

/*
 * The server was asked as one of the recipient's mail servers: by the MX
 * records, or it is among them and was not asked for submission (RFC 6409).
 */
bool mx_role(const struct evidence *e);

/* The name servers, or they and the resolver, give different MX sets, and
 * the host is in some of them only (domain.c). */
bool mx_set_unsettled(const struct evidence *e, const char *host);

/* Two name sets (as mx_set texts) share the host. */
bool set_has(const char *set, const char *host);

/* The i-th name server that answered with authority for the domain. */
const struct ns_fact *name_server_answer(const struct evidence *e, size_t i);
/* The host is an MX in the answers of some name servers, not of all. */
bool mx_in_some_only(const struct evidence *e, const char *host);
/* The last two labels of two host names agree: servers of one site. */
bool same_site(const char *a, const char *b);
/* A name server that has MX records for the domain, or NULL. */
const struct ns_fact *mx_on_some(const struct evidence *e);
/*
 * An unrelated server that turns this client away before any command, in
 * the same words that name no reason, as all that were asked do; or NULL.
 * Then it is the network that speaks.
 */
const struct control_fact *turned_away_alike(const struct evidence *e,
    const struct server *s);
/*
 * An unrelated server that calls itself by the name of this one, though it
 * is no name of its own, as all that were asked do; or NULL.  Machines of
 * one provider may share a name: neighbours in the network, or one that
 * proves its own name by its certificate, do not count.
 */
const struct control_fact *same_name_elsewhere(const struct evidence *e,
    const struct server *s);

/*
 * What stands in between at our own side, a product or a firewall: it is
 * of the kind that does, or an unrelated server (then *other) shows the same
 * marks.  NULL: nothing does.
 */
const char *shield_here(const struct evidence *e, const struct server *s,
    const struct control_fact **other);

/* Route server: AUTH on this connection, on this port, on other ports. */
bool auth_in_clear(const struct server *s);
bool auth_in_tls(const struct server *s);
const struct server *auth_elsewhere(const struct evidence *e,
    const struct server *s);
bool logged_in(const struct server *s);
/* The mechanisms on this connection, after TLS if there is any: "PLAIN". */
const char *mechs(const struct server *s);
/* The EHLO reply in force; the note about TLS. */
struct ref ehlo_ref(const struct server *s);
struct ref tls_ref(const struct server *s);
/* The login was given up here, before the server judged it. */
bool login_dropped(const struct server *s);

struct ref no_ref(void);

#endif
