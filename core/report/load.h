#ifndef RT_CORE_REPORT_LOAD_H
#define RT_CORE_REPORT_LOAD_H

/*
 * A saved case or JSON report, read back.  Such a session has everything
 * to show, and no network.  The file is taken for hostile.
 */

#include <stdbool.h>
#include <stddef.h>

struct err;
struct session;

/*
 * Fills *session, which is overwritten; free it with report_unload().  *err
 * says why the file is none or cannot be read.
 */
bool report_load(const char *path, struct session *session, struct err *err);
/* The same from bytes. */
bool report_load_bytes(const char *bytes, size_t n, struct session *session,
    struct err *err);
void report_unload(struct session *session);

#endif
