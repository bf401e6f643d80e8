#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/i18n.h"
#include "net/mem.h"
#include "ui/cases.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* What happened?  The first view; nothing is asked before it. */

struct start {
	struct screen screen;
	struct rows rows;
	size_t cases;
	unsigned seen; /* changes of the cases when they were counted */
	char kept[48]; /* "3 here, last 14:02" */
};

static struct start *
of(struct screen *screen)
{
	return container_of(screen, struct start, screen);
}

#define ROW_LOG STORY_COUNT /* behind the stories */

static const char log_about[] = N_(
    "The log of a mail server (Postfix, Exim, Sendmail, OpenSMTPD, Exchange; "
    "plain or gzip) is searched for refusals. They are grouped, the newest "
    "first, and one of them becomes the case. It is read on this machine "
    "only.");

static void
add(struct start *s, uint64_t id, const char *title, const char *hint,
    int width)
{
	size_t n = s->rows.count + 1;
	char column[160];

	if (width < 76)
		rows_add(&s->rows, id, 2, STYLE_TEXT, "%zu  %s", n, title);
	else
		rows_add(&s->rows, id, 2, STYLE_TEXT, "%zu  %s  %s", n,
		    paint_column(title, 43, column, sizeof(column)), hint);
}

/* The newest by its time if it is of today, else by its day. */
static void
count_cases(struct start *s)
{
	struct case_file *files;
	struct tm today, last;
	time_t now = time(NULL);
	char when[16];

	s->seen = cases_changes();
	s->cases = cases_list(&files);
	if (s->cases > 0) {
		localtime_r(&now, &today);
		localtime_r(&files[0].changed, &last);
		strftime(when, sizeof(when),
		    today.tm_yday == last.tm_yday &&
			    today.tm_year == last.tm_year ?
			"%H:%M" :
			"%Y-%m-%d",
		    &last);
		snprintf(s->kept, sizeof(s->kept), _("%zu here, last %s"),
		    s->cases, when);
	}
	free(files);
}

static void
build(struct start *s, int width)
{
	int i;

	rows_begin(&s->rows);
	s->rows.plain = true;
	for (i = STORY_BOUNCE; i < STORY_COUNT; i++) {
		const struct story_text *text = story_text((enum story)i);

		if (i == STORY_CASES && s->cases == 0)
			continue;
		add(s, (uint64_t)i, _(text->title),
		    i == STORY_CASES ? s->kept : _(text->hint), width);
	}
	add(s, ROW_LOG, _("Choose from a mail log"),
	    _("of this or another server"), width);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct start *s = of(screen);
	const struct row *row;
	struct pane list;
	int at, about = body->rows >= 17 ? 6 : 0;

	at = paint_wrap(body, 0, 1, body->cols - 2, 2, STYLE_HEAD,
	    _("Mail is refused with \"relaying denied\" or something like it. "
	    "Which is nearest?"));
	at += body->rows >= 17;
	if (s->seen != cases_changes())
		count_cases(s);
	build(s, body->cols);
	list = pane_inside(body, at, 0, body->rows - at - about, body->cols);
	rows_draw(&s->rows, &list);
	app_status(app, "Nothing is sent before you have seen a plan and "
			"agreed to it.");
	row = rows_selected(&s->rows);
	if (about == 0 || row == NULL)
		return;
	at = body->rows - about;
	if (at > (int)s->rows.count + 3)
		at = (int)s->rows.count + 3;
	{
		char label[32];

		snprintf(label, sizeof(label), _("About %zu"), s->rows.at + 1);
		paint_rule(body, at, label);
	}
	paint_wrap(body, at + 1, 1, body->cols - 2, 6, STYLE_TEXT,
	    _(row->id == ROW_LOG ? log_about :
				  story_text((enum story)row->id)->about));
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	const struct row *row = rows_selected(&of(screen)->rows);

	if ((command != CMD_OPEN && command != CMD_RIGHT) || row == NULL)
		return false;
	if (row->id == STORY_CASES) {
		app_push(app, cases_screen_new(app));
		return true;
	}
	if (row->id == ROW_LOG) {
		app_push(app, prompt_screen_new(app, PROMPT_LOG));
		return true;
	}
	app->desk->form.story = (enum story)row->id;
	app_push(app, row->id == STORY_BOUNCE ? bounce_screen_new(app) :
						questions_screen_new(app));
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
	{ CMD_RIGHT, "" },
	{ CMD_HELP, NULL },
	{ CMD_QUIT, NULL },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "bounce", "relay", "MX", "smart host",
	"envelope", NULL };

const struct screen_ops start_ops = {
	.name = N_("What happened?"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
start_screen_new(struct app *app)
{
	struct start *s = mem_alloc(sizeof(*s));
	(void)app;
	s->screen.ops = &start_ops;
	count_cases(s);
	rows_select(&s->rows, STORY_BOUNCE);
	s->rows.selected = STORY_BOUNCE;
	return &s->screen;
}
