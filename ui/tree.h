#ifndef RT_UI_TREE_H
#define RT_UI_TREE_H

/*
 * The investigation as rows: DNS first, then the mail servers by
 * preference, then what runs beside them.  The order is fixed, so rows do
 * not jump while they are read; problems are open, the rest is folded.
 */

#include <stdbool.h>
#include <stdint.h>

#include "ui/rows.h"

struct session;

#define TREE_TOGGLED 256

struct tree {
	uint64_t toggled[TREE_TOGGLED]; /* rows whose fold was changed */
	size_t toggled_count;
};

/* What a row is about: a probe's number, or 0. */
int tree_probe(uint64_t id);
/* The transcript line the row stands for, or 0. */
int tree_line(uint64_t id);
/* Is it a host with its addresses below? */
bool tree_host(uint64_t id);
/* The row of a probe's transcript line. */
uint64_t tree_child(int probe, int line);
void tree_toggle(struct tree *tree, uint64_t id);
/* Is a row unfolded, that is or is not where nobody touched it? */
bool tree_open(const struct tree *tree, uint64_t id, bool by_itself);
void tree_build(const struct tree *tree, const struct session *session,
    int width, struct rows *rows);

#endif
