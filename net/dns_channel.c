#include "net/dns_channel.h"

#include <ares.h>
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "net/addr.h"
#include "net/loop.h"
#include "net/mem.h"

/* Long enough never to matter: the library counts real time. */
#define LIBRARY_TIMEOUT_MS 600000
/* As many as there are slots: what a burst needed, the next one will. */
#define IDLE_MAX 240

struct dns_channel {
	ares_channel library;
	bool tcp, edns;
	struct loop *loop;
	struct addr server;
	struct watch watch; /* the one socket */
	int sys;
	bool closed;
	bool answered;
	dns_channel_answer *on_answer; /* NULL: nobody waits */
	void *arg;
	struct dns_channel *next; /* idle */
};

/*
 * Our own socket calls: to know errno (the library says "could not contact
 * DNS servers" for everything) and to reach link-local servers (its
 * addresses have no zone).
 */
static ares_socket_t
open_socket(int domain, int type, int protocol, void *arg)
{
	struct dns_channel *c = arg;
	int fd = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		c->sys = errno;
	return fd;
}

static int
close_socket(ares_socket_t fd, void *arg)
{
	(void)arg;
	return close(fd);
}

static int
connect_socket(ares_socket_t fd, const struct sockaddr *sa, ares_socklen_t n,
    void *arg)
{
	struct dns_channel *c = arg;
	struct sockaddr_storage ss;
	int result;

	(void)sa;
	(void)n;
	result = connect(fd, (struct sockaddr *)&ss,
	    addr_to_sockaddr(&c->server, &ss));
	if (result < 0 && errno != EINPROGRESS)
		c->sys = errno;
	return result;
}

static ares_ssize_t
receive(ares_socket_t fd, void *bytes, size_t n, int flags,
    struct sockaddr *from, ares_socklen_t *fromlen, void *arg)
{
	struct dns_channel *c = arg;
	ares_ssize_t got = recvfrom(fd, bytes, n, flags, from, fromlen);

	if (got < 0 && errno != EAGAIN && errno != EINTR)
		c->sys = errno;
	c->closed = got == 0 && c->tcp;
	return got;
}

static ares_ssize_t
send_vector(ares_socket_t fd, const struct iovec *iov, int count, void *arg)
{
	struct dns_channel *c = arg;
	struct msghdr msg = { .msg_iov = (struct iovec *)(uintptr_t)iov,
		.msg_iovlen = (size_t)count };
	ares_ssize_t put = sendmsg(fd, &msg, MSG_NOSIGNAL);

	if (put < 0 && errno != EAGAIN && errno != EINTR)
		c->sys = errno;
	return put;
}

static const struct ares_socket_functions socket_calls = {
	open_socket,
	close_socket,
	connect_socket,
	receive,
	send_vector,
};

static void
on_result(void *arg, int status, int timeouts, unsigned char *bytes, int len)
{
	struct dns_channel *c = arg;

	(void)timeouts;
	if (c->on_answer == NULL)
		return;
	c->answered = status == ARES_SUCCESS && len > 0;
	if (c->answered)
		c->on_answer(c->arg, bytes, (size_t)len, NULL);
	else
		c->on_answer(c->arg, NULL, 0, ares_strerror(status));
}

static void
on_socket(struct watch *watch, short revents)
{
	struct dns_channel *c = container_of(watch, struct dns_channel,
	    watch);
	const short trouble = POLLERR | POLLHUP | POLLNVAL;
	ares_socket_t in = ARES_SOCKET_BAD, out = ARES_SOCKET_BAD;

	if ((revents & (POLLIN | trouble)) != 0)
		in = watch->fd;
	if ((revents & POLLOUT) != 0)
		out = watch->fd;
	ares_process_fd(c->library, in, out);
}

static void
on_socket_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns_channel *c = arg;
	short events = (short)((readable ? POLLIN : 0) |
	    (writable ? POLLOUT : 0));

	if (events == 0) {
		watch_stop(&c->watch);
	} else if (c->watch.loop == NULL) {
		watch_start(&c->watch, c->loop, fd, events, on_socket);
	} else {
		assert(c->watch.fd == fd);
		watch_events(&c->watch, events);
	}
}

/*
 * Everything the library would look up in files or the environment is
 * given, so that it looks nowhere.
 */
