#include "core/policy/blocklist.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "fake/zone.h"
#include "net/loop.h"

struct bench {
	struct loop *loop;
	struct resolver *resolver;
	struct blocklists b;
};

#define IP6_NIBBLES                                                            \
	"7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."

static const char zone[] =
    "7.100.51.198.zen.test A 127.0.0.2\n"
    "7.100.51.198.zen.test A 127.0.0.10\n"
    "7.100.51.198.zen.test TXT see \\x1b[2J https://lists.test/7\n"
    "7.100.51.198.open.test A 127.255.255.254\n"
    "7.100.51.198.open.test TXT open resolver\n"
    "7.100.51.198.uri.test A 127.0.0.1\n"
    "7.100.51.198.dead.test A 203.0.113.80\n"
    "7.100.51.198.mute.test TIMEOUT\n"
    "7.100.51.198.sick.test SERVFAIL\n"
    "7.100.51.198.empty.test EMPTY\n"
    "7.100.51.198.wordless.test A 127.0.0.4\n"
    "shop.example.dbl.test A 127.0.1.2\n"
    "shop.example.dbl.test TXT spam domain\n"
    IP6_NIBBLES "zen.test A 127.0.0.3\n";

static const struct list_question questions[] = { { "clean.test", "" },
	{ "zen.test", "" }, { "open.test", "" }, { "uri.test", "" },
	{ "dead.test", "" }, { "mute.test", "" }, { "sick.test", "" },
	{ "empty.test", "" }, { "wordless.test", "" }, { "a b", "" },
	{ ".", "" }, { "dbl.test", "shop.example" },
	{ "dbl.test", "pc.office.example." }, { "dbl.test", "a b" },
	{ "ZEN.test", "" }, { "dbl.test", "SHOP.example" } };
#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static void
start(struct bench *b, const char *ip)
{
	struct addr addr;

	memset(b, 0, sizeof(*b));
	ck_assert(addr_parse(ip, &addr));
	b->loop = loop_new_virtual();
	b->resolver = zone_resolver(b->loop, zone);
	blocklists_start(&b->b, b->loop, NULL, b->resolver, &addr,
	    questions, QUESTIONS);
}

static void
clear(struct bench *b)
{
	blocklists_clear(&b->b);
	blocklists_clear(&b->b);
	ck_assert_uint_eq(zone_open(b->resolver), 0);
	zone_free(b->resolver);
	loop_free(b->loop);
}

START_TEST(listed_not_listed_and_no_answer_are_three)
{
	static const struct {
		enum listing listing;
		const char *says;
	} want[] = {
		{ LISTING_NO, "198.51.100.7 is not listed on clean.test" },
		{ LISTING_YES, "is listed on zen.test (127.0.0.2): see "
			       "\\x1b[2J https://lists.test/7" },
		{ LISTING_REFUSED, "open.test does not answer this resolver, "
				   "it says 127.255.255.254: open resolver" },
		{ LISTING_REFUSED, "127.0.0.1" },
		{ LISTING_BROKEN, "203.0.113.80, which is no answer" },
		{ LISTING_UNKNOWN, "mute.test did not answer" },
		{ LISTING_UNKNOWN, "sick.test did not answer" },
		{ LISTING_NO, "not listed on empty.test" },
		{ LISTING_YES, "is listed on wordless.test (127.0.0.4)" },
		{ LISTING_NO_ZONE, "a b is not a name" },
		{ LISTING_NO_ZONE, "not a name" },
		{ LISTING_YES, "shop.example is listed on dbl.test (127.0.1.2)"
			       ": spam domain" },
		{ LISTING_NO, "pc.office.example. is not listed on dbl.test" },
		{ LISTING_NO_ZONE, "not a name" },
	};
	const struct blocklist *first;
	struct bench b;
	char text[900];
	size_t i;

	start(&b, "198.51.100.7");
	while (!b.b.task.done)
		loop_turn(b.loop, 0);
	/* ZEN.test is zen.test, and SHOP.example is shop.example */
	ck_assert_uint_eq(b.b.count, QUESTIONS - 2);
	for (i = 0; i < b.b.count; i++) {
		ck_assert_msg(b.b.lists[i].listing == want[i].listing,
		    "%s: %d", questions[i].zone,
		    b.b.lists[i].listing);
		blocklist_text(&b.b, i, text, sizeof(text));
		ck_assert_msg(strstr(text, want[i].says) != NULL, "%s", text);
	}
	first = blocklists_listed(&b.b);
	ck_assert_ptr_nonnull(first);
	ck_assert_str_eq(first->zone, "zen.test");
	clear(&b);
}
END_TEST

START_TEST(ipv6_goes_by_nibbles_and_mapped_is_ipv4)
{
	struct bench b;

	start(&b, "2001:db8::7");
	while (!b.b.task.done)
		loop_turn(b.loop, 0);
	ck_assert_int_eq(b.b.lists[1].listing, LISTING_YES);
	ck_assert_int_eq(b.b.lists[2].listing, LISTING_NO);
	clear(&b);
	start(&b, "::ffff:198.51.100.7");
	while (!b.b.task.done)
		loop_turn(b.loop, 0);
	ck_assert_int_eq(b.b.lists[1].listing, LISTING_YES);
	clear(&b);
}
END_TEST

START_TEST(can_be_cleared_at_every_turn)
{
	bool ran = true;
	struct bench b;
	int turns, i;

	for (turns = 0; ran; turns++) {
		start(&b, "198.51.100.7");
		for (i = 0; i < turns; i++)
			ran = loop_turn(b.loop, 0);
		clear(&b);
	}
	ck_assert_int_gt(turns, 3);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.blocklist");
	TCase *t = tcase_create("blocklist");
	SRunner *r;
	int failed;

	tcase_add_test(t, listed_not_listed_and_no_answer_are_three);
	tcase_add_test(t, ipv6_goes_by_nibbles_and_mapped_is_ipv4);
	tcase_add_test(t, can_be_cleared_at_every_turn);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
