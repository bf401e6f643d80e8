#include "core/address.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct address
parsed(const char *text)
{
	struct address a;
	struct err err = { 0 };

	ck_assert_msg(address_parse(text, false, &a, &err), "%s: %s", text,
	    err.text);
	return a;
}

static void
refused(const char *text, const char *why)
{
	struct address a = { .text = "untouched" };
	struct err err = { 0 };

	ck_assert_msg(!address_parse(text, false, &a, &err), "%s", text);
	ck_assert_int_eq(err.kind, ERR_INPUT);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s: %s", text, err.text);
	ck_assert_str_eq(a.text, "untouched");
}

static const struct {
	const char *text, *local, *domain;
} good[] = {
	{ "bob@dest.example", "bob", "dest.example" },
	{ "Bob.Smith+tag@Dest.EXAMPLE", "Bob.Smith+tag", "dest.example" },
	{ "!#$&'*+-/=?^_`{|}~@x.example", "!#$&'*+-/=?^_`{|}~", "x.example" },
	{ "a@b", "a", "b" },
	{ "1@2.example", "1", "2.example" },
	{ "a@r3---sn.example", "a", "r3---sn.example" },
	{ "\"john doe\"@x.example", "\"john doe\"", "x.example" },
	{ "\"a\\\"b\"@x.example", "\"a\\\"b\"", "x.example" },
	{ "\"\"@x.example", "\"\"", "x.example" },
	{ "\"a@b\"@x.example", "\"a@b\"", "x.example" },
	{ "a@[192.0.2.1]", "a", "[192.0.2.1]" },
	{ "a@[IPv6:2001:db8::1]", "a", "[IPv6:2001:db8::1]" },
	{ "a@[ipv6:::1]", "a", "[ipv6:::1]" },
	{ "user%host@x.example", "user%host", "x.example" },
	{ "host!user@x.example", "host!user", "x.example" },
	{ "host!user", "host!user", "" },
	{ "a@b@x.example", "a@b", "x.example" },
	{ "@a.example,@b.example:c@x.example", "c", "x.example" },
	/* As people paste them. */
	{ "  bob@dest.example\r\n", "bob", "dest.example" },
	{ "<bob@dest.example>", "bob", "dest.example" },
	{ "< bob@dest.example >", "bob", "dest.example" },
	{ "Bob <bob@dest.example>", "bob", "dest.example" },
	{ "\"Smith, Bob <x>\" <bob@dest.example> ", "bob", "dest.example" },
	{ "mailto:bob@dest.example", "bob", "dest.example" },
	{ "MAILTO:bob%40dest.example?subject=a@b", "bob", "dest.example" },
	{ "\xe2\x80\xaa" "bob@dest.example\xe2\x80\xac", "bob",
	    "dest.example" },
	{ "\xc2\xa0" "bob@dest.example\xef\xbb\xbf", "bob", "dest.example" },
	/* International names: UTS 46, NFC, non-transitional. */
	{ "bob@B\xc3\xbc" "cher.example", "bob", "xn--bcher-kva.example" },
	{ "bob@Bu\xcc\x88" "cher.example", "bob", "xn--bcher-kva.example" },
	{ "bob@stra\xc3\x9f" "e.example", "bob", "xn--strae-oqa.example" },
	{ "bob@XN--BCHER-KVA.example", "bob", "xn--bcher-kva.example" },
	{ "bob@b\xc3\xbc" "cher\xe3\x80\x82" "example", "bob",
	    "xn--bcher-kva.example" },
	{ "bob@xn--0.example", "bob", "xn--0.example" },
};

START_TEST(good_addresses_come_apart)
{
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		struct address a = parsed(good[i].text);
		char whole[ADDRESS_MAX * 2];

		ck_assert_str_eq(a.local, good[i].local);
		ck_assert_str_eq(a.domain, good[i].domain);
		snprintf(whole, sizeof(whole), "%s@%s", a.local, a.domain);
		if (!a.source_route && a.domain[0] != '\0')
			ck_assert_str_eq(a.mailbox, whole);
		ck_assert(!a.null);
	}
}
END_TEST

