#ifndef RT_UI_FORM_H
#define RT_UI_FORM_H

/*
 * The questions of the wizard, as data: what is asked for which story, what
 * it means, what is wrong with an answer, and what the answers add up to.
 * The full screen and the plain mode ask the same questions from here.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/mail_case.h"
#include "core/settings.h"
#include "net/err.h"

struct explain_entry;

/* What happened (the first view). */
enum story {
	STORY_NONE,
	STORY_BOUNCE,
	STORY_TO_US,
	STORY_FROM_US,
	STORY_DEVICE,
	STORY_OWN_SERVER,
	STORY_MOVED,
	STORY_LOOK,
	STORY_CASES,
	STORY_COUNT,
};

struct story_text {
	const char *title, *hint; /* the line of the first view */
	const char *about;        /* at most five lines */
};

const struct story_text *story_text(enum story story);

enum question_id {
	Q_RECIPIENT,
	Q_SENDER,
	Q_REFUSED,    /* choice */
	Q_REFUSER,    /* field of a choice */
	Q_SERVER,
	Q_SENDING,    /* choice */
	Q_SENDING_IP, /* field of a choice */
	Q_USER,
	Q_PASSWORD,
	Q_PORT,
	Q_SECURITY,   /* choice */
	Q_HELO,
	Q_RESOLVER,
	Q_PATIENCE,
	Q_SELECTOR,
	Q_LOOK,
	Q_COUNT,
};

enum refused_by { REFUSED_UNKNOWN, REFUSED_SERVER, REFUSED_OWN };
enum sending_from { SENDING_HERE, SENDING_ELSEWHERE };

#define FORM_TEXT 520

struct form {
	enum story story;
	char text[Q_COUNT][FORM_TEXT];
	int choice[Q_COUNT];
	struct reported reported; /* from a bounce */
	bool sender_of_entry;     /* the bounce or log told the sender */
	/* what the settings borrow */
	char *resolver_item[1], *selector_item[1];
};

struct option_text {
	const char *label;
	int field; /* a question_id, or -1 */
};

struct question_text {
	const char *label; /* at most 14 columns */
	const char *prompt; /* a whole question, for the plain mode */
	const char *hint;  /* stands under it while there is no remark */
	const char *help;  /* F1 */
	const struct option_text *options; /* NULL: a text field */
	int option_count;
	bool secret;
};

const struct question_text *question_text(enum question_id id);

void form_init(struct form *form);
/* Fills in what the command line says. */
void form_take_settings(struct form *form, const struct settings *settings);

/*
 * Fills in what a bounce or a log says about one recipient; what another one
 * said before is forgotten.
 */
void form_take_entry(struct form *form, const struct explain_entry *entry);

/* One thing that can have the focus. */
struct form_item {
	enum question_id question;
	int option;           /* of a choice, else -1 */
	enum question_id field; /* Q_COUNT: none (an option without one) */
};

#define FORM_ITEMS 32

/* The items of the story in order; with those behind "more" too. */
size_t form_items(const struct form *form, bool more,
    struct form_item items[FORM_ITEMS]);
/* Questions asked first, and the place of one among them (from 1). */
int form_question_count(const struct form *form, bool more);
int form_question_place(const struct form *form, bool more,
    enum question_id id);

enum remark_kind {
	REMARK_EMPTY,  /* nothing there, and that is fine */
	REMARK_GOOD,
	REMARK_NOTE,   /* noticed; becomes evidence */
	REMARK_BLOCKS, /* must be corrected first */
};

struct remark {
	enum remark_kind kind;
	char text[240];
	char suggestion[320]; /* "" if none */
};

/* Looks at the answer as it stands. */
void form_check(const struct form *form, enum question_id id,
    struct remark *remark);
/* The first question of the story that blocks, or Q_COUNT; and how many. */
enum question_id form_blocked(const struct form *form, int *count);

/*
 * What the answers add up to: overwrites the settings' fields that were
 * asked about (with strings that the form owns) and makes the case.
 */
bool form_apply(struct form *form, struct settings *settings,
    struct mail_case *input, struct err *err);

/* Overwrites the password. */
void form_forget(struct form *form);

#endif
