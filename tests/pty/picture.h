#ifndef RT_TESTS_PTY_PICTURE_H
#define RT_TESTS_PTY_PICTURE_H

/*
 * What stands on the terminal, as text and as a drawing.  Times, dates and
 * counts that differ from run to run are replaced by fixed ones, so that the
 * same screen always gives the same bytes.
 */

#include <stdio.h>

/* The rows, without blanks at their ends; the caller frees. */
char *picture_text(void);
/* An SVG with the colours, for the README; the caller frees. */
char *picture_svg(void);

#endif
