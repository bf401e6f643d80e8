#ifndef RT_TESTS_SUPPORT_WORLD_CHECK_H
#define RT_TESTS_SUPPORT_WORLD_CHECK_H

/* Plays a world to its end and compares with what it expects. */

#include <stddef.h>
#include <stdint.h>

struct world_result {
	char wrong[600];    /* "" if everything is as expected */
	int elapsed_ms;     /* on the virtual clock */
	int rtt_ms;         /* of the world, 0: none */
	size_t peak_bytes;  /* of the heap, above what was there before */
	size_t resident_bytes; /* at the most; 0 under AddressSanitizer */
	unsigned turns;
	unsigned connections, questions;
	char verdict[32], cause[40]; /* "none" without one */
	int exit_status;
};

/*
 * `expect verdict *` leaves open how it ends: then the exit status only has
 * to be one that the contract knows, and who left how is not looked at.
 */
void world_check(const char *path, struct world_result *result);
void world_check_text(const char *text, size_t n,
    struct world_result *result);
/* The same, and tells on standard output what was concluded and said. */
void world_check_verbose(const char *path, struct world_result *result);

#endif
