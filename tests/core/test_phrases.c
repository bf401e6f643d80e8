#include "core/phrases.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/pattern.h"
#include "core/status.h"
#include "net/smtp_reply.h"

/* A whole reply to code and text, as the reply parser would give them. */
static int
split(const char *reply, char *text, size_t size)
{
	int code = 0;
	size_t n = 0;

	while (*reply != '\0') {
		if (isdigit((unsigned char)reply[0]) &&
		    isdigit((unsigned char)reply[1]) &&
		    isdigit((unsigned char)reply[2]) &&
		    (reply[3] == ' ' || reply[3] == '-')) {
			code = atoi(reply);
			reply += 4;
		}
		while (*reply != '\0' && *reply != '\n' && n + 2 < size)
			text[n++] = *reply++;
		if (*reply == '\n')
			text[n++] = *reply++;
	}
	text[n] = '\0';
	return code;
}

static struct reading
read_reply(const char *reply)
{
	struct reading reading;
	char text[1024];
	int code = split(reply, text, sizeof(text));

	phrases_read(code, NULL, text, STAGE_COUNT, &reading);
	return reading;
}

START_TEST(every_example_finds_its_row)
{
	const struct phrase *row = phrases_row((size_t)_i);
	struct reading r;
	char text[1024];
	int code = split(phrase_example(row), text, sizeof(text));

	phrases_read(code, NULL, text, phrase_stage(row), &r);
	ck_assert_msg(r.phrase == row,
	    "\"%s\" should be read by \"%s\", not \"%s\"", phrase_example(row),
	    phrase_pattern(row),
	    r.phrase == NULL ? "" : phrase_pattern(r.phrase));
	ck_assert_int_eq(r.family, phrase_family(row));
	ck_assert_int_ge(r.strength, 25);
	ck_assert_int_le(r.strength, 100);
}
END_TEST

START_TEST(every_row_is_well_formed)
{
	const struct phrase *row = phrases_row((size_t)_i);
	const char *list = phrase_causes(row);
	const char *p;
	enum cause_id id;
	char name[40];
	size_t n, count = 0;

	for (p = phrase_pattern(row); *p != '\0'; p++)
		ck_assert_msg(!isupper((unsigned char)*p), "%s",
		    phrase_pattern(row));
	ck_assert_int_ge(pattern_weight(phrase_pattern(row)), 3);
	while (*list != '\0') {
		n = strcspn(list, ",");
		snprintf(name, sizeof(name), "%.*s", (int)n, list);
		ck_assert_msg(cause_parse(name, &id), "no cause '%s'", name);
		count++;
		list += n + (list[n] == ',');
	}
	ck_assert_uint_ge(count, 1);
	ck_assert_uint_le(count, READING_CAUSES);
	ck_assert_str_ne(family_name(phrase_family(row)), "none");
}
END_TEST

