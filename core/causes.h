#ifndef RT_CORE_CAUSES_H
#define RT_CORE_CAUSES_H

/* The controlled vocabulary: cause ids, who must act, plain words. */

#include <stdbool.h>

/* clang-format off */
#define WHOS(X)								\
	X(WHO_USER, "user", N_("the person who sends"))			\
	X(WHO_SENDER_ADMIN, "sender-admin",				\
	    N_("the administrator of the sending side"))		\
	X(WHO_RECIPIENT_ADMIN, "recipient-admin",			\
	    N_("the administrator of the recipient's domain"))		\
	X(WHO_PROVIDER, "provider", N_("the provider"))
/* clang-format on */

enum who {
#define X(id, name, words) id,
	WHOS(X)
#undef X
};

enum cause_id {
#define CAUSE(name, id, who, title) CAUSE_##name,
#include "core/causes.def"
#undef CAUSE
	CAUSE_COUNT
};

const char *cause_name(enum cause_id id);   /* "mx-not-hosting" */
const char *cause_title(enum cause_id id);  /* a sentence without full stop */
enum who cause_who(enum cause_id id);       /* who usually must act */
bool cause_parse(const char *name, enum cause_id *id);
const char *who_name(enum who who);         /* "recipient-admin" */
const char *who_words(enum who who);

#endif
