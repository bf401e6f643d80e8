#include "core/bounce/mailbox.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/addr.h"

static bool
is_local(unsigned char c)
{
	return isalnum(c) || c >= 0x80 ||
	    (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.", c) != NULL);
}

static bool
is_domain(unsigned char c)
{
	return isalnum(c) || c >= 0x80 || c == '-' || c == '.' || c == '_';
}

/* Length of the local part at s, before its '@'; 0 if there is none. */
static size_t
local_length(const char *s)
{
	size_t i = 0;

	if (*s == '"') {
		for (i = 1; s[i] != '\0' && s[i] != '"' && i < 200; i++)
			if (s[i] == '\\' && s[i + 1] != '\0')
				i++;
		if (s[i] != '"' || s[i + 1] != '@')
			return 0;
		return i + 1;
	}
	while (is_local((unsigned char)s[i]) && i < 200)
		i++;
	return s[i] == '@' ? i : 0;
}

static size_t
domain_length(const char *s)
{
	size_t n = 0;

	if (*s == '[') {
		n = strcspn(s, "] \t<>@");
		return s[n] == ']' && n > 3 && n < 60 ? n + 1 : 0;
	}
	while (is_domain((unsigned char)s[n]) && n < 255) {
		/* A no-break space and quotes of prose end it. */
		if (strncmp(s + n, "\xc2\xa0", 2) == 0 ||
		    strncmp(s + n, "\xe2\x80", 2) == 0 ||
		    strncmp(s + n, "\xe3\x80", 2) == 0 ||
		    strncmp(s + n, "\xc2\xbb", 2) == 0)
			break;
		n++;
	}
	/* A sentence's full stop, or the three of "<a@b>... User unknown". */
	while (n > 0 && (s[n - 1] == '.' || s[n - 1] == '-' ||
	    s[n - 1] == '_'))
		n--;
	return n;
}

/* "mailto:", "rfc822;", "SMTP:" and the like in front of an address. */
static size_t
type_length(const char *s)
{
	static const char *const types[] = {
		"mailto:", "rfc822;", "rfc-822;", "smtp:", "smtp=", "smtp;",
		"rfc822=", "rfc-822=", "to=", "for=",
	};
	size_t i, n;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		n = strlen(types[i]);
		if (text_istarts(s, types[i]))
			return n + strspn(s + n, " ");
	}
	return 0;
}

/* The address alone, nothing around it. */
static size_t
bare(const char *s, char *out)
{
	size_t local = local_length(s), domain, n;

	if (local == 0)
		return 0;
	domain = domain_length(s + local + 1);
	if (domain == 0)
		return 0;
	n = local + 1 + domain;
	if (n >= MAILBOX_MAX)
		return 0;
	memcpy(out, s, n);
	out[n] = '\0';
	return n;
}

size_t
mailbox_at(const char *s, char *out)
{
	const char *p = s;
	char again[MAILBOX_MAX];
	size_t n, opened = 0;

	while (*p != '\0' && strchr("<\"'*([", *p) != NULL && opened < 4) {
		if (*p == '"' && local_length(p) > 0)
			break;
		p++;
		opened++;
		p += strspn(p, " ");
	}
	p += type_length(p);
	n = bare(p, out);
	if (n == 0)
		return 0;
	p += n;
	while (opened > 0 && *p != '\0' && strchr(">\"'*)]", *p) != NULL) {
		p++;
		opened--;
	}
	/* "a@b <a@b>", "a@b<mailto:a@b>", "a@b (a@b)" say it twice. */
	n = strspn(p, " ");
	if (p[n] == '<' || p[n] == '(' || p[n] == '[') {
		const char *q = p + n + 1;

		if (text_istarts(q, "mailto:"))
			q += 7;
		n = bare(q, again);
		if (n > 0 && (q[n] == '>' || q[n] == ')' || q[n] == ']') &&
		    (mailbox_same(again, out) || q[-1] == ':'))
			p = q + n + 1;
	}
	return (size_t)(p - s);
}

