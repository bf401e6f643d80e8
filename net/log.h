#ifndef RT_NET_LOG_H
#define RT_NET_LOG_H

/*
 * The debug log of --debug=FILE: one line an event, control bytes escaped,
 * never on the terminal.  Credentials are replaced before they get here.
 */

#include <stdbool.h>

struct err;

/* Appends to the file (mode 0600 when new). Line-buffered. */
bool log_open(const char *path, struct err *err);
void log_close(void);
bool log_on(void);
void log_debug(const char *component, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
