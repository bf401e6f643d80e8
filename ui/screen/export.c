#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/i18n.h"
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
	struct report_wish wish;
};

static struct export_screen *
of(struct screen *screen)
{
	return container_of(screen, struct export_screen, screen);
}

static void
draw_preview(struct app *app, const struct reader *reader,
    const struct report_wish *wish, const struct pane *pane)
{
	struct buf text;
	struct err err = { 0 };
	struct pane in;

	if (pane->rows < 4)
		return;
	in = paint_box(pane, _("preview"));
	buf_init(&text, REPORT_MAX);
	paint_wrap(&in, 0, 1, in.cols - 2, in.rows, STYLE_TEXT,
	    reader_render(reader, app->desk->session, wish, &text, &err) ?
		buf_str(&text) : err.text);
	buf_clear(&text);
}

/* The selected reader with what is wished; false where it has no file. */
static bool
chosen(struct app *app, struct reader *reader, struct report_wish *wish)
{
	struct screen *screen = app_find(app, &export_ops);
	const struct row *row = screen != NULL ?
	    rows_selected(&of(screen)->rows) :
	    NULL;

	if (row == NULL || row->id == 0 || row->id >= KEEP)
		return false;
	*reader = *reader_nth(row->id - 1);
	*wish = of(screen)->wish;
	/* The name of the file gives nobody away either. */
	reader->mask |= wish->mask_hosts;
	return true;
}

static void
draw_wish(const struct export_screen *x, const struct reader *reader,
    const struct pane *pane)
{
	static const char *const lines[] = { N_("the lines that matter"),
		N_("all of it"), N_("none") };
	bool forum = reader != NULL && reader_nth(x->rows.selected - 1)->mask;

	paint_text(pane, 0, 1, STYLE_TEXT,
	    _("mask: m [%s] mail addresses  i [%s] hosts and IP addresses"),
	    x->wish.mask_mail || forum ? "x" : " ",
	    x->wish.mask_hosts || forum ? "x" : " ");
	paint_text(pane, 1, 1, STYLE_TEXT, _("transcripts: t [%s]"),
	    _(lines[x->wish.lines]));
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct export_screen *x = of(screen);
	struct reader reader;
	struct report_wish wish;
	struct pane list, options, below;
	char column[128];
	bool file;
	size_t i;
	int high = body->rows - 3 < (int)READERS ? body->rows - 3 :
						   (int)READERS;

	if (app->desk->session == NULL)
		return;
	paint_str(body, 0, 1, STYLE_HEAD, _("For whom?"));
	rows_begin(&x->rows);
	x->rows.plain = true;
	for (i = 0; i < READERS; i++)
		rows_add(&x->rows, i + 1, 2, STYLE_TEXT, "%zu  %s %s",
		    i + 1,
		    paint_column(_(reader_nth(i)->title), 30, column,
			sizeof(column)),
		    _(reader_nth(i)->what));
	list = pane_inside(body, 1, 0, high, body->cols);
	if (x->rows.selected == 0)
		x->rows.selected = 1;
	rows_draw(&x->rows, &list);
	file = chosen(app, &reader, &wish);
	options = pane_inside(body, high + 1, 0, 2, body->cols);
	draw_wish(x, file ? &reader : NULL, &options);
	below = pane_inside(body, high + 3, 1, body->rows - high - 3,
	    body->cols - 2);
	if (file)
		draw_preview(app, &reader, &wish, &below);
	app_status(app, "Passwords and login data are always left out.");
}

static void
write_it(struct app *app, const char *path)
{
	struct reader reader;
	struct report_wish wish;
	char *real;
	struct err err = { 0 };
	struct buf text;

	if (!chosen(app, &reader, &wish))
		return;
	buf_init(&text, REPORT_MAX);
	if (reader_render(&reader, app->desk->session, &wish, &text,
		&err) &&
	    file_write(path, buf_str(&text), text.len, 0600, &err)) {
		real = realpath(path, NULL);
		snprintf(app->written, sizeof(app->written), "%s",
		    real != NULL ? real : path);
		free(real);
		app_say(app, "Written to %s", app->written);
	} else {
		app_complain(app, "%s", err.text);
	}
	buf_clear(&text);
}

static void
overwrite(struct app *app, size_t choice)
{
	if (choice == 0)
		write_it(app, app->asked_path);
	else if (choice == 1)
		app_push(app, prompt_screen_new(app, PROMPT_EXPORT));
}

void
export_screen_file(struct app *app, const char *path)
{
	static const char *const choices[] = { N_("Replace it"),
		N_("Another name"), N_("Do not write"), NULL };
	char text[700];

	if (access(path, F_OK) != 0) {
		write_it(app, path);
		return;
	}
	snprintf(app->asked_path, sizeof(app->asked_path), "%s", path);
	snprintf(text, sizeof(text), _("There is a file %.500s already."),
	    path);
	app_push(app, ask_screen_new(_("Replace it?"), text, choices,
	    overwrite));
}

void
export_screen_name(struct app *app, char *out, size_t size)
{
	struct reader reader;
	struct report_wish wish;

	out[0] = '\0';
	if (chosen(app, &reader, &wish))
		reader_file_name(&reader, app->desk->session, out, size);
}

/* True if it was about what is wished. */
static bool
change_wish(struct report_wish *wish, enum command_id command)
{
	bool both = wish->mask_mail && wish->mask_hosts;

	switch (command) {
	case CMD_TOGGLE:
		wish->mask_mail = wish->mask_hosts = !both;
		return true;
	case CMD_MASK_MAIL:
		wish->mask_mail = !wish->mask_mail;
		return true;
	case CMD_MASK_HOSTS:
		wish->mask_hosts = !wish->mask_hosts;
		return true;
	case CMD_EXCERPT:
		wish->lines = wish->lines == LINES_NONE ? LINES_AROUND :
							  wish->lines + 1;
		return true;
	default:
		return false;
	}
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	const struct row *row = rows_selected(&of(screen)->rows);
	struct reader reader;
	struct report_wish wish;
	struct err err = { 0 };
	struct buf text;

	if (row == NULL || row->id == 0)
		return false;
	if (change_wish(&of(screen)->wish, command))
		return true;
	if (row->id == KEEP && command == CMD_OPEN) {
		desk_keep_now(app->desk);
		return true;
	}
	if (!chosen(app, &reader, &wish))
		return false;
	switch (command) {
	case CMD_OPEN:
		app_push(app, prompt_screen_new(app, PROMPT_EXPORT));
		return true;
	case CMD_PREVIEW:
	case CMD_COPY:
		buf_init(&text, REPORT_MAX);
		if (!reader_render(&reader, app->desk->session, &wish, &text,
		&err))
			app_complain(app, "%s", err.text);
		else if (command == CMD_COPY)
			copy_text(app, buf_str(&text));
		else
			app_push(app, text_screen_new(_("Preview"),
				buf_str(&text)));
		buf_clear(&text);
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
	{ CMD_OPEN, N_("write") },
	{ CMD_PREVIEW, N_("whole preview") },
	{ CMD_COPY, NULL },
	{ CMD_MASK_MAIL, NULL },
	{ CMD_EXCERPT, NULL },
	{ CMD_KEEP, NULL },
	{ CMD_BACK, NULL },
	{ CMD_MASK_HOSTS, "" },
	{ CMD_TOGGLE, "" },
	{ CMD_NONE, NULL },
};

const struct screen_ops export_ops = {
	.name = N_("Export"),
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
