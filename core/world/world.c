#include "core/world/world.h"

#include <stdlib.h>
#include <string.h>

#include "core/world/parts.h"
#include "net/dial.h"
#include "net/mem.h"

/* ---- the end ---- */

static void
pairs_clear(struct pairs *pairs)
{
	size_t i;

	for (i = 0; i < pairs->count; i++) {
		free(pairs->items[i].key);
		free(pairs->items[i].value);
	}
	free(pairs->items);
}

static void
strings_free(char **strings, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		free(strings[i]);
	free(strings);
}

static void
nameserver_free(struct nameserver *ns)
{
	size_t i;

	nameserver_stop(ns);
	for (i = 0; i < ns->rule_count; i++)
		free(ns->rules[i].name);
	free(ns->rules);
	strings_free(ns->zones, ns->zone_count);
	records_clear(&ns->own);
	set_clear(&ns->lost);
	free(ns);
}

static void
mailserver_free(struct mailserver *m)
{
	struct string_set *sets[] = { &m->hosts, &m->mailboxes, &m->full,
		&m->restricted, &m->relay_for, &m->relay_to, &m->users,
		&m->bad_helo, &m->bad_sender };
	size_t i;

	mailserver_stop(m);
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		set_clear(sets[i]);
	for (i = 0; i < m->rule_count; i++) {
		free(m->rules[i].pattern);
		free(m->rules[i].reply);
	}
	free(m->rules);
	free(m->ports);
	free(m->host);
	free(m->auth);
	free(m->blocklist);
	tls_server_free(m->tls);
	free(m);
}

void
world_free(struct world *world)
{
	size_t i;

	if (world == NULL)
		return;
	mail_sessions_free(world);
	nameserver_drop_pending(world);
	for (i = 0; i < world->nameserver_count; i++)
		nameserver_free(world->nameservers[i]);
	for (i = 0; i < world->mailserver_count; i++)
		mailserver_free(world->mailservers[i]);
	free(world->nameservers);
	free(world->mailservers);
	free(world->resolvers);
	free(world->refusing);
	strings_free(world->zones, world->zone_count);
	records_clear(&world->records);
	pairs_clear(&world->cases);
	pairs_clear(&world->expects);
	buf_clear(&world->story);
	buf_clear(&world->watch);
	free(world->title);
	dial_free(world->dial);
	tls_trust_free(world->trust);
	tls_ca_free(world->ca);
	free(world);
}

/* ---- the beginning ---- */

/* A port that nobody opened makes its host refuse instead of be silent. */
static void
map_refusing(struct world *world)
{
	static const uint8_t loopback[4] = { 127, 0, 0, 1 };
	struct addr nowhere = addr_v4(loopback, 1);
	size_t i;

	for (i = 0; i < world->refusing_count; i++)
		dial_map(world->dial, &world->refusing[i], &nowhere);
}

bool
world_start(struct world *world, struct loop *loop, struct err *err)
{
	size_t i, k;

	world->loop = loop;
	world->started = loop_now(loop);
	world->dial = dial_new();
	for (i = 0; i < world->nameserver_count; i++) {
		struct nameserver *ns = world->nameservers[i];

		if (!nameserver_start(ns, err))
			return false;
		dial_map(world->dial, &ns->addr, &ns->real);
	}
	for (i = 0; i < world->mailserver_count; i++) {
		struct mailserver *m = world->mailservers[i];

		if (!mailserver_start(m, err))
			return false;
		for (k = 0; k < m->port_count; k++)
			dial_map(world->dial, &m->ports[k].addr,
			    &m->ports[k].real);
	}
	map_refusing(world);
	return true;
}

/* Keys take time to make, so a world without TLS has no authority. */
static struct tls_ca *
authority(struct world *world)
{
	if (world->ca == NULL)
		world->ca = tls_ca_new();
	return world->ca;
}

struct tls_server *
world_tls(struct mailserver *server)
{
	struct tls_ca *ca = authority(server->world);

	if (server->tls != NULL || ca == NULL)
		return server->tls;
	server->tls = tls_server_new(ca, server->host != NULL ?
	    server->host : "mail.invalid", server->tls_fault);
	if (server->only_tls12)
		tls_server_only_12(server->tls);
	return server->tls;
}

struct tls_trust *
world_trust(const struct world *world)
{
	struct world *w = (struct world *)(uintptr_t)world;
	struct tls_ca *ca;

	if (w->trust == NULL) {
		ca = authority(w);
		w->trust = ca != NULL ? tls_trust_of_ca(ca) : NULL;
	}
	return w->trust;
}

/* ---- what is asked of it ---- */

const struct dial *
world_dial(const struct world *world)
{
	return world->dial;
}

size_t
world_resolvers(const struct world *world, const struct addr **addrs)
{
	*addrs = world->resolvers;
	return world->resolver_count;
}

void
world_lose(struct world *world, bool resolvers_only)
{
	world->no_resolver = true;
	if (resolvers_only)
		return;
	world->dark = true;
	dial_cut(world->dial);
}

const char *
world_title(const struct world *world)
{
	return world->title != NULL ? world->title : "";
}

const char *
world_story(const struct world *world)
{
	return buf_str(&world->story);
}

const char *
world_watch(const struct world *world)
{
	return buf_str(&world->watch);
}

static const char *
nth_of(const struct pairs *pairs, const char *key, size_t i)
{
	size_t k;

	for (k = 0; k < pairs->count; k++)
		if (strcmp(pairs->items[k].key, key) == 0 && i-- == 0)
			return pairs->items[k].value;
	return NULL;
}

const char *
world_case(const struct world *world, const char *key, size_t i)
{
	return nth_of(&world->cases, key, i);
}

const char *
world_expect(const struct world *world, const char *key, size_t i)
{
	return nth_of(&world->expects, key, i);
}

int
world_rtt(const struct world *world)
{
	return world->rtt_ms;
}

const struct addr *
world_client(const struct world *world)
{
	return &world->client4;
}

struct world_count
world_counts(const struct world *world)
{
	return world->count;
}

const char *
world_last_violation(const struct world *world)
{
	return world->last_violation;
}
