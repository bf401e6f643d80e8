#include "core/report/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fix.h"
#include "core/report/view.h"
#include "core/session.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/mem.h"
#include "version.h"

#define STRING_MAX 65536

json_t *
tree_string(const char *text)
{
	struct buf utf8;
	json_t *value = json_string(text);

	if (value != NULL)
		return value;
	buf_init(&utf8, STRING_MAX);
	text_utf8(text, strlen(text), &utf8);
	value = json_string(buf_str(&utf8));
	buf_clear(&utf8);
	return value != NULL ? value : json_string("");
}

char *
tree_dump(const json_t *tree)
{
	return json_dumps(tree, JSON_COMPACT | JSON_REAL_PRECISION(4));
}

static void
set_string(json_t *object, const char *key, const char *text)
{
	json_object_set_new_nocheck(object, key, tree_string(text));
}

static void
set_int(json_t *object, const char *key, long value)
{
	json_object_set_new_nocheck(object, key, json_integer(value));
}

static void
set_bool(json_t *object, const char *key, bool value)
{
	json_object_set_new_nocheck(object, key, json_boolean(value));
}

static void
set_new(json_t *object, const char *key, json_t *value)
{
	json_object_set_new_nocheck(object, key, value);
}

static void
set_probe(json_t *object, const struct ref *at)
{
	char name[16] = "";

	if (at->probe != 0)
		snprintf(name, sizeof(name), "p%d", at->probe);
	set_string(object, "probe", name);
}

static void
set_enhanced(json_t *object, const struct enhanced *enhanced)
{
	char text[16];

	set_string(object, "enhanced", enhanced_text(enhanced, text));
}

static json_t *
case_tree(const struct session *session)
{
	const struct mail_case *input = &session->input;
	bool bare6 = strchr(input->server, ':') != NULL;
	json_t *tree = json_object();
	char server[280];

	set_string(tree, "recipient", input->recipient.text);
	set_string(tree, "sender",
	    input->sender.text[0] != '\0' ? input->sender.text : "<>");
	set_string(tree, "route", route_name(input->route));
	if (input->port != 0)
		snprintf(server, sizeof(server), "%s%s%s:%d",
		    bare6 ? "[" : "", input->server, bare6 ? "]" : "",
		    input->port);
	else
		snprintf(server, sizeof(server), "%s", input->server);
	set_string(tree, "server", server);
	return tree;
}

static json_t *
item_tree(const struct item *item)
{
	json_t *tree = json_object();

	set_bool(tree, "for", item->supports);
	set_probe(tree, &item->at);
	set_int(tree, "line", item->at.line);
	set_string(tree, "text", item->text);
	return tree;
}

static void
render_into(json_t *tree, const char *key, const char *text,
    const struct fix_values *values, bool command)
{
	struct buf out;

	buf_init(&out, STRING_MAX);
	fix_render(text, values, command, &out);
	if (key != NULL)
		set_string(tree, key, buf_str(&out));
	else
		json_array_append_new(tree, tree_string(buf_str(&out)));
	buf_clear(&out);
}

static json_t *
fix_tree(const struct fix *fix, const struct fix_values *values)
{
	json_t *tree = json_object(), *commands = json_array();
	size_t i;

	set_string(tree, "product", fix->product);
	render_into(tree, "text", fix->text, values, false);
	for (i = 0; fix->commands[i] != NULL; i++)
		render_into(commands, NULL, fix->commands[i], values, true);
	set_new(tree, "commands", commands);
	if (fix->check != NULL)
		render_into(tree, "check", fix->check, values, true);
	return tree;
}

static json_t *
cause_tree(const struct session *session, const struct cause *cause)
{
	json_t *tree = json_object(), *items = json_array(),
	       *fixes = json_array();
	struct view_values values;
	const struct fix *fix;
	size_t i;

	set_string(tree, "id", cause_name(cause->id));
	set_new(tree, "confidence", json_real(cause->confidence / 100.0));
	set_string(tree, "certainty", certainty_name(cause->certainty));
	set_string(tree, "summary", cause->summary);
	set_string(tree, "who", who_name(cause->who));
	set_string(tree, "server", cause->server);
	set_string(tree, "product", cause->product);
	for (i = 0; i < cause->item_count; i++)
		json_array_append_new(items, item_tree(&cause->items[i]));
	set_new(tree, "evidence", items);
	view_fix_values(session, cause, &values);
	for (i = 0; (fix = view_fix(cause, i)) != NULL; i++)
		json_array_append_new(fixes, fix_tree(fix, &values.values));
	set_new(tree, "fix", fixes);
	return tree;
}

