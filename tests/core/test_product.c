#include "core/product.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/phrases.h"
#include "net/smtp_ehlo.h"

/* EHLO keywords from a list as ORDER rows have it. */
static void
make_ehlo(const char *list, bool all, struct smtp_ehlo *ehlo)
{
	bool must;
	size_t n;

	memset(ehlo, 0, sizeof(*ehlo));
	while (*list != '\0') {
		must = *list == '+';
		list += must;
		n = strcspn(list, " ");
		if (all || must)
			snprintf(ehlo->keywords[ehlo->keyword_count++],
			    EHLO_KEYWORD_LEN, "%.*s", (int)n, list);
		list += n + (list[n] == ' ');
	}
}

static void
show(struct product *product, const struct product_sign *sign, bool all)
{
	struct smtp_ehlo ehlo;

	if (sign->order) {
		make_ehlo(sign->example, all, &ehlo);
		product_see_ehlo(product, "mx1.dest.example", &ehlo, 3);
	} else if (sign->where == CLUE_BANNER) {
		product_see_banner(product, sign->example, 1);
	} else if (sign->where == CLUE_EHLO) {
		product_see_ehlo(product, sign->example, NULL, 3);
	} else if (sign->where == CLUE_REPLY) {
		product_see_reply(product, sign->example, 5);
	} else {
		product_see_mx(product, sign->example);
	}
}

static bool
names(const struct product *product, const char *name)
{
	size_t i;

	for (i = 0; i < product->clue_count; i++)
		if (strcmp(product->clues[i].product, name) == 0)
			return true;
	return false;
}

START_TEST(every_fingerprint_fits_its_example)
{
	struct product_sign sign = product_sign_at((size_t)_i);
	struct product product;
	int all;

	ck_assert_msg(product_known(sign.product), "%s", sign.product);
	for (all = 0; all < 2; all++) {
		product_init(&product);
		show(&product, &sign, all != 0);
		ck_assert_msg(names(&product, sign.product),
		    "%s: \"%s\" does not fit \"%s\"", sign.product,
		    sign.pattern, sign.example);
	}
}
END_TEST

/*
 * No example speaks more for another product than for its own, and none
 * that is strong is taken for two products.
 */
START_TEST(no_fingerprint_fits_a_stranger)
{
	struct product_sign sign = product_sign_at((size_t)_i);
	struct product product;
	size_t i, own = 0, best = 0;

	product_init(&product);
	show(&product, &sign, true);
	for (i = 0; i < product.clue_count; i++) {
		if ((size_t)product.clues[i].weight > best)
			best = (size_t)product.clues[i].weight;
		if (product_is(sign.product, product.clues[i].product) &&
		    (size_t)product.clues[i].weight > own)
			own = (size_t)product.clues[i].weight;
	}
	product_conclude(&product);
	ck_assert_msg(own == best || product_is(product.name, sign.product),
	    "%s: \"%s\" is taken for %s", sign.product, sign.example,
	    product.name);
	ck_assert_msg(!product.conflict, "\"%s\": %s and %s", sign.example,
	    product.name, product.other);
}
END_TEST

START_TEST(every_phrase_names_a_known_product)
{
	const char *name = phrase_product(phrases_row((size_t)_i));

	ck_assert_msg(name[0] == '\0' || product_known(name), "%s", name);
}
END_TEST

static const struct {
	const char *banner, *name, *version;
} banners[] = {
	{ "220 mx1.dest.example ESMTP Exim 4.94.2 Thu, 01 Jan 2026", "Exim",
	    "4.94.2" },
	{ "220 mx1.dest.example ESMTP Sendmail 8.17.1/8.17.1; Thu, 1 Jan",
	    "Sendmail", "8.17.1" },
	{ "220 mx1.dest.example ESMTP Postfix", "Postfix", "" },
	{ "220 mx1.dest.example ESMTP OpenSMTPD", "OpenSMTPD", "" },
	{ "220 mx1.dest.example ESMTP Service (HCL Domino Release 12.0.2HF1) "
	  "ready",
	    "HCL Domino", "12.0.2HF1" },
	{ "220 x (PowerMTA(TM) v5.0r7) ESMTP service ready", "PowerMTA",
	    "v5.0r7" },
	{ "220 mx1.dest.example ESMTP Exim \x1b[31m", "Exim", "" },
	{ "220 hello", "", "" },
	{ "", "", "" },
};

START_TEST(the_version_stands_in_the_greeting)
{
	struct product product;

	product_init(&product);
	product_see_banner(&product, banners[_i].banner, 1);
	product_conclude(&product);
	ck_assert_str_eq(product.name, banners[_i].name);
	ck_assert_str_eq(product.version, banners[_i].version);
}
END_TEST

START_TEST(clues_of_a_base_and_its_product_agree)
{
	struct product product;

	product_init(&product);
	product_see_banner(&product,
	    "220-server.hosting.example ESMTP Exim "
	    "4.96.2 #2 Thu, 01 Jan 2026 10:00:00 +0000\r\n220-We do not "
	    "authorize the use of this system to transport unsolicited,\r\n"
	    "220 and/or bulk e-mail.",
	    1);
	product_see_ehlo(&product,
	    "250-server.hosting.example Hello "
	    "client.orig.example [203.0.113.25]",
	    NULL, 4);
	product_conclude(&product);
	ck_assert_str_eq(product.name, "cPanel");
	ck_assert_str_eq(product.version, "4.96.2");
	ck_assert(!product.conflict);
	product_see_mx(&product, "MX1-hosting.jellyfish.systems.");
	product_conclude(&product);
	ck_assert_str_eq(product.name, "Namecheap");
	ck_assert_str_eq(product.service, "Namecheap hosting");
	ck_assert(!product.conflict);
}
END_TEST

