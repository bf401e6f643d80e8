#include "core/spf/spf.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/spf/eval.h"
#include "core/spf_cases.h"
#include "fake/zone.h"
#include "net/buf.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/mem.h"

struct bench {
	struct loop *loop;
	struct resolver *resolver;
	struct spf_check check;
};

static void
start(struct bench *b, const char *zone, const char *ip, const char *helo,
    const char *sender)
{
	struct spf_input input = { .sender = sender, .helo = helo,
		.receiver = "mx.receiver.test", .now = 1700000000 };

	memset(b, 0, sizeof(*b));
	ck_assert(addr_parse(ip, &input.ip));
	b->loop = loop_new_virtual();
	b->resolver = zone_resolver(b->loop, zone);
	spf_check_start(&b->check, b->loop, NULL, b->resolver, &input);
}

static void
finish(struct bench *b)
{
	int turns;

	for (turns = 0; !b->check.task.done; turns++) {
		ck_assert_int_lt(turns, 2000);
		loop_turn(b->loop, 0);
	}
}

static void
clear(struct bench *b)
{
	spf_check_clear(&b->check);
	ck_assert_uint_eq(zone_open(b->resolver), 0);
	while (loop_turn(b->loop, 0))
		continue;
	zone_free(b->resolver);
	loop_free(b->loop);
}

START_TEST(agrees_with_the_rfc)
{
	const struct spf_case *c = &cases[_i];
	struct bench b;

	start(&b, c->zone, c->ip, c->helo, c->sender);
	finish(&b);
	ck_assert_msg(b.check.result == c->result, "%s: %s, want %s (%s)",
	    c->what, spf_result_name(b.check.result),
	    spf_result_name(c->result), b.check.problem);
	ck_assert_msg(strcmp(b.check.explanation, c->explanation) == 0,
	    "%s: explanation '%s', want '%s'", c->what, b.check.explanation,
	    c->explanation);
	ck_assert_msg((b.check.problem[0] != '\0') ==
	    (c->result == SPF_TEMPERROR || c->result == SPF_PERMERROR),
	    "%s: problem '%s'", c->what, b.check.problem);
	clear(&b);
}
END_TEST

/* Cleared after any number of turns: nothing is left, nothing is called. */
START_TEST(can_be_cleared_at_every_turn)
{
	static const char *const zones[] = {
		"e.test TXT v=spf1 mx:o.test include:f.test ptr -all exp=x.test\n"
		"o.test MX 1 n.test\no.test MX 2 h.test\n"
		"f.test TXT v=spf1 exists:%{p}.%{d} redirect=g.test\n"
		"g.test TXT v=spf1 include:e2.test -all\n"
		"e2.test TXT v=spf1 a:n.test ?all\nx.test TXT %{p} no\n"
		"n.test A 203.0.113.1\nh.test A 203.0.113.2\n"
		"f.test A 203.0.113.3\nh.test.f.test MX 1 n.test\n" PTR4
		"h.test\n",
		"e.test TXT v=spf1 include:e.test\n",
		"e.test SLOW 30000\n",
	};
	bool ran = true;
	struct bench b;
	int turns, i;

	for (turns = 0; ran; turns++) {
		start(&b, zones[_i], IP4, "h.test", "a@e.test");
		for (i = 0; i < turns; i++)
			ran = loop_turn(b.loop, 0);
		clear(&b);
	}
	ck_assert_int_gt(turns, 3);
}
END_TEST

static void
repeat(struct buf *zone, const char *fmt, int from, int to)
{
	int i;

	for (i = from; i < to; i++) {
		char line[200];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(line, sizeof(line), fmt, i, i + 1);
#pragma GCC diagnostic pop
		buf_puts(zone, line);
	}
}

/* A zone that means harm ends within the limits, with the right word. */
START_TEST(a_hundred_includes)
{
	struct buf zone;
	struct bench b;

	buf_init(&zone, 100000);
	buf_puts(&zone, "e.test TXT v=spf1");
	repeat(&zone, " include:i%d.test", 0, 100);
	buf_puts(&zone, "\n");
	repeat(&zone, "i%d.test TXT v=spf1 -all\n", 0, 100);
	start(&b, buf_str(&zone), IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_PERMERROR);
	ck_assert_uint_eq(b.check.lookups, SPF_LOOKUPS_MAX);
	ck_assert_uint_eq(zone_questions(b.resolver), 11);
	clear(&b);
	buf_clear(&zone);
}
END_TEST

