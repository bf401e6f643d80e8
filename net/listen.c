#include "net/listen.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/addr.h"
#include "net/err.h"
#include "net/loop.h"
#include "net/mem.h"

#define BACKLOG 1024
#define PAUSE_MS 100 /* after descriptors ran out */

struct listener {
	struct loop *loop;
	struct watch watch;
	struct timer pause;
	int fd;
	void (*accepted)(void *arg, int fd, const struct addr *peer);
	void *arg;
};

static void on_connection(struct watch *watch, short revents);

static void
resume(struct timer *timer)
{
	struct listener *l = container_of(timer, struct listener, pause);

	watch_start(&l->watch, l->loop, l->fd, POLLIN, on_connection);
}

/* One a call, because the callee may free the listener. */
static void
on_connection(struct watch *watch, short revents)
{
	struct listener *l = container_of(watch, struct listener, watch);
	struct addr peer = { .family = AF_UNSPEC };
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int fd;

	(void)revents;
	fd = accept4(l->fd, (struct sockaddr *)&ss, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		addr_from_sockaddr((struct sockaddr *)&ss, &peer);
		l->accepted(l->arg, fd, &peer);
	} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
	    errno == ENOMEM) {
		/* It would be reported again and again. */
		watch_stop(&l->watch);
		timer_start(&l->pause, l->loop, PAUSE_MS, resume);
	}
}

static bool
open_socket(struct listener *l, struct addr *addr, struct err *err)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(addr, &ss);
	char text[ADDR_TEXT_MAX];
	int on = 1;

	addr_text_port(addr, text);
	l->fd = socket(addr->family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return err_sys(err, errno, "cannot make a socket");
	setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(l->fd, (struct sockaddr *)&ss, len) != 0 ||
	    listen(l->fd, BACKLOG) != 0)
		return err_sys(err, errno, "cannot listen at %s", text);
	len = sizeof(ss);
	if (getsockname(l->fd, (struct sockaddr *)&ss, &len) != 0)
		return err_sys(err, errno, "cannot listen at %s", text);
	addr_from_sockaddr((struct sockaddr *)&ss, addr);
	return true;
}

struct listener *
listener_new(struct loop *loop, struct addr *addr,
    void (*accepted)(void *arg, int fd, const struct addr *peer), void *arg,
    struct err *err)
{
	struct listener *l = mem_alloc(sizeof(*l));

	l->loop = loop;
	l->accepted = accepted;
	l->arg = arg;
	if (!open_socket(l, addr, err)) {
		if (l->fd >= 0)
			close(l->fd);
		free(l);
		return NULL;
	}
	watch_start(&l->watch, loop, l->fd, POLLIN, on_connection);
	return l;
}

void
listener_free(struct listener *listener)
{
	if (listener == NULL)
		return;
	watch_stop(&listener->watch);
	timer_stop(&listener->pause);
	close(listener->fd);
	free(listener);
}
