#include "core/session.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/buf.h"
#include "net/mem.h"
#include "support/world_check.h"

/*
 * Mail servers that do what no mail server should, at every stage.  Beside
 * each stands one in good order, whose result must come out all the same.
 * What must hold besides (bounded memory, an end, nothing that steers a
 * terminal, references that exist) is looked at for every world.
 *
 * `core_test_hostile STAGE FAULT` tells how one of them goes.
 */

static const char *const stages[] = { "banner", "ehlo", "starttls", "tls",
	"mail", "rcpt", "rset", "quit" };

static const char *const faults[] = { "reset", "cut", "silent", "last-words",
	"split", "drip", "endless", "long", "big-line", "flood", "unasked", "inject",
	"garbage", "echo", "escapes", "nul", "eight-bit", "bare-lf",
	"mixed-code", "no-text", "421", "stall" };

#define STAGE_ROWS (sizeof(stages) / sizeof(stages[0]))
#define FAULT_ROWS (sizeof(faults) / sizeof(faults[0]))

static const char surroundings[] =
    "background\n"
    "case recipient bob@example.net\n"
    "dns example.net MX 10 mx1.example.net\n"
    "dns example.net MX 20 mx2.example.net\n"
    "dns mx1.example.net A 192.0.2.25\n"
    "dns mx2.example.net A 192.0.2.26\n"
    "smtp 192.0.2.26\n"
    "  product postfix\n"
    "  host mx2.example.net\n"
    "  hosts example.net\n"
    "  starttls\n"
    "expect verdict *\n"
    "expect server mx2.example.net accepted\n"
    "expect within 75\n"
    "smtp 192.0.2.25\n"
    "  product %s\n"
    "  host mx1.example.net\n"
    "  hosts %s\n"
    "  starttls %s\n"
    "  %s\n"; /* and whatever stands behind that line */

/* Over all that was played in this process. */
static struct {
	unsigned played;
	int longest_ms;
	size_t peak_bytes;
} total;

static void
check_text(const char *text, struct world_result *r)
{
	world_check_text(text, strlen(text), r);
	total.played++;
	if (r->elapsed_ms > total.longest_ms)
		total.longest_ms = r->elapsed_ms;
	if (r->peak_bytes > total.peak_bytes)
		total.peak_bytes = r->peak_bytes;
}

static void
play(const char *product, const char *hosts, const char *tls,
    const char *line, struct world_result *r)
{
	char *text = mem_printf(surroundings, product, hosts, tls, line);

	check_text(text, r);
	free(text);
}

static void
must_be_well(const char *what, const struct world_result *r)
{
	ck_assert_msg(r->wrong[0] == '\0', "%s: %s", what, r->wrong);
	ck_assert_msg(strcmp(r->verdict, "accepted") == 0 ||
	    strcmp(r->verdict, "partly") == 0, "%s: %s", what, r->verdict);
}

/* One that would take the mail, and one that would refuse it. */
START_TEST(any_fault_at_any_stage)
{
	const char *stage = stages[(size_t)_i / FAULT_ROWS];
	const char *fault = faults[(size_t)_i % FAULT_ROWS];
	struct world_result r;
	char line[80];

	snprintf(line, sizeof(line), "at %s fault %s", stage, fault);
	play("postfix", "example.net", "", line, &r);
	must_be_well(line, &r);
	/* Before MAIL the two do not differ. */
	if ((size_t)_i / FAULT_ROWS < 4)
		return;
	play("exim", "elsewhere.example", "", line, &r);
	must_be_well(line, &r);
}
END_TEST

/* A reply of very many lines that does end. */
static char *
long_reply(const char *stage, const char *line, int lines)
{
	struct buf text;
	char *out;
	int i;

	buf_init(&text, 4 * 1024 * 1024);
	buf_printf(&text, "at %s reply \"", stage);
	for (i = 0; i < lines; i++)
		buf_printf(&text, "%s%d\\n", line, i);
	buf_puts(&text, "250 done\"");
	out = mem_strdup(buf_str(&text));
	buf_clear(&text);
	return out;
}

START_TEST(ten_thousand_ehlo_lines)
{
	char *line = long_reply("ehlo", "250-X-", 10000);
	struct world_result r;

	play("postfix", "example.net", "", line, &r);
	must_be_well("10,000 EHLO lines", &r);
	free(line);
}
END_TEST

