#ifndef RT_CORE_LOGIN_SETTINGS_H
#define RT_CORE_LOGIN_SETTINGS_H

/*
 * What a mail program or device has to be told about the outgoing server,
 * as its ports were seen to offer it: nothing here is a guess but the form
 * of the user name, and that is said.
 */

#include <stdbool.h>

#include "core/evidence.h"

struct login_settings {
	char server[256];
	int best_port;
	char port[160];        /* "587 with STARTTLS, or 465 with SSL/TLS" */
	char login[640];       /* "on; user name usually ..." */
	char methods[SERVER_MECHS + 120];
	char certificate[400]; /* why it is not valid, or "" */
	struct ref at;         /* where the best port offers the login */
};

/*
 * False where there is nothing to tell: the server was not asked as an
 * outgoing one, offers no login at any port, or has taken one.
 */
bool login_settings(const struct evidence *evidence,
    struct login_settings *out);

#endif
