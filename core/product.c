#include "core/product.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/pattern.h"
#include "net/smtp_ehlo.h"

#define HEARD_MAX 2048 /* bytes of a reply that are looked at */

#define HOST_WEIGHT 6 /* a name in DNS says who runs it, not with what */
#define BETWEEN_WEIGHT 9

enum sign_kind {
	SIGN_WORDS,
	SIGN_ORDER,
	SIGN_BETWEEN,
	SIGN_SHIELD,
	SIGN_HOST,
};

static const struct sign {
	enum sign_kind kind;
	enum clue_where where;
	const char *product;
	int weight;
	const char *pattern; /* or the keywords of an order */
	const char *version; /* or the service of a host */
	const char *example;
} signs[] = {
#define SIGN(where, product, weight, pattern, version, example)                \
	{ SIGN_WORDS, CLUE_##where, product, weight, pattern, version,         \
		example },
#define ORDER(product, weight, keywords)                                       \
	{ SIGN_ORDER, CLUE_EHLO, product, weight, keywords, "", keywords },
#define BETWEEN(where, product, pattern, example)                              \
	{ SIGN_BETWEEN, CLUE_##where, product, BETWEEN_WEIGHT, pattern, "",    \
		example },
#define SHIELD(where, product, pattern, example)                               \
	{ SIGN_SHIELD, CLUE_##where, product, BETWEEN_WEIGHT, pattern, "",     \
		example },
#define HOST(service, product, pattern, example)                               \
	{ SIGN_HOST, CLUE_MX_NAME, product, HOST_WEIGHT, pattern, service,     \
		example },
#include "core/fingerprints.def"
#undef SIGN
#undef ORDER
#undef BETWEEN
#undef SHIELD
#undef HOST
};

#define SIGN_COUNT (sizeof(signs) / sizeof(signs[0]))

static const struct {
	const char *name, *base;
} names[] = {
#define PRODUCT(name, base) { name, base },
#include "core/products.def"
#undef PRODUCT
};

const char *
product_base(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].base;
	return "";
}

bool
product_is(const char *name, const char *base)
{
	for (; name[0] != '\0'; name = product_base(name))
		if (strcmp(name, base) == 0)
			return true;
	return false;
}

bool
product_known(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0)
			return true;
	return false;
}

void
product_init(struct product *product)
{
	memset(product, 0, sizeof(*product));
	product->name = "";
	product->other = "";
	product->between = "";
	product->service = "";
}

/* The clues are few; a new one takes the place of a weaker one. */
static void
add_clue(struct product *product, const struct sign *sign, int line)
{
	struct product_clue clue = { sign->product, sign->where, sign->weight,
		line, sign->kind == SIGN_BETWEEN || sign->kind == SIGN_SHIELD,
		sign->kind == SIGN_SHIELD };
	struct product_clue *weakest = &product->clues[0];
	size_t i;

	for (i = 0; i < product->clue_count; i++) {
		if (strcmp(product->clues[i].product, clue.product) == 0 &&
		    product->clues[i].where == clue.where &&
		    product->clues[i].weight >= clue.weight &&
		    clue.where != CLUE_REPLY)
			return;
		if (product->clues[i].weight < weakest->weight)
			weakest = &product->clues[i];
	}
	if (product->clue_count < PRODUCT_CLUES)
		product->clues[product->clue_count++] = clue;
	else if (weakest->weight < clue.weight)
		*weakest = clue;
}

