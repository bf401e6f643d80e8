#include "core/policy/suffix.h"

#include <search.h>
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

/* The list's rules, to be looked up by their text. */
struct rules {
	char *text; /* the keys stand in it */
	struct hsearch_data table;
};

/*
 * The rule in a line of `n` bytes, cut to its end; NULL if it has none.
 * Comments and what follows a blank are no rule.
 */
static char *
rule_in(char *line, size_t n)
{
	if (n == 0 || line[0] == '/')
		return NULL;
	n = strcspn(line, " \t\r");
	line[n] = '\0';
	return n > 0 ? line : NULL;
}

/* Takes the text over. */
static bool
rules_index(struct rules *rules, char *text)
{
	char *line = text, *end, *rule;
	size_t lines = 1, i;
	ENTRY *found;

	for (i = 0; text[i] != '\0'; i++)
		lines += text[i] == '\n';
	memset(rules, 0, sizeof(*rules));
	rules->text = text;
	if (hcreate_r(lines * 3 / 2, &rules->table) == 0)
		return false;
	for (; line != NULL; line = end) {
		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		rule = rule_in(line, strlen(line));
		if (rule != NULL)
			hsearch_r((ENTRY){ .key = rule }, ENTER, &found,
			    &rules->table);
	}
	return true;
}

static void
rules_free(struct rules *rules)
{
	hdestroy_r(&rules->table);
	free(rules->text);
	memset(rules, 0, sizeof(*rules));
}

static bool
rules_have(struct rules *rules, const char *before, const char *name)
{
	char key[300];
	ENTRY *found;

	snprintf(key, sizeof(key), "%s%s", before, name);
	return hsearch_r((ENTRY){ .key = key }, FIND, &found,
		   &rules->table) != 0;
}

/* How many labels the domain's public suffix has. */
static size_t
suffix_labels(struct rules *rules, const char *domain)
{
	size_t best = 1; /* the rule "*" prevails by default */
	size_t all = labels(domain, strlen(domain)), count;
	const char *tail;

	for (count = 1; count <= all; count++) {
		tail = last_labels(domain, count);
		if (rules_have(rules, "!", tail))
			return count - 1;
		if (rules_have(rules, "", tail) && count > best)
			best = count;
		if (count < all && rules_have(rules, "*.", tail))
			best = count + 1;
	}
	return best;
}

static bool
organization(struct rules *rules, const char *domain, char *out, size_t size)
{
	const char *org;

	if (domain[0] == '\0' || strlen(domain) > 255)
		return false;
	org = last_labels(domain, suffix_labels(rules, domain) + 1);
	if (org == NULL || strlen(org) >= size)
		return false;
	snprintf(out, size, "%s", org);
	return true;
}

bool
suffix_organization_in(const char *text, const char *domain, char *out,
    size_t size)
{
	struct rules rules;
	bool found = rules_index(&rules, mem_strdup(text)) &&
	    organization(&rules, domain, out, size);

	rules_free(&rules);
	return found;
}

/* The list's text; NULL if there is none. */
static char *
read_list(const char *path)
{
	struct stat st;
	char *text;
	FILE *in = fopen(path, "re");
	size_t n;

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

/* The list at `path`, read once and kept; NULL if there is none. */
static struct rules *
rules_of(const char *path)
{
	static struct rules rules;
	static char *of;
	char *text;

	if (of == NULL || strcmp(of, path) != 0) {
		if (rules.text != NULL)
			rules_free(&rules);
		free(of);
		of = mem_strdup(path);
		text = read_list(path);
		if (text != NULL && !rules_index(&rules, text))
			rules_free(&rules);
	}
	return rules.text != NULL ? &rules : NULL;
}

bool
suffix_organization(const char *list, const char *domain, char *out,
    size_t size)
{
	struct rules *rules = rules_of(list);

	return rules != NULL && organization(rules, domain, out, size);
}
