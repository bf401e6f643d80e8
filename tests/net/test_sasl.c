#include "net/sasl.h"

#include <check.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gsasl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/err.h"
#include "net/mem.h"
#include "net/sasl_private.h"

static const struct credentials user_password = { .user = "tim",
	.password = "tanstaaftanstaaf" };

static struct sasl *
start(const char *mech, const struct credentials *cred)
{
	struct err err = { 0 };
	struct sasl *sasl = sasl_new(mech, cred, "mail.example.net", NULL, 0,
	    NULL, &err);

	ck_assert_msg(sasl != NULL, "%s", err.text);
	return sasl;
}

/* One step with the bytes a server says; NULL: the first. */
static const char *
step(struct sasl *sasl, const char *says)
{
	struct secret challenge = { NULL, 0 };
	struct err err = { 0 };
	const char *out;
	bool good;

	if (says != NULL)
		sasl_encode(says, strlen(says), &challenge);
	good = sasl_step(sasl, challenge.bytes, &out, &err);
	ck_assert_msg(good, "%s", err.text);
	sasl_wipe(&challenge);
	return out;
}

static void
refuses(struct sasl *sasl, const char *challenge, enum err_kind kind,
    const char *word)
{
	struct err err = { 0 };
	const char *out = NULL;

	ck_assert(!sasl_step(sasl, challenge, &out, &err));
	ck_assert_ptr_null(out);
	ck_assert_int_eq(err.kind, kind);
	ck_assert_msg(strstr(err.text, word) != NULL, "%s", err.text);
}

static void
says_bytes(const char *base64, const void *bytes, size_t len)
{
	struct secret got = { NULL, 0 };

	ck_assert(sasl_decode(base64, &got));
	ck_assert_uint_eq(got.len, len);
	ck_assert_mem_eq(got.bytes, bytes, len);
	sasl_wipe(&got);
}

/* ---- base64 ---- */

START_TEST(base64_as_in_rfc_4648)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfb", "//77" } };
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Z===", "====",
		"Zg==Zg==", "Zm9\n", "Zm 9", "Z=9v", "Zm9v\x80\x80\x80\x80",
		"Username:" };
	struct secret s = { NULL, 0 };
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		sasl_encode(pairs[i][0], strlen(pairs[i][0]), &s);
		ck_assert_str_eq(s.bytes, pairs[i][1]);
		ck_assert(sasl_decode(pairs[i][1], &s));
		ck_assert_str_eq(s.bytes, pairs[i][0]);
		ck_assert_uint_eq(s.len, strlen(pairs[i][0]));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!sasl_decode(bad[i], &s), "%s", bad[i]);
	sasl_wipe(&s);
}
END_TEST

/* ---- which one ---- */

START_TEST(the_strongest_that_can_serve)
{
	static const char *const all[] = { "LOGIN", "PLAIN", "cram-md5",
		"DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256",
		"SCRAM-SHA-256-PLUS", "XOAUTH2", "OAUTHBEARER", "GSSAPI",
		"EXTERNAL" };
	struct credentials c = { .user = "u", .password = "p" };

	ck_assert_str_eq(sasl_choose(all, 11, &c, true, false, true),
	    "SCRAM-SHA-256-PLUS");
	ck_assert_str_eq(sasl_choose(all, 11, &c, true, false, false),
	    "SCRAM-SHA-256");
	ck_assert_str_eq(sasl_choose(all, 4, &c, true, false, false),
	    "DIGEST-MD5");
	ck_assert_str_eq(sasl_choose(all, 3, &c, false, false, false),
	    "CRAM-MD5");
	ck_assert_str_eq(sasl_choose(all, 2, &c, true, false, false), "PLAIN");
	ck_assert_ptr_null(sasl_choose(all, 2, &c, false, false, false));
	ck_assert_str_eq(sasl_choose(all, 2, &c, false, true, false), "PLAIN");
	c.certificate = true;
	ck_assert_str_eq(sasl_choose(all, 11, &c, true, false, true),
	    "EXTERNAL");
	c = (struct credentials) { .user = "u", .token = "t" };
	ck_assert_str_eq(sasl_choose(all, 11, &c, true, false, true),
	    "OAUTHBEARER");
	ck_assert_str_eq(sasl_choose(all, 8, &c, true, false, true),
	    "XOAUTH2");
	ck_assert_ptr_null(sasl_choose(all, 11, &c, false, false, true));
	c = (struct credentials) { 0 };
	ck_assert_ptr_null(sasl_choose(all, 11, &c, true, true, true));
	ck_assert(sasl_known("scram-sha-1"));
	ck_assert(!sasl_known("NTLM"));
	ck_assert(sasl_shows_secret("XOAUTH2"));
	ck_assert(!sasl_shows_secret("CRAM-MD5"));
}
END_TEST

