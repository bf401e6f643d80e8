#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/frame.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* A bounce tells of several recipients: one of them becomes the case. */

struct entries {
	struct screen screen;
	struct rows rows;
};

static struct entries *
of(struct screen *screen)
{
	return container_of(screen, struct entries, screen);
}

bool
entry_refused(const struct explain_entry *e)
{
	return e->action != DSN_DELIVERED && e->action != DSN_RELAYED &&
	    e->action != DSN_EXPANDED;
}

size_t
entries_refused(const struct explanation *bounce, size_t *first)
{
	size_t i, n = 0;

	*first = 0;
	for (i = 0; i < bounce->count; i++)
		if (entry_refused(&bounce->entries[i]) && n++ == 0)
			*first = i;
	return n;
}

static void
add(struct entries *x, size_t i, size_t n, const struct explain_entry *e,
    int width)
{
	char reply[EXPLAIN_TEXT + 40];
	size_t at = 0;

	rows_add(&x->rows, i + 1, 2, STYLE_TEXT, "%zu  %s%s%s", n,
	    e->recipient[0] != '\0' ? e->recipient : _("(recipient not told)"),
	    e->server[0] != '\0' ? _("  refused by ") : "", e->server);
	if (e->when[0] != '\0')
		at = (size_t)snprintf(reply, sizeof(reply), "%s  ", e->when);
	if (e->code != 0)
		at += (size_t)snprintf(reply + at, sizeof(reply) - at, "%d ",
		    e->code);
	snprintf(reply + at, sizeof(reply) - at, "%s", e->text);
	rows_wrap(&x->rows, 5, width - 6, STYLE_QUIET, reply);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	const struct explanation *bounce = &app->desk->bounce;
	struct entries *x = of(screen);
	struct pane list;
	size_t i, n = 0;
	int at;

	at = paint_wrap(body, 0, 1, body->cols - 2, 3, STYLE_HEAD,
	    _("Several recipients were refused. Which one is to be looked "
	      "into?"));
	at += body->rows > 14;
	rows_begin(&x->rows);
	x->rows.plain = true;
	for (i = 0; i < bounce->count; i++)
		if (entry_refused(&bounce->entries[i]))
			add(x, i, ++n, &bounce->entries[i], body->cols);
	list = pane_inside(body, at, 0, body->rows - at, body->cols);
	rows_draw(&x->rows, &list);
	app_status(app, "Where the same words came from the same server, one "
			"stands for all.");
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	const struct row *row = rows_selected(&of(screen)->rows);

	if ((command != CMD_OPEN && command != CMD_RIGHT) || row == NULL ||
	    row->id == 0 || row->id > app->desk->bounce.count)
		return false;
	form_take_entry(&app->desk->form,
	    &app->desk->bounce.entries[row->id - 1]);
	app_push(app, questions_screen_new(app));
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
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "bounce", "envelope",
	"enhanced status code", NULL };

const struct screen_ops entries_ops = {
	.name = N_("Which one?"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
entries_screen_new(struct app *app)
{
	struct entries *x = mem_alloc(sizeof(*x));

	(void)app;
	x->screen.ops = &entries_ops;
	return &x->screen;
}
