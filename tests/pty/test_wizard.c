#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/pty/terminal.h"

/*
 * The real program on a pseudo-terminal: stories by keys, and what the
 * screen shows then.  Nothing is timed; each step waits for its text.
 */

static void
begin(const char *type, const char *const *args)
{
	terminal_begin(type, 24, 80, args, NULL);
}

static void
end(void)
{
	ck_assert(WIFEXITED(terminal_end()));
	terminal_forget();
}

static const char *const demo[] = { "relaytrace", "demo", "backup-mx", NULL };
static const char *const wizard[] = { "relaytrace", NULL };

static void
run_demo(void)
{
	terminal_wait("What to watch");
	terminal_press("\r");
	terminal_wait("< Start >");
	terminal_press("s");
	terminal_wait("Done:");
}

/* From the plan to the evidence, its line, the remedy and the message. */
START_TEST(a_demo_from_plan_to_message)
{
	begin("xterm-256color", demo);
	run_demo();
	terminal_wait("old.example.net");
	terminal_press("m");
	terminal_wait("!550");
	terminal_press("h");
	terminal_wait("Done:");
	terminal_press("d");
	terminal_wait("mx-partly-not-hosting");
	terminal_wait("What to do about 1");
	terminal_press("\r");
	terminal_wait("speaks for it");
	terminal_press("\r");
	terminal_wait("FAILED HERE");
	terminal_press("h");
	terminal_wait("speaks for it");
	terminal_press("h");
	terminal_wait("What to do about 1");
	terminal_press("e");
	terminal_wait("For whom?");
	terminal_press("h");
	terminal_wait("What to do about 1");
	terminal_press("r");
	terminal_wait("PARTLY REFUSED  mx-partly");
	terminal_wait("answers are the same");
	terminal_press("h");
	terminal_wait("What to do about 1");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

/* A bounce is read as it is pasted, and its answers stand in the form. */
START_TEST(a_pasted_bounce)
{
	begin("xterm-256color", wizard);
	terminal_wait("Which is nearest?");
	terminal_press("1");
	terminal_wait("Paste the bounce");
	terminal_press("\033[200~554 5.7.1 <bob@dest.example>: Relay access "
	      "denied\r\033[201~");
	terminal_wait("dest.example");
	terminal_press("\004");
	terminal_wait("[bob@dest.example");
	terminal_press("\r");
	terminal_wait("< Start >");
	terminal_wait("Nothing goes past RCPT TO");
	terminal_press("v");
	terminal_wait("Plan for bob@dest.example");
	terminal_press("\003");
	terminal_wait("Leave?");
	terminal_press("1");
	end();
}
END_TEST

/* Of several recipients that were refused the person chooses one. */
START_TEST(a_bounce_with_several_recipients)
{
	begin("xterm-256color", wizard);
	terminal_wait("Which is nearest?");
	terminal_press("1");
	terminal_wait("Paste the bounce");
	terminal_press("\033[200~"
	    "Reporting-MTA: dns; mail.src.example\r\r"
	    "Final-Recipient: rfc822; ann@dest.example\r"
	    "Action: delivered\rStatus: 2.0.0\r\r"
	    "Final-Recipient: rfc822; bob@dest.example\r"
	    "Action: failed\rStatus: 5.7.1\r"
	    "Remote-MTA: dns; mx2.dest.example\r"
	    "Diagnostic-Code: smtp; 554 5.7.1 Relay access denied\r\r"
	    "Final-Recipient: rfc822; eve@other.example\r"
	    "Action: failed\rStatus: 5.1.1\r"
	    "Remote-MTA: dns; mx.other.example\r"
	    "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\033[201~");
	terminal_wait("the first of 2 refusals");
	terminal_press("\004");
	terminal_wait("Which one is to be looked");
	terminal_wait("1  bob@dest.example  refused by mx2.dest.example");
	ck_assert(!terminal_shows("ann@dest.example"));
	terminal_press("2");
	terminal_wait("[eve@other.example");
	terminal_wait("[mx.other.example");
	terminal_press("\033");
	terminal_wait("Which one is to be looked");
	terminal_press("1");
	terminal_wait("[bob@dest.example");
	terminal_wait("[mx2.dest.example");
	terminal_press("\003");
	terminal_wait("Leave?");
	terminal_press("1");
	end();
}
END_TEST

/* F1 tells of the field it stands on; Ctrl-Y takes the correction. */
START_TEST(help_and_correction_in_a_field)
{
	begin("xterm-256color", wizard);
	terminal_wait("Which is nearest?");
	terminal_press("3");
	terminal_wait("question 1 of 4");
	terminal_press("bob@dest,example");
	terminal_wait("a comma in the domain");
	terminal_wait("1 thing to correct: Mail to");
	terminal_press("\031");
	terminal_wait("[bob@dest.example");
	terminal_press("\033OP");
	terminal_wait("The recipient: the address that the refused mail");
	terminal_press("h");
	terminal_wait("question 1 of 4");
	terminal_press("\t");
	terminal_wait("question 2 of 4");
	terminal_press("\033OP");
	terminal_wait("The envelope sender");
	terminal_press("h");
	terminal_wait("question 2 of 4");
	terminal_press("\t");
	terminal_wait("question 3 of 4");
	terminal_press("\033OP");
	terminal_wait("The server that said no");
	terminal_press("h");
	terminal_wait("question 3 of 4");
	terminal_press("\003");
	terminal_wait("Leave?");
	terminal_press("1");
	end();
}
END_TEST

/* From a line to the host it names, to a look at it, and back to the line. */
START_TEST(exploring)
{
	begin("xterm-256color", demo);
	run_demo();
	terminal_press("\r");
	terminal_wait("C: MX example.net");
	terminal_press("jj\r");
	terminal_wait("Named here");
	terminal_wait("mx1.example.net");
	terminal_press("2");
	terminal_wait("what DNS says");
	terminal_wait("from 198.51.100.53");
	terminal_press("L");
	terminal_wait("postmaster@mx1.example.net");
	terminal_wait("< Start >");
	terminal_press("s");
	terminal_wait("Done:");
	terminal_press("h");
	terminal_wait("< Start >");
	terminal_press("h");
	terminal_wait("what DNS says");
	terminal_wait("bob@example.net");
	terminal_press("h");
	terminal_wait("Named here");
	terminal_press("h");
	terminal_wait("line 3 of");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

/* What was left out runs from the plan of the session, asked for once more. */
START_TEST(an_experiment_afterwards)
{
	begin("xterm-256color", demo);
	run_demo();
	terminal_press("d");
	terminal_wait("What to do about 1");
	terminal_press("\r");
	terminal_wait("not looked at");
	terminal_press("jjjj ");
	terminal_wait("Are you sure?");
	terminal_wait("made-up mailbox");
	terminal_press("1");
	terminal_wait("Switched on");
	terminal_press("hh");
	terminal_wait("Done:");
	terminal_press("V");
	terminal_wait("relaytrace check");
	terminal_press("hP");
	terminal_wait("[x] RCPT TO a made-up mailbox");
	terminal_press("\003");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

/* Test again, then both conversations; with nothing before there is a word. */
/* The trace of SPF: the whole and its record fold, a line opens. */
START_TEST(the_trace_of_spf)
{
	static const char *const spf[] = { "relaytrace", "demo", "spf", NULL };

	begin("xterm-256color", spf);
	run_demo();
	terminal_wait("- SPF of nina@example.org");
	terminal_wait("-all: match, fail");
	terminal_press("gjjjjj ");
	terminal_wait(">+ SPF of nina@example.org");
	ck_assert(!terminal_shows("-all: match, fail"));
	terminal_press(" ");
	terminal_wait("-all: match, fail");
	terminal_press("j ");
	terminal_wait("+ example.org: v=spf1");
	ck_assert(!terminal_shows("-all: match, fail"));
	ck_assert(terminal_shows("forbids 198.51.100.7"));
	terminal_press(" ");
	terminal_wait("-all: match, fail");
	terminal_press("jjj\r");
	terminal_wait("ip4:203.0.113.99: no match");
	terminal_wait("line ");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

static void
put_program(const char *folder, const char *name, const char *script)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	ck_assert_ptr_nonnull(out);
	fprintf(out, "#!/bin/sh\n%s\n", script);
	fclose(out);
	ck_assert_int_eq(chmod(path, 0700), 0);
}

/*
 * The look at the own mail server is chosen in the plan, which shows its
 * commands first; they run although the walls stand.
 */
START_TEST(the_own_mail_server)
{
	static const char *const own[] = { "relaytrace",
		"--resolver=127.0.0.1:1", "--server=127.0.0.1:1",
		"--sending-ip=198.51.100.7", "-f", "anna@src.example",
		"bob@dest.example", NULL };
	char folder[] = "/tmp/relaytrace-own-XXXXXX", path[64], command[64];
	const char *const environment[] = { path, NULL };

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "PATH=%s", folder);
	put_program(folder, "postconf", "case $1 in\n"
	    "-x) echo mydestination = localhost\n"
	    "echo mynetworks = 127.0.0.0/8;;\n"
	    "-M) echo smtp inet n - y - - smtpd;; esac");
	put_program(folder, "postmap", "exit 1");
	terminal_begin("xterm-256color", 24, 80, own, environment);

	terminal_wait("10 of 10");
	terminal_press("P");
	terminal_wait("This was agreed to");
	terminal_press("\033[F");
	terminal_wait("[ ] Read the settings of this machine's mail server");
	terminal_press("kkkk ");
	terminal_wait("Are you sure?");
	terminal_wait("postconf -n");
	terminal_wait("postmap -q dest.example EACH-TABLE");
	terminal_press("1");
	terminal_wait("Switched on");
	terminal_press("h");
	terminal_wait("+ Postfix on this machine");
	terminal_wait("11 of 11");
	terminal_press("ggjjjjj\r");
	terminal_wait("postconf -M");
	terminal_wait("mynetworks = 127.0.0.0/8");
	terminal_press("\003");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(again)
{
	begin("xterm-256color", demo);
	terminal_wait("What to watch");
	terminal_press("\033");
	terminal_wait("question 1");
	terminal_press("\033");
	terminal_wait("Which is nearest?");
	terminal_press("r");
	terminal_wait("nothing to compare with");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("1");
	end();
}
END_TEST

/* A log is read while the keys are served, and one group becomes a case. */
START_TEST(a_mail_log)
{
	char path[128];
	FILE *log;
	int i;

	begin("xterm-256color", wizard);
	terminal_wait("Which is nearest?");
	snprintf(path, sizeof(path), "%s/mail.log", terminal_home());
	log = fopen(path, "w");
	ck_assert_ptr_nonnull(log);
	for (i = 0; i < 20000; i++)
		fprintf(log, "Nov %2d 10:00:00 mx postfix/smtpd[7]: NOQUEUE: "
			     "reject: RCPT from unknown[203.0.113.7]: 554 "
			     "5.7.1 <bob@dest%d.example>: Relay access denied; "
			     "from=<al@src.example> to=<bob@dest%d.example> "
			     "proto=ESMTP helo=<x.example>\n",
		    1 + i / 1000, i % 3, i % 3);
	fclose(log);
	terminal_press("8");
	terminal_wait("Mail log:");
	terminal_press("\025");
	terminal_press(path);
	terminal_press("\r");
	terminal_wait("20000 refusals  3 groups");
	terminal_press("\r");
	terminal_wait("[bob@dest");
	terminal_press("\003");
	terminal_wait("Leave?");
	terminal_press("1");
	end();
}
END_TEST

/* Nobody answers: said as it is, with the ways on. */
START_TEST(no_network)
{
	static const char *const nobody[] = { "relaytrace",
		"--resolver=127.0.0.9:5399", "--from=al@src.example",
		"bob@dest.example", NULL };

	begin("xterm-256color", nobody);
	terminal_wait("Nothing answers from here");
	terminal_press("d");
	terminal_wait("nothing can be said about dest.example");
	terminal_wait("[!!] name server 127.0.0.9");
	terminal_press("3");
	terminal_wait("Address of the mail server:");
	terminal_press("mx.dest.example\r");
	terminal_wait("An address is needed");
	terminal_press("V");
	terminal_wait("relaytrace check --from=al@src.example");
	terminal_press("\003");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

/* A report is written where one says, and never over a file unasked. */
START_TEST(a_report)
{
	char path[128];

	begin("xterm-256color", demo);
	snprintf(path, sizeof(path), "%s/report.txt", terminal_home());
	run_demo();
	terminal_press("e");
	terminal_wait("For whom?");
	terminal_press("\r");
	terminal_wait("Write to file: relaytrace-example.net");
	terminal_press("\025");
	terminal_press("report.txt");
	terminal_press("\r");
	terminal_wait("Written to");
	terminal_press(" ");
	terminal_wait("m [x] mail addresses  i [x] hosts");
	terminal_press("itt");
	terminal_wait("m [x] mail addresses  i [ ] hosts");
	terminal_wait("t [none]");
	terminal_press("tit");
	terminal_wait("i [x] hosts");
	terminal_wait("t [all of it]");
	terminal_press("\r");
	terminal_wait("Write to file:");
	terminal_press("\025");
	terminal_press("report.txt");
	terminal_press("\r");
	terminal_wait("Replace it?");
	ck_assert_int_eq(unlink(path), 0);
	terminal_press("1");
	terminal_wait("Written to");
	ck_assert_int_eq(unlink(path), 0);
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

/* Shrinking and growing under way is survived at any size. */
START_TEST(sizes)
{
	static const int wanted[][2] = { { 12, 40 }, { 5, 20 }, { 1, 1 },
		{ 50, 160 }, { 16, 60 }, { 24, 80 } };
	size_t i;

	begin("xterm-256color", demo);
	run_demo();
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		terminal_size(wanted[i][0], wanted[i][1]);
		terminal_press("d");
		terminal_take(200);
		terminal_press("h");
		terminal_take(200);
	}
	terminal_wait("Done:");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

/* A line that breaks ends the program and keeps the case. */
START_TEST(hang_up_keeps_the_case)
{
	char pattern[128];

	begin("xterm-256color", demo);
	run_demo();
	snprintf(pattern, sizeof(pattern),
	    "test -n \"$(ls %s/.local/state/relaytrace)\"", terminal_home());
	terminal_signal(SIGHUP);
	ck_assert(WIFEXITED(terminal_end()));
	ck_assert_int_eq(system(pattern), 0);
	terminal_forget();
}
END_TEST

/* The next start offers the case that was open, and does so once. */
START_TEST(a_lost_line_is_offered)
{
	begin("xterm-256color", demo);
	run_demo();
	terminal_signal(SIGHUP);
	terminal_end();
	terminal_again("xterm-256color", 24, 80, wizard, NULL);
	terminal_wait("The line was lost at");
	terminal_press("1");
	terminal_wait("mx-partly-not-hosting");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("1");
	terminal_end();
	terminal_again("xterm-256color", 24, 80, wizard, NULL);
	terminal_wait("Open a saved case");
	ck_assert(!terminal_shows("The line was lost"));
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("1");
	end();
}
END_TEST

/* The terminal goes away without a word: no spinning, the case is kept. */
START_TEST(terminal_is_gone)
{
	char command[128];

	begin("xterm-256color", demo);
	run_demo();
	terminal_unplug();
	ck_assert(WIFEXITED(terminal_end()));
	snprintf(command, sizeof(command),
	    "test -f %s/.local/state/relaytrace/lost", terminal_home());
	ck_assert_int_eq(system(command), 0);
	terminal_forget();
}
END_TEST

/* A mail server that takes connections and never says a word. */
static int
silent_server(char *address, size_t size)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(address, size, "--server=127.0.0.1:%d", ntohs(at.sin_port));
	return fd;
}

/* Stopped by somebody else for two seconds: said, and nobody is late. */
START_TEST(standing_still)
{
	char address[64];
	const char *const slow[] = { "relaytrace",
		"--resolver=127.0.0.9:5399", address, "--from=al@src.example",
		"bob@dest.example", NULL };
	int fd = silent_server(address, sizeof(address));

	begin("xterm-256color", slow);
	terminal_wait("greeting [..]");
	terminal_stop();
	sleep(2);
	terminal_signal(SIGCONT);
	terminal_wait("that time does not count");
	terminal_press("\003");
	terminal_wait("Stopped.");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
	close(fd);
}
END_TEST

/* What runs is in the person's hands: patience, pause, elsewhere, stop. */
START_TEST(keys_while_it_runs)
{
	char address[64];
	const char *const slow[] = { "relaytrace",
		"--resolver=127.0.0.9:5399", address, "--from=al@src.example",
		"bob@dest.example", NULL };
	int fd = silent_server(address, sizeof(address));

	begin("xterm-256color", slow);
	terminal_wait("s of 300 s"); /* the seconds go on by themselves */
	terminal_wait("greeting: waiting 5 s");
	terminal_press("jjjjj+");
	terminal_wait("s of 360 s");
	terminal_press("--");
	terminal_wait("s of 240 s");
	terminal_press("p");
	terminal_wait("Paused: no further connection is begun");
	terminal_press("p");
	terminal_wait("It goes on.");
	terminal_press("V");
	terminal_wait("relaytrace check");
	terminal_press("h");
	terminal_wait("s of 240 s");
	terminal_press("r");
	terminal_wait("The probes still run.");
	terminal_press("K");
	terminal_wait("Kept: ");
	terminal_press("X");
	terminal_wait("Done:");
	terminal_press("q");
	terminal_wait("The case has not been kept yet"); /* as it is now */
	terminal_press("2");
	end();
	close(fd);
}
END_TEST

/* A wait that is skipped counts as unknown, and ends the run. */
START_TEST(a_wait_is_skipped)
{
	char address[64];
	const char *const slow[] = { "relaytrace",
		"--resolver=127.0.0.9:5399", address, "--from=al@src.example",
		"bob@dest.example", NULL };
	int fd = silent_server(address, sizeof(address));

	begin("xterm-256color", slow);
	terminal_wait("greeting [..]");
	terminal_press("S");
	terminal_wait("Done:");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
	close(fd);
}
END_TEST

/* Waiting for a TTL where there is none to wait for is said. */
START_TEST(no_ttl_to_wait_for)
{
	begin("xterm-256color", demo);
	run_demo();
	terminal_press("r");
	terminal_wait("answers are the same");
	/* While the probes run, that is what W says. */
	do {
		terminal_press("W");
		ck_assert(terminal_take(200));
	} while (!terminal_shows("There is no TTL to be waited for"));
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

/* Without a story: a domain or a server is named, and the plan follows. */
START_TEST(looking_around)
{
	begin("xterm-256color", wizard);
	terminal_wait("Which is nearest?");
	terminal_press("7");
	terminal_wait("question 1 of 1");
	terminal_press("\r");
	terminal_wait("Please correct first: Look at");
	terminal_press("gmial.com");
	terminal_wait("gmail.com meant?");
	terminal_press("\025mail.dest.example:587");
	terminal_wait("[mail.dest.example:587");
	terminal_press("\r");
	terminal_wait("This is what will be asked");
	terminal_wait("postmaster@mail.dest.example");
	terminal_press("h");
	terminal_wait("question 1 of 1");
	terminal_press("\025dest.example\r");
	terminal_wait("postmaster@dest.example");
	terminal_press("\003");
	terminal_wait("Leave?");
	terminal_press("1");
	end();
}
END_TEST

static unsigned
rnd(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 16 & 0x7fff;
}

/* A sequence that no terminal we know sends; its bytes are all harmless to
 * collect and all commands if they were not. */
static void
unknown(unsigned *state, char *out)
{
	static const char finals[] = "efghjklmnpqstuvwxyz@`~";
	size_t at = 0, n = rnd(state) % 4;

	out[at++] = '\033';
	out[at++] = '[';
	if (rnd(state) % 2 == 0)
		out[at++] = "?>="[rnd(state) % 3];
	while (n-- > 0) {
		at += (size_t)sprintf(out + at, "%u",
		    300 + rnd(state) % 900);
		if (n > 0)
			out[at++] = ';';
	}
	out[at++] = finals[rnd(state) % (sizeof(finals) - 1)];
	out[at] = '\0';
}

/*
 * 200 unknown sequences a byte at a time: no command runs, no question
 * opens.  After each ten a key proves that the program still listens.
 */
START_TEST(unknown_sequences_do_nothing)
{
	unsigned state = 2026;
	char sequence[40];
	size_t i, k;

	begin("xterm", wizard);
	terminal_wait("Which is nearest?");
	for (i = 0; i < 200; i++) {
		unknown(&state, sequence);
		for (k = 0; sequence[k] != '\0'; k++) {
			terminal_press((char[]){ sequence[k], '\0' });
			terminal_take(0);
		}
		if (i % 10 != 9)
			continue;
		terminal_press(i % 20 == 9 ? "G" : "g");
		terminal_wait(i % 20 == 9 ? "About 8" : "About 1");
		ck_assert(terminal_shows("Which is nearest?"));
		ck_assert(!terminal_shows("Leave?"));
	}
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("1");
	end();
}
END_TEST

/* The same on terminals of any kind. */
START_TEST(terminals)
{
	static const char *const types[] = { "xterm", "screen", "linux",
		"vt100" };

	begin(types[_i], demo);
	run_demo();
	terminal_press("d");
	terminal_wait("What to do about 1");
	terminal_press("q");
	terminal_wait("Leave?");
	terminal_press("2");
	end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("wizard");
	TCase *t = tcase_create("wizard");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(t, a_demo_from_plan_to_message);
	tcase_add_test(t, a_pasted_bounce);
	tcase_add_test(t, a_bounce_with_several_recipients);
	tcase_add_test(t, help_and_correction_in_a_field);
	tcase_add_test(t, exploring);
	tcase_add_test(t, an_experiment_afterwards);
	tcase_add_test(t, the_trace_of_spf);
	tcase_add_test(t, the_own_mail_server);
	tcase_add_test(t, again);
	tcase_add_test(t, a_mail_log);
	tcase_add_test(t, no_network);
	tcase_add_test(t, a_report);
	tcase_add_test(t, sizes);
	tcase_add_test(t, hang_up_keeps_the_case);
	tcase_add_test(t, a_lost_line_is_offered);
	tcase_add_test(t, terminal_is_gone);
	tcase_add_test(t, standing_still);
	tcase_add_test(t, keys_while_it_runs);
	tcase_add_test(t, a_wait_is_skipped);
	tcase_add_test(t, no_ttl_to_wait_for);
	tcase_add_test(t, looking_around);
	tcase_add_test(t, unknown_sequences_do_nothing);
	tcase_add_loop_test(t, terminals, 0, 4);
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
