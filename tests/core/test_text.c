#include "core/text.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "net/buf.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *bytes;
	size_t n;
	const char *visible, *utf8;
} cases[] = {
#define CASE(bytes, visible, utf8) { bytes, sizeof(bytes) - 1, visible, utf8 }
#define BAD "\xef\xbf\xbd"
	CASE("", "", ""),
	CASE("250 Ok", "250 Ok", "250 Ok"),
	CASE("a\tb", "a b", "a\tb"),
	CASE("a\r\nb", "a\\x0d\\x0ab", "a\r\nb"),
	CASE("\x1b[2J\x07\x7f", "\\x1b[2J\\x07\\x7f", "\x1b[2J\x07\x7f"),
	CASE("nul\0nul", "nul\\x00nul", "nul" BAD "nul"),
	CASE("b\xc3\xbc" "cher \xe2\x82\xac \xf0\x9f\x93\xa7",
	    "b\xc3\xbc" "cher \xe2\x82\xac \xf0\x9f\x93\xa7",
	    "b\xc3\xbc" "cher \xe2\x82\xac \xf0\x9f\x93\xa7"),
	/* Latin-1, lone bytes, cut sequences. */
	CASE("b\xfc" "cher", "b\\xfccher", "b" BAD "cher"),
	CASE("\x80\xbf", "\\x80\\xbf", BAD BAD),
	CASE("\xe2\x82", "\\xe2\\x82", BAD BAD),
	CASE("\xe2\x82x", "\\xe2\\x82x", BAD BAD "x"),
	/* Overlong, surrogates, beyond U+10FFFF (RFC 3629 3 and 10). */
	CASE("\xc0\xaf", "\\xc0\\xaf", BAD BAD),
	CASE("\xe0\x80\xaf", "\\xe0\\x80\\xaf", BAD BAD BAD),
	CASE("\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf", BAD BAD BAD BAD),
	CASE("\xed\xa0\x80", "\\xed\\xa0\\x80", BAD BAD BAD),
	CASE("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", BAD BAD BAD BAD),
	CASE("\xff", "\\xff", BAD),
	/* C1 controls: U+009B is CSI to some terminals. */
	CASE("\xc2\x9b" "2J", "\\u009b2J", "\xc2\x9b" "2J"),
	/* Right-to-left override, zero width, BOM, tags. */
	CASE("\xe2\x80\xae", "\\u202e", "\xe2\x80\xae"),
	CASE("\xe2\x81\xa6", "\\u2066", "\xe2\x81\xa6"),
	CASE("\xe2\x80\x8b", "\\u200b", "\xe2\x80\x8b"),
	CASE("\xef\xbb\xbf", "\\ufeff", "\xef\xbb\xbf"),
	CASE("\xf3\xa0\x81\x81", "\\ue0041", "\xf3\xa0\x81\x81"),
	CASE("\xc2\xad", "\\u00ad", "\xc2\xad"),
	CASE("\xe3\x85\xa4", "\\u3164", "\xe3\x85\xa4"),
#undef CASE
};

START_TEST(text_is_made_visible)
{
	struct buf out;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		buf_init(&out, 1000);
		text_visible(cases[i].bytes, cases[i].n, false, &out);
		ck_assert_str_eq(buf_str(&out), cases[i].visible);
		buf_clear(&out);
		buf_init(&out, 1000);
		text_utf8(cases[i].bytes, cases[i].n, &out);
		ck_assert_str_eq(buf_str(&out), cases[i].utf8);
		ck_assert(text_is_utf8(out.bytes != NULL ? out.bytes : "",
		    out.len));
		buf_clear(&out);
	}
}
END_TEST

START_TEST(lines_are_kept_on_demand)
{
	struct buf out;

	buf_init(&out, 100);
	text_visible("a\r\nb\n", 5, true, &out);
	ck_assert_str_eq(buf_str(&out), "a\\x0d\nb\n");
	buf_clear(&out);
}
END_TEST

/* Whatever the room, what comes out is whole characters. */
START_TEST(nothing_is_cut_in_half)
{
	char out[64];
	size_t size;

	for (size = 1; size < sizeof(out); size++) {
		text_visible_str("a\xe2\x82\xac\x1b\xff\xf0\x9f\x93\xa7z",
		    out, size);
		ck_assert_uint_lt(strlen(out), size);
		ck_assert(text_is_utf8(out, strlen(out)));
		ck_assert_uint_ne(out[0] != '\0' ? out[strlen(out) - 1] : 'a',
		    '\\');
	}
	ck_assert_str_eq(out, "a\xe2\x82\xac\\x1b\\xff\xf0\x9f\x93\xa7z");
}
END_TEST

START_TEST(every_pair_of_bytes_decodes_to_something)
{
	int a, b;

	for (a = 0; a < 256; a++) {
		for (b = 0; b < 256; b++) {
			const char s[2] = { (char)a, (char)b };
			long cp;
			size_t used = text_decode(s, 2, &cp);

			ck_assert(used == 1 || used == 2);
			ck_assert(cp >= -1 && cp < 0x800);
			ck_assert(used == 1 || cp >= 0x80);
		}
	}
}
END_TEST

START_TEST(ascii_helpers)
{
	char s[] = " \t Mixed \xc3\x9c \r\n";
	char blank[] = " \n";
	const char *hay = "550 Relaying DENIED";

	ck_assert(text_ieq("StartTLS", "STARTTLS"));
	ck_assert(!text_ieq("StartTLS", "STARTTL"));
	ck_assert(!text_ieq("\xc3\x9c", "\xc3\xbc"));
	ck_assert(text_istarts("ipv6:::1", "IPv6:"));
	ck_assert(!text_istarts("ip", "IPv6:"));
	ck_assert_ptr_eq(text_ifind(hay, "relaying denied"), hay + 4);
	ck_assert_ptr_null(text_ifind(hay, "denied."));
	ck_assert_ptr_eq(text_ifind(hay, ""), hay);
	ck_assert_ptr_nonnull(text_ifind("", ""));
	ck_assert_str_eq(text_trim(s), "Mixed \xc3\x9c");
	ck_assert_str_eq(text_trim(blank), "");
	text_lower(s);
	ck_assert_str_eq(text_trim(s), "mixed \xc3\x9c");
}
END_TEST

START_TEST(hidden_is_told_from_shown)
{
	static const long hidden[] = { 0x80, 0x9f, 0xad, 0x200b, 0x200f,
		0x2028, 0x202e, 0x2060, 0xfeff, 0xfffe, 0x1ffff, 0xe0001 };
	static const long shown[] = { 'a', ' ', 0xa0, 0xa9, 0x2010, 0x2027,
		0x202f, 0x20ac, 0xfffd, 0x1f4e7 };
	size_t i;

	for (i = 0; i < COUNT(hidden); i++)
		ck_assert_msg(text_is_hidden(hidden[i]), "%lx", hidden[i]);
	for (i = 0; i < COUNT(shown); i++)
		ck_assert_msg(!text_is_hidden(shown[i]), "%lx", shown[i]);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.text");
	TCase *t = tcase_create("text");
	SRunner *r;
	int failed;

	tcase_add_test(t, text_is_made_visible);
	tcase_add_test(t, lines_are_kept_on_demand);
	tcase_add_test(t, nothing_is_cut_in_half);
	tcase_add_test(t, every_pair_of_bytes_decodes_to_something);
	tcase_add_test(t, ascii_helpers);
	tcase_add_test(t, hidden_is_told_from_shown);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
