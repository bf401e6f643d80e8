#ifndef RT_UI_SIGNALS_H
#define RT_UI_SIGNALS_H

/*
 * Signals as something the loop can wait for: each becomes a byte in a
 * pipe, and is acted on where no other function is under way.  One at a
 * time in a process.
 */

#include <stdbool.h>
#include <stddef.h>

struct err;

/* Catches these until signals_release(). */
bool signals_catch(const int *numbers, size_t n, struct err *err);
void signals_release(void); /* what was before; harmless when released */
int signals_fd(void);       /* readable when one came; -1: none are caught */
int signals_next(void);     /* the next that came, 0 if none */

#endif
