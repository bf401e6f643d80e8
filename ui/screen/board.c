#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/frame.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"
#include "ui/screen/talk.h"
#include "ui/tree.h"

/* The live run as a tree; beside it the transcript where there is room. */

struct board {
	struct screen screen;
	struct tree tree;
	struct rows rows, side;
	bool seen_end;
};

static struct board *
of(struct screen *screen)
{
	return container_of(screen, struct board, screen);
}

static void
progress(struct app *app, const struct pane *body)
{
	size_t done, all, waiting, problems, i,
	    bar = body->cols >= 72 ? 24 : 10;
	int ms = desk_elapsed(app->desk);
	char text[64];

	desk_counts(app->desk, &done, &all, &waiting, &problems);
	for (i = 0; i < bar; i++)
		text[i] = all > 0 && i * all < done * bar ? '#' : '.';
	text[bar] = '\0';
	if (body->cols >= 72)
		paint_text(body, 0, 1, STYLE_TEXT,
		    _("[%s]  %zu of %zu    %d:%02d    %zu waiting    "
		    "%zu findings"),
		    text, done, all, ms / 60000, ms / 1000 % 60, waiting,
		    problems);
	else
		paint_text(body, 0, 1, STYLE_TEXT,
		    _("[%s] %zu/%zu  %d:%02d  %zu waiting"), text, done, all,
		    ms / 60000, ms / 1000 % 60, waiting);
}

static void
draw_side(struct board *b, const struct session *s, const struct pane *body)
{
	const struct row *row = rows_selected(&b->rows);
	const struct probe *probe = row != NULL ?
	    session_probe(s, tree_probe(row->id)) :
	    NULL;
	struct pane in = pane_inside(body, 0, 0, body->rows, body->cols);
	int y;

	for (y = 0; y < body->rows; y++)
		paint_str(&in, y, 0, STYLE_QUIET, "|");
	in = pane_inside(body, 0, 2, body->rows, body->cols - 2);
	if (probe == NULL)
		return;
	paint_cell(&in, 0, 0, in.cols, STYLE_HEAD, probe->subject);
	in = pane_inside(&in, 1, 0, in.rows - 1, in.cols);
	talk_build(probe, &(struct talk_look) { .notes = true,
		.width = in.cols }, &b->side);
	if (tree_line(row->id) > 0)
		b->side.selected = (uint64_t)tree_line(row->id);
	else
		b->side.selected = (uint64_t)(probe->transcript.failure > 0 ?
			probe->transcript.failure :
			(int)probe->transcript.count);
	rows_draw(&b->side, &in);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct board *b = of(screen);
	const struct session *s = app->desk->session;
	struct pane list = *body;
	size_t done, all, waiting, problems;
	char summary[400];

	if (s == NULL)
		return;
	if (body->cols >= WIDE_COLS) {
		struct pane side = pane_inside(body, 0, body->cols * 11 / 20,
		    body->rows, body->cols);

		list.cols = body->cols * 11 / 20;
		side.cols = body->cols - list.cols;
		tree_build(&b->tree, s, list.cols, &b->rows);
		progress(app, body);
		list = pane_inside(&list, 1, 0, list.rows - 1, list.cols);
		{
			struct pane below = pane_inside(&side, 1, 0,
			    side.rows - 1, side.cols);

			draw_side(b, s, &below);
		}
		rows_draw(&b->rows, &list);
	} else {
		progress(app, body);
		tree_build(&b->tree, s, body->cols, &b->rows);
		list = pane_inside(body, 1, 0, body->rows - 1, body->cols);
		rows_draw(&b->rows, &list);
	}
	desk_summary(app->desk, summary, sizeof(summary));
	desk_counts(app->desk, &done, &all, &waiting, &problems);
	if (s->running && session_wait_left(s) > 0)
		app_status(app, "Waiting out a greylisting: %d s left.",
		    session_wait_left(s));
	else if (s->running && s->held)
		app_status(app, "PAUSED: no further connection is begun. "
				"p: go on.");
	else if (s->running)
		app_status(app, summary[0] != '\0' ?
			_("%zu to go. So far %s") :
			_("%zu to go.%s"), waiting, summary);
	else if (nonet_applies(s) && !app->desk->session_loaded)
		app_status(app, "Nothing answers from here. d: where it "
				"breaks, and the ways on.");
	else
		app_status(app, "Done: %s", summary);
}