/* Replies that stand in no row, and what they must be taken for. */
static const struct {
	const char *reply;
	enum family family;
	bool relay_word;
} unseen[] = {
	{ "554 5.7.1 <x@y.example>: Relay access denied", FAMILY_RELAY, true },
	{ "550 5.7.1 <x@y.example>: Relay access denied", FAMILY_RELAY, true },
	{ "553 5.7.1 x@y.example... Relaying denied", FAMILY_RELAY, true },
	{ "550 Relaying through this host is strictly forbidden", FAMILY_RELAY,
	    true },
	{ "550 We refuse to relay that", FAMILY_RELAY, true },
	{ "571 mail relayed from 192.0.2.1 is never accepted", FAMILY_RELAY,
	    true },
	{ "550 5.7.1 Host not permitted to RELAY.", FAMILY_RELAY, true },
	{ "550 Sorry, that domain isn\xe2\x80\x99t in my list of allowed "
	  "rcpthosts",
	    FAMILY_RELAY, false },
	{ "550 5.1.1 User unknown; relay=mx.dest.example[192.0.2.5]",
	    FAMILY_MAILBOX, false },
	{ "550 5.1.1 relay01.dest.example says no such user", FAMILY_MAILBOX,
	    false },
	{ "550 5.7.1 [192.0.2.9] is listed in the open relay database "
	  "relays.lists.example",
	    FAMILY_REPUTATION, false },
	{ "554 your server is an open relay and blocked by dnsbl.example",
	    FAMILY_REPUTATION, false },
	{ "550 5.4.5 Daily SMTP relay limit exceeded for user", FAMILY_RATE,
	    false },
	{ "550 5.7.1 Mail-Relaying is denied here", FAMILY_RELAY, true },
	{ "550 Authentication required, relaying denied", FAMILY_RELAY, true },
	{ "554 Client host rejected: may not use this relay", FAMILY_RELAY,
	    true },
	{ "550 Message rejected: your server is an open relay", FAMILY_POLICY,
	    false },
	{ "550 Your relay 192.0.2.1 was rejected for its bad reputation",
	    FAMILY_REPUTATION, true },
	{ "550 No PTR record of the relaying MTA", FAMILY_CLIENT_DNS, false },
	{ "550 Sorry, this host is not an open relay for you", FAMILY_RELAY,
	    true },
	{ "550 go to https://relay-denied.example/why", FAMILY_POLICY, false },
	{ "550 5.7.23 no", FAMILY_SPF, false },
	{ "554 5.7.25 no", FAMILY_CLIENT_DNS, false },
	{ "550 5.1.10 no", FAMILY_DOMAIN, false },
	{ "535 nope", FAMILY_AUTH, false },
	{ "250 2.1.5 Ok", FAMILY_NONE, false },
	{ "354 go ahead, relaying not allowed", FAMILY_NONE, true },
	{ "250 relaying denied", FAMILY_NONE, true },
	{ "550 Relais nicht gestattet", FAMILY_RELAY, true },
	{ "554 5.7.1 Kein Relaying von diesem Rechner", FAMILY_RELAY, true },
	{ "550 Relaying verboten", FAMILY_RELAY, true },
	{ "550 Mailrelay untersagt", FAMILY_RELAY, true },
	{ "550 Relais de courrier non autorise", FAMILY_RELAY, true },
	{ "550 relayage refuse par ce serveur", FAMILY_RELAY, true },
	{ "550 Relay de correo rechazado", FAMILY_RELAY, true },
	{ "550 Relay recusado pelo servidor", FAMILY_RELAY, true },
	{ "550 Relay vietato da questo indirizzo", FAMILY_RELAY, true },
	{ "550 relay op deze server niet toegestaan", FAMILY_RELAY, true },
	{ "550 Relay zabroniony przez administratora", FAMILY_RELAY, true },
	{ "550 \xd0\xa0\xd0\xb5\xd0\xbb\xd0\xb5\xd0\xb9"
	  " \xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd0\xb5\xd0\xbd",
	    FAMILY_RELAY, true },
	{ "550"
	  " \xe7\xb3\xbb\xe7\xbb\x9f\xe4\xb8\x8d\xe6\x8f\x90\xe4\xbe\x9b\xe4\xb8\xad\xe7\xbb\xa7",
	    FAMILY_RELAY, true },
	{ "550 \xe4\xb8\xad\xe7\xb6\x99\xe7\xa6\x81\xe6\xad\xa2", FAMILY_RELAY,
	    true },
	{ "550 this server denies relay for strangers", FAMILY_RELAY, true },
	{ "550 mail for local users only: local user only", FAMILY_RELAY,
	    false },
	{ "550 we cannot accept mail for dest.example here", FAMILY_RELAY,
	    false },
	{ "554 dest.example: domain not managed here", FAMILY_RELAY, false },
	{ "451 4.4.1 relay mx1.dest.example[192.0.2.5] cannot be reached", FAMILY_NETWORK,
	    true },
	{ "550 Message rejected: open relay 192.0.2.9", FAMILY_REPUTATION,
	    false },
	{ "550 unknown sender domain orig.example", FAMILY_SENDER, false },
	{ "550 the sender domain not allowed here", FAMILY_SENDER, false },
	{ "503 5.5.2 send HELO/EHLO first", FAMILY_ECHO, false },
	{ "500 line too long", FAMILY_NONE, false },
	{ "552 Mailbox has exceeded its disk space limit", FAMILY_UNAVAILABLE,
	    false },
	{ "550 Local user [bob@dest.example] not found", FAMILY_MAILBOX,
	    false },
	{ "550 user bob@dest.example does not exist on this host", FAMILY_MAILBOX,
	    false },
	{ "550 RCPT <bob@dest.example> does not exist", FAMILY_MAILBOX, false },
	{ "550 Empfaenger unbekannt", FAMILY_MAILBOX, false },
	{ "550 cet utilisateur n'existe pas", FAMILY_MAILBOX, false },
	{ "552 Boite du destinataire pleine. Recipient overquota.", FAMILY_UNAVAILABLE,
	    false },
	{ "501 Emetteur invalide. Invalid Sender.", FAMILY_SENDER, false },
	{ "554 IP=192.0.2.9 - None/bad reputation", FAMILY_REPUTATION, false },
	{ "421 Trop de connexions", FAMILY_RATE, false },
	{ "554 aliasing/forwarding loop broken", FAMILY_LOOP, false },
	{ "451 LDAP server down", FAMILY_SERVER, false },
	{ "", FAMILY_NONE, false },
};

