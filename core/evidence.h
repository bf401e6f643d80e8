#ifndef RT_CORE_EVIDENCE_H
#define RT_CORE_EVIDENCE_H

/*
 * Plain facts, gathered from the probes: what was seen, and where it can be
 * read (probe and transcript line).  No opinion; that is core/diagnosis.h.
 * Pure data: tests make it by hand.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/causes.h"
#include "core/probe/smtp_probe.h"
#include "net/addr.h"

/* Where a statement can be looked up; probe 0: nowhere. */
struct ref {
	int probe; /* 7 is "p7" */
	int line;  /* of its transcript; 0: the probe as a whole */
};

enum tri {
	TRI_UNKNOWN,
	TRI_YES,
	TRI_NO,
};

enum result {
	RESULT_ACCEPTED,
	RESULT_REFUSED,
	RESULT_DEFERRED,
	RESULT_UNREACHABLE,
	RESULT_SKIPPED,
};

enum role {
	ROLE_MX,
	ROLE_SERVER,
	ROLE_NEITHER,
};

const char *tri_name(enum tri tri);          /* "yes" "no" "unknown" */
const char *result_name(enum result result); /* "accepted" ... */
const char *role_name(enum role role);       /* "mx" "server" "neither" */

#define SERVER_MECHS 320

/* One address and port that was asked. */
#define SERVER_AGAIN 4

struct server {
	char host[256];
	struct addr addr; /* with port */
	int preference;   /* -1: none */
	enum role role;
	char product[64], version[32];
	enum result result;
	enum stage stage;   /* where it was decided */
	int code;
	struct enhanced enhanced;
	char text[400];
	enum tri tls_offered, tls_established, tls_trusted;
	char tls_why[240];
	char auth_clear[SERVER_MECHS], auth_tls[SERVER_MECHS]; /* "PLAIN LOGIN" */
	struct ref at;      /* the deciding line */
	bool side;          /* of the port picture, not of the question */
	bool repeat;        /* asked once more */
	bool sent;          /* the test message was tried; that decides */
	bool greets_as_us;  /* by this machine's name, at another address */
	/* Greylisting was waited out: the above is the answer after it. */
	int waited_s;       /* 0: no */
	int first_code;     /* what it said before, if that is over */
	struct ref first_at;

	/* what reports do not show in their tables */
	const struct smtp_probe *probe;
	/* Later sessions with the same address and port. */
	const struct smtp_probe *again[SERVER_AGAIN];
	size_t again_count; /* NULL in a loaded session */
	struct reading reading;         /* of the deciding reply */
};

enum lookup {
	LOOKUP_NOT_ASKED,
	LOOKUP_FOUND,
	LOOKUP_NODATA,
	LOOKUP_NXDOMAIN,
	LOOKUP_SERVFAIL, /* or REFUSED, FORMERR ... */
	LOOKUP_TIMEOUT,
};

struct mx_fact {
	char host[256];
	int preference;
	struct ref at;       /* the MX record */
	bool not_a_name;     /* an address, a URL, an illegal name */
	char not_a_name_why[120];
	bool cname;          /* the target is an alias (RFC 5321 5.1) */
	bool appended;       /* ends in the zone's name twice */
	enum lookup a, aaaa;
	struct ref address_at;
	size_t addresses, private_addresses;
	char private_example[ADDR_TEXT_MAX];
};

struct ns_fact {
	char host[256];
	struct addr addr;
	struct ref at;
	enum lookup mx;      /* FOUND, NODATA, or how it failed */
	bool authoritative;  /* AA */
	char *mx_set;        /* "10 mx1.dest.example, 20 ..." sorted, whole;
				NULL: none; owned */
	bool have_serial;
	unsigned long serial;
	bool in_parent, in_child;
	bool reachable;
};

struct control_fact {
	char domain[256], host[256];
	struct addr addr;
	bool tried, connected, greeted;
	struct err error;
	char banner[256], ehlo_host[256];
	int code; /* of the banner, 0: none */
	struct ref at;
};

/*
 * A policy or service that was looked up in DNS, or a setting of this
 * machine's mail server: a finding as it stands.
 */
struct policy_fact {
	char id[40];       /* of the finding: "dkim-key", "mta-sts" ... */
	char subject[256]; /* domain, list zone, host ... */
	enum tri yes;      /* it is there; for "blocklisted": listed */
	bool wrong;        /* worth a warning */
	enum cause_id cause; /* what it speaks for, or against (weight < 0) */
	int weight;        /* 0: for none */
	char text[320];
	struct ref at;
};

#define EVIDENCE_POLICIES 64
#define EVIDENCE_MX 1024
#define EVIDENCE_NS 64
#define EVIDENCE_CONTROLS 2
#define EVIDENCE_SERVERS 2048

enum spf_word {
	SPF_WORD_NOT_ASKED,
	SPF_WORD_NONE,
	SPF_WORD_NEUTRAL,
	SPF_WORD_PASS,
	SPF_WORD_FAIL,
	SPF_WORD_SOFTFAIL,
	SPF_WORD_TEMPERROR,
	SPF_WORD_PERMERROR,
};

const char *spf_word_name(enum spf_word word); /* "softfail"; "" */

