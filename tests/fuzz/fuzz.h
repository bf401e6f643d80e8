#ifndef RT_TESTS_FUZZ_H
#define RT_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What each target defines; the name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What has to be true of everything that was read. */
static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Text for people: within its room, without control bytes. */
static inline void
visible(const char *text, size_t size)
{
	size_t n = strlen(text), i;

	must(n < size);
	for (i = 0; i < n; i++)
		must((unsigned char)text[i] >= ' ' && text[i] != 0x7f);
}

#endif
