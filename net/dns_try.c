#include "net/dns_try.h"

#include <ares.h>
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <unistd.h>

#include "net/dial.h"
#include "net/dns_msg.h"
#include "net/log.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"

#define QUERY_MAX (12 + 255 + 4 + 11)
/* Long enough never to matter: the library counts real time. */
#define LIBRARY_TIMEOUT_MS 600000

struct dns_try {
	struct loop *loop;
	struct task *waiter;
	struct dns_try_plan plan; /* its name is not kept */
	struct addr to;           /* where the packets really go */
	ares_channel channel;     /* NULL: nothing is sent */
	struct watch watch;       /* the one socket of the channel */
	bool done, closing;
	int sys;      /* errno of the last failed call on the socket */
	bool closed;  /* the peer closed the TCP connection */
	uint8_t *answer;
	size_t len;
	struct err err;
};

/*
 * Our own socket calls: to know errno (the library says "could not contact
 * DNS servers" for everything) and to reach link-local servers (its
 * addresses have no zone).
 */
static ares_socket_t
open_socket(int domain, int type, int protocol, void *arg)
{
	struct dns_try *t = arg;
	int fd = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		t->sys = errno;
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
	struct dns_try *t = arg;
	struct sockaddr_storage ss;
	int result;

	(void)sa;
	(void)n;
	result = connect(fd, (struct sockaddr *)&ss,
	    addr_to_sockaddr(&t->to, &ss));
	if (result < 0 && errno != EINPROGRESS)
		t->sys = errno;
	return result;
}

static ares_ssize_t
receive(ares_socket_t fd, void *bytes, size_t n, int flags,
    struct sockaddr *from, ares_socklen_t *fromlen, void *arg)
{
	struct dns_try *t = arg;
	ares_ssize_t got = recvfrom(fd, bytes, n, flags, from, fromlen);

	if (got < 0 && errno != EAGAIN && errno != EINTR)
		t->sys = errno;
	t->closed = got == 0 && t->plan.tcp;
	return got;
}

static ares_ssize_t
send_vector(ares_socket_t fd, const struct iovec *iov, int count, void *arg)
{
	struct dns_try *t = arg;
	struct msghdr msg = { .msg_iov = (struct iovec *)(uintptr_t)iov,
		.msg_iovlen = (size_t)count };
	ares_ssize_t put = sendmsg(fd, &msg, MSG_NOSIGNAL);

	if (put < 0 && errno != EAGAIN && errno != EINTR)
		t->sys = errno;
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
fail(struct dns_try *t, const char *why)
{
	char server[ADDR_TEXT_MAX];
	const char *way = t->plan.tcp ? "over TCP" : "over UDP";

	addr_text_port(&t->plan.server, server);
	if (t->sys != 0)
		err_sys(&t->err, t->sys, "name server %s %s", server, way);
	else if (t->closed)
		err_set(&t->err, ERR_CLOSED,
		    "name server %s closed the connection", server);
	else
		err_set(&t->err, ERR_SYSTEM, "name server %s %s: %s", server,
		    way, why);
	t->done = true;
}

/* The library is on the stack: only keep what came, and wake. */
static void
on_answer(void *arg, int status, int timeouts, unsigned char *bytes, int len)
{
	struct dns_try *t = arg;

	(void)timeouts;
	if (t->closing)
		return;
	if (status == ARES_SUCCESS && len > 0) {
		t->len = (size_t)len;
		t->answer = mem_alloc(t->len);
		memcpy(t->answer, bytes, t->len);
		t->done = true;
	} else {
		fail(t, ares_strerror(status));
	}
	task_wake(t->waiter);
}

static void
on_socket(struct watch *watch, short revents)
{
	struct dns_try *t = container_of(watch, struct dns_try, watch);
	const short trouble = POLLERR | POLLHUP | POLLNVAL;
	ares_socket_t in = ARES_SOCKET_BAD, out = ARES_SOCKET_BAD;

	if ((revents & (POLLIN | trouble)) != 0)
		in = watch->fd;
	if ((revents & POLLOUT) != 0)
		out = watch->fd;
	ares_process_fd(t->channel, in, out);
}

static void
on_socket_state(void *arg, ares_socket_t fd, int readable, int writable)
{
	struct dns_try *t = arg;
	short events = (short)((readable ? POLLIN : 0) |
	    (writable ? POLLOUT : 0));

	if (events == 0) {
		watch_stop(&t->watch);
	} else if (t->watch.loop == NULL) {
		watch_start(&t->watch, t->loop, fd, events, on_socket);
	} else {
		assert(t->watch.fd == fd);
		watch_events(&t->watch, events);
	}
}

/*
 * Everything the library would look up in files or the environment is
 * given, so that it looks nowhere.
 */
static int
open_channel(struct dns_try *t)
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
		.sock_state_cb_data = t,
	};
	struct ares_addr_port_node node = {
		.family = t->to.family,
		.udp_port = t->to.port,
		.tcp_port = t->to.port,
	};
	int status;

	if (t->plan.tcp)
		options.flags |= ARES_FLAG_USEVC;
	if (t->plan.edns)
		options.flags |= ARES_FLAG_EDNS;
	status = ares_init_options(&t->channel, &options, ARES_OPT_FLAGS |
	    ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
	    ARES_OPT_SERVERS | ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS |
	    ARES_OPT_SORTLIST | ARES_OPT_EDNSPSZ | ARES_OPT_NOROTATE |
	    ARES_OPT_SOCK_STATE_CB);
	if (status != ARES_SUCCESS) {
		t->channel = NULL;
		return status;
	}
	ares_set_socket_functions(t->channel, &socket_calls, t);
	memcpy(&node.addr, t->to.bytes, sizeof(node.addr));
	return ares_set_servers_ports(t->channel, &node);
}

