#include "core/settings.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/option_check.h"
#include "core/options.h"
#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"

/* Values that an argument vector can reasonably hold. */
#define LIST_MAX 100000
#define VALUE_MAX 4096

void
settings_init(struct settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	settings->password_fd = -1;
}

static void
list_clear(struct string_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	memset(list, 0, sizeof(*list));
}

static bool
list_add(struct string_list *list, const char *value)
{
	if (list->count >= LIST_MAX)
		return false;
	list->items = mem_grow(list->items, list->count, &list->cap,
	    sizeof(*list->items));
	list->items[list->count++] = mem_strdup(value);
	return true;
}

static void *
member(struct settings *settings, const struct option_row *row)
{
	return (char *)settings + row->offset;
}

void
settings_clear(struct settings *settings)
{
	const struct option_row *row;
	size_t i;

	for (i = 0; i < option_count(); i++) {
		row = option_nth(i);
		if (row->kind == OPTION_STRING)
			free(*(char **)member(settings, row));
		else if (row->kind == OPTION_LIST)
			list_clear(member(settings, row));
	}
	list_clear(&settings->recipients);
	settings_init(settings);
}

static size_t
row_index(const struct option_row *row)
{
	return (size_t)(row - option_nth(0));
}

bool
settings_given(const struct settings *settings, const char *name)
{
	const struct option_row *row = option_find(name);

	return row != NULL && settings->given[row_index(row)];
}

static bool
apply_flag(bool *flag, const char *label, const char *value, struct err *err)
{
	if (value == NULL || strcmp(value, "yes") == 0)
		*flag = true;
	else if (strcmp(value, "no") == 0)
		*flag = false;
	else
		return err_set(err, ERR_INPUT, "%s: yes or no is wanted",
		    label);
	return true;
}

static bool
apply_number(const struct option_row *row, int *number, const char *label,
    const char *value, struct err *err)
{
	char *end, seen[64];
	long n;

	n = strtol(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end != '\0' || n < row->min ||
	    n > row->max || strlen(value) > 10)
		return err_set(err, ERR_INPUT,
		    "%s: \"%s\" is not a number from %d to %d", label,
		    text_visible_str(value, seen, sizeof(seen)), row->min,
		    row->max);
	*number = (int)n;
	return true;
}

static bool
apply_word(const struct option_row *row, int *word, const char *label,
    const char *value, struct err *err)
{
	char all[120] = "", seen[64];
	int i;

	for (i = 0; row->words[i] != NULL; i++) {
		if (strcmp(row->words[i], value) == 0) {
			*word = i;
			return true;
		}
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s",
		    i == 0 ? "" : ", ", row->words[i]);
	}
	return err_set(err, ERR_INPUT, "%s: \"%s\" is none of %s", label,
	    text_visible_str(value, seen, sizeof(seen)), all);
}

static bool
value_fits(const struct option_row *row, const char *label, const char *value,
    struct err *err)
{
	struct err why = { 0 };

	if (strlen(value) > VALUE_MAX)
		return err_set(err, ERR_INPUT, "%s: longer than %d bytes",
		    label, VALUE_MAX);
	if (row->kind == OPTION_ADDR ?
		option_check_ip(value, &why) :
		(row->check == NULL || row->check(value, &why)) &&
		    option_check_text(value, &why))
		return true;
	return err_set(err, ERR_INPUT, "%s: %s", label, why.text);
}

static bool
apply_value(const struct option_row *row, struct settings *settings,
    const char *label, const char *value, struct err *err)
{
	void *at = member(settings, row);

	switch (row->kind) {
	case OPTION_NUMBER:
		return apply_number(row, at, label, value, err);
	case OPTION_WORD:
		return apply_word(row, at, label, value, err);
	case OPTION_ADDR:
		return value_fits(row, label, value, err) &&
		    addr_parse(value, at);
	case OPTION_LIST:
		if (!value_fits(row, label, value, err))
			return false;
		if (!list_add(at, value))
			return err_set(err, ERR_INPUT, "%s: too many of them",
			    label);
		return true;
	default:
		if (!value_fits(row, label, value, err))
			return false;
		free(*(char **)at);
		*(char **)at = mem_strdup(value);
		return true;
	}
}

