#ifndef RT_CORE_SESSION_H
#define RT_CORE_SESSION_H

/*
 * One investigation: the case, the plan, the probes, the evidence and the
 * diagnosis, with one owner.  The whole investigation is a task; screens
 * and reports read the session while it runs and afterwards, and never
 * touch a probe.  A loaded session (core/report/load.h) has everything to
 * show and no network.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/diagnosis.h"
#include "core/evidence.h"
#include "core/mail_case.h"
#include "core/plan.h"
#include "core/probe/probe.h"
#include "net/sasl.h"
#include "net/task.h"

struct again;
struct dial;
struct loop;
struct resolver;
struct settings;
struct tls_trust;
struct dns_probes;

/* How the session reaches the network; all borrowed. */
struct network {
	struct loop *loop;
	struct resolver *resolver;
	const struct dial *dial; /* NULL: the real one */
	struct tls_trust *trust;
};

#define SESSION_PROBES 2400

struct session {
	struct task task;
	struct network net;
	const struct settings *settings; /* borrowed */
	struct mail_case input;
	struct plan plan;
	struct credentials cred; /* strings borrowed from whoever set them */

	int64_t epoch;        /* loop time of the start, ms */
	time_t started;       /* wall clock */
	int elapsed_ms;       /* set at the end */
	bool running, complete, cancelled;
	bool held;            /* by session_hold() */
	int64_t waiting_until; /* loop time when greylisting is over; 0: no */

	char helo[256];       /* in use; "" means address literal */
	char from_address[ADDR_TEXT_MAX]; /* vantage: our address, or "" */
	char resolver_text[ADDR_TEXT_MAX];

	struct probe **probes; /* in order of number; owned */
	size_t probe_count, probe_cap;

	struct evidence evidence;
	struct diagnosis diagnosis;
	struct again *again; /* of a kept case that was loaded; owned */

	struct investigation *work; /* private to core/session*.c */
};

/*
 * Sets up the session and makes its plan, which may then be changed.
 * Nothing is sent.  `settings` and what `net` names must outlive it.
 */
void session_init(struct session *session, const struct settings *settings,
    const struct mail_case *input, const struct network *net);
/* Begins; returns at once. Turn the loop until session_done(). */
void session_start(struct session *session, struct task *parent);
bool session_done(const struct session *session);
/* Stops what runs and concludes from what is known; complete is false. */
void session_cancel(struct session *session);
void session_clear(struct session *session); /* cancels; frees */

/* Gathers the evidence and diagnoses anew from what is known now. */
void session_update(struct session *session);
/*
 * Changes whenever there is something new to show.  Cheap.
 */
unsigned session_version(const struct session *session);

/* Probe by number, NULL if there is none. */
const struct probe *session_probe(const struct session *session, int number);
/* The SMTP probe if it is one, else NULL. */
const struct smtp_probe *probe_smtp(const struct probe *probe);

/*
 * After or during a run: switch an experiment on and do it, as soon as what
 * runs has ended.  False if it is not possible in this case.
 */
bool session_run_experiment(struct session *session, enum experiment_id id);
/* The person's patience, for one probe (or all waiting: number 0). */
void session_patience(struct session *session, int number, int ms);
void session_skip(struct session *session, int number);
/*
 * While held no further SMTP connection is begun; what is open goes on and
 * keeps its patience.
 */
void session_hold(struct session *session, bool held);
/* The process stood still for so long: noted in what runs. */
void session_note_gap(struct session *session, int64_t ms);

/*
 * Seconds until a greylisting that is being waited out is over, rounded up;
 * 0 when nothing is being waited for.  session_cancel() ends the wait.
 */
int session_wait_left(const struct session *session);

/* Exit status of the contract: 0, 1 or 3. */
int session_exit_status(const struct session *session);

#endif
