#ifndef RT_CORE_PROBE_PROBE_H
#define RT_CORE_PROBE_PROBE_H

/*
 * What every probe has: a number ("p7"), a subject for people, a status, a
 * transcript and the task that does the work.  A probe is owned by its
 * session, which clears it by ops->clear; that cancels whatever is under
 * way.  Screens and reports only read.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/transcript.h"
#include "net/err.h"
#include "net/task.h"

struct loop;
struct probe;

enum probe_kind {
	PROBE_DNS,   /* questions and answers */
	PROBE_SMTP,  /* one session with one address and port */
	PROBE_SPF,
	PROBE_POLICY,/* PTR, DMARC, DKIM, blocklists, ... */
	PROBE_LOCAL, /* read-only commands on this machine */
};

enum probe_status {
	PROBE_WAITING, /* not begun */
	PROBE_RUNNING,
	PROBE_OK,      /* did what it was for */
	PROBE_FAILED,  /* could not; `why` says it */
	PROBE_SKIPPED, /* not asked; `why` says it */
};

struct probe_ops {
	void (*clear)(struct probe *probe); /* cancels and frees contents */
};

struct probe {
	int number; /* 1.. ; "p1" */
	enum probe_kind kind;
	char subject[320];
	enum probe_status status;
	int start_ms, end_ms; /* since the session began; -1: not yet */
	char why[240];
	struct transcript transcript;
	struct task task;
	const struct probe_ops *ops;
	const int64_t *epoch; /* loop time at which the session began */
};

const char *probe_kind_name(enum probe_kind kind);
const char *probe_status_name(enum probe_status status);

/* ms since the session began. */
int probe_now(const struct probe *probe);
/* Sets it up and queues the task. `epoch` lives in the session. */
void probe_start(struct probe *probe, const struct probe_ops *ops,
    enum probe_kind kind, struct loop *loop, struct task *parent,
    const int64_t *epoch, enum step (*run)(struct task *));
void probe_end(struct probe *probe, enum probe_status status,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Adds a note line to the transcript; returns its number. */
int probe_note(struct probe *probe, enum stage stage, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
