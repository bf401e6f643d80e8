#include "ui/spf_tree.h"

#include <string.h>

#include "core/probe/probe.h"
#include "core/transcript.h"
#include "ui/rows.h"
#include "ui/tree.h"

#define DEPTH 48 /* levels that are told apart; ten includes need 24 */

bool
spf_tree_is_problem(const struct probe *probe)
{
	return strcmp(probe->why, "fail") == 0 ||
	    strcmp(probe->why, "softfail") == 0 ||
	    strcmp(probe->why, "permerror") == 0;
}

struct walk {
	const struct tree *tree;
	const struct probe *probe;
	struct rows *rows;
	int indent;
	bool shut[DEPTH]; /* is the node of this level folded? */
};

static const struct transcript_line *
line_at(const struct walk *w, size_t i)
{
	return &w->probe->transcript.lines[i];
}

/* Two blanks a level, as the notes are written. */
static int
level_of(const char *text)
{
	int level = (int)strspn(text, " ") / 2;

	return level < DEPTH - 1 ? level : DEPTH - 2;
}

static bool
hidden(const struct walk *w, int level)
{
	int i;

	for (i = 0; i < level; i++)
		if (w->shut[i])
			return true;
	return false;
}

/* The next note from line `from` on; the count if there is none. */
static size_t
next_note(const struct walk *w, size_t from)
{
	size_t i = from;

	while (i < w->probe->transcript.count &&
	    line_at(w, i)->dir != LINE_NOTE)
		i++;
	return i;
}

/* The way that decides is open: what matched or went wrong, and records. */
static bool
open_by_itself(const char *text)
{
	return strstr(text, ": match,") != NULL ||
	    strstr(text, ": error,") != NULL ||
	    strstr(text, ": v=spf1") != NULL;
}

/* What was asked for the note at `note`: the lines `from` up to it. */
static void
questions(const struct walk *w, size_t from, size_t note, int level)
{
	size_t i;

	for (i = from; i < note; i++)
		rows_add(w->rows, tree_child(w->probe->number, (int)i + 1),
		    w->indent + level * 2, STYLE_TEXT, "%s %s",
		    line_at(w, i)->dir == LINE_CLIENT ? "?" : " =",
		    line_at(w, i)->text);
}

static void
node(struct walk *w, size_t from, size_t note)
{
	const char *text = line_at(w, note)->text;
	size_t next = next_note(w, note + 1);
	int level = level_of(text), i;
	uint64_t id = tree_child(w->probe->number, (int)note + 1);
	bool parent, open;

	parent = note > from || (next < w->probe->transcript.count &&
	    level_of(line_at(w, next)->text) > level);
	open = tree_open(w->tree, id, open_by_itself(text));
	w->shut[level] = parent && !open;
	for (i = level + 1; i < DEPTH; i++)
		w->shut[i] = false;
	if (hidden(w, level))
		return;
	rows_add(w->rows, id, w->indent + level * 2, STYLE_TEXT, "%s %s",
	    !parent ? " " : open ? "-" : "+", text + strspn(text, " "));
	if (open)
		questions(w, from, note, level + 1);
}

void
spf_tree_rows(const struct tree *tree, const struct probe *probe, int indent,
    struct rows *rows)
{
	struct walk w = { .tree = tree, .probe = probe, .rows = rows,
		.indent = indent };
	size_t from = 0, note;

	for (note = next_note(&w, 0); note < probe->transcript.count;
	     note = next_note(&w, from)) {
		node(&w, from, note);
		from = note + 1;
	}
}
