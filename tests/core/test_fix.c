#include "core/fix.h"

#include <check.h>
#include <string.h>

#include "core/product.h"
#include "net/buf.h"

static const struct fix_values plain = {
	.domain = "dest.example",
	.recipient = "bob@dest.example",
	.sender = "alice@orig.example",
	.server = "mx2.dest.example",
	.client = "203.0.113.25",
	.helo = "client.orig.example",
	.user = "alice",
	.port = 587,
};

static struct buf out;

static const char *
render(const char *text, const struct fix_values *values, bool command)
{
	buf_clear(&out);
	buf_init(&out, 8192);
	fix_render(text, values, command, &out);
	return buf_str(&out);
}

/* Every cause has advice for a product that nobody knows. */
START_TEST(every_cause_has_a_general_fix)
{
	enum cause_id cause = (enum cause_id)_i;
	const struct fix *fix = fix_find(cause, NULL);

	ck_assert_msg(fix != NULL, "%s", cause_name(cause));
	ck_assert_ptr_eq(fix, fix_find(cause, ""));
	ck_assert_ptr_eq(fix, fix_find(cause, "Frobnicator 9000"));
	ck_assert_ptr_eq(fix, fix_nth(cause, 0));
	ck_assert_str_eq(fix->product, "");
	ck_assert_uint_ge(strlen(fix->text), 60);
}
END_TEST

/* Programs that belong to one product. */
static const struct {
	const char *program, *product;
} owners[] = {
	{ "postconf", "Postfix" },
	{ "postmap", "Postfix" },
	{ "postfix", "Postfix" },
	{ "exim", "Exim" },
	{ "update-exim4.conf", "Exim" },
	{ "sendmail", "Sendmail" },
	{ "makemap", "Sendmail" },
	{ "smtpd", "OpenSMTPD" },
	{ "smtpctl", "OpenSMTPD" },
	{ "uapi", "cPanel" },
	{ "whmapi1", "cPanel" },
	{ "plesk", "Plesk" },
	{ "zmprov", "Zimbra" },
	{ "pmgsh", "Proxmox Mail Gateway" },
	{ "mox", "mox" },
	{ "maddy", "maddy" },
	{ "v-add-mail-domain", "HestiaCP" },
	{ "courier", "Courier" },
	{ "makesmtpaccess", "Courier" },
	{ "tcprules", "qmail" },
	{ "james-cli", "Apache James" },
};

static bool
is_command_of(const char *command, const char *program)
{
	size_t n = strlen(program);

	return strncmp(command, program, n) == 0 &&
	    (command[n] == ' ' || command[n] == '\0');
}

static bool
is_neutral(const char *command)
{
	static const char *const programs[] = { "dig", "openssl", "relaytrace",
		"ss" };
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (is_command_of(command, programs[i]))
			return true;
	return false;
}

static bool
is_cmdlet(const char *command)
{
	static const char *const verbs[] = { "Get-", "Set-", "New-", "Add-",
		"Remove-", "Enable-" };
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strncmp(command, verbs[i], strlen(verbs[i])) == 0)
			return true;
	return false;
}

/* "Postfix (relayhost)" speaks of Postfix as well. */
static bool
may_run(const char *product, const char *owner)
{
	return product_is(product, owner) ||
	    (strncmp(product, owner, strlen(owner)) == 0 &&
		product[strlen(owner)] == ' ');
}

