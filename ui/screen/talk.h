#ifndef RT_UI_SCREEN_TALK_H
#define RT_UI_SCREEN_TALK_H

/* A transcript as rows: lines with their notes hanging under them. */

#include <stdbool.h>

struct probe;
struct rows;

struct talk_look {
	bool notes;
	bool whole;    /* long lines are broken, not cut */
	bool between;  /* time since the line before */
	int width;
};

/* Row ids are line numbers. */
void talk_build(const struct probe *probe, const struct talk_look *look,
    struct rows *rows);

#endif
