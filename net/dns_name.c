#include <string.h>
#include <strings.h>

#include "net/dns_msg.h"

/*
 * Names in presentation format (RFC 1035 5.1) are read unit by unit: a byte
 * of a label, the dot between two labels, or the end.
 */
enum {
	UNIT_DOT = -1,
	UNIT_END = -2,
	UNIT_BAD = -3,
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads \DDD or \X behind the backslash. */
static int
escaped_unit(const char **s)
{
	const char *p = *s;
	int v;

	if (!is_digit(p[0])) {
		if (p[0] < 0x21 || p[0] > 0x7e)
			return UNIT_BAD;
		*s = p + 1;
		return p[0];
	}
	if (!is_digit(p[1]) || !is_digit(p[2]))
		return UNIT_BAD;
	v = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	if (v > 255)
		return UNIT_BAD;
	*s = p + 3;
	return v;
}

/* The final dot, and the dot that is the root, read as the end. */
static int
next_unit(const char **s)
{
	const unsigned char c = (unsigned char)**s;

	if (c == '\0' || (c == '.' && (*s)[1] == '\0'))
		return UNIT_END;
	(*s)++;
	if (c == '.')
		return UNIT_DOT;
	if (c == '\\')
		return escaped_unit(s);
	return c > 0x20 && c < 0x7f ? c : UNIT_BAD;
}

static int
lower(int unit)
{
	return unit >= 'A' && unit <= 'Z' ? unit + ('a' - 'A') : unit;
}

bool
dns_name_eq(const char *a, const char *b)
{
	int ua, ub;

	if (strcmp(a, b) == 0)
		return true;
	do {
		ua = lower(next_unit(&a));
		ub = lower(next_unit(&b));
		if (ua != ub || ua == UNIT_BAD)
			return false;
	} while (ua != UNIT_END);
	return true;
}

bool
dns_name_under(const char *name, const char *zone)
{
	const char *z = zone;
	int unit;

	if (next_unit(&z) == UNIT_END)
		return true; /* everything is below the root */
	if (dns_name_eq(name, zone))
		return true;
	while ((unit = next_unit(&name)) != UNIT_END && unit != UNIT_BAD) {
		if (unit == UNIT_DOT && dns_name_eq(name, zone))
			return true;
	}
	return false;
}

bool
dns_name_valid(const char *name)
{
	uint8_t wire[255];
	size_t len;

	return name[0] != '\0' &&
	    dns_name_write(name, wire, sizeof(wire), &len);
}

bool
dns_name_write(const char *name, uint8_t *out, size_t size, size_t *len)
{
	uint8_t wire[256] = { 0 }; /* wire[label] is the length byte */
	size_t at = 1, label = 0;
	int unit;

	while ((unit = next_unit(&name)) != UNIT_END) {
		size_t n = at - label - 1;

		if (unit == UNIT_BAD || (unit == UNIT_DOT && n == 0) ||
		    (unit != UNIT_DOT && n == 63) || at > 254)
			return false;
		if (unit == UNIT_DOT) {
			wire[label] = (uint8_t)n;
			label = at++;
		} else {
			wire[at++] = (uint8_t)unit;
		}
	}
	if (at - label > 1) {
		wire[label] = (uint8_t)(at - label - 1);
		wire[at++] = 0;
	} else if (label > 0) {
		return false; /* "a.." */
	}
	if (at > 255 || at > size)
		return false;
	memcpy(out, wire, at);
	*len = at;
	return true;
}
