#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/options.h"
#include "net/buf.h"
#include "version.h"

#define LINE 60 /* columns of the source, where a word ends */

/* Backslashes, hyphens that are minus signs, and no line that begins with a
 * control character. */
void
manual_text(struct buf *out, const char *text)
{
	const char *p;
	size_t column = 0;

	for (p = text; *p != '\0'; p++, column++) {
		if (*p == ' ' && column > LINE) {
			buf_putc(out, '\n');
			column = 0;
			continue;
		}
		if ((p == text || p[-1] == ' ') && strchr(".'", *p) != NULL)
			buf_puts(out, "\\&");
		if (*p == '\\')
			buf_puts(out, "\\e");
		else if (*p == '-')
			buf_puts(out, "\\-");
		else if (*p == '^')
			buf_puts(out, "\\(ha");
		else
			buf_putc(out, *p);
	}
}

static void
paragraph(struct buf *out, const char *text)
{
	manual_text(out, text);
	buf_putc(out, '\n');
}

static void
synopsis(struct buf *out, unsigned offered)
{
	const struct command_row *row;
	size_t i;

	buf_puts(out, ".SH SYNOPSIS\n");
	for (i = 0; i < command_count(); i++) {
		row = command_nth(i);
		if ((row->command & offered) == 0)
			continue;
		buf_printf(out, ".B relaytrace%s%s\n",
		    row->name[0] != '\0' ? " " : "", row->name);
		paragraph(out, row->synopsis);
		buf_puts(out, ".br\n");
	}
	buf_puts(out, ".B relaytrace help\n[COMMAND]\n");
}

static void
commands(struct buf *out, unsigned offered)
{
	const struct command_row *row;
	size_t i;

	buf_puts(out, ".SH COMMANDS\n");
	for (i = 0; i < command_count(); i++) {
		row = command_nth(i);
		if ((row->command & offered) == 0)
			continue;
		if (row->name[0] == '\0') {
			paragraph(out, row->text);
			continue;
		}
		buf_printf(out, ".TP\n.B %s\n", row->name);
		paragraph(out, row->text);
	}
}

/* "(wizard, check; configuration file)": where an option counts. */
static void
option_commands(const struct option_row *row, struct buf *out,
    unsigned offered)
{
	const struct command_row *command;
	const char *between = "";
	size_t i;

	buf_puts(out, "(");
	for (i = 0; i < command_count(); i++) {
		command = command_nth(i);
		if ((row->commands & command->command & offered) == 0)
			continue;
		buf_printf(out, "%s%s", between,
		    command->name[0] != '\0' ? command->name : "wizard");
		between = ", ";
	}
	buf_printf(out, "%s)\n", row->config ? "; configuration file" : "");
}

static void
options(struct buf *out, unsigned offered)
{
	const struct option_row *row;
	size_t i;
	int group;

	buf_puts(out, ".SH OPTIONS\n");
	for (group = 0; group < (int)OPTION_GROUP_COUNT; group++) {
		buf_printf(out, ".SS %s\n",
		    option_group_title((enum option_group)group));
		for (i = 0; i < option_count(); i++) {
			row = option_nth(i);
			if ((int)row->group != group ||
			    (row->commands & offered) == 0)
				continue;
			buf_puts(out, ".TP\n.B ");
			if (row->letter != '\0')
				buf_printf(out, "\\-%c, ", row->letter);
			manual_text(out, "--");
			manual_text(out, row->name);
			if (row->argument != NULL)
				buf_printf(out, "=\\fI%s\\fR", row->argument);
			buf_putc(out, '\n');
			paragraph(out, row->help);
			option_commands(row, out, offered);
		}
	}
}

static const char *const sections[][2] = {
	{ "EXIT STATUS",
	    "Of check: 0 when the verdict is accepted, 1 for any other "
	    "verdict with a cause named, 2 for a usage or input error "
	    "(message on standard error, nothing on standard output), 3 "
	    "when no cause could be named (no network, timeout). With "
	    "several recipients: the highest. Of explain: 0 explained, 1 "
	    "read but not understood, 2 not readable. With --format=nagios "
	    "the states of the plug-in guidelines: 0 OK, 1 WARNING, 2 "
	    "CRITICAL, 3 UNKNOWN." },
	{ "CONFIGURATION FILE",
	    "Lines of the form \"option = value\", with the long names of "
	    "the options that are marked for it; a switch takes yes or no. "
	    "Lines that begin with # are comments. What stands below a line "
	    "[profile NAME] counts only with --profile=NAME and goes before "
	    "the rest. The command line goes before both. Passwords have no "
	    "place in it; name a password-file." },
	{ "WHAT IS SENT",
	    "Nothing goes past RCPT TO without --send. The option --dry-run "
	    "shows before what would be sent to whom. Passwords and tokens "
	    "are never shown, stored or logged, and are sent only over TLS "
	    "with a trusted certificate unless --insecure-auth is given." },
	{ "SANDBOX",
	    "On Linux the program gives up, for good and before it talks to "
	    "anybody, what it does not need: it can start no other program, "
	    "look into none, and open only the files that its task calls "
	    "for. check, spf, explain, open and demo --format keep the "
	    "system's shared files for reading and the folder of --output; "
	    "the wizard also reads home, /home, /tmp, /var/mail, /var/log, "
	    "/mnt, /media and /srv, and writes to the folder it was started "
	    "in and to its own state folder. A letter that lies elsewhere is "
	    "opened with --bounce=FILE or --no-sandbox. The commands of "
	    "--local-look are run by a process of its own that was started "
	    "before and knows no others." },
	{ "ENVIRONMENT",
	    "NO_COLOR, TERM, XDG_CONFIG_HOME, XDG_STATE_HOME, HOME, "
	    "SSH_TTY, LANG, LC_ALL, LANGUAGE." },
};

void
manual_page(struct buf *out, unsigned offered,
    void (*keys)(struct buf *out))
{
	size_t i;

	buf_printf(out, ".TH RELAYTRACE 1 \"%s\" \"relaytrace %s\" "
			"\"User Commands\"\n",
	    RT_DATE, RT_VERSION);
	buf_puts(out, ".SH NAME\nrelaytrace \\- say why mail was refused "
		      "with \"relaying denied\"\n");
	synopsis(out, offered);
	buf_puts(out, ".SH DESCRIPTION\n");
	paragraph(out, "relaytrace finds out why a mail was refused: where "
		       "exactly, and what must be changed by whom. It asks "
		       "DNS and every mail server concerned, changes one "
		       "thing at a time, and names the cause together with "
		       "the lines that prove it.");
	commands(out, offered);
	options(out, offered);
	keys(out);
	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		buf_printf(out, ".SH %s\n", sections[i][0]);
		paragraph(out, sections[i][1]);
	}
	buf_puts(out, ".SH FILES\n.TP\n"
		      ".I $XDG_CONFIG_HOME/relaytrace/config\n"
		      "Configuration; ~/.config where the variable is not "
		      "set.\n.TP\n.I $XDG_STATE_HOME/relaytrace/\n"
		      "Saved cases; ~/.local/state where the variable is "
		      "not set.\n");
	buf_puts(out, ".SH SEE ALSO\n.BR dig (1),\n.BR swaks (1),\n"
		      ".BR openssl\\-s_client (1)\n");
}
