#ifndef RT_NET_TLS_STREAM_H
#define RT_NET_TLS_STREAM_H

/*
 * One TLS session over a connected, non-blocking descriptor: what conn.c
 * needs of GnuTLS and no more.  The descriptor stays its owner's; nothing
 * here polls, waits or wakes.  Every call returns at once.
 */

#include <stdbool.h>
#include <stddef.h>

#include "net/tls.h"

struct tls_stream;

enum tls_result {
	TLS_OK,
	TLS_AGAIN,  /* poll for tls_stream_wants() and call again */
	TLS_END,    /* the peer sends no more */
	TLS_BROKEN, /* *err says why */
};

/* `trust` and `server` must outlive the stream. */
struct tls_stream *tls_stream_client(struct tls_trust *trust, int fd,
    const char *host);
struct tls_stream *tls_stream_server(struct tls_server *server, int fd);
void tls_stream_free(struct tls_stream *stream); /* NULL is fine */

enum tls_result tls_stream_handshake(struct tls_stream *stream,
    struct err *err);
/* POLLIN or POLLOUT: what the last TLS_AGAIN waits for. */
short tls_stream_wants(const struct tls_stream *stream);

/* *got bytes were read; never 0 with TLS_OK. */
enum tls_result tls_stream_read(struct tls_stream *stream, void *out,
    size_t size, size_t *got, struct err *err);
/*
 * *took bytes were written.  After TLS_AGAIN the next call must offer the
 * same bytes again (more may have been added behind them).
 */
enum tls_result tls_stream_write(struct tls_stream *stream, const void *bytes,
    size_t n, size_t *took, struct err *err);
/* Decrypted bytes wait that poll(2) cannot see. */
bool tls_stream_pending(const struct tls_stream *stream);
/* close_notify; TLS_AGAIN as for the others. */
enum tls_result tls_stream_bye(struct tls_stream *stream, struct err *err);

/* The server's side; false if it cannot be sent now, or never. */
bool tls_stream_noise(struct tls_stream *stream, enum tls_noise noise);

/* The peer's certificate against the trust; the client's side only. */
void tls_stream_verdict(struct tls_stream *stream, struct tls_info *info);
size_t tls_stream_binding(const struct tls_stream *stream, void *out,
    size_t size, const char **type);

/* Bytes on the wire. */
size_t tls_stream_in(const struct tls_stream *stream);
size_t tls_stream_out(const struct tls_stream *stream);

#endif
