#include "net/conn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/buf.h"
#include "net/dial.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"
#include "net/tls.h"
#include "net/tls_stream.h"

#define READ_PORTION (16 * 1024)
/* More than this is not read before what is there has been heard. */
#define UNHEARD_MAX (64 * 1024)
#define OUT_MAX (16 * 1024 * 1024)

enum state {
	STATE_IDLE,
	STATE_CONNECTING,
	STATE_OPEN,
	STATE_HANDSHAKE,
	STATE_FAILED,
};

/* Bytes to be written; wiped wherever they leave a block of memory. */
struct out {
	char *bytes;
	size_t len, cap;
	bool secret;
};

struct conn {
	struct loop *loop;
	struct task *waiter;
	enum state state;
	struct watch watch;
	struct timer deadline;
	struct timer soon; /* a loss to report, or bytes poll cannot see */
	int fd;            /* -1 when there is none */
	int deadline_ms;
	bool server; /* we play the server, the peer is the client */
	bool shut;   /* no more is sent once `out` is empty */
	bool fin;    /* close_notify and FIN are done */
	bool deaf;   /* a write failed; what was received still counts */
	bool secret; /* conn_send_secret() was used */
	bool lost;   /* `err` holds; what is unread may still be heard */
	bool secure; /* the handshake is done; stays after a loss */
	bool has_local;
	struct addr peer, local;
	struct buf in;
	size_t heard; /* bytes at the front of `in` that were used */
	struct out out;
	struct smtp_reply_parser *parser; /* while a reply is incomplete */
	struct tls_stream *tls;
	struct tls_info *info;
	size_t bytes_in, bytes_out; /* before TLS */
	struct err err;
};

static void on_ready(struct watch *watch, short revents);
static void on_soon(struct timer *timer);

static const char *
who(const struct conn *conn)
{
	return conn->server ? _("the client") : _("the server");
}

/* ---- life and death ---- */

struct conn *
conn_new(struct loop *loop, struct task *waiter)
{
	struct conn *conn = mem_alloc(sizeof(*conn));

	conn->loop = loop;
	conn->waiter = waiter;
	conn->fd = -1;
	buf_init(&conn->in, UNHEARD_MAX + READ_PORTION);
	return conn;
}

static void
out_clear(struct out *out)
{
	if (out->secret && out->bytes != NULL)
		mem_wipe(out->bytes, out->cap);
	free(out->bytes);
	*out = (struct out) { 0 };
}

static void
close_fd(struct conn *conn)
{
	watch_stop(&conn->watch);
	if (conn->fd >= 0)
		close(conn->fd);
	conn->fd = -1;
}

static bool
has_unread(const struct conn *conn)
{
	return conn->heard < conn->in.len;
}

/*
 * The connection is of no use any more.  While something is unread the
 * loss waits behind it: the last words count.
 */
static void
fail(struct conn *conn)
{
	conn->lost = true;
	close_fd(conn);
	out_clear(&conn->out);
	timer_stop(&conn->deadline);
	timer_stop(&conn->soon);
	if (!has_unread(conn) || conn->state != STATE_OPEN)
		conn->state = STATE_FAILED;
	log_debug("conn", "%p lost: %s", (void *)conn, conn->err.text);
}

static void
lose(struct conn *conn)
{
	fail(conn);
	task_wake(conn->waiter);
}

static void
lose_sys(struct conn *conn, int sys, const char *what)
{
	err_sys(&conn->err, sys, "%s", what);
	lose(conn);
}

static void
tell_closed(struct conn *conn)
{
	bool middle = conn->parser != NULL && conn->parser->bytes > 0;

	err_set(&conn->err, ERR_CLOSED, "%s closed the connection%s",
	    who(conn), middle ? _(" in the middle of a reply") : "");
}

/* Fails in the next turn, so that nobody is surprised inside a call. */
static void
lose_soon(struct conn *conn)
{
	conn->lost = true;
	timer_start(&conn->soon, conn->loop, 0, on_soon);
}

/* ---- what poll is asked for ---- */

/*
 * Events to wait for; without any the watch stops, because poll(2) reports
 * POLLHUP and POLLERR unasked and would spin.
 */
