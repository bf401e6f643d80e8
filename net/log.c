#include "net/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "net/err.h"

static FILE *out;

bool
log_open(const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_sys(err, errno, "cannot write the log %s", path);
	log_close();
	out = fdopen(fd, "a");
	if (out == NULL) {
		err_sys(err, errno, "cannot write the log %s", path);
		close(fd);
		return false;
	}
	setvbuf(out, NULL, _IOLBF, 0);
	return true;
}

void
log_close(void)
{
	if (out != NULL)
		fclose(out);
	out = NULL;
}

bool
log_on(void)
{
	return out != NULL;
}

void
log_debug(const char *component, const char *fmt, ...)
{
	struct timespec ts;
	struct tm tm;
	char line[1024];
	va_list ap;
	size_t i;

	if (out == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	fprintf(out, "%02d:%02d:%02d.%03ld %-8s ", tm.tm_hour, tm.tm_min,
	    tm.tm_sec, ts.tv_nsec / 1000000, component);
	for (i = 0; line[i] != '\0'; i++) {
		unsigned char c = (unsigned char)line[i];

		if (c < 0x20 || c >= 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
	fputc('\n', out);
}
