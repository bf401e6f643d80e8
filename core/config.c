#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/options.h"
#include "core/settings.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/mem.h"

#define CONFIG_MAX (1024 * 1024) /* bytes */

/* Where a line stands. */
struct place {
	const char *path;
	int line;
	const char *section; /* profile's name; NULL above the first */
};

static bool
bad_line(const struct place *place, struct err *err, const char *why)
{
	return err_set(err, ERR_INPUT, "%s line %d: %s", place->path,
	    place->line, why);
}

/* "[profile NAME]": the name, in place; NULL with *err if it is none. */
static const char *
read_section(char *line, const struct place *place, struct err *err)
{
	size_t n = strlen(line);
	char *name;

	if (line[n - 1] != ']') {
		bad_line(place, err, _("the ] of the section is missing"));
		return NULL;
	}
	line[n - 1] = '\0';
	name = text_trim(line + 1);
	if (strncmp(name, "profile", 7) != 0 ||
	    strchr(" \t", name[7]) == NULL || name[7] == '\0') {
		bad_line(place, err, _("a section is written [profile NAME]"));
		return NULL;
	}
	return text_trim(name + 7);
}

/* "name = value", in place. */
static bool
split_line(char *line, const struct place *place,
    const struct option_row **row, char **value, struct err *err)
{
	char *equals = strchr(line, '='), *name, shown[64];
	char why[120];

	if (equals == NULL)
		return bad_line(place, err, _("an = is missing"));
	*equals = '\0';
	name = text_trim(line);
	*value = text_trim(equals + 1);
	*row = option_find(name);
	if (*row != NULL && (*row)->config)
		return true;
	snprintf(why, sizeof(why),
	    *row != NULL ? _("%s is for the command line only") :
			   _("there is no option %s"),
	    text_visible_str(name, shown, sizeof(shown)));
	return bad_line(place, err, why);
}

typedef bool line_function(void *arg, const struct place *place,
    const struct option_row *row, const char *value, struct err *err);

/* Calls `each` for every setting; false when a line is wrong. */
static bool
for_lines(const char *path, const char *text, line_function *each, void *arg,
    struct err *err)
{
	struct place place = { .path = path };
	const struct option_row *row = NULL;
	char *copy = mem_strdup(text), *rest = copy, *line, *value = NULL;
	bool ok = true;

	while (ok && (line = strsep(&rest, "\n")) != NULL) {
		place.line++;
		line = text_trim(line);
		if (*line == '\0' || *line == '#')
			continue;
		if (*line == '[') {
			place.section = read_section(line, &place, err);
			ok = place.section != NULL;
			continue;
		}
		ok = split_line(line, &place, &row, &value, err) &&
		    each(arg, &place, row, value, err);
	}
	free(copy);
	return ok;
}

/* Takes every line into a scratch copy, to see whether it is right. */
struct checking {
	struct settings scratch;
	const char *profile;
	bool found; /* the section of that name */
};

static bool
check_line(void *arg, const struct place *place, const struct option_row *row,
    const char *value, struct err *err)
{
	struct checking *checking = arg;
	struct err why = { 0 };

	if (checking->profile != NULL && place->section != NULL &&
	    strcmp(checking->profile, place->section) == 0)
		checking->found = true;
	if (option_apply(row, &checking->scratch, row->name, value, &why))
		return true;
	return bad_line(place, err, why.text);
}

/* Takes the lines of one section that are not set yet. */
struct taking {
	struct settings *settings;
	const char *section; /* NULL: the lines above the first */
	bool set[SETTINGS_OPTIONS]; /* before this section */
};

/* Where one of these is set, the others are too. */
static const char *const alternatives[][4] = {
	{ "ipv4", "ipv6", NULL },
	{ "password-file", "password-fd", "token-file", NULL },
};

static bool
is_set(const struct taking *taking, const struct option_row *row)
{
	size_t i, j, k;

	for (i = 0; i < sizeof(alternatives) / sizeof(alternatives[0]); i++)
		for (j = 0; alternatives[i][j] != NULL; j++) {
			if (strcmp(alternatives[i][j], row->name) != 0)
				continue;
			for (k = 0; alternatives[i][k] != NULL; k++)
				if (taking->set[option_find(
					alternatives[i][k]) -
					option_nth(0)])
					return true;
		}
	return taking->set[row - option_nth(0)];
}

static bool
take_line(void *arg, const struct place *place, const struct option_row *row,
    const char *value, struct err *err)
{
	struct taking *taking = arg;

	if (taking->section == NULL ? place->section != NULL :
				      place->section == NULL ||
		strcmp(place->section, taking->section) != 0)
		return true;
	if (is_set(taking, row))
		return true;
	return option_apply(row, taking->settings, row->name, value, err);
}

static bool
take_section(struct settings *settings, const char *path, const char *text,
    const char *section, struct err *err)
{
	struct taking taking = { .settings = settings, .section = section };

	memcpy(taking.set, settings->given, sizeof(taking.set));
	return for_lines(path, text, take_line, &taking, err);
}

static bool
read_text(struct settings *settings, const char *path, const char *profile,
    const char *text, struct err *err)
{
	struct checking checking = { .profile = profile };
	bool ok;

	settings_init(&checking.scratch);
	ok = for_lines(path, text, check_line, &checking, err);
	settings_clear(&checking.scratch);
	if (ok && profile != NULL && !checking.found)
		ok = err_set(err, ERR_INPUT,
		    "%s has no settings for profile %s", path, profile);
	if (ok && profile != NULL)
		ok = take_section(settings, path, text, profile, err);
	return ok && take_section(settings, path, text, NULL, err);
}

bool
settings_read_config(struct settings *settings, const char *path,
    const char *profile, struct err *err)
{
	struct buf text;
	bool ok;

	buf_init(&text, CONFIG_MAX);
	ok = file_read(path, &text, err);
	if (!ok && err->sys == ENOENT && profile == NULL) {
		*err = (struct err) { 0 };
		buf_clear(&text);
		return true;
	}
	if (ok && memchr(buf_str(&text), '\0', text.len) != NULL)
		ok = err_set(err, ERR_INPUT, "%s is not a text file", path);
	ok = ok &&
	    read_text(settings, path, profile, buf_str(&text), err);
	buf_clear(&text);
	return ok;
}

bool
settings_configure(struct settings *settings, struct err *err)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path;
	bool ok;

	if (settings->config != NULL) {
		if (access(settings->config, R_OK) != 0)
			return err_sys(err, errno, "cannot read %s",
			    settings->config);
		return settings_read_config(settings, settings->config,
		    settings->profile, err);
	}
	/* An empty or relative XDG_CONFIG_HOME does not count (XDG). */
	if (base != NULL && base[0] == '/')
		path = mem_printf("%s/relaytrace/config", base);
	else if (home != NULL && home[0] != '\0')
		path = mem_printf("%s/.config/relaytrace/config", home);
	else
		return true;
	ok = settings_read_config(settings, path, settings->profile, err);
	free(path);
	return ok;
}
