#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/buf.h"
#include "net/i18n.h"
#include "net/input.h"
#include "net/mem.h"

bool
file_read(const char *path, struct buf *out, struct err *err)
{
	if (strcmp(path, "-") == 0)
		return input_read_all(STDIN_FILENO, _("standard input"), out,
		    err);
	return input_read(path, out, err);
}

static bool
write_all(int fd, const char *bytes, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(fd, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return true;
}

static void
forget(struct file_writer *writer)
{
	free(writer->path);
	free(writer->target);
	free(writer->temporary);
	*writer = (struct file_writer) { .fd = -1 };
}

/* A file of its own beside the one it will replace. */
static bool
begin_beside(struct file_writer *writer, mode_t mode, struct err *err)
{
	writer->temporary = mem_printf("%s.XXXXXX", writer->target);
	writer->fd = mkostemp(writer->temporary, O_CLOEXEC);
	if (writer->fd < 0)
		return err_sys(err, errno, "cannot write %s", writer->path);
	if (fchmod(writer->fd, mode) == 0)
		return true;
	err_sys(err, errno, "cannot write %s", writer->path);
	close(writer->fd);
	unlink(writer->temporary);
	return false;
}

bool
file_begin(struct file_writer *writer, const char *path, unsigned mode,
    struct err *err)
{
	struct stat old;
	bool exists = stat(path, &old) == 0, ok;
	mode_t mask = umask(0);

	umask(mask);
	*writer = (struct file_writer) { .fd = -1, .path = mem_strdup(path) };
	if (exists && S_ISDIR(old.st_mode)) {
		ok = err_sys(err, EISDIR, "cannot write %s", path);
	} else if (exists && !S_ISREG(old.st_mode)) {
		/* A device, a pipe: nothing to rename over. */
		writer->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		ok = writer->fd >= 0 ||
		    err_sys(err, errno, "cannot write %s", path);
	} else if (exists && access(path, W_OK) != 0) {
		ok = err_sys(err, errno, "cannot write %s", path);
	} else {
		/* A symbolic link stays one; its target is replaced. */
		writer->target = exists ? realpath(path, NULL) : NULL;
		if (writer->target == NULL)
			writer->target = mem_strdup(path);
		ok = begin_beside(writer, exists ? old.st_mode & 0777 :
						   (mode_t)mode & ~mask, err);
	}
	if (!ok)
		forget(writer);
	return ok;
}

bool
file_put(struct file_writer *writer, const char *bytes, size_t n,
    struct err *err)
{
	return write_all(writer->fd, bytes, n) ||
	    err_sys(err, errno, "cannot write %s", writer->path);
}

bool
file_commit(struct file_writer *writer, struct err *err)
{
	bool beside = writer->temporary != NULL;
	int sys = 0;

	if (beside && fsync(writer->fd) != 0)
		sys = errno;
	if (close(writer->fd) != 0 && sys == 0)
		sys = errno;
	if (beside && sys == 0 &&
	    rename(writer->temporary, writer->target) != 0)
		sys = errno;
	if (beside && sys != 0)
		unlink(writer->temporary);
	if (sys != 0)
		err_sys(err, sys, "cannot write %s", writer->path);
	forget(writer);
	return sys == 0;
}

void
file_abandon(struct file_writer *writer)
{
	if (writer->fd >= 0)
		close(writer->fd);
	if (writer->temporary != NULL)
		unlink(writer->temporary);
	forget(writer);
}

bool
file_write(const char *path, const char *bytes, size_t n, unsigned mode,
    struct err *err)
{
	struct file_writer writer;

	if (!file_begin(&writer, path, mode, err))
		return false;
	if (file_put(&writer, bytes, n, err))
		return file_commit(&writer, err);
	file_abandon(&writer);
	return false;
}

bool
file_make_dirs(const char *path, struct err *err)
{
	char *copy = mem_strdup(path), *slash;
	bool ok = true;

	for (slash = copy; ok && slash != NULL;) {
		slash = strchr(slash + 1, '/');
		if (slash != NULL)
			*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			ok = err_sys(err, errno, "cannot make %s", copy);
		if (slash != NULL)
			*slash = '/';
	}
	free(copy);
	return ok;
}
