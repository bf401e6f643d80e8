#include "ui/command.h"

#include <stdio.h>
#include <string.h>

#include "core/options.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "ui/key.h"

#define KEYS(...) { __VA_ARGS__ }

static const struct command_entry table[CMD_COUNT] = {
#define COMMAND(id, name, group, keys, label, does)                            \
	[CMD_##id] = { name, GROUP_##group, keys, label, does },
#include "ui/commands.def"
#undef COMMAND
};

const struct command_entry *
command_entry_of(enum command_id id)
{
	return &table[id];
}

const char *
command_group_name(enum command_group group)
{
	static const char *const names[] = {
		[GROUP_MOVING] = N_("Moving"),
		[GROUP_CHOOSING] = N_("Choosing"),
		[GROUP_FINDING] = N_("Finding"),
		[GROUP_WATCHING] = N_("Watching"),
		[GROUP_SHOWING] = N_("Showing"),
		[GROUP_TAKING] = N_("Taking away"),
		[GROUP_BACK] = N_("Back"),
		[GROUP_EVERYWHERE] = N_("Everywhere"),
	};

	return _(names[group]);
}

bool
command_has_key(enum command_id id, int key)
{
	size_t i;

	for (i = 0; i < COMMAND_KEYS && table[id].keys[i] != 0; i++)
		if (table[id].keys[i] == key)
			return true;
	return false;
}

bool
command_everywhere(enum command_id id)
{
	return table[id].group == GROUP_EVERYWHERE;
}

bool
command_offered(const struct offer *offers, enum command_id id)
{
	for (; offers->command != CMD_NONE; offers++)
		if (offers->command == id)
			return true;
	return false;
}

static enum command_id
in_group(enum command_group group, int key)
{
	int id;

	for (id = 0; id < CMD_COUNT; id++)
		if (table[id].group == group &&
		    command_has_key((enum command_id)id, key))
			return (enum command_id)id;
	return CMD_NONE;
}

enum command_id
command_for(const struct offer *offers, bool list, int key)
{
	enum command_id found;

	for (; offers->command != CMD_NONE; offers++)
		if (command_has_key(offers->command, key))
			return offers->command;
	found = list ? in_group(GROUP_MOVING, key) : CMD_NONE;
	return found != CMD_NONE ? found : in_group(GROUP_EVERYWHERE, key);
}

enum command_id
command_named(const char *name)
{
	enum command_id found = CMD_NONE;
	size_t n = strlen(name);
	int id;

	if (n == 0)
		return CMD_NONE;
	for (id = 0; id < CMD_COUNT; id++) {
		if (strcmp(table[id].name, name) == 0)
			return (enum command_id)id;
		if (strncmp(table[id].name, name, n) != 0)
			continue;
		if (found != CMD_NONE)
			return CMD_NONE;
		found = (enum command_id)id;
	}
	return found;
}

const char *
command_keys(enum command_id id, size_t most, char *out)
{
	size_t i, at = 0;
	char name[16];

	out[0] = '\0';
	for (i = 0; i < most && i < COMMAND_KEYS && table[id].keys[i] != 0; i++)
		at += (size_t)snprintf(out + at, 32 - at, "%s%s",
		    i > 0 ? " " : "", key_label(table[id].keys[i], name));
	return out;
}

void
command_line(const struct offer *offers, int columns, char *out, size_t size)
{
	size_t at = 0;
	char keys[32], word[96];

	out[0] = '\0';
	for (; offers->command != CMD_NONE; offers++) {
		const char *label = offers->label != NULL ?
		    _(offers->label) :
		    _(table[offers->command].label);
		size_t n;

		if (label[0] == '\0')
			continue;
		n = (size_t)snprintf(word, sizeof(word), "%s%s %s",
		    at > 0 ? "  " : "", command_keys(offers->command, 1, keys),
		    label);
		if (at + n > (size_t)columns || at + n >= size)
			continue;
		memcpy(out + at, word, n + 1);
		at += n;
	}
}

void
command_manual(struct buf *out)
{
	int group, id;
	char keys[32];

	buf_puts(out, ".SH KEYS\nThe key line at the foot of each view shows "
		      "the most useful;\n\\fB?\\fR lists all of the "
		      "view.\nDigits choose in lists of up to nine.\nEvery "
		      "command can also be typed by its name after "
		      "\\fB:\\fR,\nwhere Tab completes it.\n");
	for (group = 0; group < GROUP_COUNT; group++) {
		buf_printf(out, ".SS %s\n",
		    command_group_name((enum command_group)group));
		for (id = 0; id < CMD_COUNT; id++) {
			if ((int)table[id].group != group)
				continue;
			buf_puts(out, ".TP\n\\fB");
			manual_text(out, command_keys((enum command_id)id,
			    COMMAND_KEYS, keys));
			buf_puts(out, "\\fR (:");
			manual_text(out, table[id].name);
			buf_puts(out, ")\n");
			manual_text(out, table[id].does);
			buf_putc(out, '\n');
		}
	}
}

size_t
command_complete(const struct offer *offers, const char *begin, char *out,
    size_t size)
{
	size_t n = strlen(begin), common = 0, found = 0;
	const char *first = NULL;
	int id;

	for (id = 0; id < CMD_COUNT; id++) {
		const char *name = table[id].name;
		size_t same = 0;

		if (strncmp(name, begin, n) != 0 ||
		    (!command_everywhere((enum command_id)id) &&
			table[id].group != GROUP_MOVING && id != CMD_BACK &&
			!command_offered(offers, (enum command_id)id)))
			continue;
		if (first == NULL) {
			first = name;
			common = strlen(name);
		}
		while (same < common && name[same] == first[same])
			same++;
		common = same;
		found++;
	}
	snprintf(out, size, "%.*s", (int)common, first != NULL ? first : "");
	return found;
}
