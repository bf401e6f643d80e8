#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fix.h"
#include "core/json_out.h"
#include "core/report/again.h"
#include "core/report/report.h"
#include "core/report/view.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/mem.h"
#include "version.h"

#define STRING_MAX 65536

static void
put_probe(struct json_out *out, const struct ref *at)
{
	char name[16] = "";

	if (at->probe != 0)
		snprintf(name, sizeof(name), "p%d", at->probe);
	json_text(out, "probe", name);
}

static void
put_enhanced(struct json_out *out, const struct enhanced *enhanced)
{
	char text[16];

	json_text(out, "enhanced", enhanced_text(enhanced, text));
}

static void
put_case(struct json_out *out, const struct session *session)
{
	const struct mail_case *input = &session->input;
	bool bare6 = strchr(input->server, ':') != NULL;
	char server[280];

	json_open(out, "case", '{');
	json_text(out, "recipient", input->recipient.text);
	json_text(out, "sender",
	    input->sender.text[0] != '\0' ? input->sender.text : "<>");
	json_text(out, "route", route_name(input->route));
	if (input->port != 0)
		snprintf(server, sizeof(server), "%s%s%s:%d",
		    bare6 ? "[" : "", input->server, bare6 ? "]" : "",
		    input->port);
	else
		snprintf(server, sizeof(server), "%s", input->server);
	json_text(out, "server", server);
	json_close(out, '}');
}

static void
put_item(struct json_out *out, const struct item *item)
{
	json_open(out, NULL, '{');
	json_truth(out, "for", item->supports);
	put_probe(out, &item->at);
	json_number(out, "line", item->at.line);
	json_text(out, "text", item->text);
	json_close(out, '}');
}

static void
put_rendered(struct json_out *out, const char *key, const char *text,
    const struct fix_values *values, bool command)
{
	struct buf rendered;

	buf_init(&rendered, STRING_MAX);
	fix_render(text, values, command, &rendered);
	json_text(out, key, buf_str(&rendered));
	buf_clear(&rendered);
}

static void
put_fix(struct json_out *out, const struct fix *fix,
    const struct fix_values *values)
{
	size_t i;

	json_open(out, NULL, '{');
	json_text(out, "product", fix->product);
	put_rendered(out, "text", fix->text, values, false);
	json_open(out, "commands", '[');
	for (i = 0; fix->commands[i] != NULL; i++)
		put_rendered(out, NULL, fix->commands[i], values, true);
	json_close(out, ']');
	if (fix->check != NULL)
		put_rendered(out, "check", fix->check, values, true);
	json_close(out, '}');
}

static void
put_cause(struct json_out *out, const struct session *session,
    const struct cause *cause)
{
	struct view_values values;
	const struct fix *fix;
	size_t i;

	json_open(out, NULL, '{');
	json_text(out, "id", cause_name(cause->id));
	json_percent(out, "confidence", cause->confidence);
	json_text(out, "certainty", certainty_name(cause->certainty));
	json_text(out, "summary", cause->summary);
	json_text(out, "who", who_name(cause->who));
	json_text(out, "server", cause->server);
	json_text(out, "product", cause->product);
	if (cause->listed[0] != '\0')
		json_text(out, "listed", cause->listed);
	json_open(out, "evidence", '[');
	for (i = 0; i < cause->item_count; i++)
		put_item(out, &cause->items[i]);
	json_close(out, ']');
	view_fix_values(session, cause, &values);
	json_open(out, "fix", '[');
	for (i = 0; (fix = view_fix(cause, i)) != NULL; i++)
		put_fix(out, fix, &values.values);
	json_close(out, ']');
	json_close(out, '}');
}

static void
put_ruled_out(struct json_out *out, const struct ruled_out *ruled_out)
{
	json_open(out, NULL, '{');
	json_text(out, "id", cause_name(ruled_out->id));
	json_text(out, "why", ruled_out->why);
	put_probe(out, &ruled_out->at);
	json_number(out, "line", ruled_out->at.line);
	json_close(out, '}');
}

static void
put_failure(struct json_out *out, const struct failure_point *failure)
{
	char address[ADDR_TEXT_MAX] = "";

	if (!failure->known) {
		json_nothing(out, "failure_point");
		return;
	}
	json_open(out, "failure_point", '{');
	put_probe(out, &failure->at);
	json_text(out, "host", failure->host);
	if (failure->addr.family != AF_UNSPEC)
		addr_text(&failure->addr, address);
	json_text(out, "address", address);
	json_number(out, "port", failure->addr.port);
	json_text(out, "stage", stage_name(failure->stage));
	json_number(out, "line", failure->at.line);
	json_number(out, "code", failure->code);
	put_enhanced(out, &failure->enhanced);
	json_text(out, "text", failure->text);
	json_close(out, '}');
}

static void
put_words(struct json_out *out, const char *key, const char *words)
{
	char *copy = mem_strdup(words), *rest = copy, *word;

	json_open(out, key, '[');
	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0')
			json_text(out, NULL, word);
	json_close(out, ']');
	free(copy);
}

