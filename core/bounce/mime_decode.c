#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/mime.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/mem.h"

static int
hex(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* How many bytes the soft line break at bytes[i] == '=' takes, or 0. */
static size_t
soft_break(const char *bytes, size_t n, size_t i)
{
	size_t j = i + 1;

	while (j < n && (bytes[j] == ' ' || bytes[j] == '\t'))
		j++;
	if (j < n && bytes[j] == '\r')
		j++;
	if (j < n && bytes[j] == '\n')
		return j + 1 - i;
	return j == n ? j - i : 0;
}

void
mime_quoted_printable(const char *bytes, size_t n, bool header,
    struct buf *out)
{
	size_t i = 0, soft;

	while (i < n && !out->overflow) {
		if (bytes[i] == '=' && i + 2 < n && hex(bytes[i + 1]) >= 0 &&
		    hex(bytes[i + 2]) >= 0) {
			buf_putc(out, (char)(hex(bytes[i + 1]) << 4 |
			    hex(bytes[i + 2])));
			i += 3;
		} else if (bytes[i] == '=' && i + 3 == n &&
		    hex(bytes[i + 1]) >= 0 && hex(bytes[i + 2]) >= 0) {
			buf_putc(out, (char)(hex(bytes[i + 1]) << 4 |
			    hex(bytes[i + 2])));
			i += 3;
		} else if (bytes[i] == '=' && !header &&
		    (soft = soft_break(bytes, n, i)) > 0) {
			i += soft;
		} else {
			buf_putc(out, header && bytes[i] == '_' ? ' ' :
			    bytes[i]);
			i++;
		}
	}
}

static int
base64_value(int c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

/* Padding in the middle begins anew: some gateways join two encodings. */
void
mime_base64(const char *bytes, size_t n, struct buf *out)
{
	unsigned long group = 0;
	size_t i;
	int digits = 0, v;

	for (i = 0; i < n && !out->overflow; i++) {
		if (bytes[i] == '=') {
			group = 0;
			digits = 0;
			continue;
		}
		v = base64_value(bytes[i]);
		if (v < 0)
			continue;
		group = group << 6 | (unsigned long)v;
		if (++digits == 1)
			continue;
		/* The second, third and fourth digit end a byte each. */
		buf_putc(out, (char)(group >> (8 - 2 * digits)));
		group &= (1ul << (8 - 2 * digits)) - 1;
		if (digits == 4) {
			group = 0;
			digits = 0;
		}
	}
}

/* Names that mail carries, and what iconv had better be asked for. */
static const struct {
	const char *label, *use;
} charsets[] = {
	{ "iso-8859-1", "WINDOWS-1252" },
	{ "latin1", "WINDOWS-1252" },
	{ "shift_jis", "CP932" },
	{ "shift-jis", "CP932" },
	{ "x-sjis", "CP932" },
	{ "sjis", "CP932" },
	{ "windows-31j", "CP932" },
	{ "cp50220", "ISO-2022-JP" },
	{ "cp50221", "ISO-2022-JP" },
	{ "iso-2022-jp-ms", "ISO-2022-JP" },
	{ "x-euc-jp", "EUC-JP" },
	{ "gb2312", "GB18030" },
	{ "x-gbk", "GB18030" },
	{ "ks_c_5601-1987", "UHC" },
	{ "euc-kr", "UHC" },
	{ "big5", "BIG5-HKSCS" },
	{ "unicode-1-1-utf-7", "UTF-7" },
	{ "iso-8859-8-i", "ISO-8859-8" },
	{ "x-mac-roman", "MACINTOSH" },
};

static bool
charset_is_plain(const char *charset)
{
	size_t n = strlen(charset);

	return n > 0 && n <= 40 &&
	    strspn(charset, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
	    "xyz0123456789._:-") == n;
}

/* ISO 2022 switches to a Japanese set: ESC $ @, ESC $ B, ESC ( J ... */
static bool
has_iso2022(const char *bytes, size_t n)
{
	const char *p = bytes, *end = bytes + n;

	while ((p = memchr(p, 0x1b, (size_t)(end - p))) != NULL) {
		if (end - p >= 3 && p[1] == '$' && (p[2] == 'B' || p[2] == '@'))
			return true;
		p++;
	}
	return false;
}

static const char *
charset_to_use(const char *bytes, size_t n, const char *label)
{
	size_t i;

	for (i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (text_ieq(charsets[i].label, label))
			return charsets[i].use;
	if (charset_is_plain(label) && !text_ieq(label, "us-ascii") &&
	    !text_istarts(label, "unknown") && !text_ieq(label, "x-unknown") &&
	    !text_ieq(label, "ascii") && !text_ieq(label, "iso-2022-jp") &&
	    !text_ieq(label, "utf-8"))
		return label;
	if (has_iso2022(bytes, n))
		return "ISO-2022-JP";
	return text_is_utf8(bytes, n) ? "" : "WINDOWS-1252";
}

/* Bytes that are UTF-8 already, or of a charset that nobody knows. */
static void
add_clean(const char *bytes, size_t n, struct buf *out)
{
	size_t i;
	char c;

	for (i = 0; i < n && !out->overflow; i++) {
		c = bytes[i];
		if (c == '\r') {
			if (i + 1 < n && bytes[i + 1] == '\n')
				continue;
			c = '\n';
		}
		buf_putc(out, c == '\0' ? ' ' : c);
	}
}

/* False when the system does not know the charset. */
static bool
convert(const char *bytes, size_t n, const char *charset, struct buf *out)
{
	iconv_t cd = iconv_open("UTF-8", charset);
	char *in = (char *)(size_t)bytes, chunk[4096], *p;
	size_t left = n, room, before;

	if (cd == (iconv_t)-1)
		return false;
	while (left > 0 && !out->overflow) {
		p = chunk;
		room = sizeof(chunk);
		before = left;
		iconv(cd, &in, &left, &p, &room);
		buf_add(out, chunk, sizeof(chunk) - room);
		if (left == before || (left > 0 && room > 16)) {
			/* A byte that has no meaning here. */
			if (left == 0)
				break;
			buf_puts(out, "\xef\xbf\xbd");
			in++;
			left--;
		}
	}
	iconv_close(cd);
	return true;
}

void
mime_charset(const char *bytes, size_t n, const char *charset,
    struct buf *out)
{
	const char *use = charset_to_use(bytes, n, charset);
	struct buf raw, utf8;

	buf_init(&raw, out->max);
	if (use[0] == '\0' || !convert(bytes, n, use, &raw)) {
		buf_reset(&raw);
		if (use[0] == '\0' || text_is_utf8(bytes, n) ||
		    !convert(bytes, n, "WINDOWS-1252", &raw))
			buf_add(&raw, bytes, n);
	}
	buf_init(&utf8, out->max);
	add_clean(buf_str(&raw), raw.len, &utf8);
	text_utf8(buf_str(&utf8), utf8.len, out);
	buf_clear(&raw);
	buf_clear(&utf8);
}

/*
 * One encoded word =?charset?Q?text?= at p (n bytes left): appends what it
 * says, and returns its length, or 0 if it is none.
 */
static size_t
word(const char *p, size_t n, struct buf *out)
{
	const char *charset, *text, *end;
	char label[48], *star;
	struct buf raw;
	size_t len;
	int encoding;

	if (n < 8 || p[0] != '=' || p[1] != '?')
		return 0;
	charset = p + 2;
	text = memchr(charset, '?', n - 2);
	if (text == NULL || text - charset >= (long)sizeof(label) ||
	    p + n - text < 4 || text[2] != '?')
		return 0;
	encoding = text[1] & ~0x20;
	if (encoding != 'Q' && encoding != 'B')
		return 0;
	len = (size_t)(text - charset);
	memcpy(label, charset, len);
	label[len] = '\0';
	star = strchr(label, '*'); /* RFC 2231 language */
	if (star != NULL)
		*star = '\0';
	text += 3;
	for (end = text; end + 1 < p + n; end++)
		if ((end[0] == '?' && end[1] == '=') || *end == '\n' ||
		    end - text > 4096)
			break;
	if (end + 1 >= p + n || *end != '?')
		return 0;
	buf_init(&raw, 8192);
	if (encoding == 'Q')
		mime_quoted_printable(text, (size_t)(end - text), true, &raw);
	else
		mime_base64(text, (size_t)(end - text), &raw);
	mime_charset(buf_str(&raw), raw.len, label, out);
	buf_clear(&raw);
	return (size_t)(end + 2 - p);
}

void
mime_words(const char *value, size_t n, struct buf *out)
{
	size_t i = 0, used, blank, from;
	bool after_word = false;

	while (i < n && !out->overflow) {
		/* Blanks between two encoded words do not count. */
		blank = i;
		while (after_word && blank < n &&
		    strchr(" \t\r\n", value[blank]) != NULL &&
		    value[blank] != '\0')
			blank++;
		used = word(value + blank, n - blank, out);
		if (used > 0) {
			i = blank + used;
			after_word = true;
			continue;
		}
		after_word = false;
		for (from = i++; i < n && value[i] != '='; i++)
			;
		mime_charset(value + from, i - from, "", out);
	}
}
