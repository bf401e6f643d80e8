#include "core/letter.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/probe/smtp_probe.h"
#include "net/buf.h"
#include "net/loop.h"
#include "support/script.h"

static char *
written(const char *from, const char *to)
{
	struct address sender, recipient;
	struct letter letter = { &sender, &recipient, "mail.orig.example",
		1795526800, "id" };
	struct err err = { 0 };
	struct buf text;
	char *copy;

	ck_assert(address_parse(from, true, &sender, &err));
	ck_assert(address_parse(to, false, &recipient, &err));
	buf_init(&text, 16 * 1024);
	letter_write(&letter, &text);
	copy = strdup(buf_str(&text));
	buf_clear(&text);
	return copy;
}

/* What RFC 5322 asks for, and an honest word on what this is. */
START_TEST(says_who_and_what)
{
	static const char *const must[] = { "Date: Tue, 24 Nov 2026 ",
		"\nFrom: <nina@orig.example>\n", "\nTo: <bob@dest.example>\n",
		"\nMessage-ID: <id@mail.orig.example>\n", "\nSubject: ",
		"\nAuto-Submitted: auto-generated\n", "\n\nThis is a test ",
		"postmaster@mail.orig.example", "charset=us-ascii" };
	char *text = written("nina@orig.example", "bob@dest.example");
	size_t i;

	for (i = 0; i < sizeof(must) / sizeof(must[0]); i++)
		ck_assert_msg(strstr(text, must[i]) != NULL, "%s lacks %s",
		    text, must[i]);
	ck_assert_ptr_eq(strchr(text, '\r'), NULL);
	free(text);
}
END_TEST

START_TEST(speaks_for_the_null_sender)
{
	char *text = written("<>", "bob@dest.example");

	ck_assert_ptr_ne(
	    strstr(text, "\nFrom: <postmaster@mail.orig.example>\n"), NULL);
	free(text);
}
END_TEST

/* A route is no address of RFC 5322. */
START_TEST(keeps_routes_out_of_the_header)
{
	char *text = written("nina@orig.example", "bob@dest.example@b.example");

	ck_assert_ptr_ne(
	    strstr(text, "\nTo: undisclosed-recipients:;\n"), NULL);
	free(text);
}
END_TEST

START_TEST(says_when_it_is_not_ascii)
{
	char *text = written("nina@orig.example", "bj\xc3\xb8rn@dest.example");

	ck_assert_ptr_ne(strstr(text, "charset=utf-8"), NULL);
	ck_assert_ptr_ne(strstr(text, "Encoding: 8bit"), NULL);
	free(text);
}
END_TEST

START_TEST(no_line_is_too_long)
{
	char local[65], to[400], *text, *line, *save = NULL;

	memset(local, 'x', sizeof(local) - 1);
	local[64] = '\0';
	snprintf(to, sizeof(to), "%s@%.50s.%.50s.%.50s.example", local, local,
	    local, local);
	text = written("nina@orig.example", to);
	for (line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		ck_assert_uint_le(strlen(line), 998);
	free(text);
}
END_TEST

START_TEST(counts_what_goes_over_the_wire)
{
	ck_assert_uint_eq(letter_size(""), 0);
	ck_assert_uint_eq(letter_size("a\n\nb\n"), 8);
}
END_TEST

START_TEST(no_two_ids_are_alike)
{
	char a[80], b[80];

	letter_new_id(a, sizeof(a));
	letter_new_id(b, sizeof(b));
	ck_assert_str_ne(a, b);
}
END_TEST

/* RFC 5321 4.5.2: a line of a dot alone would end the message. */
static const struct script_step stuffed[] = {
	{ SAY, "220 mx ESMTP\r\n", 0 },
	{ HEAR, "EHLO me.example", 0 },
	{ SAY, "250-mx\r\n250 SIZE 1000\r\n", 0 },
	{ HEAR, "MAIL FROM:<> SIZE=21", 0 },
	{ SAY, "250 ok\r\n", 0 },
	{ HEAR, "RCPT TO:<bob@dest.example>", 0 },
	{ SAY, "250 ok\r\n", 0 },
	{ HEAR, "DATA", 0 },
	{ SAY, "354 go on\r\n", 0 },
	{ HEAR, "one", 0 },
	{ HEAR, "..", 0 },
	{ HEAR, "..two", 0 },
	{ HEAR, "", 0 },
	{ HEAR, "....", 0 },
	{ HEAR, ".", 0 },
	{ SAY, "250 queued\r\n", 0 },
	{ HEAR, "QUIT", 0 },
	{ SAY, "221 bye\r\n", 0 },
	{ END, NULL, 0 },
};

START_TEST(dots_are_stuffed)
{
	struct loop *loop = loop_new_virtual();
	struct smtp_probe *probe = calloc(1, sizeof(*probe));
	struct script_server server;
	struct smtp_plan plan = { .host = "mx", .preference = -1,
		.depth = DEPTH_RCPT, .helo = "me.example", .sender = "",
		.recipient = "bob@dest.example",
		.message = "one\n.\n.two\n\n...\n",
		.connect_ms = 4000, .patience_ms = 4000 };
	int64_t epoch = 0;
	int i;

	script_start(&server, loop, stuffed, NULL);
	plan.addr = server.addr;
	probe->base.number = 1;
	smtp_probe_start(probe, loop, NULL, &epoch, &plan);
	for (i = 0; i < 10000 && !probe->base.task.done; i++)
		loop_turn(loop, 10);
	ck_assert(!server.surprised);
	ck_assert(smtp_probe_said_yes(probe, ASK_MESSAGE));
	probe->base.ops->clear(&probe->base);
	free(probe);
	script_stop(&server);
	loop_free(loop);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("letter");
	TCase *all = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(all, says_who_and_what);
	tcase_add_test(all, speaks_for_the_null_sender);
	tcase_add_test(all, keeps_routes_out_of_the_header);
	tcase_add_test(all, says_when_it_is_not_ascii);
	tcase_add_test(all, no_line_is_too_long);
	tcase_add_test(all, counts_what_goes_over_the_wire);
	tcase_add_test(all, no_two_ids_are_alike);
	tcase_add_test(all, dots_are_stuffed);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
