#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/buf.h"

/* Well-formed UTF-8 as RFC 3629 4 has it: no overlong forms, surrogates. */
size_t
text_decode(const char *bytes, size_t n, long *cp)
{
	const unsigned char *b = (const unsigned char *)bytes;
	size_t need, i;
	long v;

	*cp = -1;
	if (n == 0)
		return 0;
	if (b[0] < 0x80) {
		*cp = b[0];
		return 1;
	}
	need = b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
	if (b[0] < 0xc2 || b[0] > 0xf4 || n < need)
		return 1;
	v = b[0] & (0x7f >> need);
	for (i = 1; i < need; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (b[i] & 0x3f);
	}
	if ((need == 3 && v < 0x800) || (need == 4 && v < 0x10000) ||
	    (v >= 0xd800 && v <= 0xdfff) || v > 0x10ffff)
		return 1;
	*cp = v;
	return need;
}

bool
text_is_hidden(long cp)
{
	return (cp >= 0x80 && cp < 0xa0) || cp == 0xad || cp == 0x61c ||
	    cp == 0x34f || cp == 0x115f || cp == 0x1160 || cp == 0x17b4 ||
	    cp == 0x17b5 || cp == 0x3164 || cp == 0xffa0 || cp == 0x180e ||
	    (cp >= 0x200b && cp <= 0x200f) ||
	    (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
	    cp == 0xfeff || (cp >= 0xfff9 && cp <= 0xfffb) ||
	    (cp >= 0xe0000 && cp <= 0xe0fff) || (cp & 0xfffe) == 0xfffe;
}

/* Adds all of it or, when it does not fit, nothing: no half characters. */
static void
put(struct buf *out, const char *bytes, size_t n)
{
	if (n > out->max - out->len)
		out->overflow = true;
	else
		buf_add(out, bytes, n);
}

/* Bytes at the start that are plain ASCII and fit as they are. */
static size_t
plain_run(const char *bytes, size_t n, const struct buf *out)
{
	size_t i = 0;

	if (n > out->max - out->len)
		n = out->max - out->len;
	while (i < n && bytes[i] >= 0x20 && bytes[i] < 0x7f)
		i++;
	return i;
}

void
text_visible(const char *bytes, size_t n, bool lines, struct buf *out)
{
	char escape[16];
	size_t i, used;
	long cp;

	for (i = 0; i < n && !out->overflow; i += used) {
		used = plain_run(bytes + i, n - i, out);
		if (used > 0) {
			buf_add(out, bytes + i, used);
			continue;
		}
		used = text_decode(bytes + i, n - i, &cp);
		escape[0] = '\0';
		if (cp == '\t')
			snprintf(escape, sizeof(escape), " ");
		else if (cp == '\n' && lines)
			snprintf(escape, sizeof(escape), "\n");
		else if (cp < 0x20 || cp == 0x7f)
			snprintf(escape, sizeof(escape), "\\x%02x",
			    (unsigned)(unsigned char)bytes[i]);
		else if (text_is_hidden(cp))
			snprintf(escape, sizeof(escape), "\\u%04lx",
			    (unsigned long)cp);
		if (escape[0] != '\0')
			put(out, escape, strlen(escape));
		else
			put(out, bytes + i, used);
	}
}

const char *
text_visible_str(const char *s, char *out, size_t size)
{
	struct buf buf;

	buf_init(&buf, size - 1);
	text_visible(s, strlen(s), false, &buf);
	snprintf(out, size, "%s", buf_str(&buf));
	buf_clear(&buf);
	return out;
}

void
text_utf8(const char *bytes, size_t n, struct buf *out)
{
	size_t i, used;
	long cp;

	for (i = 0; i < n && !out->overflow; i += used) {
		used = plain_run(bytes + i, n - i, out);
		if (used > 0) {
			buf_add(out, bytes + i, used);
			continue;
		}
		used = text_decode(bytes + i, n - i, &cp);
		if (cp <= 0)
			put(out, "\xef\xbf\xbd", 3);
		else
			put(out, bytes + i, used);
	}
}

bool
text_is_utf8(const char *bytes, size_t n)
{
	size_t i;
	long cp;

	for (i = 0; i < n; i += text_decode(bytes + i, n - i, &cp))
		if (text_decode(bytes + i, n - i, &cp) != 0 && cp < 0)
			return false;
	return true;
}

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

bool
text_istarts(const char *s, const char *prefix)
{
	for (; *prefix != '\0'; s++, prefix++)
		if (lower((unsigned char)*s) != lower((unsigned char)*prefix))
			return false;
	return true;
}

bool
text_ieq(const char *a, const char *b)
{
	return strlen(a) == strlen(b) && text_istarts(a, b);
}

const char *
text_ifind(const char *haystack, const char *needle)
{
	for (; *haystack != '\0'; haystack++)
		if (text_istarts(haystack, needle))
			return haystack;
	return *needle == '\0' ? haystack : NULL;
}

void
text_lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)lower((unsigned char)*s);
}

char *
text_trim(char *s)
{
	size_t n;

	while (*s != '\0' && strchr(" \t\r\n", *s) != NULL)
		s++;
	n = strlen(s);
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		s[--n] = '\0';
	return s;
}
