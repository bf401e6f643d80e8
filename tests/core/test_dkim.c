#include "core/policy/dkim.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/zone.h"
#include "net/loop.h"
#include "net/mem.h"

/* Made with openssl for these tests; nobody has the other halves. */
#define RSA512                                                                 \
	"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK4bTOPN/cPSzfFy4B4QrtWfLrQqw/ifwKA3" \
	"U/webp87i/usdsbEcJildQvmzyEJD5BDKZ/mBh/swP978c5LOb8CAwEAAQ=="
#define RSA1024                                                                \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCcbdZIvivN1L+IxJY5ddPw1YJF055" \
	"bVuvBmNdTWwjPSwydlSPQsZ/flL6aGfOE+SXf54Rhb1Jvx9OJK3jfHfpQvMvHGxc1k8A" \
	"r3pOqjyxbq82v+7hcWKe8i1VIDNsTFfPV8gTG7CQ4Nly2zF8cAUtpWOBQvrcbOHEueTh" \
	"JYdIewIDAQAB"
#define RSA2048                                                                \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAiDcycSDvS21241SBuhjhr3Ot" \
	"iT35z43stFuhGCNj0TiOOPKbaWijMjt7TqHrYqjcTZbuowmlKKHHCiTJOS/QWdWgWgso" \
	"2ez9Kp8ClmU7OBGicqqatK9iivETmGufkrjpO2DPY8mxPBpGkjGTZ1dozT78M2k/09mD" \
	"YLKcKf3hhpH0K5DKBsbMFTzlu7GP84lqp2lMPIIHDMmk8jfWh8Me2aSGJnJzR733Ihrf" \
	"JUU9U6kwrOxJgkde6zGMxFUlsJfdC1/iS/pHaA5/tbtt6sKAVUJ1fJIwlLPUEA98nE0k" \
	"YQJ1JN+uDrGo4dZYIeqAKH+nInhBoEguEtsDGKGJkvVc8QIDAQAB"
#define RSA_BARE                                                               \
	"MIGJAoGBALwSEtVBPRljM2MnXJLGT0cnRbNfSKhV6JGw0rC0PTRotLnp83ImrpLvL9lW" \
	"hxRZIOLvwjUv/261BiWBeDB0H1uhg6r9uiK/8jifE19qySX98nb3FXj2wim9tiyfMGNL" \
	"OUk37YUZn2fDvV3qzJEznZB3bCIORdw+zoq+NMLlV8oZAgMBAAE="
#define ED25519 "CSuwVo2rnUFXfWs4ZYD9ceQSZn468fSO2gPgJktFgSc="

static const struct {
	const char *text;
	enum dkim_key_state state;
	const char *type;
	int bits;
	bool testing;
	const char *problem; /* a part of it; "" none */
} keys[] = {
	{ "v=DKIM1; k=rsa; p=" RSA2048, DKIM_KEY_USABLE, "rsa", 2048, false,
	    "" },
	{ "p=" RSA2048, DKIM_KEY_USABLE, "rsa", 2048, false, "" },
	{ "v=DKIM1; t=y:s; p=" RSA1024, DKIM_KEY_USABLE, "rsa", 1024, true,
	    "1024 bits is short" },
	{ "v=DKIM1; p=" RSA_BARE, DKIM_KEY_USABLE, "rsa", 1024, false,
	    "1024" },
	{ "v=DKIM1; p=" RSA512, DKIM_KEY_BROKEN, "rsa", 512, false,
	    "too short" },
	{ "v=DKIM1; k=ed25519; p=" ED25519, DKIM_KEY_USABLE, "ed25519", 256,
	    false, "" },
	{ "v=DKIM1; k=ed25519; p=" RSA2048, DKIM_KEY_BROKEN, "ed25519", 256,
	    false, "32 bytes" },
	{ "v=DKIM1; p=", DKIM_KEY_REVOKED, "rsa", 0, false, "" },
	{ "v=DKIM1; k=rsa", DKIM_KEY_BROKEN, "rsa", 0, false, "no p=" },
	{ "v=DKIM1; p=MIGf!!", DKIM_KEY_BROKEN, "rsa", 0, false, "base64" },
	{ "v=DKIM1; p=AAAA", DKIM_KEY_BROKEN, "rsa", 0, false, "no RSA key" },
	{ "v=DKIM1; p=MIIB", DKIM_KEY_BROKEN, "rsa", 0, false, "no RSA key" },
	{ "v=DKIM1; k=dsa; p=AAAA", DKIM_KEY_BROKEN, "dsa", 0, false, "dsa" },
	{ "v=DKIM1; h=sha1; p=" RSA2048, DKIM_KEY_BROKEN, "rsa", 2048, false,
	    "sha256" },
	{ "v=DKIM1; h=sha1:sha256; s=*; p=" RSA2048, DKIM_KEY_USABLE, "rsa",
	    2048, false, "" },
	{ "v=DKIM1; s=tlsrpt; p=" RSA2048, DKIM_KEY_BROKEN, "rsa", 2048,
	    false, "s=tlsrpt" },
	{ "k=rsa; v=DKIM1; p=" RSA2048, DKIM_KEY_BROKEN, "rsa", 2048, false,
	    "first" },
	{ "v=DKIM1; p=\"" RSA1024 "\"", DKIM_KEY_BROKEN, "rsa", 0, false,
	    "base64" },
	{ "v=DKIM1; k=\x1b[2J; p=AAAA", DKIM_KEY_BROKEN, "\\x1b[2J", 0, false,
	    "\\x1b" },
};

