#include "core/spf/record.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/spf/macro.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/i18n.h"
#include "net/mem.h"

#define VERSION "v=spf1"

static const struct mechanism {
	const char *name;
	enum spf_kind kind;
	bool spec;     /* may have a domain-spec */
	bool required; /* must have an argument */
	bool cidr;     /* may have a dual-cidr-length */
	bool asks;     /* causes DNS look-ups (4.6.4) */
} mechanisms[] = {
	{ "all", SPF_ALL, false, false, false, false },
	{ "include", SPF_INCLUDE, true, true, false, true },
	{ "a", SPF_A, true, false, true, true },
	{ "mx", SPF_MX, true, false, true, true },
	{ "ptr", SPF_PTR, true, false, false, true },
	{ "ip4", SPF_IP4, false, true, false, false },
	{ "ip6", SPF_IP6, false, true, false, false },
	{ "exists", SPF_EXISTS, true, true, false, true },
};

const char *
spf_result_name(enum spf_result result)
{
	static const char *const names[] = { "none", "neutral", "pass", "fail",
		"softfail", "temperror", "permerror" };

	return names[result];
}

bool
spf_kind_asks(enum spf_kind kind)
{
	size_t i;

	for (i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
		if (mechanisms[i].kind == kind)
			return mechanisms[i].asks;
	return kind == SPF_REDIRECT;
}

bool
spf_record_is(const char *bytes, size_t n)
{
	size_t len = strlen(VERSION);

	return n >= len && strncasecmp(bytes, VERSION, len) == 0 &&
	    (n == len || bytes[len] == ' ');
}

static bool
is_name_char(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* "name" of mechanisms and modifiers: a letter first (12). */
static size_t
scan_name(const char *s)
{
	size_t i = 0;

	if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z'))
		while (is_name_char((unsigned char)s[i]))
			i++;
	return i;
}

/*
 * A prefix length at the end of s[0..*n), behind `slashes` slashes: "0" or
 * digits without a leading zero.  Takes it off and returns true, or leaves
 * everything alone.
 */
static bool
take_bits(const char *s, size_t *n, size_t slashes, int *bits)
{
	size_t at = *n, i;
	int value = 0;

	while (at > 0 && s[at - 1] >= '0' && s[at - 1] <= '9')
		at--;
	if (at == *n || *n - at > 3 || at < slashes ||
	    (s[at] == '0' && *n - at > 1))
		return false;
	for (i = 1; i <= slashes; i++)
		if (s[at - i] != '/')
			return false;
	for (i = at; i < *n; i++)
		value = value * 10 + (s[i] - '0');
	*n = at - slashes;
	*bits = value;
	return true;
}

static bool
take_dual_bits(const char *s, size_t *n, struct spf_term *term,
    struct err *err)
{
	take_bits(s, n, 2, &term->bits6);
	take_bits(s, n, 1, &term->bits4);
	if (term->bits4 > 32)
		return err_set(err, ERR_INPUT,
		    "the IPv4 prefix length /%d is beyond 32", term->bits4);
	if (term->bits6 > 128)
		return err_set(err, ERR_INPUT,
		    "the IPv6 prefix length //%d is beyond 128", term->bits6);
	return true;
}

static bool
take_net(const char *s, struct spf_term *term, struct err *err)
{
	bool v4 = term->kind == SPF_IP4;
	int *bits = v4 ? &term->bits4 : &term->bits6;
	char text[ADDR_TEXT_MAX];
	size_t n = strlen(s);

	if (strchr(s, '/') != NULL && !take_bits(s, &n, 1, bits))
		return err_set(err, ERR_INPUT, "the prefix length is not one");
	if (*bits > (v4 ? 32 : 128))
		return err_set(err, ERR_INPUT,
		    "the prefix length /%d is too long", *bits);
	term->net.family = v4 ? AF_INET : AF_INET6;
	if (n < sizeof(text)) {
		memcpy(text, s, n);
		text[n] = '\0';
		if (inet_pton(term->net.family, text, term->net.bytes) == 1)
			return true;
	}
	return err_set(err, ERR_INPUT, "no IPv%d address", v4 ? 4 : 6);
}

/* `s` begins behind the mechanism's name. */
static bool
take_argument(const struct mechanism *m, const char *s, struct spf_term *term,
    struct err *err)
{
	size_t n = strlen(s);

	if (n == 0)
		return !m->required ||
		    err_set(err, ERR_INPUT, "its argument is missing");
	if (m->kind == SPF_IP4 || m->kind == SPF_IP6)
		return s[0] == ':' ? take_net(s + 1, term, err)
		                   : err_set(err, ERR_INPUT,
		                         "its address is missing");
	if (m->cidr && !take_dual_bits(s, &n, term, err))
		return false;
	if (n == 0)
		return true;
	if (s[0] != ':')
		return err_set(err, ERR_INPUT, m->cidr
		    ? _("the prefix length is not one")
		    : _("it takes no prefix length"));
	if (!m->spec)
		return err_set(err, ERR_INPUT, "it takes no argument");
	if (!spf_macro_check(s + 1, n - 1, SPF_IN_DOMAIN, err))
		return false;
	term->spec = mem_strndup(s + 1, n - 1);
	return true;
}

static void
term_clear(struct spf_term *term)
{
	free(term->text);
	free(term->spec);
	memset(term, 0, sizeof(*term));
}

static bool
take_mechanism(const char *text, struct spf_record *record, struct err *err)
{
	struct spf_term term = { .qualifier = SPF_PASS, .bits4 = 32,
		.bits6 = 128 };
	const struct mechanism *m = NULL;
	const char *name = text;
	size_t i, n;

	switch (*text) {
	case '-': term.qualifier = SPF_FAIL; name++; break;
	case '~': term.qualifier = SPF_SOFTFAIL; name++; break;
	case '?': term.qualifier = SPF_NEUTRAL; name++; break;
	case '+': name++; break;
	default: break;
	}
	n = scan_name(name);
	for (i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
		if (n == strlen(mechanisms[i].name) &&
		    strncasecmp(name, mechanisms[i].name, n) == 0)
			m = &mechanisms[i];
	if (m == NULL || (name[n] != '\0' && name[n] != ':' && name[n] != '/'))
		return err_set(err, ERR_INPUT, "no mechanism of SPF");
	term.kind = m->kind;
	if (!take_argument(m, name + n, &term, err))
		return false;
	term.text = mem_strdup(text);
	record->has_all = record->has_all || m->kind == SPF_ALL;
	record->terms = mem_grow(record->terms, record->count, &record->cap,
	    sizeof(*record->terms));
	record->terms[record->count++] = term;
	return true;
}

/* `n` is the length of the name in front of the "=". */
static bool
take_modifier(const char *text, size_t n, struct spf_record *record,
    struct err *err)
{
	const char *value = text + n + 1;
	struct spf_term *term;
	bool *has;

	if (n == 8 && strncasecmp(text, "redirect", n) == 0) {
		term = &record->redirect;
		has = &record->has_redirect;
		term->kind = SPF_REDIRECT;
	} else if (n == 3 && strncasecmp(text, "exp", n) == 0) {
		term = &record->exp;
		has = &record->has_exp;
		term->kind = SPF_EXP;
	} else {
		record->unknown++;
		return spf_macro_check(value, strlen(value), SPF_IN_VALUE,
		    err);
	}
	if (*has)
		return err_set(err, ERR_INPUT, "a modifier that stands twice");
	if (!spf_macro_check(value, strlen(value), SPF_IN_DOMAIN, err))
		return false;
	*has = true;
	term->text = mem_strdup(text);
	term->spec = mem_strdup(value);
	return true;
}

static bool
take_term(const char *text, struct spf_record *record, struct err *err)
{
	size_t i, n = scan_name(text);

	for (i = 0; text[i] != '\0'; i++)
		if (text[i] < '!' || text[i] > '~')
			return err_set(err, ERR_INPUT,
			    "the byte 0x%02x, which is not allowed",
			    (unsigned)(unsigned char)text[i]);
	if (n > 0 && text[n] == '=')
		return take_modifier(text, n, record, err);
	return take_mechanism(text, record, err);
}

bool
spf_record_parse(const char *bytes, size_t n, struct spf_record *record,
    struct err *err)
{
	struct spf_record r = { 0 };
	size_t i = strlen(VERSION), end;
	char *text, shown[120];
	struct err why;
	bool good = true;

	if (memchr(bytes, '\0', n) != NULL)
		return err_set(err, ERR_INPUT, "the record has a NUL byte");
	while (good && i < n) {
		if (bytes[i] == ' ') {
			i++;
			continue;
		}
		for (end = i; end < n && bytes[end] != ' ';)
			end++;
		text = mem_strndup(bytes + i, end - i);
		good = take_term(text, &r, &why);
		if (!good)
			err_set(err, ERR_INPUT, "in \"%s\": %s",
			    text_visible_str(text, shown, sizeof(shown)),
			    why.text);
		free(text);
		i = end;
	}
	if (!good) {
		spf_record_clear(&r);
		return false;
	}
	*record = r;
	return true;
}

void
spf_record_clear(struct spf_record *record)
{
	size_t i;

	for (i = 0; i < record->count; i++)
		term_clear(&record->terms[i]);
	free(record->terms);
	term_clear(&record->redirect);
	term_clear(&record->exp);
	memset(record, 0, sizeof(*record));
}
