#include "ui/sandbox/sandbox.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/mem.h"

/* Rights of a later kernel than the header's (LANDLOCK_ACCESS_FS_*). */
#define FS_REFER (1ULL << 13)     /* version 2 */
#define FS_TRUNCATE (1ULL << 14)  /* version 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* version 5 */
#define SCOPE_ABSTRACT_UNIX (1ULL << 0) /* version 6 */
#define SCOPE_SIGNAL (1ULL << 1)

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITE \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
	    LANDLOCK_ACCESS_FS_MAKE_REG | FS_TRUNCATE)
#define MAKE_FOLDERS LANDLOCK_ACCESS_FS_MAKE_DIR
/* What may be said of a file that is no folder. */
#define OF_FILES \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	    FS_TRUNCATE | FS_IOCTL_DEV)

/* As the kernel has it from version 6 on; older ones take the beginning. */
struct ruleset_attr {
	uint64_t fs, net, scoped;
};

struct wall {
	int fd;
	uint64_t handled;
};

/*
 * What libraries open when they come to it: character sets, time zones,
 * terminals, trust anchors, the list of public suffixes, their own settings.
 */
static const char *const of_system[] = { "/usr", "/lib", "/lib64", "/lib32",
	"/nix/store", "/gnu/store", "/etc/resolv.conf", "/etc/hosts",
	"/etc/host.conf", "/etc/nsswitch.conf", "/etc/services",
	"/etc/protocols", "/etc/gai.conf", "/etc/localtime", "/etc/locale.alias",
	"/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/gnutls",
	"/etc/crypto-policies", "/etc/terminfo", "/etc/ld.so.cache",
	"/run/systemd/resolve", "/run/resolvconf", "/var/cache/publicsuffix",
	"/dev/null", "/dev/urandom", "/dev/random" };

/* Where letters and logs lie that a person may want to show. */
static const char *const of_person[] = { "/tmp", "/var/tmp", "/var/mail",
	"/var/spool/mail", "/var/log", "/home", "/mnt", "/media",
	"/run/media", "/srv" };

static int
version(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
}

/* All rights on files that this kernel knows: the rest is refused. */
static uint64_t
known_rights(int abi)
{
	if (abi >= 5)
		return (FS_IOCTL_DEV << 1) - 1;
	if (abi >= 3)
		return (FS_TRUNCATE << 1) - 1;
	return abi == 2 ? (FS_REFER << 1) - 1 : FS_REFER - 1;
}

static bool
build(struct wall *wall)
{
	struct ruleset_attr attr = { 0 };
	int abi = version();
	size_t size = abi >= 6 ? sizeof(attr) : sizeof(attr.fs);

	if (abi < 1)
		return false;
	attr.fs = wall->handled = known_rights(abi);
	attr.scoped = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
	wall->fd = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	return wall->fd >= 0;
}

/* What is not there needs no door. */
static void
allow(const struct wall *wall, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { 0 };
	struct stat st;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	rights &= wall->handled;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rights &= OF_FILES;
	rule.allowed_access = rights;
	syscall(SYS_landlock_add_rule, wall->fd, LANDLOCK_RULE_PATH_BENEATH,
	    &rule, 0);
	close(rule.parent_fd);
}

/* The root is no folder of anybody's own. */
static void
allow_own(const struct wall *wall, const char *path, uint64_t rights)
{
	char *real = path != NULL && path[0] != '\0' ? realpath(path, NULL) :
						       NULL;

	if (real != NULL && strcmp(real, "/") != 0)
		allow(wall, real, rights);
	free(real);
}

/* A file is replaced by a new one beside it: its folder, then. */
static void
allow_output(const struct wall *wall, const char *path)
{
	char *real = realpath(path, NULL);
	char *copy = mem_strdup(real != NULL ? real : path);
	struct stat st;

	if (real != NULL && stat(real, &st) == 0 && !S_ISREG(st.st_mode))
		allow(wall, path, READ | WRITE);
	else
		allow(wall, dirname(copy), READ | WRITE);
	free(copy);
	free(real);
}

/* The folder, or the nearest above it that is there already. */
static void
allow_to_make(const struct wall *wall, const char *path)
{
	char *copy = mem_strdup(path);
	const char *at = copy;
	int steps = 0;

	while (access(at, F_OK) != 0 && steps++ < 4)
		at = dirname(copy);
	allow_own(wall, at, READ | WRITE | MAKE_FOLDERS);
	free(copy);
}

static void
allow_person(const struct wall *wall)
{
	const char *home = getenv("HOME"), *state = getenv("XDG_STATE_HOME");
	char *path;
	size_t i;

	for (i = 0; i < sizeof(of_person) / sizeof(of_person[0]); i++)
		allow(wall, of_person[i], READ);
	allow_own(wall, home, READ);
	allow_own(wall, ".", READ | WRITE);
	if (state != NULL && state[0] == '/')
		path = mem_printf("%s/relaytrace", state);
	else if (home != NULL && home[0] == '/')
		path = mem_printf("%s/.local/state/relaytrace", home);
	else
		return;
	allow_to_make(wall, path);
	free(path);
}

static void
allow_needs(const struct wall *wall, const struct sandbox_needs *needs)
{
	size_t i;

	for (i = 0; i < SANDBOX_READS; i++)
		if (needs->reads[i] != NULL)
			allow(wall, needs->reads[i], READ);
	if (needs->writes != NULL)
		allow_output(wall, needs->writes);
	if (needs->person)
		allow_person(wall);
}

bool
sandbox_paths(const struct sandbox_needs *needs)
{
	struct wall wall;
	bool stands;
	size_t i;

	if (!build(&wall))
		return false;
	for (i = 0; i < sizeof(of_system) / sizeof(of_system[0]); i++)
		allow(&wall, of_system[i], READ);
	allow(&wall, "/dev/null", READ | WRITE);
#if defined(__SANITIZE_ADDRESS__)
	allow(&wall, "/proc", READ); /* it looks for leaks there */
#endif
	allow_needs(&wall, needs);
	stands = syscall(SYS_landlock_restrict_self, wall.fd, 0) == 0;
	close(wall.fd);
	return stands;
}
