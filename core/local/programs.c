#include "core/local/programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_MAX_SHOWN 160

static const struct {
	const char *name;
	const char *commands[3]; /* looked for along PATH, then in folders */
	const char *programs[4]; /* places of their own */
	const char *needs;       /* and this file */
	const char *says;        /* for the plan: what is run */
} products[] = {
	[LOCAL_POSTFIX] = { "Postfix", { "postconf" },
	    { "/opt/zimbra/common/sbin/postconf" }, NULL,
	    "-n, -x, -M; postmap -q" },
	[LOCAL_EXIM] = { "Exim", { "exim4", "exim" },
	    { "/usr/exim/bin/exim" }, NULL, "-bP, -be, -bt" },
	[LOCAL_SENDMAIL] = { "Sendmail", { "sendmail.sendmail", "sendmail" },
	    { "/usr/libexec/sendmail/sendmail", "/usr/lib/sm.bin/sendmail" },
	    "/etc/mail/sendmail.cf", "-bt" },
};

/* Often not in the PATH of a person, yet where servers' commands are. */
static const char *const folders[] = { "/usr/sbin", "/usr/local/sbin",
	"/sbin" };

const char *
local_product_name(enum local_product product)
{
	return products[product].name;
}

/*
 * "sendmail" is what every product calls its entry: Sendmail's own leads to
 * a file of that name, and no postconf stands beside it.
 */
static bool
is_sendmail(const char *path)
{
	char *real = realpath(path, NULL), *slash, beside[PATH_MAX_SHOWN + 20];
	bool good = false;

	if (real != NULL && (slash = strrchr(real, '/')) != NULL) {
		good = strncmp(slash + 1, "sendmail", 8) == 0;
		*slash = '\0';
		snprintf(beside, sizeof(beside), "%.150s/postconf", real);
		good = good && access(beside, X_OK) != 0;
	}
	free(real);
	return good;
}

static bool
usable(enum local_product product, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(path, X_OK) == 0 &&
	    (product != LOCAL_SENDMAIL || is_sendmail(path));
}

/* A folder's first command of the product; `out` holds PATH_MAX_SHOWN. */
static bool
in_folder(enum local_product product, const char *root, const char *folder,
    size_t n, char *out)
{
	const char *command;
	char path[PATH_MAX_SHOWN];
	size_t i;
	int len;

	for (i = 0; i < 3 && (command = products[product].commands[i]) != NULL;
	     i++) {
		len = snprintf(path, sizeof(path), "%s%.*s/%s", root, (int)n,
		    folder, command);
		if (len < 0 || (size_t)len >= sizeof(path) ||
		    !usable(product, path))
			continue;
		memcpy(out, path, (size_t)len + 1);
		return true;
	}
	return false;
}

/* As the person's shell would find it; relative folders do not count. */
static bool
along_path(enum local_product product, char *out)
{
	const char *at = getenv("PATH");
	size_t n;

	for (; at != NULL && *at != '\0'; at += n + (at[n] == ':')) {
		n = strcspn(at, ":");
		if (*at == '/' && n < PATH_MAX_SHOWN &&
		    in_folder(product, "", at, n, out))
			return true;
	}
	return false;
}

static bool
find_program(enum local_product product, const char *root,
    char out[PATH_MAX_SHOWN])
{
	const char *place;
	char path[PATH_MAX_SHOWN];
	size_t i;

	if (products[product].needs != NULL) {
		snprintf(path, sizeof(path), "%.100s%s", root,
		    products[product].needs);
		if (access(path, R_OK) != 0)
			return false;
	}
	if (root[0] == '\0' && along_path(product, out))
		return true;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (in_folder(product, root, folders[i], strlen(folders[i]),
		    out))
			return true;
	for (i = 0; i < 4 && (place = products[product].programs[i]) != NULL;
	     i++) {
		snprintf(path, sizeof(path), "%.100s%s", root, place);
		if (!usable(product, path))
			continue;
		snprintf(out, PATH_MAX_SHOWN, "%s", path);
		return true;
	}
	return false;
}

bool
local_program(enum local_product product, const char *root,
    const char *beside, char *out, size_t size)
{
	char path[PATH_MAX_SHOWN], *slash;

	if (!find_program(product, root, path))
		return false;
	slash = strrchr(path, '/');
	if (beside != NULL && slash != NULL)
		*slash = '\0';
	return snprintf(out, size, "%s%s%s", path, beside != NULL ? "/" : "",
	    beside != NULL ? beside : "") < (int)size;
}

bool
local_product_here(enum local_product product, const char *root)
{
	char path[PATH_MAX_SHOWN];

	return find_program(product, root, path);
}

bool
local_plan_text(char *out, size_t size)
{
	char path[PATH_MAX_SHOWN];
	size_t at = 0;
	int i;

	out[0] = '\0';
	for (i = 0; i < LOCAL_PRODUCTS && at < size; i++)
		if (find_program((enum local_product)i, "", path))
			at += (size_t)snprintf(out + at, size - at,
			    "%s%.90s %s", at > 0 ? "; " : "", path,
			    products[i].says);
	return at > 0;
}
