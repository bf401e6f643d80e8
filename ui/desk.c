#include "ui/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/probe/smtp_probe.h"
#include "core/report/again.h"
#include "core/report/load.h"
#include "core/world/world.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/loop.h"
#include "net/mem.h"
#include "ui/app.h"
#include "ui/cases.h"

#define WIZARD_PATIENCE_S 300 /* RFC 5321 4.5.3.2.1 */
#define TEXT_OF_BOUNCE (1024 * 1024)
#define LONGEST_WAIT_S (7 * 24 * 3600) /* a timer holds 24 days */
#define UPDATE_MS 100 /* between two diagnoses of a running session */

void
desk_init(struct desk *desk, struct app *app, const struct settings *given,
    const struct world *world)
{
	memset(desk, 0, sizeof(*desk));
	desk->app = app;
	desk->given = given;
	desk->settings = *given;
	desk->world = world;
	buf_init(&desk->bounce_text, TEXT_OF_BOUNCE);
	form_init(&desk->form);
	form_take_settings(&desk->form, given);
}

static void
drop(struct session **session, bool loaded)
{
	if (*session == NULL)
		return;
	if (loaded)
		cases_release(*session);
	else
		session_clear(*session);
	free(*session);
	*session = NULL;
}

void
desk_clear(struct desk *desk)
{
	struct desk *visit;

	while ((visit = desk->visits) != NULL) {
		desk->visits = visit->next_visit;
		desk_clear(visit);
		free(visit);
	}
	timer_stop(&desk->wait);
	drop(&desk->session, desk->session_loaded);
	drop(&desk->before, desk->before_loaded);
	if (desk->open)
		setup_clear(&desk->setup);
	again_free(desk->again);
	explain_clear(&desk->bounce);
	buf_clear(&desk->bounce_text);
	form_forget(&desk->form);
}

const char *
desk_target(const struct desk *desk)
{
	const struct form *form = &desk->form;

	if (desk->session != NULL)
		return desk->session->input.recipient.text;
	return form->story == STORY_LOOK ? form->text[Q_LOOK] :
					   form->text[Q_RECIPIENT];
}

static bool
open_network(struct desk *desk, struct err *err)
{
	if (desk->open)
		return true;
	desk->open = setup_open(&desk->setup, &desk->settings,
	    desk->app->loop, desk->world, err);
	return desk->open;
}

/* What used it goes first. */
static void
close_network(struct desk *desk)
{
	drop(&desk->session, desk->session_loaded);
	drop(&desk->before, desk->before_loaded);
	if (desk->open)
		setup_clear(&desk->setup);
	desk->open = false;
	again_free(desk->again);
	desk->again = NULL;
}

static void
take_login(struct desk *desk, struct session *session)
{
	const char *typed = desk->form.text[Q_PASSWORD];

	if (desk->settings.user == NULL)
		return;
	session->cred.user = desk->settings.user;
	/* A secret of the command line is not for the server of a file. */
	if (desk->cred.user != NULL && desk->again == NULL)
		session->cred = desk->cred;
	if (typed[0] != '\0')
		session->cred.password = typed;
}

struct desk *
desk_visit(struct desk *desk, const char *what)
{
	struct desk *visit;

	for (visit = desk->visits; visit != NULL; visit = visit->next_visit)
		if (strcmp(visit->form.text[Q_LOOK], what) == 0)
			return visit;
	visit = mem_alloc(sizeof(*visit));
	desk_init(visit, desk->app, desk->given, desk->world);
	visit->cred = desk->cred;
	visit->home = desk;
	visit->next_visit = desk->visits;
	desk->visits = visit;
	/* The same way out and resolver; another question. */
	visit->form = desk->form;
	visit->form.story = STORY_LOOK;
	form_forget(&visit->form);
	visit->form.text[Q_USER][0] = '\0';
	memset(&visit->form.reported, 0, sizeof(visit->form.reported));
	visit->form.reported.stage = STAGE_COUNT;
	snprintf(visit->form.text[Q_LOOK], FORM_TEXT, "%s", what);
	return visit;
}

static struct session *
new_session(struct desk *desk, const struct mail_case *input)
{
	struct session *session = mem_alloc(sizeof(*session));

	session_init(session, &desk->settings, input, &desk->setup.net);
	take_login(desk, session);
	return session;
}

bool
desk_prepare(struct desk *desk, struct err *err)
{
	struct mail_case *input = mem_alloc(sizeof(*input));
	bool good;

	desk->settings = *desk->given;
	good = form_apply(&desk->form, &desk->settings, input, err);
	if (desk->settings.patience_s == 0)
		desk->settings.patience_s = WIZARD_PATIENCE_S;
	/* Another resolver is another network, as that of a case may be. */
	if (good && (desk->again != NULL ||
		(desk->open && desk->form.text[Q_RESOLVER][0] != '\0')))
		close_network(desk);
	good = good && open_network(desk, err);
	if (good) {
		drop(&desk->session, desk->session_loaded);
		desk->session_loaded = false;
		desk->session = new_session(desk, input);
		desk->kept_as[0] = '\0';
	}
	free(input);
	return good;
}

