#include "core/options.h"

#include <string.h>

#include "core/option_check.h"
#include "net/i18n.h"

static const char *const security_words[] = { "auto", "none", "starttls",
	"tls", NULL };
static const char *const format_words[] = { "text", "json", "markdown",
	"html", "nagios", "message", "commands", NULL };
static const char *const color_words[] = { "auto", "always", "never", NULL };

#define WIZARD COMMAND_WIZARD
#define CHECK COMMAND_CHECK
#define EXPLAIN COMMAND_EXPLAIN
#define SPF COMMAND_SPF
#define OPEN COMMAND_OPEN
#define DEMO COMMAND_DEMO
#define PROBING (WIZARD | CHECK)
#define SCREENS (WIZARD | OPEN | DEMO)
#define ALL (PROBING | EXPLAIN | SPF | OPEN | DEMO)

#define AT(member) offsetof(struct settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{ "from", 'f', "ADDRESS", OPTION_STRING, AT(from), PROBING, true,
	    OPTIONS_CASE, option_check_sender, .help =
	    N_("Envelope sender; <> is the null sender. Default: <>.") },
	{ "server", 's', "HOST[:PORT]", OPTION_STRING, AT(server), PROBING,
	    true, OPTIONS_CASE, option_check_server,
	    .complete = COMPLETE_HOST, .help =
	    N_("The outgoing server (smarthost, submission) that refused. "
	    "Without it every mail server (MX) of the recipient's domain is "
	    "asked at port 25.") },
	{ "bounce", 0, "FILE", OPTION_STRING, AT(bounce), PROBING, false,
	    OPTIONS_CASE, .complete = COMPLETE_FILE, .help =
	    N_("Take recipient, sender, refusing server and reply from this "
	    "bounce message; - is standard input.") },
	{ "from-file", 0, "FILE", OPTION_STRING, AT(from_file), CHECK, false,
	    OPTIONS_CASE, .complete = COMPLETE_FILE, .help =
	    N_("Many recipients, one a line (# begins a comment, - is standard "
	    "input); one JSON object a line comes out, in the order given.") },
	{ "jobs", 'j', "N", OPTION_NUMBER, AT(jobs), CHECK, true,
	    OPTIONS_CASE, .min = 1, .max = 2000, .help =
	    N_("Recipients under way at the same time. Default: 10.") },
	{ "ip", 0, "ADDRESS", OPTION_STRING, AT(ip), SPF, false,
	    OPTIONS_CASE, option_check_ip, .help =
	    N_("Address of the client whose right to send is evaluated.") },
	{ "log", 0, "FILE", OPTION_STRING, AT(log), EXPLAIN, false,
	    OPTIONS_CASE, .complete = COMPLETE_FILE, .help =
	    N_("Read a mail log (plain or .gz) and group its refusals; - is "
	    "standard input.") },

	{ "user", 'u', "NAME", OPTION_STRING, AT(user), PROBING, true,
	    OPTIONS_LOGIN, option_check_user, .help =
	    N_("Log in as this user. The password comes from a file, a "
	    "descriptor or a prompt, never from the command line.") },
	{ "password-file", 0, "FILE", OPTION_STRING, AT(password_file),
	    PROBING, true, OPTIONS_LOGIN, .complete = COMPLETE_FILE, .help =
	    N_("The password is the first line of this file.") },
	{ "password-fd", 0, "N", OPTION_NUMBER, AT(password_fd), PROBING,
	    false, OPTIONS_LOGIN, .min = 0, .max = 1023, .help =
	    N_("The password is the first line read from this descriptor.") },
	{ "token-file", 0, "FILE", OPTION_STRING, AT(token_file), PROBING,
	    true, OPTIONS_LOGIN, .complete = COMPLETE_FILE, .help =
	    N_("An OAuth access token, the first line of this file.") },
	{ "mechanism", 0, "NAME", OPTION_STRING, AT(mechanism), PROBING, true,
	    OPTIONS_LOGIN, option_check_mechanism, .help =
	    N_("Log in by this SASL mechanism only. Default: the strongest "
	    "that both sides have.") },
	{ "security", 0, "MODE", OPTION_WORD, AT(security), PROBING, true,
	    OPTIONS_LOGIN, .words = security_words, .help =
	    N_("How TLS begins: auto, none, starttls or tls (from the start). "
	    "Default: auto.") },
	{ "ca-file", 0, "FILE", OPTION_STRING, AT(ca_file), PROBING, true,
	    OPTIONS_LOGIN, .complete = COMPLETE_FILE, .help =
	    N_("Trust anchors (PEM) in place of the system's.") },
	{ "cert-file", 0, "FILE", OPTION_STRING, AT(cert_file), PROBING,
	    true, OPTIONS_LOGIN, .complete = COMPLETE_FILE, .help =
	    N_("Client certificate (PEM).") },
	{ "key-file", 0, "FILE", OPTION_STRING, AT(key_file), PROBING, true,
	    OPTIONS_LOGIN, .complete = COMPLETE_FILE, .help =
	    N_("Key of the client certificate (PEM).") },
	{ "insecure-auth", 0, NULL, OPTION_FLAG, AT(insecure_auth), PROBING,
	    false, OPTIONS_LOGIN, .help =
	    N_("Agree to send the login without TLS or to a server whose "
	    "certificate is not trusted. Others can then read it.") },

	{ "helo", 0, "NAME", OPTION_STRING, AT(helo), PROBING | SPF, true,
	    OPTIONS_WAY, option_check_helo, .help =
	    N_("Name in EHLO. Default: this host's fully qualified name.") },
	{ "source", 0, "ADDRESS", OPTION_ADDR, AT(source), PROBING, true,
	    OPTIONS_WAY, .help = N_("Local address to connect from.") },
	{ "sending-ip", 0, "ADDRESS", OPTION_ADDR, AT(sending_ip), PROBING,
	    true, OPTIONS_WAY, .help =
	    N_("The address whose SPF, PTR and blocklist standing is asked, "
	    "where it is not this machine's own.") },
	{ "dkim-selector", 0, "NAME", OPTION_LIST, AT(dkim_selectors),
	    PROBING, true, OPTIONS_WAY, option_check_selector, .help =
	    N_("DKIM selector of the sender to look at; may repeat.") },
	{ "resolver", 0, "ADDRESS[:PORT]", OPTION_LIST, AT(resolvers),
	    PROBING | SPF, true, OPTIONS_WAY, option_check_resolver, .help =
	    N_("Recursive name server; up to three. Default: those of "
	    "/etc/resolv.conf.") },
	{ "ipv4", '4', NULL, OPTION_FLAG, AT(ipv4_only), PROBING, true,
	    OPTIONS_WAY, .help = N_("IPv4 alone.") },
	{ "ipv6", '6', NULL, OPTION_FLAG, AT(ipv6_only), PROBING, true,
	    OPTIONS_WAY, .help = N_("IPv6 alone.") },
	{ "timeout", 0, "SECONDS", OPTION_NUMBER, AT(timeout_s),
	    PROBING | SPF, true, OPTIONS_WAY, .min = 1, .max = 86400, .help =
	    N_("For the whole run (of each recipient, where there are "
	    "several). Default: 60; spf: 20.") },
	{ "patience", 0, "SECONDS", OPTION_NUMBER, AT(patience_s), PROBING,
	    true, OPTIONS_WAY, .min = 1, .max = 3600, .help =
	    N_("For one greeting or reply. Default: 30 in check, 300 in the "
	    "wizard.") },

	{ "dry-run", 'n', NULL, OPTION_FLAG, AT(dry_run), CHECK, false,
	    OPTIONS_CONSENT, .help =
	    N_("Print the plan (what would be sent to whom) and stop.") },
	{ "control", 0, "DOMAIN", OPTION_LIST, AT(controls), PROBING, true,
	    OPTIONS_CONSENT, option_check_domain, .help =
	    N_("Control domain: one that the server under test does not host, "
	    "and an unrelated mail server to see whether port 25 is open; "
	    "may repeat. Default: a built-in few.") },
	{ "no-relay-test", 0, NULL, OPTION_FLAG, AT(no_relay_test), PROBING,
	    true, OPTIONS_CONSENT, .help =
	    N_("Leave out the RCPT for a foreign domain.") },
	{ "made-up-mailbox", 0, NULL, OPTION_FLAG, AT(made_up_mailbox),
	    PROBING, false, OPTIONS_CONSENT, .help =
	    N_("Agree to ask for a made-up mailbox of the domain, which some "
	    "servers count against a client.") },
	{ "blocklist", 0, "ZONE", OPTION_LIST, AT(blocklists), PROBING, true,
	    OPTIONS_CONSENT, option_check_zone, .help =
	    N_("DNS blocklist to ask; may repeat; none asks none. Without it "
	    "a list is asked only when a reply names it.") },
	{ "wait-greylist", 0, NULL, OPTION_FLAG, AT(greylist_wait), PROBING,
	    false, OPTIONS_CONSENT, .help =
	    N_("Where a server says \"come back later\", wait and ask "
	       "again.") },
	{ "local-look", 0, NULL, OPTION_FLAG, AT(local_look), PROBING, true,
	    OPTIONS_CONSENT, .help =
	    N_("Also look, by read-only commands, at the mail server that is "
	    "installed on this machine.") },
	{ "open-relay-forms", 0, NULL, OPTION_FLAG, AT(open_relay_forms),
	    PROBING, false, OPTIONS_CONSENT, .help =
	    N_("Try the address forms of open-relay tests. For your own "
	    "servers only.") },
	{ "send", 0, NULL, OPTION_FLAG, AT(send), PROBING, false,
	    OPTIONS_CONSENT, .help =
	    N_("Agree to send one real test message. Without it nothing goes "
	    "past RCPT TO.") },

	{ "format", 0, "FORMAT", OPTION_WORD, AT(format),
	    CHECK | EXPLAIN | SPF | OPEN | DEMO, false, OPTIONS_REPORT,
	    .words = format_words, .help =
	    N_("text, json, markdown, html, nagios (one line for monitoring), "
	    "message (to whoever must act) or commands (the same by hand); "
	    "explain and spf: text or json. Default: text.") },
	{ "json", 0, NULL, OPTION_FIXED, AT(format),
	    CHECK | EXPLAIN | SPF | OPEN | DEMO, false, OPTIONS_REPORT,
	    .min = FORMAT_JSON, .help = N_("Short for --format=json.") },
	{ "output", 'o', "FILE", OPTION_STRING, AT(output),
	    CHECK | EXPLAIN | SPF | OPEN | DEMO, false, OPTIONS_REPORT,
	    .complete = COMPLETE_FILE, .help =
	    N_("Write the report there. An old file is replaced only by a "
	    "complete new one.") },
	{ "mask", 0, NULL, OPTION_FLAG, AT(mask), CHECK | OPEN | DEMO, true,
	    OPTIONS_REPORT, .help =
	    N_("Mask mail addresses, host names and IP addresses consistently "
	    "in the report.") },
	{ "color", 0, "WHEN", OPTION_WORD, AT(color), ALL, true,
	    OPTIONS_REPORT, .words = color_words, .help =
	    N_("auto, always or never. Default: auto; NO_COLOR and TERM=dumb "
	    "mean never.") },

	{ "plain", 0, NULL, OPTION_FLAG, AT(plain), SCREENS, true,
	    OPTIONS_SCREEN, .help =
	    N_("Questions and answers line by line, without screens: for "
	    "screen readers and dumb terminals.") },
	{ "ascii", 0, NULL, OPTION_FLAG, AT(ascii), SCREENS, true,
	    OPTIONS_SCREEN, .help = N_("Draw lines with + - | only.") },
	{ "color-blind", 0, NULL, OPTION_FLAG, AT(color_blind), SCREENS,
	    true, OPTIONS_SCREEN, .help = N_("Cyan in place of green.") },
	{ "mouse", 0, NULL, OPTION_FLAG, AT(mouse), SCREENS, true,
	    OPTIONS_SCREEN, .help =
	    N_("Take mouse clicks; the terminal's own selecting needs Shift "
	    "then.") },
	{ "no-osc52", 0, NULL, OPTION_FLAG, AT(no_osc52), SCREENS, true,
	    OPTIONS_SCREEN, .help =
	    N_("Never copy by the terminal's clipboard sequence (OSC 52).") },

	{ "config", 0, "FILE", OPTION_STRING, AT(config), ALL, false,
	    OPTIONS_OTHER, .complete = COMPLETE_FILE, .help =
	    N_("Configuration file. Default: "
	    "$XDG_CONFIG_HOME/relaytrace/config.") },
	{ "profile", 'p', "NAME", OPTION_STRING, AT(profile), PROBING, false,
	    OPTIONS_OTHER, .help =
	    N_("Take the settings of this [profile NAME] section as well.") },
	{ "debug", 0, "FILE", OPTION_STRING, AT(debug), ALL, false,
	    OPTIONS_OTHER, .complete = COMPLETE_FILE, .help =
	    N_("Write one line an event there; never holds credentials.") },
	{ "no-sandbox", 0, NULL, OPTION_FLAG, AT(no_sandbox), ALL, true,
	    OPTIONS_OTHER, .help =
	    N_("Do not give up the rights that the program does not need.") },
	{ "help", 'h', NULL, OPTION_FLAG, AT(help), ALL, false,
	    OPTIONS_OTHER, .help = N_("Show this help.") },
};
/* clang-format on */

