#ifndef RT_CORE_PROBE_SPF_PROBE_H
#define RT_CORE_PROBE_SPF_PROBE_H

/*
 * SPF of one identity (E12): the envelope sender, or the EHLO name where
 * the sender is null or where that name is checked by itself (RFC 7208 2.3,
 * 2.4).  It waits for the sending address; the trace stays for the screens.
 */

#include <stdbool.h>

#include "core/evidence.h"
#include "core/probe/probe.h"
#include "core/spf/spf.h"

struct spf_probe {
	struct probe base;
	struct resolver *resolver; /* borrowed */
	char sender[520]; /* "": the EHLO name is what is checked */
	char helo[256];
	struct addr client; /* AF_UNSPEC: not known yet */
	bool client_final;  /* no address will come any more */
	struct spf_check check; /* check.trace, check.result ... */
	bool checked;       /* check has its result */
	struct ref at;      /* the line of the result */
	char text[240];     /* one sentence, without full stop */
};

/* The strings are copied. */
void spf_probe_start(struct spf_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, struct resolver *resolver,
    const char *sender, const char *helo);
/* The sending address; family AF_UNSPEC says that none will be known. */
void spf_probe_client(struct spf_probe *probe, const struct addr *client);
/* Ends it without a result: nobody waits for it any longer. */
void spf_probe_stop(struct spf_probe *probe);
/* What the evidence calls it; SPF_WORD_NOT_ASKED while it is not checked. */
enum spf_word spf_probe_word(const struct spf_probe *probe);

#endif