static int
open_library(struct dns_channel *c)
{
	struct in_addr nowhere = { htonl(INADDR_LOOPBACK) };
	struct ares_options options = {
		.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH |
		    ARES_FLAG_NOALIASES | ARES_FLAG_IGNTC,
		.timeout = LIBRARY_TIMEOUT_MS,
		.tries = 1,
		.ndots = 1,
		.servers = &nowhere,
		.nservers = 1,
		.lookups = (char[]) { "b" },
		/* Larger than we say: an answer is not to be cut for us. */
		.ednspsz = 4096,
		.sock_state_cb = on_socket_state,
		.sock_state_cb_data = c,
	};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
	    ARES_OPT_NDOTS | ARES_OPT_SERVERS | ARES_OPT_DOMAINS |
	    ARES_OPT_LOOKUPS | ARES_OPT_SORTLIST | ARES_OPT_EDNSPSZ |
	    ARES_OPT_NOROTATE | ARES_OPT_SOCK_STATE_CB;
	int status;

#ifdef ARES_OPT_QUERY_CACHE
	mask |= ARES_OPT_QUERY_CACHE; /* kept for 0 s: every answer is new */
#endif
	if (c->tcp)
		options.flags |= ARES_FLAG_USEVC;
	if (c->edns)
		options.flags |= ARES_FLAG_EDNS;
	status = ares_init_options(&c->library, &options, mask);
	if (status == ARES_SUCCESS)
		ares_set_socket_functions(c->library, &socket_calls, c);
	else
		c->library = NULL;
	return status;
}

static int
set_server(struct dns_channel *c)
{
	struct ares_addr_port_node node = {
		.family = c->server.family,
		.udp_port = c->server.port,
		.tcp_port = c->server.port,
	};

	memcpy(&node.addr, c->server.bytes, sizeof(node.addr));
	return ares_set_servers_ports(c->library, &node);
}

static struct dns_channel *
take_idle(struct dns_channels *channels, bool tcp, bool edns)
{
	struct dns_channel **at = &channels->idle, *c;

	while (*at != NULL && ((*at)->tcp != tcp || (*at)->edns != edns))
		at = &(*at)->next;
	c = *at;
	if (c != NULL) {
		*at = c->next;
		channels->count--;
	}
	return c;
}

static void
destroy(struct dns_channel *c)
{
	c->on_answer = NULL; /* the library tells once more */
	if (c->library != NULL)
		ares_destroy(c->library);
	watch_stop(&c->watch);
	free(c);
}

struct dns_channel *
dns_channel_take(struct dns_channels *channels, struct loop *loop,
    const struct addr *server, bool tcp, bool edns, const char **why)
{
	struct dns_channel *c = take_idle(channels, tcp, edns);
	int status = ARES_SUCCESS;

	if (c == NULL) {
		c = mem_alloc(sizeof(*c));
		c->tcp = tcp;
		c->edns = edns;
		status = open_library(c);
	}
	c->loop = loop;
	c->server = *server;
	if (status == ARES_SUCCESS)
		status = set_server(c);
	if (status == ARES_SUCCESS)
		return c;
	*why = ares_strerror(status);
	destroy(c);
	return NULL;
}

void
dns_channel_send(struct dns_channel *c, const uint8_t *query, size_t len,
    dns_channel_answer *on_answer, void *arg)
{
	c->sys = 0;
	c->closed = false;
	c->answered = false;
	c->on_answer = on_answer;
	c->arg = arg;
	ares_send(c->library, query, (int)len, on_result, c);
}

int
dns_channel_errno(const struct dns_channel *c)
{
	return c->sys;
}

bool
dns_channel_closed(const struct dns_channel *c)
{
	return c->closed;
}

void
dns_channel_give(struct dns_channels *channels, struct dns_channel *c)
{
	bool idle = c->answered && c->watch.loop == NULL;

	c->on_answer = NULL;
	if (!idle || channels->count >= IDLE_MAX) {
		destroy(c);
		return;
	}
	c->next = channels->idle;
	channels->idle = c;
	channels->count++;
}

void
dns_channels_free(struct dns_channels *channels)
{
	struct dns_channel *c;

	while ((c = channels->idle) != NULL) {
		channels->idle = c->next;
		destroy(c);
	}
	channels->count = 0;
}
