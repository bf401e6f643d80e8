#include "ui/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/smtp_probe.h"
#include "core/session.h"
#include "net/i18n.h"
#include "net/loop.h"
#include "net/mem.h"
#include "ui/cells.h"
#include "ui/spf_tree.h"

/* id: line << 20 | probe << 4 | kind */
enum kind { KIND_PROBE = 1, KIND_CHILD, KIND_HOST, KIND_CONTROL };

#define ID(line, probe, kind)                                                  \
	((uint64_t)(line) << 20 | (uint64_t)(probe) << 4 | (uint64_t)(kind))

int
tree_probe(uint64_t id)
{
	return (int)(id >> 4 & 0xffff);
}

int
tree_line(uint64_t id)
{
	return (int)(id >> 20);
}

bool
tree_host(uint64_t id)
{
	return (id & 0xf) == KIND_HOST;
}

void
tree_toggle(struct tree *tree, uint64_t id)
{
	size_t i;

	for (i = 0; i < tree->toggled_count; i++)
		if (tree->toggled[i] == id) {
			tree->toggled[i] =
			    tree->toggled[--tree->toggled_count];
			return;
		}
	if (tree->toggled_count < TREE_TOGGLED)
		tree->toggled[tree->toggled_count++] = id;
}

uint64_t
tree_child(int probe, int line)
{
	return ID(line, probe, KIND_CHILD);
}

bool
tree_open(const struct tree *tree, uint64_t id, bool by_itself)
{
	size_t i;

	for (i = 0; i < tree->toggled_count; i++)
		if (tree->toggled[i] == id)
			return !by_itself;
	return by_itself;
}

static enum sign
status_sign(const struct probe *p)
{
	switch (p->status) {
	case PROBE_OK: return SIGN_OK;
	case PROBE_FAILED: return SIGN_BAD;
	case PROBE_RUNNING: return SIGN_RUNNING;
	default: return SIGN_ABSENT;
	}
}

static void
time_text(const struct session *s, const struct probe *p, char *out,
    size_t size)
{
	int ms = p->end_ms;

	if (p->start_ms < 0) {
		out[0] = '\0';
	} else if (ms >= 0) {
		snprintf(out, size, "%6.1f s", (ms - p->start_ms) / 1000.0);
	} else {
		ms = s->running ? (int)(loop_now(s->net.loop) - s->epoch) :
				  s->elapsed_ms;
		ms -= p->start_ms;
		snprintf(out, size, "%4d:%02d", ms / 60000, ms / 1000 % 60);
	}
}

static struct row *
probe_row(struct rows *rows, const struct session *s, const struct probe *p,
    int indent, const char *fold, const char *text)
{
	struct row *row = rows_add(rows, ID(0, p->number, KIND_PROBE), indent,
	    STYLE_TEXT, "%s %s", fold, text);
	char when[24];

	time_text(s, p, when, sizeof(when));
	row_state(row, status_sign(p), "%s", when);
	return row;
}

/* ---- DNS ---- */

static bool
has_servers(const struct session *s, int probe)
{
	size_t i;

	for (i = 0; i < s->evidence.ns_count; i++)
		if (s->evidence.nss[i].at.probe == probe)
			return true;
	return false;
}

static bool
ns_differs(const struct evidence *e, const struct ns_fact *ns)
{
	return ns->mx == LOOKUP_FOUND && e->resolver_mx_set != NULL &&
	    strcmp(evidence_set(ns->mx_set), e->resolver_mx_set) != 0;
}

static bool
ns_wrong(const struct evidence *e, const struct ns_fact *ns)
{
	return ns_differs(e, ns) || !ns->reachable ||
	    (ns->mx != LOOKUP_FOUND && e->mx == LOOKUP_FOUND);
}

