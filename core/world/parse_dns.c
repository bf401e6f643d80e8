/*
 * The DNS lines of a world: records, zones, name servers and what is wrong
 * with them.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/world/parse.h"
#include "net/mem.h"

#define REPEAT_MAX 10000

static const struct {
	const char *name;
	uint16_t type;
} types[] = {
	{ "A", DNS_A }, { "AAAA", DNS_AAAA }, { "NS", DNS_NS },
	{ "CNAME", DNS_CNAME }, { "SOA", DNS_SOA }, { "PTR", DNS_PTR },
	{ "MX", DNS_MX }, { "TXT", DNS_TXT }, { "SRV", DNS_SRV },
	{ "DS", DNS_DS }, { "TLSA", DNS_TLSA }, { "SPF", DNS_SPF },
};

static bool
find_type(const char *word, uint16_t *type)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (text_ieq(word, types[i].name)) {
			*type = types[i].type;
			return true;
		}
	}
	return false;
}

static bool
read_type(struct parse *p, uint16_t *type)
{
	const char *word = parse_word(p, "a record type");

	if (word == NULL)
		return false;
	return find_type(word, type) ||
	    parse_fail(p, "\"%.40s\" is no record type known here", word);
}

static bool
read_u16(struct parse *p, const char *what, uint16_t *value)
{
	unsigned long v;

	if (!parse_number(p, what, 65535, &v))
		return false;
	*value = (uint16_t)v;
	return true;
}

static bool
read_u32(struct parse *p, const char *what, uint32_t *value)
{
	unsigned long v;

	if (!parse_number(p, what, 0xffffffffUL, &v))
		return false;
	*value = (uint32_t)v;
	return true;
}

static bool
read_target(struct parse *p, struct dns_rr *rr)
{
	rr->target = parse_name(p, "a name");
	return rr->target != NULL;
}

static bool
read_record_address(struct parse *p, struct dns_rr *rr)
{
	if (!parse_address(p, 0, &rr->addr))
		return false;
	if (rr->addr.family == (rr->type == DNS_A ? AF_INET : AF_INET6))
		return true;
	return parse_fail(p, "an address of the other family");
}

static bool
read_soa(struct parse *p, struct dns_rr *rr)
{
	rr->refresh = 7200;
	rr->retry = 3600;
	rr->expire = 1209600;
	rr->minimum = WORLD_NEGATIVE_TTL;
	if (!read_target(p, rr))
		return false;
	rr->rname = parse_name(p, "the mailbox of who is responsible");
	return rr->rname != NULL && read_u32(p, "serial", &rr->serial);
}

static bool
at_option(const struct parse *p)
{
	return p->at >= p->count || strcmp(p->words[p->at], "ttl") == 0 ||
	    strcmp(p->words[p->at], "repeat") == 0;
}

/* Several words are several character-strings: put together (RFC 7208). */
static bool
read_txt(struct parse *p, struct dns_rr *rr)
{
	struct buf text;

	buf_init(&text, 60000);
	if (at_option(p))
		return parse_fail(p, "a TXT record wants its text");
	while (!at_option(p)) {
		buf_puts(&text, p->words[p->at++]);
		rr->strings++;
	}
	rr->len = text.len;
	rr->data = (uint8_t *)mem_strndup(buf_str(&text), text.len);
	buf_clear(&text);
	return true;
}

