#ifndef RT_CORE_WORLD_MAIL_SESSION_H
#define RT_CORE_WORLD_MAIL_SESSION_H

/*
 * One SMTP connection to a mail server of the world.  Private to
 * core/world/mail*.c: mailserver.c carries it, mail_dialog.c knows what to
 * answer, mail_fault.c what goes wrong.
 */

#include "core/world/parts.h"
#include "net/conn.h"
#include "net/task.h"

#define MAIL_LINE 4096

enum delivery_kind {
	DELIVER_BYTES,
	DELIVER_TLS,   /* the handshake begins */
	DELIVER_CLOSE,
	DELIVER_RESET,
	DELIVER_PUMP,  /* bytes without end */
	DELIVER_NOISE, /* one TLS record that says nothing */
	DELIVER_NOISES, /* the same without end */
};

/* Something that leaves for the client at its time. */
struct delivery {
	struct delivery *next;
	int64_t due;
	enum delivery_kind kind;
	char *bytes;
	size_t n;
	bool ends_reply; /* a command is answered with this */
};

/* The same bytes over and over, as fast as they are taken. */
struct pump {
	bool on;
	char chunk[4096];
	size_t chunk_len;
	size_t left; /* bytes */
};

enum mail_phase {
	PHASE_HANDSHAKE, /* TLS, from the start or after STARTTLS */
	PHASE_COMMANDS,
	PHASE_AUTH,      /* the next line belongs to an AUTH exchange */
	PHASE_DATA,
	PHASE_STARTTLS,  /* 220 is on its way */
	PHASE_DEAF,      /* says nothing more */
};

struct mail_session {
	struct mail_session *next, *prev;
	struct mailserver *server;
	const struct mail_port *port;
	struct conn *conn;
	struct task task;
	struct delivery *first, *last;
	struct timer timer;
	struct pump pump;
	struct timer noise_timer;
	enum tls_noise noise;
	int64_t last_due;
	int debt; /* round trips that the next reply pays for as well */

	enum mail_phase phase;
	bool greeting_queued, greeted, hello, quit, hung_up, gone;
	bool judged;    /* beside which other connections it came */
	bool talks_tls; /* in clear: the client took the wrong port */
	bool offers_pipelining;
	int64_t replied_at; /* when the last reply left */
	int owed;          /* replies on their way */
	bool must_be_last; /* nothing may follow the unanswered command */
	char unanswered[32];

	char line[MAIL_LINE];    /* the command, cut at the first CRLF */
	char helo[256], sender[512], rcpt[512], login[128];
	bool have_mail, logged_in;
	int rcpts, refused;
	char mech[32], auth_user[256];
	int auth_step;
	size_t script_at; /* behind the script's rule that was used last */
};

/* What a command gets. */
struct mail_answer {
	struct buf text; /* lines joined by '\n'; "" is none */
	enum mail_fault fault;
	int delay_ms;
	bool start_tls, close;
};

/* mail_dialog.c */
void mail_greet(struct mail_session *s, struct mail_answer *answer);
/* Answers the command in s->line, and moves the session on. */
void mail_command(struct mail_session *s, struct mail_answer *answer);
/* True for a line of a message or of an AUTH exchange. */
bool mail_continues(const struct mail_session *s);
/* A rule for the handshake itself, or NULL. */
const struct mail_rule *mail_tls_rule(struct mail_session *s);
void mail_forget_hello(struct mail_session *s);

/* mail_fault.c: queues the answer with what is wrong with it. */
void mail_answer(struct mail_session *s, struct mail_answer *answer);
void mail_spoil_handshake(struct mail_session *s, enum mail_fault fault);

/* mailserver.c */
void mail_deliver(struct mail_session *s, enum delivery_kind kind,
    const void *bytes, size_t n, int delay_ms, bool ends_reply);

/* mail_auth.c: one step of AUTH; the line is the command's or a response. */
void mail_auth(struct mail_session *s, const char *line, bool first,
    struct mail_answer *answer);
/* The mechanisms offered on this connection now, or NULL. */
const char *mail_auth_offer(const struct mail_session *s);

/* Puts a wording into the answer, its {words} filled in. */
void mail_say(struct mail_session *s, struct mail_answer *answer,
    const char *words);
/* The product's wording, or the generic one's: MAIL_WORDS(s, relay_denied) */
#define MAIL_WORDS(s, member)						\
	((s)->server->words->member != NULL ?				\
	(s)->server->words->member : product_nth(0)->member)

#endif
