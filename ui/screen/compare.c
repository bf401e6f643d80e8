#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/compare.h"
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
 * Before and now: what changed comes first, what is the same is folded;
 * then what is still open and what is not yet visible everywhere.
 */

#define ID_ROW 1
#define ID_SAME 1000000
#define ID_OPEN 1000001

struct compare {
	struct screen screen;
	struct rows rows;
	struct comparison comparison;
	const struct session *before, *now; /* that it was made of */
	unsigned version;
	bool unfolded;
};

static struct compare *
of(struct screen *screen)
{
	return container_of(screen, struct compare, screen);
}

static void
refresh(struct compare *c, const struct session *before,
    const struct session *now)
{
	unsigned version = session_version(now);

	if (c->before == before && c->now == now && c->version == version)
		return;
	compare_sessions(before, now, &c->comparison);
	c->before = before;
	c->now = now;
	c->version = version;
}

/* What, before and now side by side; the last two below where it is narrow. */
static void
add_row(struct compare *c, const struct compare_row *r, uint64_t id,
    int width)
{
	const char *before = r->before[0] != '\0' ? r->before : _("not asked");
	const char *now = r->now[0] != '\0' ? r->now : _("not asked");
	enum style style = r->same ? STYLE_TEXT : STYLE_HEAD;
	int half = (width - 6) / 4;
	char columns[3][ROW_TEXT];

	if (width < COMPACT_COLS) {
		rows_add(&c->rows, id, 1, style, "%c %s",
		    r->same ? '=' : '~', r->what);
		if (!r->same)
			rows_add(&c->rows, 0, 4, STYLE_TEXT, _("was  %s"),
			    before);
		rows_add(&c->rows, 0, 4, STYLE_TEXT, "%s  %s",
		    r->same ? _("is") : _("now"), now);
		return;
	}
	rows_add(&c->rows, id, 1, style, "%c %s %s %s", r->same ? '=' : '~',
	    paint_column(r->what, 2 * half - 2, columns[0], ROW_TEXT),
	    paint_column(before, half, columns[1], ROW_TEXT),
	    paint_column(now, half + 2, columns[2], ROW_TEXT));
}

