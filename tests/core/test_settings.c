#include "core/settings.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/option_check.h"
#include "core/options.h"
#include "core/wrap.h"
#include "net/buf.h"

static struct settings s;
static struct err err;

static void
setup(void)
{
	settings_init(&s);
	memset(&err, 0, sizeof(err));
}

static void
teardown(void)
{
	settings_clear(&s);
}

#define ARGS_MAX 12

/* A command line in one string, split at blanks. */
static bool
parse(enum command command, const char *line)
{
	char *copy = strdup(line), *rest = copy, *word;
	char *argv[ARGS_MAX + 1] = { (char *)(void *)"check" };
	int argc = 1;
	bool ok;

	while ((word = strsep(&rest, " ")) != NULL && argc < ARGS_MAX)
		if (*word != '\0')
			argv[argc++] = word;
	ok = settings_parse(&s, command, argc, argv, &err);
	free(copy);
	return ok;
}

START_TEST(forms_of_options)
{
	ck_assert_msg(parse(COMMAND_CHECK,
		"-f al@src.example --server=mail.src.example:587 -umax "
		"--password-file pw -46 --jobs=7 bob@dest.example"),
	    "%s", err.text);
	ck_assert_str_eq(s.from, "al@src.example");
	ck_assert_str_eq(s.server, "mail.src.example:587");
	ck_assert_str_eq(s.user, "max");
	ck_assert_str_eq(s.password_file, "pw");
	ck_assert(s.ipv4_only && s.ipv6_only);
	ck_assert_int_eq(s.jobs, 7);
	ck_assert_int_eq((int)s.recipients.count, 1);
	ck_assert(settings_given(&s, "jobs"));
	ck_assert(!settings_given(&s, "mask"));
}
END_TEST

START_TEST(values_of_every_kind)
{
	struct addr want;

	ck_assert_msg(parse(COMMAND_CHECK,
		"--security=starttls --sending-ip=[2001:db8::7] "
		"--resolver=192.0.2.53:5353 --resolver 192.0.2.54 --mask "
		"--json --blocklist=none -- -odd@dest.example"),
	    "%s", err.text);
	ck_assert_int_eq(s.security, SECURITY_STARTTLS);
	addr_parse("2001:db8::7", &want);
	ck_assert(addr_same_host(&s.sending_ip, &want));
	ck_assert_int_eq((int)s.resolvers.count, 2);
	ck_assert_str_eq(s.resolvers.items[1], "192.0.2.54");
	ck_assert(s.mask);
	ck_assert_int_eq(s.format, FORMAT_JSON);
	ck_assert_str_eq(s.recipients.items[0], "-odd@dest.example");
}
END_TEST

/* What is wrong, and that the message names it. */
static const struct {
	const char *line, *message;
} wrong[] = {
	{ "--jsn", "--jsn is no option; --json meant?" },
	{ "--zzz", "--zzz is no option" },
	{ "-Z", "-Z is no option" },
	{ "--jobs=many", "--jobs: \"many\" is not a number from 1 to" },
	{ "--jobs=0", "--jobs: \"0\" is not a number" },
	{ "--jobs=99999999999999999999", "is not a number" },
	{ "--jobs=-1", "is not a number" },
	{ "--timeout=5s", "--timeout: \"5s\" is not a number" },
	{ "--format=xml", "--format: \"xml\" is none of text, json" },
	{ "--security=ssl", "is none of auto, none, starttls, tls" },
	{ "--sending-ip=mail", "--sending-ip: \"mail\" is no IP address" },
	{ "--source=192.0.2.256", "--source: \"192.0.2.256\" is no IP" },
	{ "--resolver=dns.example", "--resolver: \"dns.example\" is no IP" },
	{ "--resolver=192.0.2.1:99999", "is no IP address with an" },
	{ "-s mail.example:smtp", "\"smtp\" is no port; 1 to 65535" },
	{ "-s :25", "no host is named" },
	{ "-s mail.example:0", "is no port" },
	{ "--from=al", "--from: " },
	{ "-f", "-f, --from: ADDRESS is missing" },
	{ "--from", "--from: ADDRESS is missing" },
	{ "--mask=yes", "--mask takes no value" },
	{ "--helo=\xc3\xa9", "--helo: position 1 is no visible ASCII" },
	{ "--mechanism=PLAIN;", "is no name of a SASL mechanism" },
	{ "--dkim-selector=.a", "is no DKIM selector" },
	{ "--ip=192.0.2.1", "--ip does not go with check" },
	{ "--user=a\x01z", "--user: a control character at position 2" },
	{ "--output=", "--output: the value is empty" },
};

START_TEST(errors_name_the_option)
{
	ck_assert(!parse(COMMAND_CHECK, wrong[_i].line));
	ck_assert_msg(strstr(err.text, wrong[_i].message) != NULL,
	    "\"%s\" lacks \"%s\"", err.text, wrong[_i].message);
}
END_TEST

