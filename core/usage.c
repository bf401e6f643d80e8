#include <stdio.h>
#include <string.h>

#include "core/options.h"
#include "core/settings.h"
#include "core/wrap.h"
#include "net/buf.h"
#include "net/i18n.h"

#define USAGE_WIDTH 79
#define USAGE_MAX (256 * 1024)
#define HELP_INDENT "          "

static void
option_usage(const struct option_row *row, struct buf *out)
{
	if (row->letter != '\0')
		buf_printf(out, "  -%c, ", row->letter);
	else
		buf_puts(out, "      ");
	buf_printf(out, "--%s", row->name);
	if (row->argument != NULL)
		buf_printf(out, "=%s", row->argument);
	buf_putc(out, '\n');
	wrap_text(out, _(row->help), HELP_INDENT, HELP_INDENT, USAGE_WIDTH);
}

static void
group_usage(enum option_group group, enum command command, struct buf *out)
{
	const struct option_row *row;
	bool any = false;
	size_t i;

	for (i = 0; i < option_count(); i++) {
		row = option_nth(i);
		if (row->group != group || (row->commands & command) == 0)
			continue;
		if (!any)
			buf_printf(out, "\n%s:\n",
			    _(option_group_title(group)));
		any = true;
		option_usage(row, out);
	}
}

void
settings_usage(FILE *file, enum command command)
{
	const struct command_row *row = command_row(command);
	struct buf out;
	int group;

	buf_init(&out, USAGE_MAX);
	buf_printf(&out, _("Usage: relaytrace%s%s %s\n\n"),
	    row->name[0] != '\0' ? " " : "", row->name, row->synopsis);
	wrap_text(&out, _(row->text), "", "", USAGE_WIDTH);
	for (group = 0; group < (int)OPTION_GROUP_COUNT; group++)
		group_usage((enum option_group)group, command, &out);
	fputs(buf_str(&out), file);
	buf_clear(&out);
}

void
usage_overview(struct buf *out, unsigned offered)
{
	const struct command_row *row;
	size_t i;

	buf_puts(out, _("relaytrace says why mail was refused with \"relaying "
		      "denied\".\n\nUsage:\n"));
	for (i = 0; i < command_count(); i++) {
		row = command_nth(i);
		if ((row->command & offered) == 0)
			continue;
		buf_printf(out, _("  relaytrace%s%s %s\n"),
		    row->name[0] != '\0' ? " " : "", row->name,
		    row->synopsis);
		wrap_text(out, _(row->summary), HELP_INDENT, HELP_INDENT,
		    USAGE_WIDTH);
	}
	buf_puts(out, _("  relaytrace help COMMAND | --help | --version\n\n"
		      "Nothing goes past RCPT TO unless you say so. The "
		      "options of a command:\n  relaytrace help COMMAND; all "
		      "of them: man relaytrace\n"));
}
