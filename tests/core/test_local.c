#include "core/local/local_probe.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/local/master.h"
#include "core/local/nets.h"
#include "core/local/run.h"
#include "net/loop.h"
#include "net/mem.h"

/*
 * The local look against programs of the test's own, in a folder that
 * stands for the machine's root.
 */

static char root[64];

static void
make_root(void)
{
	snprintf(root, sizeof(root), "/tmp/rt-local-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
}

static void
remove_root(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	ck_assert_int_eq(system(command), 0);
}

static void
put(const char *path, const char *text, mode_t mode)
{
	char whole[200], *slash;
	FILE *out;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	for (slash = strchr(whole + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(whole, 0755);
		*slash = '/';
	}
	out = fopen(whole, "w");
	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	fclose(out);
	ck_assert_int_eq(chmod(whole, mode), 0);
}

static void
program(const char *path, const char *script)
{
	char text[4000];

	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	put(path, text, 0755);
}

/* ---- running ---- */

struct bench {
	struct loop *loop;
	struct task task;
	struct local_run run;
	struct local_probe probe;
	int64_t epoch;
};

static enum step
nothing(struct task *task)
{
	(void)task;
	return STEP_WAIT;
}

static void
run(struct bench *b, const char *path, const char *input)
{
	char whole[200];
	const char *argv[] = { whole, "one", "two words", NULL };

	memset(b, 0, sizeof(*b));
	b->loop = loop_new(NULL);
	task_start(&b->task, b->loop, NULL, nothing);
	snprintf(whole, sizeof(whole), "%s%s", root, path);
	local_run_start(&b->run, b->loop, &b->task, argv, input);
}

static void
finish_run(struct bench *b)
{
	while (!b->run.done)
		loop_turn(b->loop, 1000);
}

static void
end_run(struct bench *b)
{
	local_run_clear(&b->run);
	local_run_clear(&b->run);
	task_stop(&b->task);
	loop_free(b->loop);
}

START_TEST(arguments_are_no_shell_words)
{
	struct bench b;

	program("/p", "echo \"$#:$1:$2:$HOME:$(pwd)\"; cat; exit 3");
	run(&b, "/p", "typed\n");
	finish_run(&b);
	ck_assert_str_eq(buf_str(&b.run.text), "2:one:two words:/:/\ntyped\n");
	ck_assert_int_eq(b.run.status, 3);
	ck_assert_int_eq(b.run.err.kind, ERR_NONE);
	end_run(&b);
}
END_TEST

START_TEST(no_descriptor_and_no_terminal_is_handed_on)
{
	struct bench b;

	program("/p", "ls /proc/self/fd | wc -l; tty; cat </dev/tty");
	run(&b, "/p", NULL);
	finish_run(&b);
	/* 0 1 2 and the folder that ls reads itself */
	ck_assert_msg(strncmp(buf_str(&b.run.text), "4\nnot a tty\n", 12) ==
	    0, "%s", buf_str(&b.run.text));
	ck_assert_int_ne(b.run.status, 0);
	end_run(&b);
}
END_TEST

START_TEST(what_does_not_exist_says_so)
{
	struct bench b;

	run(&b, "/none", NULL);
	finish_run(&b);
	ck_assert_int_eq(b.run.err.kind, ERR_SYSTEM);
	ck_assert_int_eq(b.run.status, -1);
	end_run(&b);
}
END_TEST

START_TEST(endless_output_is_cut_off)
{
	struct bench b;

	program("/p", "yes 0123456789012345678901234567890123456789");
	run(&b, "/p", NULL);
	finish_run(&b);
	ck_assert(b.run.truncated);
	ck_assert_int_eq(b.run.err.kind, ERR_LIMIT);
	ck_assert_uint_le(b.run.text.len, LOCAL_OUTPUT);
	end_run(&b);
}
END_TEST

START_TEST(what_hangs_is_ended_with_its_children)
{
	struct bench b;
	char pids[100];
	int child;
	FILE *in;

	program("/p", "sleep 60 & echo $! > \"$(dirname $0)/pid\"; wait");
	run(&b, "/p", NULL);
	finish_run(&b);
	ck_assert_int_eq(b.run.err.kind, ERR_TIMEOUT);
	snprintf(pids, sizeof(pids), "%s/pid", root);
	in = fopen(pids, "r");
	ck_assert_ptr_nonnull(in);
	ck_assert_int_eq(fscanf(in, "%d", &child), 1);
	fclose(in);
	usleep(100000);
	/* Dead, or a zombie that somebody else has still to reap. */
	if (kill(child, 0) == 0) {
		char path[64], state = '?';

		snprintf(path, sizeof(path), "/proc/%d/stat", child);
		in = fopen(path, "r");
		if (in != NULL) {
			ck_assert_int_eq(fscanf(in, "%*d %*s %c", &state), 1);
			fclose(in);
			ck_assert_int_eq(state, 'Z');
		}
	}
	end_run(&b);
}
END_TEST

START_TEST(it_can_be_cleared_while_it_runs)
{
	struct bench b;

	program("/p", "sleep 60");
	run(&b, "/p", NULL);
	loop_turn(b.loop, 10);
	end_run(&b);
}
END_TEST

/* ---- lists ---- */

START_TEST(networks)
{
	static const struct {
		const char *item, *addr;
		enum tri has;
	} cases[] = {
		{ "192.0.2.0/24", "192.0.2.9", TRI_YES },
		{ "192.0.2.0/28", "192.0.2.16", TRI_NO },
		{ "192.0.2.9", "192.0.2.9", TRI_YES },
		{ "[::1]/128", "::1", TRI_YES },
		{ "[2001:db8::]/32", "2001:db8::7", TRI_YES },
		{ "2001:db8::/32", "192.0.2.9", TRI_NO },
		{ "0.0.0.0/0", "192.0.2.9", TRI_YES },
		{ "192.0.2.9", "::ffff:192.0.2.9", TRI_YES },
		{ "192.0.2.0/33", "192.0.2.9", TRI_UNKNOWN },
		{ "192.0.2.0/x", "192.0.2.9", TRI_UNKNOWN },
		{ "hash:/etc/nets", "192.0.2.9", TRI_UNKNOWN },
		{ "", "192.0.2.9", TRI_UNKNOWN },
		{ "@[]", "192.0.2.9", TRI_UNKNOWN },
	};
	struct addr addr;

	ck_assert(addr_parse(cases[_i].addr, &addr));
	ck_assert_msg(net_item_has(cases[_i].item, &addr) == cases[_i].has,
	    "%s", cases[_i].item);
}
END_TEST

static void
walk(bool exim, const char *list, const char *want)
{
	char *text = mem_strdup(list), got[400] = "", *item;
	struct list_walk w;

	if (exim)
		list_walk_exim(&w, text);
	else
		list_walk_postfix(&w, text);
	while ((item = list_walk_next(&w)) != NULL) {
		strcat(got, item);
		strcat(got, "|");
	}
	ck_assert_str_eq(got, want);
	free(text);
}

START_TEST(lists_are_walked_as_their_owners_do)
{
	walk(false, " a, b\tc ,,d", "a|b|c|d|");
	walk(false, "", "");
	walk(true, "a : b:c : : d", "a|b|c|d|");
	walk(true, " <; 127.0.0.1 ; ::1 ; 192.0.2.0/24",
	    "127.0.0.1|::1|192.0.2.0/24|");
	walk(true, "127.0.0.1 : ::::1", "127.0.0.1|::1|");
	walk(true, "", "");
	walk(true, "<", "<|");
}
END_TEST

/* ---- products ---- */

static struct addr asked_server; /* whose answer is to be explained */

static void
look(struct bench *b, enum local_product product, const char *recipient,
    const char *client)
{
	const char *domain = strrchr(recipient, '@');
	struct addr addr = { 0 };

	memset(b, 0, sizeof(*b));
	ck_assert(local_helper_start(root));
	b->loop = loop_new(NULL);
	b->epoch = loop_now(b->loop);
	b->probe.base.number = 3;
	if (client != NULL)
		ck_assert(addr_parse(client, &addr));
	local_probe_start(&b->probe, b->loop, NULL, &b->epoch, product,
	    recipient, domain != NULL ? domain + 1 : "", &addr, &asked_server);
	while (!b->probe.base.task.done)
		loop_turn(b->loop, 1000);
}

static void
end_look(struct bench *b)
{
	b->probe.base.ops->clear(&b->probe.base);
	local_helper_end();
	loop_free(b->loop);
}

static void
must_say(const struct bench *b, const char *id, enum tri yes,
    const char *words)
{
	size_t i;

	for (i = 0; i < b->probe.fact_count; i++) {
		const struct policy_fact *f = &b->probe.facts[i];

		if (strcmp(f->id, id) != 0)
			continue;
		ck_assert_msg(f->yes == yes, "%s: %s", id, f->text);
		ck_assert_msg(strstr(f->text, words) != NULL, "%s: %s", id,
		    f->text);
		ck_assert_int_gt(f->at.line, 0);
		ck_assert_int_le(f->at.line,
		    (int)b->probe.base.transcript.count);
		return;
	}
	ck_abort_msg("no %s", id);
}

#define POSTCONF                                                               \
	"case \"$1\" in\n"                                                     \
	"-n) echo mydestination = x;;\n"                                       \
	"-M) echo 'smtp inet n - y - - smtpd'\n"                               \
	"    echo 'submission inet n - y - - smtpd -o x=y';;\n"                \
	"-x) cat <<X\n"                                                        \
	"mydestination = mx.dest.example, localhost, hash:/t/dest\n"           \
	"virtual_mailbox_domains = texthash:/t/vdom\n"                         \
	"virtual_alias_domains =\n"                                            \
	"relay_domains = backup.example\n"                                     \
	"mynetworks = 127.0.0.0/8 [::1]/128 !192.0.2.9 192.0.2.0/28 "          \
	"cidr:/t/nets\n"                                                       \
	"smtpd_relay_restrictions = permit_mynetworks "                        \
	"defer_unauth_destination\n"                                           \
	"smtpd_recipient_restrictions =\n"                                     \
	"X\n;; esac"
#define POSTMAP                                                                \
	"case \"$2 $3\" in\n"                                                  \
	"'dest.example texthash:/t/vdom') echo x;;\n"                          \
	"'two.example '*) echo x;;\n"                                          \
	"'203.0.113.5 cidr:/t/nets') echo ok;;\n"                              \
	"'broken.example texthash'*) echo postmap: fatal: oops; exit 1;;\n"    \
	"*) exit 1;; esac"

START_TEST(postfix)
{
	struct bench b;

	program("/usr/sbin/postconf", POSTCONF);
	program("/usr/sbin/postmap", POSTMAP);
	ck_assert(local_product_here(LOCAL_POSTFIX, root));
	ck_assert(!local_product_here(LOCAL_EXIM, root));
	ck_assert(!local_product_here(LOCAL_SENDMAIL, root));

	look(&b, LOCAL_POSTFIX, "bob@dest.example", "198.51.100.7");
	must_say(&b, "local-domain", TRI_YES, "(virtual_mailbox_domains)");
	must_say(&b, "local-networks", TRI_NO,
	    "mynetworks lacks 198.51.100.7");
	must_say(&b, "local-restrictions", TRI_YES,
	    "permit_mynetworks defer_unauth_destination");
	must_say(&b, "local-submission", TRI_YES, "587");
	end_look(&b);

	look(&b, LOCAL_POSTFIX, "bob@other.example", "192.0.2.5");
	must_say(&b, "local-domain", TRI_NO, "in none of mydestination");
	ck_assert_int_eq(b.probe.facts[0].cause, CAUSE_MX_NOT_HOSTING);
	ck_assert_int_gt(b.probe.facts[0].weight, 0);
	must_say(&b, "local-networks", TRI_YES, "(192.0.2.0/28)");
	end_look(&b);

	look(&b, LOCAL_POSTFIX, "bob@a.backup.example", "192.0.2.9");
	must_say(&b, "local-domain", TRI_YES, "(relay_domains)");
	must_say(&b, "local-networks", TRI_NO, "lacks 192.0.2.9");
	end_look(&b);

	look(&b, LOCAL_POSTFIX, "bob@two.example", "203.0.113.5");
	must_say(&b, "local-domain", TRI_YES, "several classes at once");
	must_say(&b, "local-networks", TRI_YES, "(cidr:/t/nets)");
	end_look(&b);

	look(&b, LOCAL_POSTFIX, "bob@broken.example", NULL);
	must_say(&b, "local-domain", TRI_UNKNOWN,
	    "texthash:/t/vdom cannot be asked");
	ck_assert_int_eq(b.probe.facts[0].cause, CAUSE_SERVER_MISCONFIGURED);
	end_look(&b);
}
END_TEST

#define EXIM                                                                   \
	"case \"$1 $2\" in\n"                                                  \
	"'-bP +local_domains') echo 'domainlist local_domains = "              \
	"dest.example : *.sub.example : ! not.example';;\n"                    \
	"'-bP +relay_to_domains') echo 'domainlist relay_to_domains =';;\n"    \
	"'-bP +relay_from_hosts') echo 'hostlist relay_from_hosts = <; "       \
	"127.0.0.1 ; ::1 ; 192.0.2.0/24';;\n"                                  \
	"'-bt bob@dest.example') echo '  router = local, transport = "         \
	"file';;\n"                                                            \
	"-bt*) printf '  router = dnslookup, transport = remote_smtp\\n"       \
	"  host mx [192.0.2.1]\\n';;\nesac"

START_TEST(exim)
{
	struct bench b;

	program("/usr/sbin/exim4", EXIM);
	look(&b, LOCAL_EXIM, "bob@dest.example", "198.51.100.7");
	must_say(&b, "local-domain", TRI_YES, "(local_domains)");
	must_say(&b, "local-networks", TRI_NO,
	    "relay_from_hosts lacks 198.51.100.7");
	end_look(&b);
	look(&b, LOCAL_EXIM, "bob@other.example", "192.0.2.7");
	must_say(&b, "local-domain", TRI_NO,
	    "router = dnslookup, transport = remote_smtp");
	must_say(&b, "local-networks", TRI_YES, "(192.0.2.0/24)");
	end_look(&b);
	look(&b, LOCAL_EXIM, "bob@a.sub.example", "::1");
	must_say(&b, "local-domain", TRI_YES, "(local_domains)");
	must_say(&b, "local-networks", TRI_YES, "(::1)");
	end_look(&b);
	/* Lists that must be looked up elsewhere: the route tells. */
	program("/usr/sbin/exim4", "case \"$1 $2\" in\n"
	    "'-bP +local_domains') echo 'domainlist local_domains = "
	    "lsearch;/etc/doms';;\n"
	    "-bP*) echo \"$2 is not a known option\"; exit 1;;\n"
	    "-bt*) echo '  router = local, transport = file';;\nesac");
	look(&b, LOCAL_EXIM, "bob@dest.example", "192.0.2.7");
	must_say(&b, "local-domain", TRI_YES, "by its routers");
	ck_assert_uint_eq(b.probe.fact_count, 1);
	end_look(&b);
	/* Exim itself looks up what its lists have. */
	program("/usr/sbin/exim4", "case \"$1 $2\" in\n"
	    "'-bP +local_domains') echo 'domainlist local_domains = "
	    "lsearch;/etc/doms';;\n"
	    "'-bP +relay_to_domains') echo 'domainlist relay_to_domains =';;\n"
	    "'-bP +relay_from_hosts') echo 'hostlist relay_from_hosts = "
	    "net-lsearch;/etc/nets';;\n"
	    "'-be ${if match_domain{dest.example}{+local_domains}{yes}{no}}')"
	    " echo yes;;\n"
	    "'-be ${if match_ip{192.0.2.7}{+relay_from_hosts}{yes}{no}}')"
	    " echo yes;;\n"
	    "-be*) echo no;;\n"
	    "-bt*) echo 'is undeliverable: Unrouteable address'; exit 2;;\n"
	    "esac");
	look(&b, LOCAL_EXIM, "bob@dest.example", "192.0.2.7");
	must_say(&b, "local-domain", TRI_YES, "(local_domains)");
	must_say(&b, "local-networks", TRI_YES, "(looked up)");
	end_look(&b);
	look(&b, LOCAL_EXIM, "bob@other.example", "192.0.2.8");
	must_say(&b, "local-domain", TRI_NO, "somebody else's");
	must_say(&b, "local-networks", TRI_NO, "lacks 192.0.2.8");
	end_look(&b);
	/* It is the MX itself and has the domain in no list we know. */
	program("/usr/sbin/exim4", "case \"$1\" in -bt) printf 'LOG: MAIN\n"
	    "  lowest numbered MX record points to local host: x\n'; exit 1;;"
	    "\n*) echo \"$2 is not a known option\"; exit 1;; esac");
	look(&b, LOCAL_EXIM, "bob@dest.example", "192.0.2.7");
	must_say(&b, "local-domain", TRI_NO, "somebody else's");
	end_look(&b);
}
END_TEST

/* What a service sets by itself goes before main.cf. */
START_TEST(a_service_of_postfix_has_its_own_settings)
{
	struct bench b;

	program("/usr/sbin/postconf", "case \"$1\" in\n"
	    "-M) cat <<X\n"
	    "smtp inet n - y - - smtpd -o mynetworks=10.0.0.0/8\n"
	    "198.51.100.1:25 inet n - y - - smtpd\n"
	    "    -o { mynetworks = 127.0.0.0/8, 203.0.113.9 }\n"
	    "    -o smtpd_relay_restrictions=\\$other\n"
	    "X\n;;\n"
	    "-x) echo 'mynetworks = 192.0.2.0/24'\n"
	    "    echo 'smtpd_relay_restrictions = permit'\n"
	    "    echo 'smtpd_recipient_restrictions =';; esac");
	program("/usr/sbin/postmap", "exit 1");
	ck_assert(addr_parse_port("198.51.100.1:25", 0, &asked_server));
	look(&b, LOCAL_POSTFIX, "bob@dest.example", "192.0.2.9");
	must_say(&b, "local-networks", TRI_NO, "mynetworks (of the service "
	    "198.51.100.1:25 in master.cf) lacks 192.0.2.9");
	must_say(&b, "local-restrictions", TRI_YES,
	    "smtpd_relay_restrictions = $other");
	must_say(&b, "local-submission", TRI_NO, "no submission port");
	end_look(&b);
	look(&b, LOCAL_POSTFIX, "bob@dest.example", "203.0.113.9");
	must_say(&b, "local-networks", TRI_YES, "has 203.0.113.9");
	end_look(&b);
	ck_assert(addr_parse_port("198.51.100.2:25", 0, &asked_server));
	look(&b, LOCAL_POSTFIX, "bob@dest.example", "10.1.2.3");
	must_say(&b, "local-networks", TRI_YES, "(10.0.0.0/8)");
	end_look(&b);
	memset(&asked_server, 0, sizeof(asked_server));
	look(&b, LOCAL_POSTFIX, "bob@dest.example", "192.0.2.9");
	must_say(&b, "local-networks", TRI_YES, "(192.0.2.0/24)");
	end_look(&b);
}
END_TEST

START_TEST(services_are_read_as_they_are_written)
{
	static const struct {
		const char *services, *server, *name, *settings;
	} cases[] = {
		{ "", "192.0.2.1:25", "", "" },
		{ "smtp inet n - y - - smtpd\n", "192.0.2.1:25", "smtp", "" },
		{ "smtp unix n - y - - smtp -o a=b\n", "192.0.2.1:25", "",
		    "" },
		{ "587 inet n - y - - smtpd -o a=b -v -o {c = d {e} f}\n",
		    "192.0.2.1:587", "587", "a = b\nc = d {e} f\n" },
		{ "smtps inet n - y - - smtpd\n -oa=b\n\t-o c=\n",
		    "192.0.2.1:465", "smtps", "a = b\nc = \n" },
		{ "[2001:db8::1]:25 inet n - y - - smtpd -o a=6\n"
		  "25 inet n - y - - smtpd -o a=all\n", "[2001:db8::1]:25",
		    "[2001:db8::1]:25", "a = 6\n" },
		{ "25 inet n - y - - smtpd -o {a = b", "192.0.2.1:25", "25",
		    "a = b\n" },
		{ "25 inet n - y - - smtpd -o", "192.0.2.1:25", "25", "" },
		{ "25 inet n - y - - smtpd -o =x -o y", "192.0.2.1:25", "25",
		    "" },
		{ "25 inet\n\n \n", "192.0.2.1:25", "25", "" },
		{ "\n  -o a=b\n99999 inet n - - - -\n", "192.0.2.1:25", "",
		    "" },
	};
	struct addr server;
	char name[80];
	char *text;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert(addr_parse_port(cases[i].server, 0, &server));
		text = master_overrides(cases[i].services, &server, name,
		    sizeof(name));
		ck_assert_str_eq(name, cases[i].name);
		ck_assert_str_eq(text, cases[i].settings);
		free(text);
	}
}
END_TEST

/* Along PATH first, as a shell would; never from a relative folder. */
START_TEST(programs_are_found_as_a_shell_finds_them)
{
	const char *before = getenv("PATH");
	char *kept = mem_strdup(before != NULL ? before : "");
	char path[300], want[200], text[160];

	program("/own/postconf", "exit 1");
	program("/mine/exim", "exit 1");
	put("/mine/exim4", "not to be run", 0644);
	snprintf(path, sizeof(path), ".::own:/nowhere/at/all:%s/own:%s/mine",
	    root, root);
	ck_assert_int_eq(setenv("PATH", path, 1), 0);
	ck_assert(local_product_here(LOCAL_POSTFIX, ""));
	ck_assert(local_product_here(LOCAL_EXIM, ""));
	ck_assert(local_plan_text(text, sizeof(text)));
	snprintf(want, sizeof(want), "%s/own/postconf -n", root);
	ck_assert_msg(strstr(text, want) != NULL, "%s", text);
	snprintf(want, sizeof(want), "%s/mine/exim -bP", root);
	ck_assert_msg(strstr(text, want) != NULL, "%s", text);
	setenv("PATH", kept, 1);
	free(kept);
}
END_TEST

/* As Sendmail 8.17 prompts and answers; an empty class says nothing. */
#define SENDMAIL                                                               \
	"test \"$1\" = -bt || exit 1\n"                                        \
	"echo 'ADDRESS TEST MODE (ruleset 3 NOT automatically invoked)'\n"     \
	"echo 'Enter <ruleset> <address>'\n"                                   \
	"while printf '> ' && read -r line; do case \"$line\" in\n"            \
	"'$=w') echo localhost; echo dest.example;;\n"                         \
	"'$=R') %s;;\n"                                                        \
	"'3,0 bob@dest.example') echo '0  returns: $# local $: bob';;\n"       \
	"3,0*) echo '0  returns: $# esmtp $@ x';;\n"                           \
	"'/map access Connect:203.0.113.5') echo 'map_lookup: access "         \
	"(Connect:203.0.113.5) returns RELAY (0)';;\n"                         \
	"/map*) echo 'map_lookup: access (x) no match (0)';;\n"                \
	"esac; done"

START_TEST(sendmail)
{
	char script[2000];
	struct bench b;

	put("/etc/mail/sendmail.cf", "", 0644);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(script, sizeof(script), SENDMAIL, "echo 192.0.2");
#pragma GCC diagnostic pop
	program("/usr/libexec/sendmail/sendmail", script);
	look(&b, LOCAL_SENDMAIL, "bob@dest.example", "198.51.100.7");
	must_say(&b, "local-domain", TRI_YES, "(class w)");
	must_say(&b, "local-networks", TRI_NO, "lack 198.51.100.7");
	end_look(&b);
	look(&b, LOCAL_SENDMAIL, "bob@other.example", "192.0.2.77");
	must_say(&b, "local-domain", TRI_NO, "neither in class w");
	must_say(&b, "local-networks", TRI_YES, "(class R)");
	end_look(&b);
	look(&b, LOCAL_SENDMAIL, "bob@other.example", "203.0.113.5");
	must_say(&b, "local-networks", TRI_YES, "(the access map)");
	end_look(&b);
	snprintf(script, sizeof(script), SENDMAIL, ":");
	program("/usr/libexec/sendmail/sendmail", script);
	look(&b, LOCAL_SENDMAIL, "bob@dest.example", "192.0.2.77");
	must_say(&b, "local-domain", TRI_YES, "(class w)");
	must_say(&b, "local-networks", TRI_NO, "lack 192.0.2.77");
	end_look(&b);
}
END_TEST

/* Nothing of a recipient becomes an option or a command. */
START_TEST(hostile_recipients_stay_out)
{
	static const char *const recipients[] = { "-C/tmp/x@dest.example",
		"a b@dest.example", "a\n/quit@dest.example",
		"$(id)@dest.example", "bob@-n.example", "bob@" };
	struct bench b;
	char log[100], line[400] = "";
	FILE *in;

	program("/usr/sbin/exim4",
	    "echo \"$#|$*\" >> \"$(dirname $0)/log\"; yes '\x1b[2J' | "
	    "head -1000");
	look(&b, LOCAL_EXIM, recipients[_i], "192.0.2.7");
	snprintf(log, sizeof(log), "%s/usr/sbin/log", root);
	in = fopen(log, "r");
	ck_assert_ptr_nonnull(in);
	while (fgets(line, sizeof(line), in) != NULL)
		ck_assert_msg(strncmp(line, "2|-b", 4) == 0, "%s", line);
	fclose(in);
	ck_assert_msg(strncmp(line, "2|-bt postmaster@", 17) == 0 ||
	    strncmp(line, "2|-bt bob@", 10) == 0, "%s", line);
	for (size_t i = 0; i < b.probe.base.transcript.count; i++)
		ck_assert_ptr_null(strchr(
		    b.probe.base.transcript.lines[i].text, '\x1b'));
	end_look(&b);
}
END_TEST

/* ---- the helper ---- */

struct questions {
	struct loop *loop;
	struct task task;
	struct local_values values;
	struct local_answer first, second;
};

static void
begin_questions(struct questions *q)
{
	memset(q, 0, sizeof(*q));
	ck_assert(local_helper_start(root));
	q->loop = loop_new(NULL);
	task_start(&q->task, q->loop, NULL, nothing);
	strcpy(q->values.domain, "dest.example");
	strcpy(q->values.recipient, "bob@dest.example");
	strcpy(q->values.list, "hash:/t/secret");
}

static void
ask(struct questions *q, struct local_answer *answer,
    enum local_command command)
{
	local_answer_ask(answer, q->loop, &q->task, command, &q->values);
}

static void
finish_questions(struct questions *q)
{
	while ((q->first.loop != NULL && !q->first.done) ||
	    (q->second.loop != NULL && !q->second.done))
		loop_turn(q->loop, 1000);
}

static void
end_questions(struct questions *q)
{
	local_answer_clear(&q->first);
	local_answer_clear(&q->second);
	local_helper_end();
	task_stop(&q->task);
	loop_free(q->loop);
}

/* Only what Postfix itself names, as a whole item, is ever opened. */
START_TEST(a_table_must_be_one_of_the_servers)
{
	struct questions q;

	program("/usr/sbin/postconf", "case $1 in\n"
	    "-x) echo 'mydestination = x, hash:/t/secrets,cdb:/t/own';;\n"
	    "-M) echo 'smtp inet n - y - - smtpd "
	    "-o relay_domains=hash:/t/of-service';; esac");
	program("/usr/sbin/postmap", "echo \"$3\"");
	begin_questions(&q);
	ask(&q, &q.first, LOCAL_POSTMAP_DOMAIN);
	finish_questions(&q);
	ck_assert_int_eq(q.first.err.kind, ERR_INPUT);
	ck_assert_uint_eq(q.first.text.len, 0);
	local_answer_clear(&q.first);

	ask(&q, &q.first, LOCAL_POSTCONF_VALUES);
	ask(&q, &q.second, LOCAL_POSTMAP_DOMAIN);
	finish_questions(&q);
	ck_assert_int_eq(q.first.err.kind, ERR_NONE);
	ck_assert_int_eq(q.second.err.kind, ERR_INPUT);
	local_answer_clear(&q.first);
	local_answer_clear(&q.second);

	strcpy(q.values.list, "cdb:/t/own");
	ask(&q, &q.first, LOCAL_POSTMAP_DOMAIN);
	finish_questions(&q);
	ck_assert_str_eq(buf_str(&q.first.text), "cdb:/t/own\n");
	local_answer_clear(&q.first);

	strcpy(q.values.list, "hash:/t/of-service");
	ask(&q, &q.first, LOCAL_POSTCONF_SERVICES);
	ask(&q, &q.second, LOCAL_POSTMAP_DOMAIN);
	finish_questions(&q);
	ck_assert_str_eq(buf_str(&q.second.text), "hash:/t/of-service\n");
	end_questions(&q);
}
END_TEST

/* What the helper would be told by somebody who took over the program. */
START_TEST(hostile_questions_run_nothing)
{
	static const struct {
		enum local_command command;
		struct local_values values;
	} cases[] = {
		{ LOCAL_EXIM_LIST, { .list = "-C/tmp/x" } },
		{ LOCAL_EXIM_LIST, { .list = "spool_directory" } },
		{ LOCAL_EXIM_LIST, { .list = "" } },
		{ LOCAL_EXIM_ROUTE, { .recipient = "-Mt" } },
		{ LOCAL_EXIM_ROUTE, { .recipient = "$(id)@d.example" } },
		{ LOCAL_EXIM_ROUTE, { .recipient = "" } },
		{ LOCAL_EXIM_HAS_DOMAIN, { .list = "+local_domains",
		    .domain = "x}{y}{${run{/bin/id}}}{z}}" } },
		{ LOCAL_EXIM_HAS_CLIENT, { .list = "+relay_from_hosts",
		    .client = "::1}{" } },
		{ LOCAL_EXIM_HAS_CLIENT, { .list = "+relay_from_hosts" } },
		{ LOCAL_COMMANDS, { .list = "" } },
		{ (enum local_command)-1, { .list = "" } },
		{ (enum local_command)4096, { .list = "" } },
	};
	struct local_line line;

	program("/usr/sbin/exim4", "echo run");
	ck_assert(!local_line_make(&line, cases[_i].command,
	    &cases[_i].values, root));
}
END_TEST

/* A test mode reads lines: none may be smuggled into it. */
START_TEST(nothing_is_typed_that_is_a_line_of_its_own)
{
	struct local_values v = { "bob@d.example", "d.example", "", "" };
	struct local_line line;

	put("/etc/mail/sendmail.cf", "", 0644);
	program("/usr/sbin/sendmail", "exit 1");
	ck_assert(local_line_make(&line, LOCAL_SENDMAIL_TEST, &v, root));
	ck_assert_str_eq(line.typed, "$=w\n$=R\n3,0 bob@d.example\n"
	    "/map access To:d.example\n/map access Connect:unknown\n");
	strcpy(v.client, "2001:DB8::1");
	ck_assert(local_line_make(&line, LOCAL_SENDMAIL_TEST, &v, root));
	ck_assert_ptr_nonnull(strstr(line.typed,
	    "Connect:IPv6:2001:db8::1\n"));
	strcpy(v.recipient, "b\n/quit@d.example");
	ck_assert(!local_line_make(&line, LOCAL_SENDMAIL_TEST, &v, root));
}
END_TEST

START_TEST(questions_wait_their_turn)
{
	struct questions q;

	program("/usr/sbin/postconf",
	    "case $1 in -n) sleep 60;; *) echo services;; esac");
	begin_questions(&q);
	ask(&q, &q.first, LOCAL_POSTCONF_CHANGED);
	ask(&q, &q.second, LOCAL_POSTCONF_SERVICES);
	loop_turn(q.loop, 10);
	ck_assert(!q.second.done);
	/* What is given up is ended, and the next one gets its answer. */
	local_answer_clear(&q.first);
	finish_questions(&q);
	ck_assert_str_eq(buf_str(&q.second.text), "services\n");
	ck_assert_int_eq(q.second.status, 0);
	end_questions(&q);
}
END_TEST

START_TEST(a_helper_that_is_gone_is_told)
{
	struct questions q;

	program("/usr/sbin/postconf", "kill -KILL $PPID; sleep 60");
	begin_questions(&q);
	ask(&q, &q.first, LOCAL_POSTCONF_CHANGED);
	ask(&q, &q.second, LOCAL_POSTCONF_SERVICES);
	finish_questions(&q);
	ck_assert_int_eq(q.first.err.kind, ERR_SYSTEM);
	ck_assert_int_eq(q.second.err.kind, ERR_SYSTEM);
	ck_assert(!local_helper_here());
	end_questions(&q);
}
END_TEST

/* With the program it ends, and so does what it runs. */
START_TEST(the_helper_ends_with_the_program)
{
	char path[100];
	struct questions q;
	int helper = 0, child = 0;
	FILE *in;

	program("/usr/sbin/postconf",
	    "cd \"${0%/*}\"; echo $PPID $$ > pids.new; mv pids.new pids; "
	    "exec sleep 60");
	begin_questions(&q);
	ask(&q, &q.first, LOCAL_POSTCONF_CHANGED);
	snprintf(path, sizeof(path), "%s/usr/sbin/pids", root);
	while (access(path, R_OK) != 0)
		loop_turn(q.loop, 10);
	in = fopen(path, "r");
	ck_assert_int_eq(fscanf(in, "%d %d", &helper, &child), 2);
	fclose(in);
	ck_assert_int_ne(helper, getpid());
	/* The program's end of the line goes away. */
	local_helper_end();
	ck_assert_int_eq(waitpid(helper, NULL, 0), helper);
	ck_assert_int_eq(kill(child, 0), -1);
	end_questions(&q);
}
END_TEST

START_TEST(without_a_server_there_is_no_helper)
{
	ck_assert(!local_helper_start(root));
	ck_assert(!local_helper_here());
	local_helper_end();
}
END_TEST

START_TEST(the_plan_shows_each_command)
{
	static const char *const lines[] = { "/own/postconf -n\n",
		"/own/postconf -x mydestination ", "/own/postconf -M\n",
		"/own/postmap -q dest.example EACH-TABLE\n",
		"/own/postmap -q ADDRESS EACH-TABLE\n",
		"/mine/exim -bP +relay_from_hosts\n",
		"/mine/exim -be '${if match_domain{dest.example}"
		"{+local_domains}{yes}{no}}'\n",
		"/mine/exim -bt bob@dest.example\n" };
	const char *before = getenv("PATH");
	char *kept = mem_strdup(before != NULL ? before : ""), path[200];
	struct addr none = { 0 };
	struct local_values v;
	struct buf out;
	size_t i;

	program("/own/postconf", "exit 1");
	program("/mine/exim", "exit 1");
	snprintf(path, sizeof(path), "%s/own:%s/mine", root, root);
	ck_assert_int_eq(setenv("PATH", path, 1), 0);
	buf_init(&out, 8192);
	local_values_of(&v, "bob@dest.example", "dest.example", &none);
	local_plan_lines(&v, &out);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_msg(strstr(buf_str(&out), lines[i]) != NULL,
		    "%s in %s", lines[i], buf_str(&out));
	buf_clear(&out);
	setenv("PATH", kept, 1);
	free(kept);
}
END_TEST

START_TEST(programs_that_fail_end_the_look)
{
	struct bench b;

	program("/usr/sbin/postconf", "echo 'postconf: fatal: x'; exit 1");
	look(&b, LOCAL_POSTFIX, "bob@dest.example", "192.0.2.7");
	ck_assert_int_eq(b.probe.base.status, PROBE_FAILED);
	ck_assert_uint_eq(b.probe.fact_count, 0);
	end_look(&b);
	program("/usr/sbin/exim4", "exit 1");
	look(&b, LOCAL_EXIM, "bob@dest.example", "192.0.2.7");
	must_say(&b, "local-domain", TRI_UNKNOWN, "not known");
	end_look(&b);
	put("/etc/mail/sendmail.cf", "", 0644);
	program("/usr/libexec/sendmail/sendmail", "exit 75");
	look(&b, LOCAL_SENDMAIL, "bob@dest.example", "192.0.2.7");
	ck_assert_int_eq(b.probe.base.status, PROBE_FAILED);
	end_look(&b);
}
END_TEST

/* Another product's "sendmail" is none, whatever is configured. */
START_TEST(not_every_sendmail_is_sendmail)
{
	char link[200], target[200];

	put("/etc/mail/sendmail.cf", "", 0644);
	ck_assert(!local_product_here(LOCAL_SENDMAIL, root));
	program("/usr/sbin/exim4", "exit 1");
	snprintf(target, sizeof(target), "%s/usr/sbin/exim4", root);
	snprintf(link, sizeof(link), "%s/usr/sbin/sendmail", root);
	ck_assert_int_eq(symlink(target, link), 0);
	ck_assert(!local_product_here(LOCAL_SENDMAIL, root));
	ck_assert_int_eq(unlink(link), 0);
	program("/usr/sbin/sendmail", "exit 1");
	ck_assert(local_product_here(LOCAL_SENDMAIL, root));
	program("/usr/sbin/postconf", "exit 1");
	ck_assert(!local_product_here(LOCAL_SENDMAIL, root));
}
END_TEST

START_TEST(our_own_addresses)
{
	struct addr addr;

	ck_assert(addr_parse("127.0.0.1", &addr));
	ck_assert(local_address_here(&addr));
	ck_assert(addr_parse("203.0.113.250", &addr));
	ck_assert(!local_address_here(&addr));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.local");
	TCase *t = tcase_create("local");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, make_root, remove_root);
	tcase_add_test(t, arguments_are_no_shell_words);
	tcase_add_test(t, no_descriptor_and_no_terminal_is_handed_on);
	tcase_add_test(t, what_does_not_exist_says_so);
	tcase_add_test(t, endless_output_is_cut_off);
	tcase_add_test(t, what_hangs_is_ended_with_its_children);
	tcase_add_test(t, it_can_be_cleared_while_it_runs);
	tcase_add_loop_test(t, networks, 0, 13);
	tcase_add_test(t, lists_are_walked_as_their_owners_do);
	tcase_add_test(t, postfix);
	tcase_add_test(t, a_service_of_postfix_has_its_own_settings);
	tcase_add_test(t, services_are_read_as_they_are_written);
	tcase_add_test(t, programs_are_found_as_a_shell_finds_them);
	tcase_add_test(t, not_every_sendmail_is_sendmail);
	tcase_add_test(t, exim);
	tcase_add_test(t, sendmail);
	tcase_add_loop_test(t, hostile_recipients_stay_out, 0, 6);
	tcase_add_test(t, programs_that_fail_end_the_look);
	tcase_add_test(t, a_table_must_be_one_of_the_servers);
	tcase_add_loop_test(t, hostile_questions_run_nothing, 0, 12);
	tcase_add_test(t, nothing_is_typed_that_is_a_line_of_its_own);
	tcase_add_test(t, questions_wait_their_turn);
	tcase_add_test(t, a_helper_that_is_gone_is_told);
	tcase_add_test(t, the_helper_ends_with_the_program);
	tcase_add_test(t, without_a_server_there_is_no_helper);
	tcase_add_test(t, the_plan_shows_each_command);
	tcase_add_test(t, our_own_addresses);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
