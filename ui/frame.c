#include "ui/frame.h"

#include <stdio.h>
#include <string.h>

#include "net/i18n.h"
#include "ui/app.h"
#include "ui/desk.h"
#include "ui/tty.h"
#include "version.h"

#define PATH_PARTS 12

struct pane
frame_body(void)
{
	struct pane all = { 0, 0, tty_rows(), tty_cols() };

	return pane_inside(&all, 2, 0, all.rows - 5, all.cols);
}

bool
frame_too_small(void)
{
	return tty_rows() < LEAST_ROWS || tty_cols() < LEAST_COLS;
}

static const char *
name_of(const struct screen *screen)
{
	return screen->title[0] != '\0' ? screen->title :
					  _(screen->ops->name);
}

/* "relaytrace > .. > Plan > Probe", cut at the left. */
static void
path(const struct app *app, int width, char *out, size_t size)
{
	const char *parts[PATH_PARTS];
	const struct screen *screen;
	size_t n = 0, first = 0, i;
	bool more = false;

	for (screen = app->top; screen != NULL; screen = screen->below) {
		if (screen->ops->overlay)
			continue;
		if (n == PATH_PARTS) {
			more = true;
			break;
		}
		parts[n++] = name_of(screen);
	}
	if (width < 50) /* compact: where, and nothing else */
		first = n > 0 ? n - 1 : 0;
	for (;; first++) {
		size_t at = (size_t)snprintf(out, size, " relaytrace%s%s",
		    n == 1 ? " " RT_VERSION : "",
		    first > 0 || more ? width < 50 ? "" : " > .." : "");

		for (i = n - first; i-- > 0 && at < size;)
			at += (size_t)snprintf(out + at, size - at, "%s%s",
			    width < 50 ? " " : " > ", parts[i]);
		if (paint_width(out) <= width || first + 1 >= n)
			return;
	}
}

static void
draw_top(const struct app *app, const struct pane *all)
{
	const char *target = desk_target(app->desk);
	int help = all->cols - 1 - paint_width(_("? help")), room;
	char text[400];

	room = help - 2 - (target[0] != '\0' ? paint_width(target) + 2 : 0);
	if (room < 24)
		room = 24;
	path(app, room, text, sizeof(text));
	paint_cell(all, 0, 0, help - 1, STYLE_HEAD, text);
	if (target[0] != '\0') {
		int col = paint_width(text) + 2;
		int width = paint_width(target);

		if (col + width > help - 2)
			paint_cell(all, 0, col, help - 2 - col, STYLE_TEXT,
			    target);
		else
			paint_right(all, 0, help - 2, STYLE_TEXT, target);
	}
	paint_str(all, 0, help, STYLE_QUIET, _("? help"));
	paint_rule(all, 1, NULL);
}

static void
draw_bottom(const struct app *app, const struct pane *all)
{
	char line[400];
	int row = all->rows - 3;

	paint_rule(all, row, NULL);
	if (app->message[0] != '\0')
		paint_cell(all, row + 1, 1, all->cols - 2, app->message_style,
		    app->message);
	else
		paint_cell(all, row + 1, 1, all->cols - 2, STYLE_TEXT,
		    app->status);
	command_line(app->top->ops->offers, all->cols - 2, line,
	    sizeof(line));
	paint_str(all, row + 2, 1, STYLE_QUIET, line);
}

/* Below 40x12: what is known, and that it goes on. */
static void
draw_small(const struct app *app, const struct pane *all)
{
	size_t done, count, waiting, problems;
	char text[400];
	int row = 0;

	desk_counts(app->desk, &done, &count, &waiting, &problems);
	paint_str(all, row++, 0, STYLE_HEAD, " relaytrace");
	paint_text(all, row++, 0, STYLE_TEXT, " %s",
	    desk_target(app->desk));
	if (count > 0)
		paint_text(all, row++, 0, STYLE_TEXT,
		    _(" %zu of %zu, %zu waiting"), done, count, waiting);
	desk_summary(app->desk, text, sizeof(text));
	row += paint_wrap(all, row, 1, all->cols - 1, 3, STYLE_TEXT, text);
	snprintf(text, sizeof(text),
	    _("window %dx%d; 40x12 and more shows the views"), all->cols,
	    all->rows);
	row++;
	paint_wrap(all, row, 1, all->cols - 1, 2, STYLE_TEXT, text);
	paint_str(all, all->rows - 1, 0, STYLE_TEXT,
	    desk_running(app->desk) ? _(" probing goes on   q leave") :
				      _(" q leave"));
}

/* Views from the bottom of what is seen: overlays lie over one that fills. */
static void
draw_view(struct app *app, struct screen *screen, const struct pane *body)
{
	if (screen->ops->overlay && screen->below != NULL)
		draw_view(app, screen->below, body);
	screen->ops->draw(screen, app, body);
}

void
app_lay_out(struct app *app)
{
	struct pane all = { 0, 0, tty_rows(), tty_cols() };
	struct pane body = frame_body();

	tty_begin();
	app->status[0] = '\0';
	if (frame_too_small()) {
		draw_small(app, &all);
	} else {
		draw_view(app, app->top, &body);
		draw_top(app, &all);
		draw_bottom(app, &all);
	}
	app->stale = false;
}

void
app_draw(struct app *app)
{
	app_lay_out(app);
	tty_end();
}
