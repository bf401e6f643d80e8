#ifndef RT_NET_CONN_H
#define RT_NET_CONN_H

/*
 * A non-blocking TCP connection that speaks lines and may turn to TLS.
 * conn_new() gives it to the caller; conn_free() closes everything.
 * A conn wakes its task whenever something may have changed, and calls
 * nothing else, so it can be freed from anywhere.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/addr.h"
#include "net/err.h"
#include "net/smtp_reply.h"
#include "net/tls.h"

struct conn;
struct dial;
struct loop;
struct task;

struct conn *conn_new(struct loop *loop, struct task *waiter);
void conn_free(struct conn *conn); /* NULL is fine */

/*
 * Starts to connect.  `dial` may be NULL (the address is where it goes);
 * `source` may be NULL (the system chooses).  TCP_NODELAY is set.  A
 * connect that fails at once is reported like one that fails later.
 */
void conn_open(struct conn *conn, const struct addr *to,
    const struct dial *dial, const struct addr *source);

/*
 * ms for what is awaited next, counted from now; fires ERR_TIMEOUT, which
 * ends the connection.  It stays until the next conn_deadline(), so a group
 * of commands has one; 0 takes it away (an idle connection has none).
 */
void conn_deadline(struct conn *conn, int ms);

/*
 * Queues a line and CRLF (the line must not contain CR or LF, which is
 * asserted); everything queued in one turn leaves in one write, so a group
 * of commands under PIPELINING is several conn_send().
 */
void conn_send(struct conn *conn, const char *line);
/*
 * As conn_send; the bytes are wiped from our buffers once written, and from
 * then on no error quotes what the peer says.
 */
void conn_send_secret(struct conn *conn, const char *line);
/* Raw bytes, for servers of worlds and tests. */
void conn_send_raw(struct conn *conn, const void *bytes, size_t n);
/*
 * Bytes not yet written.  An accepted connection wakes its task when none
 * are left, so a server can stream without piling up; beyond 16 MiB the
 * connection fails with ERR_LIMIT.
 */
size_t conn_queued(const struct conn *conn);

/*
 * A TLS handshake as a client.  Clear bytes that were received but not
 * heard are dropped.  Nothing may be sent until it is settled.  `host` is the name asked for (SNI, and
 * what the certificate is compared with); an address literal sends no SNI.
 * Wakes when done or failed; conn_settled() tells.  The verdict on the
 * certificate is data: conn_tls().
 */
void conn_start_tls(struct conn *conn, struct tls_trust *trust,
    const char *host);

bool conn_settled(const struct conn *conn); /* open, secured, or failed */
/*
 * A connection that was lost while something is unread has not failed yet:
 * conn_hear() first hands out what is whole.
 */
bool conn_failed(const struct conn *conn);
/* TLS was established: what was heard since then came through it. */
bool conn_secure(const struct conn *conn);
const struct err *conn_error(const struct conn *conn);
/* NULL before a handshake was done. Lives as long as the conn. */
const struct tls_info *conn_tls(const struct conn *conn);
/*
 * Channel binding data for SCRAM-*-PLUS: tls-exporter (RFC 9266) for TLS
 * 1.3, tls-unique (RFC 5929) before.  *type is "tls-exporter" or
 * "tls-unique".  Returns the bytes written, 0 if there is none.
 */
size_t conn_channel_binding(const struct conn *conn, void *out, size_t size,
    const char **type);

/* The local and the remote address; false before it is connected. */
bool conn_local(const struct conn *conn, struct addr *addr);
const struct addr *conn_peer(const struct conn *conn); /* as asked for */

/*
 * True once there is a whole reply in *reply (code != 0) or the connection
 * failed (code 0, conn_error() says how).  A complete reply is handed out
 * before the loss that follows it.  Bytes that are no SMTP reply fail the
 * connection with ERR_PROTOCOL.
 */
bool conn_hear(struct conn *conn, struct smtp_reply *reply);
/*
 * True once there is a whole line, copied without its CRLF and cut at
 * `size`, or the connection failed (*line is then ""); for servers.
 */
bool conn_hear_line(struct conn *conn, char *line, size_t size);

/* Bytes received but not yet heard; must be 0 before STARTTLS. */
size_t conn_unread(const struct conn *conn);
/* What was received so far of a reply that is not complete, for notes. */
size_t conn_partial(const struct conn *conn, char *out, size_t size);
size_t conn_bytes_in(const struct conn *conn);
size_t conn_bytes_out(const struct conn *conn);

/*
 * Ends in order: what is queued is sent, then FIN (and TLS close_notify).
 * conn_free() does the same as far as it goes without waiting, so that a
 * QUIT queued right before it still leaves.
 */
void conn_shut(struct conn *conn);

/* ---- the other side, for worlds and tests ---- */

/* Takes over an accepted descriptor. */
struct conn *conn_accept(struct loop *loop, struct task *waiter, int fd);
void conn_start_tls_server(struct conn *conn, struct tls_server *server);
void conn_set_waiter(struct conn *conn, struct task *waiter);
void conn_reset(struct conn *conn); /* RST instead of FIN */
/* Sends one such record; false if it cannot be sent now, or never. */
bool conn_tls_noise(struct conn *conn, enum tls_noise noise);

#endif
