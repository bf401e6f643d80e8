/*
 * Plays a name server of the world on loopback, over UDP and TCP (RFC 1035
 * 4.2, 7766), with the faults that the world gives it.  Answers leave after
 * a round trip on the loop's clock.
 */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/text.h"
#include "core/world/parts.h"
#include "net/listen.h"
#include "net/mem.h"

#define UDP_PLAIN 512 /* without EDNS (RFC 1035 4.2.1) */
#define MESSAGE_MAX 65535
#define BIND_TRIES 32

/* An answer that waits for its time, or a TCP conversation. */
struct dns_pending {
	struct dns_pending *next, *prev;
	struct nameserver *ns;
	struct timer timer;
	uint8_t *bytes; /* the answer, over TCP with its length in front */
	size_t len, sent;
	struct sockaddr_storage peer; /* UDP */
	socklen_t peer_len;
	int fd; /* TCP; -1: UDP */
	struct watch watch;
	uint8_t in[2 + UDP_PLAIN];
	size_t in_len;
	int answered; /* over this connection */
};

static struct dns_pending *
pending_new(struct nameserver *ns)
{
	struct dns_pending *p = mem_alloc(sizeof(*p));
	struct world *w = ns->world;

	p->ns = ns;
	p->fd = -1;
	p->next = w->pending;
	if (p->next != NULL)
		p->next->prev = p;
	w->pending = p;
	return p;
}

static void
pending_free(struct world *world, struct dns_pending *p)
{
	if (p->prev != NULL)
		p->prev->next = p->next;
	else
		world->pending = p->next;
	if (p->next != NULL)
		p->next->prev = p->prev;
	timer_stop(&p->timer);
	watch_stop(&p->watch);
	if (p->fd >= 0)
		close(p->fd);
	free(p->bytes);
	free(p);
}

void
nameserver_drop_pending(struct world *world)
{
	struct dns_pending *p, *next;

	for (p = world->pending; p != NULL; p = next) {
		next = p->next;
		pending_free(world, p);
	}
}

/* ---- what is answered ---- */

/* How many bytes the asker takes over UDP (RFC 6891 6.2.3). */
static size_t
room_for(const struct dns_msg *question)
{
	size_t i;

	for (i = 0; i < question->count; i++) {
		const struct dns_rr *rr = &question->rrs[i];

		if (rr->type == DNS_OPT && rr->class > UDP_PLAIN)
			return rr->class;
	}
	return UDP_PLAIN;
}

static bool
has_opt(const struct dns_msg *question)
{
	size_t i;

	for (i = 0; i < question->count; i++)
		if (question->rrs[i].type == DNS_OPT)
			return true;
	return false;
}

static void
empty(struct dns_msg *answer)
{
	free(answer->rrs);
	answer->rrs = NULL;
	answer->count = 0;
}

/* Faults that change the message before it is written. */
static void
spoil_message(struct dns_msg *answer, enum dns_fault fault)
{
	static char other[] = "stray.example", root[] = ".";
	size_t i;

	switch (fault) {
	case DNS_FAULT_LAME: /* an upward referral, as lame servers give */
		empty(answer);
		answer->aa = false;
		answer->rcode = DNS_NOERROR;
		answer->rrs = mem_alloc(sizeof(*answer->rrs));
		answer->count = 1;
		answer->rrs[0] = (struct dns_rr) { .section = DNS_AUTHORITY,
			.name = root, .type = DNS_NS, .class = 1,
			.ttl = 518400, .target = other };
		break;
	case DNS_FAULT_NO_AA:
		answer->aa = false;
		break;
	case DNS_FAULT_WRONG_ID:
		answer->id ^= 0x5a5a;
		break;
	case DNS_FAULT_WRONG_QUESTION:
		answer->qname = other;
		break;
	case DNS_FAULT_STRAY:
		for (i = 0; i < answer->count; i++)
			answer->rrs[i].name = other;
		break;
	default:
		break;
	}
}

/* Faults that are no DNS message at all, or one that cannot be read. */
static size_t
spoil_bytes(uint8_t *out, size_t len, enum dns_fault fault)
{
	size_t i;

	switch (fault) {
	case DNS_FAULT_GARBAGE:
		for (i = 2; i < len; i++)
			out[i] = (uint8_t)(i * 167 + 13);
		return len;
	case DNS_FAULT_SHORT:
		return 5;
	case DNS_FAULT_LOOP: /* one record whose name points at itself */
		if (len < 14)
			return len;
		out[7] = 1;
		out[9] = out[11] = 0;
		for (i = 12; i < len && out[i] != 0; i += out[i] + 1u)
			continue;
		i += 5;
		out[i] = (uint8_t)(0xc0 | i >> 8);
		out[i + 1] = (uint8_t)i;
		memset(out + i + 2, 0, 10);
		return i + 12;
	default:
		return len;
	}
}

