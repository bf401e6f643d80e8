#include "ui/out.h"
#include "net/i18n.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define FAILED_STATUS 2

static int failed; /* the first errno; 0 while all is well */

bool
out_put(const char *bytes, size_t n)
{
	if (failed == 0 && (fwrite(bytes, 1, n, stdout) != n ||
			       fflush(stdout) != 0))
		failed = errno;
	return failed == 0;
}

int
out_close(int status)
{
	if ((fflush(stdout) != 0 || ferror(stdout)) && failed == 0)
		failed = errno;
	if (failed == 0)
		return status;
	if (failed == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	fprintf(stderr, _("relaytrace: cannot write standard output: %s\n"),
	    strerror(failed));
	return FAILED_STATUS;
}
