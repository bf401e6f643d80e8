#include "core/stage.h"

#include <string.h>

static const char *const names[] = {
#define X(id, name) [id] = name,
	STAGES(X)
#undef X
};

const char *
stage_name(enum stage stage)
{
	return names[stage];
}

int
stage_parse(const char *name, enum stage *stage)
{
	int i;

	for (i = 0; i < STAGE_COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			*stage = (enum stage)i;
			return 1;
		}
	}
	return 0;
}
