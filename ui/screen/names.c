#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/things.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* The hosts, domains and addresses that a line or text names. */

#define NAMES_MAX 200

struct names {
	struct screen screen;
	struct rows rows;
	struct thing *things;
	size_t count;
};

static struct names *
of(struct screen *screen)
{
	return container_of(screen, struct names, screen);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct names *n = of(screen);
	size_t i;

	rows_begin(&n->rows);
	n->rows.plain = true;
	for (i = 0; i < n->count; i++) {
		struct row *row = rows_add(&n->rows, i + 1, 2, STYLE_TEXT,
		    "%zu  %s", i + 1, n->things[i].text);

		snprintf(row->detail, sizeof(row->detail), "%s",
		    thing_kind_name(n->things[i].kind));
	}
	rows_draw(&n->rows, body);
	app_status(app, "These are named there; Enter shows what is known.");
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct names *n = of(screen);
	const struct row *row = rows_selected(&n->rows);

	if ((command != CMD_OPEN && command != CMD_RIGHT) || row == NULL)
		return false;
	app_push(app, about_screen_new(app, &n->things[row->id - 1]));
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
	free(of(screen)->things);
	rows_clear(&of(screen)->rows);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, NULL },
	{ CMD_BACK, NULL },
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

const struct screen_ops names_ops = {
	.name = N_("Named here"),
	.offers = offers,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

bool
explore(struct app *app, const char *text)
{
	struct thing *things;
	struct names *n;
	size_t count;

	if (app->desk->session == NULL)
		return false;
	things = mem_array(NAMES_MAX, sizeof(*things));
	count = things_find(text, things, NAMES_MAX);
	if (count == 1)
		app_push(app, about_screen_new(app, &things[0]));
	if (count < 2) {
		free(things);
		return count == 1;
	}
	n = mem_alloc(sizeof(*n));
	n->screen.ops = &names_ops;
	n->things = things;
	n->count = count;
	app_push(app, &n->screen);
	return true;
}

void
explore_selected(struct app *app)
{
	const struct screen_ops *ops = app->top->ops;
	struct rows *rows = ops->rows != NULL ? ops->rows(app->top) : NULL;
	const struct row *row = rows != NULL ? rows_selected(rows) : NULL;
	const char *text = ops == &text_ops ? text_screen_text(app->top) :
	    row != NULL			? row->text :
						  "";

	if (app->desk->session == NULL)
		app_say(app, "Nothing has been looked up yet.");
	else if (!explore(app, text))
		app_say(app, "No host, domain or address is named here.");
}
