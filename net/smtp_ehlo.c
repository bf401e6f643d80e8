#include "net/smtp_ehlo.h"

#include <string.h>

#include "net/addr.h"
#include "net/smtp_reply.h"

/* A word of a line: points into the reply, is not terminated. */
struct word {
	const char *at;
	size_t len;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* The next word of a line that ends at `end`; false when there is none. */
static bool
next_word(const char **at, const char *end, struct word *word)
{
	const char *p = *at;

	while (p < end && is_blank(*p))
		p++;
	word->at = p;
	while (p < end && !is_blank(*p))
		p++;
	word->len = (size_t)(p - word->at);
	*at = p;
	return word->len > 0;
}

static void
copy(char *out, size_t size, const char *at, size_t len)
{
	if (len >= size)
		len = size - 1;
	memcpy(out, at, len);
	out[len] = '\0';
}

static bool
same(const char *upper_text, const char *at, size_t len)
{
	size_t i;

	if (strlen(upper_text) != len)
		return false;
	for (i = 0; i < len; i++)
		if (upper(at[i]) != upper_text[i])
			return false;
	return true;
}

/* "[192.0.2.1]", "(192.0.2.1)", "[IPv6:2001:db8::1]", "192.0.2.1," */
static bool
address_in(struct word word, struct addr *addr)
{
	char text[ADDR_TEXT_MAX];
	size_t n;

	n = strspn(word.at, "([<");
	if (n > word.len)
		return false;
	word.at += n;
	word.len -= n;
	while (word.len > 0 && strchr(")]>,.;!", word.at[word.len - 1]) != NULL)
		word.len--;
	if (word.len > 5 && same("IPV6:", word.at, 5)) {
		word.at += 5;
		word.len -= 5;
	}
	if (word.len == 0 || word.len >= sizeof(text))
		return false;
	copy(text, sizeof(text), word.at, word.len);
	return addr_parse(text, addr);
}

/* "host.example.org" or "ident@host.example.org": a name with a dot. */
static bool
name_in(struct word word, char *out, size_t size)
{
	const char *at = memchr(word.at, '@', word.len);
	bool dot = false, letter = false;
	size_t i;

	if (at != NULL) {
		word.len -= (size_t)(at + 1 - word.at);
		word.at = at + 1;
	}
	if (word.len == 0 || word.len >= size || word.at[0] == '.')
		return false;
	for (i = 0; i < word.len; i++) {
		char c = upper(word.at[i]);

		dot |= c == '.';
		letter |= c >= 'A' && c <= 'Z';
		if ((c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    strchr(".-_", c) == NULL)
			return false;
	}
	if (!dot || !letter)
		return false;
	copy(out, size, word.at, word.len);
	return true;
}

/*
 * Many servers greet the client with the name and the address they see:
 * "mx Hello host.example [192.0.2.1]", "mx at your service, [192.0.2.1]".
 */
static void
read_greeting(struct smtp_ehlo *ehlo, const char *line, const char *end)
{
	struct word word;
	struct addr addr;
	const char *at = line;

	if (!next_word(&at, end, &word))
		return;
	copy(ehlo->host, sizeof(ehlo->host), word.at, word.len);
	while (at < end && is_blank(*at))
		at++;
	copy(ehlo->greeting, sizeof(ehlo->greeting), at, (size_t)(end - at));
	while (next_word(&at, end, &word)) {
		if (address_in(word, &addr)) {
			addr_text(&addr, ehlo->seen_client);
			return;
		}
		name_in(word, ehlo->seen_name, sizeof(ehlo->seen_name));
	}
	/* A name without an address behind it may be anybody's. */
	ehlo->seen_name[0] = '\0';
}

static void
add_mech(struct smtp_ehlo *ehlo, struct word word)
{
	char mech[EHLO_MECH_LEN];
	size_t i;

	if (word.len == 0 || word.len >= sizeof(mech))
		return;
	for (i = 0; i < word.len; i++) {
		mech[i] = upper(word.at[i]);
		/* RFC 4422 3.1 */
		if ((mech[i] < 'A' || mech[i] > 'Z') &&
		    (mech[i] < '0' || mech[i] > '9') &&
		    strchr("-_", mech[i]) == NULL)
			return;
	}
	mech[word.len] = '\0';
	if (smtp_ehlo_offers(ehlo, mech) || ehlo->mech_count == EHLO_MECHS)
		return;
	memcpy(ehlo->mechs[ehlo->mech_count++], mech, word.len + 1);
}

/* "AUTH PLAIN LOGIN", and the old "AUTH=PLAIN LOGIN". */
static void
read_auth(struct smtp_ehlo *ehlo, const char *at, const char *end)
{
	struct word word;

	ehlo->auth = true;
	while (next_word(&at, end, &word))
		add_mech(ehlo, word);
}

/* RFC 1870 3: without a number nothing is said about the limit. */
static void
read_size(struct smtp_ehlo *ehlo, const char *at, const char *end)
{
	struct word word;
	uint64_t size = 0;
	size_t i;

	if (!next_word(&at, end, &word) || word.len > 19)
		return;
	for (i = 0; i < word.len; i++) {
		if (word.at[i] < '0' || word.at[i] > '9')
			return;
		size = size * 10 + (uint64_t)(word.at[i] - '0');
	}
	ehlo->size_known = true;
	ehlo->size = size;
}

/* "XXXXXXXA": some firewalls overwrite what they do not know. */
static bool
is_masked(struct word word)
{
	size_t i = 0;

	while (i < word.len && word.at[i] == 'X')
		i++;
	return i >= 3 && word.len >= 4 && word.len - i <= 1;
}

static void
add_keyword(struct smtp_ehlo *ehlo, struct word word)
{
	char *out;
	size_t i;

	if (ehlo->keyword_count == EHLO_KEYWORDS)
		return;
	out = ehlo->keywords[ehlo->keyword_count++];
	copy(out, EHLO_KEYWORD_LEN, word.at, word.len);
	for (i = 0; out[i] != '\0'; i++)
		out[i] = upper(out[i]);
}

static void
read_keyword(struct smtp_ehlo *ehlo, const char *line, const char *end)
{
	static const struct {
		const char *keyword;
		size_t flag;
	} flags[] = {
		{ "PIPELINING", offsetof(struct smtp_ehlo, pipelining) },
		{ "STARTTLS", offsetof(struct smtp_ehlo, starttls) },
		{ "SMTPUTF8", offsetof(struct smtp_ehlo, smtputf8) },
		{ "8BITMIME", offsetof(struct smtp_ehlo, eightbitmime) },
		{ "DSN", offsetof(struct smtp_ehlo, dsn) },
		{ "CHUNKING", offsetof(struct smtp_ehlo, chunking) },
		{ "ENHANCEDSTATUSCODES",
		    offsetof(struct smtp_ehlo, enhanced_codes) },
		{ "REQUIRETLS", offsetof(struct smtp_ehlo, requiretls) },
	};
	const char *at = line, *equals;
	struct word word;
	size_t i;

	if (!next_word(&at, end, &word))
		return;
	equals = memchr(word.at, '=', word.len);
	if (equals != NULL) {
		at = equals + 1;
		word.len = (size_t)(equals - word.at);
	}
	if (word.len == 0)
		return;
	add_keyword(ehlo, word);
	ehlo->masked |= is_masked(word);
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (same(flags[i].keyword, word.at, word.len))
			*(bool *)(void *)((char *)ehlo + flags[i].flag) = true;
	if (same("AUTH", word.at, word.len))
		read_auth(ehlo, at, end);
	else if (same("SIZE", word.at, word.len))
		read_size(ehlo, at, end);
}

void
smtp_ehlo_read(const struct smtp_reply *reply, struct smtp_ehlo *ehlo)
{
	const char *at = reply->text, *end = reply->text + reply->len, *lf;
	bool first = true;

	memset(ehlo, 0, sizeof(*ehlo));
	while (at < end) {
		lf = memchr(at, '\n', (size_t)(end - at));
		if (lf == NULL)
			lf = end;
		if (first)
			read_greeting(ehlo, at, lf);
		else
			read_keyword(ehlo, at, lf);
		first = false;
		at = lf + 1;
	}
}

bool
smtp_ehlo_offers(const struct smtp_ehlo *ehlo, const char *mech)
{
	int i;

	for (i = 0; i < ehlo->mech_count; i++)
		if (same(ehlo->mechs[i], mech, strlen(mech)))
			return true;
	return false;
}
