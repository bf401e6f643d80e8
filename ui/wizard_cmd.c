#include "ui/wizard_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/local/helper.h"
#include "core/settings.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/loop.h"
#include "ui/app.h"
#include "ui/cases.h"
#include "ui/desk.h"
#include "ui/plain.h"
#include "ui/screen/screens.h"
#include "ui/sandbox/sandbox.h"
#include "ui/secret.h"
#include "ui/tty.h"

#define USAGE_STATUS 2

static int
fail(const struct err *err)
{
	fprintf(stderr, "relaytrace: %s\n", err->text);
	return USAGE_STATUS;
}

/* The answer to "go on?"; it is asked once. */
static void
go_on(struct app *app, size_t choice)
{
	struct case_file file;
	struct err err = { 0 };
	bool there = cases_lost(&file);

	cases_forget_lost();
	if (choice != 0 || !there)
		return;
	if (desk_load(app->desk, file.path, &err))
		app_push(app, diagnosis_screen_new(app));
	else
		app_complain(app, "%s", err.text);
}

static void
offer_lost(struct app *app)
{
	static const char *const choices[] = { N_("Go on with it"),
		N_("Not now (it stays in the list of cases)"), NULL };
	struct case_file file;
	char text[300], when[32];
	struct tm tm;

	if (!cases_lost(&file))
		return;
	localtime_r(&file.changed, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	snprintf(text, sizeof(text),
	    _("The line was lost at %s, with this case open:\n%s"), when,
	    file.name);
	app_push(app, ask_screen_new(_("Go on?"), text, choices, go_on));
}

/*
 * A recipient on the command line leads to the plan.  Where the sender is
 * given too, nothing is left to ask, and the run begins as `check` does.
 */
static void
begin(struct app *app, const struct settings *s, bool kept)
{
	struct screen *plan;

	app_push(app, start_screen_new(app));
	if (kept) {
		app_push(app, diagnosis_screen_new(app));
		return;
	}
	if (s->bounce != NULL) {
		app->desk->form.story = STORY_BOUNCE;
		app_push(app, bounce_screen_new(app));
		bounce_screen_file(app, s->bounce);
		return;
	}
	if (s->recipients.count == 0) {
		offer_lost(app);
		return;
	}
	app_push(app, questions_screen_new(app));
	if (app->desk->world != NULL) {
		app_push(app, story_screen_new(app));
		return;
	}
	app_draw(app); /* before the network is opened */
	plan = plan_screen_new(app);
	if (plan == NULL)
		return;
	app_push(app, plan);
	if (s->from == NULL)
		return;
	desk_start(app->desk);
	app_push(app, board_screen_new(app));
}

/* What stays in the scroll-back. */
static void
farewell(const struct app *app, const struct desk *desk)
{
	const struct session *s = desk->session;

	if (s != NULL && s->probe_count > 0 && !s->running)
		printf("relaytrace: %s\n", s->diagnosis.headline);
	if (desk->kept_as[0] != '\0')
		printf(_("The case is kept in %s\n"), desk->kept_as);
	if (app->written[0] != '\0')
		printf(_("The report is in %s\n"), app->written);
}

int
wizard_run(const struct settings *settings, const struct credentials *cred,
    struct loop *loop, const struct world *world, const char *kept,
    struct err *err)
{
	struct app app = { 0 };
	struct desk desk;
	bool plain = settings->plain || !tty_usable(err);

	if (!plain && !tty_open(settings, err))
		return fail(err);
	sandbox_enter(!settings->no_sandbox, &(struct sandbox_needs) {
	    .network = true,
	    .listens = world != NULL,
	    .person = true,
	    .reads = { kept, settings->bounce, settings->ca_file,
		settings->cert_file, settings->key_file },
	});
	if (plain)
		return plain_run(settings, cred, loop, world, kept,
		    settings->plain ? NULL : err->text, err);
	app.loop = loop;
	app.desk = &desk;
	desk_init(&desk, &app, settings, world);
	desk.cred = *cred;
	if (kept != NULL && !desk_load(&desk, kept, err)) {
		tty_close();
		desk_clear(&desk);
		return fail(err);
	}
	begin(&app, settings, kept != NULL);
	app_run(&app);
	if (app.lost_terminal)
		desk_keep_lost(&desk);
	tty_close();
	if (!app.lost_terminal)
		farewell(&app, &desk);
	app_clear(&app);
	desk_clear(&desk);
	return 0;
}

static int
run(const struct settings *settings, struct err *err)
{
	struct secret_login login;
	struct loop *loop;
	int status;

	if (!settings->plain && !tty_present(err)) {
		fprintf(stderr,
		    _("relaytrace: %s, so there can be no screens; check and "
		    "explain need no terminal, --plain asks line by line\n"),
		    err->text);
		return USAGE_STATUS;
	}
	/* What may be asked of this machine later; before logins are known. */
	local_helper_start("");
	if (!secret_read(&login, settings, true, err))
		return fail(err);
	loop = loop_new(NULL);
	status = wizard_run(settings, &login.cred, loop, NULL, NULL, err);
	local_helper_end();
	loop_free(loop);
	secret_clear(&login);
	return status;
}

int
wizard_command(int argc, char **argv)
{
	struct settings settings;
	struct err err = { 0 };
	int status;

	settings_init(&settings);
	if (!settings_parse(&settings, COMMAND_WIZARD, argc, argv, &err) ||
	    (!settings.help && (!settings_configure(&settings, &err) ||
		!settings_check(&settings, COMMAND_WIZARD, &err)))) {
		status = fail(&err);
	} else if (settings.help) {
		settings_usage(stdout, COMMAND_WIZARD);
		status = 0;
	} else if (settings.debug != NULL && !log_open(settings.debug, &err)) {
		status = fail(&err);
	} else {
		status = run(&settings, &err);
	}
	settings_clear(&settings);
	log_close();
	return status;
}