START_TEST(messages_show_no_raw_bytes)
{
	ck_assert(!parse(COMMAND_CHECK, "--\x1b[2Jx"));
	ck_assert_ptr_null(strchr(err.text, '\x1b'));
	ck_assert(!parse(COMMAND_CHECK, "--jobs=\x1b[2J"));
	ck_assert_ptr_null(strchr(err.text, '\x1b'));
}
END_TEST

static const struct {
	const char *line, *message;
} apart[] = {
	{ "-4 -6 bob@dest.example", "--ipv4 and --ipv6" },
	{ "", "no recipient is given" },
	{ "--from-file=f bob@dest.example", "either recipients or" },
	{ "--password-file=f bob@dest.example", "needs --user" },
	{ "-u a --password-file=f --password-fd=3 -s h.example "
	  "bob@dest.example",
	    "exclude each other" },
	{ "-u a bob@dest.example", "--user needs --server" },
	{ "--cert-file=f bob@dest.example", "go together" },
	{ "--format=html a@b.example c@d.example", "take one recipient" },
	{ "bob", "\"bob\": " },
	{ "-4 --source=2001:db8::1 bob@dest.example", "switched off" },
};

START_TEST(what_does_not_go_together)
{
	ck_assert_msg(parse(COMMAND_CHECK, apart[_i].line), "%s", err.text);
	ck_assert(!settings_check(&s, COMMAND_CHECK, &err));
	ck_assert_msg(strstr(err.text, apart[_i].message) != NULL,
	    "\"%s\" lacks \"%s\"", err.text, apart[_i].message);
}
END_TEST

START_TEST(what_goes_together)
{
	ck_assert(parse(COMMAND_CHECK,
	    "-u a -s h.example:587 --password-fd=3 bob@dest.example"));
	ck_assert_msg(settings_check(&s, COMMAND_CHECK, &err), "%s",
	    err.text);
}
END_TEST

/* A configuration file that is gone when the process ends. */
static char config_path[] = "/tmp/relaytrace-config-XXXXXX";

static bool
configure(const char *text, const char *profile)
{
	bool ok;
	int fd;

	strcpy(config_path + strlen(config_path) - 6, "XXXXXX");
	fd = mkstemp(config_path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (int)strlen(text));
	close(fd);
	ok = settings_read_config(&s, config_path, profile, &err);
	unlink(config_path);
	return ok;
}

static const char good[] = "# where I am\n"
			   "helo = mail.src.example\r\n"
			   "control = a.example\n"
			   "control = b.example\n"
			   "mask = yes\n"
			   "ipv4 = no\n"
			   "\n"
			   "[profile work]\n"
			   "helo = work.src.example\n"
			   "server = smtp.src.example:587\n"
			   "[profile home]\n"
			   "server = mail.home.example\n";

START_TEST(configuration_without_profile)
{
	ck_assert_msg(configure(good, NULL), "%s", err.text);
	ck_assert_str_eq(s.helo, "mail.src.example");
	ck_assert_int_eq((int)s.controls.count, 2);
	ck_assert(s.mask && !s.ipv4_only);
	ck_assert_ptr_null(s.server);
}
END_TEST

START_TEST(profile_goes_before_the_rest)
{
	ck_assert_msg(configure(good, "work"), "%s", err.text);
	ck_assert_str_eq(s.helo, "work.src.example");
	ck_assert_str_eq(s.server, "smtp.src.example:587");
	ck_assert(s.mask);
}
END_TEST

START_TEST(command_line_goes_before_the_file)
{
	ck_assert(parse(COMMAND_CHECK, "--helo=x.example --control=c.example "
				       "-6"));
	ck_assert_msg(configure("ipv4 = yes\nhelo = y.example\n"
				"control = d.example\n",
			  NULL),
	    "%s", err.text);
	ck_assert_str_eq(s.helo, "x.example");
	ck_assert_int_eq((int)s.controls.count, 1);
	ck_assert_str_eq(s.controls.items[0], "c.example");
	ck_assert(!s.ipv4_only);
}
END_TEST

static const struct {
	const char *text, *message;
} lines[] = {
	{ "\nhelo mail.example\n", "line 2: an = is missing" },
	{ "hello = x\n", "line 1: there is no option hello" },
	{ "send = yes\n", "line 1: send is for the command line only" },
	{ "password-fd = 3\n", "for the command line only" },
	{ "mask = perhaps\n", "line 1: mask: yes or no is wanted" },
	{ "#\n#\ntimeout = soon\n", "line 3: timeout: \"soon\" is not a" },
	{ "[profile x\n", "line 1: the ] of the section is missing" },
	{ "[server x]\n", "line 1: a section is written" },
	{ "[profile x]\nresolver = dns\n", "line 2: resolver: \"dns\"" },
	{ "[\n", "the ] of the section" },
	{ "]\n", "an = is missing" },
};

