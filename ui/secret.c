#include "ui/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "core/settings.h"
#include "core/text.h"
#include "net/err.h"
#include "net/i18n.h"
#include "net/input.h"
#include "net/mem.h"

#define SECRET_MAX 8192 /* bytes; OAuth tokens are long */

static volatile sig_atomic_t interrupted;

static void
on_signal(int number)
{
	interrupted = number;
}

void
secret_protect_process(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	/*
	 * A handler of core dumps that is a program gets them in spite of
	 * the limit; this also keeps the memory from other programs.
	 */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* The first line of what the descriptor gives; the caller frees it. */
static char *
read_line(int fd, const char *from, struct err *err)
{
	char *line = mem_alloc(SECRET_MAX + 1);
	size_t len = 0;
	ssize_t n = 0;
	int sys = 0;

	/* Byte by byte: what follows the line is not ours to take. */
	while (len < SECRET_MAX) {
		n = read(fd, line + len, 1);
		if (n < 0 && errno == EINTR && !interrupted)
			continue;
		if (n < 0)
			sys = errno;
		if (n <= 0 || line[len] == '\n')
			break;
		len++;
	}
	if (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	if (sys != 0)
		err_sys(err, sys, "%s", from);
	else if (len == SECRET_MAX)
		err_set(err, ERR_INPUT, "%s: the first line is longer than "
					"%d bytes",
		    from, SECRET_MAX - 1);
	else if (len == 0)
		err_set(err, ERR_INPUT, "%s: the first line is empty", from);
	else if (strlen(line) != len)
		err_set(err, ERR_INPUT, "%s: there is a NUL byte in it",
		    from);
	else
		return line;
	mem_wipe(line, SECRET_MAX + 1);
	free(line);
	return NULL;
}

static char *
read_file(const char *option, const char *path, struct err *err)
{
	char shown[120], from[200];
	struct err why = { 0 };
	int fd = input_open(path, &why);
	char *line;

	text_visible_str(path, shown, sizeof(shown));
	snprintf(from, sizeof(from), "%s=%s", option, shown);
	if (fd < 0) {
		err_set(err, ERR_INPUT, "%s: %s", from, why.text);
		return NULL;
	}
	line = read_line(fd, from, err);
	close(fd);
	return line;
}

static char *
read_descriptor(int fd, struct err *err)
{
	char from[40];

	snprintf(from, sizeof(from), "--password-fd=%d", fd);
	if (fcntl(fd, F_GETFD) < 0) {
		err_set(err, ERR_INPUT, "%s: %s", from, strerror(errno));
		return NULL;
	}
	return read_line(fd, from, err);
}

static char *
ask_terminal(const char *user, struct err *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
	const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction old[4], act = { .sa_handler = on_signal };
	struct termios before, quiet;
	char shown[120], *line;
	size_t i;

	if (tty < 0) {
		err_set(err, ERR_INPUT,
		    "--user needs a password: give --password-file, "
		    "--password-fd or --token-file where there is no "
		    "terminal to ask at");
		return NULL;
	}
	dprintf(tty, _("Password of %s: "),
	    text_visible_str(user, shown, sizeof(shown)));
	/* Whatever ends the waiting, the terminal gets its echo back. */
	for (i = 0; i < 4; i++)
		sigaction(signals[i], &act, &old[i]);
	tcgetattr(tty, &before);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	tcsetattr(tty, TCSAFLUSH, &quiet);
	line = read_line(tty, _("the password typed"), err);
	tcsetattr(tty, TCSAFLUSH, &before);
	dprintf(tty, "\n");
	close(tty);
	for (i = 0; i < 4; i++)
		sigaction(signals[i], &old[i], NULL);
	if (interrupted) {
		if (line != NULL)
			mem_wipe(line, strlen(line));
		free(line);
		line = NULL;
		err_set(err, ERR_INPUT, "interrupted at the password");
		raise(interrupted);
	}
	return line;
}

bool
secret_read(struct secret_login *login, const struct settings *settings,
    bool prompt, struct err *err)
{
	const struct settings *s = settings;
	bool good = true;

	memset(login, 0, sizeof(*login));
	if (s->user == NULL)
		return true;
	if (s->token_file != NULL) {
		login->token = read_file("--token-file", s->token_file, err);
		good = login->token != NULL;
	}
	if (good && s->password_file != NULL) {
		login->password = read_file("--password-file",
		    s->password_file, err);
		good = login->password != NULL;
	} else if (good && s->password_fd >= 0) {
		login->password = read_descriptor(s->password_fd, err);
		good = login->password != NULL;
	} else if (good && login->token == NULL && s->cert_file == NULL &&
	    prompt) {
		login->password = ask_terminal(s->user, err);
		good = login->password != NULL;
	}
	if (!good) {
		secret_clear(login);
		return false;
	}
	login->cred = (struct credentials) {
		.user = s->user,
		.password = login->password,
		.token = login->token,
		.certificate = s->cert_file != NULL,
	};
	return true;
}

static void
wipe(char *secret)
{
	if (secret == NULL)
		return;
	mem_wipe(secret, strlen(secret));
	free(secret);
}

void
secret_clear(struct secret_login *login)
{
	wipe(login->password);
	wipe(login->token);
	memset(login, 0, sizeof(*login));
}
