#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "net/way_out.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * Nothing answers from here: no finding about the other side, but where the
 * chain from this machine breaks, and four ways on.
 */

enum way { WAY_AGAIN = 1, WAY_RESOLVER, WAY_HOST, WAY_ELSEWHERE, WAY_KEEP };

struct nonet {
	struct screen screen;
	struct rows rows;
};

static struct nonet *
of(struct screen *screen)
{
	return container_of(screen, struct nonet, screen);
}

bool
nonet_applies(const struct session *s)
{
	size_t i;

	if (s == NULL || s->running || s->cancelled || s->probe_count == 0 ||
	    s->evidence.resolver_works)
		return false;
	for (i = 0; i < s->probe_count; i++) {
		const struct smtp_probe *p = probe_smtp(s->probes[i]);

		if (p != NULL && p->answers[ASK_BANNER] != NULL)
			return false;
	}
	return true;
}

static void
link_row(struct rows *rows, enum sign sign, const char *what,
    const char *detail)
{
	char column[160];

	rows_add(rows, 0, 2, sign == SIGN_BAD ? STYLE_BAD : STYLE_TEXT,
	    "%s %s %s", sign_text(sign),
	    paint_column(what, 30, column, sizeof(column)), detail);
}

/* The way out first, then who was to be asked on it. */
static bool
add_chain(struct nonet *n, struct app *app)
{
	const struct desk *desk = app->desk;
	const struct addr *servers;
	struct addr outside, from;
	char at[ADDR_TEXT_MAX], what[80];
	size_t i, count = resolver_servers(desk->setup.resolver, &servers);
	bool way;

	addr_parse("198.41.0.4", &outside); /* a.root-servers.net */
	way = way_out(&outside, &from);
	link_row(&n->rows, way ? SIGN_OK : SIGN_BAD, _("way out, IPv4"),
	    way ? addr_text(&from, at) : _("no route"));
	addr_parse("2001:503:ba3e::2:30", &outside);
	if (way_out(&outside, &from)) {
		link_row(&n->rows, SIGN_OK, _("way out, IPv6"),
		    addr_text(&from, at));
		way = true;
	} else {
		link_row(&n->rows, SIGN_ABSENT, _("way out, IPv6"),
		    _("no route"));
	}
	for (i = 0; i < count; i++) {
		snprintf(what, sizeof(what), _("name server %s"),
		    addr_text(&servers[i], at));
		link_row(&n->rows, SIGN_BAD, what,
		    way_out(&servers[i], &from) || desk->world != NULL ?
			_("no usable answer") :
			_("no route to it"));
	}
	link_row(&n->rows, SIGN_ABSENT, _("port 25, control servers"),
	    _("not tried: no names"));
	return way || desk->world != NULL;
}

static void
build(struct nonet *n, struct app *app, int width)
{
	char text[600];
	bool way;

	rows_begin(&n->rows);
	n->rows.plain = true;
	snprintf(text, sizeof(text),
	    _("Nothing answers from here, so nothing can be said about "
	      "%.200s."),
	    app->desk->session->input.recipient.domain);
	rows_wrap(&n->rows, 1, width, STYLE_HEAD, text);
	rows_add(&n->rows, 0, 0, STYLE_TEXT, "%s", "");
	way = add_chain(n, app);
	rows_add(&n->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_wrap(&n->rows, 1, width, STYLE_TEXT,
	    way ?
		_("The trouble is between this machine and its name servers.") :
		_("This machine has no way to the outside: look at its "
		  "network first."));
	rows_add(&n->rows, 0, 0, STYLE_TEXT, "%s", "");
	rows_add(&n->rows, WAY_AGAIN, 2, STYLE_TEXT, _("1  try again"));
	rows_add(&n->rows, WAY_RESOLVER, 2, STYLE_TEXT,
	    _("2  use another name server for this case"));
	rows_add(&n->rows, WAY_HOST, 2, STYLE_TEXT,
	    _("3  give the mail server's address yourself (SMTP only)"));
	rows_add(&n->rows, WAY_ELSEWHERE, 2, STYLE_TEXT,
	    _("4  commands to run it on another machine"));
	rows_add(&n->rows, WAY_KEEP, 2, STYLE_TEXT,
	    _("5  keep the case for later"));
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct nonet *n = of(screen);

	if (app->desk->session == NULL || !app->desk->open)
		return;
	build(n, app, body->cols - 2);
	if (n->rows.selected == 0)
		n->rows.selected = WAY_AGAIN;
	rows_draw(&n->rows, body);
	app_status(app, "Inconclusive: not a finding about the other side.");
}

/* The same case on another way: a new session of the changed answers. */
static void
start_anew(struct app *app)
{
	struct err err = { 0 };

	if (!desk_prepare(app->desk, &err)) {
		app_complain(app, "%s", err.text);
		return;
	}
	desk_start(app->desk);
	app_pop_to(app, &board_ops);
}

void
nonet_resolver(struct app *app, const char *text)
{
	struct form *form = &app->desk->form;
	struct remark remark;
	char old[FORM_TEXT];

	memcpy(old, form->text[Q_RESOLVER], sizeof(old));
	snprintf(form->text[Q_RESOLVER], FORM_TEXT, "%.500s", text);
	form_check(form, Q_RESOLVER, &remark);
	if (remark.kind == REMARK_BLOCKS) {
		memcpy(form->text[Q_RESOLVER], old, sizeof(old));
		app_complain(app, "%s", remark.text);
		return;
	}
	start_anew(app);
}

void
nonet_host(struct app *app, const char *text)
{
	struct form *form = &app->desk->form;
	struct addr addr;

	if (!addr_parse_port(text, 25, &addr)) {
		app_complain(app, "An address is needed, such as 192.0.2.25 "
				  "or 192.0.2.25:587: names cannot be looked "
				  "up from here.");
		return;
	}
	if (form->text[Q_RECIPIENT][0] == '\0')
		snprintf(form->text[Q_RECIPIENT], FORM_TEXT, "%.500s",
		    app->desk->session->input.recipient.mailbox);
	form->story = STORY_DEVICE;
	addr_text_port(&addr, form->text[Q_SERVER]);
	start_anew(app);
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	const struct row *row = rows_selected(&of(screen)->rows);
	uint64_t way = command == CMD_VANTAGE ? WAY_ELSEWHERE :
	    command == CMD_KEEP		       ? WAY_KEEP :
	    command == CMD_OPEN && row != NULL ? row->id :
						 0;

	switch (way) {
	case WAY_AGAIN: app_command(app, CMD_AGAIN); return true;
	case WAY_RESOLVER:
		app_push(app, prompt_screen_new(app, PROMPT_RESOLVER));
		return true;
	case WAY_HOST:
		app_push(app, prompt_screen_new(app, PROMPT_HOST));
		return true;
	case WAY_ELSEWHERE: vantage_show(app); return true;
	case WAY_KEEP:
		desk_keep_now(app->desk);
		return true;
	default: return false;
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
	{ CMD_AGAIN, N_("again") },
	{ CMD_VANTAGE, NULL },
	{ CMD_KEEP, NULL },
	{ CMD_BACK, NULL },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "port 25", "MX", NULL };

const struct screen_ops nonet_ops = {
	.name = N_("No network"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
nonet_screen_new(struct app *app)
{
	struct nonet *n = mem_alloc(sizeof(*n));

	(void)app;
	n->screen.ops = &nonet_ops;
	return &n->screen;
}
