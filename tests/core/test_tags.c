#include "core/policy/tags.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/dmarc_record.h"
#include "core/policy/suffix.h"
#include "net/mem.h"

static void
parse(const char *text, struct tags *tags)
{
	tags_parse(text, strlen(text), tags);
}

START_TEST(a_list_is_read_tag_by_tag)
{
	struct tags tags;

	parse(" v=DKIM1 ; k = rsa;;p=AB C= ; n=a; last=", &tags);
	ck_assert_uint_eq(tags.count, 5);
	ck_assert_str_eq(tags_get(&tags, "v"), "DKIM1");
	ck_assert_str_eq(tags_get(&tags, "k"), "rsa");
	ck_assert_str_eq(tags_get(&tags, "p"), "AB C=");
	ck_assert_str_eq(tags_get(&tags, "last"), "");
	ck_assert_ptr_null(tags_get(&tags, "P"));
	ck_assert_str_eq(tags.wrong, "");
	ck_assert(!tags.twice);
	tags_clear(&tags);
}
END_TEST

START_TEST(what_is_wrong_is_named_and_the_rest_is_read)
{
	struct tags tags;

	parse("v=DMARC1; p:reject; \x1b[2J=x; sp=none; sp=reject", &tags);
	ck_assert_ptr_nonnull(strstr(tags.wrong, "p:reject"));
	ck_assert_str_eq(tags_get(&tags, "sp"), "none");
	ck_assert(tags.twice);
	tags_clear(&tags);
	parse("\x1b[2J=x", &tags);
	ck_assert_ptr_null(strchr(tags.wrong, '\x1b'));
	ck_assert_ptr_nonnull(strstr(tags.wrong, "\\x1b"));
	tags_clear(&tags);
}
END_TEST

START_TEST(a_giant_list_is_cut)
{
	char *text = mem_alloc(300001);
	struct tags tags;
	size_t i;

	for (i = 0; i < 300000; i += 3)
		memcpy(text + i, "a=;", 3);
	tags_parse(text, 300000, &tags);
	ck_assert_uint_eq(tags.count, TAGS_MAX);
	ck_assert(tags.twice);
	ck_assert_ptr_nonnull(strstr(tags.wrong, "too many"));
	tags_clear(&tags);
	memset(text, 'v', 300000);
	tags_parse(text, 300000, &tags);
	ck_assert_uint_eq(tags.count, 0);
	ck_assert(tags.wrong[0] != '\0');
	tags_clear(&tags);
	tags_parse("a=b\0;c=d", 8, &tags);
	ck_assert_uint_eq(tags.count, 2);
	ck_assert_str_eq(tags_get(&tags, "c"), "d");
	tags_clear(&tags);
	free(text);
}
END_TEST

/* RFC 9989 4.7: the version stands first and to the letter. */
START_TEST(versions)
{
	static const struct {
		const char *text;
		bool is;
	} cases[] = {
		{ "v=DMARC1", true },
		{ "v=DMARC1; p=none", true },
		{ "v = DMARC1 ;p=none", true },
		{ "v=DMARC1p=none", false },
		{ "v=DMARC10; p=none", false },
		{ "v=dmarc1; p=none", false },
		{ "V=DMARC1; p=none", false },
		{ " v=DMARC1; p=none", false },
		{ "p=none; v=DMARC1", false },
		{ "v=", false },
		{ "v", false },
		{ "", false },
	};

	ck_assert_msg(tags_are(cases[_i].text, strlen(cases[_i].text),
	    "DMARC1") == cases[_i].is, "%s", cases[_i].text);
}
END_TEST

