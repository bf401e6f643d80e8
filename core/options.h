#ifndef RT_CORE_OPTIONS_H
#define RT_CORE_OPTIONS_H

/*
 * The one table of options and the one table of commands.  Parsing, the
 * usage texts, the manual page, the shell completions and the configuration
 * file are all made from them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/settings.h"

struct buf;
struct err;

enum option_kind {
	OPTION_FLAG,   /* bool, set by its presence */
	OPTION_FIXED,  /* int, set to `min` by its presence (--json) */
	OPTION_STRING, /* char *, the last one counts */
	OPTION_LIST,   /* struct string_list, may repeat */
	OPTION_NUMBER, /* int, min to max */
	OPTION_WORD,   /* enum; the value's place in `words` */
	OPTION_ADDR,   /* struct addr, without port */
};

/* clang-format off */
#define OPTION_GROUPS(X)						\
	X(OPTIONS_CASE, N_("What happened"))				\
	X(OPTIONS_LOGIN, N_("Login and TLS"))				\
	X(OPTIONS_WAY, N_("From where, and how"))			\
	X(OPTIONS_CONSENT, N_("What may be asked of others"))		\
	X(OPTIONS_REPORT, N_("The report"))				\
	X(OPTIONS_SCREEN, N_("The screen"))				\
	X(OPTIONS_OTHER, N_("Other"))
/* clang-format on */

enum option_group {
#define X(id, title) id,
	OPTION_GROUPS(X)
#undef X
};

/* What a shell can complete as the argument. */
enum option_complete {
	COMPLETE_NOTHING,
	COMPLETE_FILE,
	COMPLETE_HOST,
};

struct option_row {
	const char *name;     /* without dashes */
	char letter;          /* '\0': none */
	const char *argument; /* "ADDRESS", or NULL where it takes none */
	enum option_kind kind;
	size_t offset;        /* in struct settings */
	unsigned commands;    /* enum command, or-ed */
	bool config;          /* may stand in the configuration file */
	enum option_group group;
	/* Looks at a value before it is taken; NULL: any visible text. */
	bool (*check)(const char *value, struct err *err);
	const char *const *words; /* OPTION_WORD, NULL-terminated */
	int min, max;         /* OPTION_NUMBER */
	enum option_complete complete;
	const char *help;     /* one sentence or two */
};

size_t option_count(void);
const struct option_row *option_nth(size_t i);
/* By long name without dashes; NULL if there is none. */
const struct option_row *option_find(const char *name);
const char *option_group_title(enum option_group group);
#define OPTION_GROUP_COUNT (OPTIONS_OTHER + 1)

struct command_row {
	enum command command;
	const char *name;     /* "" is the wizard */
	const char *synopsis; /* behind the name */
	const char *summary;  /* for the list of commands, no full stop */
	const char *text;     /* paragraph of help and manual page */
};

size_t command_count(void);
const struct command_row *command_nth(size_t i);
const struct command_row *command_find(const char *name);
const struct command_row *command_row(enum command command);

/*
 * Takes one value for one option, into `settings`.  *err names the option
 * as `label` ("--jobs") and what is wrong.  A list grows, all else is
 * replaced.  A flag takes "yes" or "no" (NULL: yes).
 */
bool option_apply(const struct option_row *row, struct settings *settings,
    const char *label, const char *value, struct err *err);

/*
 * `commands` (enum command, or-ed) are those that the program has; the rest
 * is not mentioned.
 */
/* The manual page (man macros), for troff; `keys` adds its section KEYS. */
void manual_page(struct buf *out, unsigned commands,
    void (*keys)(struct buf *out));
/* Text as it may stand anywhere in that page. */
void manual_text(struct buf *out, const char *text);
/* The completion script; false if the shell is none of bash, zsh, fish. */
bool completion_script(const char *shell, struct buf *out, unsigned commands);
/* What --help says: the commands, then the wizard's options. */
void usage_overview(struct buf *out, unsigned commands);

#endif
