#include "ui/cli.h"

#include <stdio.h>
#include <string.h>

#include "ui/explain_cmd.h"
#include "ui/spf_cmd.h"
#include "version.h"

int
cli_main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts("relaytrace " RT_VERSION);
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "spf") == 0)
		return spf_command(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "explain") == 0)
		return explain_command(argc - 1, argv + 1);
	fputs("relaytrace: no such command\n", stderr);
	return 2;
}
