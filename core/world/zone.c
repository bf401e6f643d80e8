/*
 * What a name server of the world answers: the records it sees, CNAME
 * chains, "no such name" against "no such data" (RFC 2308), referrals to a
 * child zone (RFC 1034 4.3.2), and the zones that nobody declared.
 */

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/world/parts.h"
#include "net/mem.h"

#define CHAIN_MAX 16

void
records_add(struct records *records, struct dns_rr *rr, bool none)
{
	records->items = mem_grow(records->items, records->count,
	    &records->cap, sizeof(*records->items));
	records->items[records->count++] =
	    (struct record) { .rr = *rr, .none = none };
}

static void
record_clear(struct record *record)
{
	free(record->rr.name);
	free(record->rr.target);
	free(record->rr.rname);
	free(record->rr.data);
}

void
records_remove(struct records *records, const char *name, uint16_t type)
{
	size_t i, kept = 0;

	for (i = 0; i < records->count; i++) {
		struct record *r = &records->items[i];

		if (r->rr.type == type && dns_name_eq(r->rr.name, name))
			record_clear(r);
		else
			records->items[kept++] = *r;
	}
	records->count = kept;
}

void
records_clear(struct records *records)
{
	size_t i;

	for (i = 0; i < records->count; i++)
		record_clear(&records->items[i]);
	free(records->items);
	*records = (struct records) { 0 };
}

static const struct record *
first_in(const struct records *records, const char *name, uint16_t type)
{
	size_t i;

	for (i = 0; i < records->count; i++) {
		const struct record *r = &records->items[i];

		if (r->rr.type == type && dns_name_eq(r->rr.name, name))
			return r;
	}
	return NULL;
}

/* Seconds since the world began: what a cache holds grows old. */
static int64_t
age(const struct nameserver *ns)
{
	const struct world *w = ns->world;

	return w->loop != NULL ? (loop_now(w->loop) - w->started) / 1000 : 0;
}

/* A resolver's own records are its cache; they are gone when their TTL is. */
static bool
has_own(const struct nameserver *ns, const char *name, uint16_t type)
{
	const struct record *r = first_in(&ns->own, name, type);

	return r != NULL && (!ns->recursive || r->none ||
	    (int64_t)r->rr.ttl > age(ns));
}

static void
put(struct dns_msg *msg, const struct dns_rr *rr, enum dns_section section,
    uint32_t ttl)
{
	/* Nobody keeps how much there is room for: it is a power of two. */
	if ((msg->count & (msg->count - 1)) == 0)
		msg->rrs = mem_resize(msg->rrs, (msg->count == 0 ? 1 :
		    2 * msg->count) * sizeof(*msg->rrs));
	msg->rrs[msg->count] = *rr;
	msg->rrs[msg->count].section = section;
	msg->rrs[msg->count].ttl = ttl;
	msg->count++;
}

/* Puts a record set into the message; false if this view has none. */
static bool
put_set(const struct nameserver *ns, const char *name, uint16_t type,
    enum dns_section section, struct dns_msg *msg)
{
	bool own = has_own(ns, name, type), found = false;
	const struct records *from = own ? &ns->own : &ns->world->records;
	size_t i;

	for (i = 0; i < from->count; i++) {
		const struct record *r = &from->items[i];

		if (r->none || r->rr.type != type ||
		    !dns_name_eq(r->rr.name, name))
			continue;
		put(msg, &r->rr, section, own && ns->recursive ?
		    r->rr.ttl - (uint32_t)age(ns) : r->rr.ttl);
		found = true;
	}
	return found;
}

static bool
has_set(const struct nameserver *ns, const char *name, uint16_t type)
{
	const struct record *r;

	if (has_own(ns, name, type))
		return !first_in(&ns->own, name, type)->none;
	r = first_in(&ns->world->records, name, type);
	return r != NULL && !r->none;
}

/* A name exists if it or a name below it has records (RFC 8020). */
static bool
exists(const struct nameserver *ns, const char *name)
{
	const struct records *all[] = { &ns->own, &ns->world->records };
	size_t k, i;

	for (k = 0; k < 2; k++) {
		for (i = 0; i < all[k]->count; i++) {
			const struct dns_rr *rr = &all[k]->items[i].rr;

			if (dns_name_under(rr->name, name) &&
			    has_set(ns, rr->name, rr->type))
				return true;
		}
	}
	return false;
}

/* The longest of these zones that holds the name, or NULL. */
static const char *
zone_of(char *const *zones, size_t count, const char *name)
{
	const char *best = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (dns_name_under(name, zones[i]) && (best == NULL ||
		    dns_name_under(zones[i], best)))
			best = zones[i];
	}
	return best;
}

