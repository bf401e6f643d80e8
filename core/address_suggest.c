#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/address_parts.h"
#include "core/text.h"

/*
 * What fingers make of the names of large mail providers.  `tld` is the
 * usual one; it completes the name where it was left out and replaces one
 * that is a known slip.  Only names nobody else uses stand here: "mail",
 * "ymail" and "email" are providers of their own.
 */
static const struct {
	const char *typed, *meant, *tld;
} providers[] = {
	{ "gmail", "gmail", "com" },
	{ "gmial", "gmail", "com" },
	{ "gmaill", "gmail", "com" },
	{ "gmai", "gmail", "com" },
	{ "gmal", "gmail", "com" },
	{ "gmil", "gmail", "com" },
	{ "gamil", "gmail", "com" },
	{ "gnail", "gmail", "com" },
	{ "gmaik", "gmail", "com" },
	{ "gmaul", "gmail", "com" },
	{ "gmsil", "gmail", "com" },
	{ "ggmail", "gmail", "com" },
	{ "gmailcom", "gmail", "com" },
	{ "googlemail", "googlemail", "com" },
	{ "goglemail", "googlemail", "com" },
	{ "hotmail", "hotmail", "com" },
	{ "hotmial", "hotmail", "com" },
	{ "hotmal", "hotmail", "com" },
	{ "hotmai", "hotmail", "com" },
	{ "hotmil", "hotmail", "com" },
	{ "hotmaill", "hotmail", "com" },
	{ "hotamil", "hotmail", "com" },
	{ "hotnail", "hotmail", "com" },
	{ "homail", "hotmail", "com" },
	{ "hitmail", "hotmail", "com" },
	{ "hormail", "hotmail", "com" },
	{ "hotmailcom", "hotmail", "com" },
	{ "outlook", "outlook", "com" },
	{ "outlok", "outlook", "com" },
	{ "outloo", "outlook", "com" },
	{ "outook", "outlook", "com" },
	{ "oulook", "outlook", "com" },
	{ "outlock", "outlook", "com" },
	{ "outllook", "outlook", "com" },
	{ "outlookcom", "outlook", "com" },
	{ "yahoo", "yahoo", "com" },
	{ "yaho", "yahoo", "com" },
	{ "yahooo", "yahoo", "com" },
	{ "yhoo", "yahoo", "com" },
	{ "yhaoo", "yahoo", "com" },
	{ "yaoo", "yahoo", "com" },
	{ "yahho", "yahoo", "com" },
	{ "yahoocom", "yahoo", "com" },
	{ "icloud", "icloud", "com" },
	{ "iclod", "icloud", "com" },
	{ "icoud", "icloud", "com" },
	{ "iclould", "icloud", "com" },
	{ "icluod", "icloud", "com" },
	{ "icloudcom", "icloud", "com" },
};

/* Top-level domains that do not exist. */
static const struct {
	const char *typed, *meant;
} tlds[] = {
	{ "con", "com" },
	{ "cmo", "com" },
	{ "ocm", "com" },
	{ "comm", "com" },
	{ "coom", "com" },
	{ "ccom", "com" },
	{ "conm", "com" },
	{ "cim", "com" },
	{ "cpm", "com" },
	{ "vom", "com" },
	{ "xom", "com" },
	{ "dom", "com" },
	{ "copm", "com" },
	{ "nte", "net" },
	{ "nett", "net" },
	{ "ner", "net" },
	{ "ney", "net" },
	{ "met", "net" },
	{ "ogr", "org" },
	{ "rog", "org" },
	{ "orgg", "org" },
	{ "orf", "org" },
	{ "eud", "edu" },
	{ "gvo", "gov" },
	{ "inof", "info" },
	{ "ifno", "info" },
};

/* These exist, but not for the providers above. */
static const char *const slips_of_com[] = { "co", "cm", "om", "comn", "cop" };

static const struct {
	const char *spelled, *means;
} spelled_out[] = {
	{ "(at)", "@" },
	{ "[at]", "@" },
	{ "{at}", "@" },
	{ " at ", "@" },
	{ "\xef\xbc\xa0", "@" }, /* U+FF20 */
	{ "@@", "@" },
	{ "(dot)", "." },
	{ "[dot]", "." },
	{ "{dot}", "." },
	{ " dot ", "." },
};

/* Replaces every `from`, which is longer than `to` and not part of it. */
static void
replace_all(char *s, const char *from, const char *to)
{
	size_t m = strlen(from), n = strlen(to);

	while ((s = (char *)(uintptr_t)text_ifind(s, from)) != NULL &&
	    *s != '\0') {
		memcpy(s, to, n);
		memmove(s + n, s + m, strlen(s + m) + 1);
	}
}

/* Takes out every byte of `set`. */
static void
remove_all(char *s, const char *set)
{
	char *out = s;

	for (; *s != '\0'; s++) {
		if (strchr(set, *s) == NULL)
			*out++ = *s;
	}
	*out = '\0';
}

static void
trim_set(char *s, const char *set)
{
	size_t skip = strspn(s, set), n;

	memmove(s, s + skip, strlen(s + skip) + 1);
	n = strlen(s);
	while (n > 0 && strchr(set, s[n - 1]) != NULL)
		s[--n] = '\0';
}

/* Blanks out, commas to dots, one dot where there are several. */
static void
mend_domain(char *domain)
{
	char *s;

	remove_all(domain, " \t");
	for (s = domain; *s != '\0'; s++) {
		if (*s == ',' || *s == ';')
			*s = '.';
	}
	replace_all(domain, "..", ".");
	trim_set(domain, ".");
	if (text_istarts(domain, "www.") && strchr(domain + 4, '.') != NULL)
		memmove(domain, domain + 4, strlen(domain + 4) + 1);
}

