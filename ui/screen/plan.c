#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan.h"
#include "core/report/report.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/frame.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* What will be sent to whom, and the agreement to it. */

#define ROW_START 1000
#define ROW_LINES 1001
#define ID(experiment) ((uint64_t)(experiment) + 1)

struct plan_screen {
	struct screen screen;
	struct rows rows;
	enum experiment_id asked; /* about to be switched on, after asking */
	bool shown;
	bool live; /* of a session that runs or ran: what is switched on runs */
	bool agreed[EXP_COUNT]; /* was asked about, where that is needed */
};

static struct plan_screen *
of(struct screen *screen)
{
	return container_of(screen, struct plan_screen, screen);
}

static const char *
grade_words(enum grade grade)
{
	return grade == GRADE_DISCLOSES	 ? _("! asks again") :
	    grade == GRADE_CREDENTIALS ? _("login") :
	    grade == GRADE_COMMANDS    ? _("! shows them") :
					 "";
}

static void
build(struct plan_screen *p, const struct session *s, int width)
{
	int i;

	rows_begin(&p->rows);
	p->rows.plain = width >= COMPACT_COLS;
	if (!p->live)
		rows_add(&p->rows, ROW_START, 2, STYLE_HEAD, _("< Start >"));
	rows_add(&p->rows, ROW_LINES, 2, STYLE_TEXT,
	    _("< Show every line that will be sent >"));
	rows_add(&p->rows, 0, 0, STYLE_TEXT, "%s", "");
	for (i = 0; i < EXP_COUNT; i++) {
		const struct plan_row *row = &s->plan.rows[i];
		struct row *r;

		if (!row->possible)
			continue;
		r = rows_add(&p->rows, ID(i), 2, STYLE_TEXT, "%s %s",
		    row->on ? "[x]" : "[ ]",
		    experiment_title((enum experiment_id)i));
		snprintf(r->detail, sizeof(r->detail), "%s",
		    grade_words(experiment_grade((enum experiment_id)i)));
	}
	for (i = 0; i < EXP_COUNT; i++)
		if (!s->plan.rows[i].possible)
			rows_add(&p->rows, ID(i), 2, STYLE_QUIET,
			    "[-] %s: %s",
			    experiment_title((enum experiment_id)i),
			    s->plan.rows[i].detail);
}

static int
introduce(const struct plan_screen *p, const struct app *app,
    const struct pane *body)
{
	const struct session *s = app->desk->session;
	char text[700];

	if (p->live)
		return paint_wrap(body, 0, 1, body->cols - 2, 4, STYLE_TEXT,
		    _("This was agreed to. Whatever was left out can be "
		    "switched on here; it runs at once, in this session, and "
		    "the ranking of the causes follows."));

	snprintf(text, sizeof(text), app->desk->session_loaded ?
	    _("This is what was asked then and will be asked again, as "
	      "\"EHLO %s\", from <%s>.\n%s") :
	    _("This is what will be asked, as \"EHLO %s\", from <%s>.\n%s"),
	    s->helo[0] != '\0' ? s->helo : _("[this machine's address]"),
	    s->input.sender.mailbox,
	    plan_on(&s->plan, EXP_SEND) ?
		_("One real test message is sent; nothing else goes past RCPT "
		  "TO.") :
		_("Nothing goes past RCPT TO. No message is delivered."));
	return paint_wrap(body, 0, 1, body->cols - 2, 4, STYLE_TEXT, text);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct plan_screen *p = of(screen);
	const struct session *s = app->desk->session;
	const struct row *row;
	struct pane list;
	int at;

	if (s == NULL)
		return;
	at = introduce(p, app, body) + (body->rows > 16);
	build(p, s, body->cols);
	if (!p->shown)
		p->rows.selected = p->live ? ROW_LINES : ROW_START;
	p->shown = true;
	list = pane_inside(body, at, 0, body->rows - at, body->cols);
	rows_draw(&p->rows, &list);
	row = rows_selected(&p->rows);
	if (row != NULL && row->id < ROW_START)
		app_status(app, "It tells %s.",
		    experiment_why((enum experiment_id)(row->id - 1)));
	else
		app_status(app, "Takes 5 to 90 s; a slow greeting can add up "
				"to 5 min (you may skip it).");
}

static void
switched(struct app *app, size_t choice)
{
	struct screen *screen = app_find(app, &plan_ops);

	if (screen == NULL || choice != 0)
		return;
	plan_switch(&app->desk->session->plan, of(screen)->asked, true);
	of(screen)->agreed[of(screen)->asked] = true;
}