bool
option_apply(const struct option_row *row, struct settings *settings,
    const char *label, const char *value, struct err *err)
{
	bool ok = true;

	assert(value != NULL || row->kind == OPTION_FLAG ||
	    row->kind == OPTION_FIXED);
	if (row->kind == OPTION_FLAG)
		ok = apply_flag(member(settings, row), label, value, err);
	else if (row->kind == OPTION_FIXED)
		*(int *)member(settings, row) = row->min;
	else
		ok = apply_value(row, settings, label, value, err);
	if (ok)
		settings->given[row_index(row)] = true;
	return ok;
}

/* "--jsn": the one of this command that was probably meant, or NULL. */
static const struct option_row *
nearest(const char *name, size_t n, enum command command)
{
	const struct option_row *row, *best = NULL;
	size_t i, same, most = 1;

	for (i = 0; i < option_count(); i++) {
		row = option_nth(i);
		if ((row->commands & command) == 0)
			continue;
		for (same = 0; same < n && row->name[same] == name[same];)
			same++;
		if (same > most) {
			most = same;
			best = row;
		}
	}
	return best;
}

static const struct option_row *
find_long(const char *name, size_t n, enum command command, struct err *err)
{
	const struct option_row *row;
	char shown[64], copy[64];
	size_t i;

	for (i = 0; i < option_count(); i++) {
		row = option_nth(i);
		if (strlen(row->name) != n || memcmp(row->name, name, n) != 0)
			continue;
		if ((row->commands & command) != 0)
			return row;
		err_set(err, ERR_INPUT, "--%s does not go with %s", row->name,
		    command == COMMAND_WIZARD ? _("the wizard") :
						command_row(command)->name);
		return NULL;
	}
	snprintf(copy, sizeof(copy), "%.*s", (int)n, name);
	text_visible_str(copy, shown, sizeof(shown));
	row = nearest(name, n, command);
	if (row != NULL)
		err_set(err, ERR_INPUT, "--%s is no option; --%s meant?",
		    shown, row->name);
	else
		err_set(err, ERR_INPUT, "--%s is no option", shown);
	return NULL;
}

static const struct option_row *
find_letter(char letter, enum command command, struct err *err)
{
	const struct option_row *row;
	char text[2] = { letter, '\0' }, shown[8];
	size_t i;

	for (i = 0; i < option_count(); i++) {
		row = option_nth(i);
		if (row->letter == letter && (row->commands & command) != 0)
			return row;
	}
	err_set(err, ERR_INPUT, "-%s is no option",
	    text_visible_str(text, shown, sizeof(shown)));
	return NULL;
}

struct args {
	int argc, at;
	char **argv;
	enum command command;
};

/* "--name", "--name=value" or "--name value" at args->at. */
static bool
parse_long(struct settings *settings, struct args *args, struct err *err)
{
	const char *name = args->argv[args->at] + 2;
	const char *equals = strchr(name, '=');
	const char *value = equals != NULL ? equals + 1 : NULL;
	const struct option_row *row;
	char label[64];

	row = find_long(name,
	    equals != NULL ? (size_t)(equals - name) : strlen(name),
	    args->command, err);
	if (row == NULL)
		return false;
	snprintf(label, sizeof(label), "--%s", row->name);
	if (row->argument == NULL && value != NULL)
		return err_set(err, ERR_INPUT, "%s takes no value", label);
	if (row->argument != NULL && value == NULL) {
		if (args->at + 1 >= args->argc)
			return err_set(err, ERR_INPUT, "%s: %s is missing",
			    label, row->argument);
		value = args->argv[++args->at];
	}
	return option_apply(row, settings, label, value, err);
}

