#include "core/policy/dmarc_record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/policy/tags.h"
#include "core/text.h"
#include "net/i18n.h"

bool
dmarc_record_is(const char *bytes, size_t n)
{
	return tags_are(bytes, n, "DMARC1");
}

const char *
dmarc_policy_name(enum dmarc_policy policy)
{
	static const char *const names[] = { "absent", "invalid", "none",
		"quarantine", "reject" };

	return names[policy];
}

static void __attribute__((format(printf, 2, 3)))
problem(struct dmarc_record *r, const char *fmt, ...)
{
	char text[sizeof(r->problem)];
	va_list ap;

	if (r->problem[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	text_visible_str(text, r->problem, sizeof(r->problem));
}

static enum dmarc_policy
policy(struct dmarc_record *r, const struct tags *tags, const char *name)
{
	const char *value = tags_get(tags, name);
	int i;

	if (value == NULL)
		return DMARC_ABSENT;
	for (i = DMARC_P_NONE; i <= DMARC_P_REJECT; i++)
		if (text_ieq(value, dmarc_policy_name(i)))
			return i;
	problem(r, "%s=%s is none of none, quarantine and reject", name,
	    value);
	return DMARC_INVALID;
}

/* One letter of a few; the default stands for anything else. */
static char
letter(struct dmarc_record *r, const struct tags *tags, const char *name,
    const char *letters, char def)
{
	const char *value = tags_get(tags, name);

	if (value == NULL)
		return def;
	if (strlen(value) == 1 && strchr(letters, value[0] | 0x20) != NULL)
		return value[0] | 0x20;
	problem(r, "%s=%s is not one of its values", name, value);
	return def;
}

/* A scheme, a colon and something behind it. */
static bool
is_uri(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n && s[i] != ':'; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
		    (s[i] >= 'A' && s[i] <= 'Z') ||
		    (i > 0 && strchr("0123456789+-.", s[i]) != NULL)))
			return false;
	return i > 0 && i + 1 < n;
}

static bool
has_uri(struct dmarc_record *r, const char *list)
{
	bool any = false;
	size_t n;

	while (list != NULL && *list != '\0') {
		while (*list == ' ' || *list == '\t' || *list == ',')
			list++;
		n = strcspn(list, ",");
		if (n > 0 && is_uri(list, n))
			any = true;
		else if (n > 0)
			problem(r, "rua names no URI (\"mailto:\" missing?)");
		list += n;
	}
	return any;
}

void
dmarc_record_parse(const char *bytes, size_t n, struct dmarc_record *r)
{
	struct tags tags;
	const char *pct;

	memset(r, 0, sizeof(*r));
	tags_parse(bytes, n, &tags);
	r->p = policy(r, &tags, "p");
	r->sp = policy(r, &tags, "sp");
	r->np = policy(r, &tags, "np");
	r->strict_dkim = letter(r, &tags, "adkim", "rs", 'r') == 's';
	r->strict_spf = letter(r, &tags, "aspf", "rs", 'r') == 's';
	r->psd = letter(r, &tags, "psd", "ynu", 'u');
	r->testing = letter(r, &tags, "t", "yn", 'n') == 'y';
	r->reports = has_uri(r, tags_get(&tags, "rua"));
	pct = tags_get(&tags, "pct");
	r->pct = pct != NULL && strspn(pct, "0123456789") == strlen(pct) &&
	    pct[0] != '\0' && strlen(pct) < 4 ? atoi(pct) : 100;
	r->old_usable = r->p > DMARC_INVALID && r->sp != DMARC_INVALID;
	if (tags.wrong[0] != '\0')
		problem(r, "%s", tags.wrong);
	if (tags.twice)
		problem(r, "a tag stands twice");
	if (r->p == DMARC_ABSENT)
		problem(r, "there is no p= tag");
	tags_clear(&tags);
}
