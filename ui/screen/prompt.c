#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/edit.h"
#include "ui/screen/screens.h"
#include "ui/tty.h"

/* One line at the foot: a command's name, a search, a file. */

struct prompt {
	struct screen screen;
	enum prompt_kind kind;
	struct edit edit;
};

static struct prompt *
of(struct screen *screen)
{
	return container_of(screen, struct prompt, screen);
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	static const char *const labels[] = {
		[PROMPT_COMMAND] = ":",
		[PROMPT_SEARCH] = "/",
		[PROMPT_FILE] = N_("Open file: "),
		[PROMPT_LOG] = N_("Mail log: "),
		[PROMPT_RESOLVER] = N_("Name server: "),
		[PROMPT_HOST] = N_("Address of the mail server: "),
		[PROMPT_EXPORT] = N_("Write to file: "),
		[PROMPT_WRITE] = N_("Write to file: "),
		[PROMPT_PASSWORD] = N_("Password: "),
	};
	struct prompt *p = of(screen);
	struct pane line = pane_inside(body, body->rows - 1, 0, 1, body->cols);
	char before[EDIT_MAX], shown[EDIT_MAX];
	int col;
	size_t i;

	snprintf(shown, sizeof(shown), "%s", p->edit.text);
	for (i = 0; p->kind == PROMPT_PASSWORD && shown[i] != '\0'; i++)
		shown[i] = '*';
	paint_fill(&line, 0, STYLE_FIELD);
	col =
	    paint_text(&line, 0, 1, STYLE_FIELD, "%s", _(labels[p->kind])) + 1;
	paint_str(&line, 0, col, STYLE_FIELD, shown);
	snprintf(before, sizeof(before), "%.*s", (int)p->edit.at, shown);
	paint_cursor(&line, 0, col + paint_width(before), true);
	mem_wipe(shown, sizeof(shown));
	mem_wipe(before, sizeof(before));
	if (p->kind == PROMPT_PASSWORD) {
		app_status(app, "The password of %s, which no case keeps; "
				"empty: without the login.",
		    app->desk->settings.user);
		return;
	}
	app_status(app, "%s",
	    p->kind == PROMPT_COMMAND ?
		_("A command by its name, such as export; ? lists them.") :
		_("Enter does it, Esc gives it up."));
}

static void
write_file(struct app *app, const char *path)
{
	const char *text;
	struct err err = { 0 };

	if (app->top->ops != &text_ops)
		return;
	text = text_screen_text(app->top);
	if (file_write(path, text, strlen(text), 0600, &err))
		app_say(app, "Written to %s.", path);
	else
		app_complain(app, "%s", err.text);
}

static void
answer(struct prompt *p, struct app *app)
{
	enum command_id id;
	struct screen *log;
	char text[EDIT_MAX];

	snprintf(text, sizeof(text), "%s", p->edit.text);
	app_pop(app);
	if (text[0] == '\0' && p->kind != PROMPT_PASSWORD)
		return;
	switch (p->kind) {
	case PROMPT_PASSWORD:
		again_password(app, text);
		mem_wipe(text, sizeof(text));
		break;
	case PROMPT_COMMAND:
		id = command_named(text);
		if (id == CMD_NONE)
			app_complain(app, "There is no command \"%s\" (or "
					  "more than one begins so).", text);
		else if (!app_command(app, id))
			app_complain(app, "\"%s\" means nothing in this view.",
			    text);
		break;
	case PROMPT_SEARCH:
		snprintf(app->last_search, sizeof(app->last_search), "%.119s",
		    text);
		app_command(app, CMD_NEXT);
		break;
	case PROMPT_FILE:
		bounce_screen_file(app, text);
		break;
	case PROMPT_LOG:
		log = log_screen_new(app, text);
		if (log != NULL)
			app_push(app, log);
		break;
	case PROMPT_RESOLVER:
		nonet_resolver(app, text);
		break;
	case PROMPT_HOST:
		nonet_host(app, text);
		break;
	case PROMPT_EXPORT:
		export_screen_file(app, text);
		break;
	case PROMPT_WRITE:
		write_file(app, text);
		break;
	}
}

/* Tab: as much of a command's name as is certain. */
static void
complete(struct prompt *p, struct app *app)
{
	char name[64];
	size_t n = command_complete(p->screen.below->ops->offers,
	    p->edit.text, name, sizeof(name));

	if (n == 0)
		app_say(app, "No command of this view begins so.");
	else if (n > 1 && strlen(name) == p->edit.len)
		app_say(app, "%zu commands begin so; ? lists them.", n);
	else
		edit_set(&p->edit, name);
}

static bool
key(struct screen *screen, struct app *app, int key)
{
	struct prompt *p = of(screen);

	if (key == UI_TAB && p->kind == PROMPT_COMMAND) {
		complete(p, app);
		return true;
	}
	if (key == UI_ENTER) {
		answer(p, app);
		return true;
	}
	if (key == UI_BACKSPACE && p->edit.len == 0) {
		app_pop(app);
		return true;
	}
	return edit_key(&p->edit, key);
}

static bool
paste(struct screen *screen, struct app *app, const char *text, size_t n)
{
	(void)app;
	edit_insert(&of(screen)->edit, text, n);
	return true;
}

static void
close_screen(struct screen *screen)
{
	mem_wipe(&of(screen)->edit, sizeof(of(screen)->edit));
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_OPEN, N_("do it") },
	{ CMD_BACK, N_("give up") },
	{ CMD_NONE, NULL },
};

const struct screen_ops prompt_ops = {
	.name = N_("Command"),
	.offers = offers,
	.overlay = true,
	.text = true,
	.draw = draw,
	.key = key,
	.paste = paste,
	.close = close_screen,
};

/* The log of this machine's mail server, if it can be read. */
static const char *
usual_log(void)
{
	static const char *const logs[] = { "/var/log/mail.log",
		"/var/log/maillog", "/var/log/exim4/mainlog" };
	size_t i;

	for (i = 0; i < sizeof(logs) / sizeof(logs[0]); i++)
		if (access(logs[i], R_OK) == 0)
			return logs[i];
	return "";
}

struct screen *
prompt_screen_new(struct app *app, enum prompt_kind kind)
{
	struct prompt *p = mem_alloc(sizeof(*p));

	p->screen.ops = &prompt_ops;
	p->kind = kind;
	if (kind == PROMPT_LOG) {
		edit_set(&p->edit, usual_log());
	} else if (kind == PROMPT_EXPORT) {
		char name[EDIT_MAX];

		export_screen_name(app, name, sizeof(name));
		edit_set(&p->edit, name);
	}
	return &p->screen;
}
