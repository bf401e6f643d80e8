#include "ui/app.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/frame.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"
#include "ui/signals.h"
#include "ui/tty.h"

#define FRAME_MS 40       /* between frames while things happen */
#define THIRD_STROKE_MS 2000
#define READ_MAX 4096
#define GAP_MS 1500

int64_t
app_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
app_push(struct app *app, struct screen *screen)
{
	screen->below = app->top;
	app->top = screen;
	app->dirty = app->urgent = app->stale = true;
}

/* Closing waits until no handler of the screen can be running. */
void
app_pop(struct app *app)
{
	struct screen *screen = app->top;

	if (screen == NULL || screen->below == NULL)
		return;
	if (screen->home != NULL)
		app->desk = screen->home;
	app->top = screen->below;
	screen->below = app->closing;
	app->closing = screen;
	app->dirty = app->urgent = app->stale = true;
}

struct screen *
app_find(const struct app *app, const struct screen_ops *ops)
{
	struct screen *screen;

	for (screen = app->top; screen != NULL; screen = screen->below)
		if (screen->ops == ops)
			return screen;
	return NULL;
}

bool
app_pop_to(struct app *app, const struct screen_ops *ops)
{
	if (app_find(app, ops) == NULL)
		return false;
	while (app->top->ops != ops)
		app_pop(app);
	return true;
}

static void
close_popped(struct app *app)
{
	while (app->closing != NULL) {
		struct screen *screen = app->closing;

		app->closing = screen->below;
		screen->ops->close(screen);
	}
}

void
app_status(struct app *app, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(app->status, sizeof(app->status), _(fmt), ap);
	va_end(ap);
}

void
app_say(struct app *app, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(app->message, sizeof(app->message), _(fmt), ap);
	va_end(ap);
	app->message_style = STYLE_TEXT;
	app->dirty = true;
}

void
app_complain(struct app *app, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(app->message, sizeof(app->message), _(fmt), ap);
	va_end(ap);
	app->message_style = STYLE_BAD;
	app->dirty = true;
}

void
app_wake_in(struct app *app, int ms)
{
	int64_t at = app_clock() + ms;

	if (app->wake_at == 0 || at < app->wake_at)
		app->wake_at = at;
}

/* The first time stops the probes, the second asks, the third leaves. */
static void
interrupt(struct app *app)
{
	int64_t now = app_clock();

	if (now - app->interrupt_at > THIRD_STROKE_MS)
		app->interrupts = 0;
	app->interrupt_at = now;
	app->interrupts++;
	if (app->interrupts >= 3) {
		desk_keep_all(app->desk);
		app->quit = true;
	} else if (app->interrupts == 1 && desk_running(app->desk)) {
		desk_stop(app->desk);
		app_say(app, "Stopped. What is known is kept; again ^C asks "
			     "whether to leave.");
	} else if (app->top->ops != &leave_ops) {
		app_push(app, leave_screen_new(app));
	}
}

static void
suspend(struct app *app)
{
	int64_t from = app_clock();

	tty_leave();
	raise(SIGSTOP);
	tty_return();
	tty_resized();
	app->turned_at = app_clock();
	desk_resume(app->desk, app->turned_at - from);
	app->dirty = app->urgent = true;
}

/*
 * Somebody else may have stopped the program.  While probes run a turn ends
 * each second, so a longer one was a gap; the shell may have used the
 * terminal meanwhile.
 */
static void
continued(struct app *app)
{
	int64_t away = app_clock() - app->turned_at;

	if (away < GAP_MS)
		return;
	app->turned_at = app_clock();
	tty_return();
	tty_resized();
	desk_resume(app->desk, away);
}