/* The first copy of each question is lost, its repetition is not. */
static bool
is_lost(struct nameserver *ns, const struct dns_msg *question)
{
	char key[1100];
	size_t i;

	snprintf(key, sizeof(key), "%u %s", question->qtype, question->qname);
	for (i = 0; i < ns->lost.count; i++)
		if (text_ieq(ns->lost.items[i], key))
			return false;
	set_add(&ns->lost, key);
	return true;
}

static bool
is_lost_to_all(const struct nameserver *ns)
{
	return ns->world->dark || (ns->recursive && ns->world->no_resolver);
}

static bool
write_answer(struct dns_msg *answer, const struct dns_msg *question,
    enum dns_fault fault, bool tcp, uint8_t *out, size_t *len)
{
	size_t room = tcp ? MESSAGE_MAX : room_for(question);
	struct dns_rr opt = { .section = DNS_ADDITIONAL, .type = DNS_OPT,
		.class = 1232 };
	static char root[] = ".";

	if ((fault == DNS_FAULT_TRUNCATE && !tcp) ||
	    fault == DNS_FAULT_TRUNCATE_ALWAYS) {
		empty(answer);
		answer->tc = true;
	}
	if (has_opt(question)) {
		size_t cap = answer->count;

		opt.name = root;
		answer->rrs = mem_grow(answer->rrs, answer->count, &cap,
		    sizeof(opt));
		answer->rrs[answer->count++] = opt;
	}
	if (dns_msg_write(answer, out, room, len))
		return true;
	empty(answer);
	answer->tc = true;
	return dns_msg_write(answer, out, room, len);
}

/*
 * Reads a question and writes what this server says to it; 0 bytes: it
 * says nothing.  *delay_ms comes on top of the round trip.
 */
static size_t
answer_to(struct nameserver *ns, const uint8_t *bytes, size_t n, bool tcp,
    uint8_t *out, int *delay_ms)
{
	const struct name_rule *rule;
	enum dns_fault fault;
	struct dns_msg question, answer = { 0 };
	struct err err;
	size_t len = 0;

	*delay_ms = 0;
	if (is_lost_to_all(ns) || !dns_msg_parse(bytes, n, &question, &err))
		return 0;
	if (question.qr || question.qname == NULL) {
		dns_msg_clear(&question);
		return 0;
	}
	rule = zone_rule(ns, question.qname, question.qtype);
	fault = rule != NULL ? rule->fault : DNS_FAULT_NONE;
	if (rule != NULL)
		*delay_ms = rule->delay_ms;
	answer.id = question.id;
	answer.rd = question.rd;
	answer.qname = question.qname;
	answer.qtype = question.qtype;
	answer.qclass = question.qclass;
	zone_answer(ns, &answer);
	if (rule != NULL && rule->rcode >= 0) {
		empty(&answer);
		answer.aa = false;
		answer.rcode = rule->rcode;
	}
	spoil_message(&answer, fault);
	if (fault != DNS_FAULT_SILENT &&
	    !(fault == DNS_FAULT_LOST && !tcp && is_lost(ns, &question)) &&
	    write_answer(&answer, &question, fault, tcp, out, &len))
		len = spoil_bytes(out, len, fault);
	free(answer.rrs);
	dns_msg_clear(&question);
	if (len > 0)
		ns->world->count.questions++;
	return len;
}

/* ---- UDP ---- */

static void
send_pending(struct timer *timer)
{
	struct dns_pending *p = container_of(timer, struct dns_pending, timer);

	if (!is_lost_to_all(p->ns))
		sendto(p->ns->udp.fd, p->bytes, p->len, 0,
		    (struct sockaddr *)&p->peer, p->peer_len);
	pending_free(p->ns->world, p);
}

static void
asked(struct nameserver *ns, const uint8_t *bytes, size_t n,
    const struct sockaddr_storage *peer, socklen_t peer_len)
{
	uint8_t *out = mem_alloc(MESSAGE_MAX);
	int delay_ms;
	size_t len = answer_to(ns, bytes, n, false, out, &delay_ms);
	struct dns_pending *p;

	delay_ms += ns->world->rtt_ms;
	if (len == 0 || delay_ms == 0) {
		if (len > 0)
			sendto(ns->udp.fd, out, len, 0,
			    (const struct sockaddr *)peer, peer_len);
		free(out);
		return;
	}
	p = pending_new(ns);
	p->bytes = mem_resize(out, len);
	p->len = len;
	p->peer = *peer;
	p->peer_len = peer_len;
	timer_start(&p->timer, ns->world->loop, delay_ms, send_pending);
}

