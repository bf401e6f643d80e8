#ifndef RT_CORE_ADDRESS_PARTS_H
#define RT_CORE_ADDRESS_PARTS_H

/* What the files of core/address*.c share. */

#include <stdbool.h>
#include <stddef.h>

struct err;

/* Says in *err which character stands where it must not; returns false. */
bool address_bad_character(long cp, const char *where, struct err *err);

/* The form people read; `out` must hold `domain` at least. */
void address_u_labels(const char *domain, char *out, size_t size);
bool address_mixes_scripts(const char *u_labels);

/*
 * Takes off what people paste around an address: blanks and invisible
 * characters, "mailto:" with its query, a display name and <>.  The rest is
 * copied to `out`; false with *err if that cannot be done.
 */
bool address_unwrap(const char *text, char *out, size_t size,
    struct err *err);

#endif
