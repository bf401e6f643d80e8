#ifndef RT_CORE_FILE_H
#define RT_CORE_FILE_H

/*
 * Whole files, with limits: read into a buf, written so that the old file
 * stays until the new one is complete.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/err.h"

struct buf;

/*
 * Adds the file's bytes to `out`, whose maximum is the limit.  "-" is
 * standard input.  *err names the file.
 */
bool file_read(const char *path, struct buf *out, struct err *err);

/*
 * A file that is written piece by piece.  Between file_begin() and
 * file_commit() the bytes go beside the file under a temporary name; the old
 * one is replaced when all of them are on the disk.  A path that is no
 * regular file (/dev/stdout, a pipe) is written to as it is.
 */
struct file_writer {
	int fd;          /* -1: not begun */
	char *path;      /* as it was given */
	char *target;    /* behind symbolic links; NULL: written in place */
	char *temporary; /* NULL: written in place */
};

/*
 * `mode` is for a new file; an old one keeps its own, and one that may not
 * be written is not replaced either.  Until it has succeeded there is
 * nothing to commit or abandon.
 */
bool file_begin(struct file_writer *writer, const char *path, unsigned mode,
    struct err *err);
bool file_put(struct file_writer *writer, const char *bytes, size_t n,
    struct err *err);
/* Ends the writing; on failure the old file is as it was. */
bool file_commit(struct file_writer *writer, struct err *err);
/* Ends it without a trace. */
void file_abandon(struct file_writer *writer);

/*
 * All of it at once.  Writes n bytes beside the file under a temporary name and renames it over
 * the old one when all of it is on the disk; on failure the old file is
 * untouched and the temporary one is gone.  `mode` is for a new file; an
 * old one keeps its own.  A path that is no regular file (/dev/stdout, a
 * pipe) is written to as it is.
 */
bool file_write(const char *path, const char *bytes, size_t n,
    unsigned mode, struct err *err);

/* Makes the directory and those above it, mode 0700 for new ones. */
bool file_make_dirs(const char *path, struct err *err);

#endif