START_TEST(what_cannot_be_used_is_named)
{
	static const struct {
		const char *mech, *user, *password, *word;
	} table[] = {
		{ "NTLM", "u", "p", "NTLM is not known" },
		{ "PLAIN", "u", NULL, "needs a user name and a password" },
		{ "PLAIN", "u", "", "the password is empty" },
		{ "PLAIN", "", "p", "the user name is empty" },
		{ "PLAIN", "u\nRSET", "p", "control character (0x0a)" },
		{ "CRAM-MD5", "u", "p\x7f", "control character (0x7f)" },
		{ "XOAUTH2", "u", "p", "an access token" },
		{ "EXTERNAL", "u", "p", "a client certificate" },
		{ "SCRAM-SHA-1-PLUS", "u", "p", "only within TLS" },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct credentials c = { .user = table[i].user,
			.password = table[i].password };
		struct err err = { 0 };

		ck_assert_ptr_null(sasl_new(table[i].mech, &c, "h", NULL, 0,
		    NULL, &err));
		ck_assert_int_eq(err.kind, ERR_INPUT);
		ck_assert_msg(strstr(err.text, table[i].word) != NULL, "%s",
		    err.text);
	}
	sasl_free(NULL);
}
END_TEST

/* ---- our own mechanisms ---- */