START_TEST(a_chain_of_includes)
{
	struct buf zone;
	struct bench b;

	buf_init(&zone, 100000);
	buf_puts(&zone, "e.test TXT v=spf1 include:i0.test -all\n");
	repeat(&zone, "i%d.test TXT v=spf1 include:i%d.test -all\n", 0, 100);
	start(&b, buf_str(&zone), IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_PERMERROR);
	ck_assert_uint_eq(zone_questions(b.resolver), 11);
	clear(&b);
	buf_clear(&zone);
}
END_TEST

START_TEST(a_giant_record)
{
	struct buf zone;
	struct bench b;

	buf_init(&zone, 1000000);
	buf_puts(&zone, "e.test TXT v=spf1");
	repeat(&zone, " ip4:203.0.113.1", 0, 4000);
	buf_puts(&zone, " %{S}%{S}foo");
	buf_puts(&zone, "\n");
	start(&b, buf_str(&zone), IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_PERMERROR);
	clear(&b);

	buf_reset(&zone);
	buf_puts(&zone, "e.test TXT v=spf1");
	repeat(&zone, " ip4:203.0.113.1", 0, 4000);
	buf_puts(&zone, " ip4:192.0.2.1 -all\n");
	start(&b, buf_str(&zone), IP4, "h.test", "a@e.test");
	while (!b.check.task.done)
		loop_turn(b.loop, 0);
	ck_assert_int_eq(b.check.result, SPF_PASS);
	ck_assert_uint_eq(b.check.trace.count, SPF_TRACE_MAX);
	ck_assert_uint_gt(b.check.trace.dropped, 2000);
	clear(&b);
	buf_clear(&zone);
}
END_TEST

/* Thousands of macros in one name: only the end of the name counts. */
START_TEST(a_giant_name)
{
	struct buf zone;
	struct bench b;

	buf_init(&zone, 1000000);
	buf_puts(&zone, "e.test TXT v=spf1 exists:");
	repeat(&zone, "%%{S}.", 0, 8000);
	buf_puts(&zone, "x.test -all\n");
	start(&b, buf_str(&zone), IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_FAIL);
	clear(&b);
	buf_clear(&zone);
}
END_TEST

/* Each answer takes 3.9 s: the time for the whole check ends it. */
START_TEST(slow_servers_end_in_temperror)
{
	struct buf zone;
	struct bench b;

	buf_init(&zone, 100000);
	buf_puts(&zone, "e.test TXT v=spf1");
	repeat(&zone, " a:i%d.test", 0, 9);
	buf_puts(&zone, " -all\n");
	repeat(&zone, "i%d.test A 203.0.113.1\n", 0, 9);
	repeat(&zone, "i%d.test SLOW 3900\n", 0, 9);
	start(&b, buf_str(&zone), IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_TEMPERROR);
	ck_assert_int_le(loop_now(b.loop), SPF_TIME_MS + 10);
	ck_assert_ptr_nonnull(strstr(b.check.problem, "time"));
	clear(&b);
	buf_clear(&zone);
}
END_TEST

/* The time is up inside a nested include and inside PTR. */
START_TEST(the_time_ends_it_wherever_it_waits)
{
	static const char *const zones[] = {
		"e.test TXT v=spf1 include:f.test -all\n"
		"f.test TXT v=spf1 include:g.test -all\ng.test SLOW 60000\n",
		"e.test TXT v=spf1 ptr -all\n1.2.0.192.in-addr.arpa SLOW 60000\n",
		"e.test TXT v=spf1 mx:o.test -all\no.test MX 1 p.test\n"
		"p.test SLOW 60000\n",
		"e.test TXT v=spf1 redirect=%{p}.test\n"
		"1.2.0.192.in-addr.arpa SLOW 60000\n",
	};
	struct bench b;

	start(&b, zones[_i], IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_TEMPERROR);
	ck_assert_int_le(loop_now(b.loop), SPF_TIME_MS + 10);
	clear(&b);
}
END_TEST

/* A fail stays a fail when only its explanation takes too long. */
START_TEST(the_explanation_never_changes_the_result)
{
	struct bench b;

	start(&b, "e.test TXT v=spf1 -all exp=x.test\nx.test SLOW 60000\n"
	    "x.test TXT late\n", IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_FAIL);
	ck_assert_str_eq(b.check.explanation, "");
	clear(&b);
}
END_TEST

