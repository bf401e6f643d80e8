#ifndef RT_UI_COPY_H
#define RT_UI_COPY_H

/* To the clipboard of the terminal that the person sits at (OSC 52). */

#include <stdbool.h>

struct app;

/* Says what became of it. */
void copy_text(struct app *app, const char *text);

#endif
