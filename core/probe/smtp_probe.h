#ifndef RT_CORE_PROBE_SMTP_PROBE_H
#define RT_CORE_PROBE_SMTP_PROBE_H

/*
 * One SMTP session with one address and port: greeting, EHLO, STARTTLS,
 * EHLO, login where asked for, MAIL and RCPT, then the follow-ups that the
 * answer calls for, RSET and QUIT.  Never past RCPT, but with the message
 * that the person agreed to.  What the protocols
 * allow to send together is sent together (RFC 2920).
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/phrases.h"
#include "core/probe/probe.h"
#include "core/product.h"
#include "core/settings.h"
#include "net/addr.h"
#include "net/buf.h"
#include "net/smtp_ehlo.h"
#include "net/smtp_reply.h"
#include "net/tls.h"

struct conn;
struct credentials;
struct dial;
struct sasl;

/* What was asked in the session, in the order it may be asked. */
enum ask {
	ASK_BANNER,
	ASK_EHLO,        /* the first one */
	ASK_STARTTLS,
	ASK_EHLO_TLS,
	ASK_AUTH,        /* the last reply of the login */
	ASK_HELO,        /* E7: what a client sees that does not say EHLO */
	ASK_MAIL,        /* MAIL FROM the given sender */
	ASK_TARGET,      /* RCPT TO the recipient */
	ASK_CONTROL,     /* E1: RCPT for a domain that is not hosted here */
	ASK_POSTMASTER,  /* E2 */
	ASK_BARE,        /* E2: postmaster without a domain (5321 4.5.1) */
	ASK_MADE_UP,     /* E3 */
	ASK_OWN,         /* a recipient in the sender's own domain */
	ASK_PLAIN_FORM,  /* E18 */
	ASK_NULL_MAIL,   /* E4: MAIL FROM:<> */
	ASK_NULL_TARGET, /* E4: the recipient again, from <> */
	ASK_OTHER_MAIL,  /* E5: MAIL FROM another sender */
	ASK_OTHER_TARGET,/* E5: the recipient again, from that one */
	ASK_DATA,        /* DATA, with the message of the plan only */
	ASK_MESSAGE,     /* the line with the dot behind it */
	ASK_COUNT,
	ASK_RSET = ASK_COUNT, /* its answer is not kept */
};

const char *ask_name(enum ask ask); /* "RCPT TO the recipient" */

struct answer {
	int code; /* 0: asked, but no reply came */
	struct enhanced enhanced;
	char text[400]; /* flat and visible; without the code */
	int line;       /* in the probe's transcript */
	int ms;         /* how long the server took */
	struct reading reading;
};

enum depth {
	DEPTH_GREETING, /* connect, greeting, QUIT */
	DEPTH_EHLO,     /* and EHLO, STARTTLS, EHLO */
	DEPTH_RCPT,
};

struct smtp_plan {
	char host[256];   /* the name asked for: MX or server */
	struct addr addr; /* with port */
	int preference;   /* of the MX; -1: none */
	enum depth depth;
	enum security security;
	const char *helo; /* borrowed; NULL: the address literal */
	/*
	 * Addresses as on the wire, without <>; all borrowed.  Below the
	 * recipient: asked with it or after its refusal; NULL and "" are not
	 * asked (looked at when its turn comes, so it may be filled in late).
	 */
	const char *sender, *recipient;
	const char *control;      /* E1 */
	const char *postmaster;   /* E2 */
	const char *made_up;      /* E3 */
	const char *plain_form;   /* E18 */
	const char *own;
	const char *other_sender; /* E5 */
	bool bare;            /* E2: <postmaster> alone */
	bool null_sender;     /* E4, where the reply calls for it */
	bool always_follow;   /* ask all that even if the reply is clear */
	bool say_helo;        /* E7: HELO as well */
	bool smtputf8;        /* the addresses need it */
	/*
	 * A whole message, lines parted by '\n', sent where the recipient is
	 * accepted; NULL: nothing goes past RCPT.  Borrowed.
	 */
	const char *message;
	int connect_ms, patience_ms;
	struct tls_trust *trust;
	const struct dial *dial;
	const struct addr *source; /* borrowed, or NULL */
	const struct credentials *cred; /* borrowed, or NULL */
	const char *mechanism; /* named by the person, or NULL; borrowed */
	const bool *held;   /* while true no connection is begun; borrowed */
	bool insecure_auth; /* agreed: login without verified TLS */
};

struct smtp_probe {
	struct probe base;
	struct smtp_plan plan;
	struct conn *conn;
	struct sasl *sasl;

	/* what came out */
	enum stage stage;      /* the last one entered */
	struct err error;      /* how the connection was lost, if it was */
	enum stage lost_at;    /* and where */
	int lost_line;
	bool out_of_turn;      /* lost, because it said more than asked */
	struct addr local;     /* our own address of the connection */
	char banner[512];      /* flat, with code, visible */
	int connect_taken_ms;
	bool have_ehlo, have_ehlo_tls;
	struct smtp_ehlo ehlo, ehlo_tls; /* before and after TLS */
	bool tls_offered, tls_established, tls_failed;
	struct tls_info *tls;  /* NULL without a handshake; owned */
	char tls_error[240];   /* why the handshake failed */
	int tls_line;
	bool fell_back;        /* the clear connection after that */
	struct answer *answers[ASK_COUNT]; /* NULL: not asked; owned */
	char mechanism[24];    /* used for the login, "" if none */
	char auth_skipped[240];/* why no login was tried, "" if it was */
	bool logged_in;
	/*
	 * Why the login was given up on our side, so that the server never
	 * judged it, or ""; and the server's own reason (sasl_reason()), as
	 * shown.  The line in the transcript is that of the one or the other.
	 */
	char login_dropped[160], login_reason[240];
	int login_line;
	char not_sent[200];    /* why the message could not be, or "" */
	bool server_unproven;  /* SCRAM: the server did not prove itself */
	bool server_disproved; /* ... or showed that it cannot */
	struct product product;
	bool skipped;          /* by the person */
	bool decided;          /* the verdict on the recipient is known */

	/* where the conversation stands */
	struct smtp_reply reply;
	enum ask queue[ASK_COUNT + 4]; /* commands to say, in order */
	size_t queue_len, queue_said, queue_heard;
	int64_t said_at;
	int refused_rcpts;
	struct buf secrets;    /* what was sent for the login; wiped */
};

/* The plan is copied; what it borrows must outlive the probe. */
void smtp_probe_start(struct smtp_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, const struct smtp_plan *plan);

/* The verdict on the recipient is known (follow-ups may still run). */
bool smtp_probe_decided(const struct smtp_probe *probe);
/* More or less patience for the wait under way. */
void smtp_probe_patience(struct smtp_probe *probe, int ms);
/* Gives up; counts as unknown. */
void smtp_probe_skip(struct smtp_probe *probe);
/* Did the server say yes to it? False as well when it was not asked. */
bool smtp_probe_said_yes(const struct smtp_probe *probe, enum ask ask);
/* The EHLO in force (after TLS if there is one), or NULL. */
const struct smtp_ehlo *smtp_probe_ehlo(const struct smtp_probe *probe);

#endif