static void
rewatch(struct conn *conn)
{
	short events = 0;

	if (conn->fd < 0)
		return;
	if (conn->state == STATE_CONNECTING) {
		events = POLLOUT;
	} else if (conn->state == STATE_HANDSHAKE) {
		events = conn->out.len > 0 ? POLLOUT :
					     tls_stream_wants(conn->tls);
	} else {
		if (conn->in.len - conn->heard <= UNHEARD_MAX)
			events |= POLLIN;
		if (conn->out.len > 0 || (conn->shut && !conn->fin))
			events |= POLLOUT;
	}
	if (events == 0)
		watch_stop(&conn->watch);
	else if (conn->watch.loop == NULL)
		watch_start(&conn->watch, conn->loop, conn->fd, events,
		    on_ready);
	else if (conn->watch.events != events)
		watch_events(&conn->watch, events);
}

/* ---- writing ---- */

static void
out_add(struct out *out, const void *bytes, size_t n)
{
	size_t want = out->len + n;
	char *bigger;

	if (n == 0)
		return;
	if (want > out->cap) {
		want += want / 2 + 64;
		bigger = mem_alloc(want);
		if (out->len > 0)
			memcpy(bigger, out->bytes, out->len);
		if (out->secret && out->bytes != NULL)
			mem_wipe(out->bytes, out->cap);
		free(out->bytes);
		out->bytes = bigger;
		out->cap = want;
	}
	if (n > 0)
		memcpy(out->bytes + out->len, bytes, n);
	out->len += n;
}

static void
out_take(struct out *out, size_t n)
{
	if (n == out->len) {
		out_clear(out);
		return;
	}
	memmove(out->bytes, out->bytes + n, out->len - n);
	if (out->secret)
		mem_wipe(out->bytes + out->len - n, n);
	out->len -= n;
}

/*
 * A write that fails is no news yet: the peer may have said why before it
 * hung up.  Reading will meet the end.
 */
static void
write_failed(struct conn *conn, const struct err *err)
{
	if (!conn->deaf)
		conn->err = *err;
	conn->deaf = true;
	out_clear(&conn->out);
}

static bool
write_some(struct conn *conn, size_t *took)
{
	struct err err;
	ssize_t n;

	if (conn->tls != NULL && conn->state != STATE_HANDSHAKE) {
		switch (tls_stream_write(conn->tls, conn->out.bytes,
		    conn->out.len, took, &err)) {
		case TLS_OK: return true;
		case TLS_AGAIN: return false;
		default: write_failed(conn, &err); return false;
		}
	}
	n = send(conn->fd, conn->out.bytes, conn->out.len, MSG_NOSIGNAL);
	if (n >= 0) {
		conn->bytes_out += (size_t)n;
		*took = (size_t)n;
		return true;
	}
	if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
		err_sys(&err, errno, "%s does not read any more", who(conn));
		write_failed(conn, &err);
	}
	return false;
}

/* Ends our direction once everything is written. */
static void
finish(struct conn *conn)
{
	struct err err;

	if (conn->tls != NULL && !conn->deaf &&
	    tls_stream_bye(conn->tls, &err) == TLS_AGAIN)
		return;
	conn->fin = true;
	shutdown(conn->fd, SHUT_WR);
}

static void
flush(struct conn *conn)
{
	size_t took;

	while (conn->out.len > 0 && write_some(conn, &took))
		out_take(&conn->out, took);
	if (conn->shut && !conn->fin && conn->out.len == 0 &&
	    conn->state == STATE_OPEN)
		finish(conn);
}

static void
queue(struct conn *conn, const void *bytes, size_t n, const char *end,
    bool secret)
{
	size_t more = strlen(end);

	/* Between STARTTLS and the end of the handshake nothing is said. */
	assert(conn->state != STATE_HANDSHAKE);
	if (conn->fd < 0 || conn->lost || conn->shut || conn->deaf)
		return;
	if (conn->out.len + n + more > OUT_MAX) {
		err_set(&conn->err, ERR_LIMIT, "more than %d MiB wait to be "
		    "sent", OUT_MAX / 1024 / 1024);
		lose_soon(conn);
		return;
	}
	conn->out.secret |= secret;
	out_add(&conn->out, bytes, n);
	out_add(&conn->out, end, more);
	rewatch(conn);
}

void
conn_send(struct conn *conn, const char *line)
{
	assert(strpbrk(line, "\r\n") == NULL);
	queue(conn, line, strlen(line), "\r\n", false);
}