static void
add_rest(struct compare *c, struct app *app, int width)
{
	const struct comparison *k = &c->comparison;
	char text[420];
	size_t i;

	if (k->open_count > 0) {
		rows_add(&c->rows, 0, 0, STYLE_TEXT, "%s", "");
		rows_add(&c->rows, 0, 0, STYLE_HEAD,
		    " %s", _("still open (not the reason)"));
	}
	for (i = 0; i < k->open_count; i++)
		rows_add(&c->rows, ID_OPEN + i, 2, STYLE_TEXT, "%s%s",
		    k->open[i].new ? _("new: ") : "", k->open[i].text);
	if (k->hidden[0] == '\0')
		return;
	rows_add(&c->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_add(&c->rows, 0, 0, STYLE_HEAD, " %s",
	    _("not yet visible everywhere"));
	if (k->wait_s > 0 && desk_wait_left(app->desk) == 0)
		snprintf(text, sizeof(text),
		    _("%s; it forgets that in %ld min %ld s (TTL).   W: wait "
		    "for it and test again"),
		    k->hidden, k->wait_s / 60, k->wait_s % 60);
	else
		snprintf(text, sizeof(text), "%s", k->hidden);
	rows_wrap(&c->rows, 2, width - 1, STYLE_WARN, text);
}

static void
build(struct compare *c, struct app *app, int width)
{
	const struct comparison *k = &c->comparison;
	size_t i, same = k->count - k->changed;

	rows_begin(&c->rows);
	c->rows.plain = true;
	if (k->changed == 0)
		rows_add(&c->rows, 0, 1, STYLE_TEXT, "%s",
		    c->now->running ? _("no difference so far") :
				      _("Nothing has changed."));
	for (i = 0; i < k->count; i++) {
		if (k->rows[i].same && !c->unfolded)
			break;
		add_row(c, &k->rows[i], ID_ROW + i, width);
	}
	if (same > 0)
		rows_add(&c->rows, ID_SAME, 1, STYLE_TEXT,
		    c->unfolded ?
			i18n_plural("= %zu answer is the same (Space: fold)",
			    "= %zu answers are the same (Space: fold)", same) :
			i18n_plural("= %zu answer is the same (Space: show)",
			    "= %zu answers are the same (Space: show)", same),
		    same);
	add_rest(c, app, width);
}

static void
put_verdict(const struct pane *body, int row, const char *when,
    const struct session *s)
{
	char time[40], column[40];

	view_time(s->started, false, time, sizeof(time));
	paint_text(body, row, 1, STYLE_TEXT, "%s %.16s  %s  %s",
	    paint_column(when, 7, column, sizeof(column)), time,
	    s->running ? _("(runs)") : view_verdict(s),
	    s->diagnosis.cause_count > 0 ?
		cause_name(s->diagnosis.causes[0].id) : "");
}

static void
status(struct compare *c, struct app *app)
{
	long left = desk_wait_left(app->desk);
	const struct session *before = c->before, *now = c->now;

	if (left > 0)
		app_status(app, "Waiting for the TTL: %ld:%02ld:%02ld, then "
				"it is tested again. W: give up waiting.",
		    left / 3600, left / 60 % 60, left % 60);
	else if (now->running)
		app_status(app, "It still runs; the rows change as answers "
				"come.");
	else if (before->from_address[0] != '\0' &&
	    now->from_address[0] != '\0' &&
	    strcmp(before->from_address, now->from_address) != 0)
		app_status(app, "Seen from %s now, from %s before: not the "
				"same vantage.",
		    now->from_address, before->from_address);
	else
		app_status(app, "Same plan, same vantage as before. ~ changed, "
				"= the same.");
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct compare *c = of(screen);
	const struct session *now = app->desk->session;
	const struct session *before = app->desk->before;
	struct pane list;
	int at = 2;

	if (now == NULL || before == NULL) {
		paint_wrap(body, 0, 1, body->cols - 2, 4, STYLE_TEXT,
		    _("There is nothing to compare with yet: it was tested "
		      "only once. r tests again, with the same plan."));
		return;
	}
	refresh(c, before, now);
	put_verdict(body, 0, _("before"), before);
	put_verdict(body, 1, _("now"), now);
	if (c->comparison.solved)
		paint_right(body, 1, body->cols - 1, STYLE_OK,
		    _("[ok] SOLVED"));
	if (body->rows > 14)
		at++;
	if (body->cols >= COMPACT_COLS) {
		int half = (body->cols - 6) / 4;

		paint_str(body, at, 3, STYLE_HEAD, _("what"));
		paint_str(body, at, 2 * half + 2, STYLE_HEAD, _("before"));
		paint_str(body, at++, 3 * half + 3, STYLE_HEAD, _("now"));
	}
	build(c, app, body->cols);
	list = pane_inside(body, at, 0, body->rows - at, body->cols);
	rows_draw(&c->rows, &list);
	status(c, app);
}

/* Both conversations, one under the other. */
static void
put_conversation(const struct session *s, int number, const char *when,
    struct buf *out)
{
	const struct probe *p = session_probe(s, number);
	size_t i;

	if (p == NULL) {
		buf_printf(out, _("%s: it was not asked.\n\n"), when);
		return;
	}
	buf_printf(out, "%s: %s\n", when, p->subject);
	for (i = 0; i < p->transcript.count; i++) {
		const struct transcript_line *line = &p->transcript.lines[i];

		buf_printf(out, "%8.3f %s %s%s\n", line->ms / 1000.0,
		    line->dir == LINE_SERVER	 ? "S:" :
			line->dir == LINE_CLIENT ? "C:" :
						   "--",
		    line->text,
		    (int)i + 1 == p->transcript.failure ?
			_("   << FAILED HERE") :
			"");
	}
	buf_putc(out, '\n');
}

static void
show_both(struct app *app, const struct compare_row *r)
{
	struct buf text;

	buf_init(&text, 4 * 1024 * 1024);
	put_conversation(app->desk->session, r->at.probe, _("now"), &text);
	put_conversation(app->desk->before, r->was_at.probe, _("before"),
	    &text);
	app_push(app, text_screen_new(_("Both"), buf_str(&text)));
	buf_clear(&text);
}

static void
open_row(struct compare *c, struct app *app, uint64_t id, bool both)
{
	const struct comparison *k = &c->comparison;
	const struct ref *at = NULL;

	if (id == ID_SAME) {
		c->unfolded = !c->unfolded;
		return;
	}
	if (id >= ID_OPEN && id - ID_OPEN < k->open_count) {
		at = &k->open[id - ID_OPEN].at;
	} else if (id >= ID_ROW && id - ID_ROW < k->count) {
		const struct compare_row *r = &k->rows[id - ID_ROW];

		if (both || r->at.probe == 0) {
			show_both(app, r);
			return;
		}
		at = &r->at;
	}
	if (at != NULL && at->probe != 0)
		app_push(app, transcript_screen_new(app, at->probe, at->line));
}

static void
wait_for_ttl(struct compare *c, struct app *app)
{
	if (desk_wait_left(app->desk) > 0) {
		desk_again_in(app->desk, 0);
		app_say(app, "It is not waited for any longer.");
	} else if (desk_running(app->desk)) {
		app_say(app, "The probes still run.");
	} else if (c->comparison.wait_s > 0) {
		desk_again_in(app->desk, c->comparison.wait_s + 1);
	} else {
		app_say(app, "There is no TTL to be waited for: the name "
			     "servers say what the resolver says.");
	}
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct compare *c = of(screen);
	const struct row *row = rows_selected(&c->rows);

	if (app->desk->before == NULL)
		return false;
	switch (command) {
	case CMD_OPEN:
	case CMD_RIGHT:
	case CMD_BEFORE:
		if (row != NULL)
			open_row(c, app, row->id, command == CMD_BEFORE);
		return true;
	case CMD_TOGGLE:
		c->unfolded = !c->unfolded;
		return true;
	case CMD_WAIT_TTL:
		wait_for_ttl(c, app);
		return true;
	case CMD_DIAGNOSIS:
		app_push(app, diagnosis_screen_new(app));
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
	compare_clear(&of(screen)->comparison);
	rows_clear(&of(screen)->rows);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, N_("transcript") },
	{ CMD_BEFORE, N_("both") },
	{ CMD_WAIT_TTL, NULL },
	{ CMD_DIAGNOSIS, NULL },
	{ CMD_EXPORT, NULL },
	{ CMD_BACK, NULL },
	{ CMD_TOGGLE, N_("show the same") },
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "MX", "TTL",
	"authoritative name server", "RCPT TO", "enhanced status code", NULL };

const struct screen_ops compare_ops = {
	.name = N_("Test again"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
compare_screen_new(struct app *app)
{
	struct compare *c = mem_alloc(sizeof(*c));

	(void)app;
	c->screen.ops = &compare_ops;
	return &c->screen;
}
