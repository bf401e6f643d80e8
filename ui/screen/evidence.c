#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"
#include "core/report/report.h"
#include "core/report/view.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * For and against a cause, what was not looked at, and why it is none of
 * the others; or what else is worth knowing.  Every line leads to where it
 * stands in a transcript or a DNS answer.
 */

#define ID_ITEM 1
#define ID_RULED 1000
#define ID_EXPERIMENT 2000
#define ID_ELSEWHERE 2999
#define ID_FINDING 3000

struct evidence_screen {
	struct screen screen;
	struct rows rows;
	enum cause_id cause;
	bool findings;
};

static struct evidence_screen *
of(struct screen *screen)
{
	return container_of(screen, struct evidence_screen, screen);
}

/* The ranking may change while the view is open. */
static const struct cause *
cause_of(const struct evidence_screen *v, const struct session *s)
{
	size_t i;

	for (i = 0; i < s->diagnosis.cause_count; i++)
		if (s->diagnosis.causes[i].id == v->cause)
			return &s->diagnosis.causes[i];
	return NULL;
}

static void
add_line(struct evidence_screen *v, uint64_t id, const char *sign,
    const char *text, const struct ref *at, int width)
{
	char where[48];
	struct row *row;
	size_t skip, n = wrap_line(text, width - 22, &skip);

	row = rows_add(&v->rows, id, 1, STYLE_TEXT, "%s %.*s", sign, (int)n,
	    text);
	snprintf(row->detail, sizeof(row->detail), "%s",
	    view_ref(at, where, sizeof(where)));
	if (text[n] != '\0')
		rows_wrap(&v->rows, 3, width - 20, STYLE_TEXT,
		    text + n + skip);
}

static void
add_side(struct evidence_screen *v, const struct cause *cause, bool supports,
    int width)
{
	size_t i, n = 0;

	rows_add(&v->rows, 0, 0, STYLE_HEAD, " %s",
	    supports ? _("speaks for it") : _("speaks against it"));
	for (i = 0; i < cause->item_count; i++) {
		const struct item *item = &cause->items[i];

		if (item->supports != supports)
			continue;
		add_line(v, ID_ITEM + i, supports ? "+" : "-", item->text,
		    &item->at, width);
		n++;
	}
	if (n == 0)
		rows_add(&v->rows, 0, 4, STYLE_QUIET, _("nothing"));
}

static void
add_not_asked(struct evidence_screen *v, const struct session *s)
{
	bool any = false;
	struct row *row;
	int i;

	for (i = 0; i < EXP_COUNT; i++) {
		if (!s->plan.rows[i].possible || s->plan.rows[i].on)
			continue;
		if (!any)
			rows_add(&v->rows, 0, 0, STYLE_HEAD,
			    " %s", _("not looked at"));
		any = true;
		row = rows_add(&v->rows, ID_EXPERIMENT + (uint64_t)i, 1,
		    STYLE_TEXT, "? %s",
		    experiment_title((enum experiment_id)i));
		snprintf(row->detail, sizeof(row->detail), _("Space: run it%s"),
		    experiment_asks((enum experiment_id)i) ? " !" : "");
	}
}

static void
build_cause(struct evidence_screen *v, const struct session *s, int width)
{
	const struct cause *cause = cause_of(v, s);
	size_t i;

	if (cause == NULL) {
		rows_wrap(&v->rows, 1, width, STYLE_TEXT,
		    _("By what is known now this cause is out of the "
		      "question."));
	} else {
		add_side(v, cause, true, width);
		add_side(v, cause, false, width);
	}
	add_not_asked(v, s);
	rows_add(&v->rows, ID_ELSEWHERE, 1, STYLE_TEXT,
	    _("? the same from another network"));
	snprintf(v->rows.v[v->rows.count - 1].detail, ROW_DETAIL,
	    _("V: commands for it"));
	if (s->diagnosis.ruled_out_count > 0) {
		rows_add(&v->rows, 0, 0, STYLE_TEXT, "%s", "");
		rows_add(&v->rows, 0, 0, STYLE_HEAD, " %s",
		    _("why not the others"));
	}
	for (i = 0; i < s->diagnosis.ruled_out_count; i++) {
		const struct ruled_out *r = &s->diagnosis.ruled_out[i];
		char text[320];

		snprintf(text, sizeof(text), "%-22s %s", cause_name(r->id),
		    r->why);
		add_line(v, ID_RULED + i, " ", text, &r->at, width);
	}
}

