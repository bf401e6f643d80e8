#ifndef RT_CORE_WRAP_H
#define RT_CORE_WRAP_H

/* Text in columns: how wide it is, and lines broken at blanks. */

#include <stddef.h>

struct buf;

/* Columns that valid UTF-8 takes on a terminal; independent of locale. */
int text_columns(const char *text);
/* Bytes of the longest beginning that is at most `columns` wide. */
size_t text_fit(const char *text, int columns);

/*
 * Adds the text in lines of at most `width` columns, the first behind
 * `first`, the others behind `next`.  Lines are broken at blanks, a word
 * that is longer than a line inside it.  '\n' ends a line.
 */
void wrap_text(struct buf *out, const char *text, const char *first,
    const char *next, int width);

#endif
