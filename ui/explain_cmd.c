#include "ui/explain_cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/bounce/explain.h"
#include "core/bounce/log_scan.h"
#include "core/bounce/mime.h"
#include "core/file.h"
#include "core/settings.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "net/input.h"
#include "ui/out.h"
#include "ui/sandbox/sandbox.h"
#include "ui/setup.h"

static bool __attribute__((format(printf, 1, 2)))
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("relaytrace explain: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, _(fmt), ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

/* For names in messages: no byte of them reaches the terminal raw. */
static const char *
shown(const char *name)
{
	static char text[200];

	return text_visible_str(name, text, sizeof(text));
}

static bool
take_arguments(struct settings *s, int argc, char **argv)
{
	struct err err;

	if (!settings_parse(s, COMMAND_EXPLAIN, argc, argv, &err))
		return complain("%s", err.text);
	if (s->help)
		return true;
	if (!settings_configure(s, &err) ||
	    !settings_check(s, COMMAND_EXPLAIN, &err))
		return complain("%s", err.text);
	if (s->format != FORMAT_TEXT && s->format != FORMAT_JSON)
		return complain("--format: only text and json");
	setup_language(s);
	if (s->recipients.count > 1)
		return complain("one FILE, not also %s",
		    shown(s->recipients.items[1]));
	return s->log == NULL || s->recipients.count == 0 ||
	    complain("either a FILE or --log=FILE");
}

/*
 * Reads all that is looked at.  One byte more than the limit tells the
 * reader that there was more.
 */
static bool
read_input(const char *file, struct buf *input)
{
	bool is_file = strcmp(file, "-") != 0;
	struct err why = { 0 };
	int fd = is_file ? input_open(file, &why) : STDIN_FILENO;
	char chunk[65536];
	ssize_t n = 0;

	if (fd < 0)
		return complain("%s: %s", shown(file), why.text);
	if (!is_file && isatty(fd))
		fputs(
		    _("Paste the bounce, the log lines or the reply; end with "
		      "Ctrl-D.\n"),
		    stderr);
	while (!input->overflow) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		buf_add(input, chunk, (size_t)n);
	}
	if (n < 0)
		complain("%s: %s", is_file ? shown(file) : _("standard input"),
		    strerror(errno));
	if (is_file)
		close(fd);
	if (n >= 0 && input->len == 0)
		return complain("%s is empty", is_file ? shown(file) :
		    _("standard input"));
	return n >= 0;
}

/* What is read is open by now: a report is all there is left to make. */
static void
give_up_power(const struct settings *s)
{
	sandbox_enter(!s->no_sandbox,
	    &(struct sandbox_needs) { .writes = s->output });
}

/* Takes and frees the text. */
static bool
put_output(const struct settings *s, char *text)
{
	size_t n = strlen(text);
	struct err err;
	bool done = true;

	if (s->output != NULL)
		done = file_write(s->output, text, n, 0644, &err) ||
		    complain("%s", err.text);
	else
		done = out_put(text, n);
	free(text);
	return done;
}

static int
explain_file(const struct settings *s)
{
	struct explanation explanation;
	struct buf input;
	int status = 2;

	buf_init(&input, MIME_INPUT_MAX + 1);
	if (read_input(s->recipients.count > 0 ? s->recipients.items[0] :
	    "-", &input)) {
		give_up_power(s);
		explain_read(&explanation, buf_str(&input), input.len);
		if (explanation.unreadable != NULL)
			complain("this is %s", _(explanation.unreadable));
		else if (put_output(s, s->format == FORMAT_JSON ?
		    explain_json(&explanation) : explain_text(&explanation)))
			status = explanation.kind == EXPLAIN_UNKNOWN ? 1 : 0;
		explain_clear(&explanation);
	}
	buf_clear(&input);
	return status;
}

#define STEP ((size_t)4 << 20) /* bytes read between two looks at the time */

static volatile sig_atomic_t came; /* the signal that asked to stop */

static void
on_signal(int number)
{
	came = number;
}

/* The first one asks for what was read so far, the second one ends us. */
static void
catch_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal,
		.sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

#define BAR 24 /* columns of the progress bar */

/* One line that is written over again, at most five times a second. */
static void
show_progress(const struct log_scan *scan, bool last)
{
	static struct timespec shown_at;
	struct timespec now;
	double part = log_scan_progress(scan);
	char bar[BAR + 1];
	int i;
	long ms;

	if (!isatty(STDERR_FILENO))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - shown_at.tv_sec) * 1000 +
	    (now.tv_nsec - shown_at.tv_nsec) / 1000000;
	if (!last && ms < 200)
		return;
	shown_at = now;
	if (last) {
		fputs("\r\033[K", stderr);
		return;
	}
	for (i = 0; i < BAR; i++)
		bar[i] = part >= 0 && i < part * BAR ? '#' : '.';
	bar[BAR] = '\0';
	fputc('\r', stderr);
	if (part >= 0)
		fprintf(stderr, "[%s] %3.0f %%, ", bar, 100 * part);
	fprintf(stderr, _("%llu MB, %llu lines, %llu refusals"),
	    log_scan_bytes(scan) >> 20, log_scan_lines(scan),
	    log_scan_refusals(scan));
	fputs("\033[K", stderr);
	fflush(stderr);
}

static int
explain_log(const struct settings *s)
{
	struct err err;
	struct log_scan *scan = log_scan_open(s->log, &err);
	int status = 2;

	if (scan == NULL) {
		complain("--log=%s: %s", shown(s->log), err.text);
		return 2;
	}
	give_up_power(s);
	catch_signals();
	while (came == 0 && log_scan_step(scan, STEP))
		show_progress(scan, false);
	show_progress(scan, true);
	if (came != 0)
		complain("--log=%s: interrupted after %llu lines; the "
			 "groups are of these", shown(s->log),
		    log_scan_lines(scan));
	/* What was read of a damaged file is shown all the same. */
	if (log_scan_failed(scan, &err))
		complain("--log=%s: %s after %llu lines", shown(s->log),
		    err.text, log_scan_lines(scan));
	if (log_scan_lines(scan) == 0)
		complain("--log=%s: nothing in it", shown(s->log));
	else if (put_output(s, s->format == FORMAT_JSON ? log_scan_json(scan) :
	    log_scan_text(scan)) && !log_scan_failed(scan, &err))
		status = log_scan_refusals(scan) == 0 ? 1 : 0;
	if (came != 0)
		status = 128 + came;
	log_scan_free(scan);
	return status;
}

int
explain_command(int argc, char **argv)
{
	struct settings s;
	int status = 2;

	settings_init(&s);
	if (take_arguments(&s, argc, argv)) {
		if (s.help) {
			settings_usage(stdout, COMMAND_EXPLAIN);
			status = 0;
		} else {
			status = s.log != NULL ? explain_log(&s) :
			    explain_file(&s);
		}
	}
	settings_clear(&s);
	return status;
}
