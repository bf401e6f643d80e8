#include "net/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "net/i18n.h"

#undef err_set /* the analyzer's */
#undef err_sys

bool
err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	err->kind = kind;
	err->sys = 0;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), _(fmt), ap);
	va_end(ap);
	return false;
}

static enum err_kind
kind_of(int sys)
{
	switch (sys) {
	case ETIMEDOUT: return ERR_TIMEOUT;
	case ECONNREFUSED: return ERR_REFUSED;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
	case EADDRNOTAVAIL: return ERR_UNREACHABLE;
	case ECONNRESET:
	case EPIPE: return ERR_RESET;
	default: return ERR_SYSTEM;
	}
}

bool
err_sys(struct err *err, int sys, const char *fmt, ...)
{
	va_list ap;
	size_t len;

	err->kind = kind_of(sys);
	err->sys = sys;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), _(fmt), ap);
	va_end(ap);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s",
	    strerror(sys));
	return false;
}