static bool
everywhere(struct app *app, enum command_id command)
{
	switch (command) {
	case CMD_HELP:
		if (app->top->ops != &help_ops)
			app_push(app, help_screen_new(app));
		return true;
	case CMD_PROMPT:
		app_push(app, prompt_screen_new(app, PROMPT_COMMAND));
		return true;
	case CMD_REDRAW:
		tty_redraw();
		app->dirty = app->urgent = true;
		return true;
	case CMD_SUSPEND:
		suspend(app);
		return true;
	case CMD_INTERRUPT:
		interrupt(app);
		return true;
	case CMD_QUIT:
		if (app->top->ops->overlay)
			app_pop(app);
		else
			app_push(app, leave_screen_new(app));
		return true;
	case CMD_NAMES:
		explore_selected(app);
		return true;
	case CMD_AGAIN:
		again_begin(app);
		return true;
	case CMD_KEEP:
		desk_keep_now(app->desk);
		return true;
	case CMD_EXPORT:
		if (app->desk->session == NULL)
			app_say(app, "There is nothing to export yet.");
		else
			app_push(app, export_screen_new(app));
		return true;
	default:
		return false;
	}
}

bool
app_command(struct app *app, enum command_id command)
{
	struct screen *screen = app->top;
	struct rows *rows = screen->ops->rows != NULL ?
	    screen->ops->rows(screen) :
	    NULL;

	if (command_offered(screen->ops->offers, command) &&
	    screen->ops->command != NULL &&
	    screen->ops->command(screen, app, command)) {
		app->stale = true;
		return true;
	}
	if (rows != NULL && rows_command(rows, command))
		return true;
	if (command == CMD_BACK) {
		if (screen->below != NULL)
			app_pop(app);
		else
			app_say(app, "This is the first view; q leaves.");
		return true;
	}
	return command_everywhere(command) && everywhere(app, command);
}

/* 1-9 choose in every list that has no more. */
static bool
digit(struct app *app, int key)
{
	struct screen *screen = app->top;
	struct rows *rows;

	if (key < '1' || key > '9' || screen->ops->rows == NULL ||
	    screen->ops->text)
		return false;
	rows = screen->ops->rows(screen);
	if (rows == NULL || rows_selectable(rows) > 9 ||
	    !rows_select_nth(rows, (size_t)(key - '1')))
		return false;
	app_command(app, CMD_OPEN);
	return true;
}

static void
mouse(struct app *app, const struct key_event *event)
{
	struct screen *screen = app->top;
	struct rows *rows = screen->ops->rows != NULL ?
	    screen->ops->rows(screen) :
	    NULL;

	if (event->key != UI_MOUSE) {
		app_command(app,
		    event->key == UI_WHEEL_UP ? CMD_UP : CMD_DOWN);
		return;
	}
	if (rows == NULL)
		return;
	if (rows_click(rows, event->row))
		app_command(app, CMD_OPEN);
}

void
app_key(struct app *app, const struct key_event *event)
{
	struct screen *screen = app->top;
	enum command_id command;

	/* Typed ahead: it is meant for what the key before it led to. */
	if (app->stale)
		app_lay_out(app);
	app->message[0] = '\0';
	app->dirty = app->urgent = true;
	if (event->key == UI_PASTE) {
		if (screen->ops->paste == NULL ||
		    !screen->ops->paste(screen, app,
			buf_str(&app->decoder.paste), app->decoder.paste.len))
			app_say(app, "A text was pasted; there is no field "
				     "for it here.");
		return;
	}
	if (event->key == UI_MOUSE || event->key == UI_WHEEL_UP ||
	    event->key == UI_WHEEL_DOWN) {
		mouse(app, event);
		return;
	}
	if (screen->ops->key != NULL &&
	    screen->ops->key(screen, app, event->key))
		return;
	if (digit(app, event->key))
		return;
	command = command_for(screen->ops->offers,
	    screen->ops->rows != NULL, event->key);
	if (command == CMD_NONE && command_has_key(CMD_BACK, event->key))
		command = CMD_BACK;
	if (command != CMD_NONE)
		app_command(app, command);
}

/* ---- input ---- */