static void
name_servers(struct rows *rows, const struct session *s, int probe)
{
	const struct evidence *e = &s->evidence;
	size_t i;

	for (i = 0; i < e->ns_count; i++) {
		const struct ns_fact *ns = &e->nss[i];
		char addr[ADDR_TEXT_MAX], serial[32] = "";
		struct row *row;

		if (ns->at.probe != probe)
			continue;
		if (ns->have_serial)
			snprintf(serial, sizeof(serial), _("  serial %lu"),
			    ns->serial);
		row = rows_add(rows, ID(ns->at.line, probe, KIND_CHILD), 6,
		    STYLE_TEXT, "%s %s  %s%s", ns->host,
		    addr_text(&ns->addr, addr),
		    ns->mx == LOOKUP_FOUND ? evidence_set(ns->mx_set) :
			!ns->reachable	   ? _("no answer") :
			ns->mx == LOOKUP_NODATA ?
					     _("no MX there") :
					     _("no usable answer"),
		    serial);
		row_state(row, ns_wrong(e, ns) ? SIGN_BAD : SIGN_OK, "%s",
		    "");
	}
}

static void
facts(struct rows *rows, const struct session *s, int probe)
{
	const struct evidence *e = &s->evidence;

	if (e->mx_at.probe == probe && e->resolver_mx_set != NULL)
		rows_add(rows, ID(e->mx_at.line, probe, KIND_CHILD), 6,
		    STYLE_TEXT, "MX  %s", e->resolver_mx_set);
	if (e->ptr_at.probe == probe && e->ptr_name[0] != '\0')
		rows_add(rows, ID(e->ptr_at.line, probe, KIND_CHILD), 6,
		    STYLE_TEXT, _("the sending address is called %s"),
		    e->ptr_name);
	if (e->dmarc_at.probe == probe && e->dmarc_text[0] != '\0')
		rows_add(rows, ID(e->dmarc_at.line, probe, KIND_CHILD), 6,
		    STYLE_TEXT, _("DMARC  %s"), e->dmarc_text);
	name_servers(rows, s, probe);
}

/* What was answered, where nobody told it shorter. */
static void
answers(struct rows *rows, const struct probe *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->transcript.count && n < 30; i++) {
		const struct transcript_line *line = &p->transcript.lines[i];

		if (line->dir != LINE_SERVER)
			continue;
		rows_add(rows, ID(i + 1, p->number, KIND_CHILD), 6,
		    STYLE_TEXT, "%s", line->text);
		n++;
	}
}

static void
dns_row(const struct tree *tree, const struct session *s,
    const struct probe *p, struct rows *rows)
{
	uint64_t id = ID(0, p->number, KIND_PROBE);
	bool wrong = false, by_itself, open;
	size_t i;

	for (i = 0; i < s->evidence.ns_count; i++)
		wrong |= s->evidence.nss[i].at.probe == p->number &&
		    ns_wrong(&s->evidence, &s->evidence.nss[i]);
	by_itself = wrong || s->evidence.mx_at.probe == p->number ||
	    (p->kind == PROBE_SPF && spf_tree_is_problem(p));
	open = tree_open(tree, id, by_itself);
	{
		struct row *row = probe_row(rows, s, p, 0, open ? "-" : "+",
		    p->subject);

		if (wrong)
			row->sign = SIGN_BAD;
	}
	if (p->status == PROBE_FAILED || p->status == PROBE_SKIPPED)
		rows_add(rows, 0, 6, STYLE_TEXT, "%s", p->why);
	if (!open)
		return;
	if (p->kind == PROBE_SPF) {
		spf_tree_rows(tree, p, 6, rows);
		return;
	}
	facts(rows, s, p->number);
	if (!by_itself && !has_servers(s, p->number))
		answers(rows, p);
}

/* ---- servers ---- */

static void
stages_row(struct rows *rows, const struct probe *p,
    const struct cell cells[CELL_COUNT], int width)
{
	char text[ROW_TEXT];
	size_t at = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < CELL_COUNT; i++) {
		bool last = i == CELL_RCPT || cells[i].sign == SIGN_BAD;

		if (cells[i].sign == SIGN_NONE || at > sizeof(text) - 80)
			continue;
		if (i == CELL_AUTH && cells[i].sign == SIGN_ABSENT)
			continue;
		/* What answers was connected to. */
		if (i == CELL_CONNECT && cells[i].sign == SIGN_OK &&
		    cells[CELL_GREETING].sign != SIGN_NONE)
			continue;
		if (width < 72 && cells[i].sign == SIGN_OK && !last)
			continue;
		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "%s%s %s", at > 0 ? "  " : "",
		    cell_name((enum cell_stage)i), sign_text(cells[i].sign));
		if (last && cells[i].text[0] != '\0')
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    " %.60s", cells[i].text);
	}
	if (at == 0)
		return;
	rows_add(rows, ID(p->transcript.failure, p->number, KIND_CHILD), 6,
	    STYLE_TEXT, "%s", text);
}

