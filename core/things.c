#include "core/things.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/addr.h"
#include "net/dns_msg.h"

const char *
thing_kind_name(enum thing_kind kind)
{
	static const char *const names[] = {
		[THING_NAME] = "name",
		[THING_ADDRESS] = "address",
		[THING_MAILBOX] = "mail address",
	};

	return names[kind];
}

/* What can stand within a name, an address or a mailbox. */
static bool
inside(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' &&
		strchr("-._@:+=!#$%&'*?^`{|}~", c) != NULL);
}

/* The last label is letters (or an A-label): "3.7.1" is a version. */
static bool
looks_like_name(const char *text)
{
	const char *top = strrchr(text, '.'), *c;

	if (top == NULL || top == text || !dns_name_valid(text))
		return false;
	for (c = text; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && strchr("-._", *c) == NULL)
			return false;
	if (text_istarts(top + 1, "xn--"))
		return true;
	if (strlen(top + 1) < 2)
		return false;
	for (top++; *top != '\0'; top++)
		if (!isalpha((unsigned char)*top))
			return false;
	return true;
}

static bool
parse_lower(const char *text, struct thing *thing)
{
	const char *at = strrchr(text, '@');
	struct addr addr;

	if (addr_parse(text, &addr)) {
		char plain[ADDR_TEXT_MAX];

		thing->kind = THING_ADDRESS;
		addr_text(&addr, plain);
		snprintf(thing->text, sizeof(thing->text), "%s", plain);
		return true;
	}
	if (at != NULL && at > text && looks_like_name(at + 1))
		thing->kind = THING_MAILBOX;
	else if (at == NULL && looks_like_name(text))
		thing->kind = THING_NAME;
	else
		return false;
	snprintf(thing->text, sizeof(thing->text), "%s", text);
	return true;
}

/* "250-mx.dest.example": a line of a reply that goes on. */
static bool
is_reply_code(const char *text)
{
	return isdigit((unsigned char)text[0]) &&
	    isdigit((unsigned char)text[1]) &&
	    isdigit((unsigned char)text[2]) && text[3] == '-';
}

static bool
parse_part(const char *text, size_t n, struct thing *thing)
{
	char part[THING_TEXT], *colon;

	while (n > 0 && strchr(".:'=/!", text[n - 1]) != NULL)
		n--;
	while (n > 0 && strchr(".'=/!", *text) != NULL)
		text++, n--;
	if (n == 0 || n >= sizeof(part))
		return false;
	memcpy(part, text, n);
	part[n] = '\0';
	text_lower(part);
	if (parse_lower(part, thing))
		return true;
	/* "192.0.2.25:25", "smtp:mx.dest.example", "[IPv6:2001:db8::1]" */
	colon = strrchr(part, ':');
	if (colon != NULL && colon[1] != '\0' &&
	    strspn(colon + 1, "0123456789") == strlen(colon + 1)) {
		*colon = '\0';
		if (parse_lower(part, thing))
			return true;
		*colon = ':';
	}
	colon = strpbrk(part, ":=");
	return colon != NULL && parse_lower(colon + 1, thing);
}

bool
thing_parse(const char *text, struct thing *thing)
{
	return parse_part(text, strlen(text), thing);
}

const char *
thing_domain(const struct thing *thing)
{
	return thing->kind == THING_NAME	? thing->text :
	    thing->kind == THING_MAILBOX ? strrchr(thing->text, '@') + 1 :
						    "";
}

static size_t
add(const struct thing *thing, struct thing *things, size_t n, size_t max)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(things[i].text, thing->text) == 0)
			return n;
	if (n < max)
		things[n++] = *thing;
	return n;
}

size_t
things_find(const char *text, struct thing *things, size_t max)
{
	struct thing thing, domain = { .kind = THING_NAME };
	size_t n = 0, len;

	while (*text != '\0' && n < max) {
		for (len = 0; inside(text[len]); len++)
			;
		if (len == 0) {
			text++;
			continue;
		}
		if (len > 4 && is_reply_code(text)) {
			text += 4;
			len -= 4;
		}
		if (parse_part(text, len, &thing)) {
			n = add(&thing, things, n, max);
			if (thing.kind == THING_MAILBOX) {
				snprintf(domain.text, sizeof(domain.text),
				    "%s", thing_domain(&thing));
				n = add(&domain, things, n, max);
			}
		}
		text += len;
	}
	return n;
}

/* Would the character make a longer name or address of it? */
static bool
goes_on(const struct thing *thing, char c, char next)
{
	if (isalnum((unsigned char)c) || c == '-' || c == '_')
		return true;
	if (thing->kind == THING_ADDRESS && c == ':' &&
	    strchr(thing->text, ':') != NULL)
		return isxdigit((unsigned char)next) || next == ':';
	return c == '.' && isalnum((unsigned char)next);
}

bool
thing_named(const struct thing *thing, const char *text)
{
	size_t n = strlen(thing->text);
	const char *at = text;

	while ((at = text_ifind(at, thing->text)) != NULL) {
		char before = at > text ? at[-1] : ' ';
		char earlier = at > text + 1 ? at[-2] : ' ';
		bool whole = (at == text + 4 && is_reply_code(text)) ||
		    (!goes_on(thing, before, earlier) &&
			(thing->kind != THING_MAILBOX || before != '+'));

		if (whole && (at[n] == '\0' ||
			!goes_on(thing, at[n], at[n + 1])))
			return true;
		at++;
	}
	return false;
}

bool
thing_reverse(const struct thing *thing, struct thing *reverse)
{
	struct addr addr;

	if (thing->kind != THING_ADDRESS || !addr_parse(thing->text, &addr))
		return false;
	reverse->kind = THING_NAME;
	addr_reverse(&addr, "in-addr.arpa", "ip6.arpa", reverse->text,
	    sizeof(reverse->text));
	return true;
}