static json_t *
ruled_out_tree(const struct ruled_out *out)
{
	json_t *tree = json_object();

	set_string(tree, "id", cause_name(out->id));
	set_string(tree, "why", out->why);
	set_probe(tree, &out->at);
	set_int(tree, "line", out->at.line);
	return tree;
}

static json_t *
failure_tree(const struct failure_point *failure)
{
	char address[ADDR_TEXT_MAX] = "";
	json_t *tree;

	if (!failure->known)
		return json_null();
	tree = json_object();
	set_probe(tree, &failure->at);
	set_string(tree, "host", failure->host);
	if (failure->addr.family != AF_UNSPEC)
		addr_text(&failure->addr, address);
	set_string(tree, "address", address);
	set_int(tree, "port", failure->addr.port);
	set_string(tree, "stage", stage_name(failure->stage));
	set_int(tree, "line", failure->at.line);
	set_int(tree, "code", failure->code);
	set_enhanced(tree, &failure->enhanced);
	set_string(tree, "text", failure->text);
	return tree;
}

static json_t *
words_tree(const char *words)
{
	json_t *tree = json_array();
	char *copy = mem_strdup(words), *rest = copy, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0')
			json_array_append_new(tree, tree_string(word));
	free(copy);
	return tree;
}

static json_t *
server_tree(const struct server *server)
{
	json_t *tree = json_object(), *tls = json_object(),
	       *auth = json_object();
	char address[ADDR_TEXT_MAX] = "";

	set_string(tree, "host", server->host);
	if (server->addr.family != AF_UNSPEC)
		addr_text(&server->addr, address);
	set_string(tree, "address", address);
	set_int(tree, "port", server->addr.port);
	set_int(tree, "preference", server->preference);
	set_string(tree, "role", role_name(server->role));
	set_string(tree, "product", server->product);
	set_string(tree, "version", server->version);
	set_string(tree, "result", result_name(server->result));
	set_string(tree, "stage", stage_name(server->stage));
	set_int(tree, "code", server->code);
	set_enhanced(tree, &server->enhanced);
	set_string(tree, "text", server->text);
	set_string(tls, "offered", tri_name(server->tls_offered));
	set_string(tls, "established", tri_name(server->tls_established));
	set_string(tls, "trusted", tri_name(server->tls_trusted));
	set_string(tls, "why", server->tls_why);
	set_new(tree, "tls", tls);
	set_new(auth, "clear", words_tree(server->auth_clear));
	set_new(auth, "tls", words_tree(server->auth_tls));
	set_new(tree, "auth", auth);
	set_probe(tree, &server->at);
	set_int(tree, "line", server->at.line);
	if (server->side)
		set_bool(tree, "side", true);
	if (server->repeat)
		set_bool(tree, "repeat", true);
	return tree;
}

static json_t *
finding_tree(const struct finding *finding)
{
	json_t *tree = json_object();

	set_string(tree, "id", finding->id);
	set_string(tree, "result", finding_result_name(finding->result));
	set_string(tree, "severity", severity_name(finding->severity));
	set_string(tree, "subject", finding->subject);
	set_string(tree, "text", finding->text);
	set_probe(tree, &finding->at);
	set_int(tree, "line", finding->at.line);
	return tree;
}

static json_t *
probe_tree(const struct probe *probe)
{
	const struct ref at = { probe->number, 0 };
	json_t *tree = json_object();
	char name[16];

	set_string(tree, "id", view_ref(&at, name, sizeof(name)));
	set_string(tree, "kind", probe_kind_name(probe->kind));
	set_string(tree, "subject", probe->subject);
	set_string(tree, "status", probe_status_name(probe->status));
	set_int(tree, "start_ms", probe->start_ms);
	set_int(tree, "end_ms", probe->end_ms);
	set_string(tree, "why", probe->why);
	return tree;
}

