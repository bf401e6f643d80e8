#include <stdlib.h>

#include "core/world/world.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* A demo: what has happened, and what to watch, before anything starts. */

struct story_screen {
	struct screen screen;
	struct rows rows;
};

static struct story_screen *
of(struct screen *screen)
{
	return container_of(screen, struct story_screen, screen);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct story_screen *s = of(screen);
	const struct world *world = app->desk->world;
	int width = body->cols - 2;

	rows_begin(&s->rows);
	s->rows.plain = true;
	rows_wrap(&s->rows, 1, width, STYLE_HEAD, _(world_title(world)));
	rows_add(&s->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_wrap(&s->rows, 1, width, STYLE_TEXT, _(world_story(world)));
	if (world_watch(world)[0] != '\0') {
		rows_add(&s->rows, 0, 0, STYLE_TEXT, "%s", "");
		rows_add(&s->rows, 0, 0, STYLE_HEAD, " %s", _("What to watch"));
		rows_wrap(&s->rows, 1, width, STYLE_TEXT,
		    _(world_watch(world)));
	}
	rows_add(&s->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_add(&s->rows, 1, 1, STYLE_TEXT, _("< To the plan >"));
	rows_draw(&s->rows, body);
	app_status(app, "A small internet within this program; no packet "
			"leaves the machine.");
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct screen *plan;

	(void)screen;
	if (command != CMD_OPEN && command != CMD_RIGHT)
		return false;
	plan = plan_screen_new(app);
	if (plan != NULL)
		app_push(app, plan);
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
	{ CMD_OPEN, N_("to the plan") },
	{ CMD_BACK, NULL },
	{ CMD_RIGHT, "" },
	{ CMD_HELP, NULL },
	{ CMD_NONE, NULL },
};

const struct screen_ops story_ops = {
	.name = N_("Story"),
	.offers = offers,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
story_screen_new(struct app *app)
{
	struct story_screen *s = mem_alloc(sizeof(*s));

	(void)app;
	s->screen.ops = &story_ops;
	return &s->screen;
}
