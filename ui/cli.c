#include "ui/cli.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/options.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "ui/check_cmd.h"
#include "ui/command.h"
#include "ui/demo_cmd.h"
#include "ui/explain_cmd.h"
#include "ui/open_cmd.h"
#include "ui/out.h"
#include "ui/secret.h"
#include "ui/spf_cmd.h"
#include "ui/wizard_cmd.h"
#include "version.h"

#define TEXT_MAX (1024 * 1024)
#define USAGE_STATUS 2

/* The commands that are built in; what is not here is not offered. */
static const struct {
	enum command command;
	int (*run)(int argc, char **argv);
} built[] = {
	{ COMMAND_CHECK, check_command },
	{ COMMAND_DEMO, demo_command },
	{ COMMAND_EXPLAIN, explain_command },
	{ COMMAND_OPEN, open_command },
	{ COMMAND_SPF, spf_command },
	{ COMMAND_WIZARD, wizard_command },
};

static unsigned
offered(void)
{
	unsigned all = 0;
	size_t i;

	for (i = 0; i < sizeof(built) / sizeof(built[0]); i++)
		all |= built[i].command;
	return all;
}

static int
print(struct buf *text)
{
	out_put(buf_str(text), text->len);
	buf_clear(text);
	return 0;
}

static int
overview(void)
{
	struct buf text;

	buf_init(&text, TEXT_MAX);
	usage_overview(&text, offered());
	return print(&text);
}

static int __attribute__((format(printf, 1, 2)))
complain(const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	fprintf(stderr, _("relaytrace: %s; see relaytrace --help\n"), text);
	return USAGE_STATUS;
}

static int
no_command(const char *name)
{
	char shown[80];

	return complain("there is no command %s",
	    text_visible_str(name, shown, sizeof(shown)));
}

/* `help --man` and `help --completion=SHELL` are for the build, and English. */
static int
help(int argc, char **argv)
{
	static const char completion[] = "--completion=";
	const struct command_row *row;
	struct buf text;

	if (argc < 2)
		return overview();
	buf_init(&text, TEXT_MAX);
	if (strcmp(argv[1], "--man") == 0) {
		i18n_stop();
		manual_page(&text, offered(), command_manual);
		return print(&text);
	}
	if (strncmp(argv[1], completion, strlen(completion)) == 0) {
		i18n_stop();
		if (!completion_script(argv[1] + strlen(completion), &text,
			offered()))
			return complain("--completion takes bash, zsh or fish");
		return print(&text);
	}
	row = strcmp(argv[1], "wizard") == 0 ? command_row(COMMAND_WIZARD) :
					       command_find(argv[1]);
	if (row == NULL || (row->command & offered()) == 0)
		return no_command(argv[1]);
	settings_usage(stdout, row->command);
	return 0;
}

static int
run(enum command command, int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(built) / sizeof(built[0]); i++)
		if (built[i].command == command && built[i].run != NULL)
			return built[i].run(argc, argv);
	return no_command(argv[0]);
}

static int
dispatch(int argc, char **argv)
{
	const char *first = argc > 1 ? argv[1] : "";
	const struct command_row *row;

	if (strcmp(first, "--version") == 0) {
		puts("relaytrace " RT_VERSION);
		return 0;
	}
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0)
		return overview();
	if (strcmp(first, "help") == 0)
		return help(argc - 1, argv + 1);
	row = first[0] != '\0' ? command_find(first) : NULL;
	if (row != NULL)
		return run(row->command, argc - 1, argv + 1);
	if ((offered() & COMMAND_WIZARD) != 0)
		return run(COMMAND_WIZARD, argc, argv);
	return first[0] != '\0' ? no_command(first) :
				  complain("no command is given");
}

int
cli_main(int argc, char **argv)
{
	i18n_start();
	/* A reader that goes away is an error of write(2), not our end. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* nor is a limit on a file's size */
	secret_protect_process();
	return out_close(dispatch(argc, argv));
}
