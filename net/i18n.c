#include "net/i18n.h"

#include <errno.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "relaytrace"

const char *
i18n(const char *text)
{
	/* The translation of "" is the head of the catalogue. */
	return text[0] != '\0' ? dgettext(DOMAIN, text) : text;
}

const char *
i18n_plural(const char *one, const char *many, unsigned long n)
{
	return dngettext(DOMAIN, one, many, n);
}

/* Where the program lies decides: it may be unpacked anywhere. */
static void
find_catalogues(void)
{
	char path[PATH_MAX + 32];
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *end;

	if (n <= 0)
		return;
	path[n] = '\0';
	end = strrchr(path, '/');
	snprintf(end, 32, "/locale");
	if (access(path, X_OK) != 0)
		snprintf(end, 32, "/../share/locale");
	bindtextdomain(DOMAIN, path);
}

void
i18n_start(void)
{
	setlocale(LC_ALL, "");
	find_catalogues();
	/* As are all texts within; the terminal's own is made at its edge. */
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	bind_textdomain_codeset("libc", "UTF-8");
	/* The first text of each reads its catalogue. */
	dgettext(DOMAIN, "Stay");
	strerror(ENOENT);
}

void
i18n_stop(void)
{
	setlocale(LC_MESSAGES, "C");
}
