#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/again.h"
#include "core/report/load.h"
#include "core/report/report.h"
#include "core/report/tree.h"
#include "net/buf.h"
#include "net/err.h"
#include "tests/core/sample_session.h"

static struct session sample;
static struct buf out;
static struct err err;

static void
setup(void)
{
	memset(&sample, 0, sizeof(sample));
	sample_make(&sample, NULL);
	buf_init(&out, REPORT_MAX);
}

static void
teardown(void)
{
	buf_clear(&out);
	sample_clear(&sample);
}

/* What was written reads back to the same, in every format. */
START_TEST(there_and_back)
{
	static const enum format formats[] = { FORMAT_TEXT, FORMAT_MARKDOWN,
		FORMAT_HTML, FORMAT_NAGIOS, FORMAT_MESSAGE, FORMAT_COMMANDS };
	struct session loaded;
	struct buf json, again;
	size_t at;

	buf_init(&json, REPORT_MAX);
	report_json(&sample, &json);
	ck_assert_msg(report_load_bytes(buf_str(&json), json.len, &loaded,
			  &err), "%s", err.text);
	report_render(&sample, formats[_i], false, &out, &err);
	buf_init(&again, REPORT_MAX);
	report_render(&loaded, formats[_i], false, &again, &err);
	for (at = 0; at < out.len && at < again.len; at++)
		if (buf_str(&out)[at] != buf_str(&again)[at])
			break;
	ck_assert_msg(at == out.len && at == again.len,
	    "differs at \"%.60s\", which was \"%.60s\"",
	    buf_str(&again) + at, buf_str(&out) + at);
	buf_clear(&again);
	buf_clear(&json);
	report_unload(&loaded);
}
END_TEST