START_TEST(bad_addresses_are_told_what_is_wrong)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "", "no address" },
		{ "   ", "no address" },
		{ "<>", "no address" },
		{ "bob", "no @" },
		{ "bob.dest.example", "no @" },
		{ "!user", "no @" },
		{ "host!", "no @" },
		{ "@dest.example", "nothing before the @" },
		{ "@", "an @ alone" },
		{ "bob@", "the domain is missing" },
		{ "bob@@dest.example", "an @ too many" },
		{ "a@@b@c.example", "an @ too many" },
		{ "bob@dest,example", "a comma in the domain" },
		{ "bo,b@dest.example", "a comma in the part before the @" },
		{ "bob@dest .example", "a blank in the domain" },
		{ "bob @dest.example", "a blank in the part before the @" },
		{ "bob\xc2\xa0" "x@dest.example", "a blank in the part" },
		{ "bob@dest.example.", "a dot at the domain's end" },
		{ "bob@.dest.example", "a dot too many" },
		{ "bob@dest..example", "a dot too many" },
		{ "bob@.", "a dot at the domain's end" },
		{ ".bob@dest.example", "a dot too many in the part" },
		{ "bob.@dest.example", "a dot too many in the part" },
		{ "b..b@dest.example", "a dot too many in the part" },
		{ "bob@dest_x.example", "an underscore in the domain" },
		{ "bob@-dest.example", "hyphen" },
		{ "bob@dest-.example", "hyphen" },
		{ "bob@dest.example;", "a \";\" in the domain" },
		{ "bob@de/st.example", "a \"/\" in the domain" },
		{ "b(o)b@dest.example", "a \"(\" in the part before" },
		{ "b\\ob@dest.example", "a \"\\\" in the part before" },
		{ "b\"o\"b@dest.example", "a \"\"\" in the part before" },
		{ "\"bob@dest.example", "not closed" },
		{ "\"bob\\\"@dest.example", "not closed" },
		{ "\"b\"ob\"@dest.example", "inside the quoted part" },
		{ "\"bob\"x@dest.example", "quotation mark" },
		{ "bob@192.0.2.1", "is written [192.0.2.1]" },
		{ "bob@2001:db8::1", "domain" },
		{ "bob@dest.123", "ends in a number" },
		{ "bob@[192.0.2.1", "without ]" },
		{ "bob@[192.0.2]", "no IP address" },
		{ "bob@[]", "no IP address" },
		{ "bob@[", "without ]" },
		{ "bob@[2001:db8::1]", "needs \"IPv6:\"" },
		{ "bob@[IPv6:192.0.2.1]", "no IPv6 address" },
		{ "bob@[IPv6:fe80::1%lo]", "no IP address" },
		{ "bob@[IPv6:[::1]]", "no IP address" },
		{ "bob@[tag:x]", "no IP address" },
		{ "bob@x\x1b[31m.example", "U+001B" },
		{ "bo\x07" "b@x.example", "U+0007" },
		{ "bob@x.example\nRCPT TO:<eve@x.example>",
		    "a control character before the <" },
		{ "bob@x.example\r\nDATA", "U+000D" },
		{ "\"bo\nb\"@x.example", "U+000A" },
		{ "bo\xe2\x80\x8b" "b@x.example", "U+200B" },
		{ "bob@d\xe2\x80\xae" "est.example", "U+202E" },
		{ "bo\xff@x.example", "not UTF-8" },
		{ "bob@x\xff.example", "not UTF-8" },
		{ "bob@\xf0\x9f\x98\x80\xe2\x98\x83\xf0\x9f.example",
		    "not UTF-8" },
		{ "bob@b\xc3\xbc" "cher_x.example", "an underscore" },
		{ "<bob@x.example", "a < without >" },
		{ "bob@x.example>", "a > without <" },
		{ "<a@x.example>, <b@x.example>", "more than one address" },
		{ "a@x.example, b@x.example", "more than one address" },
		{ "a@x.example;b@x.example", "more than one address" },
		{ "<a@x.example> (work)", "something behind the >" },
		{ "@a.example", "nothing before the @" },
		{ "@a.example,b:c@x.example", "a host without @" },
		{ "@a..b:c@x.example", "a dot too many" },
		{ "@:c@x.example", "the domain is missing" },
		{ "@a.example:", "no @" },
		{ "@a.example:@x.example", "nothing before the @" },
	};
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		refused(bad[i].text, bad[i].why);
}
END_TEST

