#include "ui/check_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/bounce/explain.h"
#include "core/bounce/mime.h"
#include "core/file.h"
#include "core/local/helper.h"
#include "core/mail_case.h"
#include "core/plan.h"
#include "core/report/report.h"
#include "core/settings.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/err.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/loop.h"
#include "net/mem.h"
#include "ui/batch.h"
#include "ui/out.h"
#include "ui/sandbox/sandbox.h"
#include "ui/secret.h"
#include "ui/setup.h"

#define USAGE_STATUS 2
#define RUN_TIMEOUT_S 60
#define PATIENCE_S 30
#define JOBS 10
#define LIST_MAX (64u * 1024 * 1024) /* bytes of --from-file */
#define PLAN_MAX (1024u * 1024)

struct check {
	struct settings settings;
	struct explanation bounce; /* of --bounce */
	char *list;                /* --from-file, lines cut apart */
	char **recipients;         /* into the settings, the list or nothing */
	size_t count, cap;
	struct file_writer writer; /* of --output */
	bool written;              /* to it, or to standard output */
	struct err output_err;
};

static bool
fail(const struct err *err)
{
	fprintf(stderr, "relaytrace check: %s\n", err->text);
	return false;
}

static void
add_recipient(struct check *c, char *recipient)
{
	c->recipients = mem_grow(c->recipients, c->count, &c->cap,
	    sizeof(*c->recipients));
	c->recipients[c->count++] = recipient;
}

/* ---- where the recipients come from ---- */

static void
number_line(struct err *err, const char *file, size_t line)
{
	char shown[80], what[sizeof(err->text)];

	memcpy(what, err->text, sizeof(what));
	err_set(err, ERR_INPUT, "%s line %zu: %.150s",
	    text_visible_str(file, shown, sizeof(shown)), line, what);
}

/* One recipient a line; all of them are looked at before any is asked. */
static bool
read_list(struct check *c, struct err *err)
{
	const char *file = c->settings.from_file;
	struct mail_case *input = mem_alloc(sizeof(*input));
	char *line, *rest;
	struct buf all;
	size_t number = 0;
	bool good;

	buf_init(&all, LIST_MAX);
	good = file_read(file, &all, err);
	if (good && memchr(all.bytes != NULL ? all.bytes : "", '\0',
		all.len) != NULL)
		good = err_set(err, ERR_INPUT,
		    "--from-file: there are NUL bytes in it; it is no text");
	c->list = mem_strdup(good ? buf_str(&all) : "");
	buf_clear(&all);
	for (line = c->list; good && line != NULL; line = rest) {
		rest = strchr(line, '\n');
		if (rest != NULL)
			*rest++ = '\0';
		number++;
		line = text_trim(line);
		if (*line == '\0' || *line == '#')
			continue;
		good = mail_case_make(input, &c->settings, line, err);
		if (good)
			add_recipient(c, line);
		else
			number_line(err, file, number);
	}
	free(input);
	if (good && c->count == 0)
		return err_set(err, ERR_INPUT,
		    "--from-file: there is no recipient in it");
	return good;
}

static bool
read_bounce(struct check *c, struct err *err)
{
	struct mail_case *input = mem_alloc(sizeof(*input));
	const char *named = c->settings.recipients.count > 0 ?
	    c->settings.recipients.items[0] : NULL;
	struct explanation *x = &c->bounce;
	struct buf all;
	size_t i, kept = 0;
	bool good;

	buf_init(&all, MIME_INPUT_MAX);
	good = file_read(c->settings.bounce, &all, err);
	if (good)
		explain_read(x, buf_str(&all), all.len);
	buf_clear(&all);
	/* A recipient on the command line names which of them is meant. */
	for (i = 0; good && i < x->count; i++) {
		struct explain_entry *entry = &x->entries[i];

		if (named != NULL && (x->count == 1 ||
			entry->recipient[0] == '\0'))
			snprintf(entry->recipient, sizeof(entry->recipient),
			    "%s", named);
		if (entry->recipient[0] == '\0' ||
		    (named != NULL && strcasecmp(named, entry->recipient) != 0))
			continue;
		good = mail_case_from_entry(input, &c->settings, entry, err);
		if (kept != i)
			x->entries[kept] = *entry;
		kept++;
	}
	if (good)
		x->count = kept;
	free(input);
	if (good && kept == 0)
		return err_set(err, ERR_INPUT, "--bounce: %s",
		    x->kind == EXPLAIN_UNKNOWN ?
			_("that is no bounce, log line or reply") :
			_("no recipient is named in it; give one beside it"));
	return good;
}

static bool
find_recipients(struct check *c, struct err *err)
{
	struct settings *s = &c->settings;
	struct mail_case *input;
	size_t i;
	bool good = true;

	if (s->bounce != NULL)
		return read_bounce(c, err);
	if (s->from_file != NULL)
		return read_list(c, err);
	input = mem_alloc(sizeof(*input));
	for (i = 0; good && i < s->recipients.count; i++) {
		good = mail_case_make(input, s, s->recipients.items[i], err);
		add_recipient(c, s->recipients.items[i]);
	}
	free(input);
	return good;
}

static size_t
count_cases(const struct check *c)
{
	return c->settings.bounce != NULL ? c->bounce.count : c->count;
}