static void
put_server(struct json_out *out, const struct server *server)
{
	char address[ADDR_TEXT_MAX] = "";

	json_open(out, NULL, '{');
	json_text(out, "host", server->host);
	if (server->addr.family != AF_UNSPEC)
		addr_text(&server->addr, address);
	json_text(out, "address", address);
	json_number(out, "port", server->addr.port);
	json_number(out, "preference", server->preference);
	json_text(out, "role", role_name(server->role));
	json_text(out, "product", server->product);
	json_text(out, "version", server->version);
	json_text(out, "result", result_name(server->result));
	json_text(out, "stage", stage_name(server->stage));
	json_number(out, "code", server->code);
	put_enhanced(out, &server->enhanced);
	json_text(out, "text", server->text);
	json_open(out, "tls", '{');
	json_text(out, "offered", tri_name(server->tls_offered));
	json_text(out, "established", tri_name(server->tls_established));
	json_text(out, "trusted", tri_name(server->tls_trusted));
	json_text(out, "why", server->tls_why);
	json_close(out, '}');
	json_open(out, "auth", '{');
	put_words(out, "clear", server->auth_clear);
	put_words(out, "tls", server->auth_tls);
	json_close(out, '}');
	put_probe(out, &server->at);
	json_number(out, "line", server->at.line);
	if (server->side)
		json_truth(out, "side", true);
	if (server->repeat)
		json_truth(out, "repeat", true);
	json_close(out, '}');
}

static void
put_finding(struct json_out *out, const struct finding *finding)
{
	json_open(out, NULL, '{');
	json_text(out, "id", finding->id);
	json_text(out, "result", finding_result_name(finding->result));
	json_text(out, "severity", severity_name(finding->severity));
	json_text(out, "subject", finding->subject);
	json_text(out, "text", finding->text);
	put_probe(out, &finding->at);
	json_number(out, "line", finding->at.line);
	json_close(out, '}');
}

static void
put_probe_facts(struct json_out *out, const struct probe *probe)
{
	const struct ref at = { probe->number, 0 };
	char name[16];

	json_open(out, NULL, '{');
	json_text(out, "id", view_ref(&at, name, sizeof(name)));
	json_text(out, "kind", probe_kind_name(probe->kind));
	json_text(out, "subject", probe->subject);
	json_text(out, "status", probe_status_name(probe->status));
	json_number(out, "start_ms", probe->start_ms);
	json_number(out, "end_ms", probe->end_ms);
	json_text(out, "why", probe->why);
	json_close(out, '}');
}

static void
put_line(struct json_out *out, const struct transcript_line *line, int number)
{
	static const char *const dirs[] = {
		[LINE_NOTE] = "note",
		[LINE_CLIENT] = "client",
		[LINE_SERVER] = "server",
	};

	json_open(out, NULL, '{');
	json_number(out, "n", number);
	json_number(out, "ms", line->ms);
	json_text(out, "dir", dirs[line->dir]);
	json_text(out, "text", line->text);
	json_text(out, "annotation",
	    line->annotation != NULL ? line->annotation : "");
	json_text(out, "stage", stage_name(line->stage));
	if (line->secure)
		json_truth(out, "secure", true);
	if (line->failure)
		json_truth(out, "failure", true);
	json_close(out, '}');
}

static void
put_transcript(struct json_out *out, const struct probe *probe)
{
	const struct transcript *tr = &probe->transcript;
	const struct ref at = { probe->number, 0 };
	size_t i;

	json_open(out, NULL, '{');
	put_probe(out, &at);
	json_open(out, "lines", '[');
	for (i = 0; i < tr->count; i++)
		put_line(out, &tr->lines[i], (int)i + 1);
	json_close(out, ']');
	if (tr->dropped > 0)
		json_number(out, "dropped", (long)tr->dropped);
	json_close(out, '}');
}

static void
put_diagnosis(struct json_out *out, const struct session *session)
{
	const struct diagnosis *d = &session->diagnosis;
	size_t i;

	json_text(out, "verdict", verdict_name(d->verdict));
	json_text(out, "headline", d->headline);
	json_open(out, "causes", '[');
	for (i = 0; i < d->cause_count; i++)
		put_cause(out, session, &d->causes[i]);
	json_close(out, ']');
	json_open(out, "ruled_out", '[');
	for (i = 0; i < d->ruled_out_count; i++)
		put_ruled_out(out, &d->ruled_out[i]);
	json_close(out, ']');
	put_failure(out, &d->failure);
}

static void
put_summary(struct json_out *out, const struct session *session)
{
	char started[40];

	view_time(session->started, true, started, sizeof(started));
	json_number(out, "version", REPORT_VERSION);
	json_text(out, "tool", "relaytrace " RT_VERSION);
	json_text(out, "started", started);
	json_number(out, "elapsed_ms", session->elapsed_ms);
	json_truth(out, "complete", session->complete);
	json_open(out, "from", '{');
	json_text(out, "address", session->from_address);
	json_text(out, "helo", session->helo);
	json_text(out, "resolver", session->resolver_text);
	json_close(out, '}');
	put_case(out, session);
	put_diagnosis(out, session);
}

static void
put_report(const struct session *session, bool kept, struct buf *buf)
{
	const struct evidence *e = &session->evidence;
	const struct diagnosis *d = &session->diagnosis;
	struct json_out out = { .out = buf };
	size_t i;

	json_open(&out, NULL, '{');
	put_summary(&out, session);
	json_open(&out, "servers", '[');
	for (i = 0; i < e->server_count; i++)
		put_server(&out, &e->servers[i]);
	json_close(&out, ']');
	json_open(&out, "findings", '[');
	for (i = 0; i < d->finding_count; i++)
		put_finding(&out, &d->findings[i]);
	json_close(&out, ']');
	json_open(&out, "probes", '[');
	for (i = 0; i < session->probe_count; i++)
		put_probe_facts(&out, session->probes[i]);
	json_close(&out, ']');
	json_open(&out, "transcripts", '[');
	for (i = 0; i < session->probe_count; i++) /* of those that began */
		if (session->probes[i]->transcript.count > 0)
			put_transcript(&out, session->probes[i]);
	json_close(&out, ']');
	if (kept)
		again_put(&out, session);
	json_close(&out, '}');
}

void
report_json(const struct session *session, struct buf *out)
{
	put_report(session, false, out);
}

void
report_kept(const struct session *session, struct buf *out)
{
	put_report(session, true, out);
}