START_TEST(errors_name_the_line)
{
	ck_assert(!configure(lines[_i].text, NULL));
	ck_assert_msg(strstr(err.text, lines[_i].message) != NULL,
	    "\"%s\" lacks \"%s\"", err.text, lines[_i].message);
	ck_assert_ptr_nonnull(strstr(err.text, config_path));
}
END_TEST

START_TEST(missing_file_and_missing_profile)
{
	ck_assert(settings_read_config(&s, "/nonexistent/config", NULL,
	    &err));
	ck_assert(!settings_read_config(&s, "/nonexistent/config", "work",
	    &err));
	ck_assert(!settings_read_config(&s, "/tmp", NULL, &err));
	ck_assert(!configure(good, "elsewhere"));
	ck_assert_ptr_nonnull(strstr(err.text, "profile elsewhere"));
}
END_TEST

static const struct {
	const char *text, *host;
	int port;
} hosts[] = {
	{ "mail.example", "mail.example", 0 },
	{ "mail.example:587", "mail.example", 587 },
	{ "192.0.2.1:25", "192.0.2.1", 25 },
	{ "2001:db8::1", "2001:db8::1", 0 },
	{ "[2001:db8::1]", "2001:db8::1", 0 },
	{ "[2001:db8::1]:465", "2001:db8::1", 465 },
};

START_TEST(hosts_and_ports)
{
	char host[256];
	int port;

	ck_assert_msg(host_port_parse(hosts[_i].text, host, sizeof(host),
			  &port, &err),
	    "%s", err.text);
	ck_assert_str_eq(host, hosts[_i].host);
	ck_assert_int_eq(port, hosts[_i].port);
}
END_TEST

/* The table itself: no name or letter twice within a command. */
START_TEST(table_is_consistent)
{
	const struct option_row *a, *b;
	size_t i, j;

	for (i = 0; i < option_count(); i++) {
		a = option_nth(i);
		ck_assert_msg((a->words != NULL) == (a->kind == OPTION_WORD),
		    "%s", a->name);
		ck_assert_msg((a->argument == NULL) ==
			(a->kind == OPTION_FLAG || a->kind == OPTION_FIXED),
		    "%s", a->name);
		ck_assert_msg(a->kind != OPTION_NUMBER || a->max > a->min,
		    "%s", a->name);
		for (j = i + 1; j < option_count(); j++) {
			b = option_nth(j);
			ck_assert_str_ne(a->name, b->name);
			ck_assert_msg(a->letter == '\0' ||
				a->letter != b->letter,
			    "-%c", a->letter);
		}
	}
}
END_TEST

START_TEST(texts_fit_the_terminal)
{
	struct buf out;
	char *line, *rest;

	buf_init(&out, 1024 * 1024);
	usage_overview(&out, ~0u);
	for (rest = out.bytes; (line = strsep(&rest, "\n")) != NULL;)
		ck_assert_msg(text_columns(line) <= 79, "%s", line);
	buf_clear(&out);
}
END_TEST

START_TEST(wrapping)
{
	struct buf out;

	buf_init(&out, 4096);
	wrap_text(&out, "one two three", "- ", "  ", 9);
	ck_assert_str_eq(buf_str(&out), "- one two\n  three\n");
	buf_reset(&out);
	wrap_text(&out, "abcdefghij k", "", "", 4);
	ck_assert_str_eq(buf_str(&out), "abcd\nefgh\nij k\n");
	buf_reset(&out);
	wrap_text(&out, "a\n\nb", "> ", "> ", 20);
	ck_assert_str_eq(buf_str(&out), "> a\n>\n> b\n");
	buf_reset(&out);
	wrap_text(&out, "\xe4\xb8\xad\xe6\x96\x87", "", "", 1);
	ck_assert_str_eq(buf_str(&out), "\xe4\xb8\xad\n\xe6\x96\x87\n");
	buf_clear(&out);
}
END_TEST

#define LOOP(t, test, cases)                                                   \
	tcase_add_loop_test(t, test, 0,                                        \
	    (int)(sizeof(cases) / sizeof(cases[0])))

int
main(void)
{
	Suite *suite = suite_create("core.settings");
	TCase *t = tcase_create("settings");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, forms_of_options);
	tcase_add_test(t, values_of_every_kind);
	LOOP(t, errors_name_the_option, wrong);
	tcase_add_test(t, messages_show_no_raw_bytes);
	LOOP(t, what_does_not_go_together, apart);
	tcase_add_test(t, what_goes_together);
	tcase_add_test(t, configuration_without_profile);
	tcase_add_test(t, profile_goes_before_the_rest);
	tcase_add_test(t, command_line_goes_before_the_file);
	LOOP(t, errors_name_the_line, lines);
	tcase_add_test(t, missing_file_and_missing_profile);
	LOOP(t, hosts_and_ports, hosts);
	tcase_add_test(t, table_is_consistent);
	tcase_add_test(t, texts_fit_the_terminal);
	tcase_add_test(t, wrapping);
	suite_add_tcase(suite, t);
	r = srunner_create(suite);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
