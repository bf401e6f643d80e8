#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/log_scan.h"
#include "net/i18n.h"
#include "net/loop.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * The refusals of a mail log, in groups, the newest first.  The file is
 * read in small portions between two turns of the loop, so that keys are
 * served whatever its size.
 */

#define PORTION (256 * 1024) /* bytes a turn: a few ms */

struct log {
	struct screen screen;
	struct rows rows;
	struct app *app;
	struct log_scan *scan;
	struct timer next; /* the next portion */
	bool ended, stopped;
	const struct log_group *groups[LOG_GROUPS_MAX];
	size_t count;
};

static struct log *
of(struct screen *screen)
{
	return container_of(screen, struct log, screen);
}

static void
read_on(struct timer *timer)
{
	struct log *l = container_of(timer, struct log, next);

	l->ended = !log_scan_step(l->scan, PORTION);
	l->app->dirty = true;
	if (!l->ended)
		timer_start(&l->next, l->app->loop, 0, read_on);
}

static const char *
or_dash(const char *text)
{
	return text[0] != '\0' ? text : "-";
}

static void
add_group(struct log *l, size_t i, int width)
{
	const struct log_group *g = l->groups[i];
	const struct explain_entry *e = &g->latest;
	char reply[EXPLAIN_TEXT + 16] = "";

	rows_add(&l->rows, g->serial, 1, STYLE_TEXT, "%5lux %.40s -> %.60s  %s",
	    g->count, or_dash(g->client[0] != '\0' ? g->client :
			    g->sender_domain),
	    or_dash(g->recipient_domain),
	    g->cause != CAUSE_COUNT ? cause_title(g->cause) : "");
	if (e->code != 0)
		snprintf(reply, sizeof(reply), "%d ", e->code);
	snprintf(reply + strlen(reply), sizeof(reply) - strlen(reply), "%s",
	    e->text);
	rows_add(&l->rows, 0, 9, STYLE_QUIET, "%s  %.*s", e->when, width,
	    reply);
}

static void
progress(struct log *l, const struct pane *body)
{
	double part = log_scan_progress(l->scan);
	int i, bar = body->cols >= 72 ? 24 : 10;
	char text[32];

	for (i = 0; i < bar; i++)
		text[i] = l->ended || (part >= 0 && i < part * bar) ? '#' :
								     '.';
	text[bar] = '\0';
	paint_text(body, 0, 1, STYLE_TEXT,
	    _("[%s]  %llu lines  %llu refusals  %zu groups%s"), text,
	    log_scan_lines(l->scan), log_scan_refusals(l->scan), l->count,
	    l->stopped ? _("  stopped") : "");
}

static void
put_status(struct log *l, struct app *app)
{
	struct err err = { 0 };

	if (!l->ended)
		app_status(app, "Reading; Enter opens what is there already, "
				"X stops.");
	else if (log_scan_failed(l->scan, &err))
		app_status(app, "%s", err.text);
	else if (log_scan_dropped(l->scan) > 0)
		app_status(app, "%llu older refusals are not shown.",
		    log_scan_dropped(l->scan));
	else
		app_status(app, "Read whole, on this machine only. Enter fills "
				"a case in from the newest of the group.");
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct log *l = of(screen);
	struct pane list;
	size_t i;

	l->count = log_scan_groups(l->scan, l->groups);
	progress(l, body);
	rows_begin(&l->rows);
	l->rows.plain = true;
	for (i = 0; i < l->count; i++)
		add_group(l, i, body->cols);
	if (l->count == 0)
		rows_wrap(&l->rows, 1, body->cols - 2, STYLE_TEXT,
		    !l->ended ? _("No refusal so far.") :
			log_scan_known(l->scan) > 0 ?
			_("This log tells of no refusal.") :
			_("Nothing in it looks like a mail log. Understood are "
			"those of Postfix, Exim, Sendmail and OpenSMTPD "
			"(syslog, files or the journal) and the message "
			"tracking log of Exchange, plain or gzip."));
	list = pane_inside(body, 1, 0, body->rows - 1, body->cols);
	rows_draw(&l->rows, &list);
	put_status(l, app);
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct log *l = of(screen);
	const struct row *row = rows_selected(&l->rows);
	size_t i;

	if (command == CMD_STOP) {
		timer_stop(&l->next);
		l->stopped = !l->ended;
		l->ended = true;
		return true;
	}
	if ((command != CMD_OPEN && command != CMD_RIGHT) || row == NULL)
		return false;
	/* It may have been read on since they were drawn. */
	l->count = log_scan_groups(l->scan, l->groups);
	for (i = 0; i < l->count && l->groups[i]->serial != row->id; i++)
		;
	if (i == l->count) {
		app_say(app, "That one has just got newer lines; once more.");
		return true;
	}
	app->desk->form.story = STORY_BOUNCE;
	form_take_entry(&app->desk->form, &l->groups[i]->latest);
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
	timer_stop(&of(screen)->next);
	log_scan_free(of(screen)->scan);
	rows_clear(&of(screen)->rows);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, N_("make a case of it") },
	{ CMD_STOP, N_("stop reading") },
	{ CMD_BACK, NULL },
	{ CMD_RIGHT, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "relay", "envelope", "bounce",
	"enhanced status code", NULL };

const struct screen_ops log_ops = {
	.name = N_("Mail log"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
log_screen_new(struct app *app, const char *path)
{
	struct err err = { 0 };
	struct log_scan *scan = log_scan_open(path, &err);
	struct log *l;

	if (scan == NULL) {
		app_complain(app, "%s", err.text);
		return NULL;
	}
	l = mem_alloc(sizeof(*l));
	l->screen.ops = &log_ops;
	l->app = app;
	l->scan = scan;
	timer_start(&l->next, app->loop, 0, read_on);
	return &l->screen;
}