static bool
read_hex(struct parse *p, struct dns_rr *rr)
{
	const char *hex = parse_word(p, "hexadecimal data");
	size_t n = hex != NULL ? strlen(hex) : 0, i;
	unsigned byte;

	if (n == 0 || n % 2 != 0)
		return parse_fail(p, "hexadecimal data is missing or odd");
	rr->data = mem_alloc(n / 2 + 1);
	rr->len = n / 2;
	for (i = 0; i < n / 2; i++) {
		if (!isxdigit((unsigned char)hex[2 * i]) ||
		    sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return parse_fail(p, "\"%.40s\" is not hexadecimal",
			    hex);
		rr->data[i] = (uint8_t)byte;
	}
	return true;
}

static bool
read_tlsa(struct parse *p, struct dns_rr *rr)
{
	unsigned long v[3];
	size_t i;

	for (i = 0; i < 3; i++)
		if (!parse_number(p, "TLSA parameter", 255, &v[i]))
			return false;
	rr->usage = (uint8_t)v[0];
	rr->selector = (uint8_t)v[1];
	rr->matching = (uint8_t)v[2];
	return read_hex(p, rr);
}

static bool
read_data(struct parse *p, struct dns_rr *rr)
{
	switch (rr->type) {
	case DNS_A:
	case DNS_AAAA:
		return read_record_address(p, rr);
	case DNS_MX:
		return read_u16(p, "preference", &rr->preference) &&
		    read_target(p, rr);
	case DNS_SRV:
		return read_u16(p, "priority", &rr->preference) &&
		    read_u16(p, "weight", &rr->weight) &&
		    read_u16(p, "port", &rr->port) && read_target(p, rr);
	case DNS_SOA:
		return read_soa(p, rr);
	case DNS_TXT:
	case DNS_SPF:
		return read_txt(p, rr);
	case DNS_TLSA:
		return read_tlsa(p, rr);
	case DNS_DS:
		return read_hex(p, rr);
	default:
		return read_target(p, rr);
	}
}

static void
clear_rr(struct dns_rr *rr)
{
	free(rr->name);
	free(rr->target);
	free(rr->rname);
	free(rr->data);
}

/* One record from the words behind the keyword, into `to`. */
static bool
one_record(struct parse *p, struct records *to)
{
	struct dns_rr rr = { .class = 1, .ttl = WORLD_TTL };
	unsigned long ignored;
	bool ok;

	rr.name = parse_name(p, "a name");
	ok = rr.name != NULL && read_type(p, &rr.type) && read_data(p, &rr);
	if (ok && parse_option(p, "ttl"))
		ok = read_u32(p, "TTL", &rr.ttl);
	if (ok && parse_option(p, "repeat"))
		ok = parse_number(p, "count", REPEAT_MAX, &ignored);
	ok = ok && parse_end(p);
	if (!ok) {
		clear_rr(&rr);
		return false;
	}
	records_add(to, &rr, false);
	return true;
}

/* {n} in a word becomes the number; the caller frees. */
static char *
numbered(const char *word, unsigned long n)
{
	const char *at = strstr(word, "{n}");

	if (at == NULL)
		return mem_strdup(word);
	return mem_printf("%.*s%lu%s", (int)(at - word), word, n, at + 3);
}

/* "... repeat N": the record N times, {n} counting from 1. */
static bool
read_record(struct parse *p, struct records *to)
{
	struct parse each;
	unsigned long count = 1, n;
	bool ok = true;
	int i, first = p->at;

	if (p->count > 3 && strcmp(p->words[p->count - 2], "repeat") == 0) {
		p->at = p->count - 1;
		if (!parse_number(p, "count", REPEAT_MAX, &count))
			return false;
	}
	for (n = 1; ok && n <= count; n++) {
		each = *p;
		each.at = first;
		for (i = 0; i < p->count; i++)
			each.words[i] = numbered(p->words[i], n);
		ok = one_record(&each, to);
		for (i = 0; i < p->count; i++)
			free(each.words[i]);
	}
	return ok;
}

/* ptr ADDRESS NAME */
static bool
read_ptr(struct parse *p)
{
	struct dns_rr rr = { .class = 1, .ttl = WORLD_TTL, .type = DNS_PTR };
	struct addr addr;
	char name[160];

	if (!parse_address(p, 0, &addr) || !read_target(p, &rr))
		return false;
	addr_reverse(&addr, "in-addr.arpa", "ip6.arpa", name, sizeof(name));
	rr.name = mem_strdup(name);
	records_add(&p->world->records, &rr, false);
	return parse_end(p);
}

/* list ZONE ADDRESS ["reason"]: a DNS blocklist holds the address. */
static bool
read_list(struct parse *p)
{
	static const uint8_t listed[4] = { 127, 0, 0, 2 };
	struct dns_rr rr = { .class = 1, .ttl = WORLD_TTL, .type = DNS_A,
		.addr = addr_v4(listed, 0) };
	const char *zone = parse_word(p, "the list's zone");
	struct addr addr;
	char name[512];

	if (zone == NULL || !parse_address(p, 0, &addr))
		return false;
	addr_reverse(&addr, zone, zone, name, sizeof(name));
	rr.name = mem_strdup(name);
	records_add(&p->world->records, &rr, false);
	if (p->at == p->count)
		return true;
	rr = (struct dns_rr) { .class = 1, .ttl = WORLD_TTL, .type = DNS_TXT,
		.name = mem_strdup(name) };
	if (!read_txt(p, &rr)) {
		clear_rr(&rr);
		return false;
	}
	records_add(&p->world->records, &rr, false);
	return parse_end(p);
}

static struct nameserver *
get_server(struct world *w, const struct addr *addr, bool recursive)
{
	struct nameserver *ns;
	size_t i;

	for (i = 0; i < w->nameserver_count; i++)
		if (addr_same(&w->nameservers[i]->addr, addr))
			return w->nameservers[i];
	ns = mem_alloc(sizeof(*ns));
	ns->world = w;
	ns->addr = *addr;
	ns->recursive = recursive;
	w->nameservers = mem_grow(w->nameservers, w->nameserver_count,
	    &w->nameserver_cap, sizeof(ns));
	w->nameservers[w->nameserver_count++] = ns;
	if (recursive) {
		w->resolvers = mem_grow(w->resolvers, w->resolver_count,
		    &w->resolver_cap, sizeof(*addr));
		w->resolvers[w->resolver_count++] = *addr;
	}
	return ns;
}

static void
serve(struct nameserver *ns, const char *zone)
{
	struct world *w = ns->world;
	size_t i;

	for (i = 0; i < ns->zone_count; i++)
		if (dns_name_eq(ns->zones[i], zone))
			return;
	ns->zones = mem_grow(ns->zones, ns->zone_count, &ns->zone_cap,
	    sizeof(char *));
	ns->zones[ns->zone_count++] = mem_strdup(zone);
	for (i = 0; i < w->zone_count; i++)
		if (dns_name_eq(w->zones[i], zone))
			return;
	w->zones = mem_grow(w->zones, w->zone_count, &w->zone_cap,
	    sizeof(char *));
	w->zones[w->zone_count++] = mem_strdup(zone);
}

/* A name server's NS and address records: nsN.ZONE. */
static void
announce(struct world *w, const char *zone, const struct addr *addr, int n)
{
	struct dns_rr rr = { .class = 1, .ttl = WORLD_TTL, .type = DNS_NS };
	char host[1100];

	snprintf(host, sizeof(host), "ns%d.%s", n, zone);
	rr.name = mem_strdup(zone);
	rr.target = mem_strdup(host);
	records_add(&w->records, &rr, false);
	rr = (struct dns_rr) { .class = 1, .ttl = WORLD_TTL,
		.type = addr->family == AF_INET ? DNS_A : DNS_AAAA,
		.name = mem_strdup(host), .addr = *addr };
	rr.addr.port = 0;
	records_add(&w->records, &rr, false);
}

/* zone NAME ADDRESS...: name servers ns1.NAME, ns2.NAME ... for a zone. */
static bool
read_zone(struct parse *p)
{
	char *zone = parse_name(p, "a zone");
	struct addr addr;
	int n = 0;

	if (zone == NULL)
		return false;
	do {
		if (!parse_address(p, 53, &addr)) {
			free(zone);
			return false;
		}
		serve(get_server(p->world, &addr, false), zone);
		announce(p->world, zone, &addr, ++n);
	} while (p->at < p->count);
	free(zone);
	return true;
}

static bool
read_server(struct parse *p, bool recursive)
{
	struct addr addr;
	char *zone;

	if (!parse_address(p, 53, &addr))
		return false;
	p->ns = get_server(p->world, &addr, recursive);
	p->block = BLOCK_NS;
	if (p->ns->recursive != recursive)
		return parse_fail(p, "a server is either a resolver or not");
	while (!recursive && p->at < p->count) {
		zone = parse_name(p, "a zone");
		if (zone == NULL)
			return false;
		serve(p->ns, zone);
		free(zone);
	}
	return parse_end(p);
}

static struct name_rule *
add_rule(struct nameserver *ns)
{
	struct name_rule *rule;

	ns->rules = mem_grow(ns->rules, ns->rule_count, &ns->rule_cap,
	    sizeof(*ns->rules));
	rule = &ns->rules[ns->rule_count++];
	*rule = (struct name_rule) { .rcode = -1 };
	return rule;
}

/* [NAME [TYPE]] */
static bool
read_scope(struct parse *p, struct name_rule *rule)
{
	if (p->at < p->count) {
		if (strcmp(p->words[p->at], "*") == 0)
			p->at++;
		else
			rule->name = parse_name(p, "a name");
	}
	if (p->at < p->count && !read_type(p, &rule->type))
		return false;
	return parse_end(p);
}

static bool
read_fault(struct parse *p, struct name_rule *rule)
{
	static const char *const names[] = {
#define X(id, name) name,
		DNS_FAULTS(X)
#undef X
	};
	const char *word = parse_word(p, "a fault");
	size_t i;

	if (word == NULL)
		return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(word, names[i]) == 0) {
			rule->fault = (enum dns_fault)i;
			return read_scope(p, rule);
		}
	}
	return parse_fail(p, "\"%.40s\" is no fault of a name server", word);
}

