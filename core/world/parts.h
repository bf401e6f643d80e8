#ifndef RT_CORE_WORLD_PARTS_H
#define RT_CORE_WORLD_PARTS_H

/*
 * What a world is made of.  Private to core/world: parse.c fills it in,
 * nameserver.c and mailserver.c play it.  Everything is owned by the world
 * and freed with it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/world/world.h"
#include "net/buf.h"
#include "net/dns_msg.h"
#include "net/loop.h"
#include "net/tls.h"

#define WORLD_TTL 3600        /* of a record that does not say its own */
#define WORLD_NEGATIVE_TTL 300
#define WORLD_SERIAL 2026010101

/* ---- records ---- */

struct record {
	struct dns_rr rr; /* name, target, rname and data are ours */
	bool none;        /* "there is no such record set in this view" */
};

struct records {
	struct record *items;
	size_t count, cap;
};

/* What goes wrong in a name server's answer. */
/* clang-format off */
#define DNS_FAULTS(X)							\
	X(DNS_FAULT_NONE, "none")					\
	X(DNS_FAULT_SILENT, "silent")					\
	X(DNS_FAULT_LAME, "lame")	/* knows nothing of its zone */	\
	X(DNS_FAULT_NO_AA, "no-aa")					\
	X(DNS_FAULT_TRUNCATE, "truncate")	/* over UDP */		\
	X(DNS_FAULT_TRUNCATE_ALWAYS, "truncate-always")			\
	X(DNS_FAULT_NO_TCP, "no-tcp")	/* accepts and closes */	\
	X(DNS_FAULT_WRONG_ID, "wrong-id")				\
	X(DNS_FAULT_WRONG_QUESTION, "wrong-question")			\
	X(DNS_FAULT_STRAY, "stray")	/* answers for another name */	\
	X(DNS_FAULT_GARBAGE, "garbage")					\
	X(DNS_FAULT_SHORT, "short")					\
	X(DNS_FAULT_LOOP, "loop")	/* of compression pointers */	\
	X(DNS_FAULT_LOST, "lost")	/* the first copy of a question */
/* clang-format on */

enum dns_fault {
#define X(id, name) id,
	DNS_FAULTS(X)
#undef X
};

struct string_set {
	char **items;
	size_t count, cap;
};

void set_add(struct string_set *set, const char *text);
void set_clear(struct string_set *set);

/* How one name (or all) is answered other than by its records. */
struct name_rule {
	char *name;    /* NULL: every name */
	uint16_t type; /* 0: every type */
	enum dns_fault fault;
	int rcode;     /* -1: the one that the records give */
	int delay_ms;
};

struct nameserver {
	struct world *world;
	struct addr addr; /* as the world has it */
	bool recursive;
	char **zones;
	size_t zone_count, zone_cap;
	unsigned long serial; /* 0: WORLD_SERIAL */
	struct records own;   /* record sets that differ from the world's */
	struct name_rule *rules;
	size_t rule_count, rule_cap;

	struct addr real; /* where it listens */
	struct watch udp;
	struct listener *tcp;
	struct string_set lost; /* questions whose first copy was lost */
};

/* Says whether `name` matches `pattern`: `*` is any run, case is nothing. */
bool world_match(const char *pattern, const char *text);

/*
 * Answers a question as this server sees the world: fills in everything of
 * *msg but the id.  The records are borrowed from the world; free(msg->rrs)
 * when it has been written.
 */
void zone_answer(const struct nameserver *ns, struct dns_msg *msg);
/* The rule that applies to a question, or NULL. */
const struct name_rule *zone_rule(const struct nameserver *ns,
    const char *name, uint16_t type);
/* The name an address has by the world's PTR records, or NULL. */
const char *zone_ptr(const struct world *world, const struct addr *addr);
/* Whether a domain has MX or address records in the resolver's view. */
bool zone_takes_mail(const struct world *world, const char *domain);
/* Whether a blocklist of the world lists an address. */
bool zone_lists(const struct world *world, const char *list,
    const struct addr *addr);
bool zone_has(const struct world *world, const char *name, uint16_t type);
/* Name servers for every zone that the world only implies. */
void zone_imply(struct world *world);
/* The surroundings that `background` stands for (background.c). */
extern const char world_background[];
/* Adds a record; its strings become ours. */
void records_add(struct records *records, struct dns_rr *rr, bool none);
void records_remove(struct records *records, const char *name, uint16_t type);
void records_clear(struct records *records);

