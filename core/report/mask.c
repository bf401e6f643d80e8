#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/report/tree.h"
#include "net/addr.h"
#include "net/buf.h"
#include "net/dns_msg.h"
#include "net/mem.h"

/*
 * Masking works on the tree, where every string stands alone.  First it is
 * learned which names there are: domains of mail addresses, hosts of the
 * servers, names in DNS answers and greetings.  Then every mail address,
 * every IP address and every learned name is replaced in every string, the
 * same by the same.  Other words with dots (files, versions) stay.
 */

#define NAMES_MAX 20000
#define SLOTS 65536 /* a power of two, more than twice the names */
#define TEXT_MAX 65536
#define ALONE_MAX 4 /* names of people that servers also write bare */

enum kind { KIND_HOST, KIND_USER, KIND_IPV4, KIND_IPV6, KINDS };

/* What is done with a string: is it ours, or does it quote a server? */
enum pass { PASS_LEARN, PASS_OURS, PASS_SAID };

struct names {
	struct {
		char *name;
		enum kind kind;
		int number; /* of its kind */
	} *items;
	size_t count, cap;
	int counts[KINDS];
	bool mail, hosts; /* which are replaced */
	unsigned slots[SLOTS]; /* items by their hash, from 1; 0: free */
	char alone[ALONE_MAX][80];
	size_t alone_count;
};

/* FNV-1a over the small letters and the kind. */
static unsigned
slot_of(enum kind kind, const char *name, size_t n)
{
	unsigned hash = 2166136261u ^ (unsigned)kind;

	while (n-- > 0)
		hash = (hash ^ (unsigned)tolower((unsigned char)*name++)) *
		    16777619u;
	return hash ^ hash >> 16;
}

/* The number of a name; a new one if `learn`, else 0 where it is unknown. */
static int
number_of(struct names *names, enum kind kind, const char *name, size_t n,
    bool learn)
{
	unsigned slot = slot_of(kind, name, n);
	size_t i;

	for (;; slot++) {
		i = names->slots[slot % SLOTS];
		if (i == 0)
			break;
		i--;
		if (names->items[i].kind == kind &&
		    strlen(names->items[i].name) == n &&
		    strncasecmp(names->items[i].name, name, n) == 0)
			return names->items[i].number;
	}
	if (!learn || names->count >= NAMES_MAX)
		return 0;
	names->items = mem_grow(names->items, names->count, &names->cap,
	    sizeof(*names->items));
	names->items[names->count].name = mem_strndup(name, n);
	names->items[names->count].kind = kind;
	names->items[names->count].number = ++names->counts[kind];
	names->slots[slot % SLOTS] = (unsigned)++names->count;
	return names->counts[kind];
}

/* ---- words ---- */

static bool
is_word_char(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
	    (c != '\0' && strchr("._-:@%+=!#$&*/?^`{|}~", c) != NULL);
}

static bool
is_host_char(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
	    c == '.' || c == '-' || c == '_';
}

/* Bytes of a host name at `at`, without a final dot; 0: none there. */
static size_t
host_length(const char *at, size_t n)
{
	size_t len = 0;
	const char *dot;

	while (len < n && is_host_char(at[len]))
		len++;
	while (len > 0 && (at[len - 1] == '.' || at[len - 1] == '-'))
		len--;
	dot = len > 0 ? memrchr(at, '.', len) : NULL;
	if (dot == NULL || (size_t)(dot - at) + 3 > len ||
	    !(isalpha((unsigned char)dot[1]) || (unsigned char)dot[1] >= 0x80))
		return 0;
	return len;
}

static bool
reverse_name(const char *at, size_t n)
{
	return (n > 13 && strncasecmp(at + n - 13, ".in-addr.arpa", 13) == 0) ||
	    (n > 9 && strncasecmp(at + n - 9, ".ip6.arpa", 9) == 0);
}

/* The name itself, or one below a learned one. */
static bool
is_learned(struct names *names, const char *at, size_t n)
{
	const char *dot = at, *end = at + n;

	if (reverse_name(at, n))
		return true;
	for (;;) {
		if (number_of(names, KIND_HOST, dot, (size_t)(end - dot),
			false) != 0)
			return true;
		dot = memchr(dot, '.', (size_t)(end - dot));
		if (dot == NULL ||
		    memchr(dot + 1, '.', (size_t)(end - dot - 1)) == NULL)
			return false;
		dot++;
	}
}

/*
 * A learned name in front of more: "dest.example.html" of a link.  Its
 * length, or 0.
 */
static size_t
learned_front(struct names *names, const char *at, size_t n)
{
	const char *dot = at + n;

	while ((dot = memrchr(at, '.', (size_t)(dot - at))) != NULL)
		if (number_of(names, KIND_HOST, at, (size_t)(dot - at),
			false) != 0)
			return (size_t)(dot - at);
	return 0;
}