static void
waiting_row(struct rows *rows, const struct session *s,
    const struct smtp_probe *p)
{
	int now = (int)(loop_now(s->net.loop) - s->epoch);
	int since = p->base.start_ms, allowed = p->plan.patience_ms;

	if (p->base.transcript.count > 0)
		since = p->base.transcript.lines[p->base.transcript.count - 1]
			    .ms;
	if (!s->running || now - since < 3000)
		return;
	if (p->stage <= STAGE_CONNECT)
		allowed = p->plan.connect_ms;
	rows_add(rows, 0, 8, STYLE_WARN,
	    _("%s: waiting %d s of %d s  (+/- patience, s skip)"),
	    p->stage <= STAGE_CONNECT	? _("connect") :
		p->stage == STAGE_BANNER ? _("greeting") :
					   _("reply"),
	    (now - since) / 1000, allowed / 1000);
	if (now - since > 10000 && p->stage == STAGE_BANNER)
		rows_add(rows, 0, 8, STYLE_TEXT,
		    _("Some servers wait on purpose before they greet."));
}

static const char *
purpose_of(const struct server *server)
{
	return server == NULL ? "" :
	    server->repeat    ? _("  (once more)") :
	    server->side      ? _("  (beside the question)") :
				"";
}

static void
address_row(const struct tree *tree, const struct session *s,
    const struct smtp_probe *p, const struct server *server,
    struct rows *rows, int width)
{
	struct cell cells[CELL_COUNT];
	uint64_t id = ID(0, p->base.number, KIND_PROBE);
	char addr[ADDR_TEXT_MAX], text[200];
	enum sign sign;
	struct row *row;
	bool open;

	cells_of(&p->base, server, cells);
	sign = cells_sign(cells);
	open = tree_open(tree, id, sign != SIGN_OK);
	snprintf(text, sizeof(text), "%s%s",
	    addr_text_port(&p->plan.addr, addr), purpose_of(server));
	row = probe_row(rows, s, &p->base, 2, open ? "-" : "+", text);
	row->sign = sign == SIGN_NONE ? status_sign(&p->base) : sign;
	if (!open)
		return;
	stages_row(rows, &p->base, cells, width);
	if (!p->base.task.done)
		waiting_row(rows, s, p);
}

struct index {
	const struct server **by_probe; /* [number] */
	bool *shown;
};

/* Is this one of the unrelated servers that tell whether port 25 is open? */
static bool
is_control(const struct session *s, const struct smtp_probe *p)
{
	size_t i;

	for (i = 0; i < s->evidence.control_count; i++)
		if (s->evidence.controls[i].at.probe == p->base.number)
			return true;
	return false;
}

static enum sign
host_sign(const struct session *s, const struct index *index, size_t from,
    const char *host)
{
	struct cell cells[CELL_COUNT];
	enum sign worst = SIGN_OK, sign;
	size_t i;

	for (i = from; i < s->probe_count; i++) {
		const struct smtp_probe *p = probe_smtp(s->probes[i]);

		if (p == NULL || strcmp(p->plan.host, host) != 0)
			continue;
		cells_of(&p->base, index->by_probe[p->base.number], cells);
		sign = cells_sign(cells);
		if (sign == SIGN_RUNNING)
			return sign;
		if (sign == SIGN_BAD)
			worst = sign;
	}
	return worst;
}

/* A host with all its addresses and sessions, in order of their numbers. */
static void
host_rows(const struct tree *tree, const struct session *s,
    const struct index *index, size_t from, struct rows *rows, int width)
{
	const struct smtp_probe *first = probe_smtp(s->probes[from]);
	uint64_t id = ID(0, first->base.number, KIND_HOST);
	bool open = tree_open(tree, id, true);
	char preference[16] = "";
	struct row *row;
	size_t i;

	if (first->plan.preference >= 0)
		snprintf(preference, sizeof(preference), "%d ",
		    first->plan.preference);
	row = rows_add(rows, id, 0, STYLE_HEAD, "%s %s%s", open ? "-" : "+",
	    preference, first->plan.host);
	row_state(row, host_sign(s, index, from, first->plan.host), "%s", "");
	for (i = from; i < s->probe_count; i++) {
		const struct smtp_probe *p = probe_smtp(s->probes[i]);

		if (p == NULL || index->shown[i] || is_control(s, p) ||
		    strcmp(p->plan.host, first->plan.host) != 0)
			continue;
		index->shown[i] = true;
		if (open)
			address_row(tree, s, p,
			    index->by_probe[p->base.number], rows, width);
	}
}

