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

#define COLUMN 7
#define TIMES_WIDTH 72 /* from here on the times stand under the marks */
#define LEAST_NAME 10

static const char *const labels[CELL_COUNT] = { N_("conn"), N_("greet"),
	"ehlo", "tls", "auth", "mail", "rcpt" };

struct matrix {
	struct screen screen;
	struct rows rows;
	int cell, first; /* the selected column; the first that is shown */
	int shown;       /* how many there is room for */
};

static struct matrix *
of(struct screen *screen)
{
	return container_of(screen, struct matrix, screen);
}

/* How many columns fit, and what they leave for the server. */
static int
fit_columns(struct matrix *m, int width)
{
	m->shown = (width - 2 - LEAST_NAME) / COLUMN;
	if (m->shown > CELL_COUNT)
		m->shown = CELL_COUNT;
	if (m->shown < 1)
		m->shown = 1;
	if (m->cell < m->first)
		m->first = m->cell;
	if (m->cell >= m->first + m->shown)
		m->first = m->cell - m->shown + 1;
	if (m->first > CELL_COUNT - m->shown)
		m->first = CELL_COUNT - m->shown;
	return width - 2 - m->shown * COLUMN;
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

/* In one unit, at the right of the column. */
static void
time_text(const struct cell *cell, char *out, size_t size)
{
	char text[24] = "";

	if (cell->ms >= 0 && cell->sign != SIGN_NONE)
		snprintf(text, sizeof(text), "%.*f s",
		    cell->ms < 10000 ? 2 : 0, cell->ms / 1000.0);
	snprintf(out, size, "%*s", COLUMN - 1, text);
}

static void
add_line(struct matrix *m, uint64_t id, enum style style, const char *name,
    const struct cell *cells, void (*text_of)(const struct cell *, char *,
    size_t), int names)
{
	char line[ROW_TEXT], text[24];
	size_t len;
	int i;

	paint_column(name, names - 1, line, sizeof(line) - 1);
	strcat(line, " ");
	len = strlen(line);
	for (i = 0; i < m->shown && len < sizeof(line) - COLUMN; i++) {
		text_of(&cells[m->first + i], text, sizeof(text));
		len += (size_t)snprintf(line + len, sizeof(line) - len,
		    "%-*.*s", COLUMN, COLUMN - 1, text);
	}
	rows_add(&m->rows, id, 1, style, "%s", line);
}

/* What a session has of a probe in its table of servers, or NULL. */
static const struct server *
server_of(const struct session *s, const struct probe *probe)
{
	size_t i;

	for (i = 0; i < s->evidence.server_count; i++)
		if (s->evidence.servers[i].at.probe == probe->number)
			return &s->evidence.servers[i];
	return NULL;
}

/* A reason without a code stands under its row, where the times are. */
static const char *
reason(const struct cell *cells)
{
	int i;

	for (i = 0; i < CELL_COUNT; i++)
		if (cells[i].sign == SIGN_BAD && cells[i].code == 0)
			return cells[i].text;
	return "";
}

/* The host, and below it the address, which is never cut, with the times. */
static void
add_server(struct matrix *m, const struct probe *probe,
    const struct server *server, int width)
{
	struct cell cells[CELL_COUNT];
	char name[400], at[ADDR_TEXT_MAX], mx[16] = "";
	int names = fit_columns(m, width);
	const char *why;

	cells_of(probe, server, cells);
	why = reason(cells);
	if (server != NULL && server->preference >= 0)
		snprintf(mx, sizeof(mx), "%d ", server->preference);
	if (server != NULL)
		snprintf(name, sizeof(name), "%s%s%s", mx, server->host,
		    server->repeat ? _("  again") : "");
	else
		snprintf(name, sizeof(name), "%s", probe->subject);
	add_line(m, (uint64_t)(probe != NULL ? probe->number :
		server->at.probe), sign_style(cells_sign(cells)), name, cells,
	    cell_text, names);
	if (width < TIMES_WIDTH || server == NULL)
		return;
	snprintf(name, sizeof(name), "   %s:%u",
	    addr_text(&server->addr, at), server->addr.port);
	if (why[0] != '\0' || paint_width(name) >= names)
		rows_add(&m->rows, 0, 1, STYLE_QUIET, "%s  %s", name, why);
	else
		add_line(m, 0, STYLE_QUIET, name, cells, time_text, names);
}

static bool
is_side(const struct server *server)
{
	return server != NULL && server->side && !server->repeat;
}

/* Those of the question, or those of other ports beside it. */
static void
add_servers(struct matrix *m, const struct desk *desk, bool side, int width)
{
	const struct session *s = desk->session;
	bool head = !side;
	size_t k, n = desk->session_loaded ? s->evidence.server_count :
					     s->probe_count;

	for (k = 0; k < n; k++) {
		const struct probe *probe = desk->session_loaded ? NULL :
								   s->probes[k];
		const struct server *server = probe == NULL ?
		    &s->evidence.servers[k] :
		    server_of(s, probe);

		if ((probe != NULL && probe->kind != PROBE_SMTP) ||
		    is_side(server) != side)
			continue;
		if (!head)
			rows_add(&m->rows, 0, 1, STYLE_HEAD, "%s",
			    _("the same server on other ports"));
		head = true;
		add_server(m, probe, server, width);
	}
}

/* The cells of the selected row. */
static bool
selected_cells(struct matrix *m, const struct desk *desk,
    struct cell cells[CELL_COUNT], const struct probe **probe)
{
	const struct row *row = rows_selected(&m->rows);
	const struct session *s = desk->session;
	size_t i;

	if (row == NULL || row->id == 0)
		return false;
	*probe = session_probe(s, (int)row->id);
	if (!desk->session_loaded) {
		cells_of(*probe, NULL, cells);
		return *probe != NULL;
	}
	for (i = 0; i < s->evidence.server_count; i++)
		if (s->evidence.servers[i].at.probe == (int)row->id) {
			cells_of(NULL, &s->evidence.servers[i], cells);
			return true;
		}
	return false;
}

/* The selected cell stands out of its row, and the cursor is on it. */
static void
mark_cell(struct matrix *m, const struct desk *desk, const struct pane *list,
    struct app *app)
{
	struct cell cells[CELL_COUNT];
	const struct cell *cell = &cells[m->cell];
	const struct probe *probe;
	int y = (int)(m->rows.at - m->rows.top);
	int col = 2 + fit_columns(m, list->cols) +
	    (m->cell - m->first) * COLUMN;
	char text[24], column[48];

	if (!selected_cells(m, desk, cells, &probe)) {
		app_status(app, "! refused, ? unsure, . not reached.");
		return;
	}
	cell_text(cell, text, sizeof(text));
	paint_str(list, y, col - 1, STYLE_HEAD, ">");
	paint_str(list, y, col, STYLE_HEAD, paint_column(text, COLUMN - 2,
	    column, sizeof(column)));
	paint_cursor(list, y, col, false);
	app_status(app, "%s, %s: %s", probe != NULL ? probe->subject : "",
	    cell_name((enum cell_stage)m->cell),
	    cell->text[0] != '\0'	    ? cell->text :
		cell->sign == SIGN_NONE	    ? _("not reached") :
		cell->sign == SIGN_RUNNING  ? _("under way") :
		cell->sign == SIGN_ABSENT   ? _("not offered") :
					      _("worked"));
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct matrix *m = of(screen);
	int i, names = fit_columns(m, body->cols);
	struct pane list;

	if (app->desk->session == NULL)
		return;
	paint_cell(body, 0, 2, names - 1, STYLE_HEAD, _("server"));
	for (i = 0; i < m->shown; i++)
		paint_cell(body, 0, 2 + names + i * COLUMN, COLUMN - 1,
		    STYLE_HEAD, _(labels[m->first + i]));
	rows_begin(&m->rows);
	m->rows.plain = true;
	add_servers(m, app->desk, false, body->cols);
	add_servers(m, app->desk, true, body->cols);
	if (m->rows.count == 0)
		rows_add(&m->rows, 0, 1, STYLE_QUIET, "%s",
		    _("no server has been asked yet"));
	rows_add(&m->rows, 0, 0, STYLE_QUIET, "%s", "");
	rows_add(&m->rows, 0, 1, STYLE_QUIET, "%s",
	    _("! refused or failed  ? unsure  . not reached  "
	    "[--] not offered or not used"));
	list = pane_inside(body, 1, 0, body->rows - 1, body->cols);
	rows_draw(&m->rows, &list);
	mark_cell(m, app->desk, &list, app);
}

static void
open_cell(struct matrix *m, struct app *app)
{
	struct cell cells[CELL_COUNT];
	const struct probe *probe;

	if (selected_cells(m, app->desk, cells, &probe) && probe != NULL)
		app_push(app, transcript_screen_new(app, probe->number,
			cells[m->cell].line));
}

/* Left goes from cell to cell here, and never back by accident. */
static bool
key(struct screen *screen, struct app *app, int key)
{
	struct matrix *m = of(screen);

	(void)app;
	if (key == UI_LEFT && m->cell > 0)
		m->cell--;
	return key == UI_LEFT;
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct matrix *m = of(screen);

	switch (command) {
	case CMD_OPEN:
		open_cell(m, app);
		return true;
	case CMD_RIGHT:
		if (m->cell + 1 < CELL_COUNT)
			m->cell++;
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
	{ CMD_RIGHT, N_("cell") },
	{ CMD_DIAGNOSIS, NULL },
	{ CMD_NEXT_FIELD, N_("tree") },
	{ CMD_BACK, NULL },
	{ CMD_MATRIX, "" },
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
	.key = key,
	.rows = list,
	.close = close_screen,
};

struct screen *
matrix_screen_new(struct app *app)
{
	struct matrix *m = mem_alloc(sizeof(*m));

	(void)app;
	m->screen.ops = &matrix_ops;
	m->cell = CELL_RCPT;
	return &m->screen;
}
