#include "net/dns.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/dial.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"

/* A name server on loopback that can be told to misbehave. */
enum manner {
	ANSWERS,
	TRUNCATES,      /* over UDP; whole over TCP */
	NO_EDNS,        /* FORMERR to a question with OPT */
	NO_EDNS_BARE,   /* the same, as a header without the question */
	OPT_FORMERR,    /* FORMERR that carries an OPT itself */
	SPOOFED_FIRST,  /* wrong id and wrong question before the right one */
	REFLECTS,       /* sends the question back */
	GARBAGE,        /* over UDP; whole over TCP */
	OVERSIZE,       /* 3000 bytes over UDP */
	TCP_CLOSES,     /* truncates over UDP, hangs up over TCP */
	CUTS_ALL,       /* the same, and the cut answer is empty */
	MUTE_UDP,       /* answers over TCP alone */
};

struct fake {
	struct loop *loop;
	struct addr public, real;
	struct watch udp, tcp, peer;
	enum manner manner;
	int rcode;
	int drop;       /* this many packets more are lost */
	int udp_asked, tcp_asked;
	bool rd, ad, edns; /* of the last question */
	int64_t at[16];    /* when each UDP question came */
};

static struct loop *loop;
static struct dial *dial;
static struct fake a, b, c;
static struct resolver *resolver;
static struct task waiter;
static int woken;

static size_t
reply(const struct fake *f, struct dns_msg *q, bool cut, uint8_t *out,
    size_t size)
{
	static uint8_t text[2900];
	struct dns_rr rr[2] = {
		{ .section = DNS_ANSWER, .name = q->qname, .type = DNS_MX,
		    .class = 1, .ttl = 300, .preference = 10,
		    .target = (char[]) { "mx.dest.example" } },
		{ .section = DNS_ANSWER, .name = q->qname, .type = DNS_TXT,
		    .class = 1, .data = text, .len = sizeof(text) },
	};
	struct dns_msg msg = { .id = q->id, .qr = true, .ra = true,
		.rd = q->rd, .tc = cut, .rcode = f->rcode, .qname = q->qname,
		.qtype = q->qtype, .qclass = 1, .rrs = rr,
		.count = f->rcode != 0 || (cut && f->manner != TCP_CLOSES)
		    ? 0 : 1 };
	size_t len;

	if (f->manner == OVERSIZE)
		msg.count = 2;
	ck_assert(dns_msg_write(&msg, out, size, &len));
	return len;
}

static void
send_back(struct fake *f, const void *bytes, size_t n,
    const struct sockaddr_in *to)
{
	ck_assert_int_eq(sendto(f->udp.fd, bytes, n, 0,
			     (const struct sockaddr *)to, sizeof(*to)),
	    (ssize_t)n);
}

static void
send_spoofs(struct fake *f, const uint8_t *bytes, size_t n,
    const struct sockaddr_in *to)
{
	uint8_t other[4096];

	memcpy(other, bytes, n);
	other[0] ^= 1; /* another id */
	send_back(f, other, n, to);
	other[0] ^= 1;
	other[13] ^= 1; /* another name */
	send_back(f, other, n, to);
}

static void
answer_udp(struct fake *f, struct dns_msg *q, const uint8_t *asked, size_t n,
    const struct sockaddr_in *to)
{
	uint8_t out[4096];
	size_t len = reply(f, q,
	    f->manner == TRUNCATES || f->manner == TCP_CLOSES ||
	    f->manner == CUTS_ALL, out,
	    sizeof(out));

	if (f->manner == SPOOFED_FIRST)
		send_spoofs(f, out, len, to);
	if (f->manner == REFLECTS) {
		memcpy(out, asked, n);
		len = n;
	} else if (f->manner == GARBAGE) {
		out[7] = 200; /* answers that are not there */
	} else if (f->edns && (f->manner == NO_EDNS || f->manner == OPT_FORMERR ||
		f->manner == NO_EDNS_BARE)) {
		memcpy(out, asked, n);
		len = n;
		out[2] |= 0x80;
		out[3] = DNS_FORMERR;
		if (f->manner == NO_EDNS) {
			out[11] = 0;
			len = n - 11;
		} else if (f->manner == NO_EDNS_BARE) {
			memset(out + 4, 0, 8);
			len = 12;
		}
	}
	send_back(f, out, len, to);
}

