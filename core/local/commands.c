#include "core/local/commands.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/local/programs.h"
#include "net/buf.h"
#include "net/dns.h"

/*
 * In the words: %r recipient, %d domain, %c address, %l list or table, %k
 * the address as Sendmail's access map has it.  The program stands before.
 */
static const struct {
	enum local_product product;
	const char *program; /* beside the product's; NULL: that itself */
	const char *words[LOCAL_WORDS - 1];
	const char *typed;
} table[LOCAL_COMMANDS] = {
	[LOCAL_POSTCONF_CHANGED] = { LOCAL_POSTFIX, NULL, { "-n" }, NULL },
	/* The values as they are in force, with names inside expanded. */
	[LOCAL_POSTCONF_VALUES] = { LOCAL_POSTFIX, NULL,
	    { "-x", "mydestination", "virtual_mailbox_domains",
		"virtual_alias_domains", "relay_domains", "mynetworks",
		"smtpd_relay_restrictions", "smtpd_recipient_restrictions" },
	    NULL },
	[LOCAL_POSTCONF_SERVICES] = { LOCAL_POSTFIX, NULL, { "-M" }, NULL },
	[LOCAL_POSTMAP_DOMAIN] = { LOCAL_POSTFIX, "postmap",
	    { "-q", "%d", "%l" }, NULL },
	[LOCAL_POSTMAP_CLIENT] = { LOCAL_POSTFIX, "postmap",
	    { "-q", "%c", "%l" }, NULL },
	[LOCAL_EXIM_LIST] = { LOCAL_EXIM, NULL, { "-bP", "%l" }, NULL },
	[LOCAL_EXIM_HAS_DOMAIN] = { LOCAL_EXIM, NULL,
	    { "-be", "${if match_domain{%d}{%l}{yes}{no}}" }, NULL },
	[LOCAL_EXIM_HAS_CLIENT] = { LOCAL_EXIM, NULL,
	    { "-be", "${if match_ip{%c}{%l}{yes}{no}}" }, NULL },
	[LOCAL_EXIM_ROUTE] = { LOCAL_EXIM, NULL, { "-bt", "%r" }, NULL },
	[LOCAL_SENDMAIL_TEST] = { LOCAL_SENDMAIL, NULL, { "-bt" },
	    "$=w\n$=R\n3,0 %r\n/map access To:%d\n"
	    "/map access Connect:%k\n" },
};

static const char *const exim_lists[] = { "+local_domains",
	"+relay_to_domains", "+relay_from_hosts" };
#define EXIM_LISTS 3
#define EXIM_HOSTS 2 /* the one of addresses */

enum local_product
local_command_product(enum local_command command)
{
	return table[command].product;
}

bool
local_word_plain(const char *text)
{
	size_t i;

	if (!isalnum((unsigned char)text[0]))
		return false;
	for (i = 0; text[i] != '\0'; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    strchr("@._+=-", text[i]) == NULL)
			return false;
	return true;
}

/* A table is "type:name"; what it holds is for its owner to say. */
static bool
table_plain(const char *text)
{
	size_t i;

	if (!isalnum((unsigned char)text[0]) || strchr(text, ':') == NULL)
		return false;
	for (i = 0; text[i] != '\0'; i++)
		if (!isgraph((unsigned char)text[i]))
			return false;
	return true;
}

static bool
list_good(enum local_command command, const char *list)
{
	size_t i;

	if (table[command].product != LOCAL_EXIM)
		return table_plain(list);
	for (i = 0; i < EXIM_LISTS; i++)
		if (strcmp(list, exim_lists[i]) == 0)
			return true;
	return false;
}

/* The value behind a letter of the table; NULL: it may not be used. */
static const char *
value_of(enum local_command command, const struct local_values *values,
    char letter, char made[ADDR_TEXT_MAX + 8])
{
	struct addr addr;

	switch (letter) {
	case 'r':
		return local_word_plain(values->recipient) ?
		    values->recipient : NULL;
	case 'd':
		return local_word_plain(values->domain) &&
			dns_name_valid(values->domain) ?
		    values->domain : NULL;
	case 'l':
		return list_good(command, values->list) ? values->list : NULL;
	case 'k':
		if (values->client[0] == '\0')
			return "unknown";
		break;
	default:
		break;
	}
	if (!addr_parse(values->client, &addr))
		return NULL;
	/* An address as we write it, not as it was written. */
	snprintf(made, sizeof("IPv6:"), "IPv6:");
	addr_text(&addr, made + 5);
	return letter == 'k' && addr.family == AF_INET6 ? made : made + 5;
}