static json_t *
line_tree(const struct transcript_line *line, int number)
{
	static const char *const dirs[] = {
		[LINE_NOTE] = "note",
		[LINE_CLIENT] = "client",
		[LINE_SERVER] = "server",
	};
	json_t *tree = json_object();

	set_int(tree, "n", number);
	set_int(tree, "ms", line->ms);
	set_string(tree, "dir", dirs[line->dir]);
	set_string(tree, "text", line->text);
	set_string(tree, "annotation",
	    line->annotation != NULL ? line->annotation : "");
	set_string(tree, "stage", stage_name(line->stage));
	if (line->secure)
		set_bool(tree, "secure", true);
	if (line->failure)
		set_bool(tree, "failure", true);
	return tree;
}

static json_t *
transcript_tree(const struct probe *probe)
{
	const struct transcript *tr = &probe->transcript;
	const struct ref at = { probe->number, 0 };
	json_t *tree = json_object(), *lines = json_array();
	size_t i;

	set_probe(tree, &at);
	for (i = 0; i < tr->count; i++)
		json_array_append_new(lines,
		    line_tree(&tr->lines[i], (int)i + 1));
	set_new(tree, "lines", lines);
	if (tr->dropped > 0)
		set_int(tree, "dropped", (long)tr->dropped);
	return tree;
}

static void
add_diagnosis(json_t *tree, const struct session *session)
{
	const struct diagnosis *d = &session->diagnosis;
	json_t *causes = json_array(), *ruled_out = json_array();
	size_t i;

	set_string(tree, "verdict", verdict_name(d->verdict));
	set_string(tree, "headline", d->headline);
	for (i = 0; i < d->cause_count; i++)
		json_array_append_new(causes,
		    cause_tree(session, &d->causes[i]));
	set_new(tree, "causes", causes);
	for (i = 0; i < d->ruled_out_count; i++)
		json_array_append_new(ruled_out,
		    ruled_out_tree(&d->ruled_out[i]));
	set_new(tree, "ruled_out", ruled_out);
	set_new(tree, "failure_point", failure_tree(&d->failure));
}

/* The arrays that grow with the number of servers, in the order shown. */
static json_t *
server_element(const struct session *session, size_t i)
{
	const struct evidence *e = &session->evidence;

	return i < e->server_count ? server_tree(&e->servers[i]) : NULL;
}

static json_t *
finding_element(const struct session *session, size_t i)
{
	const struct diagnosis *d = &session->diagnosis;

	return i < d->finding_count ? finding_tree(&d->findings[i]) : NULL;
}

static json_t *
probe_element(const struct session *session, size_t i)
{
	return i < session->probe_count ? probe_tree(session->probes[i]) :
					  NULL;
}

/* Probes that never began have none. */
static json_t *
transcript_element(const struct session *session, size_t i)
{
	size_t k;

	for (k = 0; k < session->probe_count; k++)
		if (session->probes[k]->transcript.count > 0 && i-- == 0)
			return transcript_tree(session->probes[k]);
	return NULL;
}

static const struct {
	const char *name;
	json_t *(*element)(const struct session *session, size_t i);
} arrays[] = {
	{ "servers", server_element },
	{ "findings", finding_element },
	{ "probes", probe_element },
	{ "transcripts", transcript_element },
};

const char *
tree_array_name(size_t array)
{
	return array < sizeof(arrays) / sizeof(arrays[0]) ?
	    arrays[array].name : NULL;
}

json_t *
tree_array_element(const struct session *session, size_t array, size_t i)
{
	return arrays[array].element(session, i);
}

json_t *
tree_of_summary(const struct session *session)
{
	json_t *tree = json_object(), *from = json_object();
	char started[40];

	view_time(session->started, true, started, sizeof(started));
	set_int(tree, "version", REPORT_VERSION);
	set_string(tree, "tool", "relaytrace " RT_VERSION);
	set_string(tree, "started", started);
	set_int(tree, "elapsed_ms", session->elapsed_ms);
	set_bool(tree, "complete", session->complete);
	set_string(from, "address", session->from_address);
	set_string(from, "helo", session->helo);
	set_string(from, "resolver", session->resolver_text);
	set_new(tree, "from", from);
	set_new(tree, "case", case_tree(session));
	add_diagnosis(tree, session);
	return tree;
}

json_t *
tree_of_session(const struct session *session)
{
	json_t *tree = tree_of_summary(session), *array, *element;
	const char *name;
	size_t i, k;

	for (i = 0; (name = tree_array_name(i)) != NULL; i++) {
		array = json_array();
		for (k = 0; (element = tree_array_element(session, i, k)) !=
		    NULL; k++)
			json_array_append_new(array, element);
		set_new(tree, name, array);
	}
	return tree;
}
