#include "core/report/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/option_check.h"
#include "core/report/again.h"
#include "core/report/report.h"
#include "core/report/tree.h"
#include "core/session.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/mem.h"

#define FILE_MAX (32u * 1024 * 1024)
/* A tree takes 30 times the bytes of a file that says [0,0,0... */
#define VALUES_MAX (500 * 1000)

/* ---- values of an object; what is missing or of another type is empty ---- */

static void
take(const json_t *object, const char *key, char *out, size_t size)
{
	const char *value = json_string_value(json_object_get(object, key));

	text_visible_str(value != NULL ? value : "", out, size);
}

static int
number(const json_t *object, const char *key, int low, int high)
{
	const json_t *value = json_object_get(object, key);
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : 0;

	return n < low ? low : n > high ? high : (int)n;
}

static bool
flag(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

/* The place of the word among those of a vocabulary; `none` if it is not. */
static int
word(const json_t *object, const char *key, int count, int none,
    const char *(*name)(int i))
{
	const char *value = json_string_value(json_object_get(object, key));
	int i;

	for (i = 0; value != NULL && i < count; i++)
		if (strcmp(value, name(i)) == 0)
			return i;
	return none;
}

/* clang-format off */
#define VOCABULARY(fn, names, type)					\
static const char *fn(int i) { return names((type)i); }
VOCABULARY(verdict_at, verdict_name, enum verdict)
VOCABULARY(certainty_at, certainty_name, enum certainty)
VOCABULARY(who_at, who_name, enum who)
VOCABULARY(result_at, result_name, enum result)
VOCABULARY(role_at, role_name, enum role)
VOCABULARY(tri_at, tri_name, enum tri)
VOCABULARY(stage_at, stage_name, enum stage)
VOCABULARY(severity_at, severity_name, enum severity)
VOCABULARY(finding_at, finding_result_name, enum finding_result)
VOCABULARY(kind_at, probe_kind_name, enum probe_kind)
VOCABULARY(status_at, probe_status_name, enum probe_status)
/* clang-format on */

static enum stage
stage(const json_t *object)
{
	return (enum stage)word(object, "stage", STAGE_COUNT, STAGE_DNS,
	    stage_at);
}

static int
probe_number(const json_t *object, const char *key)
{
	const char *id = json_string_value(json_object_get(object, key));
	long n;

	if (id == NULL || id[0] != 'p')
		return 0;
	n = strtol(id + 1, NULL, 10);
	return n > 0 && n <= SESSION_PROBES ? (int)n : 0;
}

static struct ref
reference(const json_t *object)
{
	return (struct ref) { probe_number(object, "probe"),
		number(object, "line", 0, TRANSCRIPT_LINES) };
}

static void
take_enhanced(const json_t *object, struct enhanced *out)
{
	const char *text =
	    json_string_value(json_object_get(object, "enhanced"));

	if (text != NULL)
		enhanced_parse(text, out);
}

static void
take_address(const json_t *object, struct addr *out)
{
	const char *text =
	    json_string_value(json_object_get(object, "address"));

	if (text != NULL && addr_parse(text, out))
		out->port = (uint16_t)number(object, "port", 0, 65535);
}

static const json_t *
array(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_array(value) ? value : NULL;
}

/* ---- the parts ---- */

static bool
load_case(const json_t *tree, struct mail_case *input, struct err *err)
{
	const json_t *object = json_object_get(tree, "case");
	char recipient[520], sender[520], server[300];
	const char *route =
	    json_string_value(json_object_get(object, "route"));
	struct err ignored;

	take(object, "recipient", recipient, sizeof(recipient));
	take(object, "sender", sender, sizeof(sender));
	take(object, "server", server, sizeof(server));
	input->reported.stage = STAGE_COUNT;
	/* A masked or odd address is shown as it is written. */
	if (!address_parse(recipient, false, &input->recipient, &ignored)) {
		if (recipient[0] == '\0')
			return err_set(err, ERR_INPUT,
			    "it is no report of relaytrace: it has no case");
		snprintf(input->recipient.text, sizeof(input->recipient.text),
		    "%s", recipient);
		snprintf(input->recipient.mailbox,
		    sizeof(input->recipient.mailbox), "%s", recipient);
	}
	if (!address_parse(sender, true, &input->sender, &ignored))
		address_parse("<>", true, &input->sender, &ignored);
	input->route = route != NULL && strcmp(route, "server") == 0 ?
	    ROUTE_SERVER : ROUTE_MX;
	if (server[0] != '\0' && !host_port_parse(server, input->server,
				     sizeof(input->server), &input->port,
				     &ignored))
		input->server[0] = '\0';
	return true;
}

static void
load_item(const json_t *object, struct item *item)
{
	item->supports = flag(object, "for");
	item->at = reference(object);
	take(object, "text", item->text, sizeof(item->text));
}

/* Unknown causes are those of another version; they are left out. */
static bool
load_cause(const json_t *object, struct cause *cause)
{
	const char *id = json_string_value(json_object_get(object, "id"));
	const json_t *items = array(object, "evidence");
	double confidence =
	    json_number_value(json_object_get(object, "confidence"));
	size_t i;

	if (id == NULL || !cause_parse(id, &cause->id))
		return false;
	cause->confidence = confidence > 0 && confidence <= 1 ?
	    (int)(confidence * 100 + 0.5) : 0;
	cause->certainty = (enum certainty)word(object, "certainty",
	    CERTAINTY_POSSIBLE + 1, CERTAINTY_POSSIBLE, certainty_at);
	cause->who = (enum who)word(object, "who", WHO_PROVIDER + 1,
	    (int)cause_who(cause->id), who_at);
	take(object, "summary", cause->summary, sizeof(cause->summary));
	take(object, "product", cause->product, sizeof(cause->product));
	take(object, "server", cause->server, sizeof(cause->server));
	take(object, "listed", cause->listed, sizeof(cause->listed));
	for (i = 0; i < json_array_size(items) && i < CAUSE_ITEMS; i++)
		load_item(json_array_get(items, i),
		    &cause->items[cause->item_count++]);
	return true;
}

static void
load_failure(const json_t *object, struct failure_point *failure)
{
	if (!json_is_object(object))
		return;
	failure->known = true;
	failure->at = reference(object);
	take(object, "host", failure->host, sizeof(failure->host));
	take_address(object, &failure->addr);
	failure->stage = stage(object);
	failure->code = number(object, "code", 0, 999);
	take_enhanced(object, &failure->enhanced);
	take(object, "text", failure->text, sizeof(failure->text));
}

static void
load_finding(const json_t *object, struct finding *finding)
{
	take(object, "id", finding->id, sizeof(finding->id));
	finding->result = (enum finding_result)word(object, "result",
	    FINDING_NOT_APPLICABLE + 1, FINDING_UNKNOWN, finding_at);
	finding->severity = (enum severity)word(object, "severity",
	    SEVERITY_INFO + 1, SEVERITY_INFO, severity_at);
	take(object, "subject", finding->subject, sizeof(finding->subject));
	take(object, "text", finding->text, sizeof(finding->text));
	finding->at = reference(object);
}

static void
load_diagnosis(const json_t *tree, struct diagnosis *d)
{
	const json_t *causes = array(tree, "causes");
	const json_t *out = array(tree, "ruled_out");
	const json_t *findings = array(tree, "findings");
	size_t i;

	d->verdict = (enum verdict)word(tree, "verdict",
	    VERDICT_INCONCLUSIVE + 1, VERDICT_INCONCLUSIVE, verdict_at);
	take(tree, "headline", d->headline, sizeof(d->headline));
	d->causes = mem_array(DIAGNOSIS_CAUSES, sizeof(*d->causes));
	for (i = 0; i < json_array_size(causes) &&
	     d->cause_count < DIAGNOSIS_CAUSES; i++)
		d->cause_count += load_cause(json_array_get(causes, i),
		    &d->causes[d->cause_count]);
	d->ruled_out = mem_array(CAUSE_COUNT, sizeof(*d->ruled_out));
	for (i = 0; i < json_array_size(out) &&
	     d->ruled_out_count < CAUSE_COUNT; i++) {
		const json_t *object = json_array_get(out, i);
		struct ruled_out *r = &d->ruled_out[d->ruled_out_count];
		const char *id =
		    json_string_value(json_object_get(object, "id"));

		if (id == NULL || !cause_parse(id, &r->id))
			continue;
		take(object, "why", r->why, sizeof(r->why));
		r->at = reference(object);
		d->ruled_out_count++;
	}
	d->findings = mem_array(DIAGNOSIS_FINDINGS, sizeof(*d->findings));
	for (i = 0; i < json_array_size(findings) && i < DIAGNOSIS_FINDINGS;
	     i++)
		load_finding(json_array_get(findings, i),
		    &d->findings[d->finding_count++]);
	load_failure(json_object_get(tree, "failure_point"), &d->failure);
}

/* ["PLAIN", "LOGIN"] as "PLAIN LOGIN". */
static void
take_words(const json_t *list, char *out, size_t size)
{
	size_t i, at = 0;

	for (i = 0; i < json_array_size(list) && at + 1 < size; i++) {
		const char *value =
		    json_string_value(json_array_get(list, i));
		char shown[64];

		if (value != NULL)
			at += (size_t)snprintf(out + at, size - at, "%s%s",
			    at > 0 ? " " : "",
			    text_visible_str(value, shown, sizeof(shown)));
	}
}

static void
load_server(const json_t *object, struct server *s)
{
	const json_t *tls = json_object_get(object, "tls");
	const json_t *auth = json_object_get(object, "auth");

	take(object, "host", s->host, sizeof(s->host));
	take_address(object, &s->addr);
	s->preference = number(object, "preference", -1, 65535);
	s->role = (enum role)word(object, "role", ROLE_NEITHER + 1,
	    ROLE_NEITHER, role_at);
	take(object, "product", s->product, sizeof(s->product));
	take(object, "version", s->version, sizeof(s->version));
	s->result = (enum result)word(object, "result", RESULT_SKIPPED + 1,
	    RESULT_SKIPPED, result_at);
	s->stage = stage(object);
	s->code = number(object, "code", 0, 999);
	take_enhanced(object, &s->enhanced);
	take(object, "text", s->text, sizeof(s->text));
	s->tls_offered =
	    (enum tri)word(tls, "offered", TRI_NO + 1, TRI_UNKNOWN, tri_at);
	s->tls_established = (enum tri)word(tls, "established", TRI_NO + 1,
	    TRI_UNKNOWN, tri_at);
	s->tls_trusted =
	    (enum tri)word(tls, "trusted", TRI_NO + 1, TRI_UNKNOWN, tri_at);
	take(tls, "why", s->tls_why, sizeof(s->tls_why));
	take_words(json_object_get(auth, "clear"), s->auth_clear,
	    sizeof(s->auth_clear));
	take_words(json_object_get(auth, "tls"), s->auth_tls,
	    sizeof(s->auth_tls));
	s->at = reference(object);
	s->side = flag(object, "side");
	s->repeat = flag(object, "repeat");
}

static void
clear_loaded(struct probe *probe)
{
	transcript_clear(&probe->transcript);
}

static const struct probe_ops loaded_ops = { .clear = clear_loaded };

static void
load_probes(const json_t *tree, struct session *session)
{
	const json_t *list = array(tree, "probes");
	size_t i, n = json_array_size(list);

	if (n > SESSION_PROBES)
		n = SESSION_PROBES;
	session->probes = mem_array(n + 1, sizeof(*session->probes));
	session->probe_cap = n + 1;
	for (i = 0; i < n; i++) {
		const json_t *object = json_array_get(list, i);
		struct probe *p = mem_alloc(sizeof(*p));

		p->number = (int)i + 1;
		p->ops = &loaded_ops;
		p->task.done = true;
		p->kind = (enum probe_kind)word(object, "kind",
		    PROBE_LOCAL + 1, PROBE_DNS, kind_at);
		p->status = (enum probe_status)word(object, "status",
		    PROBE_SKIPPED + 1, PROBE_SKIPPED, status_at);
		take(object, "subject", p->subject, sizeof(p->subject));
		take(object, "why", p->why, sizeof(p->why));
		p->start_ms = number(object, "start_ms", -1, 86400000);
		p->end_ms = number(object, "end_ms", -1, 86400000);
		session->probes[session->probe_count++] = p;
	}
}

/* Notes are parted by line ends; each is made visible by itself. */
static void
load_notes(const char *notes, struct transcript *tr, int line)
{
	char *copy = mem_strdup(notes), *rest = copy, *note;

	while ((note = strsep(&rest, "\n")) != NULL)
		if (*note != '\0')
			transcript_annotate(tr, line, "%s", note);
	free(copy);
}

static void
load_line(const json_t *object, struct transcript *tr)
{
	const char *dir = json_string_value(json_object_get(object, "dir"));
	const char *text =
	    json_string_value(json_object_get(object, "text"));
	int n;

	n = transcript_printf(tr, number(object, "ms", 0, 86400000),
	    dir != NULL && strcmp(dir, "server") == 0	? LINE_SERVER :
		dir != NULL && strcmp(dir, "client") == 0 ? LINE_CLIENT :
							    LINE_NOTE,
	    stage(object), flag(object, "secure"), "%s",
	    text != NULL ? text : "");
	text = json_string_value(json_object_get(object, "annotation"));
	if (text != NULL)
		load_notes(text, tr, n);
	if (flag(object, "failure"))
		transcript_fail(tr, n);
}

static void
load_transcripts(const json_t *tree, struct session *session)
{
	const json_t *list = array(tree, "transcripts");
	size_t i, k;

	for (i = 0; i < json_array_size(list); i++) {
		const json_t *object = json_array_get(list, i);
		const json_t *lines = array(object, "lines");
		int n = probe_number(object, "probe");
		struct transcript *tr;

		if (n < 1 || (size_t)n > session->probe_count)
			continue;
		tr = &session->probes[n - 1]->transcript;
		if (tr->count > 0)
			continue; /* a second one of the same probe */
		for (k = 0; k < json_array_size(lines); k++)
			load_line(json_array_get(lines, k), tr);
	}
}

/* "2026-11-23T14:31:02Z" */
static time_t
load_time(const json_t *tree)
{
	const char *text =
	    json_string_value(json_object_get(tree, "started"));
	struct tm tm = { 0 };

	if (text == NULL || strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
		return 0;
	return timegm(&tm);
}

static void
load_evidence(const json_t *tree, struct session *session)
{
	const json_t *servers = array(tree, "servers");
	struct evidence *e = &session->evidence;
	const struct mail_case *input = &session->input;
	struct server *server;
	size_t i;

	for (i = 0; i < json_array_size(servers); i++) {
		server = evidence_add_server(e);
		if (server == NULL)
			break;
		load_server(json_array_get(servers, i), server);
	}
	e->route_server = input->route == ROUTE_SERVER;
	snprintf(e->domain, sizeof(e->domain), "%s",
	    input->recipient.domain);
	snprintf(e->server, sizeof(e->server), "%s", input->server);
	e->client_known = addr_parse(session->from_address, &e->client);
}

bool
tree_to_session(const json_t *tree, struct session *session, struct err *err)
{
	const json_t *version = json_object_get(tree, "version");
	const json_t *from = json_object_get(tree, "from");

	if (!json_is_integer(version))
		return err_set(err, ERR_INPUT,
		    "it is no report of relaytrace: it has no version");
	if (json_integer_value(version) > REPORT_VERSION)
		return err_set(err, ERR_INPUT,
		    "it was written by a newer relaytrace (format %lld, this "
		    "one reads %d)", (long long)json_integer_value(version),
		    REPORT_VERSION);
	if (!load_case(tree, &session->input, err))
		return false;
	again_load(tree, session);
	evidence_init(&session->evidence);
	session->task.done = true;
	session->started = load_time(tree);
	session->elapsed_ms = number(tree, "elapsed_ms", 0, 86400000);
	session->complete = flag(tree, "complete");
	take(from, "address", session->from_address,
	    sizeof(session->from_address));
	take(from, "helo", session->helo, sizeof(session->helo));
	take(from, "resolver", session->resolver_text,
	    sizeof(session->resolver_text));
	load_probes(tree, session);
	load_transcripts(tree, session);
	load_evidence(tree, session);
	load_diagnosis(tree, &session->diagnosis);
	return true;
}

void
tree_clear_session(struct session *session)
{
	size_t i;

	for (i = 0; i < session->probe_count; i++) {
		session->probes[i]->ops->clear(session->probes[i]);
		free(session->probes[i]);
	}
	free(session->probes);
	evidence_clear(&session->evidence);
	diagnosis_clear(&session->diagnosis);
	again_free(session->again);
	memset(session, 0, sizeof(*session));
}

/* ---- files ---- */

/* So many commas, colons and brackets outside of strings. */
static size_t
count_values(const char *bytes, size_t n)
{
	bool quoted = false;
	size_t i, count = 0;

	for (i = 0; i < n; i++) {
		if (bytes[i] == '"')
			quoted = !quoted;
		else if (quoted)
			i += bytes[i] == '\\';
		else
			count += strchr(",:[{", bytes[i]) != NULL &&
			    bytes[i] != '\0';
	}
	return count;
}

bool
report_load_bytes(const char *bytes, size_t n, struct session *session,
    struct err *err)
{
	json_error_t where;
	json_t *tree;
	bool good;

	memset(session, 0, sizeof(*session));
	if (count_values(bytes, n) > VALUES_MAX)
		return err_set(err, ERR_LIMIT, "it holds more than %d values",
		    VALUES_MAX);
	tree = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &where);
	if (tree == NULL) {
		char what[120];

		return err_set(err, ERR_INPUT,
		    "it is no JSON: line %d: %s", where.line,
		    text_visible_str(where.text, what, sizeof(what)));
	}
	good = json_is_object(tree) ? tree_to_session(tree, session, err) :
	    err_set(err, ERR_INPUT, "it is no report of relaytrace");
	json_decref(tree);
	if (!good)
		tree_clear_session(session);
	return good;
}

bool
report_load(const char *path, struct session *session, struct err *err)
{
	char shown[120], why[sizeof(err->text)];
	struct buf all;
	bool good;

	buf_init(&all, FILE_MAX);
	if (!file_read(path, &all, err)) {
		buf_clear(&all);
		return false;
	}
	good = report_load_bytes(buf_str(&all), all.len, session, err);
	buf_clear(&all);
	if (!good) {
		memcpy(why, err->text, sizeof(why));
		err_set(err, ERR_INPUT, "%s: %.180s",
		    text_visible_str(path, shown, sizeof(shown)), why);
	}
	return good;
}

void
report_unload(struct session *session)
{
	tree_clear_session(session);
}