void
conn_send_secret(struct conn *conn, const char *line)
{
	assert(strpbrk(line, "\r\n") == NULL);
	conn->secret = true;
	queue(conn, line, strlen(line), "\r\n", true);
}

void
conn_send_raw(struct conn *conn, const void *bytes, size_t n)
{
	queue(conn, bytes, n, "", false);
}

size_t
conn_queued(const struct conn *conn)
{
	return conn->out.len;
}

/* ---- reading ---- */

static void
make_room(struct conn *conn)
{
	if (conn->heard == 0)
		return;
	if (conn->heard == conn->in.len)
		buf_reset(&conn->in);
	else
		buf_take(&conn->in, conn->heard);
	conn->heard = 0;
}

/* The peer's end came, or the error of an earlier write explains it. */
static void
read_ended(struct conn *conn)
{
	if (!conn->deaf)
		tell_closed(conn);
	lose(conn);
}

/* False when there is nothing to read now, or never again. */
static bool
read_some(struct conn *conn, char *portion, size_t *got)
{
	ssize_t n;

	if (conn->tls != NULL) {
		switch (tls_stream_read(conn->tls, portion, READ_PORTION, got,
		    &conn->err)) {
		case TLS_OK: return true;
		case TLS_AGAIN: return false;
		case TLS_END: read_ended(conn); return false;
		default: lose(conn); return false;
		}
	}
	n = recv(conn->fd, portion, READ_PORTION, 0);
	if (n > 0) {
		conn->bytes_in += (size_t)n;
		*got = (size_t)n;
		return true;
	}
	if (n == 0)
		read_ended(conn);
	else if (errno == ECONNRESET || errno == EPIPE)
		lose_sys(conn, ECONNRESET, conn->server ?
		    _("the client broke off the connection") :
		    _("the server broke off the connection"));
	else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		lose_sys(conn, errno, _("the connection was lost"));
	return false;
}

static void
receive(struct conn *conn)
{
	char portion[READ_PORTION];
	bool news = false;
	size_t got;

	make_room(conn);
	while (conn->in.len <= UNHEARD_MAX && read_some(conn, portion, &got)) {
		buf_add(&conn->in, portion, got);
		news = true;
		/* A short read from a socket has emptied it. */
		if (conn->tls == NULL && got < sizeof(portion))
			break;
	}
	if (news)
		task_wake(conn->waiter);
}

/* ---- events ---- */

static void
opened(struct conn *conn)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);

	conn->has_local =
	    getsockname(conn->fd, (struct sockaddr *)&ss, &len) == 0 &&
	    addr_from_sockaddr((struct sockaddr *)&ss, &conn->local);
	conn->state = STATE_OPEN;
	task_wake(conn->waiter);
}

static void
connect_ready(struct conn *conn)
{
	socklen_t len = sizeof(int);
	int sys = 0;

	getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &sys, &len);
	if (sys != 0)
		lose_sys(conn, sys, _("cannot connect"));
	else
		opened(conn);
}

static void
handshake(struct conn *conn)
{
	flush(conn); /* what was said in clear goes first */
	if (conn->out.len > 0)
		return;
	if (conn->deaf) {
		lose(conn);
		return;
	}
	switch (tls_stream_handshake(conn->tls, &conn->err)) {
	case TLS_OK: break;
	case TLS_AGAIN: return;
	default: lose(conn); return;
	}
	if (!conn->server) {
		conn->info = mem_alloc(sizeof(*conn->info));
		tls_stream_verdict(conn->tls, conn->info);
		log_debug("conn", "%p secure: %s %s %s", (void *)conn,
		    conn->info->version, conn->info->cipher, conn->info->why);
	}
	conn->state = STATE_OPEN;
	conn->secure = true;
	/* Application data may have come along with the last flight. */
	receive(conn);
	task_wake(conn->waiter);
}

static void
on_ready(struct watch *watch, short revents)
{
	struct conn *conn = container_of(watch, struct conn, watch);
	bool blocked;

	if (conn->state == STATE_CONNECTING) {
		connect_ready(conn);
	} else if (conn->state == STATE_HANDSHAKE) {
		handshake(conn);
	} else {
		if ((revents & POLLOUT) != 0) {
			blocked = conn->out.len > 0;
			flush(conn);
			/* A server that streams wants to know. */
			if (conn->server && blocked && conn->out.len == 0)
				task_wake(conn->waiter);
		}
		if ((revents & ~POLLOUT) != 0 || conn->deaf)
			receive(conn);
		if (conn->deaf && !conn->lost)
			lose(conn);
	}
	rewatch(conn);
}