/* The word behind `lead` in the greeting, where it is a version. */
static void
take_version(struct product *product, const char *banner, const char *lead)
{
	const char *at = lead[0] != '\0' ? strstr(banner, lead) : NULL;
	size_t n;

	if (at == NULL)
		return;
	at += strlen(lead);
	n = strspn(at,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._+-");
	if (n > 0 && n < sizeof(product->version) &&
	    strcspn(at, "0123456789") < n)
		snprintf(product->version, sizeof(product->version), "%.*s",
		    (int)n, at);
}

static void
see_words(struct product *product, enum clue_where where, const char *text,
    int line)
{
	struct pattern_pairs pairs = { 0 };
	char heard[HEARD_MAX];
	size_t i;

	pattern_flatten(text, where == CLUE_MX_NAME, heard, sizeof(heard));
	pattern_pairs_add(&pairs, heard);
	for (i = 0; i < SIGN_COUNT; i++) {
		if (signs[i].where != where || signs[i].kind == SIGN_ORDER ||
		    !pattern_possible(signs[i].pattern, &pairs) ||
		    !pattern_match(signs[i].pattern, heard))
			continue;
		add_clue(product, &signs[i], line);
		if (signs[i].kind == SIGN_HOST)
			product->service = signs[i].version;
		else if (where == CLUE_BANNER)
			take_version(product, heard, signs[i].version);
	}
}

void
product_see_banner(struct product *product, const char *reply, int line)
{
	see_words(product, CLUE_BANNER, reply, line);
}

void
product_see_reply(struct product *product, const char *reply, int line)
{
	see_words(product, CLUE_REPLY, reply, line);
}

void
product_see_mx(struct product *product, const char *host)
{
	char name[256];
	size_t n = strlen(host);

	if (n > 0 && host[n - 1] == '.')
		n--;
	snprintf(name, sizeof(name), "%.*s", (int)n, host);
	see_words(product, CLUE_MX_NAME, name, 0);
}

/* The next word of a keyword list; *must where it had a '+'. */
static size_t
next_keyword(const char **list, bool *must)
{
	*list += strspn(*list, " ");
	*must = **list == '+';
	*list += *must;
	return strcspn(*list, " ");
}

/*
 * The keywords stand in the list's order and are all in it, and those the
 * list demands are there.
 */
static bool
order_fits(const char *list, const struct smtp_ehlo *ehlo)
{
	const char *keyword;
	bool must;
	int i = 0;
	size_t n;

	for (n = next_keyword(&list, &must); n > 0;
	     list += n, n = next_keyword(&list, &must)) {
		keyword = i < ehlo->keyword_count ? ehlo->keywords[i] : "";
		if (strlen(keyword) == n && memcmp(keyword, list, n) == 0)
			i++;
		else if (must)
			return false;
	}
	return i > 0 && i == ehlo->keyword_count;
}

void
product_see_ehlo(struct product *product, const char *first_line,
    const struct smtp_ehlo *ehlo, int line)
{
	static const struct sign masked = { SIGN_BETWEEN, CLUE_EHLO,
		"Cisco ASA", BETWEEN_WEIGHT, "", "", "" };
	size_t i;

	if (isdigit((unsigned char)first_line[0]) &&
	    (strncmp(first_line, "250-", 4) == 0 ||
		strncmp(first_line, "250 ", 4) == 0))
		first_line += 4;
	see_words(product, CLUE_EHLO, first_line, line);
	if (ehlo == NULL)
		return;
	if (ehlo->masked)
		add_clue(product, &masked, line);
	for (i = 0; i < SIGN_COUNT; i++)
		if (signs[i].kind == SIGN_ORDER &&
		    order_fits(signs[i].pattern, ehlo))
			add_clue(product, &signs[i], line);
}

/* What speaks for `name`: its own clues and those of what it is built on. */
static int
votes(const struct product *product, const char *name)
{
	int sum = 0;
	size_t i;

	for (i = 0; i < product->clue_count; i++)
		if (!product->clues[i].interception &&
		    product_is(name, product->clues[i].product))
			sum += product->clues[i].weight;
	return sum;
}

void
product_conclude(struct product *product)
{
	const struct product_clue *clue;
	int most = 0, sum;
	size_t i;

	product->name = "";
	product->other = "";
	product->between = "";
	product->shield = false;
	for (i = 0; i < product->clue_count; i++) {
		clue = &product->clues[i];
		if (clue->interception) {
			product->between = clue->product;
			product->shield |= clue->shield;
			continue;
		}
		sum = votes(product, clue->product);
		if (sum > most) {
			most = sum;
			product->name = clue->product;
		}
	}
	for (i = 0; i < product->clue_count; i++) {
		clue = &product->clues[i];
		if (!clue->interception && clue->weight >= PRODUCT_STRONG &&
		    !product_is(product->name, clue->product) &&
		    !product_is(clue->product, product->name))
			product->other = clue->product;
	}
	product->conflict = product->other[0] != '\0';
}

const char *
product_service_of(const char *mx_host)
{
	struct product product;

	product_init(&product);
	product_see_mx(&product, mx_host);
	return product.service;
}

size_t
product_sign_count(void)
{
	return SIGN_COUNT;
}

struct product_sign
product_sign_at(size_t i)
{
	struct product_sign sign = { signs[i].where, signs[i].product,
		signs[i].pattern, signs[i].example,
		signs[i].kind == SIGN_ORDER };

	return sign;
}
