/*
 * What bench_screen looks at.
 *
 *   bench_show bare            ncurses alone: a text, and another at a key
 *   bench_show program ARG...  the program
 *   bench_show world FILE      the program's screens over a world
 */
#include <curses.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/world/play.h"
#include "core/world/world.h"
#include "net/loop.h"
#include "ui/wizard_cmd.h"

static int
bare(void)
{
	int key;

	initscr();
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	do {
		erase();
		mvprintw(1, 2, "Ready");
		refresh();
		key = getch();
	} while (key != 'q');
	endwin();
	return 0;
}

static int
show_world(const char *path)
{
	struct err err = { 0 };
	struct world *world = world_read(path, &err);
	struct loop *loop = loop_new(NULL);
	struct play play;
	int status = 2;

	if (world != NULL && play_begin(&play, world, loop, &err)) {
		char *recipient[] = { play.input.recipient.text };
		struct settings shown = play.settings;

		shown.recipients = (struct string_list) { recipient, 1, 1 };
		status = wizard_run(&shown, &play.cred, loop, play.world,
		    NULL, &err);
		play_end(&play);
	}
	if (err.text[0] != '\0')
		fprintf(stderr, "%s: %s\n", path, err.text);
	loop_free(loop);
	return status;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "bare") == 0)
		return bare();
	if (argc == 3 && strcmp(argv[1], "world") == 0)
		return show_world(argv[2]);
	if (argc >= 2 && strcmp(argv[1], "program") == 0) {
		argv[1] = argv[0];
		execv(RT_PROGRAM, argv + 1);
		perror(RT_PROGRAM);
	}
	return 2;
}