static void
note_question(struct fake *f, const struct dns_msg *q)
{
	f->rd = q->rd;
	f->ad = q->ad;
	f->edns = q->count == 1 && q->rrs[0].type == DNS_OPT &&
	    q->rrs[0].class == 1232;
}

static void
udp_ready(struct watch *watch, short revents)
{
	struct fake *f = container_of(watch, struct fake, udp);
	uint8_t in[2048];
	struct sockaddr_in from;
	socklen_t fromlen = sizeof(from);
	struct dns_msg q;
	struct err err;
	ssize_t n = recvfrom(watch->fd, in, sizeof(in), 0,
	    (struct sockaddr *)&from, &fromlen);

	(void)revents;
	ck_assert_int_gt(n, 0);
	ck_assert(dns_msg_parse(in, (size_t)n, &q, &err));
	note_question(f, &q);
	f->at[f->udp_asked++ % 16] = loop_now(f->loop);
	if (f->drop > 0)
		f->drop--;
	else if (f->manner != MUTE_UDP)
		answer_udp(f, &q, in, (size_t)n, &from);
	dns_msg_clear(&q);
}

static void
peer_ready(struct watch *watch, short revents)
{
	struct fake *f = container_of(watch, struct fake, peer);
	uint8_t in[2048], out[4096 + 2];
	struct dns_msg q;
	struct err err;
	size_t len;
	ssize_t n = read(watch->fd, in, sizeof(in));

	(void)revents;
	if (n > 2 && f->manner != TCP_CLOSES && f->manner != CUTS_ALL) {
		ck_assert_int_eq(in[0] << 8 | in[1], n - 2);
		ck_assert(dns_msg_parse(in + 2, (size_t)n - 2, &q, &err));
		note_question(f, &q);
		len = reply(f, &q, false, out + 2, sizeof(out) - 2);
		out[0] = (uint8_t)(len >> 8);
		out[1] = (uint8_t)(len & 255);
		/* In two pieces, as TCP may; the asker may be gone. */
		send(watch->fd, out, 1, MSG_NOSIGNAL);
		send(watch->fd, out + 1, len + 1, MSG_NOSIGNAL);
		dns_msg_clear(&q);
		return;
	}
	close(watch->fd);
	watch_stop(watch);
}

static void
tcp_ready(struct watch *watch, short revents)
{
	struct fake *f = container_of(watch, struct fake, tcp);
	int fd = accept(watch->fd, NULL, NULL);

	(void)revents;
	ck_assert_int_ge(fd, 0);
	f->tcp_asked++;
	if (f->peer.loop != NULL) {
		close(f->peer.fd);
		watch_stop(&f->peer);
	}
	watch_start(&f->peer, f->loop, fd, POLLIN, peer_ready);
}

static int
bound(int type, struct sockaddr_in *sin)
{
	socklen_t len = sizeof(*sin);
	int fd = socket(AF_INET, type, 0);

	if (bind(fd, (struct sockaddr *)sin, len) != 0) {
		close(fd);
		return -1;
	}
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)sin, &len), 0);
	return fd;
}

static void
fake_open(struct fake *f, const char *public)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	int udp, tcp = -1;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	memset(f, 0, sizeof(*f));
	f->loop = loop;
	/* The same port for both; another try where TCP's is taken. */
	do {
		sin.sin_port = 0;
		udp = bound(SOCK_DGRAM, &sin);
		tcp = bound(SOCK_STREAM, &sin);
		if (tcp < 0)
			close(udp);
	} while (tcp < 0);
	ck_assert_int_eq(listen(tcp, 5), 0);
	watch_start(&f->udp, loop, udp, POLLIN, udp_ready);
	watch_start(&f->tcp, loop, tcp, POLLIN, tcp_ready);
	ck_assert(addr_from_sockaddr((struct sockaddr *)&sin, &f->real));
	ck_assert(addr_parse_port(public, 53, &f->public));
	dial_map(dial, &f->public, &f->real);
}

