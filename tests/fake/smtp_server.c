#include "fake/smtp_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *
reply_to(const char *line)
{
	if (strncasecmp(line, "RCPT TO:<good", 13) == 0)
		return "250 2.1.5 Ok\r\n";
	if (strncasecmp(line, "RCPT", 4) == 0)
		return "550 5.7.1 Relay access denied\r\n";
	if (strncasecmp(line, "QUIT", 4) == 0)
		return "221 2.0.0 Bye\r\n";
	return "250 mail.test\r\n";
}

static void
converse(int fd, int asked)
{
	FILE *in = fdopen(fd, "r");
	char line[1000];

	dprintf(fd, "220 mail.test ESMTP\r\n");
	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		if (strncasecmp(line, "RCPT TO:<slow", 13) != 0)
			dprintf(fd, "%s", reply_to(line));
		else if (write(asked, "", 1) != 1)
			return;
	}
}

static void
serve(int fd, int asked)
{
	int client;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		client = accept(fd, NULL, NULL);
		if (client >= 0 && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			converse(client, asked);
			_exit(0);
		}
		close(client);
	}
}

pid_t
smtp_server_start(int *port, int *asked)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), ends[2];
	pid_t server;

	if (bind(fd, (struct sockaddr *)&in, len) != 0 ||
	    listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &len) != 0 ||
	    pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	*port = ntohs(in.sin_port);
	*asked = ends[0];
	server = fork();
	if (server == 0)
		serve(fd, ends[1]);
	close(fd);
	close(ends[1]);
	return server;
}

void
smtp_server_stop(pid_t server)
{
	if (server <= 0)
		return;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
}
