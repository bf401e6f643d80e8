#ifndef RT_NET_ERR_H
#define RT_NET_ERR_H

/*
 * What went wrong, as a value.  A `struct err` owns nothing, so it can be
 * copied into a report, compared in a test and dropped without a free;
 * { 0 } is "nothing wrong".
 */

#include <stdbool.h>

enum err_kind {
	ERR_NONE,
	ERR_TIMEOUT,     /* nobody answered in time */
	ERR_REFUSED,     /* TCP reset in answer to the SYN */
	ERR_UNREACHABLE, /* no route, network down */
	ERR_CLOSED,      /* the peer closed in order (FIN) */
	ERR_RESET,       /* the peer reset an open connection */
	ERR_TLS,         /* handshake or record layer */
	ERR_PROTOCOL,    /* the peer broke the protocol */
	ERR_INPUT,       /* the person's input cannot be used */
	ERR_LIMIT,       /* one of our own limits was reached */
	ERR_SYSTEM,      /* everything else the system reports */
};

struct err {
	enum err_kind kind;
	int sys;        /* errno, or 0 */
	char text[240]; /* one line for a person, no full stop; never NULL */
};

/* Both return false, so a caller can write `return err_set(err, ...)`. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* As err_set, with ": strerror(sys)" added and the kind told from sys. */
bool err_sys(struct err *err, int sys, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __clang_analyzer__
/* It looks at one file at a time, and would take both answers for possible. */
#define err_set(...) ((void)err_set(__VA_ARGS__), false)
#define err_sys(...) ((void)err_sys(__VA_ARGS__), false)
#endif

#endif
