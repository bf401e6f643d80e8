#include "ui/spf_cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/file.h"
#include "core/json_out.h"
#include "core/settings.h"
#include "core/spf/spf.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/loop.h"
#include "ui/sandbox/sandbox.h"
#include "ui/setup.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define OUTPUT_MAX (4 * 1024 * 1024) /* bytes of the trace as text */

struct request {
	struct settings settings;
	struct spf_input input;
	struct addr servers[RESOLVER_SERVERS];
	size_t server_count;
};

static bool __attribute__((format(printf, 1, 2)))
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("relaytrace spf: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, _(fmt), ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

/* For arguments in messages: no byte of them reaches the terminal raw. */
static const char *
shown(const char *arg)
{
	static char text[200];

	return text_visible_str(arg, text, sizeof(text));
}

/*
 * The HELO name may be anything a client ever said, unlike our own name, so
 * it is taken out before the options are checked.
 */
static const char *
take_helo(int *argc, char **argv)
{
	const char *helo = NULL;
	int from, to = 1;
	bool options = true;

	for (from = 1; from < *argc; from++) {
		if (strcmp(argv[from], "--") == 0)
			options = false;
		if (options && strncmp(argv[from], "--helo=", 7) == 0)
			helo = argv[from] + 7;
		else if (options && strcmp(argv[from], "--helo") == 0 &&
		    from + 1 < *argc)
			helo = argv[++from];
		else
			argv[to++] = argv[from];
	}
	*argc = to;
	return helo;
}

static bool
take_servers(struct request *r)
{
	const struct string_list *list = &r->settings.resolvers;
	struct err err;
	size_t i;

	if (list->count > RESOLVER_SERVERS)
		return complain("--resolver: at most %d", RESOLVER_SERVERS);
	for (i = 0; i < list->count; i++)
		if (!addr_parse_port(list->items[i], 53,
		    &r->servers[r->server_count++]))
			return complain("--resolver=%s: not ADDRESS or "
			    "ADDRESS:PORT", shown(list->items[i]));
	if (list->count == 0)
		r->server_count = resolver_read_conf(RESOLV_CONF, r->servers,
		    RESOLVER_SERVERS, &err);
	return r->server_count > 0 || complain("%s", err.text);
}

/* What is asked about; an odd sender or HELO name has a result as well. */
static bool
take_input(struct request *r, const char *helo)
{
	const struct settings *s = &r->settings;

	if (s->ip == NULL)
		return complain("--ip=ADDRESS is missing: whose right to send "
		    "is asked about");
	if (!addr_parse(s->ip, &r->input.ip))
		return complain("--ip=%s: not an IP address", shown(s->ip));
	if (s->recipients.count != 1)
		return complain("one SENDER is needed (\"<>\" for the null "
		    "sender)");
	r->input.sender = s->recipients.items[0];
	r->input.helo = helo != NULL ? helo : s->helo;
	r->input.limit_ms = s->timeout_s * 1000;
	if ((r->input.sender[0] == '\0' ||
	    strcmp(r->input.sender, "<>") == 0) && r->input.helo == NULL)
		return complain("the null sender is checked by its HELO name; "
		    "give --helo=NAME");
	return true;
}

static bool
take_arguments(int argc, char **argv, struct request *r)
{
	const char *helo = take_helo(&argc, argv);
	struct settings *s = &r->settings;
	struct err err;

	if (!settings_parse(s, COMMAND_SPF, argc, argv, &err))
		return complain("%s", err.text);
	if (s->help)
		return true;
	if (!settings_configure(s, &err) ||
	    !settings_check(s, COMMAND_SPF, &err))
		return complain("%s", err.text);
	if (s->format != FORMAT_TEXT && s->format != FORMAT_JSON)
		return complain("--format: only text and json");
	setup_language(s);
	if (s->debug != NULL && !log_open(s->debug, &err))
		return complain("%s", err.text);
	return take_input(r, helo) && take_servers(r);
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static void
json_queries(struct json_out *json, const struct policy_lines *lines)
{
	size_t i;

	json_open(json, "queries", '[');
	for (i = 0; i < lines->count; i++) {
		json_open(json, NULL, '{');
		json_text(json, "asked", or_empty(lines->items[i].asked));
		json_text(json, "answered", or_empty(lines->items[i].answered));
		json_number(json, "ms", lines->items[i].ms);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void
json_line(struct json_out *json, const struct spf_line *line)
{
	static const char *const kinds[] = { "record", "mechanism",
		"modifier" };
	bool decides = line->outcome == SPF_MATCH ||
	    line->outcome == SPF_ERROR;

	json_open(json, NULL, '{');
	json_number(json, "depth", line->depth);
	json_text(json, "kind", kinds[line->kind]);
	json_text(json, "domain", or_empty(line->domain));
	json_text(json, "term", or_empty(line->term));
	json_text(json, "target", or_empty(line->target));
	json_text(json, "outcome", spf_outcome_name(line->outcome));
	json_text(json, "result",
	    decides ? spf_result_name(line->result) : "");
	json_text(json, "matched", or_empty(line->matched));
	json_text(json, "note", or_empty(line->note));
	json_queries(json, &line->queries);
	json_number(json, "ms", spf_line_ms(line));
	json_close(json, '}');
}

static void
put_json(const struct spf_check *check, struct buf *out)
{
	struct json_out json = { .out = out };
	char ip[ADDR_TEXT_MAX], text[1024];
	size_t i;

	json_open(&json, NULL, '{');
	json_text(&json, "result", spf_result_name(check->result));
	json_text(&json, "explanation", or_empty(check->explanation));
	json_number(&json, "lookups", check->lookups);
	json_number(&json, "void_lookups", check->void_lookups);
	json_text(&json, "summary",
	    spf_check_text(check, text, sizeof(text)));
	json_text(&json, "identity",
	    check->helo_identity ? "helo" : "mailfrom");
	json_text(&json, "ip", addr_text(&check->ip, ip));
	json_text(&json, "sender", or_empty(check->sender));
	json_text(&json, "problem", check->problem);
	json_open(&json, "trace", '[');
	for (i = 0; i < check->trace.count; i++)
		json_line(&json, &check->trace.lines[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	buf_putc(out, '\n');
}

static void
put_text(const struct spf_check *check, struct buf *out)
{
	char text[1024];

	buf_printf(out, "%s: %s\n", spf_result_name(check->result),
	    spf_check_text(check, text, sizeof(text)));
	if (check->explanation[0] != '\0')
		buf_printf(out, _("The domain explains: %s\n"),
		    text_visible_str(check->explanation, text, sizeof(text)));
	buf_printf(out, _("%u of %d terms that ask DNS, %u of %d without an "
	    "answer\n\n"), check->lookups, SPF_LOOKUPS_MAX,
	    check->void_lookups, SPF_VOID_MAX);
	spf_trace_text(&check->trace, out);
}

static bool
put_out(const struct settings *s, const struct spf_check *check)
{
	struct buf out;
	struct err err;
	bool done = true;

	buf_init(&out, 4 * OUTPUT_MAX);
	if (s->format == FORMAT_JSON)
		put_json(check, &out);
	else
		put_text(check, &out);
	if (s->output != NULL)
		done = file_write(s->output, buf_str(&out), out.len, 0644,
		    &err) || complain("%s", err.text);
	else if (fwrite(buf_str(&out), 1, out.len, stdout) != out.len ||
	    fflush(stdout) != 0)
		done = complain("standard output cannot be written");
	buf_clear(&out);
	return done;
}

static bool
evaluate(const struct request *r)
{
	struct loop *loop = loop_new(NULL);
	struct resolver *resolver = resolver_new(loop, NULL, r->servers,
	    r->server_count);
	struct spf_check check;
	bool done;

	sandbox_enter(!r->settings.no_sandbox, &(struct sandbox_needs) {
	    .network = true, .writes = r->settings.output });
	spf_check_start(&check, loop, NULL, resolver, &r->input);
	while (!check.task.done)
		loop_turn(loop, -1);
	done = put_out(&r->settings, &check);
	spf_check_clear(&check);
	resolver_free(resolver);
	loop_free(loop);
	return done;
}

int
spf_command(int argc, char **argv)
{
	struct request r = { .input = { .now = time(NULL) } };
	int status = 2;

	settings_init(&r.settings);
	if (take_arguments(argc, argv, &r)) {
		if (r.settings.help)
			settings_usage(stdout, COMMAND_SPF);
		if (r.settings.help || evaluate(&r))
			status = 0;
	}
	settings_clear(&r.settings);
	log_close();
	return status;
}