static void
look_at_command(const struct fix *fix, const char *command)
{
	size_t i;

	if (command == NULL)
		return;
	if (fix->product[0] == '\0') {
		ck_assert_msg(is_neutral(command), "%s: \"%s\"",
		    cause_name(fix->cause), command);
		return;
	}
	if (is_cmdlet(command))
		ck_assert_msg(strstr(fix->product, "Exchange") != NULL ||
			strcmp(fix->product, "Microsoft 365") == 0,
		    "%s: \"%s\"", fix->product, command);
	for (i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		ck_assert_msg(!is_command_of(command, owners[i].program) ||
			may_run(fix->product, owners[i].product),
		    "%s: \"%s\"", fix->product, command);
}

START_TEST(no_command_is_meant_for_another_product)
{
	const struct fix *fix;
	size_t i, k;

	for (i = 0; (fix = fix_nth((enum cause_id)_i, i)) != NULL; i++) {
		look_at_command(fix, fix->check);
		for (k = 0; fix->commands[k] != NULL; k++) {
			ck_assert_uint_lt(k, FIX_COMMANDS);
			look_at_command(fix, fix->commands[k]);
		}
	}
}
END_TEST

/* Whatever the server is, the row found is its own or the general one. */
START_TEST(the_row_found_is_the_products_own)
{
	static const char *const products[] = { "Postfix", "Exim", "Sendmail",
		"OpenSMTPD", "qmail", "Courier", "Microsoft Exchange",
		"Microsoft 365", "Google Workspace", "cPanel", "Plesk",
		"DirectAdmin", "Zimbra", "MDaemon", "hMailServer", "Haraka",
		"Mailcow", "Proxmox Mail Gateway", "MailEnable", "IceWarp",
		"Barracuda", "Mimecast", "Proofpoint", "Amazon SES",
		"Thunderbird", "Postfix (relayhost)" };
	const struct fix *fix;
	size_t i;

	for (i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
		fix = fix_find((enum cause_id)_i, products[i]);
		ck_assert(fix->product[0] == '\0' ||
		    (strcmp(fix->product, products[i]) == 0 &&
			product_known(products[i])));
	}
}
END_TEST

static bool
has_row(enum cause_id cause, const char *product)
{
	const struct fix *fix;
	size_t i;

	for (i = 0; (fix = fix_nth(cause, i)) != NULL; i++)
		if (strcmp(fix->product, product) == 0)
			return true;
	return false;
}

static const struct {
	enum cause_id cause;
	const char *product;
} rows[] = {
	{ CAUSE_MX_NOT_HOSTING, "Postfix" },
	{ CAUSE_MX_NOT_HOSTING, "Exim" },
	{ CAUSE_MX_NOT_HOSTING, "Sendmail" },
	{ CAUSE_MX_NOT_HOSTING, "OpenSMTPD" },
	{ CAUSE_MX_NOT_HOSTING, "qmail" },
	{ CAUSE_MX_NOT_HOSTING, "Courier" },
	{ CAUSE_MX_NOT_HOSTING, "Microsoft Exchange" },
	{ CAUSE_MX_NOT_HOSTING, "Microsoft 365" },
	{ CAUSE_MX_NOT_HOSTING, "Google Workspace" },
	{ CAUSE_MX_NOT_HOSTING, "cPanel" },
	{ CAUSE_MX_NOT_HOSTING, "Namecheap" },
	{ CAUSE_MX_NOT_HOSTING, "Kerio Connect" },
	{ CAUSE_MX_NOT_HOSTING, "hMailServer" },
	{ CAUSE_MX_NOT_HOSTING, "MailEnable" },
	{ CAUSE_MX_NOT_HOSTING, "HCL Domino" },
	{ CAUSE_MX_NOT_HOSTING, "IceWarp" },
	{ CAUSE_MX_NOT_HOSTING, "MDaemon" },
	{ CAUSE_MX_NOT_HOSTING, "Cisco ESA" },
	{ CAUSE_MX_NOT_HOSTING, "Barracuda" },
	{ CAUSE_MX_NOT_HOSTING, "Mimecast" },
	{ CAUSE_MX_NOT_HOSTING, "Proofpoint" },
	{ CAUSE_MX_PARTLY_NOT_HOSTING, "Postfix" },
	{ CAUSE_MX_PARTLY_NOT_HOSTING, "Zimbra" },
	{ CAUSE_MAIL_LOOP, "Postfix" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "Postfix" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "Exim" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "Sendmail" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "Microsoft Exchange" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "Microsoft 365" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "Google Workspace" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "cPanel" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "Kerio Connect" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "MDaemon" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "HCL Domino" },
	{ CAUSE_CLIENT_NOT_PERMITTED, "Cisco ESA" },
	{ CAUSE_AUTH_REQUIRED, "Postfix (relayhost)" },
	{ CAUSE_AUTH_REQUIRED, "Exim (smarthost)" },
	{ CAUSE_AUTH_REQUIRED, "Sendmail (smart host)" },
	{ CAUSE_AUTH_REQUIRED, "Postfix (as this server)" },
	{ CAUSE_AUTH_REQUIRED, "msmtp" },
	{ CAUSE_AUTH_REQUIRED, "Printer or scanner" },
	{ CAUSE_AUTH_NEEDS_TLS, "Printer or scanner" },
	{ CAUSE_AUTH_ELSEWHERE, "Microsoft 365" },
	{ CAUSE_SENDER_NOT_PERMITTED, "Postfix" },
	{ CAUSE_SENDER_NOT_PERMITTED, "Microsoft 365" },
	{ CAUSE_TENANT_ATTRIBUTION, "Microsoft 365" },
	{ CAUSE_TENANT_ATTRIBUTION, "Google Workspace" },
	{ CAUSE_AUTH_DISABLED, "Microsoft 365" },
	{ CAUSE_RELAY_THINKS_LOCAL, "cPanel" },
};

START_TEST(the_book_knows_the_products_of_the_field)
{
	ck_assert_msg(has_row(rows[_i].cause, rows[_i].product), "%s: %s",
	    cause_name(rows[_i].cause), rows[_i].product);
}
END_TEST

/* Rows that serve another cause stand once, and behind its own. */
START_TEST(no_product_stands_twice)
{
	const struct fix *a, *b;
	size_t i, k;

	for (i = 0; (a = fix_nth((enum cause_id)_i, i)) != NULL; i++)
		for (k = i + 1; (b = fix_nth((enum cause_id)_i, k)) != NULL;
		     k++)
			ck_assert_msg(strcmp(a->product, b->product) != 0,
			    "%s: %s", cause_name((enum cause_id)_i),
			    a->product);
}
END_TEST

START_TEST(all_placeholders_are_filled_in)
{
	const struct fix *fix;
	const char *text;
	size_t i, k;

	for (i = 0; (fix = fix_nth((enum cause_id)_i, i)) != NULL; i++) {
		text = render(fix->text, &plain, false);
		ck_assert_msg(strstr(text, "{d") == NULL &&
			strstr(text, "{s") == NULL &&
			strstr(text, "{c") == NULL, "%s", text);
		for (k = 0; fix->commands[k] != NULL; k++) {
			text = render(fix->commands[k], &plain, true);
			ck_assert_msg(strstr(text, "{d") == NULL &&
				strstr(text, "{u") == NULL, "%s", text);
		}
	}
	if (fix_meanwhile((enum cause_id)_i) != NULL)
		ck_assert_uint_gt(strlen(render(fix_meanwhile(
		    (enum cause_id)_i), &plain, false)), 10);
}
END_TEST

static const struct {
	const char *text, *value;
	bool command;
	const char *shown;
} fillings[] = {
	{ "at {domain}.", "dest.example", false, "at dest.example." },
	{ "at {domain}.", "", false, "at the recipient's domain." },
	{ "dig {domain}", "", true, "dig DOMAIN" },
	{ "dig {domain}", "dest.example", true, "dig dest.example" },
	{ "dig {domain}", "a;reboot", true, "dig 'a;reboot'" },
	{ "dig {domain}", "a'b", true, "dig 'a'\\''b'" },
	{ "dig {domain}", "$(reboot)", true, "dig '$(reboot)'" },
	{ "dig {domain}", "`reboot`", true, "dig '`reboot`'" },
	{ "dig {domain}", "-rf", true, "dig DOMAIN" },
	{ "dig {domain}", "a\nb", true, "dig 'a\\x0ab'" },
	{ "dig {domain}", "\x1b[31m", true, "dig '\\x1b[31m'" },
	{ "say {domain}", "\x1b[31m", false, "say \\x1b[31m" },
	{ "x 'a {domain}'", "b'c", true, "x 'a b'\\''c'" },
	{ "x \"a {domain}\"", "$HOME", true, "x \"a \"'$HOME'\"\"" },
	{ "x \"a {domain}\"", "q\"q", true, "x \"a \"'q\"q'\"\"" },
	{ "Get-X \"{domain}\"", "dest.example", true,
	    "Get-X \"dest.example\"" },
	{ "Get-X \"{domain}\"", "$(reboot)", true, "Get-X \"DOMAIN\"" },
	{ "Get-X \"{domain}\"", "o'brien", true, "Get-X \"o'brien\"" },
	{ "Get-X {domain}", "o'brien", true, "Get-X 'o''brien'" },
	{ "Get-X {domain}", "a;b", true, "Get-X 'a;b'" },
	{ "Get-X {domain}", "a\xe2\x80\x99;b", true, "Get-X DOMAIN" },
	{ "${a}{domain}{other}", "d", true, "${a}d{other}" },
};

START_TEST(values_are_made_safe)
{
	struct fix_values values = { .domain = fillings[_i].value };

	ck_assert_str_eq(render(fillings[_i].text, &values,
	    fillings[_i].command), fillings[_i].shown);
}
END_TEST

/* The check that a remedy ends with puts the question as it was put. */
START_TEST(the_check_asks_the_same_question)
{
	static const char text[] = "relaytrace check{route}{from} {recipient}";
	static const char login[] = "-s {server}:{login_port}{from}";
	struct fix_values v = { .recipient = "bob@dest.example",
		.server = "smtp.orig.example", .sender = "" };

	ck_assert_str_eq(render(text, &v, true),
	    "relaytrace check bob@dest.example");
	ck_assert_str_eq(render(login, &v, true), "-s smtp.orig.example:587");
	v.sender = "a'b@orig.example";
	v.login_port = 465;
	ck_assert_str_eq(render(login, &v, true),
	    "-s smtp.orig.example:465 -f 'a'\\''b@orig.example'");
	v.outgoing = "smtp.orig.example";
	ck_assert_str_eq(render(text, &v, true), "relaytrace check "
	    "-s smtp.orig.example -f 'a'\\''b@orig.example' bob@dest.example");
	v.outgoing_port = 2525;
	v.user = "al";
	v.sender = "-x";
	ck_assert_str_eq(render(text, &v, true), "relaytrace check "
	    "-s smtp.orig.example:2525 -u al bob@dest.example");
}
END_TEST

START_TEST(the_senders_domain_comes_from_the_sender)
{
	struct fix_values values = { .sender = "alice@orig.example" };

	ck_assert_str_eq(render("{sender_domain}:{port}", &values, true),
	    "orig.example:PORT");
	values.sender = "";
	ck_assert_str_eq(render("{sender_domain}", &values, false),
	    "the sender's domain");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("fix");
	TCase *tcase = tcase_create("fix");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, every_cause_has_a_general_fix, 0,
	    CAUSE_COUNT);
	tcase_add_loop_test(tcase, no_command_is_meant_for_another_product, 0,
	    CAUSE_COUNT);
	tcase_add_loop_test(tcase, the_row_found_is_the_products_own, 0,
	    CAUSE_COUNT);
	tcase_add_loop_test(tcase, the_book_knows_the_products_of_the_field, 0,
	    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_loop_test(tcase, no_product_stands_twice, 0, CAUSE_COUNT);
	tcase_add_loop_test(tcase, all_placeholders_are_filled_in, 0,
	    CAUSE_COUNT);
	tcase_add_loop_test(tcase, values_are_made_safe, 0,
	    (int)(sizeof(fillings) / sizeof(fillings[0])));
	tcase_add_test(tcase, the_check_asks_the_same_question);
	tcase_add_test(tcase, the_senders_domain_comes_from_the_sender);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	buf_clear(&out);
	return failed == 0 ? 0 : 1;
}