static void
toggle(struct plan_screen *p, struct app *app, enum experiment_id id)
{
	static const char *const choices[] = { N_("Switch it on"),
		N_("Leave it off"), NULL };
	struct plan *plan = &app->desk->session->plan;
	char text[EXPERIMENT_WARNING_MAX];

	if (!plan->rows[id].possible) {
		app_say(app, "Not possible here: %s.", plan->rows[id].detail);
		return;
	}
	if (p->live) {
		if (plan_on(plan, id))
			app_say(app, "That is on and has been asked, or will "
				     "be.");
		else
			experiment_run(app, id);
		return;
	}
	if (plan_on(plan, id) || !experiment_asks(id)) {
		plan_switch(plan, id, !plan_on(plan, id));
		return;
	}
	p->asked = id;
	experiment_warning(app->desk->session, id, text, sizeof(text));
	app_push(app, ask_screen_new(_("Are you sure?"), text, choices,
	    switched));
}

static void start(struct plan_screen *p, struct app *app);

static void
agreed_before(struct app *app, size_t choice)
{
	struct screen *screen = app_find(app, &plan_ops);
	struct plan_screen *p;

	if (screen == NULL)
		return;
	p = of(screen);
	if (choice == 0)
		p->agreed[p->asked] = true;
	else
		plan_switch(&app->desk->session->plan, p->asked, false);
	start(p, app);
}

/*
 * What a kept case has switched on somebody agreed to then, perhaps
 * somebody else: it is asked about like any other.
 */
static bool
ask_before(struct plan_screen *p, struct app *app)
{
	static const char *const choices[] = { N_("Ask it again"),
		N_("Leave it out"), NULL };
	const struct session *s = app->desk->session;
	char text[EXPERIMENT_WARNING_MAX];
	int i;

	for (i = 0; i < EXP_COUNT; i++)
		if (plan_on(&s->plan, (enum experiment_id)i) &&
		    experiment_asks((enum experiment_id)i) && !p->agreed[i])
			break;
	if (i == EXP_COUNT)
		return false;
	p->asked = (enum experiment_id)i;
	experiment_warning(s, p->asked, text, sizeof(text));
	app_push(app, ask_screen_new(_("Are you sure?"), text, choices,
	    agreed_before));
	return true;
}

static void
start(struct plan_screen *p, struct app *app)
{
	struct desk *desk = app->desk;

	if (ask_before(p, app))
		return;
	if (desk_running(desk)) {
		app_push(app, board_screen_new(app));
	} else if (desk->session_loaded || desk->session->probe_count > 0) {
		desk_again(desk);
		app_pop(app);
		app_push(app, compare_screen_new(app));
	} else {
		desk_start(desk);
		app_push(app, board_screen_new(app));
	}
}

static void
every_line(struct app *app)
{
	const struct session *s = app->desk->session;
	struct buf text;

	buf_init(&text, 1024 * 1024);
	plan_text(&s->plan, &s->input, &app->desk->settings, &text);
	app_push(app, text_screen_new(_("Every line"), buf_str(&text)));
	buf_clear(&text);
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct plan_screen *p = of(screen);
	const struct row *row = rows_selected(&p->rows);

	if (row == NULL)
		return false;
	switch (command) {
	case CMD_START:
		if (!p->live)
			start(p, app);
		return true;
	case CMD_VANTAGE:
		vantage_show(app);
		return true;
	case CMD_COMMANDS:
		commands_show(app);
		return true;
	case CMD_LINES:
		every_line(app);
		return true;
	case CMD_OPEN:
	case CMD_TOGGLE:
		if (row->id == ROW_START)
			start(p, app);
		else if (row->id == ROW_LINES)
			every_line(app);
		else
			toggle(p, app, (enum experiment_id)(row->id - 1));
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
	{ CMD_OPEN, N_("choose") },
	{ CMD_TOGGLE, N_("on/off") },
	{ CMD_START, NULL },
	{ CMD_LINES, NULL },
	{ CMD_COMMANDS, NULL },
	{ CMD_BACK, NULL },
	{ CMD_VANTAGE, NULL },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "RCPT TO", "STARTTLS", "postmaster",
	"control domain", "blocklist", "SPF", NULL };

const struct screen_ops plan_ops = {
	.name = N_("Plan"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
plan_screen_new(struct app *app)
{
	struct plan_screen *p;
	struct err err = { 0 };
	int i;

	if (!desk_prepare(app->desk, &err)) {
		app_complain(app, "%s", err.text);
		return NULL;
	}
	p = mem_alloc(sizeof(*p));
	p->screen.ops = &plan_ops;
	for (i = 0; i < EXP_COUNT; i++) /* by the command line */
		p->agreed[i] = plan_on(&app->desk->session->plan,
		    (enum experiment_id)i);
	return &p->screen;
}

struct screen *
plan_screen_again(struct app *app)
{
	struct plan_screen *p = mem_alloc(sizeof(*p));

	(void)app;
	p->screen.ops = &plan_ops;
	return &p->screen;
}

struct screen *
plan_screen_live(struct app *app)
{
	struct plan_screen *p = mem_alloc(sizeof(*p));

	(void)app;
	p->screen.ops = &plan_ops;
	p->live = true;
	return &p->screen;
}
