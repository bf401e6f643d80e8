#include "core/policy/suffix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/mem.h"

#define LIST_MAX (4 * 1024 * 1024) /* bytes of the list we read */

static size_t
labels(const char *s, size_t n)
{
	size_t i, count = n > 0;

	for (i = 0; i < n; i++)
		count += s[i] == '.';
	return count;
}

/* The last `count` labels of the domain; NULL if it has fewer. */
static const char *
last_labels(const char *domain, size_t count)
{
	const char *at = domain + strlen(domain);

	if (count == 0 || labels(domain, strlen(domain)) < count)
		return NULL;
	while (at > domain) {
		if (at[-1] == '.' && --count == 0)
			break;
		at--;
	}
	return at;
}

/* How many labels of the domain a rule takes as suffix; 0: no match. */
static size_t
rule_match(const char *rule, size_t n, const char *domain)
{
	bool exception = n > 0 && rule[0] == '!';
	bool wild = n > 2 && rule[0] == '*' && rule[1] == '.';
	const char *tail;
	size_t count;

	if (exception || wild) {
		rule += exception ? 1 : 2;
		n -= exception ? 1 : 2;
	}
	count = labels(rule, n);
	tail = last_labels(domain, count);
	if (tail == NULL || strlen(tail) != n || memcmp(tail, rule, n) != 0)
		return 0;
	if (exception)
		return count - 1;
	if (!wild)
		return count;
	return labels(domain, strlen(domain)) > count ? count + 1 : 0;
}

bool
suffix_organization_in(const char *text, const char *domain, char *out,
    size_t size)
{
	size_t best = 1, match, n; /* the rule "*" prevails by default */
	bool excepted = false;
	const char *org;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (n == 0 || (text[0] == '/' && text[1] == '/'))
			continue;
		match = rule_match(text, strcspn(text, " \t\r\n"), domain);
		if (match > 0 && (text[0] == '!' ||
		    (!excepted && match > best)))
			best = match;
		excepted = excepted || (match > 0 && text[0] == '!');
	}
	org = last_labels(domain, best + 1);
	if (org == NULL || strlen(org) >= size)
		return false;
	snprintf(out, size, "%s", org);
	return true;
}

bool
suffix_organization(const char *list, const char *domain, char *out,
    size_t size)
{
	FILE *in = fopen(list, "re");
	char *text;
	size_t n;
	bool found;

	if (in == NULL)
		return false;
	text = mem_alloc(LIST_MAX + 1);
	n = fread(text, 1, LIST_MAX, in);
	fclose(in);
	text[n] = '\0';
	found = n > 0 && suffix_organization_in(text, domain, out, size);
	free(text);
	return found;
}
