#ifndef RT_CORE_WORLD_PARSE_H
#define RT_CORE_WORLD_PARSE_H

/* Reading a world, line by line. Private to core/world/parse*.c. */

#include "core/world/parts.h"

#define PARSE_WORDS 64

enum parse_block {
	BLOCK_NONE,
	BLOCK_STORY,
	BLOCK_WATCH,
	BLOCK_NS,
	BLOCK_SMTP,
};

struct parse {
	struct world *world;
	struct err *err;
	int line;
	char *words[PARSE_WORDS]; /* of this line */
	int count, at;            /* the next word */
	enum parse_block block;
	struct nameserver *ns;       /* of the block */
	struct mailserver *mail;
	size_t script; /* the rule that S lines add to, counted from 1 */
};

/* Says "line N: ..."; false, so that a caller can return it. */
bool parse_fail(struct parse *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
size_t parse_unescape(char *text);

/* The next word; NULL with the error set if there is none. */
const char *parse_word(struct parse *p, const char *what);
bool parse_option(struct parse *p, const char *word);
bool parse_end(struct parse *p); /* false if words are left */
bool parse_number(struct parse *p, const char *what, unsigned long max,
    unsigned long *value);
bool parse_duration(struct parse *p, int *ms);
bool parse_address(struct parse *p, uint16_t port, struct addr *addr);
char *parse_name(struct parse *p, const char *what);

/* parse_dns.c: dns, ptr, list, zone, ns, resolver, rcode, silent, slow. */
bool parse_dns(struct parse *p);
bool parse_ns_line(struct parse *p);
/* At the end: a resolver and name servers for what was only implied. */
void parse_dns_finish(struct world *world);
/* parse_smtp.c: an smtp line, the lines under it, and S and C lines. */
bool parse_smtp(struct parse *p);
bool parse_smtp_line(struct parse *p);
bool parse_script(struct parse *p, const char *text);

#endif
