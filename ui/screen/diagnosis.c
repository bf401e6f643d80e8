#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fix.h"
#include "core/next.h"
#include "core/report/report.h"
#include "core/report/view.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/frame.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * The causes, best first, and for the selected one who must do what.  A
 * number is shown in the evidence view only; here are words and a bar.
 */

#define BAR 10
#define TEXT_MAX 16384
#define NEXT_PROBES 3
#define ID_NEXT 100 /* experiments, behind the causes */

struct diagnosis_screen {
	struct screen screen;
	struct rows rows;
	size_t product; /* which remedy is shown; 0: the one for the product */
	uint64_t product_of;
};

static struct diagnosis_screen *
of(struct screen *screen)
{
	return container_of(screen, struct diagnosis_screen, screen);
}

static const struct cause *
selected(const struct diagnosis_screen *d, const struct session *s)
{
	const struct row *row = rows_selected(&d->rows);

	if (s == NULL || row == NULL || row->id == 0 ||
	    row->id > s->diagnosis.cause_count)
		return NULL;
	return &s->diagnosis.causes[row->id - 1];
}

static void
add_cause(struct diagnosis_screen *d, const struct session *s, size_t n,
    int width)
{
	const struct cause *cause = &s->diagnosis.causes[n];
	char bar[BAR + 1];
	struct row *row;
	int i;

	for (i = 0; i < BAR; i++)
		bar[i] = cause->confidence >= (i + 1) * 10 - 4 ? '#' : '.';
	bar[BAR] = '\0';
	row = rows_add(&d->rows, n + 1, 1, n == 0 ? STYLE_HEAD : STYLE_TEXT,
	    "%zu %s  %s", n + 1, bar, cause_title(cause->id));
	if (width >= 76)
		snprintf(row->detail, sizeof(row->detail), "%s",
		    cause_name(cause->id));
	if (cause->item_count > 0)
		rows_wrap(&d->rows, 16, width, STYLE_TEXT, cause->summary);
}

/* Remedies: the one for the product seen, then the others in the book. */
static const struct fix *
remedy(const struct diagnosis_screen *d, const struct cause *cause)
{
	if (d->product == 0)
		return fix_find(cause->id, cause->product);
	return fix_nth(cause->id, d->product - 1);
}

static void
write_remedy(const struct diagnosis_screen *d, const struct session *s,
    const struct cause *cause, struct buf *out)
{
	const struct fix *fix = remedy(d, cause);
	const char *meanwhile = fix_meanwhile(cause->id);
	struct view_values values;
	size_t i;

	view_fix_values(s, cause, &values);
	if (fix != NULL) {
		if (fix->product[0] != '\0')
			buf_printf(out, "%s: ", fix->product);
		fix_render(fix->text, &values.values, false, out);
		buf_putc(out, '\n');
		for (i = 0; fix->commands[i] != NULL; i++) {
			buf_puts(out, "    ");
			fix_render(fix->commands[i], &values.values, true,
			    out);
			buf_putc(out, '\n');
		}
	}
	if (meanwhile != NULL) {
		buf_puts(out, _("Until then: "));
		fix_render(meanwhile, &values.values, false, out);
	}
}

static void
draw_remedy(struct diagnosis_screen *d, const struct session *s,
    const struct pane *pane)
{
	const struct cause *cause = selected(d, s);
	struct buf text;
	char head[160];

	if (cause == NULL || pane->rows < 2)
		return;
	snprintf(head, sizeof(head), _("What to do about %zu"),
	    (size_t)(cause - s->diagnosis.causes) + 1);
	paint_text(pane, 0, 1, STYLE_HEAD, "%s", head);
	snprintf(head, sizeof(head), _("who: %s"), who_words(cause->who));
	paint_right(pane, 0, pane->cols - 1, STYLE_HEAD, head);
	buf_init(&text, TEXT_MAX);
	write_remedy(d, s, cause, &text);
	paint_wrap(pane, 1, 3, pane->cols - 5, pane->rows - 1, STYLE_TEXT,
	    buf_str(&text));
	buf_clear(&text);
}

