#ifndef RT_UI_COMMAND_H
#define RT_UI_COMMAND_H

/* The key table (commands.def) and questions about it. */

#include <stdbool.h>
#include <stddef.h>

struct buf;

enum command_id {
#define COMMAND(id, name, group, keys, label, does) CMD_##id,
#include "ui/commands.def"
#undef COMMAND
	CMD_COUNT,
	CMD_NONE = CMD_COUNT,
};

enum command_group {
	GROUP_MOVING,
	GROUP_CHOOSING,
	GROUP_FINDING,
	GROUP_WATCHING,
	GROUP_SHOWING,
	GROUP_TAKING,
	GROUP_BACK,
	GROUP_EVERYWHERE,
	GROUP_COUNT,
};

#define COMMAND_KEYS 6

struct command_entry {
	const char *name;
	enum command_group group;
	int keys[COMMAND_KEYS]; /* 0 ends them */
	const char *label, *does;
};

/*
 * What a view takes, the most useful first; ends with CMD_NONE.  The label
 * stands in the key line: NULL is the table's own, "" keeps it out of it.
 */
struct offer {
	enum command_id command;
	const char *label;
};

const struct command_entry *command_entry_of(enum command_id id);
const char *command_group_name(enum command_group group);
bool command_has_key(enum command_id id, int key);
/*
 * The view's command for a key, then moving where it has a `list`, then
 * those that hold everywhere.
 */
enum command_id command_for(const struct offer *offers, bool list, int key);
/* By name, or by the beginning of only one name; CMD_NONE otherwise. */
enum command_id command_named(const char *name);
/*
 * How many of the view's commands begin so; `out` gets what all of these
 * have in common ("" if none does).
 */
size_t command_complete(const struct offer *offers, const char *begin,
    char *out, size_t size);
bool command_everywhere(enum command_id id);
bool command_offered(const struct offer *offers, enum command_id id);
/* "Enter", "PgUp ^B"; `out` holds 32 bytes. */
const char *command_keys(enum command_id id, size_t most, char *out);
/* As much of the key line as fits in `columns`. */
void command_line(const struct offer *offers, int columns, char *out,
    size_t size);
/* The section KEYS of the manual page, in man(7). */
void command_manual(struct buf *out);

#endif
