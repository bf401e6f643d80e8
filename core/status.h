#ifndef RT_CORE_STATUS_H
#define RT_CORE_STATUS_H

/*
 * The registry of enhanced mail system status codes in our words (RFC 3463,
 * 4954, 5248, 6710, 7372, 7504, 7505, 8689), with the family and causes
 * that a code stands for where the wording says nothing (status.def).
 */

#include "core/phrases.h"

struct status {
	int subject, detail;
	enum family family;
	const char *causes; /* "a,b", "" if it tells none */
	const char *words;  /* what the code says, a sentence fragment */
};

/* NULL for a code that is not registered. */
const struct status *status_find(const struct enhanced *enhanced);

#endif
