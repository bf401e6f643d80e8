#include "core/policy/listed.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/addr.h"
#include "net/dns.h"

/* Labels by which lists of names are known: dbl.spamhaus.org,
 * multi.uribl.com, multi.surbl.org, rhsbl.sorbs.net ... */
static bool
holds_names(const char *zone)
{
	static const char *const labels[] = { "dbl", "zrd", "rhsbl", "uribl",
		"surbl" };
	size_t i, n;

	for (; *zone != '\0'; zone += n + (zone[n] == '.')) {
		n = strcspn(zone, ".");
		for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
			if (strlen(labels[i]) == n &&
			    text_ifind(zone, labels[i]) == zone)
				return true;
	}
	return false;
}

static bool
is_name(const char *name)
{
	return name != NULL && strchr(name, '.') != NULL &&
	    dns_name_valid(name);
}

/* Part of a name, an address or a word. */
static bool
goes_on(char c)
{
	return isalnum((unsigned char)c) || strchr("-_.@/", c) != NULL;
}

/* The name stands in the text by itself: not in an address or a link. */
static bool
mentions(const char *text, const char *name)
{
	size_t n = strlen(name);
	const char *at;

	for (at = text; (at = text_ifind(at, name)) != NULL; at++)
		if ((at == text || !goes_on(at[-1])) &&
		    (!goes_on(at[n]) || (at[n] == '.' && !goes_on(at[n + 1]))))
			return true;
	return false;
}

/* "[what] blocked using", as Postfix writes it (default_rbl_reply). */
static bool
in_brackets(const char *text, char *out, size_t size)
{
	const char *end = text_ifind(text, "] blocked using "), *at;

	if (end == NULL)
		return false;
	for (at = end; at > text && at[-1] != '[';)
		at--;
	if (at == text || at == end || (size_t)(end - at) >= size)
		return false;
	snprintf(out, size, "%.*s", (int)(end - at), at);
	return true;
}

/* The one of ours that the brackets hold; "" is the address, NULL none. */
static const char *
ours(const char *what, const struct list_subjects *s)
{
	const char *const all[] = { s->sender_domain, s->helo, s->client_name,
		s->recipient_domain };
	const char *at = strrchr(what, '@');
	struct addr addr;
	size_t i;

	if (addr_parse(what, &addr))
		return "";
	what = at != NULL ? at + 1 : what;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (is_name(all[i]) && dns_name_eq(what, all[i]))
			return all[i];
	return NULL;
}

static bool
holds_address(const char *text)
{
	char word[64];
	struct addr addr;
	size_t n;

	while (*text != '\0') {
		n = 0;
		while (isxdigit((unsigned char)text[n]) || text[n] == '.' ||
		    text[n] == ':')
			n++;
		while (n > 0 && strchr(".:", text[n - 1]) != NULL)
			n--;
		if (n >= 7 && n < sizeof(word)) {
			snprintf(word, sizeof(word), "%.*s", (int)n, text);
			if (addr_parse(word, &addr))
				return true;
		}
		text += n > 0 ? n : 1;
	}
	return false;
}

/* Adds a name once; only one that can be asked about. */
static size_t
add(const char **names, size_t n, const char *name)
{
	size_t i;

	if (!is_name(name))
		return n;
	for (i = 0; i < n; i++)
		if (dns_name_eq(names[i], name))
			return n;
	names[n] = name;
	return n + 1;
}

size_t
listed_subjects(const char *text, const char *zone,
    const struct list_subjects *s, const char *names[LISTED_MAX])
{
	const char *const all[] = { s->sender_domain, s->helo,
		s->client_name };
	bool of_names = holds_names(zone);
	char what[256];
	size_t i, n = 0;

	if (in_brackets(text, what, sizeof(what)) &&
	    (names[0] = ours(what, s)) != NULL)
		return 1;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (is_name(all[i]) && mentions(text, all[i]) &&
		    (of_names || !holds_address(text)))
			n = add(names, n, all[i]);
	if (of_names && n == 0) {
		n = add(names, n, s->sender_domain);
		n = add(names, n, s->helo);
	}
	if (!of_names || n == 0)
		names[n++] = "";
	return n;
}
