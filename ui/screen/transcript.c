#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/repeat.h"
#include "core/session.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/copy.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"
#include "ui/screen/talk.h"

/* What was said, line by line, with what it means and where it failed. */

struct transcript_screen {
	struct screen screen;
	struct rows rows;
	struct talk_look look;
	int probe;
	bool follow, placed;
};

static struct transcript_screen *
of(struct screen *screen)
{
	return container_of(screen, struct transcript_screen, screen);
}

static const struct probe *
probe_of(const struct transcript_screen *t, const struct app *app)
{
	return session_probe(app->desk->session, t->probe);
}

static void
nothing(const struct probe *p, const struct pane *body)
{
	char text[400];

	if (p->status == PROBE_RUNNING || p->status == PROBE_WAITING)
		snprintf(text, sizeof(text), "%s",
		    _("Nothing has been said yet."));
	else
		snprintf(text, sizeof(text), p->why[0] != '\0' ?
			_("No connection was made. Reason: %s.") :
			_("No connection was made.%s"), p->why);
	paint_wrap(body, 1, 1, body->cols - 2, 4, STYLE_TEXT, text);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct transcript_screen *t = of(screen);
	const struct probe *p = probe_of(t, app);
	const struct row *row;

	if (p == NULL)
		return;
	t->look.width = body->cols;
	if (p->transcript.count == 0) {
		nothing(p, body);
		return;
	}
	talk_build(p, &t->look, &t->rows);
	if (t->follow && p->task.done)
		t->follow = false;
	if (t->follow)
		t->rows.selected = p->transcript.count;
	else if (!t->placed && t->rows.selected == 0)
		t->rows.selected = (uint64_t)(p->transcript.failure > 0 ?
			p->transcript.failure : 1);
	/* What stands under the line says what it means. */
	if (!t->placed && !t->follow)
		t->rows.center = true;
	t->placed = true;
	if (t->follow)
		t->rows.top_id = 0;
	rows_draw(&t->rows, body);
	row = rows_selected(&t->rows);
	app_status(app, t->follow ? _("p%d, line %d of %zu  FOLLOW   %s") :
				    _("p%d, line %d of %zu   %s"), p->number,
	    row != NULL ? (int)row->id : 0, p->transcript.count,
	    p->status == PROBE_RUNNING ? _("running") : p->why);
}

/* The next line that holds the search, or (without one) has a note. */
static void
find(struct transcript_screen *t, struct app *app, bool backwards)
{
	const struct transcript *tr = &probe_of(t, app)->transcript;
	size_t i, n = tr->count, from = (size_t)t->rows.selected;

	for (i = 1; i <= n; i++) {
		size_t at = backwards ? (from - 1 + n - i) % n :
					(from - 1 + i) % n;
		const struct transcript_line *line = &tr->lines[at];
		bool hit = app->last_search[0] == '\0' ?
		    line->annotation != NULL :
		    text_ifind(line->text, app->last_search) != NULL ||
			(line->annotation != NULL &&
			    text_ifind(line->annotation, app->last_search) !=
				NULL);

		if (!hit)
			continue;
		if (backwards ? at + 1 >= from : at + 1 <= from)
			app_say(app, "wrapped around");
		t->rows.selected = at + 1;
		t->rows.top_id = 0;
		t->follow = false;
		return;
	}
	app_say(app, "not found: %s",
	    app->last_search[0] != '\0' ? app->last_search : _("a note"));
}

static void
copy_line(struct transcript_screen *t, struct app *app)
{
	const struct transcript *tr = &probe_of(t, app)->transcript;

	if (t->rows.selected > 0 && t->rows.selected <= tr->count)
		copy_text(app, tr->lines[t->rows.selected - 1].text);
}

/* What the line names, or the whole line where it names nothing. */
static void
open_line(struct transcript_screen *t, struct app *app)
{
	const struct transcript *tr = &probe_of(t, app)->transcript;
	size_t n = (size_t)t->rows.selected;

	if (n == 0 || n > tr->count || !explore(app, tr->lines[n - 1].text))
		t->look.whole = !t->look.whole;
}

