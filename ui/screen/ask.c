#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/i18n.h"
#include "net/mem.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* A question over the view: a few answers, chosen by digit or arrows. */

struct ask {
	struct screen screen;
	struct rows rows;
	char text[EXPERIMENT_WARNING_MAX];
	const char *const *choices;
	ask_answer *answer;
};

static struct ask *
of(struct screen *screen)
{
	return container_of(screen, struct ask, screen);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct ask *a = of(screen);
	int cols = body->cols > 78 ? 76 : body->cols - 2, text_rows, i;
	struct pane box, in, list;

	text_rows = paint_wrap(body, 0, 0, cols - 4, 0, STYLE_TEXT, a->text);
	rows_begin(&a->rows);
	a->rows.plain = true;
	for (i = 0; a->choices[i] != NULL; i++)
		rows_add(&a->rows, (uint64_t)i + 1, 1, STYLE_TEXT, "%d  %s",
		    i + 1, _(a->choices[i]));
	if (text_rows > body->rows - i - 3)
		text_rows = body->rows - i - 3;
	box = pane_inside(body, (body->rows - text_rows - i - 3) / 2,
	    (body->cols - cols) / 2, text_rows + i + 3, cols);
	in = paint_box(&box, screen->title);
	paint_wrap(&in, 0, 0, in.cols, text_rows, STYLE_TEXT, a->text);
	list = pane_inside(&in, text_rows + 1, 0, i, in.cols);
	rows_draw(&a->rows, &list);
	app_status(app, "Choose with a digit, or with the arrows and Enter.");
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct ask *a = of(screen);
	const struct row *row = rows_selected(&a->rows);

	if (command != CMD_OPEN || row == NULL)
		return false;
	app_pop(app);
	a->answer(app, (size_t)row->id - 1);
	return true;
}

static struct rows *
list(struct screen *screen)
{
	return &of(screen)->rows;
}

static void
close_screen(struct screen *screen)
{
	rows_clear(&of(screen)->rows);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, N_("choose") },
	{ CMD_UP, N_("up") },
	{ CMD_DOWN, N_("down") },
	{ CMD_BACK, NULL },
	{ CMD_NONE, NULL },
};

const struct screen_ops ask_ops = {
	.name = N_("Question"),
	.offers = offers,
	.overlay = true,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
ask_screen_new(const char *title, const char *text,
    const char *const *choices, ask_answer *answer)
{
	struct ask *a = mem_alloc(sizeof(*a));

	a->screen.ops = &ask_ops;
	snprintf(a->screen.title, sizeof(a->screen.title), "%s", title);
	snprintf(a->text, sizeof(a->text), "%s", text);
	a->choices = choices;
	a->answer = answer;
	return &a->screen;
}
