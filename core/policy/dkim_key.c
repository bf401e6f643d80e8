#include "core/policy/dkim_key.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/tags.h"
#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"

#define RSA_BITS_MIN 1024 /* RFC 8301 3.2: shorter ones must not be used */
#define RSA_BITS_GOOD 2048

bool
dkim_key_is(const char *bytes, size_t n)
{
	struct tags tags;
	bool is;

	if (tags_are(bytes, n, "DKIM1"))
		return true;
	tags_parse(bytes, n, &tags);
	is = tags_get(&tags, "p") != NULL && tags_get(&tags, "v") == NULL;
	tags_clear(&tags);
	return is;
}

static void __attribute__((format(printf, 2, 3)))
problem(struct dkim_key *key, const char *fmt, ...)
{
	char text[sizeof(key->problem)];
	va_list ap;

	if (key->problem[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	text_visible_str(text, key->problem, sizeof(key->problem));
}

static void __attribute__((format(printf, 2, 3)))
broken(struct dkim_key *key, const char *fmt, ...)
{
	char text[sizeof(key->problem)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	if (key->state != DKIM_KEY_BROKEN)
		key->problem[0] = '\0';
	key->state = DKIM_KEY_BROKEN;
	problem(key, "%s", text);
}

static int
base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/*
 * RFC 6376 3.2: base64 with blanks anywhere.  Returns the bytes written to
 * `out`, which holds 3/4 of the text; -1 when it is no base64.
 */
static long
base64_decode(const char *text, uint8_t *out)
{
	uint32_t group = 0;
	unsigned digits = 0, pads = 0;
	long n = 0;

	for (; *text != '\0'; text++) {
		if (strchr(" \t\r\n", *text) != NULL)
			continue;
		if (*text == '=') {
			pads++;
			continue;
		}
		if (pads > 0 || base64_value(*text) < 0)
			return -1;
		group = group << 6 | (uint32_t)base64_value(*text);
		if (++digits % 4 == 0) {
			out[n++] = (uint8_t)(group >> 16);
			out[n++] = (uint8_t)(group >> 8);
			out[n++] = (uint8_t)group;
			group = 0;
		}
	}
	if (digits % 4 == 1 || pads > 2)
		return -1;
	if (digits % 4 >= 2)
		out[n++] = (uint8_t)(group >> (digits % 4 == 2 ? 4 : 10));
	if (digits % 4 == 3)
		out[n++] = (uint8_t)(group >> 2);
	return n;
}

/* A cursor over DER (X.690 8, 10) whose error sticks. */
struct der {
	const uint8_t *at, *end;
	bool bad;
};

/* Enters the next element of this kind; `inside` is its contents. */
static void
der_enter(struct der *der, uint8_t tag, struct der *inside)
{
	size_t left = (size_t)(der->end - der->at), len, bytes;

	*inside = (struct der) { der->at, der->at, true };
	if (der->bad || left < 2 || der->at[0] != tag) {
		der->bad = true;
		return;
	}
	len = der->at[1];
	der->at += 2;
	left -= 2;
	if (len >= 0x80) {
		bytes = len & 0x7f;
		len = 0;
		if (bytes == 0 || bytes > 3 || bytes > left) {
			der->bad = true;
			return;
		}
		left -= bytes;
		for (; bytes > 0; bytes--)
			len = len << 8 | *der->at++;
	}
	if (len > left) {
		der->bad = true;
		return;
	}
	*inside = (struct der) { der->at, der->at + len, false };
	der->at += len;
}

#define DER_INTEGER 0x02
#define DER_BITS 0x03
#define DER_SEQUENCE 0x30

/* The modulus of an RSAPublicKey (RFC 8017 A.1.1), in bits; 0: none. */
static int
rsa_public_key_bits(struct der der)
{
	struct der key, modulus, exponent;
	int bits;
	uint8_t top;

	der_enter(&der, DER_SEQUENCE, &key);
	der_enter(&key, DER_INTEGER, &modulus);
	der_enter(&key, DER_INTEGER, &exponent);
	if (der.bad || key.bad)
		return 0;
	while (modulus.at < modulus.end && *modulus.at == 0)
		modulus.at++;
	if (modulus.at == modulus.end)
		return 0;
	bits = (int)(modulus.end - modulus.at) * 8;
	for (top = *modulus.at; (top & 0x80) == 0; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

/* A SubjectPublicKeyInfo (RFC 5280 4.1) as usual, or the key alone. */
static int
rsa_bits(const uint8_t *bytes, size_t n)
{
	struct der der = { bytes, bytes + n, false }, info, algorithm, key;

	der_enter(&der, DER_SEQUENCE, &info);
	der_enter(&info, DER_SEQUENCE, &algorithm);
	der_enter(&info, DER_BITS, &key);
	if (info.bad || der.bad)
		return rsa_public_key_bits(
		    (struct der) { bytes, bytes + n, false });
	if (key.at == key.end || *key.at != 0)
		return 0;
	key.at++; /* unused bits of the last byte: none */
	return rsa_public_key_bits(key);
}

/* Is a word in a list parted by colons? */
static bool
listed(const char *list, const char *word)
{
	size_t n;

	for (; *list != '\0'; list += n + (list[n] == ':')) {
		const char *at = list;
		size_t len;

		n = strcspn(list, ":");
		len = n;
		while (len > 0 && (*at == ' ' || *at == '\t')) {
			at++;
			len--;
		}
		while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
			len--;
		if (len == strlen(word) && memcmp(at, word, len) == 0)
			return true;
	}
	return false;
}

static void
judge_rsa(struct dkim_key *key, const uint8_t *bytes, size_t n)
{
	key->bits = rsa_bits(bytes, n);
	if (key->bits == 0)
		broken(key, "p= holds no RSA key");
	else if (key->bits < RSA_BITS_MIN)
		broken(key, "an RSA key of %d bits is too short for anybody "
		    "to accept (RFC 8301)", key->bits);
	else if (key->bits < RSA_BITS_GOOD)
		problem(key, "an RSA key of %d bits is short, 2048 are usual",
		    key->bits);
}

static void
judge_p(struct dkim_key *key, const char *p)
{
	uint8_t *bytes;
	long n;

	if (p == NULL) {
		broken(key, "there is no p= tag");
		return;
	}
	if (p[0] == '\0') {
		if (key->state == DKIM_KEY_USABLE)
			key->state = DKIM_KEY_REVOKED;
		return;
	}
	bytes = mem_alloc(strlen(p) + 4);
	n = base64_decode(p, bytes);
	if (n < 0) {
		broken(key, "p= is not base64");
	} else if (strcmp(key->type, "rsa") == 0) {
		judge_rsa(key, bytes, (size_t)n);
	} else if (strcmp(key->type, "ed25519") == 0) {
		key->bits = 256;
		if (n != 32)
			broken(key, "an Ed25519 key has 32 bytes, this one "
			    "%ld", n);
	}
	free(bytes);
}

void
dkim_key_parse(const char *bytes, size_t n, struct dkim_key *key)
{
	const char *k, *h, *s, *t, *v;
	struct tags tags;

	memset(key, 0, sizeof(*key));
	tags_parse(bytes, n, &tags);
	k = tags_get(&tags, "k");
	h = tags_get(&tags, "h");
	s = tags_get(&tags, "s");
	t = tags_get(&tags, "t");
	v = tags_get(&tags, "v");
	text_visible_str(k != NULL ? k : "rsa", key->type, sizeof(key->type));
	if (tags.wrong[0] != '\0')
		broken(key, "%s", tags.wrong);
	if (tags.twice)
		broken(key, "a tag stands twice");
	if (v != NULL && !tags_are(bytes, n, "DKIM1"))
		broken(key, "v=DKIM1 must be the first tag, to the letter");
	if (strcmp(key->type, "rsa") != 0 && strcmp(key->type, "ed25519") != 0)
		broken(key, "keys of type %s are not known", key->type);
	if (h != NULL && !listed(h, "sha256"))
		broken(key, "h= leaves out sha256, and sha1 must not be used "
		    "(RFC 8301)");
	if (s != NULL && !listed(s, "*") && !listed(s, "email"))
		broken(key, "s=%s: not a key for mail", s);
	judge_p(key, tags_get(&tags, "p"));
	if (t != NULL) {
		key->testing = listed(t, "y");
		key->strict = listed(t, "s");
	}
	tags_clear(&tags);
}