START_TEST(unseen_replies)
{
	struct reading r = read_reply(unseen[_i].reply);

	ck_assert_msg(r.family == unseen[_i].family, "%s: %s", unseen[_i].reply,
	    family_name(r.family));
	ck_assert_msg(r.relay_word == unseen[_i].relay_word, "%s",
	    unseen[_i].reply);
}
END_TEST

/* Sentences of nobody's table, and the cause that their remark names first. */
static const struct {
	const char *reply;
	enum cause_id first;
} remarks[] = {
	{ "550 5.7.1 <b@y.example>... Relaying denied. You must check for new "
	  "mail before sending mail.", CAUSE_POP_BEFORE_SMTP },
	{ "553 sorry, that domain isn't in my list of allowed rcpthosts; check "
	  "your mail first (#5.7.1)", CAUSE_POP_BEFORE_SMTP },
	{ "550-You must authenticate by POP or IMAP within the last 30 "
	  "minutes\n550 before you may relay", CAUSE_POP_BEFORE_SMTP },
	{ "550 relay not permitted; did you pop first?",
	    CAUSE_POP_BEFORE_SMTP },
	{ "505 relay not allowed - please pop3 auth first",
	    CAUSE_POP_BEFORE_SMTP },
	{ "550 5.7.1 Bitte erst Mails abholen", CAUSE_POP_BEFORE_SMTP },
	/* ... and what only sounds like it */
	{ "550 relay not permitted: check your mail client settings first",
	    CAUSE_MX_NOT_HOSTING },
	{ "550 Relaying denied, see the population register first",
	    CAUSE_MX_NOT_HOSTING },
	{ "554 5.7.1 <b@y.example>: Relay access denied; ask "
	  "pop.dest.example before", CAUSE_MX_NOT_HOSTING },
	{ "535 5.7.0 Application password is REQUIRED", CAUSE_AUTH_DISABLED },
	{ "535 5.7.8 Error: authentication failed: This user does not have "
	  "access rights to this service", CAUSE_AUTH_DISABLED },
	{ "535 5.7.0 Please use an app password to log in",
	    CAUSE_AUTH_DISABLED },
	{ "535 Authentication failed. Password login is disabled, use OAuth2",
	    CAUSE_AUTH_DISABLED },
	{ "535 5.7.139 Authentication unsuccessful, user is locked by your "
	  "organization's security defaults policy.", CAUSE_AUTH_DISABLED },
	{ "535 5.7.8 SMTP access is not enabled for this account",
	    CAUSE_AUTH_DISABLED },
	{ "535 5.7.8 Authentication failed: wrong password",
	    CAUSE_AUTH_FAILED },
	{ "535 5.7.139 Authentication unsuccessful, the user credentials were "
	  "incorrect.", CAUSE_AUTH_FAILED },
	/* a status in front of every line */
	{ "550-5.7.1 Invalid credentials for relay [192.0.2.1]. The IP address "
	  "you've\n550-5.7.1 registered in your G Suite SMTP Relay service "
	  "doesn't match domain of\n550 5.7.1 the account this email is being "
	  "sent from.", CAUSE_TENANT_ATTRIBUTION },
	{ "550-5.7.0 Mail relay denied [192.0.2.1]. Invalid credentials for "
	  "relay for one of\n550-5.7.0 the domains in: pc.example, x.example "
	  "(as obtained from\n550 5.7.0 HELO and MAIL FROM). a1 - gsmtp",
	    CAUSE_TENANT_ATTRIBUTION },
};

