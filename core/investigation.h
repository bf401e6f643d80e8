#ifndef RT_CORE_INVESTIGATION_H
#define RT_CORE_INVESTIGATION_H

/*
 * The working side of a session: which probes run for what.  Private to
 * core/session.c, investigate*.c and gather.c.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/local/local_probe.h"
#include "core/probe/control_probe.h"
#include "core/probe/domain_probe.h"
#include "core/probe/ns_probe.h"
#include "core/probe/policy_probe.h"
#include "core/probe/sender_probe.h"
#include "core/probe/smtp_probe.h"
#include "core/probe/spf_probe.h"
#include "core/session.h"
#include "net/loop.h"

/* Why an SMTP session was held. */
enum purpose {
	FOR_TARGET,   /* the question itself */
	FOR_REPEAT,   /* the same once more */
	FOR_PORTS,    /* what the server's other ports offer */
	FOR_REAL_MX,  /* route server: the recipient's own servers (E16) */
	FOR_CONTROL,  /* an unrelated server (E14) */
	FOR_LATER,    /* the same after the delay that greylisting wants */
	FOR_HELO,     /* the same under another name in EHLO (E11) */
	FOR_CALLOUT,  /* the sender's own servers: do they know him? (E17) */
	FOR_FORMS,    /* a foreign recipient in an odd form */
	FOR_SEND,     /* the one test message */
};

struct asked {
	struct smtp_probe *probe; /* borrowed from the session */
	enum purpose purpose;
	bool again;               /* a second session was considered */
};

/* What is looked up about the sender beside the sessions; NULL: not asked. */
struct policies {
	struct spf_probe *spf;       /* of the sender */
	struct spf_probe *spf_other; /* the same, our other address family */
	struct spf_probe *spf_helo;
	struct policy_probe *dmarc, *dkim, *lists, *transport, *services;
	struct policy_probe *named;  /* lists that a refusal names */
	bool judged; /* what a refusal calls for has been asked */
};

struct investigation {
	struct session *session;
	bool want4, want6;

	struct domain_probe *domain; /* the recipient's */
	struct domain_probe *host;   /* the outgoing or reported server's */
	struct ns_probe *ns;
	struct control_probe *control;
	struct sender_probe *sender;
	struct policies policies;
	struct local_probe *local[3]; /* a product each; NULL: not looked at */
	struct addr client;  /* as servers see us, as soon as it is known */
	bool client_final;

	struct asked *asked;
	size_t asked_count, asked_cap;
	size_t addresses_taken; /* of the mail servers', so far */
	size_t controls_begun;
	bool control_chosen;
	size_t real_mx_begun;
	bool want_real_mx;

	/* what is said, borrowed by the SMTP plans; "" is not asked */
	char postmaster[320], control_rcpt[320], made_up[320], plain[520],
	    own[320], other_sender[520];

	char other_helo[256]; /* E11; "" is the address literal */
	char (*forms)[700];   /* recipients of an open-relay test; owned */
	size_t form_count, forms_begun;
	char *letter;         /* the test message; owned */
	bool send_considered; /* there will be no further one */
	int wait_s;           /* greylisting: how long was waited */

	struct timer wait;    /* until greylisting is over */
	struct timer slow;    /* nobody has answered a connect yet */
	struct timer grace;   /* for what runs beside the sessions */
	struct timer overall; /* --timeout */
	unsigned long wanted; /* experiments asked for while it ran, as bits */
	struct task follow;   /* begins the next of them */
	enum experiment_id more; /* the one that runs after the end */
	bool begun, slow_fired, grace_fired, overall_fired, wait_fired;
};

#define CONNECT_MS 4000 /* two retransmissions of the SYN and some */
#define CONTROL_CONNECT_MS 3000
#define SLOW_MS 1000
#define GRACE_MS 1500
/* With one address and port, one after the other: manners have an end. */
#define ADDRESS_SESSIONS 24

