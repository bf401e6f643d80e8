#include "net/tls_stream.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/addr.h"
#include "net/err.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "net/tls.h"
#include "net/tls_private.h"

/* A flight of handshake messages; beyond it nobody honest goes. */
#define HANDSHAKE_MAX (128 * 1024)
/* Warnings and requests to renegotiate that one peer may send. */
#define NOISE_MAX 16

struct tls_stream {
	gnutls_session_t session;
	struct tls_trust *trust; /* NULL on the server's side */
	char *host;
	int fd;
	int noise;
	bool pending_write; /* GnuTLS holds a record that must go first */
	bool established;
	size_t in, out;
	unsigned char first[48]; /* what the peer said first, for messages */
	size_t first_len;
};

static ssize_t
pull(gnutls_transport_ptr_t ptr, void *out, size_t size)
{
	struct tls_stream *s = ptr;
	ssize_t n = recv(s->fd, out, size, 0);
	size_t keep;

	if (n < 0) {
		gnutls_transport_set_errno(s->session, errno);
		return n;
	}
	s->in += (size_t)n;
	keep = sizeof(s->first) - s->first_len;
	if (keep > (size_t)n)
		keep = (size_t)n;
	memcpy(s->first + s->first_len, out, keep);
	s->first_len += keep;
	return n;
}

static ssize_t
push(gnutls_transport_ptr_t ptr, const giovec_t *iov, int count)
{
	struct tls_stream *s = ptr;
	struct msghdr msg = { .msg_iov = (struct iovec *)(void *)iov,
		.msg_iovlen = (size_t)count };
	ssize_t n = sendmsg(s->fd, &msg, MSG_NOSIGNAL);

	if (n < 0)
		gnutls_transport_set_errno(s->session, errno);
	else
		s->out += (size_t)n;
	return n;
}

static struct tls_stream *
stream_new(unsigned flags, int fd)
{
	struct tls_stream *s = mem_alloc(sizeof(*s));

	/* Tickets would only be read and thrown away. */
	flags |= GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS;
	if (gnutls_init(&s->session, flags) != 0)
		abort(); /* out of memory */
	s->fd = fd;
	gnutls_transport_set_ptr(s->session, s);
	gnutls_transport_set_pull_function(s->session, pull);
	gnutls_transport_set_vec_push_function(s->session, push);
	gnutls_handshake_set_max_packet_length(s->session, HANDSHAKE_MAX);
	return s;
}

/* SNI is for names only (RFC 6066 3), without the final dot. */
static void
name_server(struct tls_stream *s)
{
	struct addr addr;
	size_t len = strlen(s->host);

	if (len > 0 && s->host[len - 1] == '.')
		s->host[--len] = '\0';
	if (len > 0 && !addr_parse(s->host, &addr))
		gnutls_server_name_set(s->session, GNUTLS_NAME_DNS, s->host,
		    len);
}

struct tls_stream *
tls_stream_client(struct tls_trust *trust, int fd, const char *host)
{
	struct tls_stream *s = stream_new(GNUTLS_CLIENT, fd);

	s->trust = trust;
	s->host = mem_strdup(host);
	name_server(s);
	gnutls_priority_set(s->session, tls_trust_priority(trust));
	gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE,
	    tls_trust_credentials(trust));
	return s;
}

struct tls_stream *
tls_stream_server(struct tls_server *server, int fd)
{
	struct tls_stream *s = stream_new(GNUTLS_SERVER, fd);

	gnutls_priority_set(s->session, server->priority);
	gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE,
	    server->cred);
	return s;
}

void
tls_stream_free(struct tls_stream *stream)
{
	if (stream == NULL)
		return;
	gnutls_deinit(stream->session);
	free(stream->host);
	free(stream);
}

/* Did the peer begin with a TLS record (handshake or alert)? */
static bool
spoke_tls(const struct tls_stream *s)
{
	return s->first_len < 2 ||
	    ((s->first[0] == 21 || s->first[0] == 22) && s->first[1] == 3);
}