static void
fake_close(struct fake *f)
{
	struct watch *watches[] = { &f->udp, &f->tcp, &f->peer };
	size_t i;

	for (i = 0; i < 3; i++) {
		if (watches[i]->loop != NULL)
			close(watches[i]->fd);
		watch_stop(watches[i]);
	}
}

static enum step
count_wakes(struct task *task)
{
	(void)task;
	woken++;
	return STEP_WAIT;
}

/* A resolver with the first `n` of servers a, b and c. */
static void
set_up(struct loop *l, size_t n)
{
	struct addr servers[3];

	loop = l;
	dial = dial_new();
	fake_open(&a, "192.0.2.53");
	fake_open(&b, "192.0.2.54");
	fake_open(&c, "192.0.2.55");
	servers[0] = a.public;
	servers[1] = b.public;
	servers[2] = c.public;
	resolver = resolver_new(loop, dial, servers, n);
	task_start(&waiter, loop, NULL, count_wakes);
	loop_turn(loop, 0);
	woken = 0;
}

static void
tear_down(void)
{
	task_stop(&waiter);
	resolver_free(resolver);
	fake_close(&a);
	fake_close(&b);
	fake_close(&c);
	dial_free(dial);
	loop_free(loop);
}

static void
await(const struct dns_query *query)
{
	int turns;

	for (turns = 0; !dns_answered(query); turns++) {
		ck_assert_int_lt(turns, 10000);
		loop_turn(loop, 100);
	}
	loop_turn(loop, 0);
}

static void
expect_mx(const struct dns_query *query)
{
	const struct dns_msg *msg = dns_answer(query);

	ck_assert_msg(msg != NULL, "%s", dns_error(query)->text);
	ck_assert_int_eq(dns_error(query)->kind, ERR_NONE);
	ck_assert_uint_eq(dns_msg_answers(msg, DNS_MX), 1);
	ck_assert_str_eq(dns_msg_answer(msg, DNS_MX, 0)->target,
	    "mx.dest.example");
}

START_TEST(asks_and_answers)
{
	struct dns_query *query;

	set_up(loop_new(NULL), 2);
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	ck_assert(!dns_answered(query));
	await(query);
	expect_mx(query);
	ck_assert_int_eq(woken, 1);
	ck_assert_str_eq(dns_query_name(query), "dest.example");
	ck_assert_uint_eq(dns_query_type(query), DNS_MX);
	ck_assert(addr_same(dns_answer_server(query), &a.public));
	ck_assert(!dns_query_tcp(query));
	ck_assert_int_eq(dns_query_tries(query), 1);
	ck_assert_int_lt(dns_query_ms(query), 500);
	ck_assert(a.rd && a.ad && a.edns);
	ck_assert_int_eq(b.udp_asked, 0);
	dns_drop(query);
	tear_down();
}
END_TEST

START_TEST(a_named_server_is_asked_without_recursion)
{
	struct dns_query *query[2];
	struct addr host = { 0 };

	set_up(loop_new_virtual(), 1);
	ck_assert(addr_parse("192.0.2.54", &host));
	query[0] = dns_ask_at(resolver, &waiter, &host, "dest.example", DNS_MX);
	query[1] = dns_ask_at(resolver, &waiter, &host, "dest.example", DNS_MX);
	await(query[0]);
	await(query[1]);
	expect_mx(query[0]);
	ck_assert(!b.rd && !b.ad && b.edns);
	ck_assert_int_eq(b.udp_asked, 2); /* always goes out */
	ck_assert_uint_eq(dns_answer_server(query[0])->port, 53);
	dns_drop(query[0]);
	dns_drop(query[1]);
	tear_down();
}
END_TEST

