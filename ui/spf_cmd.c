#include "ui/spf_cmd.h"

#include <getopt.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/spf/spf.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/dns.h"
#include "net/loop.h"
#include "ui/sandbox/sandbox.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define OUTPUT_MAX (4 * 1024 * 1024) /* bytes of the trace as text */

struct options {
	struct spf_input input;
	bool have_ip, json, no_sandbox;
	struct addr servers[RESOLVER_SERVERS];
	size_t server_count;
};

static bool __attribute__((format(printf, 1, 2)))
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("relaytrace spf: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
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

static bool
take_timeout(const char *arg, struct options *o)
{
	char *end;
	long seconds = strtol(arg, &end, 10);

	if (end == arg || *end != '\0' || seconds < 1 || seconds > 86400)
		return complain("--timeout=%s: not a number of seconds from 1 "
		    "to 86400", shown(arg));
	o->input.limit_ms = (int)seconds * 1000;
	return true;
}

static bool
take_resolver(const char *arg, struct options *o)
{
	if (o->server_count == RESOLVER_SERVERS)
		return complain("--resolver: at most %d", RESOLVER_SERVERS);
	if (!addr_parse_port(arg, 53, &o->servers[o->server_count]))
		return complain("--resolver=%s: not ADDRESS or ADDRESS:PORT",
		    shown(arg));
	o->server_count++;
	return true;
}

static bool
take_option(int letter, const char *arg, struct options *o)
{
	switch (letter) {
	case 'i':
		o->have_ip = addr_parse(arg, &o->input.ip);
		return o->have_ip ||
		    complain("--ip=%s: not an IP address", shown(arg));
	case 'h':
		o->input.helo = arg;
		return true;
	case 'j':
		o->json = true;
		return true;
	case 'f':
		o->json = strcmp(arg, "json") == 0;
		return o->json || strcmp(arg, "text") == 0 ||
		    complain("--format=%s: text or json", shown(arg));
	case 's':
		o->no_sandbox = true;
		return true;
	case 'r':
		return take_resolver(arg, o);
	case 't':
		return take_timeout(arg, o);
	default: /* getopt has said what is wrong */
		return false;
	}
}

static bool
take_arguments(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "ip", required_argument, NULL, 'i' },
		{ "helo", required_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ "format", required_argument, NULL, 'f' },
		{ "resolver", required_argument, NULL, 'r' },
		{ "timeout", required_argument, NULL, 't' },
		{ "no-sandbox", no_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	struct err err;
	int letter;

	optind = 0;
	while ((letter = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (!take_option(letter, optarg, o))
			return false;
	if (!o->have_ip)
		return complain("--ip=ADDRESS is missing: whose right to send "
		    "is asked about");
	if (optind + 1 != argc)
		return complain("one SENDER is needed (\"<>\" for the null "
		    "sender)");
	o->input.sender = argv[optind];
	if ((o->input.sender[0] == '\0' ||
	    strcmp(o->input.sender, "<>") == 0) && o->input.helo == NULL)
		return complain("the null sender is checked by its HELO name; "
		    "give --helo=NAME");
	if (o->server_count == 0)
		o->server_count = resolver_read_conf(RESOLV_CONF, o->servers,
		    RESOLVER_SERVERS, &err);
	return o->server_count > 0 || complain("%s", err.text);
}

static json_t *
json_text(const char *s)
{
	struct buf buf;
	json_t *json;

	if (s == NULL)
		s = "";
	buf_init(&buf, OUTPUT_MAX);
	text_utf8(s, strlen(s), &buf);
	json = json_string(buf_str(&buf));
	buf_clear(&buf);
	return json;
}

static json_t *
json_queries(const struct policy_lines *lines)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < lines->count; i++)
		json_array_append_new(array, json_pack("{s:o, s:o, s:i}",
		    "asked", json_text(lines->items[i].asked),
		    "answered", json_text(lines->items[i].answered),
		    "ms", lines->items[i].ms));
	return array;
}

static json_t *
json_trace(const struct spf_trace *trace)
{
	static const char *const kinds[] = { "record", "mechanism",
		"modifier" };
	json_t *array = json_array();
	const struct spf_line *line;
	bool decides;
	size_t i;

	for (i = 0; i < trace->count; i++) {
		line = &trace->lines[i];
		decides = line->outcome == SPF_MATCH ||
		    line->outcome == SPF_ERROR;
		json_array_append_new(array, json_pack(
		    "{s:i, s:s, s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:i}",
		    "depth", line->depth,
		    "kind", kinds[line->kind],
		    "domain", json_text(line->domain),
		    "term", json_text(line->term),
		    "target", json_text(line->target),
		    "outcome", spf_outcome_name(line->outcome),
		    "result", decides ? spf_result_name(line->result) : "",
		    "matched", json_text(line->matched),
		    "note", json_text(line->note),
		    "queries", json_queries(&line->queries),
		    "ms", spf_line_ms(line)));
	}
	return array;
}

static void
print_json(const struct spf_check *check)
{
	char ip[ADDR_TEXT_MAX], text[1024];
	json_t *json = json_pack(
	    "{s:s, s:o, s:i, s:i, s:o, s:s, s:s, s:o, s:o, s:o}",
	    "result", spf_result_name(check->result),
	    "explanation", json_text(check->explanation),
	    "lookups", (int)check->lookups,
	    "void_lookups", (int)check->void_lookups,
	    "summary", json_text(spf_check_text(check, text, sizeof(text))),
	    "identity", check->helo_identity ? "helo" : "mailfrom",
	    "ip", addr_text(&check->ip, ip),
	    "sender", json_text(check->sender),
	    "problem", json_text(check->problem),
	    "trace", json_trace(&check->trace));

	json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
}

static void
print_text(const struct spf_check *check)
{
	char text[1024];
	struct buf buf;

	printf("%s: %s\n", spf_result_name(check->result),
	    spf_check_text(check, text, sizeof(text)));
	if (check->explanation[0] != '\0')
		printf("The domain explains: %s\n",
		    text_visible_str(check->explanation, text, sizeof(text)));
	printf("%u of %d terms that ask DNS, %u of %d without an answer\n\n",
	    check->lookups, SPF_LOOKUPS_MAX, check->void_lookups,
	    SPF_VOID_MAX);
	buf_init(&buf, OUTPUT_MAX);
	spf_trace_text(&check->trace, &buf);
	fputs(buf_str(&buf), stdout);
	buf_clear(&buf);
}

int
spf_command(int argc, char **argv)
{
	struct options o = { .input = { .now = time(NULL) } };
	struct resolver *resolver;
	struct spf_check check;
	struct loop *loop;

	if (!take_arguments(argc, argv, &o))
		return 2;
	loop = loop_new(NULL);
	resolver = resolver_new(loop, NULL, o.servers, o.server_count);
	sandbox_enter(!o.no_sandbox,
	    &(struct sandbox_needs) { .network = true });
	spf_check_start(&check, loop, NULL, resolver, &o.input);
	while (!check.task.done)
		loop_turn(loop, -1);
	if (o.json)
		print_json(&check);
	else
		print_text(&check);
	spf_check_clear(&check);
	resolver_free(resolver);
	loop_free(loop);
	return 0;
}
