#include "ui/explain_cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/bounce/explain.h"
#include "core/bounce/mime.h"
#include "core/text.h"
#include "net/buf.h"

struct options {
	bool json;
	const char *log, *output, *file;
};

static bool __attribute__((format(printf, 1, 2)))
complain(const char *fmt, ...)
{
	va_list ap;

	fputs("relaytrace explain: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return false;
}

static const char *
shown(const char *arg)
{
	static char text[200];

	return text_visible_str(arg, text, sizeof(text));
}

static bool
take_option(int letter, const char *arg, struct options *o)
{
	switch (letter) {
	case 'l':
		o->log = arg;
		return true;
	case 'o':
		o->output = arg;
		return true;
	case 'j':
		o->json = true;
		return true;
	case 'f':
		o->json = strcmp(arg, "json") == 0;
		return o->json || strcmp(arg, "text") == 0 ||
		    complain("--format=%s: text or json", shown(arg));
	default: /* getopt has said what is wrong */
		return false;
	}
}

static bool
take_arguments(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "log", required_argument, NULL, 'l' },
		{ "json", no_argument, NULL, 'j' },
		{ "format", required_argument, NULL, 'f' },
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	int letter;

	optind = 0;
	while ((letter = getopt_long(argc, argv, "o:", longs, NULL)) != -1)
		if (!take_option(letter, optarg, o))
			return false;
	if (optind < argc)
		o->file = argv[optind++];
	return optind == argc || complain("one FILE, not also %s",
	    shown(argv[optind]));
}

/*
 * Reads all that is looked at.  One byte more than the limit tells the
 * reader that there was more.
 */
static bool
read_input(const char *file, struct buf *input)
{
	bool is_file = file != NULL && strcmp(file, "-") != 0;
	int fd = is_file ? open(file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	char chunk[65536];
	ssize_t n = 0;

	if (fd < 0)
		return complain("%s: %s", shown(file), strerror(errno));
	if (!is_file && isatty(fd))
		fputs("Paste the bounce, the log lines or the reply; end with "
		    "Ctrl-D.\n", stderr);
	while (!input->overflow) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		buf_add(input, chunk, (size_t)n);
	}
	if (n < 0)
		complain("%s: %s", is_file ? shown(file) : "standard input",
		    strerror(errno));
	if (is_file)
		close(fd);
	if (n >= 0 && input->len == 0)
		return complain("%s is empty", is_file ? shown(file) :
		    "standard input");
	return n >= 0;
}

static bool
put_output(const struct options *o, const char *text)
{
	(void)o;
	fputs(text, stdout);
	return fflush(stdout) == 0 || complain("%s", strerror(errno));
}

static int
explain_file(const struct options *o)
{
	struct explanation explanation;
	struct buf input;
	char *text;
	bool done;
	int status = 2;

	buf_init(&input, MIME_INPUT_MAX + 1);
	if (read_input(o->file, &input)) {
		explain_read(&explanation, buf_str(&input), input.len);
		text = o->json ? explain_json(&explanation) :
		    explain_text(&explanation);
		done = put_output(o, text) &&
		    (!o->json || put_output(o, "\n"));
		status = !done ? 2 :
		    explanation.kind == EXPLAIN_UNKNOWN ? 1 : 0;
		free(text);
		explain_clear(&explanation);
	}
	buf_clear(&input);
	return status;
}

int
explain_command(int argc, char **argv)
{
	struct options o = { 0 };

	if (!take_arguments(argc, argv, &o))
		return 2;
	return explain_file(&o);
}
