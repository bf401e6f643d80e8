#include <string.h>

#include "core/world/parts.h"

size_t
demo_count(void)
{
	return demo_table_count;
}

const struct demo *
demo_nth(size_t i)
{
	return i < demo_table_count ? &demo_table[i] : NULL;
}

const struct demo *
demo_find(const char *name)
{
	size_t i;

	for (i = 0; i < demo_table_count; i++)
		if (strcmp(demo_table[i].name, name) == 0)
			return &demo_table[i];
	return NULL;
}
