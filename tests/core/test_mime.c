#include "core/bounce/mime.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/dsn.h"
#include "core/bounce/mailbox.h"
#include "core/bounce/reply_find.h"
#include "net/buf.h"

static struct buf out;

static void
setup(void)
{
	buf_init(&out, 4096);
}

static void
teardown(void)
{
	buf_clear(&out);
}

static const struct {
	const char *in, *text;
} words[] = {
	{ "plain", "plain" },
	{ "=?utf-8?q?J=C3=B6rg_B?= <a@b>", "J\xc3\xb6rg B <a@b>" },
	{ "=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab" },
	{ "=?ISO-8859-1?Q?a?= b", "a b" },
	{ "=?utf-8?b?5LqV?=", "\xe4\xba\x95" },
	{ "=?iso-2022-jp?b?GyRCMGYbKEI=?=", "\xe4\xba\x95" },
	{ "=?iso-8859-1*de?q?M=FCll?=", "M\xc3\xbcll" },
	{ "=?utf-8?x?abc?=", "=?utf-8?x?abc?=" },
	{ "=?utf-8?q?never closed", "=?utf-8?q?never closed" },
	{ "=?no-such-set?q?=E4?=", "\xc3\xa4" },
	{ "1=2 ?= =?", "1=2 ?= =?" },
};

START_TEST(encoded_words)
{
	mime_words(words[_i].in, strlen(words[_i].in), &out);
	ck_assert_str_eq(buf_str(&out), words[_i].text);
}
END_TEST

static const struct {
	const char *in, *text;
} printable[] = {
	{ "a=3Db", "a=b" }, { "a=\nb", "ab" }, { "a= \r\nb", "ab" },
	{ "a=", "a" }, { "a=3", "a=3" }, { "a=zz", "a=zz" },
	{ "a_b", "a_b" },
};

START_TEST(quoted_printable)
{
	mime_quoted_printable(printable[_i].in, strlen(printable[_i].in),
	    false, &out);
	ck_assert_str_eq(buf_str(&out), printable[_i].text);
}
END_TEST

static const struct {
	const char *in, *text;
} coded[] = {
	{ "YWJj", "abc" }, { "YW\nJ j", "abc" }, { "YWI=", "ab" },
	{ "YQ==", "a" }, { "YQ==YWJj", "aabc" }, { "YWJ", "ab" }, { "Y", "" },
};

START_TEST(base64)
{
	mime_base64(coded[_i].in, strlen(coded[_i].in), &out);
	ck_assert_str_eq(buf_str(&out), coded[_i].text);
}
END_TEST

static const struct {
	const char *value, *name, *found;
} parameters[] = {
	{ "text/plain; charset=utf-8", "charset", "utf-8" },
	{ "text/plain;charset = \"utf-8\" ; x=y", "charset", "utf-8" },
	{ "multipart/report; report-type=delivery-status;\tboundary=\"a;b\"",
	    "boundary", "a;b" },
	{ "x; boundary*0=\"ab\"; boundary*1=\"cd\"", "boundary", "abcd" },
	{ "x; notboundary=y", "boundary", NULL },
	{ "x; boundary=\"a\\\"b\"", "boundary", "a\"b" },
};

START_TEST(parameter)
{
	char text[64] = "";
	bool found = mime_parameter(parameters[_i].value,
	    parameters[_i].name, text, sizeof(text));

	ck_assert_int_eq(found, parameters[_i].found != NULL);
	if (found)
		ck_assert_str_eq(text, parameters[_i].found);
}
END_TEST

START_TEST(headers_are_unfolded)
{
	static const char text[] =
	    "Subject: one\r\n two\r\n\tthree\r\nX-A:b\r\nTo : c@d.example\r\n"
	    "\r\nbody";
	struct mime_headers h = { 0 };
	size_t used = mime_headers_read(&h, text, sizeof(text) - 1);

	ck_assert_str_eq(text + used, "body");
	ck_assert_str_eq(mime_header(&h, "subject"), "one two three");
	ck_assert_str_eq(mime_header(&h, "x-a"), "b");
	ck_assert_str_eq(mime_header(&h, "to"), "c@d.example");
	ck_assert_ptr_null(mime_header(&h, "from"));
	mime_headers_clear(&h);
}
END_TEST

