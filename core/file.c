#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/buf.h"
#include "net/mem.h"

static bool
read_all(int fd, const char *path, struct buf *out, struct err *err)
{
	char chunk[16384];
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n == 0)
			return true;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "cannot read %s", path);
		if (!buf_add(out, chunk, (size_t)n))
			return err_set(err, ERR_LIMIT,
			    "%s is larger than %zu bytes", path, out->max);
	}
}

bool
file_read(const char *path, struct buf *out, struct err *err)
{
	bool ok, standard = strcmp(path, "-") == 0;
	int fd;

	if (standard)
		return read_all(STDIN_FILENO, "standard input", out, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "cannot read %s", path);
	ok = read_all(fd, path, out, err);
	close(fd);
	return ok;
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

/* A device, a pipe: nothing to rename over. */
static bool
write_through(const char *path, const char *bytes, size_t n, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int sys = 0;

	if (fd < 0)
		return err_sys(err, errno, "cannot write %s", path);
	if (!write_all(fd, bytes, n))
		sys = errno;
	if (close(fd) != 0 && sys == 0)
		sys = errno;
	return sys == 0 || err_sys(err, sys, "cannot write %s", path);
}

bool
file_write(const char *path, const char *bytes, size_t n, unsigned mode,
    struct err *err)
{
	struct stat old;
	bool exists = stat(path, &old) == 0;
	mode_t mask = umask(0);
	char *real, *temporary;
	int fd, sys = 0;

	umask(mask);
	if (exists && S_ISDIR(old.st_mode))
		return err_sys(err, EISDIR, "cannot write %s", path);
	if (exists && !S_ISREG(old.st_mode))
		return write_through(path, bytes, n, err);
	/* A symbolic link stays one; its target is replaced. */
	real = exists ? realpath(path, NULL) : NULL;
	temporary = mem_printf("%s.XXXXXX", real != NULL ? real : path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		err_sys(err, errno, "cannot write %s", path);
		free(temporary);
		free(real);
		return false;
	}
	if (fchmod(fd, exists ? old.st_mode & 0777 :
			   (mode_t)mode & ~mask) != 0 ||
	    !write_all(fd, bytes, n) || fsync(fd) != 0)
		sys = errno;
	if (close(fd) != 0 && sys == 0)
		sys = errno;
	if (sys == 0 && rename(temporary, real != NULL ? real : path) != 0)
		sys = errno;
	if (sys != 0) {
		unlink(temporary);
		err_sys(err, sys, "cannot write %s", path);
	}
	free(temporary);
	free(real);
	return sys == 0;
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
