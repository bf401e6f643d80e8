/*
 * relaytrace spf as people and scripts run it: the real program asks a name
 * server of ours over UDP on loopback.
 */
#include "ui/spf_cmd.h"

#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "fake/dns_server.h"

static const char zone[] =
    "src.test TXT v=spf1 include:_spf.src.test -all exp=why.src.test\n"
    "_spf.src.test TXT v=spf1 a:out.src.test |mx:src.test ~all\n"
    "out.src.test A 192.0.2.1\n"
    "out.src.test AAAA 2001:db8::1\n"
    "src.test MX 10 out.src.test\n"
    "why.src.test TXT %{i} may not send for %{d}\n"
    "broken.test SERVFAIL\n"
    "silent.test TIMEOUT\n"
    "escape.test TXT v=spf1 \\x1b]0;owned\\x07 -all\n"
    "latin.test TXT caf\\xe9\nlatin.test TXT v=spf1 ?all\n";

static pid_t server;
static int port;

static void
start_server(void)
{
	server = dns_server_start(zone, &port);
}

static void
stop_server(void)
{
	dns_server_stop(server);
}

/* Runs the program; its output goes to `out`; returns the exit status. */
static int
run(const char *arguments, char *out, size_t size)
{
	char command[1000];
	FILE *pipe;
	size_t n;
	int status;

	snprintf(command, sizeof(command),
	    "%s spf --resolver=127.0.0.1:%d %s 2>&1", RT_PROGRAM, port,
	    arguments);
	pipe = popen(command, "r");
	n = fread(out, 1, size - 1, pipe);
	out[n] = '\0';
	status = pclose(pipe);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const struct {
	const char *arguments, *result, *explanation;
	int lookups, voids;
} cases[] = {
	{ "--ip=192.0.2.1 a@src.test", "pass", "", 2, 0 },
	{ "--ip=2001:db8::1 a@src.test", "pass", "", 2, 0 },
	{ "--ip=::ffff:192.0.2.1 a@src.test", "pass", "", 2, 0 },
	{ "--ip=203.0.113.5 --helo=h.test a@src.test", "fail",
	    "203.0.113.5 may not send for src.test", 3, 0 },
	{ "--ip 192.0.2.1 --helo src.test '<>'", "pass", "", 2, 0 },
	{ "--ip=192.0.2.1 --helo=src.test ''", "pass", "", 2, 0 },
	{ "--ip=192.0.2.1 a@no.test", "none", "", 0, 0 },
	{ "--ip=192.0.2.1 --helo= ''", "none", "", 0, 0 },
	{ "--ip=192.0.2.1 --helo '%% a b' '<>'", "none", "", 0, 0 },
	{ "--ip=192.0.2.1 --helo='[192.0.2.1]' '<>'", "none", "", 0, 0 },
	{ "--ip=192.0.2.1 a@", "none", "", 0, 0 },
	{ "--ip=192.0.2.1 @src.test", "pass", "", 2, 0 },
	{ "--ip=192.0.2.1 -- -a@src.test", "pass", "", 2, 0 },
	{ "--ip=192.0.2.1 a@localhost", "none", "", 0, 0 },
	{ "--ip=192.0.2.1 a@broken.test", "temperror", "", 0, 0 },
	{ "--ip=192.0.2.1 --timeout=1 a@silent.test", "temperror", "", 0, 0 },
	{ "--ip=192.0.2.1 a@escape.test", "permerror", "", 0, 0 },
	{ "--ip=192.0.2.1 a@latin.test", "neutral", "", 0, 0 },
};

START_TEST(json_is_what_the_contract_says)
{
	char out[20000], arguments[300];
	json_t *json, *trace;
	json_error_t error;

	snprintf(arguments, sizeof(arguments), "--json %s",
	    cases[_i].arguments);
	ck_assert_int_eq(run(arguments, out, sizeof(out)), 0);
	json = json_loads(out, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(json != NULL, "%s in: %s", error.text, out);
	ck_assert_str_eq(json_string_value(json_object_get(json, "result")),
	    cases[_i].result);
	ck_assert_str_eq(json_string_value(json_object_get(json,
	    "explanation")), cases[_i].explanation);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "lookups")),
	    cases[_i].lookups);
	ck_assert_int_eq(json_integer_value(json_object_get(json,
	    "void_lookups")), cases[_i].voids);
	trace = json_object_get(json, "trace");
	ck_assert(json_is_array(trace) && json_array_size(trace) > 0);
	json_decref(json);
}
END_TEST

