#ifndef RT_CORE_BOUNCE_PIECES_H
#define RT_CORE_BOUNCE_PIECES_H

/*
 * Where one bounce ends and the next begins, in a mailbox file (RFC 4155)
 * or where somebody pasted several, with or without their headers.  Linear
 * in the input.
 */

#include <stdbool.h>
#include <stddef.h>

#define PIECES_MAX 1000

struct pieces {
	/* Piece i is the bytes from start[i] up to start[i + 1]. */
	size_t start[PIECES_MAX + 1];
	size_t count; /* 1 at least */
	bool headed;  /* the first one begins with a header */
};

/* There are more than PIECES_MAX: the last piece holds the rest. */
void pieces_find(struct pieces *pieces, const char *bytes, size_t n);

#endif
