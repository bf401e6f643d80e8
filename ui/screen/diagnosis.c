#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fix.h"
#include "core/report/report.h"
#include "core/report/view.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * Verdict, ranked causes with the reason under each, and for the selected
 * one who must do what, in the words of the product that was seen.
 */

struct diagnosis_screen {
	struct screen screen;
	struct rows rows;
	size_t fix; /* how often `f` was pressed */
	uint64_t fix_of;
};

static struct diagnosis_screen *
of(struct screen *screen)
{
	return container_of(screen, struct diagnosis_screen, screen);
}

static void
bar(int confidence, char out[11])
{
	int i;

	for (i = 0; i < 10; i++)
		out[i] = i * 10 < confidence ? '#' : '.';
	out[10] = '\0';
}

static void
add_causes(struct diagnosis_screen *d, const struct diagnosis *g, int width)
{
	size_t i;

	for (i = 0; i < g->cause_count; i++) {
		const struct cause *c = &g->causes[i];
		char bars[11];
		struct row *row;

		bar(c->confidence, bars);
		row = rows_add(&d->rows, i + 1, 2, STYLE_HEAD, "%zu %s %s",
		    i + 1, bars, cause_title(c->id));
		if (width >= 100)
			snprintf(row->detail, sizeof(row->detail), "%s",
			    cause_name(c->id));
		if (c->item_count > 0)
			rows_wrap(&d->rows, 16, width - 1, STYLE_TEXT,
			    c->items[0].text);
	}
}

static size_t
fix_count(enum cause_id id)
{
	size_t n = 0;

	while (fix_nth(id, n) != NULL)
		n++;
	return n;
}

/* The product that was seen first, then the others by `f`. */
static const struct fix *
chosen_fix(const struct diagnosis_screen *d, const struct cause *c)
{
	size_t n = fix_count(c->id);

	if (d->fix == 0 || n == 0)
		return fix_find(c->id, c->product);
	return fix_nth(c->id, (d->fix - 1) % n);
}

