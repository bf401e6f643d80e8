#include <stdio.h>

#include "core/plan.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "ui/desk.h"
#include "ui/screen/screens.h"

/*
 * An experiment that was left out, run from where it is missed.  A saved
 * case has no network behind it: then the plan of the whole comes with it.
 */

static void
run(struct app *app, enum experiment_id id)
{
	struct desk *desk = app->desk;
	bool under_way = desk_running(desk);

	if (desk->session_loaded) {
		plan_switch(&desk->session->plan, id, true);
		again_begin(app);
		return;
	} else if (!session_run_experiment(desk->session, id)) {
		app_say(app, "Not possible here: %s.",
		    desk->session->plan.rows[id].detail);
		return;
	}
	desk->was_running = true;
	app_say(app, under_way ? _("Switched on; it comes as soon as what runs "
				 "has ended: %s.") :
				 _("Switched on; it runs now: %s."),
	    experiment_title(id));
}

bool
experiment_asks(enum experiment_id id)
{
	return experiment_grade(id) == GRADE_DISCLOSES ||
	    experiment_grade(id) == GRADE_COMMANDS;
}

static void
warn_of_commands(const struct session *session, char *out, size_t size)
{
	struct buf lines;

	buf_init(&lines, size);
	plan_commands(&session->input, session->settings, &lines);
	snprintf(out, size, _("%s\n\nIf this machine is one of the "
	    "servers asked, these commands are run on it; they only "
	    "read:\n%s"),
	    experiment_title(EXP_LOCAL), buf_str(&lines));
	buf_clear(&lines);
}

void
experiment_warning(const struct session *session, enum experiment_id id,
    char *out, size_t size)
{
	if (id == EXP_LOCAL)
		warn_of_commands(session, out, size);
	else if (id == EXP_SEND)
		snprintf(out, size,
		    _("%s\n\nIt settles %s. A message is really delivered to "
		    "%.200s, if a server takes it, and cannot be called back."),
		    experiment_title(id), experiment_why(id),
		    session->input.recipient.text);
	else
		snprintf(out, size,
		    _("%s\n\nIt settles %s. It tells somebody else that you "
		      "are asking, or may count against you."),
		    experiment_title(id), experiment_why(id));
}

static void
answered(struct app *app, size_t choice)
{
	if (choice == 0)
		run(app, app->desk->asked);
}

void
experiment_run(struct app *app, enum experiment_id id)
{
	static const char *const choices[] = { N_("Switch it on and run it"),
		N_("Leave it off"), NULL };
	struct desk *desk = app->desk;
	char text[EXPERIMENT_WARNING_MAX];

	if (desk->session == NULL || !desk->session->plan.rows[id].possible) {
		app_say(app, "Not possible here: %s.", desk->session != NULL ?
			desk->session->plan.rows[id].detail :
			_("nothing has been asked yet"));
		return;
	}
	if (!experiment_asks(id)) {
		run(app, id);
		return;
	}
	desk->asked = id;
	experiment_warning(desk->session, id, text, sizeof(text));
	app_push(app, ask_screen_new(_("Are you sure?"), text, choices,
	    answered));
}
