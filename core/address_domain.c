#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/address_parts.h"
#include "core/text.h"
#include "net/i18n.h"

#define LABEL_MAX 63
#define NAME_MAX_BYTES 253

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_ldh(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    is_digit(c) || c == '-';
}

bool
address_bad_character(long cp, const char *where, struct err *err)
{
	if (cp == ' ' || cp == '\t' || cp == 0xa0)
		return err_set(err, ERR_INPUT, "a blank in the %s", where);
	if (cp == ',')
		return err_set(err, ERR_INPUT, "a comma in the %s", where);
	if (cp == '_')
		return err_set(err, ERR_INPUT, "an underscore in the %s",
		    where);
	if (cp > 0x20 && cp < 0x7f)
		return err_set(err, ERR_INPUT, "a \"%c\" in the %s", (char)cp,
		    where);
	if (cp < 0)
		return err_set(err, ERR_INPUT,
		    "a byte in the %s that is not UTF-8", where);
	return err_set(err, ERR_INPUT,
	    "a control or invisible character (U+%04lX) in the %s",
	    (unsigned long)cp, where);
}

/* One label of RFC 1123 2.1. */
static bool
check_label(const char *label, size_t n, struct err *err)
{
	size_t i;

	if (n == 0)
		return err_set(err, ERR_INPUT,
		    "the domain has a dot too many");
	if (n > LABEL_MAX)
		return err_set(err, ERR_INPUT, "a part of the domain is %zu "
		    "bytes long, %d are allowed", n, LABEL_MAX);
	for (i = 0; i < n; i++) {
		if (!is_ldh(label[i]))
			return address_bad_character((unsigned char)label[i],
			    _("domain"), err);
	}
	if (label[0] == '-' || label[n - 1] == '-')
		return err_set(err, ERR_INPUT, "\"%.*s\" in the domain begins "
		    "or ends with a hyphen", (int)n, label);
	return true;
}

static bool
all_digits(const char *label)
{
	while (is_digit(*label))
		label++;
	return *label == '\0';
}

static bool
check_ascii(const char *name, struct err *err)
{
	const char *label = name, *dot;
	struct addr addr;

	if (addr_parse(name, &addr))
		return err_set(err, ERR_INPUT, "an IP address in the domain's "
		    "place is written [%.45s]", name);
	if (strlen(name) > NAME_MAX_BYTES)
		return err_set(err, ERR_INPUT, "the domain is %zu bytes long, "
		    "%d are allowed", strlen(name), NAME_MAX_BYTES);
	while ((dot = strchr(label, '.')) != NULL) {
		if (!check_label(label, (size_t)(dot - label), err))
			return false;
		label = dot + 1;
	}
	if (!check_label(label, strlen(label), err))
		return false;
	if (all_digits(label))
		return err_set(err, ERR_INPUT, "the domain ends in a number");
	return true;
}

static bool
is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