/* A Postfix greeting and Sendmail's words: somebody is in between. */
START_TEST(a_contradiction_is_told)
{
	struct product product;

	product_init(&product);
	product_see_banner(&product, "220 mx1.dest.example ESMTP Postfix", 1);
	product_see_reply(&product,
	    "550 5.7.1 <bob@dest.example>... Relaying denied", 9);
	product_conclude(&product);
	ck_assert(product.conflict);
	ck_assert_str_ne(product.name, product.other);
	ck_assert_int_eq(product.clues[0].line, 1);
}
END_TEST

START_TEST(what_is_in_between_is_not_the_product)
{
	struct smtp_ehlo ehlo;
	struct product product;

	make_ehlo("PIPELINING SIZE", true, &ehlo);
	ehlo.masked = true;
	product_init(&product);
	product_see_banner(&product, "220 ****************0*2******", 1);
	product_see_ehlo(&product,
	    "mx1.dest.example Hello client.orig.example "
	    "[203.0.113.25], pleased to meet you",
	    &ehlo, 3);
	product_conclude(&product);
	ck_assert_str_eq(product.between, "Cisco ASA");
	ck_assert_str_eq(product.name, "Sendmail");
	ck_assert(!product.conflict);
}
END_TEST

static const struct {
	const char *keywords, *name;
} orders[] = {
	{ "PIPELINING SIZE VRFY ETRN STARTTLS ENHANCEDSTATUSCODES 8BITMIME DSN "
	  "SMTPUTF8 CHUNKING",
	    "Postfix" },
	{ "SIZE 8BITMIME PIPELINING PIPECONNECT CHUNKING STARTTLS HELP",
	    "Exim" },
	{ "ENHANCEDSTATUSCODES PIPELINING 8BITMIME SIZE DSN ETRN AUTH "
	  "DELIVERBY HELP",
	    "Sendmail" },
	{ "8BITMIME ENHANCEDSTATUSCODES SIZE DSN STARTTLS HELP", "OpenSMTPD" },
	{ "PIPELINING 8BITMIME", "qmail" },
	{ "8BITMIME PIPELINING SIZE VRFY", "" },
	{ "PIPELINING SIZE XYZZY ENHANCEDSTATUSCODES 8BITMIME DSN", "" },
	{ "", "" },
};

START_TEST(keyword_order_tells_the_product)
{
	struct smtp_ehlo ehlo;
	struct product product;

	make_ehlo(orders[_i].keywords, true, &ehlo);
	product_init(&product);
	product_see_ehlo(&product, "mx1.dest.example", &ehlo, 3);
	product_conclude(&product);
	ck_assert_str_eq(product.name, orders[_i].name);
}
END_TEST

static const struct {
	const char *host, *service;
} services[] = {
	{ "dest-example.mail.protection.outlook.com", "Microsoft 365" },
	{ "ASPMX.L.GOOGLE.COM.", "Google Workspace" },
	{ "mxa-1.gslb.pphosted.com", "Proofpoint Enterprise" },
	{ "mx1.dest.example", "" },
	{ "mail.protection.outlook.com.dest.example", "" },
	{ "", "" },
};

START_TEST(the_service_behind_an_mx_name)
{
	ck_assert_str_eq(product_service_of(services[_i].host),
	    services[_i].service);
}
END_TEST

START_TEST(more_clues_than_fit_keep_the_strong_ones)
{
	struct product product;
	int i;

	product_init(&product);
	for (i = 0; i < 40; i++)
		product_see_reply(&product, "250 OK", i);
	product_see_reply(&product, "503 Valid RCPT command must precede DATA",
	    41);
	product_conclude(&product);
	ck_assert_uint_eq(product.clue_count, PRODUCT_CLUES);
	ck_assert_str_eq(product.name, "Exim");
	ck_assert_int_eq(product.clues[0].line, 41);
}
END_TEST

#define LOOP(test, table)                                                      \
	tcase_add_loop_test(t, test, 0,                                        \
	    (int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *s = suite_create("core.product");
	TCase *t = tcase_create("product");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, every_fingerprint_fits_its_example, 0,
	    (int)product_sign_count());
	tcase_add_loop_test(t, no_fingerprint_fits_a_stranger, 0,
	    (int)product_sign_count());
	tcase_add_loop_test(t, every_phrase_names_a_known_product, 0,
	    (int)phrases_count());
	LOOP(the_version_stands_in_the_greeting, banners);
	tcase_add_test(t, clues_of_a_base_and_its_product_agree);
	tcase_add_test(t, a_contradiction_is_told);
	tcase_add_test(t, what_is_in_between_is_not_the_product);
	LOOP(keyword_order_tells_the_product, orders);
	LOOP(the_service_behind_an_mx_name, services);
	tcase_add_test(t, more_clues_than_fit_keep_the_strong_ones);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