static size_t
build_query(const struct dns_try_plan *plan, uint16_t id, uint8_t *out)
{
	static const uint8_t opt[11] = { 0, 0, DNS_OPT, DNS_EDNS_SIZE >> 8,
		DNS_EDNS_SIZE & 255 };
	struct dns_msg msg = {
		.id = id,
		.rd = plan->recurse,
		.ad = plan->recurse && plan->edns,
		.qname = (char *)(uintptr_t)plan->name,
		.qtype = plan->type,
		.qclass = 1,
	};
	size_t len;

	if (!dns_msg_write(&msg, out, QUERY_MAX - sizeof(opt), &len))
		return 0;
	if (plan->edns) {
		/* The library wants these 11 bytes to be the last. */
		memcpy(out + len, opt, sizeof(opt));
		len += sizeof(opt);
		out[11] = 1; /* ARCOUNT */
	}
	return len;
}

static void
send_query(struct dns_try *t, const char *name)
{
	struct dns_try_plan plan = t->plan;
	uint8_t query[QUERY_MAX];
	uint16_t id;
	size_t len;
	int status;

	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id)) {
		t->sys = errno;
		fail(t, "");
		return;
	}
	plan.name = name;
	len = build_query(&plan, id, query);
	status = open_channel(t);
	if (len == 0 || status != ARES_SUCCESS) {
		fail(t, ares_strerror(status));
		return;
	}
	ares_send(t->channel, query, (int)len, on_answer, t);
}

struct dns_try *
dns_try_new(struct loop *loop, const struct dial *dial, struct task *waiter,
    const struct dns_try_plan *plan)
{
	struct dns_try *t = mem_alloc(sizeof(*t));
	char server[ADDR_TEXT_MAX];

	t->loop = loop;
	t->waiter = waiter;
	t->plan = *plan;
	t->plan.name = NULL;
	log_debug("dns", "ask %s %s %s%s%s", addr_text_port(&plan->server, server),
	    plan->name, dns_type_name(plan->type), plan->tcp ? " tcp" : "",
	    plan->edns ? "" : " no-edns");
	switch (dial_find(dial, &plan->server, &t->to)) {
	case DIAL_GO:
		send_query(t, plan->name);
		break;
	case DIAL_SILENT:
		break; /* nothing is sent, nothing will come */
	case DIAL_REFUSE:
		t->sys = ECONNREFUSED;
		fail(t, "");
		break;
	}
	if (t->done)
		task_wake(waiter);
	return t;
}

void
dns_try_free(struct dns_try *t)
{
	if (t == NULL)
		return;
	t->closing = true; /* the library calls on_answer once more */
	if (t->channel != NULL)
		ares_destroy(t->channel);
	watch_stop(&t->watch);
	free(t->answer);
	free(t);
}

bool
dns_try_done(const struct dns_try *t)
{
	return t->done;
}

const uint8_t *
dns_try_answer(const struct dns_try *t, size_t *len)
{
	*len = t->len;
	return t->answer;
}

const struct err *
dns_try_error(const struct dns_try *t)
{
	return &t->err;
}

const struct dns_try_plan *
dns_try_plan(const struct dns_try *t)
{
	return &t->plan;
}
