#ifndef RT_NET_DNS_CHANNEL_H
#define RT_NET_DNS_CHANNEL_H

/*
 * A c-ares channel that carries one question at a time to one server.  The
 * library closes its socket when the answer is there, so the next question
 * leaves from a fresh port (RFC 5452 9.2); a channel that is made anew for
 * each question costs more than the question.  The library's clock plays no
 * part, and it looks nothing up in files or the environment.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addr;
struct dns_channel;
struct loop;

/* Those that have nothing to do. */
struct dns_channels {
	struct dns_channel *idle;
	size_t count;
};

/*
 * What came: `len` bytes, or 0 and why not in words.  The library is on the
 * stack: the channel is not to be given back from within.
 */
typedef void dns_channel_answer(void *arg, const uint8_t *bytes, size_t len,
    const char *why);

/* NULL, and why in words, if the library cannot make one. */
struct dns_channel *dns_channel_take(struct dns_channels *channels,
    struct loop *loop, const struct addr *server, bool tcp, bool edns,
    const char **why);
/*
 * Sends a whole query; with EDNS its last 11 bytes are the OPT record.  The
 * answer carries its id and its question.
 */
void dns_channel_send(struct dns_channel *channel, const uint8_t *query,
    size_t len, dns_channel_answer *on_answer, void *arg);
/* The errno of the last failed call on its socket, 0 if none failed. */
int dns_channel_errno(const struct dns_channel *channel);
/* The server closed the TCP connection. */
bool dns_channel_closed(const struct dns_channel *channel);
/* Gives it back; a question that is not answered yet is cancelled. */
void dns_channel_give(struct dns_channels *channels,
    struct dns_channel *channel);
void dns_channels_free(struct dns_channels *channels);

#endif