START_TEST(a_lost_packet_costs_half_a_second)
{
	struct dns_query *query;

	set_up(loop_new_virtual(), 1);
	a.drop = 1;
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	expect_mx(query);
	ck_assert_int_eq(dns_query_ms(query), 500);
	ck_assert_int_eq(dns_query_tries(query), 2);
	dns_drop(query);
	tear_down();
}
END_TEST

/* The same by the real clock: goal 1.1 s. */
START_TEST(a_lost_packet_in_real_time)
{
	struct dns_query *query;

	set_up(loop_new(NULL), 1);
	a.drop = 1;
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	expect_mx(query);
	ck_assert_int_ge(dns_query_ms(query), 490);
	ck_assert_int_lt(dns_query_ms(query), 1100);
	dns_drop(query);
	tear_down();
}
END_TEST

START_TEST(the_second_resolver_helps_out)
{
	struct dns_query *query;

	set_up(loop_new_virtual(), 3);
	a.drop = 100;
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	expect_mx(query);
	ck_assert(addr_same(dns_answer_server(query), &b.public));
	ck_assert_int_eq(dns_query_ms(query), 500);
	ck_assert_int_eq(a.udp_asked, 2); /* the first was asked again */
	ck_assert_int_eq(c.udp_asked, 0);
	dns_drop(query);
	tear_down();
}
END_TEST

START_TEST(silence_ends_after_four_seconds)
{
	struct dns_query *query;

	set_up(loop_new_virtual(), 2);
	a.manner = b.manner = TCP_CLOSES;
	a.drop = b.drop = 100;
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	ck_assert_ptr_null(dns_answer(query));
	ck_assert_int_eq(dns_error(query)->kind, ERR_TIMEOUT);
	ck_assert_str_eq(dns_error(query)->text,
	    "no DNS answer from 192.0.2.53 or 192.0.2.54 within 4000 ms");
	ck_assert_int_eq(dns_answer_server(query)->family, AF_UNSPEC);
	ck_assert_int_eq(a.at[0], 0);
	ck_assert_int_eq(a.at[1], 500);
	ck_assert_int_eq(a.at[2], 1500);
	ck_assert_int_eq(b.at[0], 500);
	ck_assert_int_eq(b.at[1], 1500);
	ck_assert_int_eq(a.tcp_asked, 1);
	ck_assert_int_eq(b.tcp_asked, 1);
	ck_assert_int_eq(woken, 1);
	dns_drop(query);
	tear_down();
}
END_TEST

START_TEST(tcp_is_tried_when_udp_is_dead)
{
	struct dns_query *query;

	set_up(loop_new_virtual(), 1);
	a.manner = MUTE_UDP;
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	expect_mx(query);
	ck_assert(dns_query_tcp(query));
	ck_assert_int_eq(dns_query_ms(query), 1500);
	dns_drop(query);
	tear_down();
}
END_TEST

