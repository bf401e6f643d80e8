#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/i18n.h"
#include "net/mem.h"
#include "ui/cases.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* The cases that were kept, newest first. */

struct cases_screen {
	struct screen screen;
	struct rows rows;
	struct case_file *files;
	size_t count;
};

static struct cases_screen *
of(struct screen *screen)
{
	return container_of(screen, struct cases_screen, screen);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct cases_screen *c = of(screen);
	struct row *row;
	char when[32];
	struct tm tm;
	size_t i;

	rows_begin(&c->rows);
	c->rows.plain = true;
	for (i = 0; i < c->count; i++) {
		localtime_r(&c->files[i].changed, &tm);
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
		row = rows_add(&c->rows, i + 1, 2, STYLE_TEXT, "%s",
		    c->files[i].name);
		snprintf(row->detail, sizeof(row->detail), "%s", when);
	}
	if (c->count == 0)
		rows_wrap(&c->rows, 2, body->cols - 2, STYLE_TEXT,
		    _("No case has been kept yet. K keeps the one at hand, and "
		    "leaving asks for it."));
	rows_draw(&c->rows, body);
	app_status(app, i18n_plural("%zu case, readable by you alone.",
		"%zu cases, readable by you alone.", c->count), c->count);
}

static const char *const delete_choices[] = { N_("Delete it"), N_("Leave it"),
	NULL };

static void
deleted(struct app *app, size_t choice)
{
	struct screen *screen = app_find(app, &cases_ops);
	struct cases_screen *c;
	const struct row *row;

	if (screen == NULL || choice != 0)
		return;
	c = of(screen);
	row = rows_selected(&c->rows);
	if (row == NULL || row->id == 0 || row->id > c->count)
		return;
	if (!cases_remove(c->files[row->id - 1].path))
		app_complain(app, "It cannot be deleted.");
	free(c->files);
	c->count = cases_list(&c->files);
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct cases_screen *c = of(screen);
	const struct row *row = rows_selected(&c->rows);
	const struct case_file *file;
	struct err err = { 0 };
	char text[300];

	if (row == NULL || row->id == 0 || row->id > c->count)
		return false;
	file = &c->files[row->id - 1];
	switch (command) {
	case CMD_OPEN:
	case CMD_RIGHT:
		if (desk_load(app->desk, file->path, &err))
			app_push(app, diagnosis_screen_new(app));
		else
			app_complain(app, "%s", err.text);
		return true;
	case CMD_REMOVE:
		snprintf(text, sizeof(text), _("Delete the case %s?"),
		    file->name);
		app_push(app, ask_screen_new(_("Delete"), text, delete_choices,
			deleted));
		return true;
	default:
		return false;
	}
}

static struct rows *
list(struct screen *screen)
{
	return &of(screen)->rows;
}

static void
close_screen(struct screen *screen)
{
	free(of(screen)->files);
	rows_clear(&of(screen)->rows);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, NULL },
	{ CMD_REMOVE, NULL },
	{ CMD_BACK, NULL },
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

const struct screen_ops cases_ops = {
	.name = N_("Cases"),
	.offers = offers,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
cases_screen_new(struct app *app)
{
	struct cases_screen *c = mem_alloc(sizeof(*c));

	(void)app;
	c->screen.ops = &cases_ops;
	c->count = cases_list(&c->files);
	return &c->screen;
}
