#ifndef RT_UI_APP_H
#define RT_UI_APP_H

/*
 * The stack of views, the loop that shows them, and what they have in
 * common: frame, key table, messages, leaving.  A view changes state and
 * never draws outside its draw(); the app draws at most 30 times a second,
 * at once after a key, and not at all when nothing changed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/loop.h"
#include "ui/command.h"
#include "ui/key.h"
#include "ui/paint.h"

struct app;
struct desk;
struct rows;
struct screen;

struct screen_ops {
	const char *name;  /* in the path and as heading of the help */
	const struct offer *offers;
	/* Words of the glossary that the help of this view explains. */
	const char *const *words; /* NULL-terminated, or NULL */
	bool overlay; /* lies over the view below */
	bool text;    /* letters are text, not commands */
	void (*draw)(struct screen *screen, struct app *app,
	    const struct pane *body);
	/* True if it was taken. */
	bool (*command)(struct screen *screen, struct app *app,
	    enum command_id command);
	/* Any key before the table is asked; may be NULL. */
	bool (*key)(struct screen *screen, struct app *app, int key);
	bool (*paste)(struct screen *screen, struct app *app,
	    const char *text, size_t n);
	/* The rows it shows, for moving, digits and the mouse; or NULL. */
	struct rows *(*rows)(struct screen *screen);
	void (*close)(struct screen *screen); /* frees the screen */
};

struct screen {
	const struct screen_ops *ops;
	struct screen *below;
	struct desk *home; /* popping it leads back to that desk, or NULL */
	char title[80]; /* in place of ops->name, if not "" */
};

struct app {
	struct loop *loop;
	struct desk *desk;
	struct screen *top, *closing;
	bool dirty, urgent, quit;
	bool stale; /* rows may be others than those last laid out */
	int64_t drawn_at, wake_at, turned_at; /* own clock, ms */
	char message[240]; /* stays until the next key */
	enum style message_style;
	char status[400];
	struct key_decoder decoder;
	struct watch keys, signals;
	int esc_ms;
	int64_t esc_at, interrupt_at;
	int interrupts;
	char written[4096];    /* the last report that was written, or "" */
	char asked_path[1024]; /* about to be replaced, after asking */
	char last_search[120];
	bool lost_terminal;
};

/* The real clock, ms; the loop's may be a virtual one. */
int64_t app_clock(void);

void app_push(struct app *app, struct screen *screen);
void app_pop(struct app *app);
/* Pops until that view is on top (false: it is not in the stack). */
bool app_pop_to(struct app *app, const struct screen_ops *ops);
struct screen *app_find(const struct app *app, const struct screen_ops *ops);

/* The last line but one, while drawing. */
void app_status(struct app *app, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A message in its place; it stays until the next key. */
void app_say(struct app *app, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void app_complain(struct app *app, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Something will be to show in `ms`: a clock that runs. */
void app_wake_in(struct app *app, int ms);

/* Does what a key or a command's name stands for. */
bool app_command(struct app *app, enum command_id command);
void app_key(struct app *app, const struct key_event *event);
void app_draw(struct app *app);
/* Makes all rows as app_draw() does, but sends nothing to the terminal. */
void app_lay_out(struct app *app);

/* Runs until the person leaves; the terminal is open. */
void app_run(struct app *app);
void app_clear(struct app *app);

#endif