static const char *
repeated(char *out, char c, size_t n)
{
	memset(out, c, n);
	out[n] = '\0';
	return out;
}

START_TEST(lengths_are_those_of_the_rfc)
{
	char local[80], label[80], text[5000], domain[400];
	struct address a;

	snprintf(text, sizeof(text), "%s@x.example", repeated(local, 'a', 64));
	a = parsed(text);
	ck_assert_uint_eq(strlen(a.local), 64);
	snprintf(text, sizeof(text), "%s@x.example", repeated(local, 'a', 65));
	refused(text, "65 bytes long, 64");

	repeated(label, 'b', 63);
	snprintf(text, sizeof(text), "a@%s.example", label);
	parsed(text);
	snprintf(text, sizeof(text), "a@%sb.example", label);
	refused(text, "64 bytes long, 63");

	/* 253 bytes of domain make 255 of address: one too many. */
	snprintf(domain, sizeof(domain), "%s.%s.%s.%.61s", label, label,
	    label, label);
	ck_assert_uint_eq(strlen(domain), 253);
	snprintf(text, sizeof(text), "a@%s", domain);
	refused(text, "255 bytes long, 254");
	snprintf(text, sizeof(text), "a@%s", domain + 1);
	a = parsed(text);
	ck_assert_uint_eq(strlen(a.mailbox), 254);
	snprintf(text, sizeof(text), "a@b%s", domain);
	refused(text, "bytes long");
	refused(repeated(text, 'a', 600), "600 bytes");
	refused(repeated(text, 'a', 4999), "4999 bytes");
	repeated(text, '@', 500);
	refused(text, "");
}
END_TEST

START_TEST(the_null_sender)
{
	static const char *const texts[] = { "", "<>", "  < > ", "Bounce <>" };
	struct address a;
	struct err err;
	size_t i;

	for (i = 0; i < COUNT(texts); i++) {
		ck_assert(address_parse(texts[i], true, &a, &err));
		ck_assert(a.null);
		ck_assert_str_eq(a.mailbox, "");
		ck_assert_str_eq(a.domain, "");
	}
	ck_assert(address_parse("a@b.example", true, &a, &err));
	ck_assert(!a.null);
}
END_TEST

START_TEST(odd_forms_are_marked_and_undone)
{
	static const struct {
		const char *text;
		bool percent, bang, route, two, quoted;
		const char *plain; /* NULL: there is none */
	} odd[] = {
		{ "bob@x.example", 0, 0, 0, 0, 0, NULL },
		{ "a%b@c", 1, 0, 0, 0, 0, "a@b" },
		{ "a%b%c@d", 1, 0, 0, 0, 0, "a@b" },
		{ "b!a@d", 0, 1, 0, 0, 0, "a@b" },
		{ "c!b!a@d", 0, 1, 0, 0, 0, "a@b" },
		{ "b.example!a", 0, 1, 0, 0, 0, "a@b.example" },
		{ "a@b@c", 0, 0, 0, 1, 0, "a@b" },
		{ "a@b@c@d", 0, 0, 0, 1, 0, "a@b" },
		{ "@x:y@z", 0, 0, 1, 0, 0, "y@z" },
		{ "@x,@w:y@z", 0, 0, 1, 0, 0, "y@z" },
		{ "@x:a%b@z", 1, 0, 1, 0, 0, "a@b" },
		{ "\"a@b\"@c", 0, 0, 0, 1, 1, "a@b" },
		{ "\"a%b\"@c", 1, 0, 0, 0, 1, "a@b" },
		{ "\"a b\"@c", 0, 0, 0, 0, 1, NULL },
		{ "a%@c", 0, 0, 0, 0, 0, NULL },
		{ "%a@c", 0, 0, 0, 0, 0, NULL },
		{ "a%b_@c", 1, 0, 0, 0, 0, NULL }, /* no host behind % */
		{ "\"a@b@c\"@d", 0, 0, 0, 1, 1, "a@b" },
	};
	char plain[ADDRESS_MAX];
	size_t i;

	for (i = 0; i < COUNT(odd); i++) {
		struct address a = parsed(odd[i].text);
		bool any = odd[i].percent || odd[i].bang || odd[i].route ||
		    odd[i].two || odd[i].quoted;

		ck_assert_msg(a.percent == odd[i].percent, "%s", a.text);
		ck_assert_msg(a.bang == odd[i].bang, "%s", a.text);
		ck_assert_msg(a.source_route == odd[i].route, "%s", a.text);
		ck_assert_msg(a.double_at == odd[i].two, "%s", a.text);
		ck_assert_msg(a.quoted == odd[i].quoted, "%s", a.text);
		ck_assert_int_eq(address_is_odd(&a), any);
		ck_assert_msg(address_plain(&a, plain, sizeof(plain)) ==
			(odd[i].plain != NULL), "%s", a.text);
		if (odd[i].plain != NULL)
			ck_assert_str_eq(plain, odd[i].plain);
		ck_assert(!address_plain(&a, plain, 1));
	}
	ck_assert_str_eq(parsed("@X,@w:y@Z.Example").mailbox,
	    "@X,@w:y@z.example");
}
END_TEST

