#ifndef RT_NET_INPUT_H
#define RT_NET_INPUT_H

/*
 * Files that the person names, for reading: whatever stands behind the name
 * (a pipe that nobody writes to, a device without an end), nothing hangs and
 * nothing grows without bound.
 */

#include <stdbool.h>

#include "net/err.h"

struct buf;

/*
 * Opens a file, device or pipe.  A pipe that has no writer is waited for
 * during INPUT_WAIT_MS; one that has is read at the writer's own pace.
 * Returns the descriptor (close-on-exec, blocking), which the caller closes,
 * or -1 and the reason alone: the caller names the file.
 */
#define INPUT_WAIT_MS 2000
int input_open(const char *path, struct err *err);

/*
 * Adds all that the descriptor gives to `out`, whose maximum is the limit.
 * `name` is for *err.
 */
bool input_read_all(int fd, const char *name, struct buf *out,
    struct err *err);
/* The same for a path; *err names it. */
bool input_read(const char *path, struct buf *out, struct err *err);

#endif
