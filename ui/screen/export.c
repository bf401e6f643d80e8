#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/mem.h"
#include "ui/copy.h"
#include "ui/desk.h"
#include "ui/reader.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* A report, asked for as "for whom?" and not as a file format. */

#define KEEP READERS /* id of the last one */

struct export_screen {
	struct screen screen;
	struct rows rows;
};

static struct export_screen *
of(struct screen *screen)
{
	return container_of(screen, struct export_screen, screen);
}

static void
draw_preview(struct app *app, const struct reader *reader,
    const struct pane *pane)
{
	struct buf text;
	struct pane in;

	if (pane->rows < 4)
		return;
	in = paint_box(pane, "preview");
	buf_init(&text, REPORT_MAX);
	reader_render(reader, app->desk->session, &text);
	paint_wrap(&in, 0, 1, in.cols - 2, in.rows, STYLE_TEXT,
	    buf_str(&text));
	buf_clear(&text);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct export_screen *x = of(screen);
	const struct row *row;
	struct pane list, below;
	size_t i;

	if (app->desk->session == NULL)
		return;
	paint_str(body, 0, 1, STYLE_HEAD, "For whom?");
	rows_begin(&x->rows);
	x->rows.plain = true;
	for (i = 0; i < READERS; i++)
		rows_add(&x->rows, i + 1, 2, STYLE_TEXT, "%zu  %-30s %s",
		    i + 1, reader_nth(i)->title, reader_nth(i)->what);
	list = pane_inside(body, 1, 0, (int)READERS, body->cols);
	if (x->rows.selected == 0)
		x->rows.selected = 1;
	rows_draw(&x->rows, &list);
	row = rows_selected(&x->rows);
	below = pane_inside(body, (int)READERS + 2, 1,
	    body->rows - (int)READERS - 2, body->cols - 2);
	if (row != NULL && row->id != KEEP)
		draw_preview(app, reader_nth(row->id - 1), &below);
	app_status(app, "Passwords and login data are always left out.");
}

static void
write_it(struct app *app, const struct reader *reader)
{
	char path[200], here[256];
	struct err err = { 0 };
	struct buf text;

	reader_file_name(reader, app->desk->session, path, sizeof(path));
	buf_init(&text, REPORT_MAX);
	reader_render(reader, app->desk->session, &text);
	if (file_write(path, buf_str(&text), text.len, 0600, &err))
		app_say(app, "Written to %s in %s.", path,
		    getcwd(here, sizeof(here)) != NULL ? here : "here");
	else
		app_complain(app, "%s", err.text);
	buf_clear(&text);
}

static void
keep(struct app *app)
{
	if (desk_keep(app->desk))
		app_say(app, "Kept: %s", app->desk->kept_as);
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	const struct row *row = rows_selected(&of(screen)->rows);
	const struct reader *reader;
	struct buf text;

	if (row == NULL || row->id == 0)
		return false;
	if (row->id == KEEP && command == CMD_OPEN) {
		keep(app);
		return true;
	}
	reader = reader_nth(row->id - 1);
	switch (command) {
	case CMD_OPEN:
		write_it(app, reader);
		return true;
	case CMD_PREVIEW:
	case CMD_COPY:
		buf_init(&text, REPORT_MAX);
		reader_render(reader, app->desk->session, &text);
		if (command == CMD_COPY)
			copy_text(app, buf_str(&text));
		else
			app_push(app, text_screen_new("Preview",
				buf_str(&text)));
		buf_clear(&text);
		return true;
	case CMD_KEEP:
		keep(app);
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
	rows_clear(&of(screen)->rows);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, "write" },
	{ CMD_PREVIEW, "whole preview" },
	{ CMD_COPY, NULL },
	{ CMD_KEEP, NULL },
	{ CMD_BACK, NULL },
	{ CMD_NONE, NULL },
};

const struct screen_ops export_ops = {
	.name = "Export",
	.offers = offers,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
export_screen_new(struct app *app)
{
	struct export_screen *x = mem_alloc(sizeof(*x));

	(void)app;
	x->screen.ops = &export_ops;
	return &x->screen;
}
