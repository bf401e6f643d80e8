#include <stdlib.h>
#include <string.h>

#include "net/mem.h"
#include "net/sasl_private.h"

void
sasl_wipe(struct secret *secret)
{
	if (secret->bytes != NULL)
		mem_wipe(secret->bytes, secret->len);
	free(secret->bytes);
	secret->bytes = NULL;
	secret->len = 0;
}

void
sasl_room(struct secret *secret, size_t len)
{
	sasl_wipe(secret);
	secret->bytes = mem_alloc(len + 1);
	secret->len = len;
}

void
sasl_encode(const void *bytes, size_t len, struct secret *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = bytes;
	size_t i, n;
	char *at;

	sasl_room(out, (len + 2) / 3 * 4);
	at = out->bytes;
	for (i = 0; i < len; i += 3) {
		unsigned long group = (unsigned long)in[i] << 16;

		n = len - i;
		if (n > 1)
			group |= (unsigned long)in[i + 1] << 8;
		if (n > 2)
			group |= in[i + 2];
		*at++ = digits[group >> 18];
		*at++ = digits[group >> 12 & 63];
		*at++ = n > 1 ? digits[group >> 6 & 63] : '=';
		*at++ = n > 2 ? digits[group & 63] : '=';
	}
}

static int
value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
sasl_decode(const char *text, struct secret *out)
{
	size_t len = strlen(text), pad = 0, i;
	unsigned long group = 0;
	char *at;

	if (len % 4 != 0)
		return false;
	while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
		pad++;
	for (i = 0; i < len - pad; i++)
		if (value_of(text[i]) < 0)
			return false;
	sasl_room(out, len / 4 * 3 - pad);
	at = out->bytes;
	for (i = 0; i < len; i++) {
		group = group << 6;
		if (i < len - pad)
			group |= (unsigned long)value_of(text[i]);
		if (i % 4 != 3)
			continue;
		*at++ = (char)(group >> 16 & 0xff);
		if (i < len - 1 || pad < 2)
			*at++ = (char)(group >> 8 & 0xff);
		if (i < len - 1 || pad < 1)
			*at++ = (char)(group & 0xff);
		group = 0;
	}
	return true;
}
