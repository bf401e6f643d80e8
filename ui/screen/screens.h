#ifndef RT_UI_SCREEN_SCREENS_H
#define RT_UI_SCREEN_SCREENS_H

/*
 * The views, one file each.  Every function makes a screen that the app
 * owns once it is pushed.
 */

#include <stddef.h>

#include "ui/app.h"

struct probe;
struct ref;

extern const struct screen_ops start_ops, bounce_ops, questions_ops, plan_ops,
    board_ops, matrix_ops, transcript_ops, diagnosis_ops, evidence_ops,
    compare_ops, export_ops, cases_ops, text_ops, help_ops, leave_ops,
    prompt_ops, findings_ops, ask_ops;

struct screen *start_screen_new(struct app *app);
struct screen *bounce_screen_new(struct app *app);
/* Reads a bounce from a file into the view; false with a message. */
bool bounce_screen_file(struct app *app, const char *path);
struct screen *questions_screen_new(struct app *app);
/* Prepares the session of the answers; NULL with a message if it fails. */
struct screen *plan_screen_new(struct app *app);
struct screen *board_screen_new(struct app *app);
struct screen *matrix_screen_new(struct app *app);
/* Of a probe by its number, at a line (0: the failure, or its end). */
struct screen *transcript_screen_new(struct app *app, int probe, int line);
struct screen *diagnosis_screen_new(struct app *app);
struct screen *evidence_screen_new(struct app *app, size_t cause);
struct screen *findings_screen_new(struct app *app);
struct screen *compare_screen_new(struct app *app);
struct screen *export_screen_new(struct app *app);
struct screen *cases_screen_new(struct app *app);
struct screen *help_screen_new(struct app *app);
struct screen *leave_screen_new(struct app *app);

/* A text to read and search; `text` is copied. */
struct screen *text_screen_new(const char *name, const char *text);
const char *text_screen_text(const struct screen *screen);

enum prompt_kind {
	PROMPT_COMMAND, /* ":" */
	PROMPT_SEARCH,  /* "/" */
	PROMPT_FILE,    /* a file to open */
	PROMPT_WRITE,   /* a file to write */
};
/* One line at the foot; what is typed goes to prompt_answer() below. */
struct screen *prompt_screen_new(struct app *app, enum prompt_kind kind);

/* A question with a few answers, over the view. */
typedef void ask_answer(struct app *app, size_t choice);
struct screen *ask_screen_new(const char *title, const char *text,
    const char *const *choices, ask_answer *answer);

#endif