START_TEST(the_remark_that_says_more)
{
	struct reading r = read_reply(remarks[_i].reply);

	ck_assert_uint_gt(r.cause_count, 0);
	ck_assert_msg(r.causes[0] == remarks[_i].first, "%s: %s",
	    remarks[_i].reply, cause_name(r.causes[0]));
}
END_TEST

static const struct {
	const char *reply;
	bool stopped;
} stops[] = {
	{ "554 5.7.1 Your account has been blocked for sending spam", true },
	{ "550 5.7.1 Account suspended: invoice unpaid", true },
	{ "525 5.7.13 User account disabled", true },
	{ "554 Sie koennen nicht senden: Ihr Konto wurde gesperrt", true },
	{ "554 Sending paused for this account", true },
	{ "550 account.suspended.example: no such user", false },
	{ "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked "
	  "using dnsbl.example; account suspended there", false },
	{ "535 Too many failed logins, account locked for 30 minutes", false },
	{ "250 account suspended", false },
	{ "550 5.1.1 User unknown", false },
};

START_TEST(an_account_that_is_stopped)
{
	struct reading r = read_reply(stops[_i].reply);

	ck_assert_msg(r.stopped == stops[_i].stopped, "%s", stops[_i].reply);
}
END_TEST

/* A row's wording under another code is still the same sentence. */
START_TEST(wording_decides_and_the_code_only_strengthens)
{
	struct reading known, other;

	known = read_reply("554 5.7.1 <b@dest.example>: Relay access denied");
	other = read_reply("452 4.2.9 <b@dest.example>: Relay access denied");
	ck_assert_int_eq(other.family, FAMILY_RELAY);
	ck_assert_int_gt(known.strength, other.strength);
	ck_assert_str_eq(known.product, "Postfix");
}
END_TEST

static const struct {
	const char *reply;
	bool permanent;
} lasting[] = {
	{ "454 4.7.1 <b@dest.example>: Relay access denied", true },
	{ "450 4.7.1 <b@dest.example>... Relaying temporarily denied. Cannot "
	  "resolve PTR record for 192.0.2.1",
	    true },
	{ "451 Open relay not allowed - https://provider.example#451", true },
	{ "451 4.4.4 Mail received as unauthenticated, incoming to a recipient "
	  "domain configured in a hosted tenant which has no mail-enabled "
	  "subscriptions. ATTR5",
	    true },
	{ "450 4.2.0 <b@dest.example>: Recipient address rejected: Greylisted",
	    false },
	{ "451 4.3.0 <b@dest.example>: Temporary lookup failure", false },
	{ "554 5.7.1 <b@dest.example>: Relay access denied", false },
};

START_TEST(some_temporary_codes_do_not_heal)
{
	ck_assert_msg(read_reply(lasting[_i].reply).permanent ==
		lasting[_i].permanent,
	    "%s", lasting[_i].reply);
}
END_TEST

static const struct {
	const char *reply, *list;
} lists[] = {
	{ "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked "
	  "using bl.lists.example; https://www.lists.example/q?ip=192.0.2.1",
	    "bl.lists.example" },
	{ "550 Rejected because 192.0.2.1 is in a black list at "
	  "bl.lists.example",
	    "bl.lists.example" },
	{ "550 192.0.2.1 is blacklisted, see http://www.lists.example/why",
	    "www.lists.example" },
	{ "550 your address is on our block list", "" },
	{ "550 blocked using Spamhaus", "" },
	{ "554 5.7.1 <b@dest.example>: Relay access denied", "" },
	{ "450 greylisted, see http://help.dest.example/", "" },
};

START_TEST(the_list_that_is_named)
{
	ck_assert_str_eq(read_reply(lists[_i].reply).list, lists[_i].list);
}
END_TEST

static const struct {
	const char *reply;
	int wait_s;
} waits[] = {
	{ "450 4.2.0 Greylisted for 300 seconds", 300 },
	{ "451 please try again in 5 minutes", 300 },
	{ "450 try again in 1 hour", 3600 },
	{ "450 Greylisted, retry in 00:05:00", 300 },
	{ "450 greylisted, 04:59 left", 299 },
	{ "450 4.7.1 wait 60s or more", 60 },
	{ "450 4.7.1 Please try again later", 0 },
	{ "550 you sent 500 messages in the last 30 minutes, wait", 0 },
	{ "450 wait 99999999999 hours", 0 },
	{ "450 try again after 172800 seconds", 0 },
	{ "550 5.7.1 300 seconds is a nice number", 0 },
};