START_TEST(a_key_and_what_is_wrong_with_it)
{
	struct dkim_key key;

	dkim_key_parse(keys[_i].text, strlen(keys[_i].text), &key);
	ck_assert_msg(key.state == keys[_i].state, "%s: %d", keys[_i].text,
	    key.state);
	ck_assert_str_eq(key.type, keys[_i].type);
	ck_assert_msg(key.bits == keys[_i].bits, "%s: %d bits",
	    keys[_i].text, key.bits);
	ck_assert(key.testing == keys[_i].testing);
	ck_assert_msg(keys[_i].problem[0] == '\0' ? key.problem[0] == '\0' :
	    strstr(key.problem, keys[_i].problem) != NULL, "%s: '%s'",
	    keys[_i].text, key.problem);
}
END_TEST

/* Every cut of a key is read without harm, and none but the whole is one. */
START_TEST(a_cut_key)
{
	static const char whole[] = "v=DKIM1; k=rsa; p=" RSA2048;
	struct dkim_key key;
	size_t n;

	for (n = 0; n < sizeof(whole) - 1; n++) {
		char *cut = mem_strndup(whole, n);

		dkim_key_parse(cut, n, &key);
		ck_assert_msg(key.state != DKIM_KEY_USABLE, "%zu bytes", n);
		free(cut);
	}
}
END_TEST

static const char zone[] =
    "good._domainkey.e.test TXT v=DKIM1; k=rsa; p=" RSA2048 "\n"
    "cut._domainkey.e.test TXT v=DKIM1; p=|" RSA1024 "\n"
    "old._domainkey.e.test TXT v=DKIM1; p=\n"
    "odd._domainkey.e.test TXT hello\n"
    "two._domainkey.e.test TXT v=DKIM1; p=" RSA2048 "\n"
    "two._domainkey.e.test TXT v=DKIM1; p=\n"
    "bad._domainkey.e.test SERVFAIL\n"
    "far._domainkey.e.test CNAME good._domainkey.e.test\n"
    "slow._domainkey.e.test SLOW 900\n";

static const char *const selectors[] = { "good", "cut", "old", "odd", "two",
	"bad", "far", "none", "a b", "slow" };
#define SELECTORS (sizeof(selectors) / sizeof(selectors[0]))

START_TEST(selectors_are_asked_and_told)
{
	static const char *const says[SELECTORS] = { "rsa of 2048 bits",
		"rsa of 1024 bits", "revoked", "no receiver can use",
		"more than one", "could not be looked up", "2048 bits",
		"no key at selector none", "not a selector",
		"no key at selector slow" };
	struct loop *loop = loop_new_virtual();
	struct resolver *r = zone_resolver(loop, zone);
	struct dkim dkim;
	char text[600];
	size_t i;

	dkim_start(&dkim, loop, NULL, r, "e.test", selectors, SELECTORS);
	while (!dkim.task.done)
		loop_turn(loop, 0);
	ck_assert_uint_eq(dkim.count, SELECTORS);
	ck_assert_uint_eq(zone_questions(r), SELECTORS);
	ck_assert_uint_eq(dkim.lines.count, SELECTORS);
	for (i = 0; i < SELECTORS; i++) {
		dkim_text(&dkim, i, text, sizeof(text));
		ck_assert_msg(strstr(text, says[i]) != NULL, "%s", text);
		ck_assert_msg(strstr(text, "missing") == NULL, "%s", text);
		ck_assert_uint_eq(dkim.selectors[i].line, i);
	}
	ck_assert_uint_eq(dkim.usable, 4);
	dkim_clear(&dkim);
	ck_assert_uint_eq(zone_open(r), 0);
	zone_free(r);
	loop_free(loop);
}
END_TEST

START_TEST(too_many_selectors_and_clearing_early)
{
	const char *many[100];
	struct dkim dkim;
	int turns, i;
	bool ran = true;

	for (i = 0; i < 100; i++)
		many[i] = "s";
	for (turns = 0; ran; turns++) {
		struct loop *loop = loop_new_virtual();
		struct resolver *r = zone_resolver(loop, zone);

		dkim_start(&dkim, loop, NULL, r, "e.test", many, 100);
		for (i = 0; i < turns; i++)
			ran = loop_turn(loop, 0);
		ck_assert_uint_le(zone_questions(r), DKIM_SELECTORS);
		dkim_clear(&dkim);
		dkim_clear(&dkim);
		ck_assert_uint_eq(zone_open(r), 0);
		zone_free(r);
		loop_free(loop);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.dkim");
	TCase *t = tcase_create("dkim");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, a_key_and_what_is_wrong_with_it, 0,
	    sizeof(keys) / sizeof(keys[0]));
	tcase_add_test(t, a_cut_key);
	tcase_add_test(t, selectors_are_asked_and_told);
	tcase_add_test(t, too_many_selectors_and_clearing_early);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