static void
build_findings(struct evidence_screen *v, const struct session *s, int width)
{
	const struct diagnosis *d = &s->diagnosis;
	size_t i;

	for (i = 0; i < d->finding_count; i++) {
		const struct finding *f = &d->findings[i];
		char text[640];

		snprintf(text, sizeof(text), "%s: %s", f->subject, f->text);
		add_line(v, ID_FINDING + i,
		    f->severity == SEVERITY_ERROR	? "!!" :
			f->severity == SEVERITY_WARNING ? "! " :
							  "  ",
		    text, &f->at, width);
	}
	if (d->finding_count == 0)
		rows_add(&v->rows, 0, 1, STYLE_QUIET, _("nothing so far"));
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct evidence_screen *v = of(screen);
	const struct session *s = app->desk->session;
	const struct cause *cause;
	char sum[24];
	struct pane list;
	int at = 0;

	if (s == NULL)
		return;
	rows_begin(&v->rows);
	v->rows.plain = true;
	if (v->findings) {
		build_findings(v, s, body->cols - 1);
		app_status(app, "Worth knowing; not the reason of the "
				"refusal.");
	} else {
		build_cause(v, s, body->cols - 1);
		cause = cause_of(v, s);
		snprintf(sum, sizeof(sum), "%d %%",
		    cause != NULL ? cause->confidence : 0);
		paint_cell(body, 0, 1, body->cols - 8, STYLE_HEAD,
		    cause_title(v->cause));
		paint_right(body, 0, body->cols - 1, STYLE_HEAD, sum);
		at = 2;
		app_status(app, "%s. Enter goes to the line behind a "
				"statement.", cause_name(v->cause));
	}
	list = pane_inside(body, at, 0, body->rows - at, body->cols);
	rows_draw(&v->rows, &list);
}

static bool
go_to(struct app *app, const struct ref *at)
{
	if (at->probe == 0) {
		app_say(app, "This rests on the case itself, not on a line.");
		return true;
	}
	app_push(app, transcript_screen_new(app, at->probe, at->line));
	return true;
}

static bool
open_row(struct evidence_screen *v, struct app *app, uint64_t id)
{
	const struct session *s = app->desk->session;
	const struct cause *cause = v->findings ? NULL : cause_of(v, s);
	const struct diagnosis *d = &s->diagnosis;

	if (id >= ID_FINDING && id - ID_FINDING < d->finding_count)
		return go_to(app, &d->findings[id - ID_FINDING].at);
	if (id == ID_ELSEWHERE) {
		vantage_show(app);
		return true;
	}
	if (id >= ID_EXPERIMENT && id < ID_ELSEWHERE) {
		app_say(app, "It was not asked: %s. Space switches it on.",
		    experiment_why((enum experiment_id)(id - ID_EXPERIMENT)));
		return true;
	}
	if (id >= ID_RULED && id - ID_RULED < d->ruled_out_count)
		return go_to(app, &d->ruled_out[id - ID_RULED].at);
	if (cause != NULL && id >= ID_ITEM && id - ID_ITEM < cause->item_count)
		return go_to(app, &cause->items[id - ID_ITEM].at);
	return false;
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct evidence_screen *v = of(screen);
	const struct row *row = rows_selected(&v->rows);
	struct buf text;

	if (command == CMD_COMMANDS) {
		buf_init(&text, REPORT_MAX);
		report_commands(app->desk->session, &text);
		app_push(app, text_screen_new(_("Commands"), buf_str(&text)));
		buf_clear(&text);
		return true;
	}
	if (command == CMD_VANTAGE) {
		vantage_show(app);
		return true;
	}
	if (row == NULL)
		return false;
	if (command == CMD_OPEN || command == CMD_RIGHT)
		return open_row(v, app, row->id);
	if (command == CMD_TOGGLE && row->id >= ID_EXPERIMENT &&
	    row->id < ID_ELSEWHERE) {
		experiment_run(app,
		    (enum experiment_id)(row->id - ID_EXPERIMENT));
		return true;
	}
	return false;
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
	{ CMD_OPEN, N_("go to the line") },
	{ CMD_TOGGLE, N_("run it") },
	{ CMD_COMMANDS, NULL },
	{ CMD_VANTAGE, NULL },
	{ CMD_BACK, NULL },
	{ CMD_EXPORT, "" },
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "control domain", "postmaster",
	"null sender", "TTL", "enhanced status code", NULL };

const struct screen_ops evidence_ops = {
	.name = N_("Evidence"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

const struct screen_ops findings_ops = {
	.name = N_("Findings"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
evidence_screen_new(struct app *app, size_t cause)
{
	struct evidence_screen *v = mem_alloc(sizeof(*v));

	v->screen.ops = &evidence_ops;
	v->cause = app->desk->session->diagnosis.causes[cause].id;
	return &v->screen;
}

struct screen *
findings_screen_new(struct app *app)
{
	struct evidence_screen *v = mem_alloc(sizeof(*v));

	(void)app;
	v->screen.ops = &findings_ops;
	v->findings = true;
	return &v->screen;
}