START_TEST(the_delay_that_is_stated)
{
	ck_assert_int_eq(read_reply(waits[_i].reply).wait_s, waits[_i].wait_s);
}
END_TEST

/* %s is the recipient: each product's denial for two of them. */
static const char *const denials[] = {
	"554 5.7.1 <%s>: Relay access denied",
	"454 4.7.1 <%s>: Relay access denied",
	"550 5.7.1 <%s>... Relaying denied",
	"550 5.7.1 <%s>... Relaying denied. IP name lookup failed [192.0.2.7]",
	"550 relay not permitted",
	"550 Unrouteable address",
	"550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
	"550 5.7.1 Unable to relay for %s",
	"550 5.4.1 Recipient address rejected: Access denied. AS(201806281) "
	"[BN8NAM11FT066.eop.provider.example 2026-01-02T03:04:05.123Z "
	"08DCFF0011223344]",
	"550 Invalid recipient",
	"550 Invalid recipient: <%s>",
	"550 I cannot deliver mail for <%s>",
	"550 5.1.1 User doesn't exist: %s (msg ID = 1f2e3d4c)",
	"550 5.1.1 not accepting email for domain",
	"550 Delivery is not allowed to this address.",
	"553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
	"513 Relaying denied.",
	"530 5.7.1 Authentication Required",
	"550 No such domain at this location (%s)",
	"550 not local host dest.example, not a gateway",
	"550-Please turn on SMTP Authentication in your mail client.\n"
	"550-client.orig.example [192.0.2.7]:49152 is not permitted to relay\n"
	"550 through this server without authentication.",
};