/* Nothing is named: what is known, and the next probes by one key each. */
static void
add_next(struct diagnosis_screen *d, const struct session *s, int width)
{
	enum experiment_id ids[NEXT_PROBES];
	size_t i, n = next_experiments(s, ids, NEXT_PROBES);

	rows_add(&d->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_add(&d->rows, 0, 0, STYLE_HEAD, " %s",
	    n > 0 ? _("Most useful next") :
		    _("Everything that is possible from "
		      "here was asked."));
	for (i = 0; i < n; i++) {
		struct row *row = rows_add(&d->rows, ID_NEXT + ids[i], 1,
		    STYLE_TEXT, "%zu  %s", i + 1, experiment_title(ids[i]));
		char text[200];

		if (experiment_asks(ids[i]))
			snprintf(row->detail, sizeof(row->detail),
			    _("! asks again"));
		snprintf(text, sizeof(text), _("settles %s"),
		    experiment_why(ids[i]));
		rows_wrap(&d->rows, 5, width, STYLE_QUIET, text);
	}
	rows_wrap(&d->rows, 1, width, STYLE_TEXT,
	    _("P: the whole plan   V: the same from another machine   "
	    "z: what is worth knowing"));
}

static void
add_no_cause(struct diagnosis_screen *d, const struct session *s, int width)
{
	char text[700];

	if (s->running) {
		rows_wrap(&d->rows, 1, width, STYLE_TEXT,
		    _("Nothing is known yet; the probes run."));
		return;
	}
	if (s->diagnosis.verdict == VERDICT_ACCEPTED)
		snprintf(text, sizeof(text),
		    _("Nothing has to be mended by what was seen. If mail "
		      "still bounces: a filter may look at its content, which "
		      "was not sent; another sender may be refused; or it is "
		      "sent from another network than this one."));
	else
		snprintf(text, sizeof(text), _("No cause found. What is known: "
					     "%s"),
		    s->diagnosis.headline);
	rows_wrap(&d->rows, 1, width, STYLE_TEXT, text);
	add_next(d, s, width);
}

static int
draw_verdict(const struct session *s, const struct pane *body)
{
	char from[400], text[400];
	size_t i, done = 0;
	int at;

	at = paint_wrap(body, 0, 1, body->cols - 2, 2,
	    s->diagnosis.verdict == VERDICT_ACCEPTED ? STYLE_OK : STYLE_BAD,
	    s->diagnosis.headline);
	for (i = 0; i < s->probe_count; i++)
		done += s->probes[i]->status != PROBE_RUNNING &&
		    s->probes[i]->status != PROBE_WAITING;
	snprintf(from, sizeof(from), s->helo[0] != '\0' ? "%s (%s)" : "%s%s",
	    s->from_address[0] != '\0' ? s->from_address : _("here"), s->helo);
	snprintf(text, sizeof(text), _("seen from %s, %zu of %zu probes"),
	    from, done, s->probe_count);
	paint_cell(body, at, 1, body->cols - 2, STYLE_QUIET, text);
	return at + 1;
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct diagnosis_screen *d = of(screen);
	const struct session *s = app->desk->session;
	const struct cause *cause;
	struct pane list, below;
	int at, height;
	size_t i;

	if (s == NULL)
		return;
	at = draw_verdict(s, body) + (body->rows > 16);
	rows_begin(&d->rows);
	d->rows.plain = true;
	for (i = 0; i < s->diagnosis.cause_count; i++)
		add_cause(d, s, i, body->cols - 2);
	if (s->diagnosis.cause_count == 0)
		add_no_cause(d, s, body->cols - 2);
	height = (int)d->rows.count + 1;
	if (s->diagnosis.cause_count == 0)
		height = body->rows - at;
	else if (height > (body->rows - at) / 2)
		height = (body->rows - at) / 2;
	list = pane_inside(body, at, 0, height, body->cols);
	if (d->rows.selected == 0 && s->diagnosis.cause_count > 0)
		d->rows.selected = 1;
	rows_draw(&d->rows, &list);
	cause = selected(d, s);
	if (cause != NULL && d->product_of != d->rows.selected) {
		d->product_of = d->rows.selected;
		d->product = 0;
	}
	below = pane_inside(body, at + height, 0, body->rows - at - height,
	    body->cols);
	draw_remedy(d, s, &below);
	if (cause != NULL)
		app_status(app, s->running ?
			/* TRANSLATORS: how sure, of which number: "likely" */
			_("Sure about %d: %s. The probes still run.") :
			_("Sure about %d: %s."),
		    (int)(cause - s->diagnosis.causes) + 1,
		    confidence_words(cause->confidence));
	else
		app_status(app, "%s", s->diagnosis.headline);
}

static void
next_product(struct diagnosis_screen *d, const struct cause *cause)
{
	d->product++;
	if (fix_nth(cause->id, d->product - 1) == NULL)
		d->product = 0;
}

/* The message to whoever must act, ready to be sent. */
static void
show_message(struct app *app)
{
	struct buf text;

	buf_init(&text, REPORT_MAX);
	report_message(app->desk->session, &text);
	app_push(app, text_screen_new(_("Message"), buf_str(&text)));
	buf_clear(&text);
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct diagnosis_screen *d = of(screen);
	const struct cause *cause = selected(d, app->desk->session);
	const struct row *row = rows_selected(&d->rows);

	switch (command) {
	case CMD_MESSAGE:
		show_message(app);
		return true;
	case CMD_FINDINGS:
		app_push(app, findings_screen_new(app));
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
	default:
		break;
	}
	if (command == CMD_OPEN && row != NULL && row->id >= ID_NEXT) {
		experiment_run(app, (enum experiment_id)(row->id - ID_NEXT));
		return true;
	}
	if (cause == NULL)
		return false;
	switch (command) {
	case CMD_OPEN:
	case CMD_RIGHT:
	case CMD_EVIDENCE:
		app_push(app,
		    evidence_screen_new(app,
			(size_t)(cause -
			    app->desk->session->diagnosis.causes)));
		return true;
	case CMD_FIX:
		next_product(d, cause);
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
	{ CMD_OPEN, N_("evidence") },
	{ CMD_MESSAGE, NULL },
	{ CMD_FIX, N_("fix for the next product") },
	{ CMD_AGAIN, N_("again") },
	{ CMD_EXPORT, NULL },
	{ CMD_BACK, NULL },
	{ CMD_FINDINGS, N_("findings") },
	{ CMD_PLAN, "" },
	{ CMD_COMMANDS, "" },
	{ CMD_VANTAGE, "" },
	{ CMD_RIGHT, "" },
	{ CMD_EVIDENCE, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "MX", "relay", "smart host", "AUTH",
	"STARTTLS", "SPF", "greylisting", "blocklist", NULL };

const struct screen_ops diagnosis_ops = {
	.name = N_("Diagnosis"),
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

	if (desk_running(app->desk))
		session_update(app->desk->session);
	d->screen.ops = &diagnosis_ops;
	return &d->screen;
}
