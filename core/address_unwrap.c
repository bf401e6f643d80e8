#include <stdio.h>
#include <string.h>

#include "core/address.h"
#include "core/address_parts.h"
#include "core/text.h"

/* No address needs more, whatever a person pastes around it. */
#define PASTE_MAX 4096

/* What copying from web pages and mail programs leaves at the ends. */
static bool
is_padding(long cp)
{
	return cp == ' ' || cp == '\t' || cp == '\r' || cp == '\n' ||
	    cp == 0xa0 || cp == 0x3000 || text_is_hidden(cp);
}

static const char *
skip_padding(const char *s)
{
	size_t used;
	long cp;

	while (*s != '\0') {
		used = text_decode(s, strlen(s), &cp);
		if (cp < 0 || !is_padding(cp))
			break;
		s += used;
	}
	return s;
}

/* The length without the padding at the end. */
static size_t
padded_end(const char *s)
{
	size_t n = strlen(s), i, used, end = 0;
	long cp;

	for (i = 0; i < n; i += used) {
		used = text_decode(s + i, n - i, &cp);
		if (cp < 0 || !is_padding(cp))
			end = i + used;
	}
	return end;
}

static void
trim(char *s)
{
	const char *first = skip_padding(s);

	memmove(s, first, strlen(first) + 1);
	s[padded_end(s)] = '\0';
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 6068: "mailto:bob%40dest.example?subject=..." */
static void
strip_mailto(char *s)
{
	char *in, *out = s;

	if (!text_istarts(s, "mailto:"))
		return;
	for (in = s + 7; *in != '\0' && *in != '?'; in++) {
		int high = in[0] == '%' ? hex_digit(in[1]) : -1;
		int low = high >= 0 ? hex_digit(in[2]) : -1;

		if (high >= 0 && low >= 0) {
			*out++ = (char)(high << 4 | low);
			in += 2;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
}

/* The next `c` outside quotation marks, or NULL. */
static char *
find_unquoted(char *s, char c)
{
	bool quoted = false;

	for (; *s != '\0'; s++) {
		if (*s == '\\' && quoted && s[1] != '\0')
			s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (*s == c && !quoted)
			return s;
	}
	return NULL;
}

/* "Bob <bob@dest.example>" */
static bool
strip_name(char *s, struct err *err)
{
	char *open = find_unquoted(s, '<'), *shut;

	if (open == NULL && find_unquoted(s, '>') != NULL)
		return err_set(err, ERR_INPUT, "a > without <");
	if (open == NULL)
		return true;
	if (strcspn(s, "\r\n") < (size_t)(open - s))
		return err_set(err, ERR_INPUT,
		    "a control character before the <");
	shut = find_unquoted(open + 1, '>');
	if (shut == NULL)
		return err_set(err, ERR_INPUT, "a < without >");
	if (find_unquoted(shut + 1, '<') != NULL)
		return err_set(err, ERR_INPUT, "more than one address");
	if (*skip_padding(shut + 1) != '\0')
		return err_set(err, ERR_INPUT, "something behind the >");
	*shut = '\0';
	memmove(s, open + 1, (size_t)(shut - open));
	trim(s);
	return true;
}

bool
address_unwrap(const char *text, char *out, size_t size, struct err *err)
{
	char s[PASTE_MAX];
	size_t n = strlen(text);

	if (n >= sizeof(s))
		return err_set(err, ERR_INPUT,
		    "%zu bytes are too many for an address", n);
	memcpy(s, text, n + 1);
	trim(s);
	strip_mailto(s);
	trim(s);
	if (!strip_name(s, err))
		return false;
	n = strlen(s);
	if (n >= size)
		return err_set(err, ERR_INPUT, "the address is %zu bytes "
		    "long, 254 are allowed", n);
	memcpy(out, s, n + 1);
	return true;
}