static bool
read_rcode(struct parse *p, struct name_rule *rule)
{
	const char *word;
	int rcode;

	rule->name = parse_name(p, "a name");
	word = rule->name != NULL ? parse_word(p, "a response code") : NULL;
	if (word == NULL)
		return false;
	for (rcode = 0; rcode < 24; rcode++)
		if (text_ieq(word, dns_rcode_name(rcode)))
			break;
	if (rcode == 24)
		return parse_fail(p, "\"%.40s\" is no response code", word);
	rule->rcode = rcode;
	if (strcmp(rule->name, "*") == 0) {
		free(rule->name);
		rule->name = NULL;
	}
	if (p->at < p->count && !read_type(p, &rule->type))
		return false;
	return parse_end(p);
}

/* rcode NAME CODE [TYPE]; silent|slow DURATION|fault KIND [NAME [TYPE]] */
static bool
read_rule(struct parse *p, struct nameserver *ns, bool *known)
{
	const char *key = p->words[0];
	struct name_rule *rule;

	*known = true;
	if (strcmp(key, "rcode") == 0)
		return read_rcode(p, add_rule(ns));
	if (strcmp(key, "fault") == 0)
		return read_fault(p, add_rule(ns));
	if (strcmp(key, "silent") == 0) {
		rule = add_rule(ns);
		rule->fault = DNS_FAULT_SILENT;
		return read_scope(p, rule);
	}
	if (strcmp(key, "slow") == 0) {
		rule = add_rule(ns);
		return parse_duration(p, &rule->delay_ms) &&
		    read_scope(p, rule);
	}
	*known = false;
	return false;
}

