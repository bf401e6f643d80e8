#include "core/glossary.h"

#include <check.h>
#include <string.h>
#include <strings.h>

#include "core/causes.h"

START_TEST(each_term_fits_its_place)
{
	const struct term *term = glossary_at((size_t)_i);
	const char *line = term->text;
	int lines = 0;
	size_t n;

	ck_assert_uint_ge(strlen(term->word), 2);
	for (; *line != '\0'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		ck_assert_msg(n <= GLOSSARY_COLUMNS, "%s: \"%.*s\"",
		    term->word, (int)n, line);
		ck_assert_uint_gt(n, 0);
		lines++;
	}
	ck_assert_int_ge(lines, 1);
	ck_assert_int_le(lines, GLOSSARY_LINES);
	ck_assert_ptr_eq(glossary_find(term->word), term);
	if (_i > 0)
		ck_assert_int_lt(strcasecmp(glossary_at((size_t)_i - 1)->word,
				     term->word), 0);
}
END_TEST

START_TEST(words_of_the_screens_are_explained)
{
	static const char *const words[] = { "mx", "relay", "Smart Host",
		"auth", "starttls", "spf", "dmarc", "greylisting", "ndr",
		"control domain", "null sender" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_msg(glossary_find(words[i]) != NULL, "%s",
		    words[i]);
	ck_assert_ptr_null(glossary_find("no such word"));
}
END_TEST

/* What a cause is called stands on one line of a screen. */
START_TEST(titles_of_causes_are_short)
{
	const char *title = cause_title((enum cause_id)_i);

	ck_assert_uint_ge(strlen(title), 12);
	ck_assert_uint_le(strlen(title), 68);
	ck_assert_int_ne(title[strlen(title) - 1], '.');
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("glossary");
	TCase *tcase = tcase_create("glossary");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, each_term_fits_its_place, 0,
	    (int)glossary_count());
	tcase_add_test(tcase, words_of_the_screens_are_explained);
	tcase_add_loop_test(tcase, titles_of_causes_are_short, 0,
	    CAUSE_COUNT);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