START_TEST(bad_manners_over_udp_still_end_in_an_answer)
{
	static const struct {
		enum manner manner;
		int ms;
		bool tcp;
	} cases[] = {
		{ TRUNCATES, 0, true },
		{ NO_EDNS, 0, false },
		{ NO_EDNS_BARE, 500, false },
		{ OPT_FORMERR, 0, false },
		{ SPOOFED_FIRST, 0, false },
		{ GARBAGE, 0, true },
		{ OVERSIZE, 0, false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dns_query *query;

		set_up(loop_new_virtual(), 1);
		a.manner = cases[i].manner;
		query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
		await(query);
		expect_mx(query);
		ck_assert_int_eq(dns_query_tcp(query), cases[i].tcp);
		ck_assert_int_eq(dns_query_ms(query), cases[i].ms);
		dns_drop(query);
		tear_down();
	}
}
END_TEST

START_TEST(a_truncated_answer_is_better_than_none)
{
	struct dns_query *query;

	set_up(loop_new_virtual(), 1);
	a.manner = TCP_CLOSES;
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	ck_assert_ptr_nonnull(dns_answer(query));
	ck_assert(dns_answer(query)->tc);
	ck_assert_int_eq(dns_query_ms(query), 0);
	dns_drop(query);
	tear_down();
}
END_TEST

/* RFC 2181 9: that it holds no MX does not mean that there is none. */
START_TEST(an_empty_cut_answer_is_none)
{
	struct dns_query *query;

	set_up(loop_new_virtual(), 1);
	a.manner = CUTS_ALL;
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	ck_assert_ptr_null(dns_answer(query));
	ck_assert_ptr_nonnull(strstr(dns_error(query)->text, "cut its answer"));
	dns_drop(query);
	tear_down();
}
END_TEST

START_TEST(a_reflected_question_is_no_answer)
{
	struct dns_query *query;

	set_up(loop_new_virtual(), 2);
	a.manner = REFLECTS;
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	expect_mx(query);
	ck_assert(dns_query_tcp(query) ||
	    addr_same(dns_answer_server(query), &b.public));
	dns_drop(query);
	tear_down();
}
END_TEST

/* What one resolver cannot do another may; the better word is kept. */
START_TEST(a_poor_answer_is_weighed)
{
	static const struct {
		int first, second, kept, ms;
	} cases[] = {
		{ DNS_SERVFAIL, DNS_NOERROR, DNS_NOERROR, 0 },
		{ DNS_REFUSED, DNS_NXDOMAIN, DNS_NXDOMAIN, 0 },
		{ DNS_REFUSED, DNS_SERVFAIL, DNS_SERVFAIL, 0 },
		{ DNS_SERVFAIL, DNS_REFUSED, DNS_SERVFAIL, 0 },
		{ DNS_SERVFAIL, -1, DNS_SERVFAIL, 1000 },
		{ DNS_NXDOMAIN, DNS_NOERROR, DNS_NXDOMAIN, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dns_query *query;

		set_up(loop_new_virtual(), 2);
		a.rcode = cases[i].first;
		b.rcode = cases[i].second;
		b.drop = cases[i].second < 0 ? 100 : 0;
		query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
		await(query);
		ck_assert_ptr_nonnull(dns_answer(query));
		ck_assert_int_eq(dns_answer(query)->rcode, cases[i].kept);
		ck_assert_int_eq(dns_query_ms(query), cases[i].ms);
		dns_drop(query);
		tear_down();
	}
}
END_TEST

START_TEST(the_map_of_a_world_is_obeyed)
{
	struct dns_query *query;
	struct addr servers[2] = { 0 };

	set_up(loop_new_virtual(), 1);
	ck_assert(addr_parse("198.51.100.9", &servers[0])); /* not mapped */
	query = dns_ask_at(resolver, &waiter, &servers[0], "x.example", DNS_A);
	await(query);
	ck_assert_int_eq(dns_error(query)->kind, ERR_TIMEOUT);
	ck_assert_int_eq(dns_query_ms(query), 4000);
	dns_drop(query);

	servers[1] = addr_with_port(a.public, 5353); /* only port 53 is */
	query = dns_ask_at(resolver, &waiter, &servers[1], "x.example", DNS_A);
	await(query);
	ck_assert_int_eq(dns_error(query)->kind, ERR_REFUSED);
	ck_assert_int_eq(dns_query_ms(query), 0);
	ck_assert_ptr_nonnull(strstr(dns_error(query)->text,
	    "192.0.2.53:5353"));
	dns_drop(query);
	ck_assert_int_eq(a.udp_asked, 0);
	tear_down();
}
END_TEST

/* A real closed port: ICMP tells at once, no timeout is waited for. */
START_TEST(a_closed_port_is_told_at_once)
{
	struct dns_query *query;
	struct addr dead;

	set_up(loop_new(NULL), 1);
	dead = a.real;
	fake_close(&a);
	resolver_free(resolver);
	resolver = resolver_new(loop, NULL, &dead, 1);
	query = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(query);
	ck_assert_int_eq(dns_error(query)->kind, ERR_REFUSED);
	ck_assert_int_lt(dns_query_ms(query), 500);
	dns_drop(query);
	tear_down();
}
END_TEST

START_TEST(the_same_question_is_shared)
{
	struct dns_query *q[4];
	size_t i;

	set_up(loop_new_virtual(), 1);
	a.rcode = DNS_NXDOMAIN; /* negative answers too */
	q[0] = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	q[1] = dns_ask(resolver, &waiter, "DEST.example.", DNS_MX);
	q[2] = dns_ask(resolver, &waiter, "dest.example", DNS_A);
	await(q[0]);
	await(q[2]);
	ck_assert(dns_answered(q[1]));
	ck_assert_int_eq(a.udp_asked, 2);
	woken = 0;
	q[3] = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	ck_assert(dns_answered(q[3])); /* at once, and the waiter is told */
	loop_turn(loop, 0);
	ck_assert_int_eq(woken, 1);
	ck_assert_int_eq(dns_answer(q[3])->rcode, DNS_NXDOMAIN);
	for (i = 0; i < 3; i++)
		dns_drop(q[i]);
	resolver_forget(resolver);
	ck_assert_int_eq(dns_answer(q[3])->rcode, DNS_NXDOMAIN);
	a.rcode = 0;
	q[0] = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(q[0]);
	expect_mx(q[0]);
	ck_assert_int_eq(dns_answer(q[3])->rcode, DNS_NXDOMAIN);
	ck_assert_int_eq(a.udp_asked, 3);
	dns_drop(q[0]);
	dns_drop(q[3]);
	tear_down();
}
END_TEST

START_TEST(failures_are_shared_too)
{
	struct dns_query *q[2];

	set_up(loop_new_virtual(), 1);
	a.drop = 100;
	a.manner = TCP_CLOSES;
	q[0] = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	await(q[0]);
	q[1] = dns_ask(resolver, &waiter, "dest.example", DNS_MX);
	ck_assert(dns_answered(q[1]));
	ck_assert_int_eq(dns_error(q[1])->kind, ERR_TIMEOUT);
	dns_drop(q[0]);
	dns_drop(q[1]);
	tear_down();
}
END_TEST

START_TEST(what_cannot_be_asked_is_answered_at_once)
{
	static const char *const names[] = { "", "a..b", "a b.example",
		"x\x1b[2J.example", "hidden.onion", "b\xc3\xbc.example" };
	size_t i;

	set_up(loop_new_virtual(), 1);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct dns_query *query;

		woken = 0;
		query = dns_ask(resolver, &waiter, names[i], DNS_A);
		ck_assert(dns_answered(query));
		ck_assert_int_eq(dns_error(query)->kind, ERR_INPUT);
		ck_assert_ptr_null(dns_answer(query));
		loop_turn(loop, 0);
		ck_assert_int_eq(woken, 1);
		dns_drop(query);
	}
	ck_assert_int_eq(a.udp_asked, 0);
	tear_down();
	set_up(loop_new_virtual(), 0);
	{
		struct dns_query *query = dns_ask(resolver, &waiter,
		    "dest.example", DNS_A);

		ck_assert(dns_answered(query));
		ck_assert_str_eq(dns_error(query)->text,
		    "no name server to ask");
		dns_drop(query);
	}
	tear_down();
}
END_TEST

/* Dropped after 0, 1, 2, ... turns: nothing is left, nobody is called. */
START_TEST(can_be_dropped_at_every_turn)
{
	static const enum manner manners[] = { ANSWERS, TRUNCATES, NO_EDNS,
		MUTE_UDP, GARBAGE };
	size_t m;
	int turns, i;

	for (m = 0; m < sizeof(manners) / sizeof(manners[0]); m++) {
		for (turns = 0; turns < 12; turns++) {
			struct dns_query *q[3];

			set_up(loop_new_virtual(), 2);
			a.manner = b.manner = manners[m];
			q[0] = dns_ask(resolver, &waiter, "x.example", DNS_A);
			q[1] = dns_ask(resolver, &waiter, "x.example", DNS_A);
			q[2] = dns_ask_at(resolver, &waiter, &a.public,
			    "x.example", DNS_A);
			for (i = 0; i < turns; i++)
				loop_turn(loop, 0);
			dns_drop(q[1]);
			dns_drop(q[0]);
			dns_drop(q[2]);
			woken = 0;
			task_stop(&waiter);
			for (i = 0; i < 5; i++)
				loop_turn(loop, 0);
			ck_assert_int_eq(woken, 0);
			tear_down();
		}
	}
	dns_drop(NULL);
	ck_assert(!dns_answered(NULL));
}
END_TEST

static const char *
conf(const char *text, size_t n)
{
	static char path[] = "/tmp/rt-resolv-XXXXXX";
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, n), (ssize_t)n);
	close(fd);
	return path;
}

