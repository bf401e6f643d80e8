#include <stdio.h>
#include <string.h>

#include "core/options.h"
#include "core/world/world.h"
#include "net/buf.h"

/* The wizard has no name. */
static bool
named(const struct command_row *row, unsigned offered)
{
	return (row->command & offered) != 0 && row->name[0] != '\0';
}

static void
command_words(struct buf *out, unsigned offered)
{
	size_t i;

	for (i = 0; i < command_count(); i++)
		if (named(command_nth(i), offered))
			buf_printf(out, "%s ", command_nth(i)->name);
	buf_puts(out, "help");
}

static void
option_words(struct buf *out, enum command command)
{
	const struct option_row *row;
	const char *between = "";
	size_t i;

	for (i = 0; i < option_count(); i++) {
		row = option_nth(i);
		if ((row->commands & command) == 0)
			continue;
		buf_printf(out, "%s--%s%s", between, row->name,
		    row->argument != NULL ? "=" : "");
		between = " ";
	}
}

static void
demo_words(struct buf *out)
{
	size_t i;

	for (i = 0; i < demo_count(); i++)
		buf_printf(out, "%s%s", i > 0 ? " " : "", demo_nth(i)->name);
}

static void
bash_values(struct buf *out)
{
	const struct option_row *row;
	size_t i, j;

	for (i = 0; i < option_count(); i++) {
		row = option_nth(i);
		if (row->complete == COMPLETE_FILE) {
			buf_printf(out, "\t--%s)\n\t\tCOMPREPLY=($(compgen -f "
					"-- \"$value\"))\n\t\treturn ;;\n",
			    row->name);
		} else if (row->complete == COMPLETE_HOST) {
			buf_printf(out, "\t--%s)\n\t\tCOMPREPLY=($(compgen -A "
					"hostname -- \"$value\"))\n"
					"\t\treturn ;;\n",
			    row->name);
		} else if (row->words != NULL) {
			buf_printf(out, "\t--%s)\n\t\tCOMPREPLY=($(compgen "
					"-W '",
			    row->name);
			for (j = 0; row->words[j] != NULL; j++)
				buf_printf(out, "%s%s", j > 0 ? " " : "",
				    row->words[j]);
			buf_puts(out, "' -- \"$value\"))\n\t\treturn ;;\n");
		}
	}
}

/* bash splits words at "=", so "--format=js" arrives as three words. */
static void
bash_script(struct buf *out, unsigned offered)
{
	const struct command_row *row;
	size_t i;

	buf_puts(out,
	    "# bash completion for relaytrace\n"
	    "_relaytrace()\n{\n"
	    "\tlocal word=${COMP_WORDS[COMP_CWORD]} option= value= command= "
	    "options= i\n"
	    "\tCOMPREPLY=()\n"
	    "\tif [ \"$word\" = = ]; then\n"
	    "\t\toption=${COMP_WORDS[COMP_CWORD-1]}\n"
	    "\telif [ \"${COMP_WORDS[COMP_CWORD-1]}\" = = ]; then\n"
	    "\t\toption=${COMP_WORDS[COMP_CWORD-2]} value=$word\n"
	    "\telse\n"
	    "\t\toption=${COMP_WORDS[COMP_CWORD-1]} value=$word\n"
	    "\tfi\n"
	    "\tcase $option in\n");
	bash_values(out);
	buf_puts(out, "\tesac\n"
		      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		      "\t\tcase ${COMP_WORDS[i]} in\n\t\t");
	for (i = 0; i < command_count(); i++)
		if (named(command_nth(i), offered))
			buf_printf(out, "%s | ", command_nth(i)->name);
	buf_puts(out, "help)\n\t\t\tcommand=${COMP_WORDS[i]}\n\t\t\tbreak ;;"
		      "\n\t\tesac\n\tdone\n\tcase $command in\n");
	for (i = 0; i < command_count(); i++) {
		row = command_nth(i);
		if ((row->command & offered) == 0)
			continue;
		buf_printf(out, "\t%s) options='",
		    row->name[0] != '\0' ? row->name : "''");
		option_words(out, row->command);
		if (row->command == COMMAND_DEMO) {
			buf_putc(out, ' ');
			demo_words(out);
		}
		buf_puts(out, "' ;;\n");
	}
	buf_puts(out, "\thelp) options='");
	command_words(out, offered);
	buf_puts(out, "' ;;\n\tesac\n"
		      "\t[ -n \"$command\" ] || options=\"");
	command_words(out, offered);
	buf_puts(out,
	    " --version $options\"\n"
	    "\tcase $word in\n"
	    "\t-* | '') COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) "
	    ";;\n"
	    "\t*)\n"
	    "\t\tcase $command in\n"
	    "\t\t'' | help | demo) COMPREPLY=($(compgen -W \"$options\" -- "
	    "\"$word\")) ;;\n"
	    "\t\topen | explain) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
	    "\t\tesac ;;\n"
	    "\tesac\n"
	    "\t[[ ${COMPREPLY-} != *= ]] || compopt -o nospace\n"
	    "}\n"
	    "complete -F _relaytrace relaytrace\n");
}

/* Inside single quotes of zsh's _arguments: no ' and no [ ] : of its own. */
static void
zsh_help(struct buf *out, const char *help)
{
	const char *p;

	for (p = help; *p != '\0'; p++) {
		if (*p == '\'')
			buf_puts(out, "'\\''");
		else if (strchr("[]:\\", *p) != NULL)
			buf_printf(out, "\\%c", *p);
		else
			buf_putc(out, *p);
	}
}

