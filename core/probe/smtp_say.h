#ifndef RT_CORE_PROBE_SMTP_SAY_H
#define RT_CORE_PROBE_SMTP_SAY_H

/*
 * Saying and hearing, for the SMTP probe: what goes over the wire goes into
 * the transcript, but for secrets; what comes back is kept as the answer to
 * what was asked.
 */

#include <stdbool.h>

#include "core/probe/smtp_probe.h"

/* Says a line, enters its stage, and starts the clock for the answer. */
void smtp_say(struct smtp_probe *p, enum ask ask, enum stage stage,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* A line of the login: the transcript shows stars. */
void smtp_say_auth(struct smtp_probe *p, const char *secret, bool first);
/*
 * A message and the dot behind it; lines that begin with a dot get another
 * one (RFC 5321 4.5.2).  The answer is that to ASK_MESSAGE.
 */
void smtp_say_message(struct smtp_probe *p, const char *text);
/* Nothing is said: the greeting is waited for. */
void smtp_say_nothing(struct smtp_probe *p, enum ask ask);
/*
 * True once the server has answered (p->reply.code != 0) or can no longer
 * answer (0, and the loss is noted).
 */
bool smtp_heard(struct smtp_probe *p, enum ask ask);
/* True, and noted, if the connection is lost or was skipped. */
bool smtp_say_lost(struct smtp_probe *p);
/* The peer broke the protocol; the conversation ends here. */
void smtp_say_broken(struct smtp_probe *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * A server may repeat what we sent.  Every secret in the text is replaced by
 * stars of the same length, before anybody sees it.  `cut`: it may end in
 * the beginning of one.
 */
void smtp_say_redact(const struct smtp_probe *p, char *text, bool cut);
void smtp_say_wipe(struct smtp_probe *p);

#endif