static const char *
first_ns(const struct nameserver *ns, const char *zone)
{
	const struct records *from = has_own(ns, zone, DNS_NS) ? &ns->own :
	    &ns->world->records;
	const struct record *r = first_in(from, zone, DNS_NS);

	return r != NULL && !r->none ? r->rr.target : zone;
}

/* The zone's SOA; where the world does not give one, a plausible one. */
static void
put_soa(const struct nameserver *ns, const char *zone,
    enum dns_section section, struct dns_msg *msg)
{
	struct dns_rr soa = { .type = DNS_SOA, .class = 1,
		.refresh = 7200, .retry = 3600, .expire = 1209600,
		.minimum = WORLD_NEGATIVE_TTL };

	if (put_set(ns, zone, DNS_SOA, section, msg))
		return;
	soa.name = (char *)(uintptr_t)zone;
	soa.target = (char *)(uintptr_t)first_ns(ns, zone);
	soa.rname = soa.target;
	soa.serial = ns->serial != 0 ? (uint32_t)ns->serial : WORLD_SERIAL;
	put(msg, &soa, section, section == DNS_ANSWER ? WORLD_TTL :
	    WORLD_NEGATIVE_TTL);
}

static void
put_addresses(const struct nameserver *ns, const char *name,
    struct dns_msg *msg)
{
	put_set(ns, name, DNS_A, DNS_ADDITIONAL, msg);
	put_set(ns, name, DNS_AAAA, DNS_ADDITIONAL, msg);
}

/* The name servers of a child zone with their addresses, without AA. */
static void
refer(const struct nameserver *ns, const char *cut, struct dns_msg *msg)
{
	size_t i, count;

	put_set(ns, cut, DNS_NS, DNS_AUTHORITY, msg);
	count = msg->count;
	for (i = 0; i < count; i++)
		if (msg->rrs[i].type == DNS_NS)
			put_addresses(ns, msg->rrs[i].target, msg);
}

/*
 * The highest delegation between the server's zone and the name: names
 * grow from the zone's to the question's, label by label.
 */
static const char *
cut_above(const struct nameserver *ns, const char *zone, const char *name,
    uint16_t type)
{
	const char *at, *best = NULL;

	for (at = name; at != NULL && *at != '\0' &&
	    !dns_name_eq(at, zone); ) {
		if (has_set(ns, at, DNS_NS) &&
		    !(type == DNS_DS && dns_name_eq(at, name)))
			best = at;
		at = strchr(at, '.');
		if (at != NULL)
			at++;
	}
	return best;
}

/* Follows the name to its records; the zone is where it stands. */
static void
resolve(const struct nameserver *ns, struct dns_msg *msg)
{
	const char *name = msg->qname, *zone;
	int hops;

	for (hops = 0; hops < CHAIN_MAX; hops++) {
		size_t before = msg->count;

		zone = ns->recursive ?
		    zone_of(ns->world->zones, ns->world->zone_count, name) :
		    zone_of(ns->zones, ns->zone_count, name);
		if (zone == NULL && !ns->recursive)
			return; /* the chain leads out of our zones */
		if (put_set(ns, name, msg->qtype, DNS_ANSWER, msg))
			return;
		if (msg->qtype == DNS_SOA && zone != NULL &&
		    dns_name_eq(zone, name)) {
			put_soa(ns, zone, DNS_ANSWER, msg);
			return;
		}
		if (!put_set(ns, name, DNS_CNAME, DNS_ANSWER, msg)) {
			if (!exists(ns, name))
				msg->rcode = DNS_NXDOMAIN;
			put_soa(ns, zone != NULL ? zone : ".", DNS_AUTHORITY,
			    msg);
			return;
		}
		name = msg->rrs[before].target;
	}
	msg->rcode = DNS_SERVFAIL; /* as resolvers do with a loop */
}

void
zone_answer(const struct nameserver *ns, struct dns_msg *msg)
{
	const char *zone, *cut;

	msg->qr = true;
	msg->ra = ns->recursive;
	if (ns->recursive) {
		resolve(ns, msg);
		return;
	}
	zone = zone_of(ns->zones, ns->zone_count, msg->qname);
	if (zone == NULL) {
		msg->rcode = DNS_REFUSED;
		return;
	}
	cut = cut_above(ns, zone, msg->qname, msg->qtype);
	if (cut != NULL) {
		refer(ns, cut, msg);
		return;
	}
	msg->aa = true;
	resolve(ns, msg);
}

const struct name_rule *
zone_rule(const struct nameserver *ns, const char *name, uint16_t type)
{
	size_t i;

	for (i = 0; i < ns->rule_count; i++) {
		const struct name_rule *r = &ns->rules[i];

		if ((r->name == NULL || dns_name_eq(r->name, name)) &&
		    (r->type == 0 || r->type == type))
			return r;
	}
	return NULL;
}

