#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/copy.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"
#include "ui/tty.h"

/* A text to read, search, copy and write to a file. */

struct text_screen {
	struct screen screen;
	char *text;
	int top, height, count;
	int hit; /* row of the last hit, or -1 */
};

static struct text_screen *
of(struct screen *screen)
{
	return container_of(screen, struct text_screen, screen);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct text_screen *t = of(screen);
	const char *at = t->text;
	int width = body->cols - 2, y;
	size_t n, skip;

	t->height = body->rows;
	for (t->count = 0; *at != '\0'; t->count++) {
		n = wrap_line(at, width, &skip);
		at += n + skip;
	}
	if (t->top > t->count - body->rows)
		t->top = t->count - body->rows;
	if (t->top < 0)
		t->top = 0;
	for (at = t->text, y = -t->top; *at != '\0'; y++) {
		n = wrap_line(at, width, &skip);
		if (y >= 0 && y < body->rows)
			paint_text(body, y, 1,
			    y + t->top == t->hit ? STYLE_HIT : STYLE_TEXT,
			    "%.*s", (int)n, at);
		at += n + skip;
	}
	paint_cursor(body, t->hit >= t->top ? t->hit - t->top : 0, 0, false);
	app_status(app, "line %d to %d of %d", t->top + 1,
	    t->top + body->rows < t->count ? t->top + body->rows : t->count,
	    t->count);
}

/* The next wrapped row that holds the search, from the last hit on. */
static void
find(struct text_screen *t, struct app *app, bool backwards)
{
	const char *at = t->text;
	int width = tty_cols() - 2, y, first = -1, best = -1;
	char row[1024];
	size_t n, skip;

	if (app->last_search[0] == '\0')
		return;
	for (y = 0; *at != '\0'; y++) {
		n = wrap_line(at, width, &skip);
		snprintf(row, sizeof(row), "%.*s", (int)n, at);
		at += n + skip;
		if (text_ifind(row, app->last_search) == NULL)
			continue;
		if (first < 0 || backwards)
			first = backwards || first < 0 ? y : first;
		if (backwards ? y < t->hit : y > t->hit && best < 0)
			best = y;
	}
	if (best < 0)
		best = first;
	if (best < 0) {
		app_say(app, "not found: %s", app->last_search);
		return;
	}
	if (backwards ? best > t->hit && t->hit >= 0 : best < t->hit)
		app_say(app, "wrapped around");
	t->hit = best;
	t->top = best - t->height / 2;
}

static bool
scroll(struct text_screen *t, enum command_id command)
{
	switch (command) {
	case CMD_UP: t->top--; return true;
	case CMD_DOWN: t->top++; return true;
	case CMD_PAGE_UP: t->top -= t->height - 1; return true;
	case CMD_PAGE_DOWN:
	case CMD_TOGGLE: t->top += t->height - 1; return true;
	case CMD_FIRST: t->top = 0; return true;
	case CMD_LAST: t->top = t->count; return true;
	default: return false;
	}
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct text_screen *t = of(screen);

	if (scroll(t, command))
		return true;
	switch (command) {
	case CMD_SEARCH:
		t->hit = -1;
		app_push(app, prompt_screen_new(app, PROMPT_SEARCH));
		return true;
	case CMD_NEXT:
		find(t, app, false);
		return true;
	case CMD_PREVIOUS:
		find(t, app, true);
		return true;
	case CMD_COPY:
	case CMD_COPY_ALL:
		copy_text(app, t->text);
		return true;
	case CMD_WRITE:
		app_push(app, prompt_screen_new(app, PROMPT_WRITE));
		return true;
	default:
		return false;
	}
}

static void
close_screen(struct screen *screen)
{
	free(of(screen)->text);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_DOWN, N_("scroll") },
	{ CMD_SEARCH, NULL },
	{ CMD_NEXT, N_("next hit") },
	{ CMD_COPY, NULL },
	{ CMD_WRITE, NULL },
	{ CMD_BACK, NULL },
	{ CMD_UP, "" },
	{ CMD_PAGE_UP, "" },
	{ CMD_PAGE_DOWN, "" },
	{ CMD_TOGGLE, "" },
	{ CMD_FIRST, "" },
	{ CMD_LAST, "" },
	{ CMD_PREVIOUS, "" },
	{ CMD_COPY_ALL, "" },
	{ CMD_NONE, NULL },
};

const struct screen_ops text_ops = {
	.name = N_("Text"),
	.offers = offers,
	.draw = draw,
	.command = command,
	.close = close_screen,
};

struct screen *
text_screen_new(const char *name, const char *text)
{
	struct text_screen *t = mem_alloc(sizeof(*t));

	t->screen.ops = &text_ops;
	snprintf(t->screen.title, sizeof(t->screen.title), "%s", name);
	t->text = mem_strdup(text);
	t->hit = -1;
	return &t->screen;
}

const char *
text_screen_text(const struct screen *screen)
{
	return container_of(screen, const struct text_screen, screen)->text;
}