/* GnuTLS stops at the header of what is no record; the line is longer. */
static void
show_first(struct tls_stream *s, char *out, size_t size)
{
	ssize_t more = recv(s->fd, s->first + s->first_len,
	    sizeof(s->first) - s->first_len, 0);
	size_t i, at = 0;

	if (more > 0)
		s->first_len += (size_t)more;
	out[0] = '\0';
	for (i = 0; i < s->first_len && at + 5 < size; i++) {
		unsigned char c = s->first[i];

		if (c == '\r' || c == '\n')
			break;
		at += (size_t)snprintf(out + at, size - at,
		    c < 0x20 || c > 0x7e || c == '\\' ? "\\x%02x" : "%c", c);
	}
}

/* Why the handshake did not come to an end, in words. */
static enum tls_result
handshake_failed(struct tls_stream *s, int code, struct err *err)
{
	char shown[sizeof(s->first) * 4 + 1];
	gnutls_alert_description_t alert;
	const char *name;

	if (!spoke_tls(s)) {
		show_first(s, shown, sizeof(shown));
		err_set(err, ERR_TLS, "answered the TLS handshake with "
		    "something that is not TLS: \"%s\"", shown);
	} else if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		alert = gnutls_alert_get(s->session);
		name = gnutls_alert_get_name(alert);
		err_set(err, ERR_TLS, "the peer broke off the TLS handshake "
		    "with alert %d (%s)", (int)alert,
		    name != NULL ? name : _("unknown"));
	} else if (code == GNUTLS_E_PREMATURE_TERMINATION) {
		err_set(err, ERR_TLS, "the peer closed the connection in the "
		    "TLS handshake");
	} else if (code == GNUTLS_E_PULL_ERROR || code == GNUTLS_E_PUSH_ERROR) {
		err_set(err, ERR_TLS, "the connection was lost in the TLS "
		    "handshake");
	} else {
		err_set(err, ERR_TLS, "TLS handshake failed: %s",
		    gnutls_strerror(code));
	}
	return TLS_BROKEN;
}

/* A warning is noise until there is too much of it. */
static bool
bearable(struct tls_stream *s, int code)
{
	return !gnutls_error_is_fatal(code) && ++s->noise <= NOISE_MAX;
}

static bool
is_again(int code)
{
	return code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED;
}

enum tls_result
tls_stream_handshake(struct tls_stream *stream, struct err *err)
{
	int code;

	do {
		code = gnutls_handshake(stream->session);
		if (code == 0) {
			stream->established = true;
			return TLS_OK;
		}
		if (is_again(code))
			return TLS_AGAIN;
	} while (bearable(stream, code));
	handshake_failed(stream, code, err);
	/* Tell the peer why, if it can still hear. */
	gnutls_alert_send_appropriate(stream->session, code);
	return TLS_BROKEN;
}

short
tls_stream_wants(const struct tls_stream *stream)
{
	return gnutls_record_get_direction(stream->session) == 1 ? POLLOUT :
								   POLLIN;
}

enum tls_result
tls_stream_read(struct tls_stream *stream, void *out, size_t size, size_t *got,
    struct err *err)
{
	ssize_t n;

	do {
		n = gnutls_record_recv(stream->session, out, size);
		if (n > 0) {
			*got = (size_t)n;
			return TLS_OK;
		}
		if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION)
			return TLS_END;
		if (is_again((int)n))
			return TLS_AGAIN;
		/* RFC 5246 7.2.2: we do not renegotiate, and go on. */
		if (n == GNUTLS_E_REHANDSHAKE)
			gnutls_alert_send(stream->session, GNUTLS_AL_WARNING,
			    GNUTLS_A_NO_RENEGOTIATION);
	} while (bearable(stream, (int)n));
	if (n == GNUTLS_E_PULL_ERROR)
		err_set(err, ERR_RESET, "the connection was reset");
	else if (n == GNUTLS_E_FATAL_ALERT_RECEIVED)
		err_set(err, ERR_TLS, "the peer ended TLS with alert %d (%s)",
		    (int)gnutls_alert_get(stream->session),
		    gnutls_alert_get_name(gnutls_alert_get(stream->session)));
	else
		err_set(err, ERR_TLS, "TLS: %s", gnutls_strerror((int)n));
	return TLS_BROKEN;
}