struct evidence {
	bool route_server;   /* the person named the outgoing server */
	bool odd_recipient, null_sender;
	char domain[256];    /* the recipient's */
	char sender_domain[256];
	char recipient[520], sender[520];
	char server[256];    /* route server: as named */
	int server_port;
	char helo[256];
	bool helo_literal;   /* an address literal was used */
	bool have_credentials;
	bool cancelled;      /* not everything was asked */
	bool resolver_works; /* it answered something in this run */
	char resolvers[160]; /* who was asked to look names up */
	char lookup_error[160]; /* of the first look-up, "" if it went well */
	char suggestion[320];/* likely correction of the recipient, or "" */

	/* what a bounce or log says happened; "" and 0 if there is none */
	char reported_server[256];
	int reported_code;
	char reported_text[240];

	/* the recipient's domain in DNS */
	enum lookup mx;      /* FOUND: there are MX records */
	struct ref mx_at;
	struct addr mx_resolver; /* who answered */
	bool dnssec_bogus;   /* answered with CD, SERVFAIL without */
	bool null_mx, null_mx_mixed;
	struct ref null_mx_at;
	enum lookup domain_a, domain_aaaa; /* of the domain itself */
	struct ref domain_a_at;
	bool domain_cname;
	bool domain_cname_loop; /* and the aliases run in a circle */
	struct mx_fact *mxs; /* EVIDENCE_MX at most; owned */
	size_t mx_count;
	char *resolver_mx_set; /* as mx_set of a name server; owned */
	long mx_ttl;         /* left in the resolver's cache, s; -1 unknown */
	long mx_ttl_full;    /* as the authoritative servers say it */
	char zone[256];      /* apex that the name servers serve */
	struct ns_fact *nss; /* EVIDENCE_NS at most; owned */
	size_t ns_count;
	bool ns_asked, parent_asked, parent_differs;
	char parent_ns_set[512], child_ns_set[512];
	struct ref parent_at, child_at;

	/* servers */
	struct server *servers; /* EVIDENCE_SERVERS at most; owned */
	size_t server_count, server_cap, mx_cap, ns_cap;
	bool server_in_mx;   /* route server: an MX of the recipient's domain */
	bool server_looked_up;
	enum lookup server_a, server_aaaa;
	struct ref server_a_at;

	/* is port 25 open from here? */
	struct control_fact controls[EVIDENCE_CONTROLS];
	size_t control_count;

	/* the sending side */
	struct addr client;      /* as the servers see it, or our own */
	bool client_known, client_private;
	enum lookup ptr;
	char ptr_name[256];
	enum tri ptr_confirmed;
	struct ref ptr_at;
	enum lookup helo_a;      /* does the EHLO name resolve? */
	struct ref helo_at;
	enum spf_word spf;       /* of the sender; of HELO if that is null */
	char spf_text[240];
	struct ref spf_at;
	char spf_why_not[240];   /* why it was not evaluated, or "" */
	struct addr spf_client;  /* for this address */
	enum spf_word spf_other; /* for our address of the other family */
	char spf_other_text[240];
	struct ref spf_other_at;
	struct addr spf_other_client;
	enum spf_word spf_helo;  /* of the HELO name by itself */
	char spf_helo_text[240];
	struct ref spf_helo_at;
	enum lookup sender_mx, sender_a; /* the sender's domain takes mail? */
	bool sender_null_mx, sender_mx_invalid;
	char *sender_mx_set; /* "10 mx1.orig.example, ..."; owned */
	struct ref sender_at;
	bool dmarc_asked, dmarc_known; /* known: a policy applies */
	char dmarc_policy[16]; /* what it asks for; "" if not known */
	bool dmarc_aligned;    /* envelope and author domain, as assumed */
	char dmarc_text[240];
	struct ref dmarc_at;
	bool listed;             /* on a blocklist that was asked */
	char listed_zone[256], listed_reason[240];
	char listed_name[256];   /* what it holds; "": our address */
	struct ref listed_at;
	bool lists_asked;        /* and at least one of them answered */
	/* E11: the same under another name in EHLO */
	bool helo_varied;
	char helo_other[256]; /* the name used */
	char helo_server[256];
	int helo_code;        /* of the answer to RCPT, or where it ended */
	char helo_text[240];
	struct ref helo_varied_at;
	/* E17: what the sender's own mail server says about the sender */
	bool callout;
	char callout_server[256];
	int callout_code;     /* 0: no answer */
	char callout_text[240];
	struct ref callout_at;
	struct policy_fact *policies; /* EVIDENCE_POLICIES at most; owned */
	size_t policy_count, policy_cap;
};

void evidence_init(struct evidence *e);
void evidence_clear(struct evidence *e);
/* Each adds a zeroed row; NULL beyond the limit.  The next addition may
 * move the earlier ones. */
struct server *evidence_add_server(struct evidence *e);
struct mx_fact *evidence_add_mx(struct evidence *e);
struct ns_fact *evidence_add_ns(struct evidence *e);
/* The set of MX records as text, "" where it is NULL. */
const char *evidence_set(const char *set);
/* Copies the fact; beyond the limit it is dropped. */
void evidence_add_policy(struct evidence *e, const struct policy_fact *fact);

#endif