START_TEST(same_wording_for_two_recipients)
{
	static const char *const other[] = { "carol@control.example.org",
		"postmaster@dest.example", "x9f3kq@[192.0.2.8]" };
	char reply[512], a[512], b[512];
	int code_a, code_b;
	size_t i;

	/* The table above is the only format there is. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(reply, sizeof(reply), denials[_i], "bob@dest.example");
	code_a = split(reply, a, sizeof(a));
	for (i = 0; i < 3; i++) {
		snprintf(reply, sizeof(reply), denials[_i], other[i]);
		code_b = split(reply, b, sizeof(b));
		ck_assert_msg(phrases_same_wording(code_a, a, code_b, b),
		    "%s / %s", a, b);
	}
#pragma GCC diagnostic pop
	ck_assert(!phrases_same_wording(code_a, a, code_a + 1, a));
}
END_TEST

static const struct {
	const char *a, *b;
	bool same;
} pairs[] = {
	{ "550 User unknown", "550 Relay access denied", false },
	{ "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
	    "550 5.7.1 <a@b.example>: Relay access denied", false },
	{ "550 5.1.1 no such user", "550 5.7.1 no such user", false },
	{ "550 Mailbox disabled", "550 Mailbox unknown", false },
	{ "550 No such user alice", "550 No such user postmaster", true },
	{ "550 alice: user unknown in table", "550 bob: user unknown in table",
	    true },
	{ "550 try mx1.a.example port 25", "550 try mx2.b.example port 587",
	    true },
	{ "550 x", "550 x y", false },
	{ "451 greylisted, 298 seconds", "451 greylisted, 61 seconds", true },
	{ "550 Rejected", "550 Accepted", false },
};

START_TEST(near_misses_of_same_wording)
{
	char a[256], b[256];
	int code_a = split(pairs[_i].a, a, sizeof(a));
	int code_b = split(pairs[_i].b, b, sizeof(b));

	ck_assert_msg(phrases_same_wording(code_a, a, code_b, b) ==
		pairs[_i].same,
	    "%s / %s", pairs[_i].a, pairs[_i].b);
	ck_assert_int_eq(phrases_same_wording(code_b, b, code_a, a),
	    pairs[_i].same);
}
END_TEST

static const struct {
	const char *pattern, *text;
	bool match;
} patterns[] = {
	{ "abc", "xxabcxx", true },
	{ "^abc", "xabc", false },
	{ "^abc$", "abc", true },
	{ "abc$", "abcabc", true },
	{ "a*c", "a c", true },
	{ "a*c*", "ab", false },
	{ "[%]: x", "[host]: x", true },
	{ "[%]: x", "[]: x", false },
	{ "% ok", "all ok", true },
	{ "^% ok", "not all ok", false },
	{ "\\*\\%", "*%", true },
	{ "\\*", "x", false },
	{ "^&&$", "f0", true },
	{ "^&&$", "g0", false },
	{ "*", "", true },
	{ "a", "", false },
	{ "^%$", "one", true },
	{ "^%$", "one two", false },
	{ "x*y$", "x y z y", true },
};

START_TEST(pattern_language)
{
	ck_assert_msg(pattern_match(patterns[_i].pattern, patterns[_i].text) ==
		patterns[_i].match,
	    "%s ~ %s", patterns[_i].pattern, patterns[_i].text);
}
END_TEST

/* No text may cost much, whatever it is made of. */
static const char *const bricks[] = { "[", "a", "relay ",
	"<a@b.c>: ", "connect to x", "host 1", "is not ", ": ", "550 5.7.1 ",
	"\xff", "1:", "http://", "* ", "...", "listed in ", "greylist 1" };

START_TEST(hostile_texts_are_read_in_time)
{
	static char text[65536];
	struct reading r;
	struct timespec start, end;
	size_t n = 0, len = strlen(bricks[_i]);
	double ms;

	while (n + len < sizeof(text)) {
		memcpy(text + n, bricks[_i], len);
		n += len;
	}
	text[n] = '\0';
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	phrases_read(550, NULL, text, STAGE_COUNT, &r);
	phrases_same_wording(550, text, 550, text);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	ms = (double)(end.tv_sec - start.tv_sec) * 1e3 +
	    (double)(end.tv_nsec - start.tv_nsec) / 1e6;
	ck_assert_msg(ms < 2000, "\"%s\" repeated took %.0f ms", bricks[_i],
	    ms);
}
END_TEST

START_TEST(any_bytes_are_read)
{
	unsigned seed = 4711;
	char text[600];
	struct reading r;
	size_t i, n;
	int round;

	for (round = 0; round < 300; round++) {
		n = (size_t)rand_r(&seed) % (sizeof(text) - 1);
		for (i = 0; i < n; i++)
			text[i] = (char)(rand_r(&seed) % 255 + 1);
		text[n] = '\0';
		phrases_read(rand_r(&seed) % 600, NULL, text,
		    rand_r(&seed) % (STAGE_COUNT + 1), &r);
		ck_assert(phrases_same_wording(550, text, 550, text));
	}
}
END_TEST

START_TEST(statuses_are_known)
{
	struct enhanced e = { 5, 7, 25 };
	struct reading r;

	ck_assert_int_eq(status_find(&e)->family, FAMILY_CLIENT_DNS);
	e.detail = 99;
	ck_assert_ptr_null(status_find(&e));
	e = (struct enhanced){ 5, 1, 1 };
	phrases_read(550, &e, "xyzzy", STAGE_RCPT, &r);
	ck_assert_int_eq(r.family, FAMILY_MAILBOX);
	ck_assert_ptr_null(r.phrase);
	/* A status inside the text counts where none was given. */
	phrases_read(550, NULL, "xyzzy (#5.2.2)", STAGE_RCPT, &r);
	ck_assert_int_eq(r.family, FAMILY_UNAVAILABLE);
}
END_TEST

#define LOOP(test, table)                                                      \
	tcase_add_loop_test(t, test, 0,                                        \
	    (int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *s = suite_create("core.phrases");
	TCase *t = tcase_create("phrases");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, every_example_finds_its_row, 0,
	    (int)phrases_count());
	tcase_add_loop_test(t, every_row_is_well_formed, 0,
	    (int)phrases_count());
	LOOP(unseen_replies, unseen);
	LOOP(the_remark_that_says_more, remarks);
	LOOP(an_account_that_is_stopped, stops);
	tcase_add_test(t, wording_decides_and_the_code_only_strengthens);
	LOOP(some_temporary_codes_do_not_heal, lasting);
	LOOP(the_list_that_is_named, lists);
	LOOP(the_delay_that_is_stated, waits);
	LOOP(same_wording_for_two_recipients, denials);
	LOOP(near_misses_of_same_wording, pairs);
	LOOP(pattern_language, patterns);
	LOOP(hostile_texts_are_read_in_time, bricks);
	tcase_add_test(t, any_bytes_are_read);
	tcase_add_test(t, statuses_are_known);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
