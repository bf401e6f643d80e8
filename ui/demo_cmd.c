#include "ui/demo_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/report/report.h"
#include "core/settings.h"
#include "core/text.h"
#include "core/world/play.h"
#include "core/world/world.h"
#include "core/wrap.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/loop.h"
#include "ui/batch.h"
#include "ui/out.h"
#include "ui/sandbox/sandbox.h"
#include "ui/setup.h"
#include "ui/tty.h"
#include "ui/wizard_cmd.h"

#define USAGE_STATUS 2
#define LIST_BYTES (256u * 1024)
#define WIDTH 76

struct demo_run {
	struct play play;
	struct buf text; /* what is shown or written */
};

static int
fail(const struct err *err)
{
	fprintf(stderr, "relaytrace demo: %s\n", err->text);
	return USAGE_STATUS;
}

/* ---- the list ---- */

static bool
list_demo(const struct demo *demo, struct buf *out, struct err *err)
{
	struct world *world = world_parse(demo->text, demo->size, err);

	if (world == NULL)
		return false;
	buf_printf(out, "%s\n  %s\n", demo->name, _(demo->title));
	wrap_text(out, _(world_story(world)), "    ", "    ", WIDTH);
	buf_putc(out, '\n');
	world_free(world);
	return true;
}

static int
list_all(struct err *err)
{
	struct buf out;
	size_t i;
	bool good = true;

	buf_init(&out, LIST_BYTES);
	buf_puts(&out, _("Situations to learn from. They are played on this "
		       "machine alone: no network\nis needed, and nothing is "
		       "sent anywhere.\n\n"));
	for (i = 0; good && i < demo_count(); i++)
		good = list_demo(demo_nth(i), &out, err);
	buf_printf(&out, _("Play one with: relaytrace demo %s "
			 "--format=text\n"),
	    demo_nth(1)->name);
	if (good)
		out_put(buf_str(&out), out.len);
	buf_clear(&out);
	return good ? 0 : fail(err);
}

/* ---- one of them ---- */

/* The scenario that was probably meant: the longest common beginning. */
static const struct demo *
nearest(const char *name)
{
	const struct demo *best = NULL;
	size_t i, n, most = 2;

	for (i = 0; i < demo_count(); i++) {
		const char *known = demo_nth(i)->name;

		for (n = 0; known[n] != '\0' && known[n] == name[n];)
			n++;
		if (n > most) {
			most = n;
			best = demo_nth(i);
		}
	}
	return best;
}

static const struct demo *
find(const struct settings *settings, struct err *err)
{
	const char *name = settings->recipients.items[0];
	const struct demo *demo = demo_find(name), *meant = nearest(name);
	char shown[80];

	if (demo != NULL && settings->recipients.count == 1)
		return demo;
	text_visible_str(name, shown, sizeof(shown));
	if (demo != NULL)
		err_set(err, ERR_INPUT, "one scenario at a time");
	else if (meant != NULL)
		err_set(err, ERR_INPUT, "there is no scenario %s; %s meant?",
		    shown, meant->name);
	else
		err_set(err, ERR_INPUT, "there is no scenario %s; relaytrace "
					"demo lists them",
		    shown);
	return NULL;
}

static void
make_case(size_t n, struct mail_case *input, void *context)
{
	const struct demo_run *run = context;

	(void)n;
	*input = run->play.input;
}

static bool
take_report(size_t n, const struct buf *report, void *context)
{
	struct demo_run *run = context;

	(void)n;
	buf_add(&run->text, report->bytes, report->len);
	return !run->text.overflow;
}

/* What the demo's own command line says about the report. */
static void
adopt(struct settings *to, const struct settings *from)
{
	to->format = from->format;
	to->mask = from->mask;
	to->color = from->color;
}

static bool
put_out(const struct demo_run *run, const struct settings *settings,
    struct err *err)
{
	const char *text = buf_str(&run->text);

	if (settings->output != NULL)
		return file_write(settings->output, text, run->text.len, 0644,
		    err);
	out_put(text, run->text.len);
	return true;
}

static void
put_introduction(struct demo_run *run, const struct demo *demo)
{
	buf_printf(&run->text, "%s\n\n", _(demo->title));
	wrap_text(&run->text, _(world_story(run->play.world)), "", "", WIDTH);
	buf_putc(&run->text, '\n');
}

static int
report(struct demo_run *run, const struct demo *demo,
    const struct settings *settings, struct err *err)
{
	sandbox_enter(!settings->no_sandbox, &(struct sandbox_needs) {
	    .network = true,
	    .listens = true,
	    .writes = settings->output,
	});
	adopt(&run->play.settings, settings);
	setup_language(settings);
	if (settings->format == FORMAT_TEXT)
		put_introduction(run, demo);
	batch_run(&(struct batch_plan) {
	    .settings = &run->play.settings,
	    .net = &run->play.net,
	    .cred = &run->play.cred,
	    .count = 1,
	    .jobs = 1,
	    .input = make_case,
	    .output = take_report,
	    .context = run,
	});
	return put_out(run, settings, err) ? 0 : fail(err);
}

/* In the wizard's screens: the scenario's case is filled in, not begun. */
static int
show(struct demo_run *run, const struct settings *settings, struct err *err)
{
	struct settings *s = &run->play.settings;
	char *recipient[] = { run->play.input.recipient.text };
	struct settings shown = *s;

	shown.recipients = (struct string_list) { recipient, 1, 1 };
	shown.color = settings->color;
	shown.ascii = settings->ascii;
	shown.mouse = settings->mouse;
	shown.color_blind = settings->color_blind;
	shown.plain = settings->plain;
	shown.no_osc52 = settings->no_osc52;
	shown.no_sandbox = settings->no_sandbox;
	return wizard_run(&shown, &run->play.cred, run->play.net.loop,
	    run->play.world, NULL, err);
}

static int
play(const struct settings *settings, struct err *err)
{
	const struct demo *demo = find(settings, err);
	struct world *world = demo != NULL ?
	    world_parse(demo->text, demo->size, err) : NULL;
	struct loop *loop;
	struct demo_run run;
	struct err no_screen = { 0 };
	int status;

	if (world == NULL)
		return fail(err);
	loop = loop_new(NULL);
	buf_init(&run.text, REPORT_MAX);
	if (play_begin(&run.play, world, loop, err)) {
		status = settings_given(settings, "format") ||
			settings_given(settings, "json") ||
			settings->output != NULL ||
			(!settings->plain && !tty_present(&no_screen)) ?
		    report(&run, demo, settings, err) :
		    show(&run, settings, err);
		play_end(&run.play);
	} else {
		status = fail(err);
	}
	buf_clear(&run.text);
	loop_free(loop);
	return status;
}

int
demo_command(int argc, char **argv)
{
	struct settings settings;
	struct err err = { 0 };
	int status = USAGE_STATUS;

	settings_init(&settings);
	if (!settings_parse(&settings, COMMAND_DEMO, argc, argv, &err)) {
		fail(&err);
	} else if (settings.help) {
		settings_usage(stdout, COMMAND_DEMO);
		status = 0;
	} else if (settings.debug != NULL && !log_open(settings.debug, &err)) {
		fail(&err);
	} else if (settings.recipients.count == 0) {
		status = list_all(&err);
	} else {
		status = play(&settings, &err);
	}
	settings_clear(&settings);
	log_close();
	return status;
}
