#include "fake/dns_server.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake/zone.h"
#include "net/dns.h"
#include "net/loop.h"

static void
answer(int fd, struct resolver *resolver, struct loop *loop)
{
	uint8_t in[4096], out[4096];
	struct sockaddr_storage from;
	socklen_t from_len = sizeof(from);
	struct dns_msg question, reply;
	struct dns_query *query;
	struct err err;
	ssize_t n = recvfrom(fd, in, sizeof(in), 0, (struct sockaddr *)&from,
	    &from_len);
	size_t len;

	if (n < 0 || !dns_msg_parse(in, (size_t)n, &question, &err))
		return;
	query = dns_ask(resolver, NULL, question.qname, question.qtype);
	while (!dns_answered(query))
		loop_turn(loop, 0);
	if (dns_answer(query) != NULL) {
		reply = *dns_answer(query);
		reply.id = question.id;
		reply.rd = reply.ra = true;
		if (dns_msg_write(&reply, out, sizeof(out), &len))
			sendto(fd, out, len, 0, (struct sockaddr *)&from,
			    from_len);
	}
	dns_drop(query);
	dns_msg_clear(&question);
}

pid_t
dns_server_start(const char *zone, int *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct loop *loop;
	struct resolver *resolver;
	pid_t server;

	if (bind(fd, (struct sockaddr *)&in, len) != 0 ||
	    getsockname(fd, (struct sockaddr *)&in, &len) != 0)
		return -1;
	*port = ntohs(in.sin_port);
	server = fork();
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		loop = loop_new_virtual();
		resolver = zone_resolver(loop, zone);
		for (;;)
			answer(fd, resolver, loop);
	}
	close(fd);
	return server;
}

void
dns_server_stop(pid_t server)
{
	if (server <= 0)
		return;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
}