enum step investigate_mx(struct task *task);
/* Decides the route by the host that a bounce names, then takes it. */
enum step investigate_reported(struct task *task);
enum step investigate_server(struct task *task);

/* ---- shared by both ways (investigate.c) ---- */

void investigate_begin(struct session *s); /* only once */
/* Look-ups that are on and have not been begun. */
void investigate_look_beside(struct session *s);
/* Sets the addresses that ride along in the sessions, as planned. */
void investigate_words(struct session *s);
/* The addresses of the outgoing server. */
void investigate_look_up_host(struct session *s, const char *name);
bool investigate_over(const struct session *s);
/* NULL if there is no room for more, or this server had its share. */
struct asked *investigate_ask(struct session *s, enum purpose purpose,
    const char *host, int preference, const struct addr *addr, int port,
    enum depth depth);
/* True if this address and port has a session for this purpose. */
bool investigate_has(const struct investigation *w, enum purpose purpose,
    const struct addr *addr, int port);
/* True while a session with this address and port goes on. */
bool investigate_busy(const struct investigation *w,
    const struct addr *addr);
/* Everything that was asked for the purpose is decided (or done). */
bool investigate_done(const struct investigation *w, enum purpose purpose);
void investigate_choose_control(struct session *s);
/* Starts E14 where it is called for. */
void investigate_egress(struct session *s);
/* Finds our address as the servers see it, and tells those who wait. */
void investigate_client(struct session *s, bool final);
/* What runs beside the SMTP sessions has come to its end. */
bool investigate_beside_done(const struct session *s);
void investigate_repeat(struct session *s);
void investigate_end(struct session *s);
/* Route server: each port that is on and was not asked. */
void investigate_ports(struct session *s);
/* Route server: the recipient's own servers, where want_real_mx. */
void investigate_real_mx(struct session *s);
/* After the end: one experiment that was not run. */
void investigate_more(struct session *s, enum experiment_id id);
/* The same as soon as what runs has ended (w->wanted). */
void investigate_wanted(struct session *s);

/* ---- what is looked up beside the sessions (investigate_policy.c) ---- */

void investigate_policy_begin(struct session *s);
/* Starts what has become possible: MX hosts or our address are known. */
void investigate_policy_go_on(struct session *s);
/* All servers in question have answered: what a refusal calls for. */
void investigate_policy_judged(struct session *s);
/* What the person asked for by name has come to its end; with `all`
 * everything has. */
bool investigate_policy_done(const struct session *s, bool all);
void investigate_policy_end(struct session *s);
void investigate_policy_evidence(struct session *s);

/* This machine's mail server, if it is one of those in question. */
void investigate_local(struct session *s);
bool investigate_local_done(const struct session *s);

/* ---- asked again, otherwise or later (investigate_again.c) ---- */

/* The refusal that a session ended in, wherever it came; NULL: none. */
const struct answer *investigate_refusal(const struct smtp_probe *probe);
/* Another EHLO name, the sender's own servers, odd forms: where called for. */
void investigate_again(struct session *s);
/* Such sessions without which the answer would not be whole are done. */
bool investigate_again_done(struct session *s);
/*
 * Where servers put first contact off and the person agreed to wait: begins
 * the wait and returns true.  When wait_fired, they are asked again.
 */
bool investigate_wait(struct session *s);
void investigate_later(struct session *s);
void investigate_again_evidence(struct session *s);

/* ---- the one test message (investigate_send.c) ---- */

/*
 * Where the person agreed to it and a server took the recipient: begins to
 * send, and returns true.  Only the first call does anything.
 */
bool investigate_send(struct session *s);
void investigate_send_evidence(struct session *s);

/* Adds a probe of this size to the session; NULL when there are too many. */
struct probe *investigate_add(struct session *s, size_t size);

/* Fills the session's evidence from its probes (gather.c). */
void gather(struct session *s);
/* Hangs notes under the transcripts' lines (annotate.c). */
void annotate(struct session *s);

#endif
