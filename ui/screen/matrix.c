#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/cells.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* Servers and addresses against stages: the whole picture in a table. */

#define COLUMN 6

static const char *const labels[CELL_COUNT] = { N_("conn"), N_("greet"),
	"ehlo", "tls", "auth", "mail", "rcpt" };

struct matrix {
	struct screen screen;
	struct rows rows;
};

static struct matrix *
of(struct screen *screen)
{
	return container_of(screen, struct matrix, screen);
}

/* What the columns leave for the server. */
static int
name_width(int width)
{
	int left = width - CELL_COUNT * COLUMN - 2;

	return left < 10 ? 10 : left;
}

static void
cell_text(const struct cell *cell, char *out, size_t size)
{
	if (cell->sign == SIGN_NONE)
		snprintf(out, size, "  .");
	else if (cell->code != 0)
		snprintf(out, size, "%c%d",
		    cell->sign == SIGN_BAD	? '!' :
			cell->sign == SIGN_UNSURE ? '?' :
						    ' ',
		    cell->code);
	else
		snprintf(out, size, "%s", sign_text(cell->sign));
}

static void
add_server(struct matrix *m, const struct probe *probe,
    const struct server *server, uint64_t id, int width)
{
	struct cell cells[CELL_COUNT];
	char line[ROW_TEXT], text[24], name[128], at[ADDR_TEXT_MAX];
	int i, names = name_width(width);
	size_t len;

	cells_of(probe, server, cells);
	if (server != NULL)
		snprintf(name, sizeof(name), "%s %s:%u", server->host,
		    addr_text(&server->addr, at), server->addr.port);
	else
		snprintf(name, sizeof(name), "%s", probe->subject);
	len = (size_t)snprintf(line, sizeof(line), "%-*.*s", names, names,
	    name);
	for (i = 0; i < CELL_COUNT && len < sizeof(line) - COLUMN; i++) {
		cell_text(&cells[i], text, sizeof(text));
		len += (size_t)snprintf(line + len, sizeof(line) - len,
		    "%-*.*s", COLUMN, COLUMN - 1, text);
	}
	rows_add(&m->rows, id, 1, sign_style(cells_sign(cells)), "%s", line);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct matrix *m = of(screen);
	const struct session *s = app->desk->session;
	int i, names = name_width(body->cols);
	struct pane list;
	size_t k;

	if (s == NULL)
		return;
	for (i = 0; i < CELL_COUNT; i++)
		paint_cell(body, 0, 1 + names + i * COLUMN, COLUMN - 1,
		    STYLE_HEAD, _(labels[i]));
	rows_begin(&m->rows);
	m->rows.plain = true;
	for (k = 0; k < s->probe_count; k++)
		if (s->probes[k]->kind == PROBE_SMTP &&
		    !app->desk->session_loaded)
			add_server(m, s->probes[k], NULL,
			    (uint64_t)s->probes[k]->number, body->cols);
	for (k = 0; app->desk->session_loaded &&
	     k < s->evidence.server_count; k++)
		add_server(m, NULL, &s->evidence.servers[k],
		    (uint64_t)s->evidence.servers[k].at.probe, body->cols);
	if (m->rows.count == 0)
		rows_add(&m->rows, 0, 1, STYLE_QUIET,
		    _("no server has been asked yet"));
	list = pane_inside(body, 1, 0, body->rows - 1, body->cols);
	rows_draw(&m->rows, &list);
	app_status(app, "! refused, ? unsure, . not reached. Enter shows the "
			"conversation.");
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	const struct row *row = rows_selected(&of(screen)->rows);

	switch (command) {
	case CMD_OPEN:
	case CMD_RIGHT:
		if (row != NULL && row->id != 0)
			app_push(app, transcript_screen_new(app, (int)row->id,
				0));
		return true;
	case CMD_DIAGNOSIS:
		app_push(app, diagnosis_screen_new(app));
		return true;
	case CMD_NEXT_FIELD:
	case CMD_MATRIX:
		app_pop(app);
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
	{ CMD_OPEN, N_("transcript") },
	{ CMD_DIAGNOSIS, NULL },
	{ CMD_NEXT_FIELD, N_("tree") },
	{ CMD_BACK, NULL },
	{ CMD_MATRIX, "" },
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "MX", "EHLO", "STARTTLS", "AUTH",
	"RCPT TO", NULL };

const struct screen_ops matrix_ops = {
	.name = N_("Matrix"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
matrix_screen_new(struct app *app)
{
	struct matrix *m = mem_alloc(sizeof(*m));

	(void)app;
	m->screen.ops = &matrix_ops;
	return &m->screen;
}
