#ifndef RT_NET_MEM_H
#define RT_NET_MEM_H

/*
 * Memory that never fails: when there is none left the program ends, after
 * the hook (which gives the terminal back) has run.  Whatever holds bytes
 * from outside has a cap of its own, so this is the end of the machine and
 * not of a peer's patience.
 */

#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t size);                 /* zeroed; free() */
void *mem_array(size_t count, size_t size);   /* zeroed; free() */
void *mem_resize(void *old, size_t size);     /* new bytes not zeroed */
char *mem_strdup(const char *s);              /* free() */
char *mem_strndup(const char *s, size_t n);   /* free() */
char *mem_printf(const char *fmt, ...)        /* free() */
    __attribute__((format(printf, 1, 2)));

/*
 * Makes room for one more element: returns the array, grown by half where
 * `count` has reached `*cap`.  The new elements are not zeroed.
 */
void *mem_grow(void *array, size_t count, size_t *cap, size_t size);

/* Overwrites secrets; is not optimised away. */
void mem_wipe(void *p, size_t n);

/* Called once before the program ends for want of memory. */
void mem_on_failure(void (*hook)(void));

#define container_of(ptr, type, member)                                        \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
