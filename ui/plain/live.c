#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/probe/smtp_probe.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/cells.h"
#include "ui/plain/plain.h"
#include "ui/tree.h"

/* What the probes find, one event a line, while they run. */

#define WAIT_TOLD_S 5 /* a wait is worth a word after this, then doubled */

static void
event(const struct plain *p, int ms, enum sign sign, const char *text)
{
	const struct session *s = p->desk.session;
	time_t when = s->started + (ms > 0 ? ms / 1000 : 0);
	char clock[16];
	struct tm tm;

	localtime_r(&when, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	plain_say("%s %-7s %s\n", clock,
	    sign == SIGN_BAD	    ? _("PROBLEM") :
		sign == SIGN_OK	    ? _("ok") :
		sign == SIGN_UNSURE ? _("unsure") :
		sign == SIGN_RUNNING ? _("waiting") :
				      _("skipped"),
	    text);
}

static const struct server *
server_of(const struct session *s, const struct probe *probe)
{
	size_t i;

	for (i = 0; i < s->evidence.server_count; i++)
		if (s->evidence.servers[i].at.probe == probe->number)
			return &s->evidence.servers[i];
	return NULL;
}

static void
name_of(const struct smtp_probe *smtp, char *out, size_t size)
{
	char addr[ADDR_TEXT_MAX];

	snprintf(out, size, _("%s %s port %u"), smtp->plan.host,
	    addr_text(&smtp->plan.addr, addr), smtp->plan.addr.port);
}

/* The stage that decides, in words: "RCPT: 554 5.7.1 ...". */
static void
tell_server(const struct plain *p, const struct probe *probe)
{
	const struct session *s = p->desk.session;
	struct cell cells[CELL_COUNT];
	char name[340], text[700];
	enum sign sign;
	int i, at = -1;

	cells_of(probe, server_of(s, probe), cells);
	for (i = 0; i < CELL_COUNT; i++)
		if (cells[i].sign == SIGN_BAD ||
		    ((at < 0 || cells[at].sign != SIGN_BAD) &&
			(cells[i].sign == SIGN_OK ||
			    cells[i].sign == SIGN_UNSURE)))
			at = i;
	name_of(probe_smtp(probe), name, sizeof(name));
	sign = at >= 0 ? cells[at].sign : SIGN_ABSENT;
	if (probe->status == PROBE_FAILED && sign != SIGN_UNSURE)
		sign = SIGN_BAD;
	snprintf(text, sizeof(text), "%s, %s: %s", name,
	    at >= 0 ? cell_name((enum cell_stage)at) : _("connection"),
	    at >= 0 && cells[at].text[0] != '\0' ? cells[at].text :
		probe->why[0] != '\0'		 ? probe->why :
						   _("done"));
	event(p, probe->end_ms, sign, text);
}

/* A row of the tree is "- subject", and what belongs to it stands below. */
static void
tell_lookup(const struct plain *p, const struct rows *rows,
    const struct probe *probe)
{
	enum sign sign = probe->status == PROBE_OK ? SIGN_OK :
	    probe->status == PROBE_FAILED	   ? SIGN_BAD :
						     SIGN_ABSENT;
	char text[ROW_TEXT + 400];
	bool told = false;
	size_t i;

	for (i = 0; i < rows->count; i++) {
		const struct row *row = &rows->v[i];

		if (tree_probe(row->id) != probe->number ||
		    tree_line(row->id) == 0)
			continue;
		snprintf(text, sizeof(text), "%s: %s", probe->subject,
		    row->text);
		event(p, probe->end_ms,
		    row->sign == SIGN_BAD ? SIGN_BAD : sign, text);
		told = true;
	}
	if (told)
		return;
	snprintf(text, sizeof(text), "%s%s%s", probe->subject,
	    probe->why[0] != '\0' ? ": " : "", probe->why);
	event(p, probe->end_ms, sign, text);
}

static void
tell_wait(struct plain *p, const struct probe *probe)
{
	const struct smtp_probe *smtp = probe_smtp(probe);
	const struct transcript *tr = &probe->transcript;
	int since = tr->count > 0 ? tr->lines[tr->count - 1].ms :
				    probe->start_ms;
	int waited = (desk_elapsed(&p->desk) - since) / 1000;
	char name[340], text[700];

	if (smtp == NULL || probe->status != PROBE_RUNNING)
		return;
	if (waited < WAIT_TOLD_S) {
		p->waited[probe->number] = 0;
		return;
	}
	if (waited < 2 * p->waited[probe->number])
		return;
	p->waited[probe->number] = waited;
	name_of(smtp, name, sizeof(name));
	snprintf(text, sizeof(text), _("%s, %s, %d seconds. Type s to skip."),
	    name,
	    smtp->stage <= STAGE_CONNECT    ? _("connect") :
		smtp->stage == STAGE_BANNER ? _("greeting") :
					      _("reply"),
	    waited);
	event(p, desk_elapsed(&p->desk), SIGN_RUNNING, text);
}

/*
 * A greylisting that is waited out: when it begins, and again whenever half
 * of what was told has passed.
 */
static void
tell_greylist(struct plain *p)
{
	int left = session_wait_left(p->desk.session);
	char text[160];

	if (left == 0)
		p->greylist_told = 0;
	if (left == 0 || (p->greylist_told > 0 &&
		(left > p->greylist_told / 2 || left < WAIT_TOLD_S)))
		return;
	p->greylist_told = left;
	snprintf(text, sizeof(text), _("greylisted; the same is asked again "
	    "in %d s. Type < to end the wait."), left);
	event(p, desk_elapsed(&p->desk), SIGN_RUNNING, text);
}

static void
make_room(struct plain *p, size_t count)
{
	size_t cap = p->told_cap > 0 ? p->told_cap : 64;

	while (cap < count + 2)
		cap *= 2;
	if (cap == p->told_cap)
		return;
	p->told = mem_resize(p->told, cap * sizeof(*p->told));
	p->waited = mem_resize(p->waited, cap * sizeof(*p->waited));
	memset(p->told + p->told_cap, 0,
	    (cap - p->told_cap) * sizeof(*p->told));
	memset(p->waited + p->told_cap, 0,
	    (cap - p->told_cap) * sizeof(*p->waited));
	p->told_cap = cap;
}

void
plain_forget_news(struct plain *p)
{
	free(p->told);
	free(p->waited);
	p->told = NULL;
	p->waited = NULL;
	p->told_cap = 0;
	p->greylist_told = 0;
}

static bool
ended(const struct probe *probe)
{
	return probe->status != PROBE_RUNNING &&
	    probe->status != PROBE_WAITING;
}

void
plain_news(struct plain *p)
{
	struct session *s = p->desk.session;
	struct tree tree = { 0 };
	struct rows rows = { 0 };
	bool built = false;
	size_t i;

	if (s == NULL)
		return;
	make_room(p, s->probe_count);
	tell_greylist(p);
	for (i = 0; i < s->probe_count; i++) {
		const struct probe *probe = s->probes[i];

		if (!ended(probe)) {
			tell_wait(p, probe);
			continue;
		}
		if (p->told[probe->number])
			continue;
		p->told[probe->number] = true;
		if (!built) {
			session_update(s);
			tree_build(&tree, s, 200, &rows);
			built = true;
		}
		if (probe_smtp(probe) != NULL)
			tell_server(p, probe);
		else
			tell_lookup(p, &rows, probe);
	}
	rows_clear(&rows);
}

static bool
waiting_help(struct plain *p, const char *line)
{
	if (strcmp(line, "s") == 0) {
		session_skip(p->desk.session, 0);
		plain_say("Skipped; what was waited for counts as unknown.\n");
	} else if (strcmp(line, "+") == 0) {
		session_patience(p->desk.session, 0, 60000);
		plain_say("A minute more of patience.\n");
	} else if (strcmp(line, "-") == 0) {
		session_patience(p->desk.session, 0, -60000);
		plain_say("A minute less of patience.\n");
	} else if (strcmp(line, "?") == 0) {
		plain_say("s skips what is waited for, + waits a minute "
			  "longer, - a minute less, < or Ctrl-C stops the "
			  "probes and concludes, q leaves.\n");
	} else {
		return false;
	}
	return true;
}

enum place
plain_probe(struct plain *p)
{
	char line[PLAIN_LINE];
	enum came came = CAME_NEWS;

	plain_say("The probes run. s skips a wait, Ctrl-C stops, ? explains."
		  "\n");
	plain_message(p);
	p->watching = true;
	while (desk_running(&p->desk)) {
		came = plain_line(p, false, line, sizeof(line));
		if (came == CAME_END)
			break;
		if (came == CAME_INTERRUPT ||
		    (came == CAME_LINE && strcmp(line, "<") == 0)) {
			desk_stop(&p->desk);
			plain_say("Stopped. What is known is kept.\n");
		} else if (came == CAME_LINE && strcmp(line, "q") == 0) {
			p->watching = false;
			return plain_quit(p, PLACE_RESULT);
		} else if (came == CAME_LINE) {
			waiting_help(p, line);
		}
		plain_message(p);
	}
	p->watching = false;
	if (came == CAME_END)
		return plain_way(p, CHOSE_END, PLACE_PLAN, PLACE_PROBE);
	plain_news(p);
	if (p->desk.before != NULL)
		plain_show_comparison(p);
	plain_show_result(p);
	return PLACE_RESULT;
}
