#include "core/report/report.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "golden.h"
#include "sample_session.h"
#include "core/text.h"
#include "core/wrap.h"
#include "net/buf.h"
#include "net/err.h"
#include "support/report_schema.h"

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

START_TEST(json_has_every_member)
{
	char what[300];

	report_json(&session, &out);
	ck_assert_msg(report_schema_holds(buf_str(&out), out.len, what,
			  sizeof(what)), "%s", what);
	buf_reset(&out);
	session.diagnosis.failure.known = false;
	report_json(&session, &out);
	ck_assert_msg(report_schema_holds(buf_str(&out), out.len, what,
			  sizeof(what)), "%s", what);
}
END_TEST

static const struct {
	enum format format;
	const char *file;
} goldens[] = {
	{ FORMAT_MARKDOWN, "report.md" },
	{ FORMAT_HTML, "report.html" },
	{ FORMAT_NAGIOS, "report.nagios" },
	{ FORMAT_MESSAGE, "report.message" },
	{ FORMAT_COMMANDS, "report.sh" },
};

START_TEST(others_are_as_they_were)
{
	struct err err = { 0 };

	ck_assert(report_render(&session, goldens[_i].format, false, &out,
	    &err));
	golden_compare(goldens[_i].file, buf_str(&out));
}
END_TEST

/* Whatever a server says, it is text in every language of ours. */
static void
say_everywhere(const char *words)
{
	struct evidence *e = &session.evidence;
	struct diagnosis *d = &session.diagnosis;
	size_t i;

	for (i = 0; i < e->server_count; i++)
		snprintf(e->servers[i].text, sizeof(e->servers[i].text), "%s",
		    words);
	snprintf(d->failure.text, sizeof(d->failure.text), "%s", words);
	snprintf(d->causes[0].summary, sizeof(d->causes[0].summary), "%s",
	    words);
	snprintf(d->causes[0].items[0].text, sizeof(d->causes[0].items[0]
		.text), "%s", words);
	sample_line(session.probes[2], 410, LINE_SERVER, STAGE_RCPT, words);
	transcript_fail(&session.probes[2]->transcript,
	    (int)session.probes[2]->transcript.count);
}

START_TEST(hostile_words_stay_words)
{
	static const char *const html[] = { "<script", "<img", "<b>",
		"onerror=\"", "&amp;lt;", "javascript:alert" };
	struct err err = { 0 };
	size_t i;

	say_everywhere("<script>alert(1)</script><img src=x onerror=\"y\"> "
	    "</pre></main> '\"><b>&lt;");
	ck_assert(report_render(&session, FORMAT_HTML, false, &out, &err));
	for (i = 0; i < sizeof(html) / sizeof(html[0]) - 2; i++)
		ck_assert_msg(strstr(buf_str(&out), html[i]) == NULL, "%.80s",
		    strstr(buf_str(&out), html[i]));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "&lt;script&gt;"));
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "&amp;lt;"));
}
END_TEST

/* As a reader of Markdown makes HTML of it; false: there is no cmark. */
static bool
cmark_html(const char *markdown, struct buf *html)
{
	char path[] = "/tmp/relaytrace-md-XXXXXX", command[64], chunk[4096];
	int fd = mkstemp(path);
	size_t n = strlen(markdown);
	FILE *f;

	ck_assert(fd >= 0 && write(fd, markdown, n) == (ssize_t)n);
	close(fd);
	snprintf(command, sizeof(command), "cmark --unsafe %s 2>/dev/null",
	    path);
	f = popen(command, "r");
	ck_assert_ptr_nonnull(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(html, chunk, n);
	n = (size_t)pclose(f);
	unlink(path);
	return n == 0;
}

/* Text that would be a heading, a link, a table or raw HTML in a ticket. */
START_TEST(hostile_markdown_stays_words)
{
	static const char *const markup[] = { "<script", "<img", "<a ",
		"href=", "<em>evil" };
	struct err err = { 0 };
	struct buf html;
	const char *p;
	size_t i;
	bool code = false;

	say_everywhere("](http://evil.example) <script>x</script> ``` |a|b| "
	    "![x](y) *evil* [z](http://evil.example)");
	ck_assert(report_render(&session, FORMAT_MARKDOWN, false, &out, &err));
	/* Outside of fences and spans every one of these is escaped. */
	for (p = buf_str(&out); *p != '\0'; p += strcspn(p, "\n"),
	    p += *p == '\n') {
		size_t n = strcspn(p, "\n");
		const char *at;

		if (strncmp(p, "```", 3) == 0 || strncmp(p, "~~~", 3) == 0)
			code = !code;
		/* Four blanks make code too. */
		at = code || strncmp(p, "    ", 4) == 0 ? NULL :
		    memmem(p, n, "](http://evil", 13);
		ck_assert_msg(at == NULL || (at > p && at[-1] == '\\') ||
		    memchr(p, '`', (size_t)(at - p)) != NULL, "%.*s", (int)n,
		    p);
	}
	buf_init(&html, 8 << 20);
	if (cmark_html(buf_str(&out), &html)) {
		ck_assert_ptr_nonnull(strstr(buf_str(&html), "evil.example"));
		for (i = 0; i < sizeof(markup) / sizeof(markup[0]); i++) {
			p = strstr(buf_str(&html), markup[i]);
			ck_assert_msg(p == NULL, "%.120s", p);
		}
	}
	buf_clear(&html);
}
END_TEST

/* What a browser needs to show it to everybody, and to run nothing. */
START_TEST(html_is_accessible_and_still)
{
	static const char *const wanted[] = { "<!DOCTYPE html>\n",
		"<html lang=\"", "<meta charset=\"utf-8\">", "<title>",
		"Content-Security-Policy", "default-src 'none'", "<main>",
		"<h1>", "<th scope=\"col\">", "<th scope=\"row\">",
		"@media print" };
	static const char *const unwanted[] = { "<script", " src=", "@import",
		"url(", "<link", "<iframe", " onload", " onclick" };
	struct err err = { 0 };
	size_t i;

	ck_assert(report_render(&session, FORMAT_HTML, false, &out, &err));
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		ck_assert_msg(strstr(buf_str(&out), wanted[i]) != NULL, "%s",
		    wanted[i]);
	for (i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		ck_assert_msg(strstr(buf_str(&out), unwanted[i]) == NULL, "%s",
		    unwanted[i]);
}
END_TEST

/* The plug-in guidelines: one line, "|" only before the figures. */
START_TEST(nagios_is_one_line)
{
	struct err err = { 0 };
	const char *bar;

	say_everywhere("a|b=1;2 | c\nsecond");
	ck_assert(report_render(&session, FORMAT_NAGIOS, false, &out, &err));
	ck_assert_ptr_eq(strchr(buf_str(&out), '\n'),
	    buf_str(&out) + out.len - 1);
	bar = strchr(buf_str(&out), '|');
	ck_assert_ptr_nonnull(bar);
	ck_assert_ptr_null(strchr(bar + 1, '|'));
	ck_assert_ptr_nonnull(strchr(bar, '='));
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
	tcase_add_test(t, json_has_every_member);
	tcase_add_loop_test(t, others_are_as_they_were, 0,
	    (int)(sizeof(goldens) / sizeof(goldens[0])));
	tcase_add_test(t, hostile_words_stay_words);
	tcase_add_test(t, hostile_markdown_stays_words);
	tcase_add_test(t, html_is_accessible_and_still);
	tcase_add_test(t, nagios_is_one_line);
	tcase_add_test(t, no_failure_is_null);
	tcase_add_test(t, bad_bytes_become_replacement_characters);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
