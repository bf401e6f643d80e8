#ifndef RT_UI_SPF_TREE_H
#define RT_UI_SPF_TREE_H

/*
 * How an SPF check went, as rows that fold: records hold their terms, an
 * include holds the record it leads to, a term the questions it asked.  It
 * is read from the probe's transcript (core/probe/policy_say.c), so that a
 * saved case unfolds like a fresh one.
 */

#include <stdbool.h>

struct probe;
struct rows;
struct tree;

/* Its result is one that people look into: fail, softfail, permerror. */
bool spf_tree_is_problem(const struct probe *probe);

/* `indent`: columns in front of the outermost record. */
void spf_tree_rows(const struct tree *tree, const struct probe *probe,
    int indent, struct rows *rows);

#endif