START_TEST(parts_of_a_report)
{
	static const char text[] =
	    "From: a@b.example\nContent-Type: multipart/report; boundary=x\n\n"
	    "preamble\n--x\n\nwords\n--x\nContent-Type: "
	    "message/delivery-status\n\nFinal-Recipient: rfc822; c@d.example\n"
	    "--x\nContent-Type: message/rfc822\n\nTo: c@d.example\n\nbody\n"
	    "--x--\n";
	struct mime mime;

	mime_read(&mime, text, sizeof(text) - 1);
	ck_assert(!mime.fragment);
	ck_assert_uint_eq(mime.message_count, 2);
	ck_assert_int_eq(mime.messages[1].parent, 0);
	ck_assert_uint_eq(mime.part_count, 3);
	ck_assert_int_eq(mime.parts[0].kind, MIME_TEXT);
	ck_assert_str_eq(mime.parts[0].text, "words\n");
	ck_assert_int_eq(mime.parts[1].kind, MIME_STATUS);
	ck_assert_int_eq(mime.parts[2].message, 1);
	mime_clear(&mime);
}
END_TEST

START_TEST(line_ends_of_old_macs)
{
	static const char text[] = "From: a@b.example\rTo: c@d.example\r"
	    "Subject: x\r\rbody\r";
	struct mime mime;

	mime_read(&mime, text, sizeof(text) - 1);
	ck_assert(!mime.fragment);
	ck_assert_str_eq(mime_header(&mime.messages[0].headers, "subject"),
	    "x");
	ck_assert_str_eq(mime.parts[0].text, "body\n");
	mime_clear(&mime);
}
END_TEST

START_TEST(html_as_a_person_reads_it)
{
	static const char html[] = "<html><head><title>t</title></head><body>"
	    "<style>p { x }</style><p>One&nbsp;two<br>three &lt;a@b&gt;</p>"
	    "<!-- no --><b>f&uuml;r</b> &#252;&#xfc; 1 < 2 <c@d.example>"
	    "<script>no</script></body>";

	mime_html(html, sizeof(html) - 1, &out);
	ck_assert_str_eq(buf_str(&out), "One two\nthree <a@b>\n"
	    "f\xc3\xbcr \xc3\xbc\xc3\xbc 1 < 2 <c@d.example>");
}
END_TEST

static const struct {
	const char *text;
	int code;
	const char *enhanced, *words;
} replies[] = {
	{ "host mx said: 554 5.7.1 no relay (in reply to RCPT TO command)",
	    554, "5.7.1", "5.7.1 no relay" },
	{ "550-5.1.1 one 550-5.1.1 two 550 5.1.1 three", 550, "5.1.1",
	    "5.1.1 one two three" },
	{ "Remote host said: 550 User unknown", 550, "", "User unknown" },
	{ "(#5.1.1) sorry", 0, "5.1.1", "(#5.1.1) sorry" },
	{ "after 500 messages it gave up: 451 busy", 451, "", "busy" },
	{ "mail of 552 KB", 0, NULL, "" },
	{ "sent at 550 by 192.0.2.5.1", 0, NULL, "" },
	{ "server version 5.5.0 is old", 0, NULL, "" },
	{ "said: 553 sorry, not in rcpthosts (#5.7.1)", 553, "5.7.1",
	    "sorry, not in rcpthosts (#5.7.1)" },
	{ "SMTP Error Code 550", 550, "", "" },
	{ "responded: 5.7.1 <a@b.example>: denied", 0, "5.7.1",
	    "5.7.1 <a@b.example>: denied" },
};

START_TEST(a_reply_in_running_text)
{
	struct found_reply reply = { 0 };
	bool found = reply_find(replies[_i].text, &reply);
	char enhanced[16] = "";

	ck_assert_int_eq(found, replies[_i].enhanced != NULL);
	if (!found)
		return;
	if (reply.enhanced.class != 0)
		enhanced_text(&reply.enhanced, enhanced);
	ck_assert_int_eq(reply.code, replies[_i].code);
	ck_assert_str_eq(enhanced, replies[_i].enhanced);
	ck_assert_str_eq(reply.text, replies[_i].words);
}
END_TEST