enum tls_result
tls_stream_write(struct tls_stream *stream, const void *bytes, size_t n,
    size_t *took, struct err *err)
{
	ssize_t done;

	if (stream->pending_write)
		done = gnutls_record_send(stream->session, NULL, 0);
	else
		done = gnutls_record_send(stream->session, bytes, n);
	stream->pending_write = done < 0 && is_again((int)done);
	if (stream->pending_write)
		return TLS_AGAIN;
	if (done < 0) {
		err_set(err, ERR_RESET, "the connection was lost: %s",
		    gnutls_strerror((int)done));
		return TLS_BROKEN;
	}
	*took = (size_t)done;
	return TLS_OK;
}

bool
tls_stream_noise(struct tls_stream *stream, enum tls_noise noise)
{
	gnutls_session_t session = stream->session;

	if (stream->pending_write)
		return false;
	switch (noise) {
	case TLS_NOISE_KEY_UPDATE:
		return gnutls_session_key_update(session, GNUTLS_KU_PEER) == 0;
	case TLS_NOISE_HELLO_REQUEST:
		return gnutls_rehandshake(session) == 0;
	case TLS_NOISE_EMPTY:
		return gnutls_record_send(session, "", 0) == 0;
	case TLS_NOISE_WARNING:
		return gnutls_alert_send(session, GNUTLS_AL_WARNING,
		    GNUTLS_A_USER_CANCELED) == 0;
	}
	return false;
}

bool
tls_stream_pending(const struct tls_stream *stream)
{
	return gnutls_record_check_pending(stream->session) > 0;
}

enum tls_result
tls_stream_bye(struct tls_stream *stream, struct err *err)
{
	int code = gnutls_bye(stream->session, GNUTLS_SHUT_WR);

	if (code == 0)
		return TLS_OK;
	if (is_again(code))
		return TLS_AGAIN;
	err_set(err, ERR_TLS, "TLS: %s", gnutls_strerror(code));
	return TLS_BROKEN;
}

void
tls_stream_verdict(struct tls_stream *stream, struct tls_info *info)
{
	gnutls_session_t session = stream->session;
	const gnutls_datum_t *chain;
	unsigned count = 0;
	const char *version, *suite;

	memset(info, 0, sizeof(*info));
	chain = gnutls_certificate_get_peers(session, &count);
	tls_verdict(stream->trust, chain, count, stream->host, info);
	version = gnutls_protocol_get_name(
	    gnutls_protocol_get_version(session));
	snprintf(info->version, sizeof(info->version), "%s",
	    version != NULL ? version : "");
	suite = gnutls_ciphersuite_get(session);
	snprintf(info->cipher, sizeof(info->cipher), "%s",
	    suite != NULL ? suite : "");
}

size_t
tls_stream_binding(const struct tls_stream *stream, void *out, size_t size,
    const char **type)
{
	bool tls13 =
	    gnutls_protocol_get_version(stream->session) == GNUTLS_TLS1_3;
	gnutls_datum_t data = { NULL, 0 };
	size_t len = 0;

	if (gnutls_session_channel_binding(stream->session,
		tls13 ? GNUTLS_CB_TLS_EXPORTER : GNUTLS_CB_TLS_UNIQUE,
		&data) != 0)
		return 0;
	if (data.size <= size) {
		memcpy(out, data.data, data.size);
		len = data.size;
		*type = tls13 ? "tls-exporter" : "tls-unique";
	}
	gnutls_free(data.data);
	return len;
}

size_t
tls_stream_in(const struct tls_stream *stream)
{
	return stream->in;
}

size_t
tls_stream_out(const struct tls_stream *stream)
{
	return stream->out;
}
