#ifndef RT_UI_EDIT_H
#define RT_UI_EDIT_H

/*
 * One line of text under edit, with the keys of readline.  Knows nothing
 * of the screen; positions are bytes at borders of characters.
 */

#include <stdbool.h>
#include <stddef.h>

#define EDIT_MAX 1024

struct edit {
	char text[EDIT_MAX]; /* UTF-8 */
	size_t len, at;      /* the cursor stands before text[at] */
	char killed[EDIT_MAX];
};

void edit_set(struct edit *edit, const char *text); /* cursor at the end */
/* False if the key means nothing to a line editor. */
bool edit_key(struct edit *edit, int key);
/* Inserts text; line ends and tabs become blanks, controls are dropped. */
void edit_insert(struct edit *edit, const char *text, size_t n);

#endif
