#ifndef RT_TESTS_SUPPORT_WORLD_CHECK_H
#define RT_TESTS_SUPPORT_WORLD_CHECK_H

/* Plays a world to its end and compares with what it expects. */

#include <stddef.h>
#include <stdint.h>

struct world_result {
	char wrong[600];    /* "" if everything is as expected */
	int elapsed_ms;     /* on the virtual clock */
	size_t peak_bytes;  /* of the heap, above what was there before */
	unsigned turns;
	unsigned connections, questions;
};

void world_check(const char *path, struct world_result *result);
/* The same, and tells on standard output what was concluded and said. */
void world_check_verbose(const char *path, struct world_result *result);

#endif