bool nameserver_start(struct nameserver *ns, struct err *err);
void nameserver_stop(struct nameserver *ns);
/* Answers that are under way; freed by world_free. */
void nameserver_drop_pending(struct world *world);

/* ---- mail servers ---- */

/* Where in a dialogue a rule strikes. */
/* clang-format off */
#define MAIL_STAGES(X)							\
	X(AT_BANNER, "banner")						\
	X(AT_EHLO, "ehlo")						\
	X(AT_STARTTLS, "starttls")					\
	X(AT_TLS, "tls")						\
	X(AT_AUTH, "auth")						\
	X(AT_MAIL, "mail")						\
	X(AT_RCPT, "rcpt")						\
	X(AT_DATA, "data")						\
	X(AT_RSET, "rset")						\
	X(AT_QUIT, "quit")						\
	X(AT_OTHER, "other")

#define MAIL_FAULTS(X)							\
	X(FAULT_NONE, "none")						\
	X(FAULT_RESET, "reset")						\
	X(FAULT_CUT, "cut")		/* closes without a word */	\
	X(FAULT_SILENT, "silent")					\
	X(FAULT_LAST_WORDS, "last-words") /* replies and closes */	\
	X(FAULT_SPLIT, "split")		/* the reply byte by byte */	\
	X(FAULT_DRIP, "drip")		/* a byte a second */		\
	X(FAULT_ENDLESS, "endless")	/* continuation lines */	\
	X(FAULT_LONG, "long")		/* 200,000 lines, and the end */ \
	X(FAULT_CHATTY, "chatty")	/* 100 lines a second, 15 s */	\
	X(FAULT_BIG_LINE, "big-line")	/* one line of 100 MB */	\
	X(FAULT_FLOOD, "flood")		/* replies nobody asked for */	\
	X(FAULT_UNASKED, "unasked")	/* one more reply */		\
	X(FAULT_INJECT, "inject")	/* the same, in the same write */ \
	X(FAULT_GARBAGE, "garbage")					\
	X(FAULT_ECHO, "echo")		/* the command comes back */	\
	X(FAULT_ESCAPES, "escapes")	/* terminal sequences */	\
	X(FAULT_NUL, "nul")						\
	X(FAULT_EIGHT_BIT, "eight-bit")					\
	X(FAULT_BARE_LF, "bare-lf")					\
	X(FAULT_MIXED_CODE, "mixed-code")				\
	X(FAULT_NO_TEXT, "no-text")	/* the code alone */		\
	X(FAULT_TRY_LATER, "421")	/* 421 and closes */		\
	X(FAULT_STALL, "stall")		/* TLS that never begins */	\
	X(FAULT_LOOP, "loop")		/* 334 for ever */ \
	X(FAULT_BIG_CHALLENGE, "big-challenge") /* 334 and 1 MB */	\
	X(FAULT_RENEGOTIATE, "renegotiate") /* before the reply */	\
	/* In place of the reply, without end; in clear it is said. */	\
	X(FAULT_KEY_UPDATES, "key-updates")				\
	X(FAULT_HELLO_REQUESTS, "hello-requests")			\
	X(FAULT_EMPTY_RECORDS, "empty-records")				\
	X(FAULT_WARNINGS, "warnings")
/* clang-format on */

enum mail_stage {
#define X(id, name) id,
	MAIL_STAGES(X)
#undef X
};

enum mail_fault {
#define X(id, name) id,
	MAIL_FAULTS(X)
#undef X
};

/* `at STAGE ...` or `C PATTERN`: what is done in place of the model. */
struct mail_rule {
	enum mail_stage stage;
	char *pattern; /* the whole command (C), or the argument (for); NULL */
	bool script;   /* a C line: goes by the command, not by the stage */
	char *reply;   /* lines joined by '\n'; NULL: the model's */
	enum mail_fault fault;
	int delay_ms;
	int times;     /* how often, 0: always */
	int used;
};