START_TEST(dmarc_records)
{
	static const struct {
		const char *text;
		enum dmarc_policy p, sp, np;
		char psd;
		bool testing, reports, old_usable;
		const char *problem; /* a part of it; "" none */
	} cases[] = {
		{ "v=DMARC1; p=reject", DMARC_P_REJECT, DMARC_ABSENT,
		    DMARC_ABSENT, 'u', false, false, true, "" },
		{ "v=DMARC1; p=Quarantine; sp=none; np=reject; t=y; psd=n",
		    DMARC_P_QUARANTINE, DMARC_P_NONE, DMARC_P_REJECT, 'n',
		    true, false, true, "" },
		{ "v=DMARC1; rua=mailto:d@e.test", DMARC_ABSENT, DMARC_ABSENT,
		    DMARC_ABSENT, 'u', false, true, false, "no p=" },
		{ "v=DMARC1; p=rejct; rua=d@e.test", DMARC_INVALID,
		    DMARC_ABSENT, DMARC_ABSENT, 'u', false, false, false,
		    "p=rejct" },
		{ "v=DMARC1; p=none; rua=d@e.test", DMARC_P_NONE,
		    DMARC_ABSENT, DMARC_ABSENT, 'u', false, false, true,
		    "mailto" },
		{ "v=DMARC1; p=none; psd=maybe", DMARC_P_NONE, DMARC_ABSENT,
		    DMARC_ABSENT, 'u', false, false, true, "psd=maybe" },
	};
	struct dmarc_record r;

	dmarc_record_parse(cases[_i].text, strlen(cases[_i].text), &r);
	ck_assert_int_eq(r.p, cases[_i].p);
	ck_assert_int_eq(r.sp, cases[_i].sp);
	ck_assert_int_eq(r.np, cases[_i].np);
	ck_assert_int_eq(r.psd, cases[_i].psd);
	ck_assert(r.testing == cases[_i].testing);
	ck_assert(r.reports == cases[_i].reports);
	ck_assert(r.old_usable == cases[_i].old_usable);
	if (cases[_i].problem[0] == '\0')
		ck_assert_str_eq(r.problem, "");
	else
		ck_assert_msg(strstr(r.problem, cases[_i].problem) != NULL,
		    "%s", r.problem);
}
END_TEST

/* RFC 7489 3.2, with the list's own rules and their exceptions. */
START_TEST(organizations_by_a_list)
{
	static const char list[] = "// ===BEGIN===\n\ncom\nuk\nco.uk\n"
	    "*.ck\n!www.ck\r\njp\n*.kobe.jp\n!city.kobe.jp  comment\n";
	static const struct {
		const char *domain, *organization; /* NULL: none */
	} cases[] = {
		{ "example.com", "example.com" },
		{ "a.b.example.com", "example.com" },
		{ "a.example.co.uk", "example.co.uk" },
		{ "co.uk", NULL },
		{ "com", NULL },
		{ "x.unlisted", "x.unlisted" },
		{ "unlisted", NULL },
		{ "a.b.c.ck", "b.c.ck" },
		{ "b.ck", NULL },
		{ "www.ck", "www.ck" },
		{ "a.www.ck", "www.ck" },
		{ "city.kobe.jp", "city.kobe.jp" },
		{ "a.b.kobe.jp", "a.b.kobe.jp" },
		{ "b.kobe.jp", NULL },
	};
	char out[256];
	bool found = suffix_organization_in(list, cases[_i].domain, out,
	    sizeof(out));

	ck_assert_msg(found == (cases[_i].organization != NULL), "%s",
	    cases[_i].domain);
	if (found)
		ck_assert_str_eq(out, cases[_i].organization);
	ck_assert(!suffix_organization("/nonexistent", "a.com", out,
	    sizeof(out)));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.tags");
	TCase *t = tcase_create("tags");
	SRunner *r;
	int failed;

	tcase_add_test(t, a_list_is_read_tag_by_tag);
	tcase_add_test(t, what_is_wrong_is_named_and_the_rest_is_read);
	tcase_add_test(t, a_giant_list_is_cut);
	tcase_add_loop_test(t, versions, 0, 12);
	tcase_add_loop_test(t, dmarc_records, 0, 6);
	tcase_add_loop_test(t, organizations_by_a_list, 0, 14);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
