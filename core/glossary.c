#include "core/glossary.h"

#include "core/text.h"

static const struct term terms[] = {
#define TERM(word, text) { word, text },
#include "core/glossary.def"
#undef TERM
};

size_t
glossary_count(void)
{
	return sizeof(terms) / sizeof(terms[0]);
}

const struct term *
glossary_at(size_t i)
{
	return &terms[i];
}

const struct term *
glossary_find(const char *word)
{
	size_t i;

	for (i = 0; i < glossary_count(); i++)
		if (text_ieq(terms[i].word, word))
			return &terms[i];
	return NULL;
}