/* What was good when it was looked at is good now. */
static void
make_case(size_t n, struct mail_case *input, void *context)
{
	const struct check *c = context;
	struct err err;

	if (c->settings.bounce != NULL)
		mail_case_from_entry(input, &c->settings,
		    &c->bounce.entries[n], &err);
	else
		mail_case_make(input, &c->settings, c->recipients[n], &err);
}

/* ---- what comes out ---- */

static bool
take_report(size_t n, const struct buf *report, void *context)
{
	struct check *c = context;
	bool apart = n > 0 && c->settings.format != FORMAT_JSON;

	c->written = true;
	if (c->settings.output == NULL)
		/* Whoever reads along sees each as soon as it is there. */
		return out_put("\n", apart) &&
		    out_put(report->bytes, report->len);
	return file_put(&c->writer, "\n", apart, &c->output_err) &&
	    file_put(&c->writer, report->bytes, report->len, &c->output_err);
}

/* A place that cannot be written is told before anything is asked. */
static bool
begin_output(struct check *c, struct err *err)
{
	return c->settings.output == NULL ||
	    file_begin(&c->writer, c->settings.output, 0644, err);
}

/* The old file stays unless all went well; returns the exit status. */
static int
end_output(struct check *c, int status)
{
	struct err *err = &c->output_err;

	if (c->writer.fd < 0)
		return status;
	if (err->text[0] != '\0' || !c->written)
		file_abandon(&c->writer);
	else if (file_commit(&c->writer, err))
		return status;
	if (err->text[0] != '\0')
		fail(err);
	return USAGE_STATUS;
}

static int
print_plans(struct check *c)
{
	struct mail_case *input = mem_alloc(sizeof(*input));
	bool json = c->settings.format == FORMAT_JSON, good = true;
	struct plan plan;
	struct buf text;
	size_t i;

	for (i = 0; good && i < count_cases(c); i++) {
		make_case(i, input, c);
		plan_make(&plan, input, &c->settings);
		buf_init(&text, PLAN_MAX);
		if (json)
			plan_json(&plan, input, &c->settings, &text);
		else
			plan_text(&plan, input, &c->settings, &text);
		good = take_report(i, &text, c);
		buf_clear(&text);
	}
	free(input);
	return 0;
}

static int
probe_all(struct check *c, struct err *err)
{
	struct loop *loop = loop_new(NULL);
	struct secret_login login;
	struct setup setup;
	int status = USAGE_STATUS;

	if (c->settings.local_look)
		local_helper_start(""); /* before logins are known */
	if (!secret_read(&login, &c->settings, true, err)) {
		fail(err);
	} else if (!setup_open(&setup, &c->settings, loop, NULL, err)) {
		fail(err);
		secret_clear(&login);
	} else {
		sandbox_enter(!c->settings.no_sandbox,
		    &(struct sandbox_needs) {
		    .network = true,
		    .writes = c->writer.target,
		});
		status = batch_run(&(struct batch_plan) {
		    .settings = &c->settings,
		    .net = &setup.net,
		    .cred = &login.cred,
		    .count = count_cases(c),
		    .jobs = c->settings.jobs > 0 ? c->settings.jobs : JOBS,
		    .input = make_case,
		    .output = take_report,
		    .context = c,
		    .progress = count_cases(c) > 1 && isatty(STDERR_FILENO) &&
			(c->settings.output != NULL || !isatty(STDOUT_FILENO)),
		    .wait = isatty(STDERR_FILENO) ? SHOW_WAIT_COUNTDOWN :
			c->settings.format == FORMAT_TEXT ? SHOW_WAIT_ONCE :
							    SHOW_WAIT_NOT,
		});
		setup_clear(&setup);
		secret_clear(&login);
	}
	local_helper_end();
	loop_free(loop);
	return status;
}

static bool
prepare(struct check *c, int argc, char **argv, struct err *err)
{
	struct settings *s = &c->settings;

	if (!settings_parse(s, COMMAND_CHECK, argc, argv, err))
		return false;
	if (s->help)
		return true;
	if (!settings_configure(s, err) ||
	    !settings_check(s, COMMAND_CHECK, err) ||
	    !find_recipients(c, err))
		return false;
	if (s->from_file != NULL && !settings_given(s, "format") &&
	    !settings_given(s, "json"))
		s->format = FORMAT_JSON;
	setup_language(s);
	if (s->timeout_s == 0)
		s->timeout_s = RUN_TIMEOUT_S;
	if (s->patience_s == 0)
		s->patience_s = PATIENCE_S;
	return s->debug == NULL || log_open(s->debug, err);
}

static void
clear(struct check *c)
{
	free(c->recipients);
	free(c->list);
	explain_clear(&c->bounce);
	settings_clear(&c->settings);
	log_close();
}

int
check_command(int argc, char **argv)
{
	struct check c = { .writer.fd = -1 };
	struct err err = { 0 };
	int status = USAGE_STATUS;

	settings_init(&c.settings);
	if (!prepare(&c, argc, argv, &err)) {
		fail(&err);
	} else if (c.settings.help) {
		settings_usage(stdout, COMMAND_CHECK);
		status = 0;
	} else if (!begin_output(&c, &err)) {
		fail(&err);
	} else {
		status = c.settings.dry_run ? print_plans(&c) :
					      probe_all(&c, &err);
		status = end_output(&c, status);
	}
	clear(&c);
	return status;
}
