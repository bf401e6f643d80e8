#include "net/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*failure_hook)(void);

static void __attribute__((noreturn))
out_of_memory(void)
{
	if (failure_hook != NULL)
		failure_hook();
	fputs("relaytrace: out of memory\n", stderr);
	abort();
}

void
mem_on_failure(void (*hook)(void))
{
	failure_hook = hook;
}

void *
mem_alloc(size_t size)
{
	return mem_array(1, size);
}

void *
mem_array(size_t count, size_t size)
{
	void *p = calloc(count != 0 ? count : 1, size != 0 ? size : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *
mem_resize(void *old, size_t size)
{
	void *p = realloc(old, size != 0 ? size : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *
mem_grow(void *array, size_t count, size_t *cap, size_t size)
{
	size_t want;

	if (count < *cap)
		return array;
	want = *cap + *cap / 2 + 4;
	if (want > SIZE_MAX / size)
		out_of_memory();
	*cap = want;
	return mem_resize(array, want * size);
}

char *
mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

char *
mem_strndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = mem_alloc(len + 1);

	memcpy(p, s, len);
	return p;
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	return s;
}

void
mem_wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}