static bool
open_row(struct board *b, struct app *app)
{
	const struct row *row = rows_selected(&b->rows);
	int probe;

	if (row == NULL)
		return false;
	probe = tree_probe(row->id);
	if (tree_host(row->id) && explore(app, row->text))
		return true;
	if (probe == 0) {
		tree_toggle(&b->tree, row->id);
		return true;
	}
	app_push(app, transcript_screen_new(app, probe, tree_line(row->id)));
	return true;
}

static void
hold(struct app *app)
{
	struct session *s = app->desk->session;

	session_hold(s, !s->held);
	app_say(app,
	    s->held ? _("Paused: no further connection is begun. p: go "
			"on.") :
		      _("It goes on."));
}

static int
selected_probe(struct board *b)
{
	const struct row *row = rows_selected(&b->rows);

	return row != NULL ? tree_probe(row->id) : 0;
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct board *b = of(screen);
	const struct row *row = rows_selected(&b->rows);

	switch (command) {
	case CMD_OPEN:
	case CMD_RIGHT:
		return open_row(b, app);
	case CMD_TOGGLE:
		if (row != NULL)
			tree_toggle(&b->tree, row->id);
		return true;
	case CMD_NEXT:
	case CMD_PREVIOUS:
		if (!rows_find_sign(&b->rows, SIGN_BAD,
			command == CMD_PREVIOUS))
			app_say(app, "No problem has been found so far.");
		return true;
	case CMD_DIAGNOSIS:
		app_push(app, nonet_applies(app->desk->session) &&
			    app->desk->open ?
			nonet_screen_new(app) :
			diagnosis_screen_new(app));
		return true;
	case CMD_PLAN:
		app_push(app, plan_screen_live(app));
		return true;
	case CMD_VANTAGE:
		vantage_show(app);
		return true;
	case CMD_COMMANDS:
		commands_show(app);
		return true;
	case CMD_MATRIX:
	case CMD_NEXT_FIELD:
		app_push(app, matrix_screen_new(app));
		return true;
	default:
		break;
	}
	if (!desk_running(app->desk))
		return false;
	switch (command) {
	case CMD_SKIP:
		session_skip(app->desk->session, selected_probe(b));
		return true;
	case CMD_SKIP_ALL:
		session_skip(app->desk->session, 0);
		return true;
	case CMD_MORE_PATIENCE:
		session_patience(app->desk->session, selected_probe(b),
		    60000);
		return true;
	case CMD_LESS_PATIENCE:
		session_patience(app->desk->session, selected_probe(b),
		    -60000);
		return true;
	case CMD_PAUSE:
		hold(app);
		return true;
	case CMD_STOP:
		desk_stop(app->desk);
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
	rows_clear(&of(screen)->side);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, N_("transcript") },
	{ CMD_DIAGNOSIS, NULL },
	{ CMD_NEXT, N_("next problem") },
	{ CMD_TOGGLE, N_("fold") },
	{ CMD_NEXT_FIELD, N_("matrix") },
	{ CMD_SKIP, N_("skip") },
	{ CMD_PAUSE, NULL },
	{ CMD_BACK, NULL },
	{ CMD_PLAN, NULL },
	{ CMD_STOP, "" },
	{ CMD_VANTAGE, "" },
	{ CMD_COMMANDS, "" },
	{ CMD_MATRIX, "" },
	{ CMD_RIGHT, "" },
	{ CMD_PREVIOUS, "" },
	{ CMD_SKIP_ALL, "" },
	{ CMD_MORE_PATIENCE, "" },
	{ CMD_LESS_PATIENCE, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "MX", "authoritative name server",
	"EHLO", "STARTTLS", "RCPT TO", "SPF", "PTR", "port 25", "TTL", NULL };

const struct screen_ops board_ops = {
	.name = N_("Probe"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
board_screen_new(struct app *app)
{
	struct board *b = mem_alloc(sizeof(*b));

	(void)app;
	b->screen.ops = &board_ops;
	return &b->screen;
}
