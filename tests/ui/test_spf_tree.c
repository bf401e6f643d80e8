/* An SPF trace as rows that fold, from the notes in its transcript. */
#include "ui/spf_tree.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/probe/probe.h"
#include "ui/rows.h"
#include "ui/tree.h"

static struct probe probe;
static struct tree tree;
static struct rows rows;

static int
say(enum line_dir dir, const char *text)
{
	return transcript_printf(&probe.transcript, 0, dir, STAGE_DNS, false,
	    "%s", text);
}

static void
set_up(void)
{
	memset(&probe, 0, sizeof(probe));
	memset(&tree, 0, sizeof(tree));
	memset(&rows, 0, sizeof(rows));
	probe.number = 5;
	probe.kind = PROBE_SPF;
	say(LINE_CLIENT, "e.test TXT");
	say(LINE_SERVER, "v=spf1 include:f.test include:g.test -all");
	say(LINE_NOTE, "e.test: v=spf1 include:f.test include:g.test -all");
	say(LINE_NOTE, "  include:f.test: no match");
	say(LINE_NOTE, "    f.test: v=spf1 a -all");
	say(LINE_CLIENT, "f.test A");
	say(LINE_SERVER, "203.0.113.9");
	say(LINE_NOTE, "      a: no match");
	say(LINE_NOTE, "      -all: match, fail");
	say(LINE_NOTE, "  include:g.test: match, pass");
	say(LINE_NOTE, "    g.test: v=spf1 ip4:192.0.2.1");
	say(LINE_NOTE, "      ip4:192.0.2.1: match, pass (192.0.2.1)");
	say(LINE_NOTE, "pass: SPF of e.test allows 192.0.2.1");
	snprintf(probe.why, sizeof(probe.why), "pass");
}

static void
tear_down(void)
{
	transcript_clear(&probe.transcript);
	rows_clear(&rows);
}

static void
must_show(const char *const *want)
{
	size_t i;

	rows_begin(&rows);
	spf_tree_rows(&tree, &probe, 0, &rows);
	for (i = 0; want[i] != NULL; i++) {
		char got[ROW_TEXT + 80];

		ck_assert_uint_lt(i, rows.count);
		snprintf(got, sizeof(got), "%*s%s", rows.v[i].indent, "",
		    rows.v[i].text);
		ck_assert_str_eq(got, want[i]);
	}
	ck_assert_uint_eq(rows.count, i);
}

START_TEST(the_way_that_decides_is_open)
{
	static const char *const want[] = {
		"- e.test: v=spf1 include:f.test include:g.test -all",
		"  ? e.test TXT",
		"   = v=spf1 include:f.test include:g.test -all",
		"  + include:f.test: no match",
		"  - include:g.test: match, pass",
		"    - g.test: v=spf1 ip4:192.0.2.1",
		"        ip4:192.0.2.1: match, pass (192.0.2.1)",
		"  pass: SPF of e.test allows 192.0.2.1",
		NULL,
	};

	must_show(want);
	ck_assert(!spf_tree_is_problem(&probe));
}
END_TEST

START_TEST(each_level_folds_by_itself)
{
	static const char *const want[] = {
		"- e.test: v=spf1 include:f.test include:g.test -all",
		"  ? e.test TXT",
		"   = v=spf1 include:f.test include:g.test -all",
		"  - include:f.test: no match",
		"    - f.test: v=spf1 a -all",
		"      - a: no match",
		"        ? f.test A",
		"         = 203.0.113.9",
		"        -all: match, fail",
		"  + include:g.test: match, pass",
		"  pass: SPF of e.test allows 192.0.2.1",
		NULL,
	};
	static const char *const shut[] = {
		"+ e.test: v=spf1 include:f.test include:g.test -all",
		"  pass: SPF of e.test allows 192.0.2.1",
		NULL,
	};

	tree_toggle(&tree, tree_child(5, 4));
	tree_toggle(&tree, tree_child(5, 8));
	tree_toggle(&tree, tree_child(5, 10));
	must_show(want);
	tree_toggle(&tree, tree_child(5, 3));
	must_show(shut);
	tree_toggle(&tree, tree_child(5, 3));
	must_show(want);
}
END_TEST

/* A record may be anything; depth is held within bounds. */
START_TEST(odd_transcripts_do_no_harm)
{
	char text[400];

	memset(text, ' ', sizeof(text));
	memcpy(text + sizeof(text) - 2, "x", 2);
	transcript_clear(&probe.transcript);
	say(LINE_NOTE, text);
	say(LINE_NOTE, "");
	say(LINE_SERVER, "left over");
	rows_begin(&rows);
	spf_tree_rows(&tree, &probe, 0, &rows);
	ck_assert_uint_eq(rows.count, 2);
	transcript_clear(&probe.transcript);
	rows_begin(&rows);
	spf_tree_rows(&tree, &probe, 0, &rows);
	ck_assert_uint_eq(rows.count, 0);
	snprintf(probe.why, sizeof(probe.why), "softfail");
	ck_assert(spf_tree_is_problem(&probe));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ui.spf_tree");
	TCase *t = tcase_create("spf_tree");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, the_way_that_decides_is_open);
	tcase_add_test(t, each_level_folds_by_itself);
	tcase_add_test(t, odd_transcripts_do_no_harm);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