bool
desk_load(struct desk *desk, const char *path, struct err *err)
{
	struct session *session = mem_alloc(sizeof(*session));

	if (!report_load(path, session, err)) {
		free(session);
		return false;
	}
	close_network(desk);
	form_forget(&desk->form); /* a password of another server */
	desk->settings = *desk->given;
	if (desk->settings.patience_s == 0)
		desk->settings.patience_s = WIZARD_PATIENCE_S;
	/* "Again" means as the case was asked, unless told otherwise. */
	snprintf(desk->helo, sizeof(desk->helo), "%s", session->helo);
	if (desk->settings.helo == NULL && desk->helo[0] != '\0')
		desk->settings.helo = desk->helo;
	desk->again = session->again; /* outlives the session */
	session->again = NULL;
	if (desk->again != NULL)
		again_settings(desk->again, &desk->settings);
	session->settings = &desk->settings;
	plan_make(&session->plan, &session->input, &desk->settings);
	if (desk->again != NULL)
		again_plan(desk->again, &session->plan);
	desk->session = session;
	desk->session_loaded = true;
	snprintf(desk->kept_as, sizeof(desk->kept_as), "%s", path);
	return true;
}

bool
desk_wants_password(const struct desk *desk)
{
	return desk->session_loaded && desk->again != NULL &&
	    desk->settings.user != NULL &&
	    plan_on(&desk->session->plan, EXP_LOGIN) &&
	    desk->form.text[Q_PASSWORD][0] == '\0';
}

/* Fixed for pictures and tests, so that they show the same every day. */
static void
fix_date(struct session *session)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	if (epoch != NULL && epoch[0] != '\0')
		session->started = (time_t)strtoll(epoch, NULL, 10);
}

void
desk_start(struct desk *desk)
{
	if (desk->session_loaded) {
		desk_again(desk);
		return;
	}
	session_start(desk->session, NULL);
	fix_date(desk->session);
	desk->was_running = true;
	desk->seen = 0;
}

bool
desk_running(const struct desk *desk)
{
	return desk->session != NULL && !desk->session_loaded &&
	    desk->session->running;
}

void
desk_stop(struct desk *desk)
{
	if (desk_running(desk))
		session_cancel(desk->session);
}

static void
wait_over(struct timer *timer)
{
	struct desk *desk = container_of(timer, struct desk, wait);

	desk->wait_until = 0;
	desk->app->dirty = true;
	desk_again(desk);
}

void
desk_again_in(struct desk *desk, long seconds)
{
	timer_stop(&desk->wait);
	desk->wait_until = 0;
	if (seconds <= 0)
		return;
	if (seconds > LONGEST_WAIT_S)
		seconds = LONGEST_WAIT_S;
	desk->wait_until = loop_now(desk->app->loop) + seconds * 1000;
	timer_start(&desk->wait, desk->app->loop, (int)seconds * 1000,
	    wait_over);
}

long
desk_wait_left(const struct desk *desk)
{
	int64_t left = desk->wait_until - loop_now(desk->app->loop);

	if (desk->wait_until == 0)
		return 0;
	return left > 0 ? (long)((left + 999) / 1000) : 1;
}

void
desk_again(struct desk *desk)
{
	struct session *old = desk->session, *session;
	struct err err = { 0 };

	desk_again_in(desk, 0);
	if (old == NULL || desk_running(desk)) {
		app_say(desk->app, old == NULL ?
			_("There is nothing to compare with yet.") :
			_("The probes still run."));
		return;
	}
	if (!open_network(desk, &err)) {
		app_complain(desk->app, "%s", err.text);
		return;
	}
	drop(&desk->before, desk->before_loaded);
	resolver_forget(desk->setup.resolver);
	session = new_session(desk, &old->input);
	session->plan = old->plan;
	desk->before = old;
	desk->before_loaded = desk->session_loaded;
	desk->session = session;
	desk->session_loaded = false;
	desk->kept_as[0] = '\0';
	desk_start(desk);
	app_say(desk->app, "Testing again, with the same plan.");
}

/*
 * A diagnosis costs more the more servers there are: it may take a tenth
 * of the time, so that keys are never behind it.
 */
static bool
time_for_update(const struct desk *desk)
{
	int64_t rest = desk->update_took * 10;

	return app_clock() - desk->updated_at >=
	    (rest > UPDATE_MS ? rest : UPDATE_MS);
}

static bool
look(struct desk *desk)
{
	unsigned version = session_version(desk->session);

	if (version == desk->seen)
		return false;
	if (desk->session->running && desk->session->probe_count > 0) {
		int64_t from = app_clock();

		if (!time_for_update(desk)) {
			app_wake_in(desk->app, UPDATE_MS);
			return true;
		}
		session_update(desk->session);
		desk->update_took = app_clock() - from;
		desk->updated_at = app_clock();
	}
	desk->seen = session_version(desk->session);
	return true;
}

