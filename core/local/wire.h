#ifndef RT_CORE_LOCAL_WIRE_H
#define RT_CORE_LOCAL_WIRE_H

/*
 * What the program and its helper say to each other: whole packets over a
 * socket that only they have.  Both ends are one binary.
 */

#include <stddef.h>

#include "core/local/commands.h"
#include "net/err.h"

/* To the helper.  A new one ends what still runs. */
struct local_question {
	unsigned number;
	int command; /* LOCAL_COMMANDS: none, only end what runs */
	struct local_values values;
};

#define LOCAL_PIECE 4096 /* bytes of output in a packet */

/* From the helper: pieces of output, then the end. */
struct local_packet {
	unsigned number; /* of the question */
	int end;         /* 0: a piece */
	int status;
	struct err err;
	size_t len;
	char bytes[LOCAL_PIECE];
};

/* The helper's life; returns when `fd` has ended. */
void local_serve(int fd, const char *root);

#endif