START_TEST(counts_and_trace_tell_the_way)
{
	static const char zone[] =
	    "e.test TXT v=spf1 a:no.test include:f.test -all\n"
	    "f.test TXT v=spf1 mx:o.test ?all\n"
	    "o.test MX 10 p.test\np.test A 192.0.2.1\n";
	static const struct {
		int depth;
		enum spf_line_kind kind;
		const char *term;
		enum spf_outcome outcome;
		const char *matched;
		size_t questions;
	} want[] = {
		{ 0, SPF_LINE_RECORD, "v=spf1 a:no.test include:f.test -all",
		    SPF_FOUND, NULL, 1 },
		{ 0, SPF_LINE_TERM, "a:no.test", SPF_NO_MATCH, NULL, 1 },
		{ 0, SPF_LINE_TERM, "include:f.test", SPF_MATCH, NULL, 0 },
		{ 1, SPF_LINE_RECORD, "v=spf1 mx:o.test ?all", SPF_FOUND,
		    NULL, 1 },
		{ 1, SPF_LINE_TERM, "mx:o.test", SPF_MATCH,
		    "p.test 192.0.2.1", 2 },
	};
	const struct spf_line *line;
	struct buf text;
	struct bench b;
	size_t i;

	start(&b, zone, IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_PASS);
	ck_assert_uint_eq(b.check.lookups, 3);
	ck_assert_uint_eq(b.check.void_lookups, 1);
	ck_assert_str_eq(b.check.decided, "include:f.test");
	ck_assert_str_eq(b.check.decided_by, "e.test");
	ck_assert_uint_eq(b.check.trace.count, sizeof(want) / sizeof(want[0]));
	for (i = 0; i < b.check.trace.count; i++) {
		line = &b.check.trace.lines[i];
		ck_assert_int_eq(line->depth, want[i].depth);
		ck_assert_int_eq(line->kind, want[i].kind);
		ck_assert_str_eq(line->term, want[i].term);
		ck_assert_int_eq(line->outcome, want[i].outcome);
		ck_assert_uint_eq(line->queries.count, want[i].questions);
		ck_assert_pstr_eq(line->matched, want[i].matched);
	}
	buf_init(&text, 4000);
	spf_trace_text(&b.check.trace, &text);
	ck_assert_str_eq(buf_str(&text),
	    "e.test: v=spf1 a:no.test include:f.test -all\n"
	    "    asked e.test TXT: 5 ms\n"
	    "  a:no.test  no match\n"
	    "      asked no.test A: NXDOMAIN (5 ms)\n"
	    "  include:f.test  match -> pass\n"
	    "    f.test: v=spf1 mx:o.test ?all\n"
	    "        asked f.test TXT: 5 ms\n"
	    "      mx:o.test  match -> pass (p.test 192.0.2.1)\n"
	    "          asked o.test MX: 10 p.test (5 ms)\n"
	    "          asked p.test A: 192.0.2.1 (5 ms)\n");
	buf_clear(&text);
	clear(&b);
}
END_TEST

/* Errors name the term, and nothing from outside reaches a terminal raw. */
START_TEST(errors_say_what_is_wrong)
{
	static const struct {
		const char *record, *says;
	} wrong[] = {
		{ "v=spf1 ip4:192.0.2.300 -all", "\"ip4:192.0.2.300\"" },
		{ "v=spf1 incldue:f.test -all", "\"incldue:f.test\"" },
		{ "v=spf1 a:\\x1b[2J -all", "\"a:\\x1b[2J\"" },
		{ "v=spf1 -all\ne.test TXT v=spf1 -all", "more than one" },
		{ "v=spf1 include:no.test -all", "no.test" },
	};
	char zone[300];
	struct bench b;
	const char *p;

	snprintf(zone, sizeof(zone), "e.test TXT %s\n", wrong[_i].record);
	start(&b, zone, IP4, "h.test", "a@e.test");
	finish(&b);
	ck_assert_int_eq(b.check.result, SPF_PERMERROR);
	ck_assert_msg(strstr(b.check.problem, wrong[_i].says) != NULL, "%s",
	    b.check.problem);
	for (p = b.check.problem; *p != '\0'; p++)
		ck_assert(*p >= ' ');
	clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.spf");
	TCase *t = tcase_create("spf");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, agrees_with_the_rfc, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, can_be_cleared_at_every_turn, 0, 3);
	tcase_add_test(t, a_hundred_includes);
	tcase_add_test(t, a_chain_of_includes);
	tcase_add_test(t, a_giant_record);
	tcase_add_test(t, a_giant_name);
	tcase_add_test(t, slow_servers_end_in_temperror);
	tcase_add_loop_test(t, the_time_ends_it_wherever_it_waits, 0, 4);
	tcase_add_test(t, the_explanation_never_changes_the_result);
	tcase_add_test(t, counts_and_trace_tell_the_way);
	tcase_add_loop_test(t, errors_say_what_is_wrong, 0, 5);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