START_TEST(international_addresses)
{
	struct address a = parsed("b\xc3\xb6" "b@b\xc3\xbc" "cher.example");

	ck_assert(a.utf8);
	ck_assert_str_eq(a.domain_u, "b\xc3\xbc" "cher.example");
	ck_assert_str_eq(a.mailbox, "b\xc3\xb6" "b@xn--bcher-kva.example");
	ck_assert(!a.mixed_script);

	a = parsed("bob@xn--bcher-kva.example");
	ck_assert(!a.utf8);
	ck_assert_str_eq(a.domain_u, "b\xc3\xbc" "cher.example");

	a = parsed("bob@dest.example");
	ck_assert_str_eq(a.domain_u, "dest.example");
	/* A label that does not decode stays as it is. */
	a = parsed("bob@xn--0.example");
	ck_assert_str_eq(a.domain_u, "xn--0.example");
}
END_TEST

START_TEST(mixed_scripts_are_noted)
{
	/* Latin p, Cyrillic a. */
	ck_assert(parsed("a@p\xd0\xb0ypal.example").mixed_script);
	/* Greek omicron in Latin. */
	ck_assert(parsed("a@g\xce\xbfogle.example").mixed_script);
	/* One script a label, several a name. */
	ck_assert(!parsed("a@\xd0\xbf\xd0\xbe\xd1\x87\xd1\x82\xd0\xb0"
			  ".example").mixed_script);
	/* Latin among kana and Han is how Japanese is written. */
	ck_assert(!parsed("a@web\xe3\x82\xb5\xe3\x82\xa4\xe3\x83\x88"
			  ".example").mixed_script);
}
END_TEST

