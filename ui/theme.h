#ifndef RT_UI_THEME_H
#define RT_UI_THEME_H

/*
 * Roles of text on the screen; the theme turns them into attributes.  At
 * most red, green, yellow, cyan, bold, reverse and underline are used, on
 * the terminal's own background; nothing is told by colour alone.
 */

enum style {
	STYLE_TEXT,
	STYLE_HEAD,   /* headings, the path */
	STYLE_OK,
	STYLE_BAD,
	STYLE_WARN,
	STYLE_QUIET,  /* rules, key line */
	STYLE_SENT,   /* what we said */
	STYLE_NOTE,   /* our remarks under the transcript's lines */
	STYLE_SELECT, /* the selected row */
	STYLE_FIELD,  /* something to fill in */
	STYLE_HIT,    /* what a search found */
	STYLE_COUNT,
};

#endif
