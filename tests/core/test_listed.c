#include "core/policy/listed.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static const struct list_subjects ours = {
	.sender_domain = "office.example",
	.helo = "pc.branch.example",
	.client_name = "host7.isp.example",
	.recipient_domain = "shop.example",
};

/* The words of a refusal, the zone, and what the zone is asked about. */
static const struct {
	const char *text, *zone, *names; /* "address" stands for itself */
} cases[] = {
	{ "Service unavailable; Client host [198.51.100.7] blocked using "
	  "zen.lists.example; see https://lists.example/198.51.100.7",
	    "zen.lists.example", "address" },
	{ "Service unavailable; Client host [host7.isp.example] blocked using "
	  "rhsbl.lists.example", "rhsbl.lists.example", "host7.isp.example" },
	{ "Service unavailable; Sender address [anna@office.example] blocked "
	  "using bl.lists.example; office.example", "bl.lists.example",
	    "office.example" },
	{ "Service unavailable; Helo command [PC.branch.example] blocked using "
	  "bl.lists.example", "bl.lists.example", "pc.branch.example" },
	{ "Service unavailable; Recipient address [bob@shop.example] blocked "
	  "using bl.lists.example", "bl.lists.example", "shop.example" },
	/* Brackets that hold none of ours say nothing. */
	{ "Sender address [eve@other.example] blocked using bl.lists.example",
	    "bl.lists.example", "address" },
	{ "[] blocked using bl.lists.example", "bl.lists.example", "address" },
	/* Other words. */
	{ "rejected because office.example is in a black list at "
	  "dbl.lists.example", "dbl.lists.example", "office.example" },
	{ "rejected because office.example is in a black list at "
	  "bl.lists.example", "bl.lists.example", "office.example address" },
	{ "rejected because 198.51.100.7 (host7.isp.example) is in a black "
	  "list at bl.lists.example", "bl.lists.example", "address" },
	{ "198.51.100.7: helo pc.branch.example is listed on "
	  "DBL.lists.example.", "DBL.lists.example", "pc.branch.example" },
	{ "your 2001:db8::7 is listed; office.example", "bl.lists.example",
	    "address" },
	{ "<anna@office.example>: blocked using bl.lists.example",
	    "bl.lists.example", "address" },
	{ "mail.office.example office.example.net not-office.example "
	  "http://x/office.example blocked", "bl.lists.example", "address" },
	/* No words: how the zone is called. */
	{ "", "multi.uribl.example", "office.example pc.branch.example" },
	{ "", "dbl.lists.example", "office.example pc.branch.example" },
	{ "", "dblx.lists.example", "address" },
	{ "", "zen.lists.example", "address" },
	{ "", "", "address" },
};

START_TEST(the_words_or_the_zone_tell_what_is_asked)
{
	const char *names[LISTED_MAX];
	char got[600] = "";
	size_t i, n;

	n = listed_subjects(cases[_i].text, cases[_i].zone, &ours, names);
	for (i = 0; i < n; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s",
		    i > 0 ? " " : "",
		    names[i][0] != '\0' ? names[i] : "address");
	ck_assert_msg(strcmp(got, cases[_i].names) == 0, "%s: %s",
	    cases[_i].text, got);
}
END_TEST

/* What is not known is not asked about. */
START_TEST(nothing_known_leaves_the_address)
{
	const struct list_subjects none = { .sender_domain = "",
		.helo = "localhost" };
	const char *names[LISTED_MAX];

	ck_assert_uint_eq(
	    listed_subjects("", "dbl.lists.example", &none, names), 1);
	ck_assert_str_eq(names[0], "");
	ck_assert_uint_eq(listed_subjects("localhost [anna@] blocked using x",
	    "x", &none, names), 1);
	ck_assert_str_eq(names[0], "");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.listed");
	TCase *t = tcase_create("listed");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, the_words_or_the_zone_tell_what_is_asked, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, nothing_known_leaves_the_address);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