static void
put_host(struct names *names, const char *at, size_t n, struct buf *out)
{
	if (!names->hosts) {
		buf_add(out, at, n);
		return;
	}
	buf_printf(out, "host-%d.masked.example",
	    number_of(names, KIND_HOST, at, n, true));
}

/* An IP address at `at`: its length, 0 if there is none. */
static size_t
address_length(const char *at, size_t n, struct addr *addr)
{
	char text[ADDR_TEXT_MAX];
	size_t len = 0, colons = 0;

	while (len < n && (isxdigit((unsigned char)at[len]) ||
			      at[len] == '.' || at[len] == ':')) {
		colons += at[len] == ':';
		len++;
	}
	for (; len > 1; len--) {
		if (len >= sizeof(text))
			continue;
		memcpy(text, at, len);
		text[len] = '\0';
		if (strpbrk(text, ".:") == NULL)
			return 0;
		if (addr_parse(text, addr))
			return len;
	}
	return 0;
}

static void
put_address(struct names *names, const char *at, size_t n,
    const struct addr *addr, struct buf *out)
{
	int i;

	if (!names->hosts) {
		buf_add(out, at, n);
		return;
	}
	if (addr->family == AF_INET) {
		i = number_of(names, KIND_IPV4, at, n, true);
		buf_printf(out, "240.0.%d.%d", i / 250, i % 250 + 1);
	} else {
		i = number_of(names, KIND_IPV6, at, n, true);
		buf_printf(out, "100::%x", (unsigned)i);
	}
}

/* ---- strings ---- */

/* A mail address within the word: where its parts begin and end. */
static bool
find_mail(const char *word, size_t n, size_t *local, size_t *at, size_t *host)
{
	const char *sign = memrchr(word, '@', n);
	size_t start;

	if (sign == NULL || sign == word)
		return false;
	*at = (size_t)(sign - word);
	*host = host_length(sign + 1, n - *at - 1);
	if (*host == 0)
		return false;
	start = *at;
	while (start > 0 && word[start - 1] != ':')
		start--;
	*local = start;
	return start < *at;
}

/* Nothing of a name follows: "192.0.2.1." ends a sentence. */
static bool
ends_here(const char *rest, size_t n)
{
	if (n > 0 && rest[0] == '.') {
		rest++;
		n--;
	}
	return n == 0 || !is_host_char(rest[0]);
}

static size_t
mask_word(struct names *names, const char *word, size_t n, bool learn,
    struct buf *out)
{
	size_t local, at, host, len;
	struct addr addr;

	if (find_mail(word, n, &local, &at, &host)) {
		number_of(names, KIND_HOST, word + at + 1, host, true);
		if (learn)
			return at + 1 + host;
		buf_add(out, word, local);
		if (names->mail)
			buf_printf(out, "user-%d@", number_of(names,
				KIND_USER, word + local, at - local, true));
		else
			buf_add(out, word + local, at + 1 - local);
		put_host(names, word + at + 1, host, out);
		return at + 1 + host;
	}
	len = address_length(word, n, &addr);
	if (len > 0 && ends_here(word + len, n - len)) {
		if (!learn)
			put_address(names, word, len, &addr, out);
		return len;
	}
	len = host_length(word, n);
	if (len == 0) {
		/* "IPv6:2001:db8::1", "smtp:host": what follows the sign */
		while (len < n && is_host_char(word[len]))
			len++;
		len = len < n ? len + 1 : len;
		if (!learn)
			buf_add(out, word, len);
		return len;
	}
	if (learn)
		return len;
	if (!is_learned(names, word, len) &&
	    (at = learned_front(names, word, len)) > 0)
		len = at;
	else if (!is_learned(names, word, len)) {
		buf_add(out, word, len);
		return len;
	}
	put_host(names, word, len, out);
	return len;
}

/* "bob" of "250 2.1.5 bob... Recipient ok", or the name of the login. */
static size_t
mask_alone(struct names *names, const char *word, size_t n, struct buf *out)
{
	size_t i, len;

	for (i = 0; i < names->alone_count; i++) {
		len = strlen(names->alone[i]);
		if (len > n || strncasecmp(word, names->alone[i], len) != 0 ||
		    (len < n && (isalnum((unsigned char)word[len]) ||
			strchr("@_-+=", word[len]) != NULL)))
			continue;
		buf_printf(out, "user-%d", number_of(names, KIND_USER,
			word, len, true));
		return len;
	}
	return 0;
}

static void
mask_text(struct names *names, const char *text, enum pass pass,
    struct buf *out)
{
	bool learn = pass == PASS_LEARN;

	size_t n, used;

	while (*text != '\0') {
		for (n = 0; is_word_char(text[n]); n++)
			;
		if (n == 0) {
			if (!learn)
				buf_putc(out, *text);
			text++;
			continue;
		}
		used = pass == PASS_SAID ? mask_alone(names, text, n, out) : 0;
		while (used < n)
			used += mask_word(names, text + used, n - used, learn,
			    out);
		text += n;
	}
}