START_TEST(ten_thousand_reply_lines)
{
	char *line = long_reply("rcpt", "250-and ", 10000);
	struct world_result r;

	play("postfix", "example.net", "", line, &r);
	must_be_well("10,000 reply lines", &r);
	free(line);
}
END_TEST

START_TEST(giant_certificates)
{
	static const char *const kinds[] = { "many-names", "huge" };
	struct world_result r;

	play("postfix", "example.net", kinds[_i], "greet-delay 0ms", &r);
	must_be_well(kinds[_i], &r);
}
END_TEST

/* Records that say nothing, behind STARTTLS; and new keys wanted. */
static const char *const tls_stages[] = { "ehlo", "mail", "rcpt", "rset",
	"quit" };
static const char *const tls_faults[] = { "renegotiate", "key-updates",
	"hello-requests", "empty-records", "warnings" };

#define TLS_STAGE_ROWS (sizeof(tls_stages) / sizeof(tls_stages[0]))
#define TLS_FAULT_ROWS (sizeof(tls_faults) / sizeof(tls_faults[0]))

START_TEST(any_noise_inside_tls)
{
	size_t stage = (size_t)_i / TLS_FAULT_ROWS % TLS_STAGE_ROWS;
	const char *fault = tls_faults[(size_t)_i % TLS_FAULT_ROWS];
	bool tls12 = (size_t)_i >= TLS_STAGE_ROWS * TLS_FAULT_ROWS;
	struct world_result r;
	char line[120];

	snprintf(line, sizeof(line), "at %s fault %s\n  only-tls12 %s",
	    tls_stages[stage], fault, tls12 ? "yes" : "no");
	play("postfix", "example.net", "", line, &r);
	must_be_well(line, &r);
	/* Once is no reason to give up. */
	if (strcmp(fault, "renegotiate") == 0)
		ck_assert_msg(strcmp(r.verdict, "accepted") == 0, "%s: %s",
		    line, r.verdict);
}
END_TEST

/* ---- name servers ---- */

static const char *const dns_faults[] = { "lame", "no-aa", "truncate",
	"truncate-always", "no-tcp", "wrong-id", "wrong-question", "stray",
	"garbage", "short", "loop", "lost" };

#define DNS_ROWS (sizeof(dns_faults) / sizeof(dns_faults[0]))

/* One of the domain's name servers; the resolver is in good order. */
START_TEST(any_fault_of_a_name_server)
{
	struct world_result r;
	char lines[200];

	snprintf(lines, sizeof(lines), "greet-delay 0ms\n"
	    "zone example.net 192.0.2.2 192.0.2.3\n"
	    "ns 192.0.2.3 example.net\n"
	    "  fault %s\n", dns_faults[_i]);
	play("postfix", "example.net", "", lines, &r);
	must_be_well(dns_faults[_i], &r);
	ck_assert_str_eq(r.verdict, "accepted");
}
END_TEST

/* The only resolver: an end and a status that is known, no more. */
START_TEST(any_fault_of_the_resolver)
{
	char *text = mem_printf(
	    "background\n"
	    "case recipient bob@example.net\n"
	    "dns example.net MX 10 mx.example.net\n"
	    "dns mx.example.net A 192.0.2.25\n"
	    "smtp 192.0.2.25\n"
	    "  product postfix\n"
	    "  host mx.example.net\n"
	    "  hosts example.net\n"
	    "resolver 198.51.100.53\n"
	    "  fault %s\n"
	    "expect verdict *\n"
	    "expect within 61\n", dns_faults[_i]);
	struct world_result r;

	check_text(text, &r);
	ck_assert_msg(r.wrong[0] == '\0', "%s: %s", dns_faults[_i], r.wrong);
	free(text);
}
END_TEST

/* Many records, and names that would steer a terminal. */
static const char *const records[] = {
	"dns example.net MX {n} mx1.example.net repeat 500",
	"dns example.net MX {n} gone{n}.example repeat 500",
	"dns mx1.example.net A 203.0.113.{n} repeat 200",
	"dns example.org TXT \"number {n}\" repeat 4000",
	"dns example.net TXT \"\\e[2J\\xe2\\x80\\xae\\x9b31m\"",
	"dns example.net MX 30 \\027[2J\\027]0owned\\007.example.net",
	"dns example.net NS \\027[31m.example.net",
	"ptr 198.51.100.7 \\027[31m.example.org",
	"dns example.net CNAME a.example.net\n"
	"dns a.example.net CNAME example.net",
};

