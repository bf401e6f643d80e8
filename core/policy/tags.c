#include "core/policy/tags.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t
skip_blanks(const char *s, size_t i, size_t n)
{
	while (i < n && is_blank(s[i]))
		i++;
	return i;
}

bool
tags_are(const char *bytes, size_t n, const char *version)
{
	size_t i = 0, len = strlen(version);

	if (n == 0 || bytes[i++] != 'v')
		return false;
	i = skip_blanks(bytes, i, n);
	if (i == n || bytes[i++] != '=')
		return false;
	i = skip_blanks(bytes, i, n);
	if (n - i < len || memcmp(bytes + i, version, len) != 0)
		return false;
	i = skip_blanks(bytes, i + len, n);
	return i == n || bytes[i] == ';';
}

/* Tag names: letters, digits, "_"; a letter first (RFC 6376 3.2). */
static bool
is_name(const char *s)
{
	size_t i;

	if (!((s[0] >= 'a' && s[0] <= 'z') || (s[0] >= 'A' && s[0] <= 'Z')))
		return false;
	for (i = 1; s[i] != '\0'; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_')
			return false;
	return true;
}

static void
wrong(struct tags *tags, const char *what, const char *part)
{
	char shown[80];

	if (tags->wrong[0] != '\0')
		return;
	snprintf(tags->wrong, sizeof(tags->wrong), "%s: \"%s\"", what,
	    text_visible_str(part, shown, sizeof(shown)));
}

static void
take(struct tags *tags, char *part)
{
	char *equals, *name, *value;

	part = text_trim(part);
	if (part[0] == '\0')
		return;
	equals = strchr(part, '=');
	if (equals == NULL) {
		wrong(tags, _("not a tag"), part);
		return;
	}
	*equals = '\0';
	name = text_trim(part);
	value = text_trim(equals + 1);
	if (!is_name(name)) {
		wrong(tags, _("not a tag's name"), name);
		return;
	}
	if (tags_get(tags, name) != NULL)
		tags->twice = true;
	if (tags->count == TAGS_MAX) {
		wrong(tags, _("too many tags"), name);
		return;
	}
	tags->tags[tags->count].name = name;
	tags->tags[tags->count++].value = value;
}

void
tags_parse(const char *bytes, size_t n, struct tags *tags)
{
	char *at, *next;
	size_t i;

	memset(tags, 0, sizeof(*tags));
	if (n > TAGS_BYTES)
		n = TAGS_BYTES;
	tags->text = mem_alloc(n + 1);
	memcpy(tags->text, bytes, n);
	for (i = 0; i < n; i++)
		if (tags->text[i] == '\0')
			tags->text[i] = '\x01'; /* as wrong, but no end */
	for (at = tags->text; at != NULL; at = next) {
		next = strchr(at, ';');
		if (next != NULL)
			*next++ = '\0';
		take(tags, at);
	}
}

void
tags_clear(struct tags *tags)
{
	free(tags->text);
	memset(tags, 0, sizeof(*tags));
}

const char *
tags_get(const struct tags *tags, const char *name)
{
	size_t i;

	for (i = 0; i < tags->count; i++)
		if (strcmp(tags->tags[i].name, name) == 0)
			return tags->tags[i].value;
	return NULL;
}
