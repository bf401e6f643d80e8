#ifndef RT_CORE_LOCAL_COMMANDS_H
#define RT_CORE_LOCAL_COMMANDS_H

/*
 * What may be run on this machine, and nothing else: a fixed table of
 * read-only commands of Postfix, Exim and Sendmail.  Arguments are built
 * here, from values that are checked here; what cannot be part of an
 * option, an expansion or a second command only is let through.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/local/programs.h"
#include "net/addr.h"

struct buf;

enum local_command {
	LOCAL_POSTCONF_CHANGED,  /* postconf -n */
	LOCAL_POSTCONF_VALUES,   /* postconf -x SETTING... */
	LOCAL_POSTCONF_SERVICES, /* postconf -M */
	LOCAL_POSTMAP_DOMAIN,    /* postmap -q DOMAIN TABLE */
	LOCAL_POSTMAP_CLIENT,    /* postmap -q ADDRESS TABLE */
	LOCAL_EXIM_LIST,         /* exim -bP +LIST */
	LOCAL_EXIM_HAS_DOMAIN,   /* exim -be: has the list the domain? */
	LOCAL_EXIM_HAS_CLIENT,   /* exim -be: has the list the address? */
	LOCAL_EXIM_ROUTE,        /* exim -bt RECIPIENT */
	LOCAL_SENDMAIL_TEST,     /* sendmail -bt, and what is typed into it */
	LOCAL_COMMANDS,
};

/* The values of a command; "" where the case has none. */
struct local_values {
	char recipient[320], domain[256], client[ADDR_TEXT_MAX];
	char list[240]; /* of Exim, or a table of Postfix */
};

#define LOCAL_WORDS 12
#define LOCAL_WORD_MAX 720 /* bytes of one */

/* A command with its arguments; argv points into it. */
struct local_line {
	char words[LOCAL_WORDS][LOCAL_WORD_MAX];
	const char *argv[LOCAL_WORDS + 1];
	char typed[1200]; /* its standard input; "": none */
};

/* The product that answers the command. */
enum local_product local_command_product(enum local_command command);

/*
 * Fills `line`; false where the product is not installed or a value that
 * the command needs is missing or not plain.
 */
bool local_line_make(struct local_line *line, enum local_command command,
    const struct local_values *values, const char *root);
/* As one could type it: "postconf -n"; `whole` with the program's path. */
void local_line_text(const struct local_line *line, bool whole, char *out,
    size_t size);

/* No blank, no option, no expansion: may stand in an argument. */
bool local_word_plain(const char *text);
/* Is `table` one that stands as a whole item in these settings? */
bool local_table_named(const char *settings, const char *table);

/*
 * For the plan: every command that may be run for these values on this machine, a
 * line each; a value that is not known yet in capitals.  Nothing if no mail
 * server is installed.
 */
void local_plan_lines(const struct local_values *values, struct buf *out);

#endif
