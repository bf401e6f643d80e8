/* Configuration files: whatever is taken can also be looked at and freed. */
#include <stdlib.h>

#include "as_file.h"
#include "core/settings.h"
#include "fuzz.h"
#include "net/err.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char *const profiles[] = { NULL, "work" };
	const char *path = as_file(bytes, n);
	size_t i;

	for (i = 0; i < 2; i++) {
		struct settings settings;
		struct err err = { 0 };

		settings_init(&settings);
		if (settings_read_config(&settings, path, profiles[i], &err))
			settings_check(&settings, COMMAND_CHECK, &err);
		else if (err.text[0] == '\0')
			abort();
		settings_clear(&settings);
	}
	return 0;
}