static void
on_soon(struct timer *timer)
{
	struct conn *conn = container_of(timer, struct conn, soon);

	if (conn->lost) {
		lose(conn);
		return;
	}
	if (conn->state == STATE_OPEN)
		receive(conn);
	rewatch(conn);
}

static void
on_deadline(struct timer *timer)
{
	struct conn *conn = container_of(timer, struct conn, deadline);
	const char *what = _("no reply");
	int ms = conn->deadline_ms;

	if (conn->lost)
		return;
	if (conn->state == STATE_CONNECTING)
		what = _("no answer to the attempt to connect");
	else if (conn->state == STATE_HANDSHAKE)
		what = _("the TLS handshake did not end");
	else if (conn->parser != NULL && conn->parser->bytes > 0)
		what = _("the reply did not end");
	if (ms % 1000 == 0)
		err_set(&conn->err, ERR_TIMEOUT, "%s within %d s", what,
		    ms / 1000);
	else
		err_set(&conn->err, ERR_TIMEOUT, "%s within %d ms", what, ms);
	lose(conn);
}

void
conn_deadline(struct conn *conn, int ms)
{
	conn->deadline_ms = ms;
	if (ms <= 0 || conn->lost)
		timer_stop(&conn->deadline);
	else
		timer_start(&conn->deadline, conn->loop, ms, on_deadline);
}

/* ---- connecting ---- */

