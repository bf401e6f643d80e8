#ifndef RT_UI_SANDBOX_H
#define RT_UI_SANDBOX_H

/*
 * Less power: once everything is read that a command needs from the system,
 * the process tells the kernel what it will go on to use, and the rest is
 * gone for good.  Whoever takes over the program through a reply or a letter
 * gets no more than that.
 *
 * Two walls, each where the kernel has it (Linux 5.13 and 3.5): Landlock for
 * paths, a seccomp filter for system calls.  No other program can be started
 * afterwards.  What is beyond a wall fails like for anybody without the
 * permission.
 */

#include <stdbool.h>
#include <stddef.h>

#define SANDBOX_READS 6

/* All strings are borrowed for the call; NULL: none. */
struct sandbox_needs {
	bool network;  /* sockets that connect */
	bool listens;  /* and sockets that are connected to: a demo */
	bool person;   /* somebody names files later: home and here */
	const char *reads[SANDBOX_READS]; /* files or folders */
	const char *writes; /* a file that is made or replaced */
};

/*
 * Call once, after start-up.  Does nothing where the kernel has neither
 * wall, and nothing if it is not wanted (--no-sandbox).
 */
void sandbox_enter(bool wanted, const struct sandbox_needs *needs);
/* "landlock seccomp", "seccomp", "": the walls that stand. */
const char *sandbox_walls(void);

/* ---- the two walls; false if the kernel has no such thing ---- */

bool sandbox_paths(const struct sandbox_needs *needs);
bool sandbox_calls(const struct sandbox_needs *needs);

#endif
