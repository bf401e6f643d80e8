#ifndef RT_UI_FRAME_H
#define RT_UI_FRAME_H

/* The frame around every view, and the sizes that decide about it. */

#include <stdbool.h>

#define FULL_COLS 80
#define FULL_ROWS 24
#define COMPACT_COLS 60
#define LEAST_COLS 40
#define LEAST_ROWS 12
#define WIDE_COLS 121

struct app;
struct pane;

/* The part of the screen that belongs to the view. */
struct pane frame_body(void);
bool frame_too_small(void);

#endif