/* UTS 46, non-transitional, after NFC: what browsers look up. */
static bool
to_a_labels(const char *text, char *out, size_t size, struct err *err)
{
	uint8_t *ascii = NULL;
	int rc = idn2_lookup_u8((const uint8_t *)text, &ascii,
	    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	bool fits;

	if (rc != IDN2_OK)
		return err_set(err, ERR_INPUT,
		    "the domain is no international name: %.120s",
		    idn2_strerror(rc));
	fits = strlen((char *)ascii) < size;
	if (fits)
		memcpy(out, ascii, strlen((char *)ascii) + 1);
	else
		err_set(err, ERR_INPUT, "the domain is too long");
	idn2_free(ascii);
	return fits;
}

/* Errors that idn2 words for programmers, told before it sees the name. */
static bool
check_characters(const char *text, struct err *err)
{
	size_t n = strlen(text), used;
	long cp;

	for (; n > 0; text += used, n -= used) {
		used = text_decode(text, n, &cp);
		if (cp <= ' ' || cp == 0x7f || cp == 0xa0 ||
		    text_is_hidden(cp) || (cp < 0x80 && cp != '.' &&
			!is_ldh((char)cp)))
			return address_bad_character(cp, _("domain"), err);
	}
	return true;
}

bool
address_domain(const char *text, char *a_label, size_t size, struct err *err)
{
	char name[256];
	size_t n = strlen(text);

	if (n == 0)
		return err_set(err, ERR_INPUT, "the domain is missing");
	if (!check_characters(text, err))
		return false;
	if (!is_ascii(text)) {
		if (!to_a_labels(text, name, sizeof(name), err))
			return false;
	} else if (n >= sizeof(name)) {
		return err_set(err, ERR_INPUT, "the domain is %zu bytes long, "
		    "%d are allowed", n, NAME_MAX_BYTES);
	} else {
		memcpy(name, text, n + 1);
	}
	n = strlen(name);
	if (n > 1 && name[n - 1] == '.')
		name[--n] = '\0'; /* the root's dot */
	text_lower(name);
	if (!check_ascii(name, err))
		return false;
	if (n >= size)
		return err_set(err, ERR_INPUT, "the domain is too long");
	memcpy(a_label, name, n + 1);
	return true;
}

static bool
shows_all(const char *text)
{
	size_t n = strlen(text), used;
	long cp;

	for (; n > 0; text += used, n -= used) {
		used = text_decode(text, n, &cp);
		if (cp <= ' ' || cp == 0x7f || text_is_hidden(cp))
			return false;
	}
	return true;
}

/* Labels that decode to nothing, or to nothing to be seen, stay as they are. */
void
address_u_labels(const char *domain, char *out, size_t size)
{
	char *unicode = NULL;
	const char *shown = domain;

	if (idn2_to_unicode_8z8z(domain, &unicode, IDN2_NONTRANSITIONAL) !=
	    IDN2_OK)
		unicode = NULL;
	if (unicode != NULL && strlen(unicode) < size && shows_all(unicode))
		shown = unicode;
	memcpy(out, shown, strlen(shown) + 1);
	idn2_free(unicode);
}

/*
 * Scripts by blocks, as far as look-alikes among them are known. Characters
 * of other blocks, marks, digits and hyphens count for none.
 */
enum {
	LATIN = 1,
	GREEK = 2,
	CYRILLIC = 4,
	ARMENIAN = 8,
	HEBREW = 16,
	ARABIC = 32,
	INDIC = 64, /* Devanagari to Malayalam and beyond, Thai, Lao */
	GEORGIAN = 128,
	CHEROKEE = 256,
	EAST_ASIAN =
	    512, /* Han, kana, Bopomofo, Hangul: mixed by their users */
};

static const struct {
	long first, last;
	unsigned script;
} blocks[] = {
	{ 'A', 'Z', LATIN },
	{ 'a', 'z', LATIN },
	{ 0xc0, 0x24f, LATIN },
	{ 0x250, 0x2af, LATIN },
	{ 0x370, 0x3ff, GREEK },
	{ 0x400, 0x52f, CYRILLIC },
	{ 0x531, 0x58f, ARMENIAN },
	{ 0x590, 0x5ff, HEBREW },
	{ 0x600, 0x6ff, ARABIC },
	{ 0x750, 0x77f, ARABIC },
	{ 0x900, 0xeff, INDIC },
	{ 0x10a0, 0x10ff, GEORGIAN },
	{ 0x1100, 0x11ff, EAST_ASIAN },
	{ 0x13a0, 0x13ff, CHEROKEE },
	{ 0x1c80, 0x1c8f, CYRILLIC },
	{ 0x1e00, 0x1eff, LATIN },
	{ 0x1f00, 0x1fff, GREEK },
	{ 0x2c60, 0x2c7f, LATIN },
	{ 0x2d00, 0x2d2f, GEORGIAN },
	{ 0x2de0, 0x2dff, CYRILLIC },
	{ 0x3005, 0x9fff, EAST_ASIAN },
	{ 0xa640, 0xa69f, CYRILLIC },
	{ 0xa720, 0xa7ff, LATIN },
	{ 0xab70, 0xabbf, CHEROKEE },
	{ 0xac00, 0xd7af, EAST_ASIAN },
	{ 0x20000, 0x3ffff, EAST_ASIAN },
};

static unsigned
script_of(long cp)
{
	size_t i;

	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (cp >= blocks[i].first && cp <= blocks[i].last)
			return blocks[i].script;
	}
	return 0;
}

/*
 * A label of one foreign script that looks Latin as a whole passes; only
 * tables of look-alikes could tell.
 */
bool
address_mixes_scripts(const char *u_labels)
{
	size_t n = strlen(u_labels), used;
	unsigned seen = 0;
	long cp;

	for (; n > 0; u_labels += used, n -= used) {
		used = text_decode(u_labels, n, &cp);
		if (cp == '.') {
			seen = 0;
			continue;
		}
		seen |= script_of(cp);
		/* Latin letters are at home in East Asian names. */
		if ((seen & (seen - 1)) != 0 && seen != (LATIN | EAST_ASIAN))
			return true;
	}
	return false;
}
