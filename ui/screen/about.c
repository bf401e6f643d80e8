#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/known.h"
#include "core/session.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * What is known of one host, domain, address or mailbox, with the place of
 * everything; from here to whatever it leads to.
 */

#define ID_LOOK 1
#define ID_LINE 10

struct about {
	struct screen screen;
	struct rows rows;
	struct thing thing;
	struct known known;
	const struct session *session; /* that `known` was gathered from */
	unsigned version;
};

static struct about *
of(struct screen *screen)
{
	return container_of(screen, struct about, screen);
}

static void
gather(struct about *a, const struct session *s)
{
	unsigned version = session_version(s);

	if (a->session == s && a->version == version)
		return;
	known_gather(s, &a->thing, &a->known);
	a->session = s;
	a->version = version;
}

static void
add_lines(struct about *a, enum known_kind kind, int width)
{
	size_t i, shown = 0;

	if (a->known.of_kind[kind] == 0 && kind != KNOWN_DNS)
		return;
	rows_add(&a->rows, 0, 0, STYLE_HEAD, " %s", known_heading(kind));
	for (i = 0; i < a->known.count; i++) {
		const struct known_line *l = &a->known.lines[i];
		struct row *row;

		if (l->kind != kind)
			continue;
		shown++;
		row = rows_add(&a->rows, ID_LINE + i, 1,
		    l->good == TRI_NO ? STYLE_BAD : STYLE_TEXT, "%s%s",
		    l->good == TRI_NO	 ? "[!!] " :
			l->good == TRI_YES ? "[ok] " : "",
		    l->text);
		if (kind != KNOWN_LEADS_TO && width >= 60)
			snprintf(row->detail, sizeof(row->detail), "%s",
			    l->detail);
	}
	if (shown == 0)
		rows_add(&a->rows, 0, 4, STYLE_QUIET, _("was not asked"));
	if (a->known.of_kind[kind] > shown)
		rows_add(&a->rows, 0, 4, STYLE_QUIET, _("and %zu more"),
		    a->known.of_kind[kind] - shown);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct about *a = of(screen);
	struct pane list;
	int kind;

	if (app->desk->session == NULL)
		return;
	gather(a, app->desk->session);
	paint_cell(body, 0, 1, body->cols - 16, STYLE_HEAD, a->thing.text);
	paint_right(body, 0, body->cols - 1, STYLE_TEXT,
	    thing_kind_name(a->thing.kind));
	rows_begin(&a->rows);
	a->rows.plain = true;
	for (kind = 0; kind < KNOWN_KINDS; kind++)
		add_lines(a, (enum known_kind)kind, body->cols);
	rows_add(&a->rows, ID_LOOK, 1, STYLE_TEXT,
	    _("< Look at it by itself: its own plan, asked first >"));
	list = pane_inside(body, 1, 0, body->rows - 1, body->cols);
	if (a->rows.selected == 0)
		rows_select_nth(&a->rows, 0);
	rows_draw(&a->rows, &list);
	app_status(app, "Enter opens the line or host. Nothing is asked by "
			"looking.");
}

/* A desk of its own; nothing is sent before its plan is agreed to. */
static void
look_at(struct about *a, struct app *app)
{
	struct desk *home = app->desk, *visit;
	struct screen *screen;

	visit = desk_visit(home, a->thing.text);
	app->desk = visit;
	screen = visit->session != NULL ? board_screen_new(app) :
					  plan_screen_new(app);
	if (screen == NULL) {
		app->desk = home;
		return;
	}
	screen->home = home;
	app_push(app, screen);
}

static bool
open_row(struct about *a, struct app *app, uint64_t id)
{
	const struct known_line *l;
	struct thing thing;

	if (id == ID_LOOK) {
		look_at(a, app);
		return true;
	}
	if (id < ID_LINE || id - ID_LINE >= a->known.count)
		return false;
	l = &a->known.lines[id - ID_LINE];
	if (l->kind == KNOWN_LEADS_TO && thing_parse(l->text, &thing))
		app_push(app, about_screen_new(app, &thing));
	else if (l->at.probe != 0)
		app_push(app, transcript_screen_new(app, l->at.probe,
			l->at.line));
	else
		app_say(app, "This rests on the case itself, not on a line.");
	return true;
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct about *a = of(screen);
	const struct row *row = rows_selected(&a->rows);

	if (command == CMD_LOOK) {
		look_at(a, app);
		return true;
	}
	if ((command != CMD_OPEN && command != CMD_RIGHT) || row == NULL)
		return false;
	return open_row(a, app, row->id);
}

static struct rows *
list(struct screen *screen)
{
	return &of(screen)->rows;
}

static void
close_screen(struct screen *screen)
{
	known_clear(&of(screen)->known);
	rows_clear(&of(screen)->rows);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, NULL },
	{ CMD_LOOK, NULL },
	{ CMD_BACK, NULL },
	{ CMD_NAMES, N_("names in the line") },
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "MX", "PTR", "SPF", "DMARC", "TTL",
	"authoritative name server", NULL };

const struct screen_ops about_ops = {
	.name = N_("About"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
about_screen_new(struct app *app, const struct thing *thing)
{
	struct about *a = mem_alloc(sizeof(*a));

	(void)app;
	a->screen.ops = &about_ops;
	a->thing = *thing;
	snprintf(a->screen.title, sizeof(a->screen.title), "%.79s",
	    thing->text);
	return &a->screen;
}