static void
zsh_option(struct buf *out, const struct option_row *row)
{
	size_t i;

	buf_puts(out, "\t\t'");
	if (row->kind == OPTION_LIST)
		buf_putc(out, '*');
	buf_printf(out, "--%s%s[", row->name, row->argument != NULL ? "=" :
								       "");
	zsh_help(out, row->help);
	buf_putc(out, ']');
	if (row->argument != NULL) {
		buf_putc(out, ':');
		zsh_help(out, row->argument);
		buf_putc(out, ':');
		if (row->complete == COMPLETE_FILE)
			buf_puts(out, "_files");
		else if (row->complete == COMPLETE_HOST)
			buf_puts(out, "_hosts");
		for (i = 0; row->words != NULL && row->words[i] != NULL; i++)
			buf_printf(out, "%s%s", i == 0 ? "(" : " ",
			    row->words[i]);
		if (row->words != NULL)
			buf_putc(out, ')');
	}
	buf_puts(out, "' \\\n");
}

static void
zsh_script(struct buf *out, unsigned offered)
{
	const struct command_row *row;
	size_t i, j;

	buf_puts(out, "#compdef relaytrace\n"
		      "_relaytrace() {\n"
		      "\tlocal command=${words[2]}\n"
		      "\tlocal -a options\n"
		      "\tcase $command in\n");
	for (i = command_count(); i-- > 0;) {
		row = command_nth(i);
		if ((row->command & offered) == 0)
			continue;
		buf_printf(out, "\t%s) options=(\n",
		    row->name[0] != '\0' ? row->name : "*");
		for (j = 0; j < option_count(); j++)
			if ((option_nth(j)->commands & row->command) != 0)
				zsh_option(out, option_nth(j));
		buf_puts(out, "\t) ;;\n");
	}
	buf_puts(out, "\tesac\n\tif (( CURRENT == 2 )); then\n"
		      "\t\tlocal -a commands=(\n");
	for (i = 0; i < command_count(); i++) {
		row = command_nth(i);
		if (!named(row, offered))
			continue;
		buf_printf(out, "\t\t\t'%s:", row->name);
		zsh_help(out, row->summary);
		buf_puts(out, "'\n");
	}
	buf_puts(out, "\t\t\t'help:show the help of a command'\n\t\t)\n"
		      "\t\t_describe command commands\n\tfi\n"
		      "\tlocal operand='*:file or address:_files'\n"
		      "\t[[ $command != demo ]] || operand='*:scenario:(");
	demo_words(out);
	buf_puts(out, ")'\n"
		      "\t_arguments -s $options $operand\n"
		      "}\n_relaytrace \"$@\"\n");
}

/* Inside fish's single quotes. */
static void
fish_text(struct buf *out, const char *text)
{
	const char *p;

	buf_putc(out, '\'');
	for (p = text; *p != '\0'; p++) {
		if (*p == '\'' || *p == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *p);
	}
	buf_putc(out, '\'');
}

static void
fish_option(struct buf *out, const struct option_row *row,
    const struct command_row *command)
{
	size_t i;

	if (command->name[0] != '\0')
		buf_printf(out, "complete -c relaytrace -n "
				"'__fish_seen_subcommand_from %s'",
		    command->name);
	else
		buf_puts(out, "complete -c relaytrace -n "
			      "'__fish_use_subcommand'");
	buf_printf(out, " -l %s", row->name);
	if (row->letter != '\0')
		buf_printf(out, " -s %c", row->letter);
	if (row->argument != NULL)
		buf_printf(out, " -r %s",
		    row->complete == COMPLETE_FILE ? "-F" : "-f");
	if (row->complete == COMPLETE_HOST)
		buf_puts(out, " -a '(__fish_print_hostnames)'");
	for (i = 0; row->words != NULL && row->words[i] != NULL; i++)
		buf_printf(out, "%s%s", i == 0 ? " -a '" : " ",
		    row->words[i]);
	if (row->words != NULL)
		buf_putc(out, '\'');
	buf_puts(out, " -d ");
	fish_text(out, row->help);
	buf_putc(out, '\n');
}

static void
fish_demos(struct buf *out)
{
	size_t i;

	for (i = 0; i < demo_count(); i++) {
		buf_printf(out, "complete -c relaytrace -n "
				"'__fish_seen_subcommand_from demo' -f -a %s "
				"-d ",
		    demo_nth(i)->name);
		fish_text(out, demo_nth(i)->title);
		buf_putc(out, '\n');
	}
}

static void
fish_script(struct buf *out, unsigned offered)
{
	const struct command_row *row;
	size_t i, j;

	buf_puts(out, "complete -c relaytrace -n '__fish_use_subcommand' -f "
		      "-a help -d 'show the help of a command'\n");
	for (i = 0; i < command_count(); i++) {
		row = command_nth(i);
		if ((row->command & offered) == 0)
			continue;
		if (row->name[0] != '\0') {
			buf_printf(out, "complete -c relaytrace -n "
					"'__fish_use_subcommand' -f -a %s "
					"-d ",
			    row->name);
			fish_text(out, row->summary);
			buf_putc(out, '\n');
		}
		for (j = 0; j < option_count(); j++)
			if ((option_nth(j)->commands & row->command) != 0)
				fish_option(out, option_nth(j), row);
	}
	fish_demos(out);
}

bool
completion_script(const char *shell, struct buf *out, unsigned offered)
{
	if (strcmp(shell, "bash") == 0)
		bash_script(out, offered);
	else if (strcmp(shell, "zsh") == 0)
		zsh_script(out, offered);
	else if (strcmp(shell, "fish") == 0)
		fish_script(out, offered);
	else
		return false;
	return true;
}
