#include "ui/setup.h"

#include <string.h>

#include "core/settings.h"
#include "core/world/world.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/tls.h"

#define RESOLV_CONF "/etc/resolv.conf"

static size_t
named_servers(const struct settings *s, struct addr *servers, struct err *err)
{
	size_t i, n = 0;

	for (i = 0; i < s->resolvers.count && n < RESOLVER_SERVERS; i++) {
		if (!addr_parse_port(s->resolvers.items[i], 53,
			&servers[n])) {
			err_set(err, ERR_INPUT,
			    "--resolver=%s: not ADDRESS or ADDRESS:PORT",
			    s->resolvers.items[i]);
			return 0;
		}
		n++;
	}
	return n;
}

static size_t
find_servers(const struct settings *settings, const struct world *world,
    struct addr *servers, struct err *err)
{
	const struct addr *known;
	size_t n;

	if (settings->resolvers.count > 0)
		return named_servers(settings, servers, err);
	if (world == NULL)
		return resolver_read_conf(RESOLV_CONF, servers,
		    RESOLVER_SERVERS, err);
	n = world_resolvers(world, &known);
	if (n > RESOLVER_SERVERS)
		n = RESOLVER_SERVERS;
	memcpy(servers, known, n * sizeof(*servers));
	return n;
}

static bool
open_trust(struct setup *setup, const struct settings *settings,
    const struct world *world, struct err *err)
{
	if (world != NULL) {
		setup->trust = world_trust(world);
		return true;
	}
	setup->own_trust = true;
	setup->trust = tls_trust_new(settings->ca_file, err);
	if (setup->trust == NULL)
		return false;
	return settings->cert_file == NULL ||
	    tls_trust_client_cert(setup->trust, settings->cert_file,
		settings->key_file, err);
}

bool
setup_open(struct setup *setup, const struct settings *settings,
    struct loop *loop, const struct world *world, struct err *err)
{
	struct addr servers[RESOLVER_SERVERS];
	const struct dial *dial = world != NULL ? world_dial(world) : NULL;
	size_t n;

	memset(setup, 0, sizeof(*setup));
	n = find_servers(settings, world, servers, err);
	if (n == 0)
		return false;
	if (!open_trust(setup, settings, world, err)) {
		setup_clear(setup);
		return false;
	}
	setup->resolver = resolver_new(loop, dial, servers, n);
	setup->net = (struct network) { loop, setup->resolver, dial,
		setup->trust };
	return true;
}

void
setup_clear(struct setup *setup)
{
	resolver_free(setup->resolver);
	if (setup->own_trust)
		tls_trust_free(setup->trust);
	memset(setup, 0, sizeof(*setup));
}

void
setup_language(const struct settings *settings)
{
	if (settings->format == FORMAT_JSON ||
	    settings->format == FORMAT_NAGIOS)
		i18n_stop();
}