/* "-x", "-xVALUE", "-x VALUE", "-46" at args->at. */
static bool
parse_letters(struct settings *settings, struct args *args, struct err *err)
{
	const char *p = args->argv[args->at] + 1;
	const struct option_row *row;
	const char *value;
	char label[64];

	for (; *p != '\0'; p++) {
		row = find_letter(*p, args->command, err);
		if (row == NULL)
			return false;
		snprintf(label, sizeof(label), "-%c, --%s", *p, row->name);
		if (row->argument == NULL) {
			if (!option_apply(row, settings, label, NULL, err))
				return false;
			continue;
		}
		value = p[1] == '=' ? p + 2 : p + 1;
		if (p[1] == '\0') {
			if (args->at + 1 >= args->argc)
				return err_set(err, ERR_INPUT,
				    "%s: %s is missing", label, row->argument);
			value = args->argv[++args->at];
		}
		return option_apply(row, settings, label, value, err);
	}
	return true;
}

static bool
add_operand(struct settings *settings, const char *operand, struct err *err)
{
	if (strlen(operand) > VALUE_MAX ||
	    !list_add(&settings->recipients, operand))
		return err_set(err, ERR_INPUT,
		    "too many or too long arguments");
	return true;
}

bool
settings_parse(struct settings *settings, enum command command, int argc,
    char **argv, struct err *err)
{
	struct args args = { argc, 1, argv, command };
	bool options = true, ok = true;
	const char *arg;

	for (; ok && args.at < argc; args.at++) {
		arg = argv[args.at];
		if (!options || arg[0] != '-' || arg[1] == '\0')
			ok = add_operand(settings, arg, err);
		else if (strcmp(arg, "--") == 0)
			options = false;
		else if (arg[1] == '-')
			ok = parse_long(settings, &args, err);
		else
			ok = parse_letters(settings, &args, err);
	}
	return ok;
}

static bool
check_login(const struct settings *s, struct err *err)
{
	int secrets = (s->password_file != NULL) + (s->password_fd >= 0) +
	    (s->token_file != NULL);

	if (secrets > 1)
		return err_set(err, ERR_INPUT, "--password-file, "
		    "--password-fd and --token-file exclude each other");
	if (secrets > 0 && s->user == NULL)
		return err_set(err, ERR_INPUT,
		    "a password or token needs --user");
	if ((s->cert_file != NULL) != (s->key_file != NULL))
		return err_set(err, ERR_INPUT,
		    "--cert-file and --key-file go together");
	return true;
}

/* What only the command without screens must know from the start. */
static bool
check_batch(const struct settings *s, struct err *err)
{
	bool many = s->from_file != NULL || s->recipients.count > 1;

	if (s->from_file != NULL && s->recipients.count > 0)
		return err_set(err, ERR_INPUT,
		    "either recipients or --from-file");
	if (s->from_file != NULL && s->bounce != NULL)
		return err_set(err, ERR_INPUT,
		    "either --bounce or --from-file");
	if (s->recipients.count == 0 && s->from_file == NULL &&
	    s->bounce == NULL)
		return err_set(err, ERR_INPUT, "no recipient is given");
	if (many && (s->format == FORMAT_HTML || s->format == FORMAT_NAGIOS))
		return err_set(err, ERR_INPUT,
		    "--format=html and nagios take one recipient");
	if (s->user != NULL && s->server == NULL && s->bounce == NULL)
		return err_set(err, ERR_INPUT, "--user needs --server; mail "
		    "servers of other people take no login");
	return true;
}

bool
settings_check(const struct settings *settings, enum command command,
    struct err *err)
{
	const struct settings *s = settings;
	char *const *items = s->recipients.items;
	size_t i;

	if (s->ipv4_only && s->ipv6_only)
		return err_set(err, ERR_INPUT,
		    "--ipv4 and --ipv6 exclude each other");
	if (s->source.family == AF_INET ? s->ipv6_only :
	    s->source.family == AF_INET6 && s->ipv4_only)
		return err_set(err, ERR_INPUT,
		    "--source is of the family that is switched off");
	if (!check_login(s, err))
		return false;
	if (command == COMMAND_CHECK && !check_batch(s, err))
		return false;
	if (command == COMMAND_WIZARD && s->recipients.count > 1)
		return err_set(err, ERR_INPUT,
		    "the wizard takes one recipient; see relaytrace check");
	if ((command & (COMMAND_CHECK | COMMAND_WIZARD)) == 0)
		return true;
	for (i = 0; i < s->recipients.count; i++)
		if (!option_check_recipient(items[i], err))
			return false;
	return true;
}
