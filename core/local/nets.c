#include "core/local/nets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

enum tri
net_item_has(const char *item, const struct addr *addr)
{
	struct addr client = addr_unmap(*addr), net;
	char host[80];
	const char *slash = strchr(item, '/');
	size_t n = slash != NULL ? (size_t)(slash - item) : strlen(item);
	char *end = NULL;
	long bits;

	if (n == 0 || n >= sizeof(host))
		return TRI_UNKNOWN;
	snprintf(host, sizeof(host), "%.*s", (int)n, item);
	if (!addr_parse(host, &net))
		return TRI_UNKNOWN;
	bits = net.family == AF_INET6 ? 128 : 32;
	if (slash != NULL) {
		long given = strtol(slash + 1, &end, 10);

		if (end == slash + 1 || *end != '\0' || given < 0 ||
		    given > bits)
			return TRI_UNKNOWN;
		bits = given;
	}
	return addr_in_net(&client, &net, (int)bits) ? TRI_YES : TRI_NO;
}

void
list_walk_postfix(struct list_walk *walk, char *text)
{
	*walk = (struct list_walk) { text, ',' };
}

void
list_walk_exim(struct list_walk *walk, char *text)
{
	*walk = (struct list_walk) { text_trim(text), ':' };
	if (walk->at[0] == '<' && walk->at[1] != '\0') {
		walk->separator = walk->at[1];
		walk->at += 2;
	}
}

static bool
is_end(const struct list_walk *walk, const char *at)
{
	return *at == walk->separator ||
	    (walk->separator == ',' && strchr(" \t\r\n", *at) != NULL);
}

char *
list_walk_next(struct list_walk *walk)
{
	char *begin = walk->at, *in, *out;

	if (begin == NULL)
		return NULL;
	if (walk->separator == ',')
		while (*begin != '\0' && is_end(walk, begin))
			begin++;
	for (in = out = begin; *in != '\0'; in++) {
		if (!is_end(walk, in)) {
			*out++ = *in;
			continue;
		}
		/* Exim: a doubled separator is one of the item. */
		if (walk->separator != ',' && in[1] == walk->separator) {
			*out++ = *in++;
			continue;
		}
		break;
	}
	walk->at = *in != '\0' ? in + 1 : NULL;
	*out = '\0';
	begin = text_trim(begin);
	if (begin[0] != '\0')
		return begin;
	return walk->at != NULL ? list_walk_next(walk) : NULL;
}
