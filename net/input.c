#include "net/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/buf.h"
#include "net/i18n.h"

/* A look at what is in the pipe, without taking it: is anybody there? */
static bool
has_writer(int fd)
{
	int ends[2];
	ssize_t n;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	n = tee(fd, ends[1], 1, SPLICE_F_NONBLOCK);
	close(ends[0]);
	close(ends[1]);
	return n != 0;
}

int
input_open(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	struct stat st;
	int flags;

	if (fd < 0 || fstat(fd, &st) != 0 ||
	    (flags = fcntl(fd, F_GETFL)) < 0 ||
	    fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) != 0) {
		int sys = errno;

		err_set(err, ERR_SYSTEM, "%s", strerror(sys));
		err->sys = sys;
	} else if (S_ISFIFO(st.st_mode) &&
	    poll(&wait, 1, INPUT_WAIT_MS) == 0 && !has_writer(fd)) {
		err_set(err, ERR_INPUT, "a pipe that nobody writes to");
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

bool
input_read_all(int fd, const char *path, struct buf *out, struct err *err)
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
input_read(const char *path, struct buf *out, struct err *err)
{
	struct err why = { 0 };
	int fd = input_open(path, &why);
	bool ok;

	if (fd < 0) {
		err_set(err, why.kind, "cannot read %.150s: %s", path,
		    why.text);
		err->sys = why.sys;
		return false;
	}
	ok = input_read_all(fd, path, out, err);
	close(fd);
	return ok;
}
