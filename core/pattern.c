#include "core/pattern.h"

#include <ctype.h>
#include <string.h>

#define WORD_MAX 320

/* The end of a word at `t` that stops before `next`, or NULL. */
static const char *
word_end(const char *t, char next)
{
	size_t n = 0;

	while (t[n] != '\0' && t[n] != ' ' && n < WORD_MAX &&
	    (n == 0 || t[n] != next))
		n++;
	return n > 0 ? t + n : NULL;
}

/* The end of the piece [p, end) that stands exactly at `t`, or NULL. */
static const char *
piece_at(const char *p, const char *end, const char *t)
{
	for (; p < end; p++) {
		if (*p == '%') {
			t = word_end(t, p + 1 < end ? p[1] : '\0');
			if (t == NULL)
				return NULL;
			continue;
		}
		if (*p == '&') {
			if (!isxdigit((unsigned char)*t))
				return NULL;
			t++;
			continue;
		}
		if (*p == '\\' && p + 1 < end)
			p++;
		if (*t != *p)
			return NULL;
		t++;
	}
	return t;
}

/* The end of the first place from `t` on where the piece stands, or NULL. */
static const char *
piece_find(const char *p, const char *end, const char *t, bool last)
{
	bool literal = p < end && strchr("%&\\", *p) == NULL;
	const char *stop;

	for (; *t != '\0'; t++) {
		if (literal && (t = strchr(t, *p)) == NULL)
			return NULL;
		stop = piece_at(p, end, t);
		if (stop != NULL && (!last || *stop == '\0'))
			return stop;
	}
	return p == end ? t : NULL;
}

static unsigned
pair(char a, char b)
{
	return ((unsigned)(unsigned char)a * 37 ^ (unsigned char)b) % 2048;
}

void
pattern_pairs_add(struct pattern_pairs *pairs, const char *text)
{
	unsigned bit;

	for (; text[0] != '\0' && text[1] != '\0'; text++) {
		bit = pair(text[0], text[1]);
		pairs->bits[bit / 64] |= (uint64_t)1 << bit % 64;
	}
}

static bool
is_literal(char c)
{
	return c != '\0' && c != '*' && c != '%' && c != '&' && c != '\\' &&
	    c != '$';
}

bool
pattern_possible(const char *pattern, const struct pattern_pairs *pairs)
{
	const char *p = pattern + (pattern[0] == '^');
	unsigned bit;

	for (; p[0] != '\0' && p[1] != '\0'; p++) {
		if (!is_literal(p[0]) || !is_literal(p[1]))
			continue;
		bit = pair(p[0], p[1]);
		if ((pairs->bits[bit / 64] >> bit % 64 & 1) == 0)
			return false;
	}
	return true;
}

bool
pattern_match(const char *pattern, const char *text)
{
	size_t n = strlen(pattern);
	bool start = pattern[0] == '^', end;
	const char *p = pattern + start, *stop, *next;

	end = n > 1 && pattern[n - 1] == '$' && pattern[n - 2] != '\\';
	stop = pattern + n - end;
	for (; p <= stop; p = next + 1, start = false) {
		for (next = p; next < stop && *next != '*'; next++)
			if (*next == '\\' && next + 1 < stop)
				next++;
		if (start)
			text = piece_at(p, next, text);
		else
			text = piece_find(p, next, text, end && next == stop);
		if (text == NULL)
			return false;
		if (next == stop && end && *text != '\0')
			return false;
	}
	return true;
}

int
pattern_weight(const char *pattern)
{
	int weight = 0;

	for (; *pattern != '\0'; pattern++) {
		if (*pattern == '\\' && pattern[1] != '\0')
			pattern++;
		else if (strchr("*%& ^$", *pattern) != NULL)
			continue;
		weight++;
	}
	return weight;
}

/* Bytes at `s` that count as a blank, 0 for none. */
static size_t
blank_at(const char *s)
{
	if (strchr(" \t\r\n\v\f", *s) != NULL)
		return *s != '\0';
	return (unsigned char)s[0] == 0xc2 && (unsigned char)s[1] == 0xa0 ? 2 :
									    0;
}

void
pattern_flatten(const char *text, bool fold, char *out, size_t size)
{
	size_t n = 0, blank;
	bool pending = false;
	unsigned char c;

	while (*text != '\0' && n + 2 < size) {
		blank = blank_at(text);
		if (blank > 0) {
			pending = n > 0;
			text += blank;
			continue;
		}
		if (pending)
			out[n++] = ' ';
		pending = false;
		c = (unsigned char)*text;
		if (strncmp(text, "\xe2\x80\x98", 3) == 0 ||
		    strncmp(text, "\xe2\x80\x99", 3) == 0) {
			c = '\'';
			text += 2;
		}
		if (fold && c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		out[n++] = (char)c;
		text++;
	}
	out[n] = '\0';
}
