#include "core/policy/suffix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* The length of a rule that may match: one under the same last label. */
static size_t
rule_length(const char *line, size_t n, const char *top, size_t top_n)
{
	const char *blank = memchr(line, ' ', n);

	if (n < 1 || line[0] == '/')
		return 0;
	if (blank != NULL)
		n = (size_t)(blank - line);
	if (n > 0 && line[n - 1] == '\r')
		n--;
	return n >= top_n && memcmp(line + n - top_n, top, top_n) == 0 ? n : 0;
}

bool
suffix_organization_in(const char *text, const char *domain, char *out,
    size_t size)
{
	size_t best = 1, match, n; /* the rule "*" prevails by default */
	const char *end = text + strlen(text), *line_end, *org;
	const char *top = last_labels(domain, 1);
	bool excepted = false;

	for (; text < end && top != NULL; text = line_end + 1) {
		line_end = memchr(text, '\n', (size_t)(end - text));
		if (line_end == NULL)
			line_end = end;
		n = rule_length(text, (size_t)(line_end - text), top,
		    strlen(top));
		if (n == 0)
			continue;
		match = rule_match(text, n, domain);
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

/* The list's text, read once and kept; NULL if there is none. */
static const char *
read_list(const char *path)
{
	static char *text, *of;
	struct stat st;
	FILE *in;
	size_t n;

	if (of != NULL && strcmp(of, path) == 0)
		return text;
	free(text);
	free(of);
	text = NULL;
	of = mem_strdup(path);
	in = fopen(path, "re");
	if (in == NULL || fstat(fileno(in), &st) != 0 || st.st_size <= 0 ||
	    st.st_size > LIST_MAX) {
		if (in != NULL)
			fclose(in);
		return NULL;
	}
	text = mem_resize(NULL, (size_t)st.st_size + 1);
	n = fread(text, 1, (size_t)st.st_size, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

bool
suffix_organization(const char *list, const char *domain, char *out,
    size_t size)
{
	const char *text = read_list(list);

	return text != NULL && text[0] != '\0' &&
	    suffix_organization_in(text, domain, out, size);
}