START_TEST(slips_are_corrected)
{
	static const struct {
		const char *text, *meant;
	} slips[] = {
		{ "bob@dest,example", "bob@dest.example" },
		{ "bob@dest.example.", "bob@dest.example" },
		{ "bob@dest..example", "bob@dest.example" },
		{ "bob@.dest.example", "bob@dest.example" },
		{ "bob @ dest.example", "bob@dest.example" },
		{ "bob@dest. example", "bob@dest.example" },
		{ "bob@@dest.example", "bob@dest.example" },
		{ "bob.@dest.example", "bob@dest.example" },
		{ "bob@dest.example,", "bob@dest.example" },
		{ "<bob@dest.example", "bob@dest.example" },
		{ "'bob@dest.example'", "bob@dest.example" },
		{ "bob(at)dest(dot)example", "bob@dest.example" },
		{ "bob at dest dot example", "bob@dest.example" },
		{ "bob@www.dest.example", "bob@dest.example" },
		{ "bob@gmial.com", "bob@gmail.com" },
		{ "Bob <bob@gmial.com>", "bob@gmail.com" },
		{ "bob@GMAIL.CON", "bob@gmail.com" },
		{ "bob@gmail.co", "bob@gmail.com" },
		{ "bob@gmail", "bob@gmail.com" },
		{ "bob@gmailcom", "bob@gmail.com" },
		{ "bob@hotmial.co.uk", "bob@hotmail.co.uk" },
		{ "bob@dest.con", "bob@dest.com" },
		{ "bob@dest.ogr", "bob@dest.org" },
		{ "bob@192.0.2.1", "bob@[192.0.2.1]" },
		{ "bob@2001:db8::1", "bob@[IPv6:2001:db8::1]" },
	};
	static const char *const fine[] = { "bob@dest.example",
		"bob@gmail.com", "bob@yahoo.co.uk", "bob@mail.com",
		"bob@ymail.com", "bob@dest.co", "bob@example", "bob",
		"bob@", "@", "", "Bob <bob@dest.example>", "\x1b@\x1b",
		"a%b@c.example", "bob@[192.0.2.1]" };
	char out[ADDRESS_MAX];
	size_t i;

	for (i = 0; i < COUNT(slips); i++) {
		ck_assert_msg(address_suggest(slips[i].text, out, sizeof(out)),
		    "%s", slips[i].text);
		ck_assert_str_eq(out, slips[i].meant);
	}
	for (i = 0; i < COUNT(fine); i++)
		ck_assert_msg(!address_suggest(fine[i], out, sizeof(out)),
		    "%s: %s", fine[i], out);
	ck_assert(!address_suggest("bob@gmial.com", out, 5));
}
END_TEST

START_TEST(host_names_alone)
{
	char out[256];
	struct err err;

	ck_assert(address_domain("MX.Dest.Example.", out, sizeof(out), &err));
	ck_assert_str_eq(out, "mx.dest.example");
	ck_assert(address_domain("b\xc3\xbc" "cher.example", out, sizeof(out),
	    &err));
	ck_assert_str_eq(out, "xn--bcher-kva.example");
	ck_assert(!address_domain("", out, sizeof(out), &err));
	ck_assert(!address_domain(".", out, sizeof(out), &err));
	ck_assert(!address_domain("a b", out, sizeof(out), &err));
	ck_assert(!address_domain("mx.dest.example", out, 15, &err));
	ck_assert(address_domain("mx.dest.example", out, 16, &err));
}
END_TEST

/* Every byte in every place, and every cut: no crash, and what is accepted
 * holds nothing that could end an SMTP command. */
START_TEST(nothing_accepted_can_break_a_command)
{
	static const char *const seeds[] = { "\"a\\b\"@c.example",
		"@a,@b:c@d.example", "Bob <b\xc3\xb6" "b@\xc3\xbc.example>",
		"mailto:a%40b?c", "a%b!c@[IPv6:::1]" };
	size_t i, at;
	int byte;

	for (i = 0; i < COUNT(seeds); i++) {
		for (at = 0; at <= strlen(seeds[i]); at++) {
			for (byte = 0; byte < 256; byte++) {
				char text[128], out[ADDRESS_MAX];
				struct address a;
				struct err err;

				snprintf(text, sizeof(text), "%s", seeds[i]);
				text[at] = (char)byte;
				address_suggest(text, out, sizeof(out));
				if (!address_parse(text, true, &a, &err))
					continue;
				ck_assert_uint_eq(strcspn(a.mailbox, "\r\n\t"),
				    strlen(a.mailbox));
				ck_assert_uint_le(strlen(a.mailbox), 254);
				address_plain(&a, out, sizeof(out));
			}
		}
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.address");
	TCase *t = tcase_create("address");
	SRunner *r;
	int failed;

	tcase_add_test(t, good_addresses_come_apart);
	tcase_add_test(t, bad_addresses_are_told_what_is_wrong);
	tcase_add_test(t, lengths_are_those_of_the_rfc);
	tcase_add_test(t, the_null_sender);
	tcase_add_test(t, odd_forms_are_marked_and_undone);
	tcase_add_test(t, international_addresses);
	tcase_add_test(t, mixed_scripts_are_noted);
	tcase_add_test(t, slips_are_corrected);
	tcase_add_test(t, host_names_alone);
	tcase_add_test(t, nothing_accepted_can_break_a_command);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