const char *
mailbox_find(const char *s, char *out)
{
	const char *at = s, *p;

	while ((at = strchr(at, '@')) != NULL) {
		for (p = at; p > s && is_local((unsigned char)p[-1]) &&
		    at - p < 200; p--)
			;
		if (p > s && p[-1] == '"' && at == p)
			for (p--; p > s && p[-1] != '"' && at - p < 200; p--)
				;
		if (p > s && p[-1] == '"')
			p--;
		while (p < at && strchr("'*`=|{", *p) != NULL)
			p++;
		p += type_length(p);
		if (p < at && (bare(p, out) > 0 ||
		    (*p == '"' && bare(p + 1, out) > 0)))
			return p;
		at++;
	}
	return NULL;
}

bool
mailbox_of_field(const char *value, char *out)
{
	const char *p;

	for (p = strchr(value, '<'); p != NULL; p = strchr(p + 1, '<'))
		if (mailbox_at(p, out) > 0)
			return true;
	return mailbox_find(value, out) != NULL;
}

bool
mailbox_same(const char *a, const char *b)
{
	return text_ieq(a, b);
}

const char *
mailbox_domain(const char *mailbox)
{
	const char *at = strrchr(mailbox, '@');

	return at != NULL ? at + 1 : "";
}

/* An address literal of either family in s[0..n). */
static bool
take_address(const char *s, size_t n, char *out)
{
	struct addr addr;
	char text[64];

	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	if (!addr_parse(text_istarts(text, "IPv6:") ? text + 5 : text, &addr))
		return false;
	snprintf(out, HOST_MAX, "%s", text_istarts(text, "IPv6:") ? text + 5 :
	    text);
	return true;
}

/* "[192.0.2.1]", "(192.0.2.1)", "[192.0.2.1]:25" at s, blanks before it. */
static size_t
address_behind(const char *s, char *address)
{
	size_t at = strspn(s, " \t"), n;

	if (s[at] != '[' && s[at] != '(')
		return 0;
	n = strcspn(s + at + 1, ")],; \t:");
	if (s[at + 1 + n] == ':') /* IPv6, or a port */
		n = strcspn(s + at + 1, ")],; \t");
	if (!take_address(s + at + 1, n, address))
		return 0;
	at += 1 + n;
	if (s[at] == ')' || s[at] == ']')
		at++;
	return at;
}

size_t
host_at(const char *s, char *host, char *address)
{
	char name[HOST_MAX], addr[HOST_MAX] = "";
	size_t n = 0, dots = 0, used, i;

	if ((*s == '<' || *s == '\'' || *s == '"') &&
	    (isalnum((unsigned char)s[1]) || s[1] == '[')) {
		used = host_at(s + 1, host, address);
		return used > 0 ? used + 1 : 0;
	}
	used = address_behind(s, addr);
	if (used > 0 && s[0] != ' ') {
		snprintf(host, HOST_MAX, "%s", addr);
		snprintf(address, HOST_MAX, "%s", addr);
		return used;
	}
	addr[0] = '\0';
	while (n + 1 < sizeof(name) && (isalnum((unsigned char)s[n]) ||
	    s[n] == '-' || s[n] == '.' || s[n] == '_' ||
	    (unsigned char)s[n] >= 0x80 || s[n] == ':')) {
		/* A colon belongs to an IPv6 address only. */
		if (s[n] == ':' && (n == 0 || !isxdigit((unsigned char)
		    s[n + 1])) && s[n + 1] != ':')
			break;
		name[n] = s[n];
		n++;
	}
	name[n] = '\0';
	if (take_address(name, n, addr)) {
		snprintf(host, HOST_MAX, "%s", addr);
		snprintf(address, HOST_MAX, "%s", addr);
		return n;
	}
	n = strcspn(name, ":");
	while (n > 0 && (name[n - 1] == '.' || name[n - 1] == '-'))
		n--;
	name[n] = '\0';
	for (i = 0; i < n; i++)
		dots += name[i] == '.';
	if (n < 4 || dots == 0 || name[0] == '.')
		return 0;
	if (take_address(name, n, addr))
		snprintf(host, HOST_MAX, "%s", addr);
	else
		snprintf(host, HOST_MAX, "%s", name);
	used = n;
	if (s[used] == '.')
		used++;
	i = address_behind(s + used, addr);
	snprintf(address, HOST_MAX, "%s", addr);
	return used + i;
}
