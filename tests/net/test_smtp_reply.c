#include "net/smtp_reply.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/mem.h"

static const struct reply_case {
	const char *wire;
	enum feed end;
	int code;
	const char *text, *status;
	bool mixed, bare, eight;
	int lines;
} cases[] = {
	{ "220 mx1 ESMTP\r\n", FEED_REPLY, 220, "mx1 ESMTP", "", .lines = 1 },
	{ "250-a\r\n250-b c\r\n250 d\r\n", FEED_REPLY, 250, "a\nb c\nd", "",
	    .lines = 3 },
	{ "554 5.7.1 <a@b.example>: Relay access denied\r\n", FEED_REPLY, 554,
	    "5.7.1 <a@b.example>: Relay access denied", "5.7.1", .lines = 1 },
	{ "550-5.1.1 no such\r\n550 5.1.10 user\r\n", FEED_REPLY, 550,
	    "5.1.1 no such\n5.1.10 user", "5.1.10", .lines = 2 },
	{ "550-5.1.1 no such\r\n550 user\r\n", FEED_REPLY, 550,
	    "5.1.1 no such\nuser", "5.1.1", .lines = 2 },
	{ "553 not in my list of allowed rcpthosts (#5.7.1)\r\n", FEED_REPLY,
	    553, "not in my list of allowed rcpthosts (#5.7.1)", "5.7.1",
	    .lines = 1 },
	{ "250\r\n", FEED_REPLY, 250, "", "", .lines = 1 },
	{ "250 \r\n", FEED_REPLY, 250, "", "", .lines = 1 },
	{ "250-\r\n250 x\r\n", FEED_REPLY, 250, "\nx", "", .lines = 2 },
	{ "220 sloppy\n", FEED_REPLY, 220, "sloppy", "", .bare = true,
	    .lines = 1 },
	{ "220-a\n220 b\r\n", FEED_REPLY, 220, "a\nb", "", .bare = true,
	    .lines = 2 },
	{ "250-a\r\n550 b\r\n", FEED_REPLY, 550, "a\nb", "", .mixed = true,
	    .lines = 2 },
	{ "220 caf\xc3\xa9\r\n", FEED_REPLY, 220, "caf\xc3\xa9", "",
	    .eight = true, .lines = 1 },
	{ "220 \x1b[2J\r\n", FEED_REPLY, 220, "\x1b[2J", "", .eight = true,
	    .lines = 1 },
	{ "220 a\tb\r\n", FEED_REPLY, 220, "a\tb", "", .lines = 1 },
	{ "220 a\rb\r\n", FEED_REPLY, 220, "a\rb", "", .eight = true,
	    .lines = 1 },
	{ "550 4.2.2.1 is listed\r\n", FEED_REPLY, 550, "4.2.2.1 is listed", "",
	    .lines = 1 },
	{ .wire = "SSH-2.0-OpenSSH_9.2\r\n", .end = FEED_BAD },
	{ .wire = "HTTP/1.1 400 Bad Request\r\n", .end = FEED_BAD },
	{ .wire = "\r\n", .end = FEED_BAD },
	{ .wire = "2200 x\r\n", .end = FEED_BAD },
	{ .wire = "22 x\r\n", .end = FEED_BAD },
	{ .wire = "120 x\r\n", .end = FEED_BAD },
	{ .wire = "620 x\r\n", .end = FEED_BAD },
	{ .wire = "250-a\r\nmore of it\r\n250 b\r\n", .end = FEED_BAD },
	{ .wire = "\x16\x03\x01\x02\x01", .end = FEED_BAD },
	{ .wire = "220-only\r\n", .end = FEED_MORE },
	{ .wire = "220 not yet", .end = FEED_MORE },
	{ .wire = "22", .end = FEED_MORE },
};

