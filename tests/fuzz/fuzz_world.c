/* World files: read or refused with the line that is wrong. */
#include <stdlib.h>

#include "core/world/world.h"
#include "fuzz.h"
#include "net/err.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct err err = { 0 };
	struct world *world = world_parse((const char *)bytes, n, &err);

	if (world == NULL && err.text[0] == '\0')
		abort();
	world_free(world);
	return 0;
}