/* What stands in the plan for a value that is not known yet. */
static const char *
placeholder(char letter)
{
	return letter == 'r' ? "RECIPIENT" : letter == 'd' ? "DOMAIN" :
	    letter == 'l' ? "EACH-TABLE" : "ADDRESS";
}

/*
 * Fills a word of the table; false: a value is missing or too long.  For
 * the plan (`shown`) its name stands there then.
 */
static bool
fill(enum local_command command, const struct local_values *values,
    bool shown, const char *form, char *out, size_t size)
{
	char made[ADDR_TEXT_MAX + 8];
	const char *value;
	size_t n = 0, len;

	for (; *form != '\0'; form++) {
		if (form[0] != '%') {
			value = form;
			len = 1;
		} else {
			value = value_of(command, values, *++form, made);
			if (value == NULL && shown)
				value = placeholder(*form);
			if (value == NULL)
				return false;
			len = strlen(value);
		}
		if (n + len >= size)
			return false;
		memcpy(out + n, value, len);
		n += len;
	}
	out[n] = '\0';
	return true;
}

static bool
make(struct local_line *line, enum local_command command,
    const struct local_values *values, bool shown, const char *root)
{
	const char *const *words = table[command].words;
	size_t n;

	memset(line, 0, sizeof(*line));
	if (!local_program(table[command].product, root,
		table[command].program, line->words[0],
		sizeof(line->words[0])))
		return false;
	for (n = 1; n < LOCAL_WORDS && words[n - 1] != NULL; n++)
		if (!fill(command, values, shown, words[n - 1],
			line->words[n], sizeof(line->words[n])))
			return false;
	while (n-- > 0)
		line->argv[n] = line->words[n];
	return table[command].typed == NULL ||
	    fill(command, values, shown, table[command].typed, line->typed,
		sizeof(line->typed));
}

bool
local_line_make(struct local_line *line, enum local_command command,
    const struct local_values *values, const char *root)
{
	return (unsigned)command < LOCAL_COMMANDS &&
	    make(line, command, values, false, root);
}

void
local_line_text(const struct local_line *line, bool whole, char *out,
    size_t size)
{
	const char *name = strrchr(line->argv[0], '/');
	size_t at, i;

	at = (size_t)snprintf(out, size, "%s",
	    whole || name == NULL ? line->argv[0] : name + 1);
	for (i = 1; line->argv[i] != NULL && at < size; i++) {
		const char *quote =
		    strpbrk(line->argv[i], "${} ") != NULL ? "'" : "";

		at += (size_t)snprintf(out + at, size - at, " %s%s%s", quote,
		    line->argv[i], quote);
	}
}

bool
local_table_named(const char *settings, const char *name)
{
	static const char ends[] = " \t\r\n,={}!";
	size_t n = strlen(name);
	const char *at;

	for (at = settings; n > 0 && (at = strstr(at, name)) != NULL; at++)
		if ((at == settings || strchr(ends, at[-1]) != NULL) &&
		    (at[n] == '\0' || strchr(ends, at[n]) != NULL))
			return true;
	return false;
}

/* ---- for the plan ---- */

static void
plan_line(enum local_command command, const struct local_values *values,
    struct buf *out)
{
	struct local_line line;
	char text[1400];
	const char *typed;
	size_t n;

	if (!make(&line, command, values, true, ""))
		return;
	local_line_text(&line, true, text, sizeof(text));
	buf_printf(out, "%s\n", text);
	for (typed = line.typed; *typed != '\0'; typed += n + 1) {
		n = strcspn(typed, "\n");
		buf_printf(out, "  typed in: %.*s\n", (int)n, typed);
	}
}

static bool
of_list(enum local_command command)
{
	return command == LOCAL_EXIM_LIST ||
	    command == LOCAL_EXIM_HAS_DOMAIN ||
	    command == LOCAL_EXIM_HAS_CLIENT;
}

void
local_plan_lines(const struct local_values *values, struct buf *out)
{
	struct local_values each = *values;
	size_t i;
	int c;

	for (c = 0; c < LOCAL_COMMANDS; c++) {
		enum local_command command = (enum local_command)c;

		for (i = 0; i < EXIM_LISTS && of_list(command); i++) {
			if ((command == LOCAL_EXIM_HAS_DOMAIN &&
				i == EXIM_HOSTS) ||
			    (command == LOCAL_EXIM_HAS_CLIENT &&
				i != EXIM_HOSTS))
				continue;
			snprintf(each.list, sizeof(each.list), "%s",
			    exim_lists[i]);
			plan_line(command, &each, out);
		}
		each.list[0] = '\0';
		if (!of_list(command))
			plan_line(command, &each, out);
	}
}
