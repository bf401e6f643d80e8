#ifndef RT_CORE_PATTERN_H
#define RT_CORE_PATTERN_H

/*
 * The small pattern language of the tables phrases.def and
 * fingerprints.def.  A pattern is looked for anywhere in a text:
 *
 *   *    any text, none too
 *   %    a word: 1 to 320 bytes without a blank, ending at the first byte
 *        the pattern goes on with
 *   &    a hexadecimal digit
 *   \x   x itself
 *   ^ $  in front and at the end: the text begins, ends here
 *
 * All else stands for itself.  Nothing backtracks but the search for a
 * place to begin, so the time is bounded for any text: it grows with
 * length of text times 320 at the worst, and linearly in practice.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which pairs of neighbouring bytes stand in a text.  A table of many
 * patterns is searched the quicker: most have a pair that is not there.
 */
struct pattern_pairs {
	uint64_t bits[32];
};

/* Adds the pairs of the text to those that are known. */
void pattern_pairs_add(struct pattern_pairs *pairs, const char *text);
/* False only when the pattern cannot match any text of these pairs. */
bool pattern_possible(const char *pattern, const struct pattern_pairs *pairs);

bool pattern_match(const char *pattern, const char *text);
/* How much a pattern says: its literal bytes, blanks not counted. */
int pattern_weight(const char *pattern);

/*
 * Makes a text comparable: runs of blanks, line ends and no-break spaces
 * become one blank, the ends are trimmed, curly apostrophes straightened;
 * with `fold` ASCII letters become small.  What does not fit is cut.
 */
void pattern_flatten(const char *text, bool fold, char *out, size_t size);

#endif