static void
control_rows(const struct tree *tree, const struct session *s,
    const struct index *index, struct rows *rows, int width)
{
	const struct evidence *e = &s->evidence;
	size_t i, greeted = 0, tried = 0;
	uint64_t id = ID(0, 0, KIND_CONTROL);
	struct row *row;
	bool open;

	for (i = 0; i < e->control_count; i++) {
		tried += e->controls[i].tried;
		greeted += e->controls[i].greeted;
	}
	if (e->control_count == 0)
		return;
	open = tree_open(tree, id, tried > greeted);
	row = rows_add(rows, id, 0, STYLE_TEXT,
	    _("%s Outgoing port 25 from here"), open ? "-" : "+");
	row_state(row, tried < e->control_count ? SIGN_RUNNING :
			greeted == tried	? SIGN_OK :
						  SIGN_BAD,
	    _("%zu of %zu"), greeted, e->control_count);
	for (i = 0; open && i < s->probe_count; i++) {
		const struct smtp_probe *p = probe_smtp(s->probes[i]);

		if (p != NULL && is_control(s, p))
			address_row(tree, s, p,
			    index->by_probe[p->base.number], rows, width);
	}
}

/* MX hosts by preference; the others in the order they came. */
static int
rank(const struct smtp_probe *p)
{
	return p->plan.preference < 0 ? 1 << 20 : p->plan.preference;
}

static void
server_rows(const struct tree *tree, const struct session *s,
    const struct index *index, struct rows *rows, int width)
{
	for (;;) {
		size_t best = s->probe_count, i;

		for (i = 0; i < s->probe_count; i++) {
			const struct smtp_probe *p = probe_smtp(s->probes[i]);

			if (p == NULL || index->shown[i] || is_control(s, p))
				continue;
			if (best == s->probe_count ||
			    rank(p) < rank(probe_smtp(s->probes[best])))
				best = i;
		}
		if (best == s->probe_count)
			return;
		host_rows(tree, s, index, best, rows, width);
	}
}

/* A loaded case has no probes to look into, only what came out. */
static void
loaded_rows(const struct tree *tree, const struct session *s,
    struct rows *rows, int width)
{
	size_t i;

	for (i = 0; i < s->evidence.server_count; i++) {
		const struct server *server = &s->evidence.servers[i];
		const struct probe *p = session_probe(s, server->at.probe);
		struct cell cells[CELL_COUNT];
		char addr[ADDR_TEXT_MAX];
		struct row *row;

		if (p == NULL || probe_smtp(p) != NULL)
			continue;
		cells_of(NULL, server, cells);
		row = rows_add(rows, ID(0, p->number, KIND_PROBE), 0,
		    STYLE_TEXT, "- %s %s", server->host,
		    addr_text_port(&server->addr, addr));
		row_state(row, cells_sign(cells), "%s", "");
		if (tree_open(tree, row->id, true))
			stages_row(rows, p, cells, width);
	}
}

void
tree_build(const struct tree *tree, const struct session *s, int width,
    struct rows *rows)
{
	struct index index;
	size_t i;

	rows_begin(rows);
	index.by_probe = mem_array(s->probe_count + 2,
	    sizeof(*index.by_probe));
	index.shown = mem_array(s->probe_count + 1, sizeof(*index.shown));
	for (i = 0; i < s->evidence.server_count; i++) {
		const struct server *server = &s->evidence.servers[i];

		if (server->at.probe > 0 &&
		    (size_t)server->at.probe <= s->probe_count)
			index.by_probe[server->at.probe] = server;
	}
	for (i = 0; i < s->probe_count; i++)
		if (s->probes[i]->kind != PROBE_SMTP)
			dns_row(tree, s, s->probes[i], rows);
	server_rows(tree, s, &index, rows, width);
	loaded_rows(tree, s, rows, width);
	control_rows(tree, s, &index, rows, width);
	free(index.by_probe);
	free(index.shown);
}
