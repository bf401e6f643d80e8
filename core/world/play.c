#include "core/world/play.h"

#include <stdlib.h>
#include <string.h>

#include "core/world/parts.h"
#include "net/dns.h"
#include "net/mem.h"

/* As the command without screens has them. */
#define TIMEOUT_S 60

/* Said by other means than an option. */
static bool
is_option(const char *key)
{
	return strcmp(key, "recipient") != 0 && strcmp(key, "password") != 0;
}

size_t
world_arguments(const struct world *world, char ***args)
{
	const struct pairs *cases = &world->cases;
	const char *recipient = world_case(world, "recipient", 0);
	char **list = mem_alloc((cases->count + 3) * sizeof(char *));
	size_t i, n = 0;

	list[n++] = mem_strdup("relaytrace check");
	for (i = 0; i < cases->count; i++) {
		const struct pair *pair = &cases->items[i];

		if (!is_option(pair->key))
			continue;
		list[n++] = pair->value[0] != '\0' ?
		    mem_printf("--%s=%s", pair->key, pair->value) :
		    mem_printf("--%s", pair->key);
	}
	if (recipient != NULL)
		list[n++] = mem_strdup(recipient);
	*args = list;
	return n;
}

static bool
read_settings(struct play *play, struct err *err)
{
	char **args;
	size_t i, n = world_arguments(play->world, &args);
	bool ok = settings_parse(&play->settings, COMMAND_CHECK, (int)n, args,
	    err);

	for (i = 0; i < n; i++)
		free(args[i]);
	free(args);
	if (play->settings.timeout_s == 0)
		play->settings.timeout_s = TIMEOUT_S;
	return ok;
}

static bool
read_case(struct play *play, struct err *err)
{
	const struct settings *set = &play->settings;

	if (set->recipients.count == 0)
		return err_set(err, ERR_INPUT, "the world has no recipient");
	if (!mail_case_make(&play->input, set, set->recipients.items[0], err))
		return false;
	play->cred.user = set->user;
	play->cred.password = world_case(play->world, "password", 0);
	return true;
}

static bool
begin(struct play *play, struct err *err)
{
	const struct addr *servers;
	size_t n;

	settings_init(&play->settings);
	if (!read_settings(play, err) || !read_case(play, err) ||
	    !world_start(play->world, play->loop, err))
		return false;
	n = world_resolvers(play->world, &servers);
	play->resolver = resolver_new(play->loop, world_dial(play->world),
	    servers, n);
	play->net = (struct network) {
		.loop = play->loop,
		.resolver = play->resolver,
		.dial = world_dial(play->world),
		.trust = world_trust(play->world),
	};
	return true;
}

bool
play_begin(struct play *play, struct world *world, struct loop *loop,
    struct err *err)
{
	memset(play, 0, sizeof(*play));
	play->world = world;
	play->loop = loop;
	if (begin(play, err))
		return true;
	play_end(play);
	return false;
}

void
play_end(struct play *play)
{
	resolver_free(play->resolver);
	world_free(play->world);
	settings_clear(&play->settings);
	memset(play, 0, sizeof(*play));
}
