#ifndef RT_UI_SECRET_H
#define RT_UI_SECRET_H

/*
 * The login of --user: from files, a descriptor or a prompt without echo,
 * never from the command line.  Kept in one place, wiped at the end, and
 * kept out of core dumps.
 */

#include <stdbool.h>

#include "net/sasl.h"

struct err;
struct settings;

struct secret_login {
	struct credentials cred; /* borrows what follows */
	char *password, *token;  /* owned, or NULL */
};

/*
 * Fills *login from the settings; without --user it stays empty.  `prompt`:
 * ask on the controlling terminal where no other source is named.  On
 * failure *err names the option and file, and nothing is left to clear.
 */
bool secret_read(struct secret_login *login, const struct settings *settings,
    bool prompt, struct err *err);
void secret_clear(struct secret_login *login); /* wipes */

/* No core dump, in which a password could stay. */
void secret_protect_process(void);

#endif