/* none NAME TYPE: no such record set at this server, or at all. */
static bool
read_none(struct parse *p, struct nameserver *ns)
{
	struct dns_rr rr = { .class = 1 };

	rr.name = parse_name(p, "a name");
	if (rr.name == NULL || !read_type(p, &rr.type) || !parse_end(p)) {
		free(rr.name);
		return false;
	}
	if (ns != NULL) {
		records_add(&ns->own, &rr, true);
		return true;
	}
	records_remove(&p->world->records, rr.name, rr.type);
	free(rr.name);
	return true;
}

bool
parse_ns_line(struct parse *p)
{
	const char *key = p->words[0];
	bool known, ok;

	if (strcmp(key, "dns") == 0)
		return read_record(p, &p->ns->own);
	if (strcmp(key, "none") == 0)
		return read_none(p, p->ns);
	if (strcmp(key, "serial") == 0)
		return parse_number(p, "serial", 0xffffffffUL,
		    &p->ns->serial) && parse_end(p);
	ok = read_rule(p, p->ns, &known);
	if (known)
		return ok;
	return parse_fail(p, "a name server knows no \"%.40s\"", key);
}

/* Where the world names no resolver it has this one. */
static struct nameserver *
default_resolver(struct world *w)
{
	static const uint8_t bytes[4] = { 198, 51, 100, 53 };
	struct addr addr = addr_v4(bytes, 53);
	size_t i;

	for (i = 0; i < w->nameserver_count; i++)
		if (w->nameservers[i]->recursive)
			return w->nameservers[i];
	return get_server(w, &addr, true);
}

void
parse_dns_finish(struct world *world)
{
	default_resolver(world);
	zone_imply(world);
}

bool
parse_dns(struct parse *p)
{
	const char *key = p->words[0];
	bool known, ok;

	if (strcmp(key, "dns") == 0)
		return read_record(p, &p->world->records);
	if (strcmp(key, "none") == 0)
		return read_none(p, NULL);
	if (strcmp(key, "ptr") == 0)
		return read_ptr(p);
	if (strcmp(key, "list") == 0)
		return read_list(p);
	if (strcmp(key, "zone") == 0)
		return read_zone(p);
	if (strcmp(key, "ns") == 0)
		return read_server(p, false);
	if (strcmp(key, "resolver") == 0)
		return read_server(p, true);
	/* A rule that stands under no server is the first resolver's. */
	if (strcmp(key, "rcode") == 0 || strcmp(key, "silent") == 0 ||
	    strcmp(key, "slow") == 0 || strcmp(key, "fault") == 0) {
		ok = read_rule(p, default_resolver(p->world), &known);
		return ok;
	}
	return parse_fail(p, "\"%.40s\" is no keyword", key);
}
