#include "core/local/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/local/run.h"
#include "core/local/wire.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/mem.h"
#include "net/task.h"

#define HELPER_FD 3
/* The helper ends a command after LOCAL_MS; then this is for itself. */
#define ANSWER_MS (LOCAL_MS + 3000)

static struct {
	bool here;
	char root[80];
	struct watch watch; /* its end; watched while something is asked */
	unsigned number;    /* of the question under way */
	struct local_answer *first; /* that one, and those behind it */
} helper;

/* ---- its start and its end ---- */

/* A process that has nothing of the person's but who they are. */
static void
become(int fd, const char *root)
{
	int none = open("/dev/null", O_RDWR), i;

	for (i = 0; i < 3; i++)
		dup2(none, i);
	if (fd != HELPER_FD)
		dup2(fd, HELPER_FD);
	closefrom(HELPER_FD + 1);
	fcntl(HELPER_FD, F_SETFD, FD_CLOEXEC);
	setsid(); /* keys of the terminal are not for it */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	local_serve(HELPER_FD, root);
}

static bool
any_server(const char *root)
{
	int i;

	for (i = 0; i < LOCAL_PRODUCTS; i++)
		if (local_product_here((enum local_product)i, root))
			return true;
	return false;
}

bool
local_helper_start(const char *root)
{
	int ends[2];
	pid_t pid;

	if (helper.here)
		return true;
	if (strlen(root) >= sizeof(helper.root))
		return false;
	memcpy(helper.root, root, strlen(root) + 1);
	if (!any_server(root) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	pid = fork();
	if (pid == 0) {
		log_close();
		become(ends[1], root);
		_exit(0);
	}
	close(ends[1]);
	if (pid < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
		close(ends[0]);
		return false;
	}
	helper.watch.fd = ends[0];
	helper.here = true;
	return true;
}

bool
local_helper_here(void)
{
	return helper.here;
}

const char *
local_helper_root(void)
{
	return helper.root;
}

void
local_helper_end(void)
{
	if (!helper.here)
		return;
	watch_stop(&helper.watch);
	close(helper.watch.fd);
	helper.here = false;
}

/* ---- questions ---- */

static void ask_first(void);

static void
finish(struct local_answer *a)
{
	timer_stop(&a->limit);
	a->done = true;
	task_wake(a->waiter);
}

/* Takes the first question off the queue, or one behind it. */
static void
leave_queue(struct local_answer *a)
{
	struct local_answer **at = &helper.first;
	bool first = helper.first == a;

	while (*at != NULL && *at != a)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	*at = a->next;
	a->next = NULL;
	if (first)
		ask_first();
}

static void
fail(struct local_answer *a, enum err_kind kind, const char *why)
{
	err_set(&a->err, kind, "%s", why);
	finish(a);
	leave_queue(a);
}

static bool
post(int command, const struct local_values *values)
{
	struct local_question q;

	memset(&q, 0, sizeof(q));
	q.number = ++helper.number;
	q.command = command;
	if (values != NULL)
		q.values = *values;
	return send(helper.watch.fd, &q, sizeof(q), MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(q);
}

/* The helper is gone, and with it every answer. */
static void
lose(void)
{
	local_helper_end();
	while (helper.first != NULL)
		fail(helper.first, ERR_SYSTEM, _("its helper has ended"));
}

static void
take(const struct local_packet *packet)
{
	struct local_answer *a = helper.first;

	if (a == NULL || packet->number != helper.number)
		return; /* of one that was given up */
	if (packet->end == 0) {
		buf_add(&a->text, packet->bytes,
		    packet->len < LOCAL_PIECE ? packet->len : LOCAL_PIECE);
		return;
	}
	a->status = packet->status;
	a->err = packet->err;
	a->err.text[sizeof(a->err.text) - 1] = '\0';
	finish(a);
	leave_queue(a);
}

static void
readable(struct watch *watch, short revents)
{
	static struct local_packet packet;
	ssize_t n;

	(void)revents;
	while (helper.here && watch->loop != NULL) {
		n = recv(watch->fd, &packet, sizeof(packet), 0);
		if (n == (ssize_t)sizeof(packet)) {
			take(&packet);
		} else if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			return;
		} else {
			lose();
		}
	}
}

static void
too_long(struct timer *timer)
{
	struct local_answer *a =
	    container_of(timer, struct local_answer, limit);

	fail(a, ERR_TIMEOUT, _("its helper does not answer"));
}

/* Sends the first question; without one, only ends what still runs. */
static void
ask_first(void)
{
	struct local_answer *a = helper.first;

	if (a == NULL) {
		if (helper.here)
			post(LOCAL_COMMANDS, NULL);
		watch_stop(&helper.watch);
		return;
	}
	watch_stop(&helper.watch);
	if (!helper.here || !post((int)a->command, &a->values)) {
		fail(a, ERR_SYSTEM, _("its helper cannot be asked"));
		return;
	}
	watch_start(&helper.watch, a->loop, helper.watch.fd, POLLIN,
	    readable);
	timer_start(&a->limit, a->loop, ANSWER_MS, too_long);
}

void
local_answer_ask(struct local_answer *a, struct loop *loop,
    struct task *waiter, enum local_command command,
    const struct local_values *values)
{
	struct local_answer **last = &helper.first;

	memset(a, 0, sizeof(*a));
	a->loop = loop;
	a->waiter = waiter;
	a->command = command;
	a->values = *values;
	a->status = -1;
	buf_init(&a->text, LOCAL_OUTPUT);
	while (*last != NULL)
		last = &(*last)->next;
	*last = a;
	if (helper.first == a)
		ask_first();
}

void
local_answer_clear(struct local_answer *a)
{
	if (a->loop == NULL)
		return;
	a->waiter = NULL;
	timer_stop(&a->limit);
	leave_queue(a);
	buf_clear(&a->text);
	memset(a, 0, sizeof(*a));
}