/* How a product says what; NULL: as `generic` says it. */
struct product_words {
	const char *name;
	const char *banner, *hello;
	const char *keywords; /* in EHLO, in order, separated by blanks */
	const char *mail_ok, *rcpt_ok, *rset, *noop, *quit, *unknown;
	const char *need_hello, *need_mail, *need_rcpt;
	const char *data_go, *data_done;
	const char *starttls_go, *starttls_off, *must_starttls;
	const char *auth_ok, *auth_failed, *auth_off, *auth_in_tls, *mech_off;
	const char *login_only; /* the whole port is for users */
	enum mail_stage login_only_at;
	const char *relay_denied, *user_unknown;
	const char *mailbox_full, *restricted, *odd_address;
	const char *helo_refused, *sender_unknown, *sender_refused;
	const char *not_owner, *local_sender;
	const char *no_ptr, *listed, *greylisted, *too_big, *lookup_failed;
	bool refuses_late; /* HELO, client and sender verdicts at RCPT */
};

const struct product_words *product_find(const char *name);
const struct product_words *product_nth(size_t i);

/* One address and port of a mail server. */
struct mail_port {
	struct mailserver *server;
	struct addr addr; /* as the world has it */
	bool tls;         /* from the start */
	struct addr real;
	struct listener *listener;
	unsigned connections; /* accepted so far */
};

enum auth_when {
	AUTH_NEVER,
	AUTH_IN_TLS,
	AUTH_ALWAYS,
};

struct mailserver {
	struct world *world;
	int line; /* of the world's text */
	struct mail_port *ports;
	size_t port_count, port_cap;
	const struct product_words *words;
	char *host;       /* as it calls itself */
	struct addr sees; /* the client's address here, AF_UNSPEC: its own */

	struct string_set hosts;     /* its own domains */
	struct string_set mailboxes; /* local parts or addresses; "any" */
	struct string_set full, restricted;
	struct string_set relay_for; /* networks, or "any" */
	struct string_set relay_to;  /* domains anybody may send to */
	bool starttls, require_tls, login_only, pipelining, smtputf8;
	enum tls_fault tls_fault;
	bool only_tls12;
	enum auth_when auth_when;
	uint16_t auth_port; /* 0: on every port */
	char *auth; /* mechanisms */
	struct string_set users; /* name:password */
	bool own_sender, local_sender, require_ptr, check_sender;
	char *blocklist;
	int greylist_ms, greet_delay_ms, tarpit_ms;
	unsigned long size;
	struct string_set bad_helo, bad_sender;
	struct mail_rule *rules;
	size_t rule_count, rule_cap;

	struct tls_server *tls; /* made when first needed */
	int64_t first_seen;     /* greylisting: -1 before the first RCPT */
};

bool mailserver_start(struct mailserver *server, struct err *err);
void mailserver_stop(struct mailserver *server);
void mail_sessions_free(struct world *world);

/* ---- the world ---- */

struct pair {
	char *key, *value;
};

struct pairs {
	struct pair *items;
	size_t count, cap;
};

struct dns_pending;
struct mail_session;

struct world {
	char *title;
	struct buf story, watch;
	struct pairs cases, expects;
	struct addr client4, client6; /* the asking machine */
	int rtt_ms;
	bool data_allowed; /* `case send` */

	struct records records;
	char **zones; /* apexes, declared and implied */
	size_t zone_count, zone_cap;
	struct nameserver **nameservers;
	size_t nameserver_count, nameserver_cap;
	struct mailserver **mailservers;
	size_t mailserver_count, mailserver_cap;
	struct addr *refusing; /* hosts where nobody listens */
	size_t refusing_count, refusing_cap;

	struct loop *loop; /* while it runs */
	int64_t started;
	struct dial *dial;
	struct tls_ca *ca;
	struct tls_trust *trust;
	struct addr *resolvers;
	size_t resolver_count, resolver_cap;
	struct dns_pending *pending;
	struct mail_session *sessions;
	bool dark, no_resolver; /* see world_lose */
	struct world_count count;
	char last_violation[160];
};

/* Made from core/world/demos by cmake/demos.cmake. */
extern const struct demo demo_table[];
extern const size_t demo_table_count;

void world_violation(struct world *world, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The TLS side of a server, made on first use; NULL if that failed. */
struct tls_server *world_tls(struct mailserver *server);

#endif
