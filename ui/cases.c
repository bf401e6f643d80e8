#include "ui/cases.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/report/load.h"
#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/mem.h"

#define CASES_MAX 500 /* files looked at */

static unsigned changes; /* made by this program */

static bool
directory(char *out, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (state != NULL && state[0] == '/')
		return (size_t)snprintf(out, size, "%s/relaytrace", state) <
		    size;
	if (home == NULL || home[0] != '/')
		return false;
	return (size_t)snprintf(out, size, "%s/.local/state/relaytrace",
		   home) < size;
}

/* "dest.example-20261123-1431.json", or with a number behind it. */
static void
choose_name(const struct session *s, const char *dir, char *path, size_t size)
{
	const char *domain = s->input.recipient.domain;
	struct tm tm;
	char when[32], plain[80];
	size_t i, n = 0;
	int k;

	gmtime_r(&s->started, &tm);
	strftime(when, sizeof(when), "%Y%m%d-%H%M", &tm);
	for (i = 0; domain[i] != '\0' && n + 1 < sizeof(plain); i++)
		if (strchr("/[]: ", domain[i]) == NULL)
			plain[n++] = domain[i];
	plain[n] = '\0';
	snprintf(path, size, "%s/%s-%s.json", dir, plain, when);
	for (k = 2; k < 100 && access(path, F_OK) == 0; k++)
		snprintf(path, size, "%s/%s-%s-%d.json", dir, plain, when, k);
}

bool
cases_keep(const struct session *session, char *path, size_t size,
    struct err *err)
{
	char dir[400], file[512];
	struct buf json;
	bool good;

	if (!directory(dir, sizeof(dir)))
		return err_set(err, ERR_INPUT,
		    "neither XDG_STATE_HOME nor HOME is set; the case was "
		    "not kept");
	if (!file_make_dirs(dir, err))
		return false;
	if (path[0] != '\0')
		snprintf(file, sizeof(file), "%s", path);
	else
		choose_name(session, dir, file, sizeof(file));
	buf_init(&json, REPORT_MAX);
	report_kept(session, &json);
	buf_putc(&json, '\n');
	good = !json.overflow ?
	    file_write(file, buf_str(&json), json.len, 0600, err) :
	    err_set(err, ERR_LIMIT, "the case is larger than %u MB; it was "
		"not kept", REPORT_MAX / (1024 * 1024));
	buf_clear(&json);
	if (good)
		snprintf(path, size, "%s", file);
	changes += good;
	return good;
}

unsigned
cases_changes(void)
{
	return changes;
}

bool
cases_remove(const char *path)
{
	changes++;
	return unlink(path) == 0;
}

static int
newest_first(const void *a, const void *b)
{
	const struct case_file *x = a, *y = b;

	if (x->changed != y->changed)
		return x->changed < y->changed ? 1 : -1;
	return strcmp(x->name, y->name);
}

size_t
cases_list(struct case_file **files)
{
	char dir[400];
	struct dirent *entry;
	struct stat st;
	size_t n = 0, cap = 0;
	DIR *d;

	*files = NULL;
	if (!directory(dir, sizeof(dir)) || (d = opendir(dir)) == NULL)
		return 0;
	while (n < CASES_MAX && (entry = readdir(d)) != NULL) {
		size_t len = strlen(entry->d_name);
		struct case_file *f;

		if (len < 6 || len > 100 || entry->d_name[0] == '.' ||
		    strcmp(entry->d_name + len - 5, ".json") != 0)
			continue;
		*files = mem_grow(*files, n, &cap, sizeof(**files));
		f = &(*files)[n];
		snprintf(f->path, sizeof(f->path), "%s/%s", dir,
		    entry->d_name);
		snprintf(f->name, sizeof(f->name), "%.*s", (int)len - 5,
		    entry->d_name);
		if (stat(f->path, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		f->changed = st.st_mtime;
		n++;
	}
	closedir(d);
	if (n > 0)
		qsort(*files, n, sizeof(**files), newest_first);
	return n;
}

bool
cases_copy(const char *text, char *path, size_t size)
{
	struct err err = { 0 };
	char dir[400];

	return directory(dir, sizeof(dir)) &&
	    (size_t)snprintf(path, size, "%s/copied.txt", dir) < size &&
	    file_make_dirs(dir, &err) &&
	    file_write(path, text, strlen(text), 0600, &err);
}

/* ---- a line that broke ---- */

#define MARK "lost" /* holds the path of the case */

static bool
mark_path(char *out, size_t size)
{
	char dir[400];

	return directory(dir, sizeof(dir)) &&
	    (size_t)snprintf(out, size, "%s/" MARK, dir) < size;
}

void
cases_mark_lost(const char *path)
{
	struct err err = { 0 };
	char mark[420];

	if (mark_path(mark, sizeof(mark)))
		file_write(mark, path, strlen(path), 0600, &err);
}

/* Only a case of the list is ever offered, whatever the mark says. */
bool
cases_lost(struct case_file *file)
{
	struct case_file *files;
	struct err err = { 0 };
	size_t i, n;
	char mark[420];
	struct buf path;
	struct stat st;
	bool found = false;

	buf_init(&path, sizeof(file->path));
	if (!mark_path(mark, sizeof(mark)) || stat(mark, &st) != 0 ||
	    !file_read(mark, &path, &err)) {
		buf_clear(&path);
		return false;
	}
	n = cases_list(&files);
	for (i = 0; i < n && !found; i++) {
		found = strcmp(files[i].path, buf_str(&path)) == 0;
		if (found) {
			*file = files[i];
			file->changed = st.st_mtime;
		}
	}
	free(files);
	buf_clear(&path);
	return found;
}

void
cases_forget_lost(void)
{
	char mark[420];

	if (mark_path(mark, sizeof(mark)))
		unlink(mark);
}

void
cases_release(struct session *session)
{
	report_unload(session);
}
