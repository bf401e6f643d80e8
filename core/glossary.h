#ifndef RT_CORE_GLOSSARY_H
#define RT_CORE_GLOSSARY_H

/*
 * What the words mean that the screens and reports use: the table
 * glossary.def, for the help screens and for `relaytrace help`.
 */

#include <stddef.h>

#define GLOSSARY_COLUMNS 72
#define GLOSSARY_LINES 3

struct term {
	const char *word; /* as it is shown: "MX", "smart host" */
	const char *text; /* GLOSSARY_LINES lines at most, parted by '\n' */
};

size_t glossary_count(void);
/* In alphabetical order, capitals or not. */
const struct term *glossary_at(size_t i);
/* Without regard to capitals; NULL if it is not explained. */
const struct term *glossary_find(const char *word);

#endif