static void
learn_host(struct names *names, const char *text)
{
	size_t n = text != NULL ? strlen(text) : 0;

	if (n > 0 && host_length(text, n) == n)
		number_of(names, KIND_HOST, text, n, true);
}

/* Every name in a DNS answer, a greeting or an EHLO reply. */
static void
learn_line(struct names *names, const char *text)
{
	size_t n, len;

	while (*text != '\0') {
		for (n = 0; is_word_char(text[n]); n++)
			;
		len = host_length(text, n);
		if (len > 0 && len + 1 >= n)
			number_of(names, KIND_HOST, text, len, true);
		text += n > 0 ? n : 1;
	}
}

/* Every word with dots of such a line is a name. */
static bool
tells_names(const char *stage)
{
	static const char *const stages[] = { "dns", "banner", "ehlo",
		"starttls", "tls" };
	size_t i;

	for (i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
		if (strcmp(stage, stages[i]) == 0)
			return true;
	return false;
}

static void
learn(struct names *names, const json_t *node)
{
	static const char *const hosts[] = { "host", "server", "helo",
		"subject" };
	const char *key, *stage, *text, *why;
	json_t *value;
	size_t i;

	if (json_is_string(node)) {
		mask_text(names, json_string_value(node), PASS_LEARN, NULL);
		return;
	}
	json_array_foreach(node, i, value) learn(names, value);
	if (!json_is_object(node))
		return;
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		learn_host(names, json_string_value(json_object_get(node,
				      hosts[i])));
	stage = json_string_value(json_object_get(node, "stage"));
	text = json_string_value(json_object_get(node, "text"));
	why = json_string_value(json_object_get(node, "why"));
	if (json_object_get(node, "dir") != NULL && stage != NULL &&
	    text != NULL && tells_names(stage))
		learn_line(names, text);
	/* A certificate's names, which belong to whoever has the server. */
	if (json_object_get(node, "trusted") != NULL && why != NULL)
		learn_line(names, why);
	json_object_foreach((json_t *)(uintptr_t)node, key, value)
		learn(names, value);
}

static void
replace(struct names *names, json_t *node, enum pass pass)
{
	const char *key;
	json_t *value;
	struct buf out;
	size_t i;

	if (json_is_string(node)) {
		buf_init(&out, TEXT_MAX);
		mask_text(names, json_string_value(node), pass, &out);
		json_string_set(node, buf_str(&out));
		buf_clear(&out);
		return;
	}
	json_array_foreach(node, i, value) replace(names, value, pass);
	if (!json_is_object(node))
		return;
	/* Versions look like addresses, and give nobody away. */
	json_object_foreach(node, key, value)
		if (strcmp(key, "version") != 0 && strcmp(key, "tool") != 0)
			replace(names, value, strcmp(key, "text") == 0 ||
				strcmp(key, "why") == 0 ? PASS_SAID :
							  PASS_OURS);
}

/* Not where it is the name of a role, which is nobody's. */
static void
add_alone(struct names *names, const char *name, size_t n)
{
	static const char *const roles[] = { "postmaster", "mailer-daemon",
		"abuse", "admin", "info", "mail", "root", "sales", "support",
		"test", "user", "noreply", "webmaster", "hostmaster" };
	char *to = names->alone[names->alone_count];
	size_t i;

	if (n < 2 || n >= sizeof(names->alone[0]) ||
	    names->alone_count >= ALONE_MAX)
		return;
	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strlen(roles[i]) == n &&
		    strncasecmp(roles[i], name, n) == 0)
			return;
	memcpy(to, name, n);
	to[n] = '\0';
	names->alone_count++;
}

static void
learn_people(struct names *names, const json_t *tree, const char *user)
{
	static const char *const people[] = { "recipient", "sender" };
	const json_t *input = json_object_get(tree, "case");
	const char *value, *at;
	size_t i;

	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		value = json_string_value(json_object_get(input, people[i]));
		at = value != NULL ? strrchr(value, '@') : NULL;
		if (at != NULL)
			add_alone(names, value, (size_t)(at - value));
	}
	at = user != NULL ? strrchr(user, '@') : NULL;
	if (user != NULL)
		add_alone(names, user, at != NULL ? (size_t)(at - user) :
						    strlen(user));
}

void
tree_mask(json_t *tree, bool mail, bool hosts, const char *user)
{
	struct names *names = mem_alloc(sizeof(*names));
	size_t i;

	names->mail = mail;
	names->hosts = hosts;
	if (mail)
		learn_people(names, tree, user);
	learn(names, tree);
	replace(names, tree, PASS_OURS);
	for (i = 0; i < names->count; i++)
		free(names->items[i].name);
	free(names->items);
	free(names);
}
