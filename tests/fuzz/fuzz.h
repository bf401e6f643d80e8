#ifndef RT_TESTS_FUZZ_H
#define RT_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* What each target defines; the name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What has to be true of everything that was read. */
static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

#endif
