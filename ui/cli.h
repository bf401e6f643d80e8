#ifndef RT_UI_CLI_H
#define RT_UI_CLI_H

/* The command line: which command, and its exit status (contract). */

int cli_main(int argc, char **argv);

#endif