/* No name or address of the case is left, and files are not names. */
START_TEST(masks_names)
{
	static const char *const private[] = { "dest.example", "src.example",
		"bob@", "al@", "203.0.113", "198.51.100", "2001:db8",
		"192.0.2.53" };
	size_t i;

	ck_assert(report_render(&sample, (enum format)_i, true, &out, &err));
	for (i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		ck_assert_msg(strstr(buf_str(&out), private[i]) == NULL,
		    "%.60s", strstr(buf_str(&out), private[i]));
	if (_i != FORMAT_NAGIOS)
		ck_assert_ptr_nonnull(strstr(buf_str(&out), "masked.example"));
	if (_i != FORMAT_COMMANDS)
		ck_assert_ptr_nonnull(strstr(buf_str(&out), "554"));
}
END_TEST

/* Nor what only servers, links and certificates say of people and hosts. */
START_TEST(masks_what_is_quoted)
{
	static const char *const private[] = { "nina", "bob", "dest.example",
		"web7" };
	struct settings settings;
	struct probe *p = sample.probes[2];
	size_t i;

	settings_init(&settings);
	settings.user = mem_strdup("nina");
	sample.settings = &settings;
	sample_line(p, 5, LINE_NOTE, STAGE_TLS, "TLS established; certificate "
	    "for web7.hosting.example, not valid");
	sample_line(p, 5, LINE_SERVER, STAGE_AUTH, "535 5.7.8 nina: no login");
	sample_line(p, 5, LINE_SERVER, STAGE_RCPT, "250 2.1.5 bob... Recipient "
	    "ok, see http://help.test/dest.example.html");
	ck_assert(report_render(&sample, (enum format)_i, true, &out, &err));
	for (i = 0; i < sizeof(private) / sizeof(private[0]); i++)
		ck_assert_msg(strstr(buf_str(&out), private[i]) == NULL,
		    "%.60s", strstr(buf_str(&out), private[i]));
	sample.settings = NULL;
	settings_clear(&settings);
}
END_TEST

/* Never a part of a report that looks like the whole. */
START_TEST(too_large_is_an_error)
{
	int mask;

	for (mask = 0; mask < 2; mask++) {
		buf_clear(&out);
		buf_init(&out, 50);
		memset(&err, 0, sizeof(err));
		ck_assert(!report_render(&sample, (enum format)_i, mask != 0,
		    &out, &err));
		ck_assert_uint_eq(out.len, 0);
		ck_assert_ptr_nonnull(strstr(err.text, "is larger than"));
	}
}
END_TEST

/* A few bytes a value, a hundred in memory: refused before it is built. */
START_TEST(hostile_nesting_costs_no_memory)
{
	static const char *const one[] = { "[],", "{},", "1,", "\"\"," };
	struct session loaded;
	struct buf bytes;

	buf_init(&bytes, REPORT_MAX);
	buf_puts(&bytes, "{\"version\":1,\"probes\":[");
	while (bytes.len < 12000000)
		buf_puts(&bytes, one[_i]);
	buf_puts(&bytes, "0]}");
	ck_assert(!report_load_bytes(buf_str(&bytes), bytes.len, &loaded,
	    &err));
	ck_assert_msg(strstr(err.text, "more than") != NULL, "%s",
	    err.text);
	buf_clear(&bytes);
}
END_TEST

/* One kind of name alone, and as much of the transcripts as is wished. */
START_TEST(as_is_wished)
{
	static const struct report_wish wishes[] = {
		{ .mask_mail = true, .lines = LINES_WHOLE },
		{ .mask_hosts = true, .lines = LINES_NONE },
	};
	const char *text;

	ck_assert(report_render_as(&sample, FORMAT_TEXT, &wishes[_i], &out,
	    &err));
	text = buf_str(&out);
	ck_assert((strstr(text, "bob@") == NULL) == wishes[_i].mask_mail);
	ck_assert((strstr(text, "@dest.example") == NULL) ==
	    wishes[_i].mask_hosts);
	ck_assert((strstr(text, "203.0.113") == NULL) ==
	    wishes[_i].mask_hosts);
	/* The counter-question's line is far from the failure. */
	ck_assert((strstr(text, "What was said") == NULL) ==
	    (wishes[_i].lines == LINES_NONE));
	ck_assert((strstr(text, "QUIT") != NULL ||
	    strstr(text, "EHLO mail") != NULL) ==
	    (wishes[_i].lines == LINES_WHOLE));
}
END_TEST

static const struct {
	const char *bytes, *message;
} bad[] = {
	{ "", "no JSON" },
	{ "{", "no JSON" },
	{ "[]", "no report" },
	{ "{}", "has no version" },
	{ "{\"version\":\"1\"}", "has no version" },
	{ "{\"version\":99,\"case\":{\"recipient\":\"a@b.example\"}}",
	    "newer relaytrace" },
	{ "{\"version\":1}", "has no case" },
	{ "{\"version\":1,\"case\":[]}", "has no case" },
};

START_TEST(says_what_is_wrong)
{
	struct session loaded;

	ck_assert(!report_load_bytes(bad[_i].bytes, strlen(bad[_i].bytes),
	    &loaded, &err));
	ck_assert_msg(strstr(err.text, bad[_i].message) != NULL, "%s",
	    err.text);
}
END_TEST

/* Types that are wrong, numbers that are absurd, escapes: all are borne. */
START_TEST(hostile_files)
{
	static const char *const files[] = {
		"{\"version\":1,\"case\":{\"recipient\":\"a@b.example\","
		"\"server\":7},\"verdict\":{},\"causes\":{},\"ruled_out\":3,"
		"\"failure_point\":[],\"servers\":[1,[],{}],\"findings\":"
		"[null],\"probes\":[{},{\"id\":\"p1\"}],\"transcripts\":"
		"[{\"probe\":\"p99999\",\"lines\":[{}]},{\"probe\":\"p-1\"}]}",
		"{\"version\":1,\"case\":{\"recipient\":\"\\u001b[2J@x\"},"
		"\"elapsed_ms\":-99999999999,\"causes\":[{\"id\":"
		"\"mx-stale\",\"confidence\":1e300,\"evidence\":[7]}],"
		"\"probes\":[{\"start_ms\":1e99}],\"transcripts\":[{\"probe\":"
		"\"p1\",\"lines\":[{\"text\":\"\\u001b]0;x\\u0007\","
		"\"annotation\":\"\\u202e\\n\\u001b\"},7,null]}]}",
	};
	struct session loaded;
	const char *c;

	ck_assert_msg(report_load_bytes(files[_i], strlen(files[_i]),
			  &loaded, &err), "%s", err.text);
	report_text(&loaded, LINES_AROUND, &out);
	report_html(&loaded, LINES_AROUND, &out);
	for (c = buf_str(&out); *c != '\0'; c++)
		ck_assert(*c == '\n' || (unsigned char)*c >= 0x20);
	report_unload(&loaded);
}
END_TEST

static unsigned random_state = 7;

static unsigned
rnd(unsigned below)
{
	random_state = random_state * 1103515245u + 12345u;
	return (random_state >> 16 & 0x7fff) % below;
}

/*
 * A real case with bytes changed, cut out, doubled: it is refused with
 * words, or read and shown; nothing else.
 */
START_TEST(damaged_files)
{
	static const char spice[] = "\"{}[]:,\\0123456789-eE.\x1b\xff\0tfn";
	struct buf json, copy;
	struct session loaded;
	int round, changes;
	size_t read = 0;

	buf_init(&json, REPORT_MAX);
	buf_init(&copy, REPORT_MAX);
	report_kept(&sample, &json);
	for (round = 0; round < 1500; round++) {
		buf_reset(&copy);
		buf_add(&copy, buf_str(&json), json.len);
		for (changes = 1 + (int)rnd(4); changes > 0; changes--) {
			size_t at = (rnd(32768) * 32768u + rnd(32768)) %
			    copy.len;

			if (rnd(3) == 0)
				copy.len = at + 1;
			copy.bytes[at] = spice[rnd(sizeof(spice) - 1)];
		}
		memset(&err, 0, sizeof(err));
		if (!report_load_bytes(copy.bytes, copy.len, &loaded, &err)) {
			ck_assert_int_gt(strlen(err.text), 0);
			continue;
		}
		read++;
		buf_reset(&out);
		report_text(&loaded, LINES_AROUND, &out);
		report_json(&loaded, &out);
		report_unload(&loaded);
	}
	ck_assert_uint_gt(read, 20); /* not all were merely no JSON */
	buf_clear(&copy);
	buf_clear(&json);
}
END_TEST

static const char *const resolver_items[] = { "192.0.2.53" };

/* What it takes to ask the same again is in a kept case, and nowhere else. */
START_TEST(a_kept_case)
{
	struct settings settings, used;
	struct session loaded;

	settings_init(&settings);
	settings.user = (char *)(uintptr_t)"anna";
	settings.security = SECURITY_TLS;
	settings.resolvers = (struct string_list) {
		(char **)(uintptr_t)resolver_items, 1, 1 };
	addr_parse("198.51.100.9", &settings.sending_ip);
	sample.settings = &settings;
	sample.plan.rows[EXP_DNS].on = true;
	sample.plan.rows[EXP_MADE_UP].on = true;
	sample.input.reported.code = 554;
	sample.input.reported.stage = STAGE_RCPT;
	snprintf(sample.input.reported.server, 256, "mx2.dest.example");
	snprintf(sample.input.reported.text, 1024, "Relay access denied");
	report_json(&sample, &out);
	ck_assert_ptr_null(strstr(buf_str(&out), "again"));
	buf_reset(&out);
	report_kept(&sample, &out);
	ck_assert_msg(report_load_bytes(buf_str(&out), out.len, &loaded,
			  &err), "%s", err.text);
	ck_assert_int_eq(loaded.input.reported.code, 554);
	ck_assert_int_eq(loaded.input.reported.stage, STAGE_RCPT);
	ck_assert_str_eq(loaded.input.reported.server, "mx2.dest.example");
	ck_assert_str_eq(loaded.input.reported.text, "Relay access denied");
	settings_init(&used);
	again_settings(loaded.again, &used);
	ck_assert_str_eq(used.user, "anna");
	ck_assert_int_eq(used.security, SECURITY_TLS);
	ck_assert_uint_eq(used.resolvers.count, 1);
	ck_assert_str_eq(used.resolvers.items[0], "192.0.2.53");
	ck_assert_int_eq(used.sending_ip.family, AF_INET);
	plan_make(&loaded.plan, &loaded.input, &used);
	again_plan(loaded.again, &loaded.plan);
	ck_assert(plan_on(&loaded.plan, EXP_DNS));
	ck_assert(plan_on(&loaded.plan, EXP_MADE_UP));
	ck_assert(!plan_on(&loaded.plan, EXP_RCPT));
	report_unload(&loaded);
}
END_TEST

/* Values of that part that can be none are left out. */
START_TEST(hostile_again)
{
	static const char file[] = "{\"version\":1,\"case\":{\"recipient\":"
	    "\"a@b.example\"},\"again\":{\"user\":\"a\\u001b[2J\","
	    "\"mechanism\":7,\"security\":\"sure\",\"source\":\"x\","
	    "\"resolvers\":[\"192.0.2.1\",\"no one\",[],null],"
	    "\"controls\":{},\"reported\":{\"server\":\"-o evil\","
	    "\"code\":99999,\"enhanced\":\"x\",\"text\":\"a\\u0007\","
	    "\"stage\":[]},\"experiments\":[\"send\",\"nothing\",3]}}";
	struct settings used;
	struct session loaded;

	ck_assert(report_load_bytes(file, strlen(file), &loaded, &err));
	settings_init(&used);
	again_settings(loaded.again, &used);
	ck_assert(used.user == NULL || strchr(used.user, 27) == NULL);
	ck_assert_ptr_null(used.mechanism);
	ck_assert_int_eq(used.security, SECURITY_AUTO);
	ck_assert_int_eq(used.source.family, AF_UNSPEC);
	ck_assert_uint_eq(used.resolvers.count, 1);
	ck_assert_uint_eq(used.controls.count, 0);
	ck_assert_str_eq(loaded.input.reported.server, "");
	ck_assert_int_eq(loaded.input.reported.code, 0);
	ck_assert_int_eq(loaded.input.reported.stage, STAGE_COUNT);
	ck_assert_ptr_null(strchr(loaded.input.reported.text, 7));
	report_unload(&loaded);
}
END_TEST

START_TEST(depth_is_bounded)
{
	size_t n = 200000;
	char *deep = malloc(n);
	struct session loaded;

	ck_assert_ptr_nonnull(deep);
	memset(deep, '[', n);
	ck_assert(!report_load_bytes(deep, n, &loaded, &err));
	free(deep);
}
END_TEST

/* A tree is much larger than the file that it comes from. */
START_TEST(values_are_bounded)
{
	static const char start[] = "{\"version\":1,\"servers\":[0";
	static const char quoted[] = "{\"version\":1,\"servers\":\"\\\"0";
	struct session loaded;
	int i;

	buf_puts(&out, start);
	for (i = 0; i < 600000; i++)
		buf_puts(&out, ",0");
	buf_puts(&out, "]}");
	ck_assert(!report_load_bytes(buf_str(&out), out.len, &loaded, &err));
	ck_assert_str_eq(err.text, "it holds more than 500000 values");
	buf_reset(&out);
	buf_puts(&out, quoted);
	for (i = 0; i < 600000; i++)
		buf_puts(&out, ",0");
	buf_puts(&out, "\"}");
	ck_assert(!report_load_bytes(buf_str(&out), out.len, &loaded, &err));
	ck_assert_ptr_null(strstr(err.text, "more than"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("load");
	TCase *t = tcase_create("load");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, there_and_back, 0, 6);
	tcase_add_loop_test(t, masks_names, FORMAT_TEXT, FORMAT_COMMANDS + 1);
	tcase_add_loop_test(t, as_is_wished, 0, 2);
	tcase_add_loop_test(t, says_what_is_wrong, 0,
	    (int)(sizeof(bad) / sizeof(bad[0])));
	tcase_add_loop_test(t, hostile_files, 0, 2);
	tcase_add_loop_test(t, masks_what_is_quoted, FORMAT_TEXT,
	    FORMAT_COMMANDS + 1);
	tcase_add_loop_test(t, too_large_is_an_error, FORMAT_TEXT,
	    FORMAT_COMMANDS + 1);
	tcase_add_loop_test(t, hostile_nesting_costs_no_memory, 0, 4);
	tcase_add_test(t, damaged_files);
	tcase_add_test(t, a_kept_case);
	tcase_add_test(t, hostile_again);
	tcase_add_test(t, depth_is_bounded);
	tcase_add_test(t, values_are_bounded);
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
