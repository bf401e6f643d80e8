#include "core/spf/macro.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/buf.h"
#include "net/err.h"
#include "net/mem.h"

#define DELIMITERS ".-+,/_="

/* One macro-expand: "%{" letter [digits] ["r"] delimiters "}", or %% %_ %-. */
struct macro {
	char letter;   /* lower case; '%', '_' or '-' for the short ones */
	bool escape;   /* upper case in the record: URL escaping */
	bool reverse;
	int keep;      /* right-hand parts; 0: all of them */
	char delims[sizeof(DELIMITERS)]; /* "" : a dot */
	bool plain;    /* no transformer and no delimiter: as it is */
};

static bool
is_alpha(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static char
lower(int c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/* Digits may be any number; nothing has more than a few hundred parts. */
static size_t
scan_keep(const char *s, size_t n, struct macro *m)
{
	size_t i;

	for (i = 0; i < n && is_digit((unsigned char)s[i]); i++)
		m->keep = m->keep > 10000 ? m->keep
		                          : m->keep * 10 + (s[i] - '0');
	return i;
}

/* Returns the bytes taken, 0 if this is no macro-expand. s[0] is '%'. */
static size_t
scan(const char *s, size_t n, struct macro *m)
{
	size_t i = 3, used, d = 0;

	memset(m, 0, sizeof(*m));
	if (n >= 2 && (s[1] == '%' || s[1] == '_' || s[1] == '-')) {
		m->letter = s[1];
		return 2;
	}
	if (n < 4 || s[1] != '{')
		return 0;
	m->letter = lower(s[2]);
	m->escape = s[2] >= 'A' && s[2] <= 'Z';
	if (!is_alpha((unsigned char)s[2]) ||
	    strchr("slodiphcrtv", m->letter) == NULL)
		return 0;
	used = scan_keep(s + i, n - i, m);
	if (used > 0 && m->keep == 0)
		return 0;
	i += used;
	if (i < n && lower(s[i]) == 'r') {
		m->reverse = true;
		i++;
	}
	for (; i < n && s[i] != '}'; i++) {
		if (s[i] == '\0' || strchr(DELIMITERS, s[i]) == NULL)
			return 0;
		if (strchr(m->delims, s[i]) == NULL)
			m->delims[d++] = s[i];
	}
	m->plain = m->keep == 0 && !m->reverse && m->delims[0] == '\0';
	return i < n ? i + 1 : 0;
}

/* RFC 7208 7.1: LDH, not only digits, no hyphen at either end. */
static bool
is_toplabel(const char *s, size_t n)
{
	bool letter = false;
	size_t i;

	if (n == 0 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (i = 0; i < n; i++) {
		if (!is_digit((unsigned char)s[i]) && s[i] != '-' &&
		    !is_alpha((unsigned char)s[i]))
			return false;
		letter = letter || !is_digit((unsigned char)s[i]);
	}
	return letter;
}

/* `tail` is what stands behind the last macro. */
static bool
check_end(const char *tail, size_t n, bool macro, struct err *err)
{
	size_t dot;

	if (n == 0)
		return macro || err_set(err, ERR_INPUT, "the name is missing");
	if (tail[n - 1] == '.')
		n--;
	for (dot = n; dot > 0 && tail[dot - 1] != '.';)
		dot--;
	if (dot == 0)
		return err_set(err, ERR_INPUT,
		    "the name has no top-level domain");
	if (!is_toplabel(tail + dot, n - dot))
		return err_set(err, ERR_INPUT,
		    "the name ends in no valid top-level domain");
	return true;
}

bool
spf_macro_check(const char *s, size_t n, enum spf_macro_place place,
    struct err *err)
{
	size_t i = 0, used, end = 0;
	struct macro m;

	while (i < n) {
		if (s[i] == '%') {
			used = scan(s + i, n - i, &m);
			if (used == 0)
				return err_set(err, ERR_INPUT,
				    "a %% that begins no valid macro");
			if (place == SPF_IN_DOMAIN &&
			    strchr("crt", m.letter) != NULL)
				return err_set(err, ERR_INPUT,
				    "%%{%c} is allowed in explanations only",
				    m.letter);
			i += used;
			end = i;
		} else if ((s[i] > ' ' && s[i] < 0x7f) ||
		    (s[i] == ' ' && place == SPF_IN_TEXT)) {
			i++;
		} else {
			return err_set(err, ERR_INPUT,
			    "the byte 0x%02x, which is not allowed",
			    (unsigned)(unsigned char)s[i]);
		}
	}
	return place != SPF_IN_DOMAIN ||
	    check_end(s + end, n - end, end > 0, err);
}

bool
spf_macro_needs_name(const char *s, size_t n)
{
	size_t i, used;
	struct macro m;

	for (i = 0; i < n; i += used) {
		used = s[i] == '%' ? scan(s + i, n - i, &m) : 0;
		if (used > 0 && m.letter == 'p')
			return true;
		if (used == 0)
			used = 1;
	}
	return false;
}

/* IPv6 as 32 hex digits with dots between; capitals, as others write them. */
static void
put_dotted(const struct addr *ip, char *out, size_t size)
{
	int i;

	if (ip->family != AF_INET6) {
		addr_text(ip, out);
		return;
	}
	out[0] = '\0';
	for (i = 0; i < 16 && size > 64; i++)
		snprintf(out + i * 4, 5, "%X.%X.", ip->bytes[i] >> 4,
		    ip->bytes[i] & 15);
	out[63] = '\0';
}

/* `room` holds 80 bytes for the values that are made on the spot. */
static const char *
value_of(char letter, const struct spf_values *v, char *room)
{
	switch (letter) {
	case 's': return v->sender;
	case 'l': return v->local;
	case 'o': return v->origin;
	case 'd': return v->domain;
	case 'h': return v->helo;
	case 'p': return v->name;
	case 'r': return v->receiver;
	case 'v': return v->ip.family == AF_INET6 ? "ip6" : "in-addr";
	case 'c': return addr_text(&v->ip, room);
	case 'i': put_dotted(&v->ip, room, 80); return room;
	case 't': snprintf(room, 80, "%lld", (long long)v->now); return room;
	case '%': return "%";
	case '_': return " ";
	default: return "%20";
	}
}

struct part {
	const char *at;
	size_t n;
};

/* 7.3: split, reverse, keep the right-hand parts, join with dots. */
static void
transform(const char *value, const struct macro *m, struct buf *out)
{
	const char *delims = m->delims[0] != '\0' ? m->delims : ".";
	size_t count = 0, first = 0, i, n = strlen(value);
	struct part *parts = mem_array(n + 1, sizeof(*parts));
	const struct part *p;

	for (;;) {
		parts[count].at = value;
		parts[count].n = strcspn(value, delims);
		value += parts[count++].n;
		if (*value == '\0')
			break;
		value++;
	}
	if (m->keep > 0 && (size_t)m->keep < count)
		first = count - (size_t)m->keep;
	for (i = first; i < count; i++) {
		p = m->reverse ? &parts[count - 1 - i] : &parts[i];
		if (i > first)
			buf_putc(out, '.');
		buf_add(out, p->at, p->n);
	}
	free(parts);
}

/* 7.3: everything but the "unreserved" of RFC 3986 is escaped. */
static void
put_escaped(const char *s, size_t n, struct buf *out)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (is_alpha((unsigned char)s[i]) ||
		    is_digit((unsigned char)s[i]) ||
		    (s[i] != '\0' && strchr("-._~", s[i]) != NULL))
			buf_putc(out, s[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)s[i]);
	}
}

static void
put_macro(const struct macro *m, const struct spf_values *values,
    struct buf *out)
{
	char room[80];
	const char *value = value_of(m->letter, values, room);
	struct buf changed;

	buf_init(&changed, 64 * 1024);
	if (m->plain || m->letter == '%' || m->letter == '_' ||
	    m->letter == '-')
		buf_puts(&changed, value);
	else
		transform(value, m, &changed);
	if (m->escape)
		put_escaped(buf_str(&changed), changed.len, out);
	else
		buf_add(out, buf_str(&changed), changed.len);
	buf_clear(&changed);
}

/* With `tail` > 0 only the last so many bytes matter to the caller. */
static void
expand(const char *s, size_t n, const struct spf_values *values, size_t tail,
    struct buf *out)
{
	size_t i = 0, used;
	struct macro m;

	while (i < n) {
		used = s[i] == '%' ? scan(s + i, n - i, &m) : 0;
		if (used > 0)
			put_macro(&m, values, out);
		else
			buf_putc(out, s[i]);
		i += used > 0 ? used : 1;
		if (tail > 0 && out->len > 8 * tail)
			buf_take(out, out->len - tail);
	}
}

void
spf_macro_expand(const char *s, size_t n, const struct spf_values *values,
    struct buf *out)
{
	expand(s, n, values, 0, out);
}

char *
spf_macro_name(const char *s, size_t n, const struct spf_values *values)
{
	const char *name, *dot;
	struct buf buf;
	size_t len;
	char *copy;

	buf_init(&buf, 64 * 1024);
	expand(s, n, values, 2 * SPF_NAME_MAX, &buf);
	name = buf_str(&buf);
	len = strlen(name);
	if (len > 0 && name[len - 1] == '.')
		len--;
	while (len > SPF_NAME_MAX) {
		dot = memchr(name, '.', len);
		if (dot == NULL)
			break;
		len -= (size_t)(dot + 1 - name);
		name = dot + 1;
	}
	copy = mem_strndup(name, len);
	buf_clear(&buf);
	return copy;
}
