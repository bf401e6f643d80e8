#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain.h"
#include "core/file.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/edit.h"
#include "ui/screen/screens.h"

/*
 * A bounce or an error text, pasted or read from a file; what is understood
 * of it fills in below while it comes.
 */

struct bounce {
	struct screen screen;
	struct edit line; /* what is typed by hand */
};

static struct bounce *
of(struct screen *screen)
{
	return container_of(screen, struct bounce, screen);
}

static void
read_again(struct app *app)
{
	explain_clear(&app->desk->bounce);
	memset(&app->desk->bounce, 0, sizeof(app->desk->bounce));
	explain_read(&app->desk->bounce, buf_str(&app->desk->bounce_text),
	    app->desk->bounce_text.len);
}

static void
flush_line(struct bounce *b, struct app *app)
{
	if (b->line.len > 0)
		buf_printf(&app->desk->bounce_text, "%s\n", b->line.text);
	edit_set(&b->line, "");
	read_again(app);
}

/* The last lines of the text, as far as they fit, then the typed one. */
static void
draw_text(struct bounce *b, struct app *app, const struct pane *in)
{
	const char *text = buf_str(&app->desk->bounce_text), *at;
	char row[400], before[EDIT_MAX];
	int lines = 0, y;

	for (at = text; *at != '\0'; at++)
		lines += *at == '\n';
	y = lines > in->rows - 1 ? in->rows - 1 - lines : 0;
	for (at = text; *at != '\0'; y++) {
		size_t n = strcspn(at, "\n");

		snprintf(row, sizeof(row), "%.*s", (int)(n < 399 ? n : 399),
		    at);
		paint_cell(in, y, 0, in->cols, STYLE_TEXT, row);
		at += n + (at[n] == '\n');
	}
	if (y > in->rows - 1)
		y = in->rows - 1;
	paint_cell(in, y, 0, in->cols, STYLE_FIELD, b->line.text);
	snprintf(before, sizeof(before), "%.*s", (int)b->line.at,
	    b->line.text);
	paint_cursor(in, y, paint_width(before), true);
}

static void
fact(const struct pane *body, int *y, const char *label, const char *value,
    enum explain_source source)
{
	static const char *const sure[] = { N_("[--] asked"),
		N_("[?"
		   "?] guess"),
		N_("[?"
		   "?] layout"),
		N_("[ok] field") };

	paint_cell(body, *y, 3, 12, STYLE_TEXT, label);
	paint_cell(body, *y, 15, body->cols - 30, STYLE_TEXT,
	    value[0] != '\0' ? value : _("(not in the text)"));
	paint_right(body, (*y)++, body->cols - 2, STYLE_TEXT,
	    _(sure[value[0] != '\0' ? source : SOURCE_NONE]));
}

static void
draw_facts(struct app *app, const struct pane *body, int y)
{
	const struct explanation *x = &app->desk->bounce;
	const struct explain_entry *e;
	char answer[1200] = "", status[16];
	size_t first, refused = entries_refused(x, &first);

	if (refused > 1)
		paint_text(body, y++, 1, STYLE_HEAD,
		    _("Read from it so far: the first of %zu refusals"),
		    refused);
	else
		paint_str(body, y++, 1, STYLE_HEAD, _("Read from it so far"));
	if (x->count == 0) {
		paint_str(body, y, 3, STYLE_TEXT, _("nothing yet"));
		return;
	}
	e = &x->entries[first];
	enhanced_text(&e->enhanced, status);
	if (strncmp(e->text, status, strlen(status)) == 0)
		status[0] = '\0'; /* the words begin with it */
	if (e->code != 0)
		snprintf(answer, sizeof(answer), "%d %s%s%s", e->code,
		    status, status[0] != '\0' ? " " : "", e->text);
	fact(body, &y, _("recipient"), e->recipient, e->recipient_source);
	fact(body, &y, _("sender"), e->sender, e->sender_source);
	fact(body, &y, _("refused by"), e->server, e->server_source);
	fact(body, &y, _("wrote it"), e->reporting_mta, SOURCE_FIELD);
	fact(body, &y, _("answer"), answer, e->reply_source);
	if (e->cause_count > 0) {
		paint_cell(body, y, 3, 12, STYLE_TEXT, _("may mean"));
		paint_cell(body, y, 15, body->cols - 16, STYLE_TEXT,
		    cause_title(e->causes[0].id));
	}
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	int rows = body->rows >= 17 ? body->rows - 10 : body->rows / 2;
	struct pane box = pane_inside(body, 1, 0, rows, body->cols), in;
	size_t first;

	paint_cell(body, 0, 1, body->cols - 2, STYLE_TEXT,
	    _("Paste the bounce or the error, then Ctrl-D. Or Ctrl-O to open "
	    "a file."));
	in = paint_box(&box, NULL);
	draw_facts(app, body, rows + 1);
	draw_text(of(screen), app, &in);
	app_status(app, entries_refused(&app->desk->bounce, &first) > 1 ?
		_("Several recipients were refused; Ctrl-D asks which one it "
		  "is about.") :
		_("Nothing is sent and nothing is looked up here."));
}