/* The same bytes, cut in two at every place, must read the same. */
START_TEST(reads_the_same_however_it_is_cut)
{
	const struct reply_case *c = &cases[_i];
	size_t n = strlen(c->wire), cut, used;

	for (cut = 0; cut <= n; cut++) {
		struct smtp_reply_parser parser;
		const struct smtp_reply *r = &parser.reply;
		struct err err = { 0 };
		char status[16];
		enum feed got;

		smtp_reply_parser_init(&parser);
		got = smtp_reply_feed(&parser, c->wire, cut, &used, &err);
		if (got == FEED_MORE)
			got = smtp_reply_feed(&parser, c->wire + cut, n - cut,
			    &used, &err);
		ck_assert_int_eq(got, c->end);
		if (got == FEED_BAD)
			ck_assert_int_eq(err.kind, ERR_PROTOCOL);
		if (got != FEED_REPLY)
			continue;
		ck_assert_int_eq(r->code, c->code);
		ck_assert_str_eq(r->text, c->text);
		ck_assert_uint_eq(r->len, strlen(c->text));
		ck_assert_str_eq(enhanced_text(&r->enhanced, status),
		    c->status);
		ck_assert_int_eq(r->lines, c->lines);
		ck_assert_int_eq(r->mixed_code, c->mixed);
		ck_assert_int_eq(r->bare_lf, c->bare);
		ck_assert_int_eq(r->eight_bit, c->eight);
		ck_assert(!r->truncated);
	}
}
END_TEST

START_TEST(leaves_what_belongs_to_the_next_reply)
{
	static const char wire[] = "220 go\r\n250 injected\r\n";
	struct smtp_reply_parser parser;
	struct err err;
	size_t used;

	smtp_reply_parser_init(&parser);
	ck_assert_int_eq(smtp_reply_feed(&parser, wire, sizeof(wire) - 1,
	    &used, &err), FEED_REPLY);
	ck_assert_uint_eq(used, 8);
	ck_assert_int_eq(smtp_reply_feed(&parser, wire + used,
	    sizeof(wire) - 1 - used, &used, &err), FEED_REPLY);
	ck_assert_int_eq(parser.reply.code, 250);
	ck_assert_str_eq(parser.reply.text, "injected");
	ck_assert_int_eq(parser.reply.lines, 1);
}
END_TEST

START_TEST(names_the_bytes_that_are_no_reply)
{
	static const char wire[] = "SSH-2.0-x\x1b\\\r\n";
	struct smtp_reply_parser parser;
	struct err err;
	size_t used;

	smtp_reply_parser_init(&parser);
	ck_assert_int_eq(smtp_reply_feed(&parser, wire, sizeof(wire) - 1,
	    &used, &err), FEED_BAD);
	ck_assert_str_eq(err.text,
	    "not an SMTP reply: \"SSH-2.0-x\\x1b\\x5c\"");
}
END_TEST

START_TEST(nul_becomes_a_question_mark)
{
	struct smtp_reply_parser parser;
	struct err err;
	size_t used;

	smtp_reply_parser_init(&parser);
	ck_assert_int_eq(smtp_reply_feed(&parser, "220 a\0b\r\n", 9, &used,
	    &err), FEED_REPLY);
	ck_assert_str_eq(parser.reply.text, "a?b");
	ck_assert(parser.reply.eight_bit);
}
END_TEST

static enum feed
feed_times(struct smtp_reply_parser *parser, const char *piece, int times,
    struct err *err)
{
	enum feed got = FEED_MORE;
	size_t used;

	while (times-- > 0 && got == FEED_MORE)
		got = smtp_reply_feed(parser, piece, strlen(piece), &used, err);
	return got;
}

START_TEST(a_long_line_is_cut_and_said_so)
{
	struct smtp_reply_parser parser;
	struct err err;
	size_t used;

	smtp_reply_parser_init(&parser);
	feed_times(&parser, "220 aaaaa", 1, &err);
	ck_assert_int_eq(feed_times(&parser, "0123456789", 1000, &err),
	    FEED_MORE);
	ck_assert_int_eq(smtp_reply_feed(&parser, "\r\n", 2, &used, &err),
	    FEED_REPLY);
	ck_assert(parser.reply.truncated);
	ck_assert(!parser.reply.bare_lf);
	ck_assert_uint_lt(parser.reply.len, SMTP_REPLY_LINE);
}
END_TEST

START_TEST(a_line_of_exactly_what_we_keep_is_whole)
{
	char wire[SMTP_REPLY_LINE + 2];
	struct smtp_reply_parser parser;
	struct err err;
	size_t used, cut;

	memset(wire, 'x', sizeof(wire));
	memcpy(wire, "220 ", 4);
	memcpy(wire + SMTP_REPLY_LINE - 1, "\r\n", 2);
	for (cut = SMTP_REPLY_LINE - 3; cut <= SMTP_REPLY_LINE + 1; cut++) {
		smtp_reply_parser_init(&parser);
		if (smtp_reply_feed(&parser, wire, cut, &used, &err) ==
		    FEED_MORE)
			ck_assert_int_eq(smtp_reply_feed(&parser, wire + cut,
			    SMTP_REPLY_LINE + 1 - cut, &used, &err),
			    FEED_REPLY);
		ck_assert(!parser.reply.truncated);
		ck_assert(!parser.reply.bare_lf);
		ck_assert_uint_eq(parser.reply.len, SMTP_REPLY_LINE - 5);
	}
}
END_TEST

