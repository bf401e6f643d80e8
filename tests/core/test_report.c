#include "core/report/report.h"

#include <check.h>
#include <jansson.h>

#include "golden.h"
#include "sample_session.h"
#include "core/text.h"
#include "core/wrap.h"
#include "net/buf.h"

static struct settings settings;
static struct session session;
static struct buf out;

static void
setup(void)
{
	settings_init(&settings);
	sample_make(&session, &settings);
	buf_init(&out, REPORT_MAX);
}

static void
teardown(void)
{
	buf_clear(&out);
	sample_clear(&session);
	settings_clear(&settings);
}

START_TEST(text_is_as_it_was)
{
	report_text(&session, LINES_AROUND, &out);
	golden_compare("report.txt", buf_str(&out));
}
END_TEST

/* A ticket system breaks longer lines; only commands may be longer. */
START_TEST(text_keeps_to_76_columns)
{
	char *line, *rest;

	snprintf(session.evidence.servers[0].text,
	    sizeof(session.evidence.servers[0].text), "%0300d", 7);
	report_text(&session, LINES_AROUND, &out);
	for (rest = out.bytes; (line = strsep(&rest, "\n")) != NULL;)
		if (strncmp(line, "         ", 9) != 0)
			ck_assert_msg(text_columns(line) <= 76, "%s", line);
}
END_TEST

START_TEST(json_is_as_it_was)
{
	report_json(&session, &out);
	buf_putc(&out, '\n');
	golden_compare("report.json", buf_str(&out));
}
END_TEST

static const char *
string_at(json_t *tree, const char *a, const char *b)
{
	json_t *inner = json_object_get(tree, a);

	return json_string_value(json_object_get(inner, b));
}

START_TEST(json_keeps_the_contract)
{
	json_t *tree, *cause, *failure;
	json_error_t error;

	report_json(&session, &out);
	tree = json_loads(buf_str(&out), 0, &error);
	ck_assert_msg(tree != NULL, "%s", error.text);
	ck_assert_int_eq(
	    json_integer_value(json_object_get(tree, "version")), 1);
	ck_assert_str_eq(
	    json_string_value(json_object_get(tree, "started")),
	    "2026-11-23T14:31:02Z");
	ck_assert_str_eq(string_at(tree, "case", "recipient"),
	    "bob@dest.example");
	ck_assert_str_eq(string_at(tree, "case", "route"), "mx");
	ck_assert_str_eq(string_at(tree, "from", "address"), "198.51.100.7");
	cause = json_array_get(json_object_get(tree, "causes"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(cause, "id")),
	    "mx-partly-not-hosting");
	ck_assert_double_eq_tol(
	    json_real_value(json_object_get(cause, "confidence")), 0.97,
	    1e-9);
	failure = json_object_get(tree, "failure_point");
	ck_assert_int_eq(
	    json_integer_value(json_object_get(failure, "code")), 554);
	ck_assert_str_eq(json_string_value(json_object_get(failure, "stage")),
	    "rcpt");
	json_decref(tree);
}
END_TEST

START_TEST(no_failure_is_null)
{
	json_t *tree;

	session.diagnosis.failure.known = false;
	report_json(&session, &out);
	tree = json_loads(buf_str(&out), 0, NULL);
	ck_assert(json_is_null(json_object_get(tree, "failure_point")));
	json_decref(tree);
}
END_TEST

/* Bytes that are no UTF-8 must not make the report unreadable. */
START_TEST(bad_bytes_become_replacement_characters)
{
	json_t *tree;

	snprintf(session.diagnosis.failure.text,
	    sizeof(session.diagnosis.failure.text), "caf\xe9 \x1b[2J");
	report_json(&session, &out);
	ck_assert(text_is_utf8(out.bytes, out.len));
	ck_assert_ptr_null(strchr(buf_str(&out), '\x1b'));
	tree = json_loads(buf_str(&out), 0, NULL);
	ck_assert_str_eq(string_at(tree, "failure_point", "text"),
	    "caf\xef\xbf\xbd \x1b[2J");
	json_decref(tree);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.report");
	TCase *t = tcase_create("report");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, text_is_as_it_was);
	tcase_add_test(t, text_keeps_to_76_columns);
	tcase_add_test(t, json_is_as_it_was);
	tcase_add_test(t, json_keeps_the_contract);
	tcase_add_test(t, no_failure_is_null);
	tcase_add_test(t, bad_bytes_become_replacement_characters);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
