#ifndef RT_CORE_CAUSE_LOGIN_H
#define RT_CORE_CAUSE_LOGIN_H

/* What a login that went wrong says for causes that are not its own. */

#include "core/cause/opinion.h"

struct evidence;
struct server;

/* The server that did not take the login, or NULL. */
const struct server *login_refused(const struct evidence *e);
/* server-misconfigured: the exchange made no sense and was given up. */
void login_breaks_off(const struct evidence *e, struct opinion *o);
/* smtp-intercepted: the other end is not who knows the password. */
void login_is_read_by_others(const struct evidence *e, struct opinion *o);

#endif
