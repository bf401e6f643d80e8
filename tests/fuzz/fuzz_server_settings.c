/*
 * What a mail server of this machine says of its settings: services with
 * what they set, and lists of networks and domains.
 */
#include <stdlib.h>
#include <string.h>

#include "core/local/master.h"
#include "core/local/nets.h"
#include "fuzz.h"
#include "net/mem.h"

static void
walk(const char *text, bool exim, const struct addr *client)
{
	char *copy = mem_strdup(text), *item;
	struct list_walk list;

	if (exim)
		list_walk_exim(&list, copy);
	else
		list_walk_postfix(&list, copy);
	while ((item = list_walk_next(&list)) != NULL)
		net_item_has(item, client);
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = mem_strndup((const char *)bytes, n), name[80];
	struct addr server;

	if (!addr_parse_port("192.0.2.1:25", 0, &server))
		abort();
	free(master_overrides(text, &server, name, sizeof(name)));
	master_serves(text, 587);
	walk(text, true, &server);
	walk(text, false, &server);
	free(text);
	return 0;
}
