#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/glossary.h"
#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * The keys of the view below, the marks, and the words of mail that it
 * uses; made from the key table and the glossary.
 */

struct help {
	struct screen screen;
	const struct screen_ops *view;
	struct rows rows;
};

static struct help *
of(struct screen *screen)
{
	return container_of(screen, struct help, screen);
}

static bool
applies(const struct help *h, enum command_id id)
{
	return command_offered(h->view->offers, id) ||
	    command_everywhere(id) || id == CMD_BACK ||
	    (h->view->rows != NULL &&
		command_entry_of(id)->group == GROUP_MOVING &&
		id <= CMD_LAST);
}

static void
add_keys(struct help *h)
{
	int group, id;
	char keys[32], column[64];

	for (group = 0; group < GROUP_COUNT; group++) {
		const char *name =
		    command_group_name((enum command_group)group);

		for (id = 0; id < CMD_COUNT; id++) {
			const struct command_entry *entry =
			    command_entry_of((enum command_id)id);

			if ((int)entry->group != group ||
			    !applies(h, (enum command_id)id))
				continue;
			rows_add(&h->rows, 0, 0, STYLE_TEXT,
			    "%s %-14s %s",
			    paint_column(name, 12, column, sizeof(column)),
			    command_keys((enum command_id)id, 3, keys),
			    _(entry->does));
			name = "";
		}
	}
}

static void
add_words(struct help *h, int width)
{
	const struct term *term;
	size_t i;

	rows_add(&h->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_add(&h->rows, 0, 0, STYLE_TEXT,
	    _("Marks        [ok] good  [!!] bad  [..] running  [?"
	      "?] unsure"));
	rows_add(&h->rows, 0, 0, STYLE_TEXT,
	    _("             [--] not there   >> << where it failed   | note"));
	rows_add(&h->rows, 0, 0, STYLE_TEXT,
	    _("             S: the server said   C: we said   * within TLS"));
	if (h->view->words == NULL)
		return;
	rows_add(&h->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_add(&h->rows, 0, 0, STYLE_HEAD, _("Words of this view"));
	for (i = 0; h->view->words[i] != NULL; i++) {
		char text[600];

		term = glossary_find(h->view->words[i]);
		if (term == NULL)
			continue;
		snprintf(text, sizeof(text), "%s: %s", term->word,
		    _(term->text));
		rows_wrap(&h->rows, 2, width, STYLE_TEXT, text);
	}
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct help *h = of(screen);
	int cols = body->cols > 78 ? 74 : body->cols - 2;
	struct pane box, in;

	box = pane_inside(body, 0, (body->cols - cols) / 2, body->rows, cols);
	in = paint_box(&box, _("Keyboard: keys in this view"));
	rows_begin(&h->rows);
	h->rows.plain = true;
	add_keys(h);
	add_words(h, in.cols - 2);
	rows_draw(&h->rows, &in);
	paint_cursor(&in, 0, 0, false);
	app_status(app, "%s: line %zu to %zu of %zu.", _(h->view->name),
	    h->rows.top + 1,
	    h->rows.top + (size_t)in.rows < h->rows.count ?
		h->rows.top + (size_t)in.rows :
		h->rows.count,
	    h->rows.count);
}

static bool
search(struct help *h, struct app *app, bool backwards)
{
	size_t i, n = h->rows.count;

	for (i = 1; i <= n && app->last_search[0] != '\0'; i++) {
		size_t j = (h->rows.top + (backwards ? n - i : i)) % n;

		if (text_ifind(h->rows.v[j].text, app->last_search) == NULL)
			continue;
		h->rows.top = j;
		h->rows.top_id = 0;
		return true;
	}
	app_say(app, "not found: %s", app->last_search);
	return true;
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct help *h = of(screen);

	switch (command) {
	case CMD_SEARCH:
		app_push(app, prompt_screen_new(app, PROMPT_SEARCH));
		return true;
	case CMD_NEXT:
		return search(h, app, false);
	case CMD_PREVIOUS:
		return search(h, app, true);
	case CMD_TOGGLE:
		return rows_command(&h->rows, CMD_PAGE_DOWN);
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
	{ CMD_BACK, N_("close help") },
	{ CMD_DOWN, N_("more") },
	{ CMD_SEARCH, NULL },
	{ CMD_NEXT, "" },
	{ CMD_PREVIOUS, "" },
	{ CMD_TOGGLE, "" },
	{ CMD_NONE, NULL },
};

const struct screen_ops help_ops = {
	.name = N_("Help"),
	.offers = offers,
	.overlay = true,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
help_screen_new(struct app *app)
{
	struct help *h = mem_alloc(sizeof(*h));

	h->screen.ops = &help_ops;
	h->view = app->top->ops;
	return &h->screen;
}
