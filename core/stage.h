#ifndef RT_CORE_STAGE_H
#define RT_CORE_STAGE_H

/* Where in a conversation we are; the report's `failure_point.stage`. */
/* clang-format off */
#define STAGES(X)							\
	X(STAGE_DNS, "dns")						\
	X(STAGE_CONNECT, "connect")					\
	X(STAGE_BANNER, "banner")					\
	X(STAGE_EHLO, "ehlo")						\
	X(STAGE_STARTTLS, "starttls")					\
	X(STAGE_TLS, "tls")						\
	X(STAGE_AUTH, "auth")						\
	X(STAGE_MAIL, "mail")						\
	X(STAGE_RCPT, "rcpt")						\
	X(STAGE_DATA, "data")						\
	X(STAGE_QUIT, "quit")
/* clang-format on */

enum stage {
#define X(id, name) id,
	STAGES(X)
#undef X
};

#define STAGE_COUNT (STAGE_QUIT + 1)

const char *stage_name(enum stage stage);
/* False for a name that is none of ours. */
int stage_parse(const char *name, enum stage *stage);

#endif
