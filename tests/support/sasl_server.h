#ifndef RT_TESTS_SASL_SERVER_H
#define RT_TESTS_SASL_SERVER_H

/*
 * A submission server on loopback, TLS from the start, that logs people in
 * by libgsasl's server side: a counterpart that we did not write ourselves,
 * for mechanisms that no packaged server offers (SCRAM-*-PLUS).  It can be
 * told to misbehave.  One connection after the other.
 */

#include <gsasl.h>
#include <stdbool.h>

#include "net/addr.h"
#include "net/conn.h"
#include "net/listen.h"
#include "net/loop.h"
#include "net/task.h"
#include "net/tls.h"

#define SASL_SERVER_USER "tim"
#define SASL_SERVER_PASSWORD "tanstaaftanstaaf"

enum sasl_trick {
	TRICK_NONE,
	TRICK_OTHER_CHANNEL, /* its end of the channel is another one */
	TRICK_FALSE_PROOF,   /* its last message proves nothing, then 235 */
	TRICK_NO_PROOF,      /* 235 in place of its last message */
	TRICK_GIANT,         /* a challenge of 200 kB */
	TRICK_LOOP,          /* challenges for ever, whatever is said */
	TRICK_NO_BASE64,
};

struct sasl_server {
	struct loop *loop;
	struct listener *listener;
	struct addr addr;
	struct tls_server *tls; /* borrowed */
	const char *mech;       /* the only one offered; borrowed */
	enum sasl_trick trick;
	Gsasl *context;
	Gsasl_session *session;
	struct conn *conn;
	struct task task;
	char line[8192];
	char *out;      /* base64 */
	int code;       /* of the last step */
	bool logged_in; /* as the server sees it */
	int cancelled;  /* "*" was said so often */
	int steps;
};

void sasl_server_start(struct sasl_server *server, struct loop *loop,
    struct tls_server *tls, const char *mech, enum sasl_trick trick);
void sasl_server_stop(struct sasl_server *server);

#endif
