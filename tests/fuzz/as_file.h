#ifndef RT_TESTS_FUZZ_AS_FILE_H
#define RT_TESTS_FUZZ_AS_FILE_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * For what reads files: the path of one in memory that holds the bytes.
 * It is written over by the next call.
 */
static inline const char *
as_file(const uint8_t *bytes, size_t n)
{
	static char path[40];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) != 0 ||
	    (n > 0 && pwrite(fd, bytes, n, 0) != (ssize_t)n))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

#endif