START_TEST(many_records_and_strange_ones)
{
	char *lines = mem_printf("greet-delay 0ms\n%s", records[_i]);
	struct world_result r;

	play("postfix", "example.net", "", lines, &r);
	ck_assert_msg(r.wrong[0] == '\0', "%s: %s", records[_i], r.wrong);
	free(lines);
}
END_TEST

/* ---- the outgoing server, with a login ---- */

static const char *const auth_faults[] = { "reset", "cut", "silent", "drip",
	"endless", "long", "big-line", "flood", "unasked", "garbage",
	"echo", "escapes", "nul", "mixed-code", "421", "loop", "big-challenge" };

#define LOGIN_ROWS (sizeof(auth_faults) / sizeof(auth_faults[0]))

static const char *const mechanisms[] = { "PLAIN", "LOGIN", "CRAM-MD5",
	"SCRAM-SHA-256", "DIGEST-MD5" };

static const char submission[] =
    "background\n"
    "case recipient bob@example.net\n"
    "case server smtp.example.org:587\n"
    "case user nina@example.org\n"
    "case password roses-and-thorns\n"
    "dns smtp.example.org A 192.0.2.58\n"
    "expect verdict *\n"
    "expect within 75\n"
    "smtp 192.0.2.58:587\n"
    "  product postfix\n"
    "  host smtp.example.org\n"
    "  hosts example.org\n"
    "  starttls\n"
    "  users nina@example.org:roses-and-thorns\n"
    "  auth %s when tls\n"
    "  at auth fault %s\n";

START_TEST(any_fault_in_a_login)
{
	const char *mech = mechanisms[(size_t)_i / LOGIN_ROWS];
	const char *fault = auth_faults[(size_t)_i % LOGIN_ROWS];
	char *text = mem_printf(submission, mech, fault);
	struct world_result r;

	check_text(text, &r);
	ck_assert_msg(r.wrong[0] == '\0', "%s %s: %s", mech, fault, r.wrong);
	free(text);
}
END_TEST

static void
tell(const char *stage, const char *fault)
{
	struct world_result r;
	char line[80];

	snprintf(line, sizeof(line), "at %s fault %s", stage, fault);
	play("postfix", "example.net", "", line, &r);
	printf("%-9s %-11s %-9s %-20s %6d ms %6zu KiB of %6zu %s\n", stage, fault,
	    r.verdict, r.cause, r.elapsed_ms, r.peak_bytes / 1024,
	    r.resident_bytes / 1024, r.wrong);
}

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("hostile");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	if (argc > 2) {
		tell(argv[1], argv[2]);
		return 0;
	}
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, any_fault_at_any_stage, 0,
	    (int)(STAGE_ROWS * FAULT_ROWS));
	tcase_add_loop_test(tc, any_noise_inside_tls, 0,
	    (int)(2 * TLS_STAGE_ROWS * TLS_FAULT_ROWS));
	tcase_add_test(tc, ten_thousand_ehlo_lines);
	tcase_add_test(tc, ten_thousand_reply_lines);
	tcase_add_loop_test(tc, giant_certificates, 0, 2);
	tcase_add_loop_test(tc, any_fault_of_a_name_server, 0, (int)DNS_ROWS);
	tcase_add_loop_test(tc, any_fault_of_the_resolver, 0, (int)DNS_ROWS);
	tcase_add_loop_test(tc, many_records_and_strange_ones, 0,
	    (int)(sizeof(records) / sizeof(records[0])));
	tcase_add_loop_test(tc, any_fault_in_a_login, 0,
	    (int)(LOGIN_ROWS * (sizeof(mechanisms) /
	    sizeof(mechanisms[0]))));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	if (total.played > 0) /* without a process for each */
		printf("%u played; the longest took %.1f s on the virtual "
		    "clock, the largest %zu KiB\n", total.played,
		    total.longest_ms / 1000.0, total.peak_bytes / 1024);
	return failed == 0 ? 0 : 1;
}
