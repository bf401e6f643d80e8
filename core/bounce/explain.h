#ifndef RT_CORE_BOUNCE_EXPLAIN_H
#define RT_CORE_BOUNCE_EXPLAIN_H

/*
 * From what a person has (a bounce, a part of one, log lines, one reply) to
 * who was refused by whom, with which words, and what they can mean.  Pure:
 * bytes in, a value out, no packet, no file.  Linear in the input, so that
 * a screen can simply read a growing paste again.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/bounce/dsn.h"
#include "core/bounce/mailbox.h"
#include "core/causes.h"
#include "core/phrases.h"
#include "net/smtp_reply.h"

#define EXPLAIN_ENTRIES_MAX 1000
#define EXPLAIN_TEXT 1024

enum explain_kind {
	EXPLAIN_UNKNOWN, /* no bounce; `note` and explain_looked_for() say more */
	EXPLAIN_BOUNCE,
	EXPLAIN_LOG,
	EXPLAIN_REPLY,   /* a single reply, a greeting, a program's message */
};

/* How sure a value is: what the screen writes beside it. */
enum explain_source {
	SOURCE_NONE,   /* not in the text */
	SOURCE_GUESS,  /* the only one that it can be */
	SOURCE_LAYOUT, /* told by the wording of the report */
	SOURCE_FIELD,  /* a field of a delivery report or a header says so */
};

struct explain_cause {
	enum cause_id id;
	double confidence; /* 0..1; by the words alone */
};

struct explain_entry {
	char recipient[MAILBOX_MAX];
	char original[MAILBOX_MAX]; /* as first addressed, where it differs */
	char sender[MAILBOX_MAX]; /* "" where unknown or the null sender */
	bool null_sender;
	char server[HOST_MAX];    /* the host that refused */
	char server_address[HOST_MAX]; /* "" unknown */
	char reporting_mta[HOST_MAX];
	int code;                 /* 0: no reply code is given */
	struct enhanced enhanced; /* class 0: none */
	enum dsn_action action;
	char text[EXPLAIN_TEXT];  /* the reply, lines joined, without code */
	int stage;                /* STAGE_COUNT: not told */
	const char *product;      /* of the refusing server, "" or static */
	enum family family;
	struct explain_cause causes[READING_CAUSES];
	size_t cause_count;
	bool relay_word;  /* the reply speaks of relaying */
	bool permanent;   /* will not heal by waiting */
	bool own_server;  /* the refusing server is on the sender's side */
	char when[40];    /* logs: as written there */
	enum explain_source recipient_source, sender_source, server_source,
	    reply_source;
	char next[1024];  /* the command that would settle it, or "" */
};

struct explanation {
	enum explain_kind kind;
	struct explain_entry *entries;
	size_t count, cap;
	const char *layout; /* which program wrote the report, "" unknown */
	char note[200];     /* why it is none: "an automatic answer" */
	bool truncated;     /* a limit was reached; the rest was not read */
	const char *left_out; /* by which one, "what lies beyond 16 MiB" */
	const char *unreadable; /* no text: "a picture", or NULL */
};

void explain_read(struct explanation *explanation, const char *bytes,
    size_t n);
void explain_clear(struct explanation *explanation);

const char *explain_kind_name(enum explain_kind kind); /* "bounce" */
/* One sentence: what was looked for where nothing was found. */
const char *explain_looked_for(void);

/*
 * Reads the causes, the product, and the next command into an entry whose
 * recipient, sender, server, code and text are set.
 */
void explain_classify(struct explain_entry *entry);

/* The JSON of the contract, a line end behind it; the caller frees. */
char *explain_json(const struct explanation *explanation);
/* The same for people, 76 columns, '\n' line ends; the caller frees it. */
char *explain_text(const struct explanation *explanation);

#endif
