#ifndef RT_TESTS_FUZZ_H
#define RT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What each target defines; the name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

#endif
