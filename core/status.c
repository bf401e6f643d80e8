#include "core/status.h"

#include <stddef.h>

#include "net/smtp_reply.h"

static const struct status table[] = {
#define STATUS(subject, detail, family, causes, words)                         \
	{ subject, detail, FAMILY_##family, causes, words },
#include "core/status.def"
#undef STATUS
};

const struct status *
status_find(const struct enhanced *enhanced)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].subject == enhanced->subject &&
		    table[i].detail == enhanced->detail)
			return &table[i];
	return NULL;
}