static bool
make_socket(struct conn *conn, const struct addr *to,
    const struct addr *source)
{
	struct sockaddr_storage ss;
	socklen_t len;
	char text[ADDR_TEXT_MAX];
	int on = 1;

	conn->fd = socket(to->family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (conn->fd < 0)
		return err_sys(&conn->err, errno, "cannot make a socket");
	setsockopt(conn->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (source == NULL || source->family == AF_UNSPEC)
		return true;
	len = addr_to_sockaddr(source, &ss);
	if (bind(conn->fd, (struct sockaddr *)&ss, len) == 0)
		return true;
	return err_sys(&conn->err, errno, "cannot connect from %s",
	    addr_text(source, text));
}

void
conn_open(struct conn *conn, const struct addr *to, const struct dial *dial,
    const struct addr *source)
{
	struct sockaddr_storage ss;
	struct addr real;
	socklen_t len;

	assert(conn->state == STATE_IDLE);
	conn->peer = *to;
	conn->state = STATE_CONNECTING;
	switch (dial_find(dial, to, &real)) {
	case DIAL_SILENT: return; /* until the deadline */
	case DIAL_REFUSE:
		err_sys(&conn->err, ECONNREFUSED, "cannot connect");
		lose_soon(conn);
		return;
	case DIAL_GO: break;
	}
	/* Where the world is a map, a source of the real one means nothing. */
	if (!make_socket(conn, &real, dial == NULL ? source : NULL)) {
		lose_soon(conn);
		return;
	}
	len = addr_to_sockaddr(&real, &ss);
	if (connect(conn->fd, (struct sockaddr *)&ss, len) != 0 &&
	    errno != EINPROGRESS) {
		err_sys(&conn->err, errno, "cannot connect");
		lose_soon(conn);
		return;
	}
	rewatch(conn);
}

struct conn *
conn_accept(struct loop *loop, struct task *waiter, int fd)
{
	struct conn *conn = conn_new(loop, waiter);
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int on = 1;

	conn->server = true;
	conn->fd = fd;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (getpeername(fd, (struct sockaddr *)&ss, &len) == 0)
		addr_from_sockaddr((struct sockaddr *)&ss, &conn->peer);
	opened(conn);
	rewatch(conn);
	return conn;
}

/* ---- TLS ---- */

/*
 * Bytes that came in clear behind the reply to STARTTLS are nobody's: an
 * attacker may have put them there (CVE-2011-0411).
 */
static bool
begin_tls(struct conn *conn)
{
	if (conn->lost && has_unread(conn))
		conn->state = STATE_FAILED;
	buf_clear(&conn->in);
	conn->heard = 0;
	free(conn->parser);
	conn->parser = NULL;
	if (conn->lost || conn->fd < 0)
		return false;
	assert(conn->state == STATE_OPEN && conn->tls == NULL);
	conn->state = STATE_HANDSHAKE;
	return true;
}

/* The first flight leaves in the next turn, like everything else. */
static void
start_handshake(struct conn *conn)
{
	watch_stop(&conn->watch);
	watch_start(&conn->watch, conn->loop, conn->fd, POLLOUT, on_ready);
}

void
conn_start_tls(struct conn *conn, struct tls_trust *trust, const char *host)
{
	if (!begin_tls(conn))
		return;
	conn->tls = tls_stream_client(trust, conn->fd, host);
	start_handshake(conn);
}

void
conn_start_tls_server(struct conn *conn, struct tls_server *server)
{
	if (!begin_tls(conn))
		return;
	conn->tls = tls_stream_server(server, conn->fd);
	start_handshake(conn);
}

/* ---- what is known ---- */

bool
conn_settled(const struct conn *conn)
{
	return conn->state == STATE_OPEN || conn->state == STATE_FAILED;
}

bool
conn_failed(const struct conn *conn)
{
	return conn->state == STATE_FAILED;
}

bool
conn_secure(const struct conn *conn)
{
	return conn->secure;
}

const struct err *
conn_error(const struct conn *conn)
{
	return &conn->err;
}

const struct tls_info *
conn_tls(const struct conn *conn)
{
	return conn->info;
}

size_t
conn_channel_binding(const struct conn *conn, void *out, size_t size,
    const char **type)
{
	if (!conn->secure)
		return 0;
	return tls_stream_binding(conn->tls, out, size, type);
}

bool
conn_local(const struct conn *conn, struct addr *addr)
{
	if (conn->has_local)
		*addr = conn->local;
	return conn->has_local;
}

const struct addr *
conn_peer(const struct conn *conn)
{
	return &conn->peer;
}

size_t
conn_unread(const struct conn *conn)
{
	return conn->in.len - conn->heard;
}

size_t
conn_bytes_in(const struct conn *conn)
{
	return conn->bytes_in +
	    (conn->tls != NULL ? tls_stream_in(conn->tls) : 0);
}

size_t
conn_bytes_out(const struct conn *conn)
{
	return conn->bytes_out +
	    (conn->tls != NULL ? tls_stream_out(conn->tls) : 0);
}

/* ---- hearing ---- */

/* n bytes were used; what is then empty gives its memory back. */
static void
used_up(struct conn *conn, size_t n)
{
	bool was_full = conn_unread(conn) > UNHEARD_MAX;

	conn->heard += n;
	if (!has_unread(conn)) {
		buf_clear(&conn->in);
		conn->heard = 0;
	}
	if (conn->lost || !was_full || conn_unread(conn) > UNHEARD_MAX)
		return;
	rewatch(conn);
	if (conn->tls != NULL && tls_stream_pending(conn->tls))
		timer_start(&conn->soon, conn->loop, 0, on_soon);
}

/* True when there is a loss and nothing complete in front of it. */
static bool
loss_is_next(struct conn *conn)
{
	if (conn->state == STATE_FAILED)
		return true;
	if (!conn->lost || conn->soon.loop != NULL)
		return false;
	conn->state = STATE_FAILED;
	/* Only now is it known whether a reply was cut off. */
	if (conn->err.kind == ERR_CLOSED)
		tell_closed(conn);
	return true;
}

static void
fail_hearing(struct conn *conn, const struct err *err)
{
	buf_clear(&conn->in);
	conn->heard = 0;
	conn->err = *err;
	fail(conn);
}

static enum feed
feed(struct conn *conn, struct err *err)
{
	enum feed fed;
	size_t used;

	if (!has_unread(conn) || conn->state == STATE_FAILED)
		return FEED_MORE;
	if (conn->parser == NULL) {
		conn->parser = mem_alloc(sizeof(*conn->parser));
		smtp_reply_parser_init(conn->parser);
	}
	fed = smtp_reply_feed(conn->parser, conn->in.bytes + conn->heard,
	    conn_unread(conn), &used, err);
	used_up(conn, used);
	return fed;
}

bool
conn_hear(struct conn *conn, struct smtp_reply *reply)
{
	struct err err;

	switch (feed(conn, &err)) {
	case FEED_REPLY:
		*reply = conn->parser->reply;
		free(conn->parser);
		conn->parser = NULL;
		return true;
	case FEED_BAD:
		/* The peer may repeat what it was told. */
		if (conn->secret)
			err_set(&err, ERR_PROTOCOL, "not an SMTP reply; it is "
			    "not shown, because it may repeat the login");
		fail_hearing(conn, &err);
		break;
	case FEED_MORE: break;
	}
	if (!loss_is_next(conn))
		return false;
	memset(reply, 0, sizeof(*reply));
	return true;
}

bool
conn_hear_line(struct conn *conn, char *line, size_t size)
{
	const char *at = NULL, *lf = NULL;
	struct err err;
	size_t len, i;

	line[0] = '\0';
	if (has_unread(conn) && conn->state != STATE_FAILED) {
		at = conn->in.bytes + conn->heard;
		lf = memchr(at, '\n', conn_unread(conn));
	}
	if (lf == NULL && conn_unread(conn) > UNHEARD_MAX) {
		err_set(&err, ERR_LIMIT, "a line of more than %d KiB",
		    UNHEARD_MAX / 1024);
		fail_hearing(conn, &err);
	}
	if (lf == NULL)
		return loss_is_next(conn);
	len = (size_t)(lf - at);
	if (len > 0 && at[len - 1] == '\r')
		len--;
	if (len >= size)
		len = size - 1;
	for (i = 0; i < len; i++)
		line[i] = at[i] == '\0' ? '?' : at[i];
	line[len] = '\0';
	used_up(conn, (size_t)(lf - at) + 1);
	return true;
}

static void
append(char *out, size_t size, size_t *at, const char *bytes, size_t n)
{
	size_t room = size - 1 - *at;

	if (n > room)
		n = room;
	if (n > 0)
		memcpy(out + *at, bytes, n);
	*at += n;
	out[*at] = '\0';
}

size_t
conn_partial(const struct conn *conn, char *out, size_t size)
{
	const struct smtp_reply_parser *p = conn->parser;
	size_t at = 0;

	assert(size > 0);
	out[0] = '\0';
	if (p != NULL) {
		append(out, size, &at, p->reply.text, p->reply.len);
		if (p->reply.lines > 0 && p->len > 0)
			append(out, size, &at, "\n", 1);
		append(out, size, &at, p->line, p->len);
	}
	if (has_unread(conn))
		append(out, size, &at, conn->in.bytes + conn->heard,
		    conn_unread(conn));
	return at;
}

/* ---- the end ---- */

void
conn_shut(struct conn *conn)
{
	if (conn->shut || conn->fd < 0 || conn->lost)
		return;
	conn->shut = true;
	rewatch(conn);
}

void
conn_reset(struct conn *conn)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	if (conn->fd < 0)
		return;
	setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	err_set(&conn->err, ERR_RESET, "we reset the connection");
	fail(conn);
}

bool
conn_tls_noise(struct conn *conn, enum tls_noise noise)
{
	return conn->secure && !conn->lost && conn->out.len == 0 &&
	    tls_stream_noise(conn->tls, noise);
}

void
conn_set_waiter(struct conn *conn, struct task *waiter)
{
	conn->waiter = waiter;
}

/*
 * A last try, without waiting: a QUIT that was queued still leaves, and
 * unread bytes are taken from the kernel, because closing over them would
 * send a reset that overtakes our last words.
 */
static void
part(struct conn *conn)
{
	char portion[READ_PORTION];
	int i;

	if (conn->fd < 0 || conn->lost || conn->state != STATE_OPEN)
		return;
	conn->shut = true;
	flush(conn);
	for (i = 0; i < UNHEARD_MAX / READ_PORTION; i++)
		if (recv(conn->fd, portion, sizeof(portion), 0) <
		    (ssize_t)sizeof(portion))
			return;
}

void
conn_free(struct conn *conn)
{
	if (conn == NULL)
		return;
	part(conn);
	timer_stop(&conn->deadline);
	timer_stop(&conn->soon);
	close_fd(conn);
	tls_stream_free(conn->tls);
	out_clear(&conn->out);
	buf_clear(&conn->in);
	free(conn->parser);
	free(conn->info);
	free(conn);
}
