#ifndef RT_UI_DESK_H
#define RT_UI_DESK_H

/*
 * What the person works on: the answers, the case, the investigation that
 * runs or ran, and the one before it.  The views look at it; the app turns
 * it.  The network is opened when the first probe starts, so that the
 * first view is there at once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bounce/explain.h"
#include "core/session.h"
#include "core/settings.h"
#include "net/buf.h"
#include "net/loop.h"
#include "ui/form.h"
#include "net/sasl.h"
#include "ui/setup.h"

struct again;
struct app;
struct world;

struct desk {
	struct app *app;
	const struct settings *given; /* the command line */
	struct settings settings;     /* with the answers; borrows strings */
	struct form form;
	const struct world *world;    /* of a demo, or NULL; borrowed */

	struct buf bounce_text;
	struct explanation bounce;

	struct setup setup;
	bool open;
	struct credentials cred;      /* of the command line; borrowed */

	struct session *session; /* owned; NULL: none yet */
	bool session_loaded;     /* from a file: no network behind it */
	struct again *again;     /* how it was asked, or NULL; owned */
	struct session *before;  /* the run before it, owned, or NULL */
	bool before_loaded;
	unsigned seen;           /* version that was shown */
	int64_t updated_at, update_took; /* real ms */
	bool was_running;

	char kept_as[512];       /* path of the case, "" while not kept */
	unsigned kept_version;   /* of the session as it stands there */

	struct timer wait;       /* until a TTL has run out */
	int64_t wait_until;      /* loop's clock; 0: nothing is waited for */
	enum experiment_id asked;/* about to be switched on, after asking */

	/*
	 * A look at something that was met on the way is a desk of its own;
	 * popping its first view leads back to `home`.
	 */
	struct desk *home;       /* NULL: this is the first one */
	struct desk *visits, *next_visit; /* owned */
	char helo[256];          /* of a loaded case, to say it again */
};

void desk_init(struct desk *desk, struct app *app,
    const struct settings *given, const struct world *world);
void desk_clear(struct desk *desk);

/* The recipient (or domain, or server) in words, for the frame. */
const char *desk_target(const struct desk *desk);

/*
 * Makes the session of the answers and its plan; nothing is sent.  False
 * with *err if the network cannot be opened or an answer is wrong.
 */
bool desk_prepare(struct desk *desk, struct err *err);
/* A kept case takes the place of the session; it can be tested again. */
bool desk_load(struct desk *desk, const char *path, struct err *err);
/* The desk for a look at `what` from here, made when it is new. */
struct desk *desk_visit(struct desk *desk, const char *what);
/*
 * A kept case logged in: the password is not in it, and is asked for anew
 * (form.text[Q_PASSWORD]) before it is tested again.
 */
bool desk_wants_password(const struct desk *desk);
/* Starts it (after the person agreed); a kept case is tested again. */
void desk_start(struct desk *desk);
bool desk_running(const struct desk *desk);
void desk_stop(struct desk *desk);
/* Same plan once more; the session becomes the one before. */
void desk_again(struct desk *desk);
/* The same in so many seconds; desk_again() and another 0 end the wait. */
void desk_again_in(struct desk *desk, long seconds);
long desk_wait_left(const struct desk *desk); /* seconds, 0: no wait */
/* Looks whether there is news, on visits and at home too; true if something is to be drawn. */
bool desk_turn(struct desk *desk);

/*
 * The program stood still for so long (Ctrl-Z): the time does not count,
 * and what runs has a note of it.
 */
void desk_resume(struct desk *desk, int64_t away_ms);

/* Writes the case to the state directory; says where, or what is wrong. */
bool desk_keep(struct desk *desk);
/* The person asks for it: the same, and a word on where it is. */
void desk_keep_now(struct desk *desk);
/*
 * The line broke: keeps the case, or as much of the answers as makes one,
 * and remembers it for the next start.
 */
void desk_keep_lost(struct desk *desk);
bool desk_unsaved(const struct desk *desk);
/* The same for this desk and all that belong to it. */
bool desk_keep_all(struct desk *desk);
bool desk_unsaved_all(const struct desk *desk);

/* The leading cause so far, or the verdict, in a line. */
void desk_summary(const struct desk *desk, char *out, size_t size);
void desk_counts(const struct desk *desk, size_t *done, size_t *all,
    size_t *waiting, size_t *problems);
/* ms since the session began, of its own clock. */
int desk_elapsed(const struct desk *desk);

#endif