static bool
turn_one(struct desk *desk)
{
	bool news = false;

	if (desk->wait_until != 0)
		app_wake_in(desk->app, 1000);
	if (desk->session == NULL || desk->session_loaded)
		return news;
	news |= look(desk);
	if (desk->session->running) {
		app_wake_in(desk->app, 1000); /* the seconds that are shown */
	} else if (desk->was_running) {
		desk->was_running = false;
		news = true;
	}
	return news;
}

static bool
turn_all(struct desk *desk)
{
	struct desk *visit;
	bool news = turn_one(desk);

	for (visit = desk->visits; visit != NULL; visit = visit->next_visit)
		news |= turn_all(visit);
	return news;
}

static struct desk *
first_of(const struct desk *desk)
{
	while (desk->home != NULL)
		desk = desk->home;
	return (struct desk *)(uintptr_t)desk;
}

bool
desk_turn(struct desk *desk)
{
	return turn_all(first_of(desk));
}

void
desk_resume(struct desk *desk, int64_t away_ms)
{
	if (!desk_running(desk))
		return;
	loop_skip(desk->app->loop, away_ms);
	session_note_gap(desk->session, away_ms);
	app_say(desk->app, "Suspended for %lld s; that time does not count.",
	    (long long)(away_ms / 1000));
}

bool
desk_unsaved(const struct desk *desk)
{
	return desk->session != NULL && !desk->session_loaded &&
	    desk->session->probe_count > 0 &&
	    (desk->kept_as[0] == '\0' ||
		desk->kept_version != session_version(desk->session));
}

bool
desk_keep(struct desk *desk)
{
	struct err err = { 0 };

	if (!desk_unsaved(desk))
		return true;
	if (!cases_keep(desk->session, desk->kept_as, sizeof(desk->kept_as),
		&err)) {
		app_complain(desk->app, "%s", err.text);
		return false;
	}
	desk->kept_version = session_version(desk->session);
	return true;
}

void
desk_keep_now(struct desk *desk)
{
	if (desk->session == NULL)
		app_say(desk->app, "There is nothing to keep yet.");
	else if (desk_unsaved(desk) ? desk_keep(desk) :
				      desk->kept_as[0] != '\0')
		app_say(desk->app, "Kept: %s", desk->kept_as);
	else if (desk->session->probe_count == 0)
		app_say(desk->app, "There is nothing to keep yet.");
}

static bool
keep_all(struct desk *desk)
{
	struct desk *visit;
	bool good = desk_keep(desk);

	for (visit = desk->visits; visit != NULL; visit = visit->next_visit)
		good &= keep_all(visit);
	return good;
}

bool
desk_keep_all(struct desk *desk)
{
	return keep_all(first_of(desk));
}

static bool
unsaved_all(const struct desk *desk)
{
	const struct desk *visit;
	bool unsaved = desk_unsaved(desk);

	for (visit = desk->visits; visit != NULL; visit = visit->next_visit)
		unsaved |= unsaved_all(visit);
	return unsaved;
}

bool
desk_unsaved_all(const struct desk *desk)
{
	return unsaved_all(first_of(desk));
}

void
desk_keep_lost(struct desk *desk)
{
	struct err err = { 0 };

	desk = first_of(desk);
	keep_all(desk);
	if (desk->session == NULL && desk->form.story != STORY_NONE &&
	    !desk_prepare(desk, &err))
		return;
	if (desk->session == NULL)
		return;
	if (desk->kept_as[0] == '\0' &&
	    !cases_keep(desk->session, desk->kept_as, sizeof(desk->kept_as),
		&err))
		return;
	cases_mark_lost(desk->kept_as);
}

void
desk_summary(const struct desk *desk, char *out, size_t size)
{
	const struct session *s = desk->session;

	out[0] = '\0';
	if (s == NULL)
		return;
	if (s->diagnosis.cause_count > 0)
		snprintf(out, size, "%s; %s: %s",
		    s->diagnosis.verdict == VERDICT_PARTLY ?
			_("partly refused") :
			_(verdict_name(s->diagnosis.verdict)),
		    confidence_words(s->diagnosis.causes[0].confidence),
		    cause_title(s->diagnosis.causes[0].id));
	else if (!s->running)
		snprintf(out, size, "%s", s->diagnosis.headline);
}

void
desk_counts(const struct desk *desk, size_t *done, size_t *all,
    size_t *waiting, size_t *problems)
{
	const struct session *s = desk->session;
	size_t i;

	*done = *all = *waiting = *problems = 0;
	if (s == NULL)
		return;
	*all = s->probe_count;
	for (i = 0; i < s->probe_count; i++) {
		if (s->probes[i]->status == PROBE_RUNNING ||
		    s->probes[i]->status == PROBE_WAITING)
			++*waiting;
		else
			++*done;
	}
	*problems = s->diagnosis.cause_count;
	for (i = 0; i < s->diagnosis.finding_count; i++)
		*problems += s->diagnosis.findings[i].severity !=
		    SEVERITY_INFO;
}

int
desk_elapsed(const struct desk *desk)
{
	const struct session *s = desk->session;

	if (s == NULL)
		return 0;
	if (!s->running)
		return s->elapsed_ms;
	return (int)(loop_now(s->net.loop) - s->epoch);
}