static void
add_fix(struct diagnosis_screen *d, const struct session *s,
    const struct cause *c, int width)
{
	const struct fix *fix = chosen_fix(d, c);
	const char *meanwhile = fix_meanwhile(c->id);
	struct view_values values;
	struct buf text;
	size_t i;

	view_fix_values(s, c, &values);
	buf_init(&text, 65536);
	rows_add(&d->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_add(&d->rows, 0, 0, STYLE_HEAD, "What to do  (by %s%s%s)",
	    who_words(c->who), fix->product[0] != '\0' ? "; " : "",
	    fix->product);
	fix_render(fix->text, &values.values, false, &text);
	rows_wrap(&d->rows, 2, width - 1, STYLE_TEXT, buf_str(&text));
	for (i = 0; i < FIX_COMMANDS && fix->commands[i] != NULL; i++) {
		buf_reset(&text);
		fix_render(fix->commands[i], &values.values, true, &text);
		rows_wrap(&d->rows, 4, width - 1, STYLE_SENT,
		    buf_str(&text));
	}
	if (meanwhile != NULL) {
		buf_reset(&text);
		buf_puts(&text, "Until then: ");
		fix_render(meanwhile, &values.values, false, &text);
		rows_wrap(&d->rows, 2, width - 1, STYLE_TEXT,
		    buf_str(&text));
	}
	buf_clear(&text);
}

static void
add_none(struct diagnosis_screen *d, const struct session *s, int width)
{
	if (s->running)
		rows_wrap(&d->rows, 1, width - 1, STYLE_TEXT,
		    "No cause so far; the probes still run.");
	else if (s->diagnosis.verdict == VERDICT_ACCEPTED)
		rows_wrap(&d->rows, 1, width - 1, STYLE_TEXT,
		    "Accepted at RCPT TO. If mail still bounces: a filter may "
		    "refuse the content, or another sender or network is "
		    "treated otherwise.");
	else
		rows_wrap(&d->rows, 1, width - 1, STYLE_TEXT,
		    "No cause found. r tests again; the transcripts are in "
		    "the view before (Esc).");
}

static const struct cause *
selected(const struct diagnosis_screen *d, const struct session *s)
{
	const struct diagnosis *g = &s->diagnosis;

	if (d->rows.selected >= 1 && d->rows.selected <= g->cause_count)
		return &g->causes[d->rows.selected - 1];
	return g->cause_count > 0 ? &g->causes[0] : NULL;
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct diagnosis_screen *d = of(screen);
	const struct session *s = app->desk->session;
	const struct cause *c;
	struct buf seen;
	struct pane list;
	int at;

	if (s == NULL)
		return;
	at = paint_wrap(body, 0, 1, body->cols - 2, 3, STYLE_HEAD,
	    s->diagnosis.headline[0] != '\0' ? s->diagnosis.headline :
					       "Nothing is known yet.");
	buf_init(&seen, 4096);
	view_vantage(s, &seen);
	at += paint_wrap(body, at, 1, body->cols - 2, 2, STYLE_TEXT,
	    buf_str(&seen));
	buf_clear(&seen);
	at += body->rows > 16;
	c = selected(d, s);
	if (d->fix_of != d->rows.selected) {
		d->fix = 0;
		d->fix_of = d->rows.selected;
	}
	rows_begin(&d->rows);
	d->rows.plain = true;
	add_causes(d, &s->diagnosis, body->cols);
	if (c != NULL)
		add_fix(d, s, c, body->cols);
	else
		add_none(d, s, body->cols);
	list = pane_inside(body, at, 0, body->rows - at, body->cols);
	rows_draw(&d->rows, &list);
	if (c != NULL)
		app_status(app, "Sure about this: %s.",
		    confidence_words(c->confidence));
}

static void
show_message(struct app *app)
{
	struct buf text;

	buf_init(&text, REPORT_MAX);
	report_message(app->desk->session, &text);
	app_push(app, text_screen_new("Message", buf_str(&text)));
	buf_clear(&text);
}

/* For, against, and why not the others. */
static void
show_evidence(struct diagnosis_screen *d, struct app *app)
{
	const struct session *s = app->desk->session;
	const struct cause *c = selected(d, s);
	char at[40];
	struct buf text;
	size_t i;
	int side;

	if (c == NULL)
		return;
	buf_init(&text, 262144);
	buf_printf(&text, "%s   (%s, %.2f)\n\n", c->summary,
	    cause_name(c->id), c->confidence / 100.0);
	for (side = 1; side >= 0; side--) {
		size_t n = 0;

		buf_puts(&text, side ? "speaks for it\n" :
				       "\nspeaks against it\n");
		for (i = 0; i < c->item_count; i++) {
			if (c->items[i].supports != (side == 1))
				continue;
			buf_printf(&text, " %s %s  [%s]\n", side ? "+" : "-",
			    c->items[i].text,
			    view_ref(&c->items[i].at, at, sizeof(at)));
			n++;
		}
		if (n == 0)
			buf_puts(&text, "   nothing\n");
	}
	buf_puts(&text, "\nwhy not the others\n");
	for (i = 0; i < s->diagnosis.ruled_out_count; i++)
		buf_printf(&text, "   %s: %s\n",
		    cause_name(s->diagnosis.ruled_out[i].id),
		    s->diagnosis.ruled_out[i].why);
	app_push(app, text_screen_new("Evidence", buf_str(&text)));
	buf_clear(&text);
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct diagnosis_screen *d = of(screen);

	switch (command) {
	case CMD_OPEN:
	case CMD_RIGHT:
		show_evidence(d, app);
		return true;
	case CMD_MESSAGE:
		show_message(app);
		return true;
	case CMD_FIX:
		d->fix++;
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
	{ CMD_OPEN, "evidence" },
	{ CMD_MESSAGE, NULL },
	{ CMD_FIX, "next product" },
	{ CMD_AGAIN, "again" },
	{ CMD_EXPORT, NULL },
	{ CMD_BACK, NULL },
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "relay", "relaying denied", "MX",
	"backup MX", "envelope", NULL };

const struct screen_ops diagnosis_ops = {
	.name = "Diagnosis",
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
diagnosis_screen_new(struct app *app)
{
	struct diagnosis_screen *d = mem_alloc(sizeof(*d));

	(void)app;
	d->screen.ops = &diagnosis_ops;
	d->rows.selected = 1;
	return &d->screen;
}
