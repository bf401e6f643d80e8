#include "ui/open_cmd.h"

#include <stdio.h>

#include "core/file.h"
#include "core/local/helper.h"
#include "core/report/load.h"
#include "core/report/report.h"
#include "core/session.h"
#include "core/settings.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/loop.h"
#include "net/sasl.h"
#include "ui/out.h"
#include "ui/sandbox/sandbox.h"
#include "ui/setup.h"
#include "ui/tty.h"
#include "ui/wizard_cmd.h"

#define USAGE_STATUS 2

static bool
write_report(const struct settings *settings, const struct session *session,
    struct err *err)
{
	struct buf report;
	bool good;

	buf_init(&report, REPORT_MAX);
	good = report_render(session, settings->format, settings->mask,
	    &report, err);
	if (good && settings->output != NULL)
		good = file_write(settings->output, buf_str(&report),
		    report.len, 0644, err);
	else if (good)
		out_put(buf_str(&report), report.len);
	buf_clear(&report);
	return good;
}

/* On a terminal, with no report asked for, the wizard's screens show it. */
static bool
wanted_on_screen(const struct settings *settings)
{
	struct err ignored;

	return !settings_given(settings, "format") &&
	    !settings_given(settings, "json") && settings->output == NULL &&
	    !settings->mask && (settings->plain || tty_present(&ignored));
}

static int
show(const struct settings *settings, const char *path, struct err *err)
{
	static const struct credentials none;
	struct loop *loop;
	int status;

	local_helper_start(""); /* before anything is read */
	loop = loop_new(NULL);
	status = wizard_run(settings, &none, loop, NULL, path, err);
	local_helper_end();
	loop_free(loop);
	return status;
}

static bool
report_case(const struct settings *settings, int *status, struct err *err)
{
	struct session session;
	bool good;

	setup_language(settings);
	sandbox_enter(!settings->no_sandbox, &(struct sandbox_needs) {
	    .reads = { settings->recipients.items[0] },
	    .writes = settings->output,
	});
	if (!report_load(settings->recipients.items[0], &session, err))
		return false;
	*status = session_exit_status(&session);
	good = write_report(settings, &session, err);
	report_unload(&session);
	return good;
}

static bool
open_case(const struct settings *settings, int *status, struct err *err)
{
	if (settings->recipients.count != 1)
		return err_set(err, ERR_INPUT, "one FILE is needed");
	if (!wanted_on_screen(settings))
		return report_case(settings, status, err);
	*status = show(settings, settings->recipients.items[0], err);
	return true; /* it has said itself what is wrong */
}

int
open_command(int argc, char **argv)
{
	struct settings settings;
	struct err err = { 0 };
	int status = USAGE_STATUS;

	settings_init(&settings);
	if (!settings_parse(&settings, COMMAND_OPEN, argc, argv, &err)) {
		fprintf(stderr, "relaytrace open: %s\n", err.text);
	} else if (settings.help) {
		settings_usage(stdout, COMMAND_OPEN);
		status = 0;
	} else if (!settings_configure(&settings, &err) ||
	    !open_case(&settings, &status, &err)) {
		fprintf(stderr, "relaytrace open: %s\n", err.text);
		status = USAGE_STATUS;
	}
	settings_clear(&settings);
	return status;
}
