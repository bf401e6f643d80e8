#include <stdio.h>

#include "core/plan.h"
#include "core/session.h"
#include "net/i18n.h"
#include "ui/desk.h"
#include "ui/screen/screens.h"

/* The way from a result to the same test once more. */

void
again_begin(struct app *app)
{
	struct desk *desk = app->desk;

	if (desk->session == NULL || (!desk->session_loaded &&
		desk->session->probe_count == 0)) {
		app_say(app, "There is nothing to compare with yet: "
			     "first test once.");
	} else if (desk_running(desk)) {
		app_say(app, "The probes still run.");
	} else if (!desk->session_loaded) {
		desk_again(desk);
		if (desk_running(desk) && app->top->ops != &compare_ops)
			app_push(app, compare_screen_new(app));
	} else if (app->top->ops == &plan_ops) {
		app_say(app, "This is the plan; Start tests it again.");
	} else if (desk_wants_password(desk)) {
		app_push(app, prompt_screen_new(app, PROMPT_PASSWORD));
	} else {
		app_push(app, plan_screen_again(app));
	}
}

void
again_password(struct app *app, const char *text)
{
	struct desk *desk = app->desk;

	if (!desk->session_loaded)
		return;
	if (text[0] == '\0') {
		plan_switch(&desk->session->plan, EXP_LOGIN, false);
		app_say(app, "No password: it is tested without the login.");
	}
	snprintf(desk->form.text[Q_PASSWORD], FORM_TEXT, "%s", text);
	app_push(app, plan_screen_again(app));
}
