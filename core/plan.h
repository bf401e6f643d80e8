#ifndef RT_CORE_PLAN_H
#define RT_CORE_PLAN_H

/*
 * What will be sent to whom, before anything is sent.  An experiment is a
 * row of a table (core/plan.c): what it changes against the base probe and
 * what it discloses.  The person switches rows on and off; the session does
 * only what is on.
 */

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct mail_case;
struct settings;

enum grade {
	GRADE_PLAIN,       /* looks like ordinary mail traffic */
	GRADE_DISCLOSES,   /* tells somebody, or may annoy: asks once more */
	GRADE_CREDENTIALS, /* sends a login */
	GRADE_COMMANDS,    /* runs commands on this machine; shows them first */
};

enum experiment_id {
	EXP_DNS,          /* MX, addresses of the recipient's domain */
	EXP_NAME_SERVERS, /* E9: each authoritative server, the parent */
	EXP_CONNECT,      /* E8: every MX, every address, to RCPT */
	EXP_STARTTLS,     /* greeting, EHLO, STARTTLS, certificate */
	EXP_RCPT,         /* MAIL and RCPT for the recipient */
	EXP_POSTMASTER,   /* E2 */
	EXP_CONTROL,      /* E1: a domain the server does not host */
	EXP_NULL_SENDER,  /* E4 */
	EXP_MADE_UP,      /* E3 */
	EXP_REPEAT,       /* E8: once more where answers differ */
	EXP_EGRESS,       /* E14: two unrelated servers, port 25 */
	EXP_CLIENT_DNS,   /* E10: PTR of the sending address */
	EXP_SENDER_POLICY,/* E12: SPF, DMARC, MTA-STS, TLSA */
	EXP_PLAIN_FORM,   /* E18: the plain form of an odd address */
	EXP_PORTS,        /* E7: other ports of the outgoing server */
	EXP_LOGIN,        /* E6: with and without login */
	EXP_SENDERS,      /* E5: another sender address */
	EXP_HELO,         /* E11: other EHLO names */
	EXP_OWN_DOMAIN,   /* E17: does the sender's domain take mail? */
	EXP_REAL_MX,      /* E16: the relay's "unknown user" and the MX */
	EXP_BLOCKLISTS,   /* E13 */
	EXP_GREYLIST_WAIT,/* wait and ask again */
	EXP_OPEN_RELAY,   /* address forms, own servers only */
	EXP_LOCAL,        /* read-only look at this machine's mail server */
	EXP_SEND,         /* one real message, past RCPT */
	EXP_COUNT
};

struct plan_row {
	bool possible;    /* applies to this case at all */
	bool on;
	char detail[160]; /* "2 MX, 3 addresses" or why it is not possible */
};

struct plan {
	struct plan_row rows[EXP_COUNT];
};

void plan_make(struct plan *plan, const struct mail_case *input,
    const struct settings *settings);
bool plan_on(const struct plan *plan, enum experiment_id id);
/* False if the experiment is not possible here. */
bool plan_switch(struct plan *plan, enum experiment_id id, bool on);

const char *experiment_name(enum experiment_id id);  /* "E1" or "" */
const char *experiment_title(enum experiment_id id); /* one line */
const char *experiment_why(enum experiment_id id);   /* what it settles */
enum grade experiment_grade(enum experiment_id id);

/* The whole plan as text (--dry-run, and `v` on the plan screen). */
void plan_text(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings, struct buf *out);

/* The same as one JSON object on a line. */
void plan_json(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings, struct buf *out);

/*
 * The commands that EXP_LOCAL would run on this machine, one a line; what
 * is typed into one stands below it, indented.
 */
void plan_commands(const struct mail_case *input,
    const struct settings *settings, struct buf *out);

/*
 * The lines of an SMTP session as plan_text() shows them, each with a
 * newline, without the indentation.
 */
void plan_session_lines(const struct plan *plan,
    const struct mail_case *input, const struct settings *settings,
    struct buf *out);

/* The test message that --send agrees to, as it would be sent now. */
void plan_message(const struct mail_case *input,
    const struct settings *settings, struct buf *out);

#endif