/* An address of the internet where a name should be: RFC 5321 4.1.3. */
static bool
as_literal(const char *domain, char *out, size_t size)
{
	char text[ADDR_TEXT_MAX];
	struct addr addr;

	if (!addr_parse(domain, &addr) || strchr(domain, '%') != NULL)
		return false;
	snprintf(out, size, "[%s%s]", addr.family == AF_INET6 ? "IPv6:" : "",
	    addr_text(&addr, text));
	return true;
}

static bool
is_slip_of_com(const char *tld)
{
	size_t i;

	for (i = 0; i < sizeof(slips_of_com) / sizeof(slips_of_com[0]); i++) {
		if (text_ieq(tld, slips_of_com[i]))
			return true;
	}
	return false;
}

static const char *
meant_tld(const char *tld)
{
	size_t i;

	for (i = 0; i < sizeof(tlds) / sizeof(tlds[0]); i++) {
		if (text_ieq(tld, tlds[i].typed))
			return tlds[i].meant;
	}
	return tld;
}

/* The provider's name in front of at most one more label. */
static bool
correct_provider(const char *domain, char *out, size_t size)
{
	size_t n = strcspn(domain, "."), i;
	const char *rest = domain + n;

	for (i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
		const char *tld = providers[i].tld;

		if (strlen(providers[i].typed) != n ||
		    !text_istarts(domain, providers[i].typed))
			continue;
		if (rest[0] == '.' && !is_slip_of_com(rest + 1))
			tld = meant_tld(rest + 1);
		snprintf(out, size, "%s.%s", providers[i].meant, tld);
		return true;
	}
	return false;
}

static void
correct_domain(const char *domain, char *out, size_t size)
{
	const char *dot = strrchr(domain, '.');

	if (as_literal(domain, out, size) ||
	    correct_provider(domain, out, size))
		return;
	if (dot == NULL)
		snprintf(out, size, "%s", domain);
	else
		snprintf(out, size, "%.*s%s", (int)(dot + 1 - domain), domain,
		    meant_tld(dot + 1));
}

/* The text without what address_unwrap() would refuse it for. */
static bool
loosen(const char *text, char *out, size_t size)
{
	struct err err;
	size_t i;

	if (!address_unwrap(text, out, size, &err)) {
		if (strlen(text) >= size)
			return false;
		memcpy(out, text, strlen(text) + 1);
		remove_all(out, "<>");
	}
	for (i = 0; i < sizeof(spelled_out) / sizeof(spelled_out[0]); i++)
		replace_all(out, spelled_out[i].spelled,
		    spelled_out[i].means);
	trim_set(out, " \t\r\n,;:.'`");
	return true;
}

bool
address_suggest(const char *text, char *out, size_t size)
{
	char s[ADDRESS_MAX], domain[ADDRESS_MAX], whole[2 * ADDRESS_MAX + 1];
	struct address given, better;
	struct err err;
	char *at;

	if (!loosen(text, s, sizeof(s)))
		return false;
	at = strrchr(s, '@');
	if (at == NULL)
		return false;
	*at = '\0';
	if (s[0] != '"') {
		trim_set(s, " \t.");
		replace_all(s, "..", ".");
	}
	mend_domain(at + 1);
	correct_domain(at + 1, domain, sizeof(domain));
	snprintf(whole, sizeof(whole), "%s@%s", s, domain);
	if (!address_parse(whole, false, &better, &err))
		return false;
	if (address_parse(text, false, &given, &err) &&
	    strcmp(given.mailbox, better.mailbox) == 0)
		return false;
	if (strlen(better.text) >= size)
		return false;
	memcpy(out, better.text, strlen(better.text) + 1);
	return true;
}

/* "https://mail.dest.example/inbox": what stands between. */
static void
cut_url(char *s)
{
	const char *host = strstr(s, "://");

	if (host == NULL)
		return;
	memmove(s, host + 3, strlen(host + 3) + 1);
	s[strcspn(s, "/?#")] = '\0';
}

bool
address_suggest_host(const char *text, char *out, size_t size)
{
	char s[ADDRESS_MAX], host[ADDRESS_MAX], name[256], *c;
	struct addr addr;
	struct err err;
	const char *port;

	if (strlen(text) >= sizeof(s) || strchr(text, '@') != NULL)
		return false;
	memcpy(s, text, strlen(text) + 1);
	cut_url(s);
	remove_all(s, " \t<>");
	for (c = s; *c != '\0'; c++)
		if (*c == ',' || *c == ';')
			*c = '.';
	replace_all(s, "..", ".");
	trim_set(s, ".");
	if (addr_parse_port(s, 0, &addr)) {
		snprintf(host, sizeof(host), "%s", s);
	} else {
		port = strchr(s, ':');
		port = port != NULL ? port : s + strlen(s);
		snprintf(name, sizeof(name), "%.*s", (int)(port - s), s);
		correct_domain(name, host, sizeof(host));
		if (!address_domain(host, name, sizeof(name), &err))
			return false;
		snprintf(host + strlen(host), sizeof(host) - strlen(host),
		    "%s", port);
	}
	if (host[0] == '\0' || strcmp(host, text) == 0 ||
	    strlen(host) >= size)
		return false;
	memcpy(out, host, strlen(host) + 1);
	return true;
}
