#include "core/report/elsewhere.h"
#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "ui/desk.h"
#include "ui/screen/screens.h"

/* What can be typed by hand: here, and on another machine. */

static void
show(struct app *app, const char *title,
    void (*write)(const struct session *, struct buf *))
{
	struct buf text;

	if (app->desk->session == NULL) {
		app_say(app, "First say what it is about.");
		return;
	}
	buf_init(&text, REPORT_MAX);
	write(app->desk->session, &text);
	app_push(app, text_screen_new(title, buf_str(&text)));
	buf_clear(&text);
}

void
vantage_show(struct app *app)
{
	show(app, _("Elsewhere"), report_elsewhere);
}

void
commands_show(struct app *app)
{
	const struct session *s = app->desk->session;

	show(app, _("Commands"), s != NULL && s->probe_count > 0 ?
		report_commands :
		elsewhere_by_hand);
}