static void
not_a_bounce(struct app *app, size_t choice)
{
	if (choice == 0) {
		buf_reset(&app->desk->bounce_text);
		read_again(app);
	} else if (choice == 1) {
		app_push(app, prompt_screen_new(app, PROMPT_FILE));
	} else {
		app_push(app, questions_screen_new(app));
	}
}

static void
done(struct bounce *b, struct app *app)
{
	static const char *const choices[] = { N_("Paste again"),
		N_("Open a file"),
		N_("Go on without a bounce (you will be asked)"), NULL };
	char text[900];
	size_t first;

	flush_line(b, app);
	if (entries_refused(&app->desk->bounce, &first) > 1) {
		app_push(app, entries_screen_new(app));
		return;
	}
	if (app->desk->bounce.count > 0) {
		form_take_entry(&app->desk->form,
		    &app->desk->bounce.entries[first]);
		app_push(app, questions_screen_new(app));
		return;
	}
	snprintf(text, sizeof(text),
	    app->desk->bounce.note[0] != '\0' ?
		_("Looked for, and not found: %s. It seems to be %s\n\nA "
		  "bounce comes from \"Mail Delivery System\" or "
		  "\"postmaster\".") :
		_("Looked for, and not found: %s.%s\n\nA bounce comes from "
		  "\"Mail Delivery System\" or \"postmaster\"."),
	    explain_looked_for(), app->desk->bounce.note);
	app_push(app,
	    ask_screen_new(_("This does not look like a bounce"), text, choices,
		not_a_bounce));
}

static bool
key(struct screen *screen, struct app *app, int key)
{
	struct bounce *b = of(screen);

	if (key == UI_CTRL('D')) {
		done(b, app);
		return true;
	}
	if (key == UI_CTRL('U')) {
		buf_reset(&app->desk->bounce_text);
		edit_set(&b->line, "");
		read_again(app);
		return true;
	}
	if (key == UI_ENTER) {
		flush_line(b, app);
		return true;
	}
	return edit_key(&b->line, key);
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	(void)screen;
	if (command != CMD_FILE_OPEN)
		return false;
	app_push(app, prompt_screen_new(app, PROMPT_FILE));
	return true;
}

static bool
paste(struct screen *screen, struct app *app, const char *text, size_t n)
{
	size_t i;

	(void)screen;
	for (i = 0; i < n; i++) /* terminals send line ends as CR */
		buf_putc(&app->desk->bounce_text,
		    text[i] == '\r' ? '\n' : text[i]);
	buf_putc(&app->desk->bounce_text, '\n');
	read_again(app);
	return true;
}

bool
bounce_screen_file(struct app *app, const char *path)
{
	struct err err = { 0 };
	struct buf all;
	bool good;

	buf_init(&all, app->desk->bounce_text.max);
	good = file_read(path, &all, &err);
	if (good) {
		buf_reset(&app->desk->bounce_text);
		buf_add(&app->desk->bounce_text, buf_str(&all), all.len);
		read_again(app);
	} else {
		app_complain(app, "%s", err.text);
	}
	buf_clear(&all);
	return good;
}

static void
close_screen(struct screen *screen)
{
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_DONE, NULL },
	{ CMD_FILE_OPEN, NULL },
	{ CMD_CLEAR, NULL },
	{ CMD_BACK, N_("back (text is kept)") },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "bounce", "NDR", "enhanced status code",
	"null sender", NULL };

const struct screen_ops bounce_ops = {
	.name = N_("Bounce"),
	.offers = offers,
	.words = words,
	.text = true,
	.draw = draw,
	.key = key,
	.command = command,
	.paste = paste,
	.close = close_screen,
};

struct screen *
bounce_screen_new(struct app *app)
{
	struct bounce *b = mem_alloc(sizeof(*b));

	(void)app;
	b->screen.ops = &bounce_ops;
	return &b->screen;
}
