#ifndef RT_UI_SCREEN_SCREENS_H
#define RT_UI_SCREEN_SCREENS_H

/*
 * The views, one file each.  Every function makes a screen that the app
 * owns once it is pushed.
 */

#include <stddef.h>

#include "core/plan.h"
#include "ui/app.h"

struct explain_entry;
struct explanation;
struct probe;
struct ref;
struct session;
struct thing;

extern const struct screen_ops start_ops, bounce_ops, questions_ops, plan_ops,
    board_ops, matrix_ops, transcript_ops, diagnosis_ops, evidence_ops,
    compare_ops, export_ops, cases_ops, text_ops, help_ops, leave_ops,
    prompt_ops, findings_ops, ask_ops, about_ops, names_ops, log_ops,
    story_ops, nonet_ops, entries_ops;

struct screen *start_screen_new(struct app *app);
struct screen *bounce_screen_new(struct app *app);
/* Reads a bounce from a file into the view; false with a message. */
bool bounce_screen_file(struct app *app, const char *path);
/* The recipients of a bounce that were refused, where there are several. */
struct screen *entries_screen_new(struct app *app);
bool entry_refused(const struct explain_entry *entry);
/* How many, and the place of the first. */
size_t entries_refused(const struct explanation *bounce, size_t *first);
/* A mail log; NULL with a message if it cannot be opened. */
struct screen *log_screen_new(struct app *app, const char *path);
/* Nobody answered at all; the view for it, and what its prompts say. */
bool nonet_applies(const struct session *session);
struct screen *nonet_screen_new(struct app *app);
void nonet_resolver(struct app *app, const char *text);
void nonet_host(struct app *app, const char *text);
/* The story of a demo. */
struct screen *story_screen_new(struct app *app);
struct screen *questions_screen_new(struct app *app);
/* Prepares the session of the answers; NULL with a message if it fails. */
struct screen *plan_screen_new(struct app *app);
/* The plan of a kept case, before it is tested again. */
struct screen *plan_screen_again(struct app *app);
/* The plan of the session at hand: what is switched on runs at once. */
struct screen *plan_screen_live(struct app *app);
struct screen *board_screen_new(struct app *app);
struct screen *matrix_screen_new(struct app *app);
/* Of a probe by its number, at a line (0: the failure, or its end). */
struct screen *transcript_screen_new(struct app *app, int probe, int line);
struct screen *diagnosis_screen_new(struct app *app);
struct screen *evidence_screen_new(struct app *app, size_t cause);
struct screen *findings_screen_new(struct app *app);
struct screen *compare_screen_new(struct app *app);
struct screen *export_screen_new(struct app *app);
/* Writes the chosen report there; asks where there is a file already. */
void export_screen_file(struct app *app, const char *path);
/* The name that it proposes. */
void export_screen_name(struct app *app, char *out, size_t size);
struct screen *cases_screen_new(struct app *app);
struct screen *help_screen_new(struct app *app);
struct screen *leave_screen_new(struct app *app);

/* What is known of a host, domain, address or mailbox. */
struct screen *about_screen_new(struct app *app, const struct thing *thing);
/* Opens what the text names: at once if it is one thing, else a list. */
bool explore(struct app *app, const char *text);
/* What the selected row of the view, or its text, names. */
void explore_selected(struct app *app);

/*
 * Tests again.  A kept case shows its plan first, and asks for the password
 * where it logged in.
 */
void again_begin(struct app *app);
void again_password(struct app *app, const char *text);

/* Commands for the same probes from another machine. */
void vantage_show(struct app *app);
/* dig, openssl and swaks commands for the whole case. */
void commands_show(struct app *app);

/*
 * Switches an experiment on and runs it in the session at hand; asks once
 * more where it tells others something.
 */
void experiment_run(struct app *app, enum experiment_id id);
/* Is it asked about before it is switched on? */
bool experiment_asks(enum experiment_id id);
#define EXPERIMENT_WARNING_MAX 2400 /* bytes */
/* What is asked then. */
void experiment_warning(const struct session *session, enum experiment_id id,
    char *out, size_t size);

/* A text to read and search; `text` is copied. */
struct screen *text_screen_new(const char *name, const char *text);
const char *text_screen_text(const struct screen *screen);

enum prompt_kind {
	PROMPT_COMMAND, /* ":" */
	PROMPT_SEARCH,  /* "/" */
	PROMPT_FILE,    /* a file to open */
	PROMPT_LOG,     /* a mail log to open */
	PROMPT_RESOLVER,
	PROMPT_HOST,    /* a mail server by its address */
	PROMPT_EXPORT,  /* a file for the report */
	PROMPT_WRITE,   /* a file to write */
	PROMPT_PASSWORD,/* of a kept case that is tested again */
};
/* One line at the foot; what is typed goes to prompt_answer() below. */
struct screen *prompt_screen_new(struct app *app, enum prompt_kind kind);

/* A question with a few answers, over the view. */
typedef void ask_answer(struct app *app, size_t choice);
struct screen *ask_screen_new(const char *title, const char *text,
    const char *const *choices, ask_answer *answer);

#endif