START_TEST(resolv_conf_is_read)
{
	static const char text[] = "# nameserver 192.0.2.1\n"
	    "; nameserver 192.0.2.2\nsearch example.com\nnameserver\n"
	    "nameserver 192.0.2.53\r\nnameserver nonsense\n"
	    "nameservers 192.0.2.3\n\0binary\x1b[2J\xff\n"
	    "\tnameserver\t2001:db8::53 # comment\n"
	    "nameserver 192.0.2.53\nnameserver fe80::1%lo\n"
	    "options edns0\nnameserver 192.0.2.99";
	struct addr servers[3];
	struct err err = { 0 };
	const char *path = conf(text, sizeof(text) - 1);
	char shown[ADDR_TEXT_MAX];

	ck_assert_uint_eq(resolver_read_conf(path, servers, 3, &err), 3);
	ck_assert_str_eq(addr_text_port(&servers[0], shown), "192.0.2.53:53");
	ck_assert_str_eq(addr_text(&servers[1], shown), "2001:db8::53");
	ck_assert_uint_eq(servers[2].scope, 1);
	unlink(path);
}
END_TEST

START_TEST(resolv_conf_that_is_no_use)
{
	struct addr servers[3];
	struct err err = { 0 };
	const char *path = conf("domain x\n", 9);
	char fifo[64];

	ck_assert_uint_eq(resolver_read_conf(path, servers, 3, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "names no name server"));
	unlink(path);
	ck_assert_uint_eq(resolver_read_conf(path, servers, 3, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
	ck_assert_uint_eq(resolver_read_conf("/tmp", servers, 3, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.text, "/tmp"));
	/* Endless files and FIFOs end. */
	ck_assert_uint_eq(resolver_read_conf("/dev/zero", servers, 3, &err), 0);
	snprintf(fifo, sizeof(fifo), "%s.fifo", path);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_uint_eq(resolver_read_conf(fifo, servers, 3, &err), 0);
	unlink(fifo);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("net.dns");
	TCase *t = tcase_create("dns");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_test(t, asks_and_answers);
	tcase_add_test(t, a_named_server_is_asked_without_recursion);
	tcase_add_test(t, a_lost_packet_costs_half_a_second);
	tcase_add_test(t, a_lost_packet_in_real_time);
	tcase_add_test(t, the_second_resolver_helps_out);
	tcase_add_test(t, silence_ends_after_four_seconds);
	tcase_add_test(t, tcp_is_tried_when_udp_is_dead);
	tcase_add_test(t, bad_manners_over_udp_still_end_in_an_answer);
	tcase_add_test(t, a_truncated_answer_is_better_than_none);
	tcase_add_test(t, an_empty_cut_answer_is_none);
	tcase_add_test(t, a_reflected_question_is_no_answer);
	tcase_add_test(t, a_poor_answer_is_weighed);
	tcase_add_test(t, the_map_of_a_world_is_obeyed);
	tcase_add_test(t, a_closed_port_is_told_at_once);
	tcase_add_test(t, the_same_question_is_shared);
	tcase_add_test(t, failures_are_shared_too);
	tcase_add_test(t, what_cannot_be_asked_is_answered_at_once);
	tcase_add_test(t, can_be_dropped_at_every_turn);
	tcase_add_test(t, resolv_conf_is_read);
	tcase_add_test(t, resolv_conf_that_is_no_use);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
