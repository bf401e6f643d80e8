#include <curses.h>
#include <stdlib.h>
#include <term.h> /* its macros take many names: hence a file of its own */
#include <unistd.h>

#include "ui/tty.h"

bool
tty_present(struct err *err)
{
	if (!isatty(STDIN_FILENO))
		return err_set(err, ERR_INPUT,
		    "standard input is not a terminal");
	if (!isatty(STDOUT_FILENO))
		return err_set(err, ERR_INPUT,
		    "standard output is not a terminal");
	return true;
}

bool
tty_usable(struct err *err)
{
	const char *term = getenv("TERM");
	int status;

	if (!tty_present(err))
		return false;
	if (term == NULL || term[0] == '\0')
		return err_set(err, ERR_INPUT, "TERM is not set");
	if (setupterm(term, STDOUT_FILENO, &status) != OK)
		return err_set(err, ERR_INPUT,
		    "the terminal type of TERM is not known here");
	if (cursor_address == NULL)
		return err_set(err, ERR_INPUT,
		    "this terminal cannot place the cursor");
	return true;
}