/* The whole of it as text, for copying and for a file. */
static void
as_text(struct transcript_screen *t, struct app *app, struct buf *out)
{
	const struct probe *p = probe_of(t, app);
	size_t i;

	buf_printf(out, "%s\n", p->subject);
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
}

static void
show_text(struct transcript_screen *t, struct app *app, bool commands)
{
	struct buf text;

	buf_init(&text, 4 * 1024 * 1024);
	if (commands)
		repeat_probe(app->desk->session, probe_of(t, app), &text);
	else
		as_text(t, app, &text);
	if (text.len == 0)
		app_say(app, "There is no command that does the same.");
	else
		app_push(app, text_screen_new(commands ? _("Commands") :
			_("Text"), buf_str(&text)));
	buf_clear(&text);
}

static bool
moves(enum command_id command)
{
	return command == CMD_UP || command == CMD_PAGE_UP ||
	    command == CMD_FIRST;
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct transcript_screen *t = of(screen);
	const struct probe *p = probe_of(t, app);

	if (p == NULL)
		return false;
	if (moves(command))
		t->follow = false;
	if (command == CMD_LAST)
		t->follow = !p->task.done;
	switch (command) {
	case CMD_FAILURE:
		if (p->transcript.failure > 0)
			t->rows.selected = (uint64_t)p->transcript.failure;
		else
			app_say(app, "Nothing failed in this conversation.");
		t->rows.center = true;
		t->follow = false;
		return true;
	case CMD_NEXT:
	case CMD_PREVIOUS:
		if (p->transcript.count > 0)
			find(t, app, command == CMD_PREVIOUS);
		return true;
	case CMD_SEARCH:
		app_push(app, prompt_screen_new(app, PROMPT_SEARCH));
		return true;
	case CMD_FOLLOW:
		t->follow = !t->follow;
		return true;
	case CMD_NOTES:
		t->look.notes = !t->look.notes;
		return true;
	case CMD_OPEN:
	case CMD_RIGHT:
		open_line(t, app);
		return true;
	case CMD_RAW:
		t->look.whole = !t->look.whole;
		return true;
	case CMD_TIMES:
		t->look.between = !t->look.between;
		return true;
	case CMD_COPY:
		copy_line(t, app);
		return true;
	case CMD_COPY_ALL:
	case CMD_WRITE:
		show_text(t, app, false);
		return true;
	case CMD_COMMANDS:
		show_text(t, app, true);
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
	rows_clear(&of(screen)->rows);
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_FAILURE, NULL },
	{ CMD_NEXT, N_("note") },
	{ CMD_SEARCH, NULL },
	{ CMD_FOLLOW, NULL },
	{ CMD_NOTES, NULL },
	{ CMD_OPEN, N_("open") },
	{ CMD_RAW, N_("whole") },
	{ CMD_COPY, NULL },
	{ CMD_BACK, NULL },
	{ CMD_RIGHT, "" },
	{ CMD_TIMES, "" },
	{ CMD_PREVIOUS, "" },
	{ CMD_COPY_ALL, "" },
	{ CMD_WRITE, "" },
	{ CMD_COMMANDS, "" },
	{ CMD_DIAGNOSIS, "" },
	{ CMD_UP, "" },
	{ CMD_PAGE_UP, "" },
	{ CMD_FIRST, "" },
	{ CMD_LAST, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "banner", "EHLO", "STARTTLS", "envelope",
	"RCPT TO", "enhanced status code", "relay", NULL };

const struct screen_ops transcript_ops = {
	.name = N_("Transcript"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
transcript_screen_new(struct app *app, int probe, int line)
{
	struct transcript_screen *t = mem_alloc(sizeof(*t));
	const struct probe *p = session_probe(app->desk->session, probe);

	t->screen.ops = &transcript_ops;
	if (p != NULL)
		snprintf(t->screen.title, sizeof(t->screen.title), "%.79s",
		    p->subject);
	t->probe = probe;
	t->look.notes = true;
	t->rows.selected = line > 0 ? (uint64_t)line : 0;
	t->follow = line == 0 && p != NULL && desk_running(app->desk) &&
	    !p->task.done;
	return &t->screen;
}