START_TEST(plain)
{
	struct sasl *s = start("plain", &user_password);

	ck_assert_str_eq(step(s, NULL), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
	ck_assert_str_eq(step(s, ""), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
	refuses(s, "", ERR_PROTOCOL, "goes on asking");
	ck_assert(sasl_verified(s));
	sasl_free(s);
}
END_TEST

START_TEST(login)
{
	struct sasl *s = start("LOGIN", &user_password);

	ck_assert_str_eq(step(s, NULL), "");
	ck_assert_str_eq(step(s, "Username:"), "dGlt");
	ck_assert_str_eq(step(s, "Password:"), "dGFuc3RhYWZ0YW5zdGFhZg==");
	refuses(s, "VXNlcm5hbWU6", ERR_PROTOCOL, "goes on asking");
	sasl_free(s);
	s = start("LOGIN", &user_password);
	step(s, NULL);
	refuses(s, "Username:", ERR_PROTOCOL, "not base64");
	sasl_free(s);
}
END_TEST

START_TEST(oauth)
{
	static const struct credentials c = { .user = "a,b=c@example.net",
		.token = "vF9dft4qmT" };
	static const char x[] = "user=a,b=c@example.net\001auth=Bearer "
				"vF9dft4qmT\001\001";
	static const char o[] = "n,a=a=2Cb=3Dc@example.net,\001host=mail."
				"example.net\001auth=Bearer vF9dft4qmT\001\001";
	struct sasl *s = start("XOAUTH2", &c);

	says_bytes(step(s, NULL), x, sizeof(x) - 1);
	ck_assert_str_eq(sasl_reason(s), "");
	ck_assert_str_eq(step(s, "{\"status\":\"400\"}"), "");
	ck_assert_str_eq(sasl_reason(s), "{\"status\":\"400\"}");
	refuses(s, "", ERR_PROTOCOL, "goes on asking");
	sasl_free(s);
	s = start("OAUTHBEARER", &c);
	says_bytes(step(s, NULL), o, sizeof(o) - 1);
	ck_assert_str_eq(step(s, "{\"status\":\"invalid_token\"}"), "AQ==");
	ck_assert_str_eq(sasl_reason(s), "{\"status\":\"invalid_token\"}");
	refuses(s, "", ERR_PROTOCOL, "goes on asking");
	sasl_free(s);
}
END_TEST

START_TEST(external)
{
	struct credentials c = { .certificate = true };
	struct sasl *s = start("EXTERNAL", &c);

	ck_assert_str_eq(step(s, NULL), "=");
	ck_assert_str_eq(step(s, ""), "");
	sasl_free(s);
	c.user = "tim";
	s = start("EXTERNAL", &c);
	ck_assert_str_eq(step(s, NULL), "dGlt");
	sasl_free(s);
}
END_TEST

/* RFC 2195 section 2 */
START_TEST(cram_md5)
{
	struct sasl *s = start("CRAM-MD5", &user_password);
	static const char want[] = "tim b913a602c7eda7a495b4e6e7334d3890";

	ck_assert_str_eq(step(s, NULL), "");
	says_bytes(step(s, "<1896.697170952@postoffice.reston.mci.net>"), want,
	    sizeof(want) - 1);
	ck_assert(sasl_verified(s));
	refuses(s, "YQ==", ERR_PROTOCOL, "goes on asking");
	sasl_free(s);
}
END_TEST

/* ---- SCRAM, against a server written here from RFC 5802 ---- */

struct scram {
	gnutls_mac_algorithm_t mac;
	gnutls_digest_algorithm_t hash;
	size_t size;
};

static const struct scram sha1 = { GNUTLS_MAC_SHA1, GNUTLS_DIG_SHA1, 20 };
static const struct scram sha256 = { GNUTLS_MAC_SHA256, GNUTLS_DIG_SHA256, 32 };

/* What the client must prove with and what the server proves itself with. */
static void
scram_derive(const struct scram *alg, const char *password, const char *salt64,
    unsigned rounds, const char *message, char *proof64, char *signature64)
{
	unsigned char salted[32], client[32], stored[32], sign[32], server[32];
	struct secret salt = { NULL, 0 }, text = { NULL, 0 };
	gnutls_datum_t key, salt_datum;
	size_t i;

	ck_assert(sasl_decode(salt64, &salt));
	key = (gnutls_datum_t) { (unsigned char *)(uintptr_t)password,
		(unsigned)strlen(password) };
	salt_datum = (gnutls_datum_t) { (unsigned char *)salt.bytes,
		(unsigned)salt.len };
	ck_assert_int_eq(gnutls_pbkdf2(alg->mac, &key, &salt_datum, rounds,
	    salted, alg->size), 0);
	gnutls_hmac_fast(alg->mac, salted, alg->size, "Client Key", 10, client);
	gnutls_hash_fast(alg->hash, client, alg->size, stored);
	gnutls_hmac_fast(alg->mac, stored, alg->size, message, strlen(message),
	    sign);
	for (i = 0; i < alg->size; i++)
		client[i] ^= sign[i];
	gnutls_hmac_fast(alg->mac, salted, alg->size, "Server Key", 10, server);
	gnutls_hmac_fast(alg->mac, server, alg->size, message, strlen(message),
	    sign);
	sasl_encode(client, alg->size, &text);
	strcpy(proof64, text.bytes);
	sasl_encode(sign, alg->size, &text);
	strcpy(signature64, text.bytes);
	sasl_wipe(&text);
	sasl_wipe(&salt);
}

/* The server of these tests agrees with the vectors of the RFCs. */
START_TEST(scram_vectors)
{
	char proof[64], signature[64];

	/* RFC 5802 section 5 */
	scram_derive(&sha1, "pencil", "QSXCR+Q6sek8bf92", 4096,
	    "n=user,r=fyko+d2lbbFgONRv9qkxdawL,"
	    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
	    "s=QSXCR+Q6sek8bf92,i=4096,"
	    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j",
	    proof, signature);
	ck_assert_str_eq(proof, "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
	ck_assert_str_eq(signature, "rmF9pqV8S7suAoZWja4dJRkFsKQ=");
	/* RFC 7677 section 3 */
	scram_derive(&sha256, "pencil", "W22ZaJ0SNY7soEsUEjb6gQ==", 4096,
	    "n=user,r=rOprNGfwEbeRWgbNEkqO,"
	    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
	    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
	    proof, signature);
	ck_assert_str_eq(proof, "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
	ck_assert_str_eq(signature,
	    "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}
END_TEST

static const struct scram_case {
	const char *mech;
	const struct scram *alg;
	const char *cb_type;
	const char *password, *server_password;
	bool lies; /* the server's signature is wrong */
} scrams[] = {
	{ "SCRAM-SHA-1", &sha1, NULL, "pencil", "pencil", false },
	{ "SCRAM-SHA-256", &sha256, NULL, "pencil", "pencil", false },
	{ "SCRAM-SHA-1-PLUS", &sha1, "tls-unique", "pencil", "pencil", false },
	{ "SCRAM-SHA-256-PLUS", &sha256, "tls-exporter", "pencil", "pencil",
	    false },
	{ "SCRAM-SHA-256", &sha256, "tls-exporter", "pencil", "pencil",
	    false },
	{ "SCRAM-SHA-256", &sha256, NULL, "wrong", "pencil", false },
	{ "SCRAM-SHA-256", &sha256, NULL, "pencil", "pencil", true },
};

START_TEST(scram)
{
	static const unsigned char cb[] = "0123456789abcdef0123456789abcdef";
	const struct scram_case *c = &scrams[_i];
	bool plus = strstr(c->mech, "-PLUS") != NULL;
	struct credentials cred = { .user = "us=er,x",
		.password = c->password };
	struct secret got = { NULL, 0 }, bound = { NULL, 0 };
	char header[32], first[256], server_first[512], message[2048];
	char proof[64], signature[64], binding[128], final[128];
	struct err err = { 0 };
	struct sasl *s;
	const char *out;
	char *p;

	s = sasl_new(c->mech, &cred, "h", cb, c->cb_type != NULL ? 32 : 0,
	    c->cb_type, &err);
	if (plus && !sasl_binds(c->cb_type)) {
		ck_assert_ptr_null(s);
		ck_assert_ptr_nonnull(strstr(err.text, "too old"));
		return;
	}
	ck_assert_msg(s != NULL, "%s", err.text);

	/* client-first */
	ck_assert(sasl_decode(step(s, NULL), &got));
	snprintf(header, sizeof(header), plus ? "p=%s,," : "n,,", c->cb_type);
	ck_assert_msg(strncmp(got.bytes, header, strlen(header)) == 0, "%s",
	    got.bytes);
	snprintf(first, sizeof(first), "%s", got.bytes + strlen(header));
	ck_assert_int_eq(strncmp(first, "n=us=3Der=2Cx,r=", 16), 0);

	/* server-first, client-final */
	snprintf(server_first, sizeof(server_first),
	    "r=%s+server,s=QSXCR+Q6sek8bf92,i=5000", first + 16);
	ck_assert(sasl_decode(step(s, server_first), &got));
	p = strstr(got.bytes, ",p=");
	ck_assert_ptr_nonnull(p);
	*p = '\0';
	snprintf(message, sizeof(message), "%s,%s,%s", first, server_first,
	    got.bytes);
	scram_derive(c->alg, c->server_password, "QSXCR+Q6sek8bf92", 5000,
	    message, proof, signature);
	if (strcmp(c->password, c->server_password) == 0)
		ck_assert_str_eq(p + 3, proof);
	else
		ck_assert_str_ne(p + 3, proof);
	memcpy(binding, header, strlen(header));
	if (plus)
		memcpy(binding + strlen(header), cb, 32);
	sasl_encode(binding, strlen(header) + (plus ? 32 : 0), &bound);
	ck_assert_int_eq(strncmp(got.bytes, "c=", 2), 0);
	ck_assert_int_eq(strncmp(got.bytes + 2, bound.bytes,
	    strlen(bound.bytes)), 0);
	ck_assert(!sasl_verified(s));

	/* server-final */
	if (strcmp(c->password, c->server_password) != 0) {
		ck_assert_str_eq(sasl_reason(s), "");
		ck_assert_str_eq(step(s, "e=invalid-proof,x=y"), "");
		ck_assert_str_eq(sasl_reason(s), "invalid-proof");
		ck_assert(!sasl_verified(s) && !sasl_disproved(s));
	} else if (c->lies) {
		signature[0] = signature[0] == 'A' ? 'B' : 'A';
		snprintf(final, sizeof(final), "v=%s", signature);
		sasl_encode(final, strlen(final), &got);
		refuses(s, got.bytes, ERR_PROTOCOL, "failed to prove");
		ck_assert(!sasl_verified(s) && sasl_disproved(s));
	} else {
		snprintf(final, sizeof(final), "v=%s", signature);
		out = step(s, final);
		ck_assert_str_eq(out, "");
		ck_assert(sasl_verified(s));
		refuses(s, "", ERR_PROTOCOL, "goes on asking");
	}
	sasl_free(s);
	sasl_wipe(&got);
	sasl_wipe(&bound);
}
END_TEST

START_TEST(scram_against_a_hostile_server)
{
	static const char *const tails[] = {
		",s=QSXCR+Q6sek8bf92,i=4294967295",
		",s=QSXCR+Q6sek8bf92,i=99999999999999999999999",
		",s=QSXCR+Q6sek8bf92,i=4096,i=2000000000",
		",s=QSXCR+Q6sek8bf92,i=-1", ",s=QSXCR+Q6sek8bf92,i=0",
		",s=QSXCR+Q6sek8bf92", ",s=,i=4096", ",i=4096", "", ",m=x,i=1",
	};
	struct secret first = { NULL, 0 }, challenge = { NULL, 0 };
	char says[512];
	size_t i;

	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct sasl *s = start("SCRAM-SHA-256", &user_password);

		ck_assert(sasl_decode(step(s, NULL), &first));
		snprintf(says, sizeof(says), "%sx%s",
		    strstr(first.bytes, "r="), tails[i]);
		sasl_encode(says, strlen(says), &challenge);
		refuses(s, challenge.bytes, i < 4 ? ERR_LIMIT : ERR_PROTOCOL,
		    i < 4 ? "rounds" : "");
		ck_assert(!sasl_verified(s));
		sasl_free(s);
	}
	sasl_wipe(&first);
	sasl_wipe(&challenge);
}
END_TEST

/* A nonce that does not continue ours comes from a replay. */
START_TEST(scram_wants_its_own_nonce_back)
{
	struct sasl *s = start("SCRAM-SHA-1", &user_password);
	struct secret challenge = { NULL, 0 };
	static const char says[] = "r=other,s=QSXCR+Q6sek8bf92,i=4096";

	step(s, NULL);
	sasl_encode(says, sizeof(says) - 1, &challenge);
	refuses(s, challenge.bytes, ERR_PROTOCOL, "");
	sasl_wipe(&challenge);
	sasl_free(s);
}
END_TEST

/* ---- DIGEST-MD5, against the library's own server ---- */

static int
digest_wants(Gsasl *ctx, Gsasl_session *session, Gsasl_property property)
{
	(void)ctx;
	if (property == GSASL_PASSWORD)
		return gsasl_property_set(session, property,
		    "tanstaaftanstaaf");
	return GSASL_NO_CALLBACK;
}

START_TEST(digest_md5)
{
	struct sasl *s = start("DIGEST-MD5", &user_password);
	Gsasl_session *server;
	const char *said = "";
	Gsasl *ctx;
	char *challenge;
	int code, i;

	ck_assert_int_eq(gsasl_init(&ctx), GSASL_OK);
	gsasl_callback_set(ctx, digest_wants);
	ck_assert_int_eq(gsasl_server_start(ctx, "DIGEST-MD5", &server),
	    GSASL_OK);
	gsasl_property_set(server, GSASL_REALM, "example.net");
	ck_assert_str_eq(step(s, NULL), "");
	for (i = 0; i < 3; i++) {
		struct err err = { 0 };

		code = gsasl_step64(server, said, &challenge);
		ck_assert_msg(code == GSASL_OK || code == GSASL_NEEDS_MORE,
		    "%s", gsasl_strerror(code));
		if (code == GSASL_OK)
			break;
		ck_assert(!sasl_verified(s));
		ck_assert_msg(sasl_step(s, challenge, &said, &err), "%s",
		    err.text);
		gsasl_free(challenge);
	}
	ck_assert_int_eq(code, GSASL_OK);
	if (challenge != NULL && challenge[0] != '\0') {
		struct err err = { 0 };

		ck_assert(sasl_step(s, challenge, &said, &err));
	}
	gsasl_free(challenge);
	ck_assert(sasl_verified(s));
	gsasl_finish(server);
	gsasl_done(ctx);
	sasl_free(s);
}
END_TEST

/* ---- hostile ---- */

START_TEST(giant_and_endless_challenges)
{
	static const char *const mechs[] = { "LOGIN", "CRAM-MD5", "DIGEST-MD5",
		"SCRAM-SHA-1" };
	char *giant = mem_alloc(13001), *big = mem_alloc(12289);
	struct err err;
	const char *out;
	size_t i, k;

	memset(giant, 'A', 13000);
	memset(big, 'A', 12288);
	for (i = 0; i < sizeof(mechs) / sizeof(mechs[0]); i++) {
		struct sasl *s = start(mechs[i], &user_password);

		step(s, NULL);
		refuses(s, giant, ERR_LIMIT, "longer than 12288 bytes");
		for (k = 0; k < 20 && sasl_step(s, big, &out, &err); k++)
			continue;
		ck_assert_uint_lt(k, 10);
		sasl_free(s);
	}
	free(giant);
	free(big);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("net.sasl");
	TCase *t = tcase_create("sasl");
	SRunner *r;
	int failed;

	tcase_add_test(t, base64_as_in_rfc_4648);
	tcase_add_test(t, the_strongest_that_can_serve);
	tcase_add_test(t, what_cannot_be_used_is_named);
	tcase_add_test(t, plain);
	tcase_add_test(t, login);
	tcase_add_test(t, oauth);
	tcase_add_test(t, external);
	tcase_add_test(t, cram_md5);
	tcase_add_test(t, scram_vectors);
	tcase_add_loop_test(t, scram, 0, sizeof(scrams) / sizeof(scrams[0]));
	tcase_add_test(t, scram_against_a_hostile_server);
	tcase_add_test(t, scram_wants_its_own_nonce_back);
	tcase_add_test(t, digest_md5);
	tcase_add_test(t, giant_and_endless_challenges);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