START_TEST(text_beyond_what_we_keep_is_cut)
{
	struct smtp_reply_parser parser;
	struct err err;

	smtp_reply_parser_init(&parser);
	ck_assert_int_eq(feed_times(&parser,
	    "220-0123456789012345678901234567890123456789\r\n", 1000, &err),
	    FEED_MORE);
	ck_assert_int_eq(feed_times(&parser, "220 end\r\n", 1, &err),
	    FEED_REPLY);
	ck_assert(parser.reply.truncated);
	ck_assert_uint_eq(parser.reply.len, SMTP_REPLY_TEXT - 1);
	ck_assert_int_eq(parser.reply.lines, 1001);
}
END_TEST

START_TEST(limits_end_the_conversation)
{
	struct smtp_reply_parser parser;
	struct err err;

	smtp_reply_parser_init(&parser);
	ck_assert_int_eq(feed_times(&parser, "220-a\r\n", 200000, &err),
	    FEED_BAD);
	ck_assert_int_eq(err.kind, ERR_LIMIT);
	smtp_reply_parser_init(&parser);
	feed_times(&parser, "220 ", 1, &err);
	ck_assert_int_eq(feed_times(&parser, "0123456789", 10000000, &err),
	    FEED_BAD);
	ck_assert_int_eq(err.kind, ERR_LIMIT);
	ck_assert_uint_lt(parser.bytes, SMTP_REPLY_BYTES + 100);
}
END_TEST

START_TEST(enhanced_statuses)
{
	static const struct {
		const char *text;
		size_t took;
		struct enhanced e;
	} table[] = {
		{ "5.7.1 x", 6, { 5, 7, 1 } },
		{ "5.7.1", 5, { 5, 7, 1 } },
		{ "2.1.5   Ok", 8, { 2, 1, 5 } },
		{ "4.7.650 x", 8, { 4, 7, 650 } },
		{ "5.7.1: x", 5, { 5, 7, 1 } },
		{ "5.7.1<a@b>", 5, { 5, 7, 1 } },
		{ "5.7.1. x", 5, { 5, 7, 1 } },
		{ "3.7.1 x", 0, { 0 } },
		{ "5.7 x", 0, { 0 } },
		{ "5.7.1beta", 0, { 0 } },
		{ "5.7.1234 x", 0, { 0 } },
		{ "5.7.1.2 x", 0, { 0 } },
		{ "5..1 x", 0, { 0 } },
		{ "5", 0, { 0 } },
		{ "", 0, { 0 } },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct enhanced e = { 0 };

		ck_assert_uint_eq(enhanced_parse(table[i].text, &e),
		    table[i].took);
		ck_assert_mem_eq(&e, &table[i].e, sizeof(e));
	}
}
END_TEST

START_TEST(flat_is_one_line)
{
	struct smtp_reply reply = { .text = "a\nb\nc", .len = 5 };
	char out[16], small[3];

	smtp_reply_flat(&reply, out, sizeof(out));
	ck_assert_str_eq(out, "a b c");
	smtp_reply_flat(&reply, small, sizeof(small));
	ck_assert_str_eq(small, "a ");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("net.smtp_reply");
	TCase *t = tcase_create("smtp_reply");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, reads_the_same_however_it_is_cut, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, leaves_what_belongs_to_the_next_reply);
	tcase_add_test(t, names_the_bytes_that_are_no_reply);
	tcase_add_test(t, nul_becomes_a_question_mark);
	tcase_add_test(t, a_long_line_is_cut_and_said_so);
	tcase_add_test(t, a_line_of_exactly_what_we_keep_is_whole);
	tcase_add_test(t, text_beyond_what_we_keep_is_cut);
	tcase_add_test(t, limits_end_the_conversation);
	tcase_add_test(t, enhanced_statuses);
	tcase_add_test(t, flat_is_one_line);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