START_TEST(text_shows_the_way)
{
	char out[20000];
	const char *p;

	ck_assert_int_eq(run("--ip=192.0.2.1 a@src.test", out, sizeof(out)),
	    0);
	ck_assert_ptr_nonnull(strstr(out, "pass: SPF of src.test allows "
	    "192.0.2.1 (include:_spf.src.test in the record of src.test)"));
	ck_assert_ptr_nonnull(strstr(out, "    _spf.src.test: v=spf1"));
	ck_assert_ptr_nonnull(strstr(out, "a:out.src.test  match -> pass "
	    "(192.0.2.1)"));
	ck_assert_int_eq(run("--ip=192.0.2.1 a@escape.test", out,
	    sizeof(out)), 0);
	for (p = out; *p != '\0'; p++)
		ck_assert(*p == '\n' || *p >= ' ');
}
END_TEST

static const struct {
	const char *arguments, *says;
} wrong[] = {
	{ "a@src.test", "--ip=ADDRESS is missing" },
	{ "--ip=192.0.2.300 a@src.test", "no IP address" },
	{ "--ip=src.test a@src.test", "no IP address" },
	{ "--ip=192.0.2.1", "one SENDER is needed" },
	{ "--ip=192.0.2.1 a@src.test b@src.test", "one SENDER is needed" },
	{ "--ip=192.0.2.1 '<>'", "--helo=NAME" },
	{ "--ip=192.0.2.1 --timeout=0 a@src.test", "\"0\" is not a number" },
	{ "--ip=192.0.2.1 --timeout=1x a@src.test", "\"1x\" is not a number" },
	{ "--ip=192.0.2.1 --format=xml a@src.test", "\"xml\"" },
	{ "--ip=192.0.2.1 --resolver=here a@src.test", "\"here\"" },
	{ "--ip=192.0.2.1 --format=html a@src.test", "text and json" },
	{ "--ip=192.0.2.1 --frobnicate a@src.test", "frobnicate" },
};

START_TEST(wrong_usage_names_what_is_wrong)
{
	char out[4000];

	ck_assert_int_eq(run(wrong[_i].arguments, out, sizeof(out)), 2);
	ck_assert_msg(strstr(out, wrong[_i].says) != NULL, "%s", out);
}
END_TEST

/* The options that every command has. */
START_TEST(options_of_all_commands)
{
	char out[20000], file[] = "/tmp/rt-spf-XXXXXX", arguments[200];
	int fd = mkstemp(file);
	ssize_t n;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(run("--help", out, sizeof(out)), 0);
	ck_assert_ptr_nonnull(strstr(out, "--ip=ADDRESS"));
	snprintf(arguments, sizeof(arguments),
	    "--ip=192.0.2.1 --color=never -o %s a@src.test", file);
	ck_assert_int_eq(run(arguments, out, sizeof(out)), 0);
	ck_assert_str_eq(out, "");
	close(fd);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	n = read(fd, out, sizeof(out) - 1);
	ck_assert_int_gt(n, 0);
	out[n] = '\0';
	ck_assert_ptr_nonnull(strstr(out, "pass: SPF of src.test"));
	close(fd);
	unlink(file);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ui.spf_cmd");
	TCase *t = tcase_create("spf_cmd");
	SRunner *r;
	int failed;

	tcase_add_unchecked_fixture(t, start_server, stop_server);
	tcase_add_loop_test(t, json_is_what_the_contract_says, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, text_shows_the_way);
	tcase_add_test(t, options_of_all_commands);
	tcase_add_loop_test(t, wrong_usage_names_what_is_wrong, 0,
	    sizeof(wrong) / sizeof(wrong[0]));
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
