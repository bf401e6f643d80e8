#include "core/causes.h"

#include <string.h>

#include "net/i18n.h"

static const struct cause_word {
	const char *id;
	enum who who;
	const char *title;
} words[] = {
#define CAUSE(name, id, who, title) { id, who, title },
#include "core/causes.def"
#undef CAUSE
};

const char *
cause_name(enum cause_id id)
{
	return words[id].id;
}

const char *
cause_title(enum cause_id id)
{
	return _(words[id].title);
}

enum who
cause_who(enum cause_id id)
{
	return words[id].who;
}

bool
cause_parse(const char *name, enum cause_id *id)
{
	int i;

	for (i = 0; i < CAUSE_COUNT; i++) {
		if (strcmp(words[i].id, name) == 0) {
			*id = (enum cause_id)i;
			return true;
		}
	}
	return false;
}

static const char *const who_names[][2] = {
#define X(id, name, words) { name, words },
	WHOS(X)
#undef X
};

const char *
who_name(enum who who)
{
	return who_names[who][0];
}

const char *
who_words(enum who who)
{
	return _(who_names[who][1]);
}
