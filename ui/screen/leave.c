#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * Leave?  The default is to stay while probes run, and to keep and leave
 * afterwards; nothing is lost at one stroke.
 */

enum { LEAVE_KEEP = 1, LEAVE_DISCARD, LEAVE_STAY };

struct leave {
	struct screen screen;
	struct rows rows;
};

static struct leave *
of(struct screen *screen)
{
	return container_of(screen, struct leave, screen);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct leave *l = of(screen);
	bool unsaved = desk_unsaved_all(app->desk);
	int cols = body->cols > 62 ? 60 : body->cols - 2;
	struct pane box, in, list;

	box = pane_inside(body, (body->rows - 8) / 2, (body->cols - cols) / 2,
	    8, cols);
	in = paint_box(&box, _("Leave?"));
	paint_wrap(&in, 0, 0, in.cols, 2, STYLE_TEXT,
	    desk_running(app->desk) ? _("Probes are still running.") :
		unsaved ? _("The case has not been kept yet.") :
			  _("Nothing will be lost."));
	rows_begin(&l->rows);
	l->rows.plain = true;
	if (unsaved)
		rows_add(&l->rows, LEAVE_KEEP, 1, STYLE_TEXT,
		    _("1  Keep the case and leave"));
	rows_add(&l->rows, LEAVE_DISCARD, 1, STYLE_TEXT,
	    unsaved ? _("2  Discard it and leave") : _("1  Leave"));
	rows_add(&l->rows, LEAVE_STAY, 1, STYLE_TEXT,
	    unsaved ? _("3  Stay") : _("2  Stay"));
	list = pane_inside(&in, 2, 0, 4, in.cols);
	rows_draw(&l->rows, &list);
	app_status(app, "A kept case can be opened, tested again and "
			"compared.");
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	const struct row *row = rows_selected(&of(screen)->rows);

	if (command != CMD_OPEN || row == NULL)
		return false;
	app_pop(app);
	if (row->id == LEAVE_STAY)
		return true;
	if (row->id == LEAVE_KEEP && !desk_keep_all(app->desk))
		return true; /* the message says why; nothing is lost */
	app->quit = true;
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
	{ CMD_BACK, N_("stay") },
	{ CMD_NONE, NULL },
};

const struct screen_ops leave_ops = {
	.name = N_("Leave?"),
	.offers = offers,
	.overlay = true,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
leave_screen_new(struct app *app)
{
	struct leave *l = mem_alloc(sizeof(*l));

	l->screen.ops = &leave_ops;
	l->rows.selected = desk_running(app->desk) ? LEAVE_STAY :
	    desk_unsaved_all(app->desk)		  ? LEAVE_KEEP :
						    LEAVE_DISCARD;
	return &l->screen;
}
