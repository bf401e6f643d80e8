#ifndef RT_CORE_PRODUCT_H
#define RT_CORE_PRODUCT_H

/*
 * Which mail server software or service is it?  Told from greeting, EHLO
 * reply, wordings and the MX name (table fingerprints.def); each clue is
 * kept, and clues that contradict each other are a finding of their own
 * (a proxy in between, a gateway in front).
 */

#include <stdbool.h>
#include <stddef.h>

struct smtp_ehlo;

#define PRODUCT_CLUES 12

enum clue_where {
	CLUE_BANNER,
	CLUE_EHLO,     /* first line or keyword order */
	CLUE_REPLY,    /* any other reply, with code */
	CLUE_MX_NAME,
};

/* From this weight on a clue can contradict another one. */
#define PRODUCT_STRONG 7

struct product_clue {
	const char *product; /* static string, as the fix book names it */
	enum clue_where where;
	int weight;          /* 1 weak .. 10 certain */
	int line;            /* transcript line, 0 if none */
	bool interception;   /* the row says "something in between" */
	bool shield;         /* ... that runs at the sender's side */
};

struct product {
	const char *name; /* best guess, "" if none; static string */
	char version[32]; /* from the banner, "" if none; visible text */
	size_t clue_count;
	struct product_clue clues[PRODUCT_CLUES]; /* the strongest ones */
	bool conflict;    /* strong clues name different products */
	const char *other;/* the second one then, else "" */
	const char *between; /* what answers in between, or "" */
	bool shield;         /* that runs at the sender's side */
	const char *service; /* hosting service told from the MX name, or "" */
};

void product_init(struct product *product);
/* `reply` is the whole reply as on the wire: "220 host ESMTP ..." */
void product_see_banner(struct product *product, const char *reply, int line);
/* `first_line` may have its code; `ehlo` may be NULL. */
void product_see_ehlo(struct product *product, const char *first_line,
    const struct smtp_ehlo *ehlo, int line);
void product_see_reply(struct product *product, const char *reply, int line);
void product_see_mx(struct product *product, const char *host);
/* Weighs the clues; call after the last one (may be called again). */
void product_conclude(struct product *product);

/* The shared service an MX name belongs to ("Google Workspace"), or "". */
const char *product_service_of(const char *mx_host);

/* What the product is built on or answers like ("Exim" for "cPanel"), or
 * "" (products.def). */
const char *product_base(const char *name);
/* `name` is `base`, or is built on it over any number of steps. */
bool product_is(const char *name, const char *base);
/* The name stands in products.def. */
bool product_known(const char *name);

/* The fingerprints, for tests. */
size_t product_sign_count(void);
struct product_sign {
	enum clue_where where;
	const char *product;
	const char *pattern;
	const char *example; /* as the matching product_see_ function has it */
	bool order;          /* the example is a list of EHLO keywords */
};
struct product_sign product_sign_at(size_t i);

#endif
