#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include "core/bounce/log_scan.h"
#include "core/text.h"

static char path[64];

static void
make(void)
{
	int fd;

	strcpy(path, "/tmp/relaytrace-log-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void
drop(void)
{
	unlink(path);
}

static struct log_scan *
scan_text(const char *text, bool packed)
{
	struct log_scan *scan;
	struct err err;

	if (packed) {
		gzFile gz = gzopen(path, "wb");

		gzwrite(gz, text, (unsigned)strlen(text));
		gzclose(gz);
	} else {
		FILE *f = fopen(path, "w");

		fputs(text, f);
		fclose(f);
	}
	scan = log_scan_open(path, &err);
	ck_assert_msg(scan != NULL, "%s", err.text);
	while (log_scan_step(scan, 1))
		;
	return scan;
}

static const char postfix[] =
    "Nov 24 03:00:00 mx postfix/qmgr[1]: 4F1A2B3C4D: "
    "from=<alice@src.example>, size=1, nrcpt=1 (queue active)\n"
    "Nov 24 03:00:01 mx postfix/smtp[1]: 4F1A2B3C4D: "
    "to=<bob@dest.example>, relay=mx.dest.example[192.0.2.1]:25, "
    "delay=1, dsn=5.7.1, status=bounced (host mx.dest.example"
    "[192.0.2.1] said: 554 5.7.1 <bob@dest.example>: Relay access denied "
    "(in reply to RCPT TO command))\n"
    "Nov 24 03:00:02 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from "
    "unknown[198.51.100.9]: 454 4.7.1 <x@far.example>: Relay access "
    "denied; from=<y@near.example> to=<x@far.example> proto=ESMTP "
    "helo=<h>\n"
    "Nov 24 03:00:03 mx postfix/smtp[1]: 4F1A2B3C4D: "
    "to=<carol@dest.example>, relay=mx.dest.example[192.0.2.1]:25, "
    "delay=1, dsn=5.7.1, status=bounced (host mx.dest.example"
    "[192.0.2.1] said: 554 5.7.1 <carol@dest.example>: Relay access "
    "denied (in reply to RCPT TO command))\n";

START_TEST(groups_are_newest_first)
{
	struct log_scan *scan = scan_text(postfix, _i == 1);
	const struct log_group *groups[LOG_GROUPS_MAX];
	size_t n = log_scan_groups(scan, groups);

	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(log_scan_lines(scan), 4);
	ck_assert_uint_eq(log_scan_refusals(scan), 3);
	ck_assert_uint_eq(groups[0]->count, 2);
	ck_assert_int_eq(groups[0]->family, FAMILY_RELAY);
	ck_assert_str_eq(groups[0]->sender_domain, "src.example");
	ck_assert_str_eq(groups[0]->recipient_domain, "dest.example");
	ck_assert_str_eq(groups[0]->first, "Nov 24 03:00:01");
	ck_assert_str_eq(groups[0]->latest.when, "Nov 24 03:00:03");
	ck_assert_str_eq(groups[0]->latest.recipient, "carol@dest.example");
	ck_assert_str_eq(groups[0]->latest.next, "relaytrace check "
	    "--from=alice@src.example carol@dest.example");
	ck_assert_str_eq(groups[1]->client, "198.51.100.9");
	ck_assert_uint_eq(groups[1]->delayed, 1);
	log_scan_free(scan);
}
END_TEST

START_TEST(an_exported_journal)
{
	static const char export[] =
	    "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1764000000000000\n"
	    "_HOSTNAME=mx\nSYSLOG_IDENTIFIER=postfix/smtpd\n"
	    "MESSAGE=NOQUEUE: reject: RCPT from unknown[198.51.100.9]: 554 "
	    "5.7.1 <x@far.example>: Relay access denied; "
	    "from=<y@near.example> to=<x@far.example> proto=ESMTP\n\n"
	    "__CURSOR=s=2\n__REALTIME_TIMESTAMP=1764000001000000\n"
	    "_HOSTNAME=mx\nSYSLOG_IDENTIFIER=cron\nMESSAGE=nothing\n\n";
	struct log_scan *scan = scan_text(export, false);
	const struct log_group *groups[LOG_GROUPS_MAX];

	ck_assert_uint_eq(log_scan_groups(scan, groups), 1);
	ck_assert_str_eq(groups[0]->latest.recipient, "x@far.example");
	ck_assert_str_eq(groups[0]->latest.when, "2025-11-24T16:00:00Z");
	ck_assert_str_eq(groups[0]->latest.reporting_mta, "mx");
	log_scan_free(scan);
}
END_TEST

/* Every line another group: memory stays, the newest survive. */
START_TEST(more_groups_than_are_kept)
{
	const struct log_group *groups[LOG_GROUPS_MAX];
	struct log_scan *scan;
	struct rusage before, after;
	struct err err;
	FILE *f = fopen(path, "w");
	int i;

	for (i = 0; i < 40000; i++)
		fprintf(f, "Nov 24 03:00:01 mx postfix/smtp[1]: 4F1A2B3C4D: "
		    "to=<bob@d%d.example>, relay=none, dsn=5.4.4, "
		    "status=bounced (Host or domain name not found)\n", i);
	fclose(f);
	scan = log_scan_open(path, &err);
	while (log_scan_refusals(scan) < 4000 && log_scan_step(scan, 65536))
		;
	getrusage(RUSAGE_SELF, &before);
	while (log_scan_step(scan, 1 << 20))
		;
	getrusage(RUSAGE_SELF, &after);
	/* Kilobytes; a sanitizer's bookkeeping grows a little. */
	ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 16 << 10);
	ck_assert_uint_eq(log_scan_groups(scan, groups), LOG_GROUPS_MAX);
	ck_assert_str_eq(groups[0]->recipient_domain, "d39999.example");
	ck_assert_uint_eq(log_scan_dropped(scan), 40000 - LOG_GROUPS_MAX);
	log_scan_free(scan);
}
END_TEST

START_TEST(a_line_longer_than_is_read)
{
	const struct log_group *groups[LOG_GROUPS_MAX];
	struct log_scan *scan;
	struct err err;
	FILE *f = fopen(path, "w");
	int i;

	for (i = 0; i < 3000000; i++)
		fputc("x \0\x1b="[i % 5], f);
	fputc('\n', f);
	fputs(postfix, f);
	fclose(f);
	scan = log_scan_open(path, &err);
	while (log_scan_step(scan, 1 << 20))
		;
	ck_assert_uint_eq(log_scan_groups(scan, groups), 2);
	log_scan_free(scan);
}
END_TEST

START_TEST(a_cut_off_gzip_file_says_so)
{
	struct log_scan *scan;
	struct err err;
	gzFile gz = gzopen(path, "wb");
	int i;

	for (i = 0; i < 5000; i++)
		gzwrite(gz, postfix, sizeof(postfix) - 1);
	gzclose(gz);
	ck_assert_int_eq(truncate(path, 1500), 0);
	scan = log_scan_open(path, &err);
	while (log_scan_step(scan, 1 << 20))
		;
	ck_assert(log_scan_failed(scan, &err));
	ck_assert(strstr(err.text, "cut off") != NULL);
	ck_assert_uint_gt(log_scan_refusals(scan), 0);
	log_scan_free(scan);
}
END_TEST

START_TEST(what_cannot_be_opened)
{
	struct err err;

	ck_assert_ptr_null(log_scan_open("/no/such/file", &err));
	ck_assert_str_eq(err.text, "No such file or directory");
	ck_assert_ptr_null(log_scan_open("/tmp", &err));
	ck_assert_str_eq(err.text, "Is a directory");
}
END_TEST

START_TEST(both_outputs)
{
	struct log_scan *scan = scan_text(postfix, false);
	char *text = log_scan_text(scan), *json = log_scan_json(scan);
	json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
	json_t *entry = json_array_get(json_object_get(root, "entries"), 0);

	ck_assert_str_eq(json_string_value(json_object_get(root, "kind")),
	    "log");
	ck_assert_int_eq(json_integer_value(json_object_get(entry, "count")),
	    2);
	ck_assert_str_eq(json_string_value(json_object_get(entry, "last")),
	    "Nov 24 03:00:03");
	ck_assert(strstr(text, "3 refusals of 2 kinds") != NULL);
	json_decref(root);
	free(text);
	free(json);
	log_scan_free(scan);
	scan = scan_text("Dear all,\nnothing here\n", false);
	text = log_scan_text(scan);
	ck_assert(strstr(text, "Not a mail log") != NULL);
	free(text);
	log_scan_free(scan);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("core.log_scan");
	TCase *t = tcase_create("log_scan");

	tcase_set_timeout(t, 100);
	tcase_add_checked_fixture(t, make, drop);
	tcase_add_loop_test(t, groups_are_newest_first, 0, 2);
	tcase_add_test(t, an_exported_journal);
	tcase_add_test(t, more_groups_than_are_kept);
	tcase_add_test(t, a_line_longer_than_is_read);
	tcase_add_test(t, a_cut_off_gzip_file_says_so);
	tcase_add_test(t, what_cannot_be_opened);
	tcase_add_test(t, both_outputs);
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