_Static_assert(sizeof(rows) / sizeof(rows[0]) <= SETTINGS_OPTIONS,
    "settings.given has a place for each row");

static const struct command_row commands[] = {
	{ COMMAND_WIZARD, "", "[OPTION]... [RECIPIENT]",
	    N_("ask what happened, show a plan, probe, explain"),
	    N_("Without a command the wizard asks what happened, shows what it "
	       "would send to whom, probes once you agree and shows every "
	       "conversation, what it means and who must change what.") },
	{ COMMAND_CHECK, "check", "[OPTION]... RECIPIENT...",
	    N_("probe and diagnose without screens, print a report"),
	    N_("Asks DNS and the mail servers what they say to this recipient, "
	       "up to RCPT TO, and reports the cause of a refusal with its "
	       "evidence and its remedy. Exit status: 0 accepted, 1 not "
	       "accepted and a cause is named, 2 usage or input error, 3 no "
	       "cause could be named.") },
	{ COMMAND_EXPLAIN, "explain", "[OPTION]... [FILE]",
	    N_("read a bounce, a log line or a reply, say what it means"),
	    N_("Offline: reads FILE or standard input and sends nothing. Exit "
	       "status: 0 explained, 1 read but not understood, 2 not "
	       "readable.") },
	{ COMMAND_SPF, "spf", "--ip=ADDRESS [--helo=NAME] SENDER",
	    N_("evaluate SPF and show how the result was reached"),
	    N_("Evaluates SPF (RFC 7208) for a client address, a sender and a "
	       "HELO name, with a trace of every term.") },
	{ COMMAND_OPEN, "open", "[OPTION]... FILE",
	    N_("look at a saved case again"),
	    N_("Opens a case that was saved by the wizard, or a JSON "
	       "report.") },
	{ COMMAND_DEMO, "demo", "[OPTION]... [SCENARIO]",
	    N_("play a built-in scenario, no network needed"),
	    N_("A small internet on this machine's loopback plays a situation; "
	       "with --format the report is printed, else the wizard shows it. "
	       "Without SCENARIO the scenarios are listed.") },
};

size_t
option_count(void)
{
	return sizeof(rows) / sizeof(rows[0]);
}

const struct option_row *
option_nth(size_t i)
{
	return &rows[i];
}

const struct option_row *
option_find(const char *name)
{
	size_t i;

	for (i = 0; i < option_count(); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const char *
option_group_title(enum option_group group)
{
	static const char *const titles[] = {
#define X(id, title) [id] = title,
		OPTION_GROUPS(X)
#undef X
	};

	return titles[group];
}

size_t
command_count(void)
{
	return sizeof(commands) / sizeof(commands[0]);
}

const struct command_row *
command_nth(size_t i)
{
	return &commands[i];
}

const struct command_row *
command_find(const char *name)
{
	size_t i;

	for (i = 0; i < command_count(); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

const struct command_row *
command_row(enum command command)
{
	size_t i;

	for (i = 0; i < command_count(); i++)
		if (commands[i].command == command)
			return &commands[i];
	return NULL;
}
