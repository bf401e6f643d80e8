#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"
#include "ui/desk.h"
#include "ui/screen/screens.h"

/* A report: for whom?  It is shown first and written by `w`. */

static const char *const choices[] = { "the ticket / a colleague (plain text)",
	"whoever must act (short message)", "a program (JSON)",
	"commands that ask the same by hand", NULL };

static void
chosen(struct app *app, size_t choice)
{
	static const enum format formats[] = { FORMAT_TEXT, FORMAT_MESSAGE,
		FORMAT_JSON, FORMAT_COMMANDS };
	struct buf text;

	buf_init(&text, REPORT_MAX);
	report_render(app->desk->session, formats[choice], false, &text);
	app_push(app, text_screen_new("Export", buf_str(&text)));
	buf_clear(&text);
}

struct screen *
export_screen_new(struct app *app)
{
	(void)app;
	return ask_screen_new("For whom?",
	    "Passwords and login data are always left out. The text is "
	    "shown; w writes it to a file, y copies it.",
	    choices, chosen);
}
