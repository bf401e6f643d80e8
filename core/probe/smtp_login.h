#ifndef RT_CORE_PROBE_SMTP_LOGIN_H
#define RT_CORE_PROBE_SMTP_LOGIN_H

/* The login within an SMTP session (RFC 4954), for the SMTP probe. */

#include <stdbool.h>

#include "core/probe/smtp_probe.h"

/*
 * Chooses a mechanism and says the first line; false if there can be no
 * login, the reason is in p->auth_skipped then.
 */
bool smtp_login_begin(struct smtp_probe *p);
/*
 * One more step after 334; on trouble the exchange is cancelled.  False: the
 * server takes no notice of that.
 */
bool smtp_login_go_on(struct smtp_probe *p);
/* After the last reply: keeps what came out, and wipes the rest. */
void smtp_login_end(struct smtp_probe *p);

#endif