static void
take_bytes(struct app *app, const unsigned char *bytes, size_t n)
{
	struct key_event event = { 0 };
	size_t i;

	for (i = 0; i < n && !app->quit; i++) {
		if (!key_feed(&app->decoder, bytes[i], &event))
			continue;
		app_key(app, &event);
		close_popped(app);
	}
	app->esc_at = app_clock();
}

static void
keys_ready(struct watch *watch, short revents)
{
	struct app *app = container_of(watch, struct app, keys);
	unsigned char bytes[READ_MAX];
	ssize_t n;

	(void)revents;
	n = read(STDIN_FILENO, bytes, sizeof(bytes));
	if (n > 0)
		take_bytes(app, bytes, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		app->lost_terminal = app->quit = true;
}

static void
take_signals(struct app *app)
{
	int number;

	while ((number = signals_next()) != 0) {
		app->dirty = app->urgent = true;
		if (number == SIGWINCH)
			tty_resized();
		else if (number == SIGTSTP)
			suspend(app);
		else if (number == SIGCONT)
			continued(app);
		else if (number == SIGHUP || number == SIGTERM)
			app->lost_terminal = app->quit = true;
	}
}

static void
signals_ready(struct watch *watch, short revents)
{
	(void)revents;
	take_signals(container_of(watch, struct app, signals));
}

/* The wait for the rest of a sequence is over. */
static void
look_at_escape(struct app *app)
{
	int patience = key_patience(&app->decoder, app->esc_ms);
	struct key_event event = { 0 };

	if (patience < 0 || app_clock() - app->esc_at < patience)
		return;
	if (key_timeout(&app->decoder, &event))
		app_key(app, &event);
	app->esc_at = app_clock();
	close_popped(app);
}

/* ---- the loop ---- */

static int
wait_ms(const struct app *app)
{
	int64_t now = app_clock(), until = -1;
	int patience = key_patience(&app->decoder, app->esc_ms);

	if (app->dirty)
		until = app->urgent ? now : app->drawn_at + FRAME_MS;
	if (patience >= 0 && (until < 0 || app->esc_at + patience < until))
		until = app->esc_at + patience;
	if (app->wake_at != 0 && (until < 0 || app->wake_at < until))
		until = app->wake_at;
	if (until < 0)
		return -1;
	return until <= now ? 0 : (int)(until - now);
}

static void
turn(struct app *app)
{
	int64_t now = app_clock();

	/* Wherever in a turn a gap begins, it is measured from before it. */
	take_signals(app);
	if (app->turned_at < now)
		app->turned_at = now;
	loop_turn(app->loop, wait_ms(app));
	/* Before the desk asks to be woken for the next second. */
	if (app->wake_at != 0 && app_clock() >= app->wake_at) {
		app->wake_at = 0;
		app->dirty = true;
	}
	if (desk_turn(app->desk))
		app->dirty = true;
	look_at_escape(app);
	close_popped(app);
}

void
app_run(struct app *app)
{
	const char *delay = getenv("ESCDELAY");

	app->esc_ms = delay != NULL && atoi(delay) > 0 ? atoi(delay) : 50;
	key_decoder_init(&app->decoder);
	watch_start(&app->keys, app->loop, STDIN_FILENO, POLLIN, keys_ready);
	watch_start(&app->signals, app->loop, signals_fd(), POLLIN,
	    signals_ready);
	app->dirty = app->urgent = true;
	while (!app->quit) {
		int64_t now = app_clock();

		if (app->dirty && (app->urgent ||
			now - app->drawn_at >= FRAME_MS)) {
			app->drawn_at = now;
			app->dirty = app->urgent = false;
			app_draw(app);
		}
		turn(app);
	}
	watch_stop(&app->keys);
	watch_stop(&app->signals);
}

void
app_clear(struct app *app)
{
	while (app->top != NULL) {
		struct screen *screen = app->top;

		app->top = screen->below;
		screen->below = app->closing;
		app->closing = screen;
	}
	close_popped(app);
	key_decoder_clear(&app->decoder);
}
