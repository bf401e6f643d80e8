#ifndef RT_UI_CELLS_H
#define RT_UI_CELLS_H

/*
 * How far a conversation came, stage by stage, for tree and matrix; from a
 * probe that runs, or from a server's row of a loaded case.
 */

#include <stddef.h>

#include "ui/rows.h"

struct server;
struct session;
struct probe;

enum cell_stage {
	CELL_CONNECT,
	CELL_GREETING,
	CELL_EHLO,
	CELL_TLS,
	CELL_AUTH,
	CELL_MAIL,
	CELL_RCPT,
	CELL_COUNT,
};

struct cell {
	enum sign sign; /* SIGN_NONE: not reached */
	int ms;         /* -1: not known */
	int code;
	int line;       /* where it stands in the transcript; 0: not known */
	char text[160]; /* the reply or reason */
};

const char *cell_name(enum cell_stage stage); /* "greeting" */
/* Either may be NULL, not both. */
void cells_of(const struct probe *probe, const struct server *server,
    struct cell cells[CELL_COUNT]);
/* The worst of them, running before all: what a row's sign shows. */
enum sign cells_sign(const struct cell cells[CELL_COUNT]);

#endif
