#include "net/smtp_ehlo.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/smtp_reply.h"

static void
read_text(const char *text, struct smtp_ehlo *ehlo)
{
	struct smtp_reply reply = { .code = 250 };

	snprintf(reply.text, sizeof(reply.text), "%s", text);
	reply.len = strlen(reply.text);
	smtp_ehlo_read(&reply, ehlo);
}

START_TEST(reads_what_postfix_says)
{
	struct smtp_ehlo e;

	read_text("mx.example.net\nPIPELINING\nSIZE 10240000\nVRFY\nETRN\n"
		  "STARTTLS\nAUTH PLAIN LOGIN\nAUTH=PLAIN LOGIN\n"
		  "ENHANCEDSTATUSCODES\n8BITMIME\nDSN\nSMTPUTF8\nCHUNKING",
	    &e);
	ck_assert_str_eq(e.host, "mx.example.net");
	ck_assert_str_eq(e.greeting, "");
	ck_assert(e.pipelining && e.starttls && e.smtputf8 && e.eightbitmime);
	ck_assert(e.dsn && e.chunking && e.enhanced_codes && !e.requiretls);
	ck_assert(e.size_known);
	ck_assert_uint_eq(e.size, 10240000);
	ck_assert(e.auth);
	ck_assert_int_eq(e.mech_count, 2);
	ck_assert_str_eq(e.mechs[0], "PLAIN");
	ck_assert_str_eq(e.mechs[1], "LOGIN");
	ck_assert(smtp_ehlo_offers(&e, "plain"));
	ck_assert(!smtp_ehlo_offers(&e, "SCRAM-SHA-1"));
	ck_assert_int_eq(e.keyword_count, 12);
	ck_assert_str_eq(e.keywords[2], "VRFY");
	ck_assert_str_eq(e.keywords[6], "AUTH");
	ck_assert(!e.masked);
	ck_assert_str_eq(e.seen_client, "");
}
END_TEST

static const struct greeting_case {
	const char *line, *host, *client, *name;
} greetings[] = {
	{ "mx.example Hello host.example.org [192.0.2.1]", "mx.example",
	    "192.0.2.1", "host.example.org" },
	{ "mx Hello host.example.org [192.0.2.1] (may be forged), pleased to "
	  "meet you", "mx", "192.0.2.1", "host.example.org" },
	{ "mx Hello ident@host.example.org [192.0.2.1], pleased to meet you",
	    "mx", "192.0.2.1", "host.example.org" },
	{ "mx Hello [192.0.2.1]", "mx", "192.0.2.1", "" },
	{ "mx at your service, [2001:DB8::1]", "mx", "2001:db8::1", "" },
	{ "mx Hello me [IPv6:2001:db8::1]", "mx", "2001:db8::1", "" },
	{ "mx Hello host.example ([192.0.2.7]), nice", "mx", "192.0.2.7",
	    "host.example" },
	{ "mx greets 192.0.2.9", "mx", "192.0.2.9", "" },
	{ "mx Hello host.example, pleased to meet you", "mx", "", "" },
	{ "[192.0.2.25] Hello", "[192.0.2.25]", "", "" },
	{ "mx ...", "mx", "", "" },
	{ "", "", "", "" },
};

START_TEST(learns_what_the_server_sees)
{
	const struct greeting_case *c = &greetings[_i];
	struct smtp_ehlo e;

	read_text(c->line, &e);
	ck_assert_str_eq(e.host, c->host);
	ck_assert_str_eq(e.seen_client, c->client);
	ck_assert_str_eq(e.seen_name, c->name);
	ck_assert_int_eq(e.keyword_count, 0);
}
END_TEST

START_TEST(sizes)
{
	struct smtp_ehlo e;

	read_text("mx\nsize 0", &e);
	ck_assert(e.size_known);
	ck_assert_uint_eq(e.size, 0);
	read_text("mx\nSIZE", &e);
	ck_assert(!e.size_known);
	read_text("mx\nSIZE 1k", &e);
	ck_assert(!e.size_known);
	read_text("mx\nSIZE 99999999999999999999999", &e);
	ck_assert(!e.size_known);
}
END_TEST

START_TEST(a_firewall_that_masks_is_seen)
{
	struct smtp_ehlo e;

	read_text("mx\nXXXXXXXA\nPIPELINING", &e);
	ck_assert(e.masked);
	read_text("mx\nXCLIENT NAME\nXEXCH50\nX-EXPS", &e);
	ck_assert(!e.masked);
}
END_TEST

/* More keywords, mechanisms and longer words than we have room for. */
START_TEST(stays_within_its_limits)
{
	char text[SMTP_REPLY_TEXT], *at = text;
	struct smtp_ehlo e;
	int i;

	at += sprintf(at, "%0300d x\nAUTH", 7);
	for (i = 0; i < 40; i++)
		at += sprintf(at, " MECH-%d", i);
	at += sprintf(at, " %040d %s\n%050d", 1, "BAD\x1b[2J", 2);
	for (i = 0; i < 100; i++)
		at += sprintf(at, "\nKEY%d", i);
	read_text(text, &e);
	ck_assert_uint_eq(strlen(e.host), sizeof(e.host) - 1);
	ck_assert_int_eq(e.mech_count, EHLO_MECHS);
	ck_assert_int_eq(e.keyword_count, EHLO_KEYWORDS);
	ck_assert(e.auth);
	read_text("mx\nAUTH", &e);
	ck_assert(e.auth);
	ck_assert_int_eq(e.mech_count, 0);
	read_text("mx\n\n \n=\n=x\nAUTH PLAIN", &e);
	ck_assert_int_eq(e.mech_count, 1);
	ck_assert_int_eq(e.keyword_count, 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("net.smtp_ehlo");
	TCase *t = tcase_create("smtp_ehlo");
	SRunner *r;
	int failed;

	tcase_add_test(t, reads_what_postfix_says);
	tcase_add_loop_test(t, learns_what_the_server_sees, 0,
	    sizeof(greetings) / sizeof(greetings[0]));
	tcase_add_test(t, sizes);
	tcase_add_test(t, a_firewall_that_masks_is_seen);
	tcase_add_test(t, stays_within_its_limits);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
