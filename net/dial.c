#include "net/dial.h"

#include <stdlib.h>

#include "net/addr.h"
#include "net/mem.h"

struct pair {
	struct addr from, to;
};

struct dial {
	struct pair *pairs;
	size_t count, cap;
};

struct dial *
dial_new(void)
{
	return mem_alloc(sizeof(struct dial));
}

void
dial_free(struct dial *dial)
{
	if (dial == NULL)
		return;
	free(dial->pairs);
	free(dial);
}

void
dial_map(struct dial *dial, const struct addr *from, const struct addr *to)
{
	dial->pairs = mem_grow(dial->pairs, dial->count, &dial->cap,
	    sizeof(*dial->pairs));
	dial->pairs[dial->count++] = (struct pair) { *from, *to };
}

void
dial_cut(struct dial *dial)
{
	dial->count = 0;
}

enum dial_way
dial_find(const struct dial *dial, const struct addr *from, struct addr *to)
{
	enum dial_way way = DIAL_SILENT;
	size_t i;

	if (dial == NULL) {
		*to = *from;
		return DIAL_GO;
	}
	for (i = 0; i < dial->count; i++) {
		if (addr_same(&dial->pairs[i].from, from)) {
			*to = dial->pairs[i].to;
			return DIAL_GO;
		}
		if (addr_same_host(&dial->pairs[i].from, from))
			way = DIAL_REFUSE;
	}
	return way;
}