bool
zone_has(const struct world *world, const char *name, uint16_t type)
{
	const struct record *r = first_in(&world->records, name, type);

	return r != NULL && !r->none;
}

const char *
zone_ptr(const struct world *world, const struct addr *addr)
{
	char name[160];
	const struct record *r;

	addr_reverse(addr, "in-addr.arpa", "ip6.arpa", name, sizeof(name));
	r = first_in(&world->records, name, DNS_PTR);
	return r != NULL ? r->rr.target : NULL;
}

bool
zone_takes_mail(const struct world *world, const char *domain)
{
	const struct record *mx = first_in(&world->records, domain, DNS_MX);

	if (mx != NULL)
		return !dns_name_eq(mx->rr.target, ".");
	return zone_has(world, domain, DNS_A) ||
	    zone_has(world, domain, DNS_AAAA);
}

bool
zone_lists(const struct world *world, const char *list,
    const struct addr *addr)
{
	char name[512];

	addr_reverse(addr, list, list, name, sizeof(name));
	return zone_has(world, name, DNS_A);
}

/* ---- zones that nobody declared ---- */

static bool
known_zone(const struct world *world, const char *zone)
{
	size_t i;

	for (i = 0; i < world->zone_count; i++)
		if (dns_name_eq(world->zones[i], zone))
			return true;
	return false;
}

static void
add_zone(struct world *world, const char *zone)
{
	if (known_zone(world, zone))
		return;
	world->zones = mem_grow(world->zones, world->zone_count,
	    &world->zone_cap, sizeof(char *));
	world->zones[world->zone_count++] = mem_strdup(zone);
}

/* Its last two labels; a name of one label gives the root. */
static const char *
last_two(const char *name)
{
	const char *at = name + strlen(name);
	int dots = 0;

	if (at > name && at[-1] == '.')
		at--;
	while (at > name) {
		if (at[-1] == '.' && ++dots == 2)
			break;
		at--;
	}
	return dots == 0 ? "." : at;
}

static struct nameserver *
imply_server(struct world *world, const char *zone, const char *host, int net,
    size_t number)
{
	struct nameserver *ns = mem_alloc(sizeof(*ns));
	struct dns_rr rr = { .class = 1, .ttl = WORLD_TTL };
	const uint8_t bytes[4] = { 198, 18, (uint8_t)(net + number / 250),
		(uint8_t)(number % 250 + 1) };

	ns->world = world;
	ns->addr = addr_v4(bytes, 53);
	ns->zones = mem_grow(NULL, 0, &ns->zone_cap, sizeof(char *));
	ns->zones[ns->zone_count++] = mem_strdup(zone);
	world->nameservers = mem_grow(world->nameservers,
	    world->nameserver_count, &world->nameserver_cap, sizeof(ns));
	world->nameservers[world->nameserver_count++] = ns;

	rr.name = mem_strdup(zone);
	rr.type = DNS_NS;
	rr.target = mem_strdup(host);
	records_add(&world->records, &rr, false);
	rr = (struct dns_rr) { .class = 1, .ttl = WORLD_TTL, .type = DNS_A,
		.name = mem_strdup(host), .addr = addr_v4(bytes, 0) };
	records_add(&world->records, &rr, false);
	return ns;
}

/* One name server for the zone, unless the world names its servers. */
static void
imply_zone(struct world *world, const char *zone, const char *label, int net)
{
	char host[300];

	if (known_zone(world, zone))
		return;
	add_zone(world, zone);
	if (zone_has(world, zone, DNS_NS))
		return;
	if (strcmp(zone, ".") == 0)
		snprintf(host, sizeof(host), "a.root-servers.net");
	else
		snprintf(host, sizeof(host), "%s.%.250s", label, zone);
	imply_server(world, zone, host, net, world->zone_count);
}

/*
 * Real domains have name servers, so the world's have them too: every
 * record outside the declared zones makes a zone of its last two labels,
 * served by a host of its own; above them stand the top-level domains and
 * the root.
 */
void
zone_imply(struct world *world)
{
	size_t count = world->records.count, i;

	for (i = 0; i < count; i++) {
		const char *name = world->records.items[i].rr.name;
		const char *zone = zone_of(world->zones, world->zone_count,
		    name);

		/* A declared top-level domain does not swallow its children. */
		if (strchr(name, '.') == NULL ||
		    (zone != NULL && strchr(zone, '.') > zone))
			continue;
		imply_zone(world, last_two(name), "ns1", 0);
	}
	count = world->zone_count;
	for (i = 0; i < count; i++) {
		const char *dot;

		assert(world->zones[i] != NULL);
		dot = strrchr(world->zones[i], '.');

		if (dot != NULL && dot[1] != '\0')
			imply_zone(world, dot + 1, "a.nic", 4);
	}
	imply_zone(world, ".", "a", 4);
}
