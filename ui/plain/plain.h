#ifndef RT_UI_PLAIN_PLAIN_H
#define RT_UI_PLAIN_PLAIN_H

/*
 * The plain mode: the same questions, plan, probes and results line by
 * line, for screen readers, dumb terminals and serial lines.  Nothing is
 * ever overwritten, marks are words, digits choose, and at every prompt
 * ? explains, < goes back and q leaves.
 *
 * Input is read line by line as the terminal gives it (its own editing and
 * echo stay in use).  While a line is waited for the loop turns, so probes
 * go on; what they find is printed only where no prompt stands.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/loop.h"
#include "ui/app.h"
#include "ui/desk.h"

#define PLAIN_LINE 4096

struct plain {
	struct app app; /* without views: its loop and its messages */
	struct desk desk;
	struct watch input, signals;
	char pending[PLAIN_LINE]; /* bytes that came, up to several lines */
	size_t pending_len;
	bool ended;       /* the input is over: nothing can be asked */
	bool end_of_text; /* Ctrl-D ended a text; cleared by who asked */
	bool lost;        /* SIGHUP, SIGTERM */
	bool interrupted; /* Ctrl-C, until somebody looked */
	bool watching;    /* events of the probes may be printed now */
	int64_t turned_at;
	bool *told;       /* [probe number]: its end was printed */
	int *waited;      /* [probe number]: seconds last told */
	size_t told_cap;
	int greylist_told; /* seconds last told; 0: nothing is waited for */
	bool more;        /* the further questions are asked too */
	bool agreed[EXP_COUNT]; /* in the details of this plan */
};

enum place {
	PLACE_STORY,
	PLACE_BOUNCE,
	PLACE_CASES,
	PLACE_QUESTIONS,
	PLACE_PLAN,
	PLACE_PROBE,
	PLACE_RESULT,
	PLACE_LEAVE,
};

/* ---- io.c: lines in and out ---- */

/* Made harmless and fit for the locale; no line end is added. */
void plain_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void plain_text(const char *text); /* of any length, a line end behind it */
/* Prints what the desk had to say, if anything. */
void plain_message(struct plain *p);

enum came {
	CAME_LINE,
	CAME_INTERRUPT, /* Ctrl-C */
	CAME_NEWS,      /* the probes have ended; only with `watching` */
	CAME_END,
};
/*
 * The next line, without its end.  Escape sequences are taken out, unless
 * `raw`.  CAME_END is for good, but for a Ctrl-D while `raw`.
 */
enum came plain_line(struct plain *p, bool raw, char *out, size_t size);

bool plain_open(struct plain *p, struct err *err);
void plain_close(struct plain *p);

/* ---- ask.c: prompts ---- */

enum typed {
	TYPED_TEXT,
	TYPED_BACK,
	TYPED_QUIT,
	TYPED_HELP,
	TYPED_MORE,
	TYPED_END,
};
/* "prompt [value]: "; an empty line is the value. */
enum typed plain_ask(struct plain *p, const char *prompt, const char *value,
    bool secret, char *out, size_t size);

/* Answers of the functions below that are no choice. */
enum { CHOSE_BACK = -1, CHOSE_QUIT = -2, CHOSE_END = -3 };

struct menu {
	const char *help;
	size_t count, page; /* shown at once; the rest after m */
	bool one_line;      /* short items, heard again and again */
	void (*item)(const struct plain *p, size_t i, char *out, size_t size);
};
/* 0 .. count - 1, or CHOSE_*. */
int plain_choose(struct plain *p, const struct menu *menu,
    const char *prompt);
/* The word or its beginning, in English or in the person's language. */
bool plain_is(const char *typed, const char *word);
/* 1 yes, 0 no, or CHOSE_*. */
int plain_yes(struct plain *p, const char *question, bool otherwise,
    const char *help);
/* Where q leads: away, or back to `here`. */
enum place plain_quit(struct plain *p, enum place here);
/* Where a CHOSE_* leads. */
enum place plain_way(struct plain *p, int chose, enum place back,
    enum place here);

/* ---- the places ---- */

enum place plain_story(struct plain *p);
enum place plain_bounce(struct plain *p);
enum place plain_bounce_file(struct plain *p, const char *path);
enum place plain_cases(struct plain *p);
enum place plain_questions(struct plain *p);
enum place plain_plan(struct plain *p);
enum place plain_probe(struct plain *p);
enum place plain_result(struct plain *p);

/* live.c: prints what ended or waits since the last call. */
void plain_news(struct plain *p);
void plain_forget_news(struct plain *p);

/* Asks once more before an experiment that discloses; true: agreed. */
bool plain_agrees(struct plain *p, enum experiment_id id);
void plain_show_result(struct plain *p);
void plain_show_cause(const struct plain *p, size_t n);
void plain_show_evidence(const struct plain *p, size_t n);
void plain_show_remedy(const struct plain *p, size_t n);
void plain_show_findings(const struct plain *p);
void plain_show_comparison(const struct plain *p);
void plain_show_transcript(const struct probe *probe);

#endif
