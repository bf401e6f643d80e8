#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/view.h"
#include "core/session.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/* Before and now: what changed comes first. */

struct compare {
	struct screen screen;
	struct rows rows;
};

static struct compare *
of(struct screen *screen)
{
	return container_of(screen, struct compare, screen);
}

static const struct server *
same_server(const struct session *s, const struct server *server)
{
	size_t i;

	for (i = 0; i < s->evidence.server_count; i++) {
		const struct server *other = &s->evidence.servers[i];

		if (!other->side && strcmp(other->host, server->host) == 0 &&
		    addr_same(&other->addr, &server->addr))
			return other;
	}
	return NULL;
}

static void
answer_text(const struct server *server, char *out, size_t size)
{
	if (server == NULL)
		snprintf(out, size, "not asked");
	else if (server->code != 0)
		snprintf(out, size, "%d %.24s", server->code,
		    result_name(server->result));
	else
		snprintf(out, size, "%s", result_name(server->result));
}

static void
add_server(struct compare *c, const struct server *was,
    const struct server *is, bool changed)
{
	const struct server *any = is != NULL ? is : was;
	char before[48], now[48], at[ADDR_TEXT_MAX], name[120];

	answer_text(was, before, sizeof(before));
	answer_text(is, now, sizeof(now));
	snprintf(name, sizeof(name), "%.40s %s:%u", any->host,
	    addr_text(&any->addr, at), any->addr.port);
	rows_add(&c->rows, is != NULL ? (uint64_t)is->at.probe : 0, 1,
	    changed ? STYLE_HEAD : STYLE_TEXT, "%c %-40.40s %-16s %s",
	    changed ? '~' : '=', name, before, now);
}

static bool
differ(const struct server *was, const struct server *is)
{
	return was == NULL || is == NULL || was->result != is->result ||
	    was->code != is->code;
}

static void
add_servers(struct compare *c, const struct session *before,
    const struct session *now, bool changed)
{
	size_t i;

	for (i = 0; i < now->evidence.server_count; i++) {
		const struct server *is = &now->evidence.servers[i];
		const struct server *was = same_server(before, is);

		if (!is->side && differ(was, is) == changed)
			add_server(c, was, is, changed);
	}
	for (i = 0; changed && i < before->evidence.server_count; i++) {
		const struct server *was = &before->evidence.servers[i];

		if (!was->side && same_server(now, was) == NULL)
			add_server(c, was, NULL, true);
	}
}

static void
put_verdict(const struct pane *body, int row, const char *when,
    const struct session *s)
{
	paint_text(body, row, 1, STYLE_TEXT, "%-7s %-14s %s", when,
	    view_verdict(s), s->diagnosis.cause_count > 0 ?
		cause_name(s->diagnosis.causes[0].id) : "");
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct compare *c = of(screen);
	const struct session *now = app->desk->session;
	const struct session *before = app->desk->before;
	struct pane list;

	if (now == NULL || before == NULL)
		return;
	put_verdict(body, 0, "before", before);
	put_verdict(body, 1, "now", now);
	if (!now->running && now->diagnosis.verdict == VERDICT_ACCEPTED &&
	    before->diagnosis.verdict != VERDICT_ACCEPTED)
		paint_right(body, 1, body->cols - 1, STYLE_OK, "[ok] SOLVED");
	paint_text(body, 3, 1, STYLE_HEAD, "  %-40s %-16s %s", "server",
	    "before", "now");
	rows_begin(&c->rows);
	c->rows.plain = true;
	add_servers(c, before, now, true);
	add_servers(c, before, now, false);
	list = pane_inside(body, 4, 0, body->rows - 4, body->cols);
	rows_draw(&c->rows, &list);
	app_status(app, now->running ? "It still runs." :
				       "~ changed, = the same.");
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	const struct row *row = rows_selected(&of(screen)->rows);

	switch (command) {
	case CMD_OPEN:
		if (row != NULL && row->id != 0)
			app_push(app, transcript_screen_new(app, (int)row->id,
				0));
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
	{ CMD_OPEN, "transcript" },
	{ CMD_DIAGNOSIS, NULL },
	{ CMD_EXPORT, NULL },
	{ CMD_BACK, NULL },
	{ CMD_NONE, NULL },
};

const struct screen_ops compare_ops = {
	.name = "Test again",
	.offers = offers,
	.draw = draw,
	.command = command,
	.rows = list,
	.close = close_screen,
};

struct screen *
compare_screen_new(struct app *app)
{
	struct compare *c = mem_alloc(sizeof(*c));

	(void)app;
	c->screen.ops = &compare_ops;
	return &c->screen;
}