static const struct {
	const char *text, *mailbox;
	size_t used;
} mailboxes[] = {
	{ "<a@b.example>...", "a@b.example", 13 },
	{ "a@b.example.", "a@b.example", 11 },
	{ "\"a b\"@c.example x", "\"a b\"@c.example", 15 },
	{ "rfc822; a@b.example", "a@b.example", 19 },
	{ "SMTP=a@b.example;", "a@b.example", 16 },
	{ "a@b.example<mailto:a@b.example>:", "a@b.example", 31 },
	{ "a@[192.0.2.1]", "a@[192.0.2.1]", 13 },
	{ "a b@c.example", "", 0 },
	{ "a@", "", 0 },
	{ "@b.example", "", 0 },
};

START_TEST(a_mailbox_at)
{
	char mailbox[MAILBOX_MAX] = "";
	size_t used = mailbox_at(mailboxes[_i].text, mailbox);

	ck_assert_uint_eq(used, mailboxes[_i].used);
	if (used > 0)
		ck_assert_str_eq(mailbox, mailboxes[_i].mailbox);
}
END_TEST

START_TEST(fields_of_a_report)
{
	static const char text[] =
	    "Reporting-MTA: dns; mx.src.example\n"
	    "X-Postfix-Sender: rfc822; alice@src.example\n\n"
	    "Final-Recipient: rfc822; bob@dest.example\n"
	    "Original-Recipient: rfc822; all@src.example\n"
	    "Action: Failed (said so)\nStatus: 5.0.0 (undefined)\n"
	    "Remote-MTA: dns; mx.dest.example (192.0.2.1)\n"
	    "Diagnostic-Code: smtp; 550-5.7.1 one\n 550 5.7.1 two\n\n"
	    "Final-Recipient: utf-8; j\\x{F6}rg@dest.example\n"
	    "Action: delayed\nStatus: 4.4.1\n";
	struct dsn dsn = { 0 };

	dsn_read(&dsn, text, sizeof(text) - 1);
	ck_assert_uint_eq(dsn.count, 2);
	ck_assert_str_eq(dsn.reporting_mta, "mx.src.example");
	ck_assert_str_eq(dsn.sender, "alice@src.example");
	ck_assert_str_eq(dsn.recipients[0].final, "bob@dest.example");
	ck_assert_str_eq(dsn.recipients[0].original, "all@src.example");
	ck_assert_int_eq(dsn.recipients[0].action, DSN_FAILED);
	ck_assert_str_eq(dsn.recipients[0].remote_mta, "mx.dest.example");
	ck_assert_str_eq(dsn.recipients[0].remote_address, "192.0.2.1");
	ck_assert_int_eq(dsn.recipients[0].reply.code, 550);
	ck_assert_str_eq(dsn.recipients[0].reply.text, "5.7.1 one two");
	ck_assert_str_eq(dsn.recipients[1].final, "j\xc3\xb6rg@dest.example");
	ck_assert_int_eq(dsn.recipients[1].action, DSN_DELAYED);
	ck_assert_int_eq(dsn.recipients[1].status.class, 4);
	dsn_clear(&dsn);
}
END_TEST

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static Suite *
suite(void)
{
	Suite *s = suite_create("core.mime");
	TCase *t = tcase_create("mime");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, encoded_words, 0, COUNT(words));
	tcase_add_loop_test(t, quoted_printable, 0, COUNT(printable));
	tcase_add_loop_test(t, base64, 0, COUNT(coded));
	tcase_add_loop_test(t, parameter, 0, COUNT(parameters));
	tcase_add_test(t, headers_are_unfolded);
	tcase_add_test(t, parts_of_a_report);
	tcase_add_test(t, line_ends_of_old_macs);
	tcase_add_test(t, html_as_a_person_reads_it);
	tcase_add_loop_test(t, a_reply_in_running_text, 0, COUNT(replies));
	tcase_add_loop_test(t, a_mailbox_at, 0, COUNT(mailboxes));
	tcase_add_test(t, fields_of_a_report);
	suite_add_tcase(s, t);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