static void
udp_ready(struct watch *watch, short revents)
{
	struct nameserver *ns = container_of(watch, struct nameserver, udp);
	struct sockaddr_storage peer;
	uint8_t bytes[2048];
	socklen_t peer_len = sizeof(peer);
	ssize_t n;

	(void)revents;
	while ((n = recvfrom(watch->fd, bytes, sizeof(bytes), 0,
	    (struct sockaddr *)&peer, &peer_len)) >= 0) {
		asked(ns, bytes, (size_t)n, &peer, peer_len);
		peer_len = sizeof(peer);
	}
}

/* ---- TCP ---- */

static void
tcp_write(struct dns_pending *p)
{
	while (p->sent < p->len) {
		ssize_t n = send(p->fd, p->bytes + p->sent, p->len - p->sent,
		    MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			watch_events(&p->watch, POLLIN | POLLOUT);
			return;
		}
		if (n <= 0) {
			pending_free(p->ns->world, p);
			return;
		}
		p->sent += (size_t)n;
	}
	free(p->bytes);
	p->bytes = NULL;
	p->len = p->sent = 0;
	watch_events(&p->watch, POLLIN);
}

static void
tcp_due(struct timer *timer)
{
	struct dns_pending *p = container_of(timer, struct dns_pending, timer);

	if (!is_lost_to_all(p->ns))
		tcp_write(p);
}

/* A whole question is there: the answer, after its time. */
static void
tcp_asked(struct dns_pending *p, size_t n)
{
	uint8_t *out = mem_alloc(MESSAGE_MAX + 2);
	int delay_ms, rtt = p->ns->world->rtt_ms;
	size_t len = answer_to(p->ns, p->in + 2, n, true, out + 2, &delay_ms);

	p->in_len = 0;
	if (len == 0) {
		free(out);
		return;
	}
	out[0] = (uint8_t)(len >> 8);
	out[1] = (uint8_t)len;
	free(p->bytes);
	p->bytes = out;
	p->len = len + 2;
	p->sent = 0;
	/* The first answer also pays for the connection. */
	delay_ms += p->answered++ == 0 ? 2 * rtt : rtt;
	if (delay_ms == 0)
		tcp_write(p);
	else
		timer_start(&p->timer, p->ns->world->loop, delay_ms, tcp_due);
}

static void
tcp_ready(struct watch *watch, short revents)
{
	struct dns_pending *p = container_of(watch, struct dns_pending, watch);
	size_t want;
	ssize_t n;

	if (p->len > p->sent && (revents & POLLOUT) != 0) {
		tcp_write(p);
		return;
	}
	n = recv(p->fd, p->in + p->in_len, sizeof(p->in) - p->in_len, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		pending_free(p->ns->world, p);
		return;
	}
	p->in_len += (size_t)n;
	want = p->in_len >= 2 ? (size_t)(p->in[0] << 8 | p->in[1]) : 0;
	if (want > sizeof(p->in) - 2)
		pending_free(p->ns->world, p);
	else if (p->in_len >= 2 && p->in_len >= want + 2)
		tcp_asked(p, want);
}

static void
tcp_accepted(void *arg, int fd, const struct addr *peer)
{
	struct nameserver *ns = arg;
	const struct name_rule *rule = zone_rule(ns, ".", 0);
	struct dns_pending *p;

	(void)peer;
	if (rule != NULL && rule->fault == DNS_FAULT_NO_TCP) {
		close(fd);
		return;
	}
	p = pending_new(ns);
	p->fd = fd;
	watch_start(&p->watch, ns->world->loop, fd, POLLIN, tcp_ready);
}

/* ---- sockets ---- */

static int
bind_udp(const struct addr *addr)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(addr, &ss);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&ss, len) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* UDP and TCP share one port, so we look for one that is free for both. */
bool
nameserver_start(struct nameserver *ns, struct err *err)
{
	static const uint8_t loopback[4] = { 127, 0, 0, 1 };
	int tries, fd = -1;

	for (tries = 0; tries < BIND_TRIES && fd < 0; tries++) {
		ns->real = addr_v4(loopback, 0);
		listener_free(ns->tcp);
		ns->tcp = listener_new(ns->world->loop, &ns->real,
		    tcp_accepted, ns, err);
		if (ns->tcp == NULL)
			return false;
		fd = bind_udp(&ns->real);
	}
	if (fd < 0)
		return err_sys(err, errno, "no port for a name server");
	watch_start(&ns->udp, ns->world->loop, fd, POLLIN, udp_ready);
	return true;
}

void
nameserver_stop(struct nameserver *ns)
{
	listener_free(ns->tcp);
	ns->tcp = NULL;
	if (ns->udp.loop == NULL)
		return;
	watch_stop(&ns->udp);
	close(ns->udp.fd);
}
