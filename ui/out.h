#ifndef RT_UI_OUT_H
#define RT_UI_OUT_H

/*
 * Standard output of the commands without screens.  What went wrong with it
 * is remembered until the program ends, by when errno tells of other things.
 */

#include <stdbool.h>
#include <stddef.h>

/* Writes all of it now; false once anything could not be written. */
bool out_put(const char *bytes, size_t n);

/*
 * For the very end: takes the exit status and returns it, or 2 with a
 * message if standard output could not be written.  Where its reader went
 * away (head, a pager) the process ends by SIGPIPE, as other filters do.
 */
int out_close(int status);

#endif
