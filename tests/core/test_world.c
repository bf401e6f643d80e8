#include "core/world/world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/conn.h"
#include "net/dial.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"
#include "net/tls.h"

/*
 * The player itself: does a world behave as its text says?  Everything runs
 * on the virtual clock, so minutes cost nothing.
 */

#define TURNS 200000

/* ---- a client that asks one thing after the other ---- */

struct stage {
	struct loop *loop;
	struct world *world;
	struct resolver *resolver;
	struct task task; /* woken; does nothing */
	struct conn *conn;
	struct smtp_reply reply;
};

static enum step
nothing(struct task *task)
{
	(void)task;
	return STEP_WAIT;
}

static void
begin(struct stage *st, const char *text)
{
	struct err err = { 0 };
	const struct addr *servers;
	size_t n;

	memset(st, 0, sizeof(*st));
	st->loop = loop_new_virtual();
	st->world = world_parse(text, strlen(text), &err);
	ck_assert_msg(st->world != NULL, "%s", err.text);
	ck_assert_msg(world_start(st->world, st->loop, &err), "%s", err.text);
	n = world_resolvers(st->world, &servers);
	st->resolver = resolver_new(st->loop, world_dial(st->world), servers,
	    n);
	task_start(&st->task, st->loop, NULL, nothing);
}

static void
finish(struct stage *st)
{
	conn_free(st->conn);
	resolver_free(st->resolver);
	world_free(st->world);
	task_stop(&st->task);
	loop_free(st->loop);
}

static struct addr
address(const char *text)
{
	struct addr a;

	ck_assert_msg(addr_parse_port(text, 25, &a), "%s", text);
	return a;
}

static void
await(struct stage *st, struct dns_query *q)
{
	int i;

	for (i = 0; i < TURNS && !dns_answered(q); i++)
		loop_turn(st->loop, 0);
	ck_assert(dns_answered(q));
}

static struct dns_query *
ask(struct stage *st, const char *name, uint16_t type)
{
	struct dns_query *q = dns_ask(st->resolver, &st->task, name, type);

	await(st, q);
	return q;
}

static struct dns_query *
ask_at(struct stage *st, const char *server, const char *name, uint16_t type)
{
	struct addr a = address(server);
	struct dns_query *q;

	a.port = 53;
	q = dns_ask_at(st->resolver, &st->task, &a, name, type);
	await(st, q);
	return q;
}

/* The answer as one line: rcode, flags, then the records. */
static const char *
told(struct stage *st, struct dns_query *q)
{
	static char out[4000];
	const struct dns_msg *m = dns_answer(q);
	static const char *const names[] = { "an", "ns", "ad" };
	size_t i, at;

	(void)st;
	if (m == NULL) {
		snprintf(out, sizeof(out), "no answer");
		dns_drop(q);
		return out;
	}
	at = (size_t)snprintf(out, sizeof(out), "%s%s%s%s",
	    dns_rcode_name(m->rcode), m->aa ? " aa" : "", m->ra ? " ra" : "",
	    m->tc ? " tc" : "");
	for (i = 0; i < m->count; i++) {
		const struct dns_rr *rr = &m->rrs[i];
		char text[300], ip[ADDR_TEXT_MAX];

		if (rr->type == DNS_OPT)
			continue;
		if (rr->type == DNS_A || rr->type == DNS_AAAA)
			snprintf(text, sizeof(text), "%s",
			    addr_text(&rr->addr, ip));
		else if (rr->type == DNS_MX)
			snprintf(text, sizeof(text), "%u %s", rr->preference,
			    rr->target);
		else if (rr->target != NULL)
			snprintf(text, sizeof(text), "%.200s", rr->target);
		else
			snprintf(text, sizeof(text), "%.*s",
			    (int)(rr->len < 200 ? rr->len : 200),
			    (const char *)rr->data);
		at += (size_t)snprintf(out + at, sizeof(out) - at,
		    "; %s %s %s %s", names[rr->section], rr->name,
		    dns_type_name(rr->type), text);
	}
	dns_drop(q);
	return out;
}

/* Opens and hears the greeting; the code, 0 for a loss. */
static int
hear(struct stage *st)
{
	int i;

	for (i = 0; i < TURNS; i++) {
		if (conn_hear(st->conn, &st->reply))
			return st->reply.code;
		loop_turn(st->loop, 0);
	}
	ck_abort_msg("no reply and no loss");
	return 0;
}

static int
call(struct stage *st, const char *to)
{
	struct addr a = address(to);

	conn_free(st->conn);
	st->conn = conn_new(st->loop, &st->task);
	conn_open(st->conn, &a, world_dial(st->world), NULL);
	conn_deadline(st->conn, 60000);
	return hear(st);
}

static int
say(struct stage *st, const char *line)
{
	conn_send(st->conn, line);
	conn_deadline(st->conn, 60000);
	return hear(st);
}

static void
settle(struct stage *st)
{
	int i;

	for (i = 0; i < TURNS && !conn_settled(st->conn); i++)
		loop_turn(st->loop, 0);
	ck_assert(conn_settled(st->conn));
}

static void
secure(struct stage *st, const char *host)
{
	conn_start_tls(st->conn, world_trust(st->world), host);
	conn_deadline(st->conn, 60000);
	settle(st);
}

static void
turns(struct stage *st, int n)
{
	while (n-- > 0)
		loop_turn(st->loop, 0);
}

#define ck_reply(st, wanted_code, wanted_text)				\
	do {								\
		ck_assert_int_eq((st)->reply.code, (wanted_code));	\
		ck_assert_str_eq((st)->reply.text, (wanted_text));	\
	} while (0)

/* ---- names ---- */

static const char names_world[] =
    "zone example.net 192.0.2.2 192.0.2.3\n"
    "dns example.net MX 10 mx1.example.net.\n"
    "dns mx1.example.net A 192.0.2.25\n"
    "dns mx1.example.net AAAA 2001:db8::25\n"
    "dns www.example.net CNAME host.example.org ttl 60\n"
    "dns host.example.org A 203.0.113.7\n"
    "dns a.deep.example.net TXT \"one \" \"two\"\n"
    "dns loop1.example.net CNAME loop2.example.net\n"
    "dns loop2.example.net CNAME loop1.example.net\n"
    "ptr 192.0.2.25 mx1.example.net\n"
    "rcode broken.example SERVFAIL\n"
    "silent quiet.example\n"
    "ns 192.0.2.3\n"
    "  dns example.net MX 20 old.example.net\n"
    "  none mx1.example.net AAAA\n"
    "  serial 7\n";

START_TEST(the_resolver_answers_from_the_records)
{
	struct stage st;

	begin(&st, names_world);
	ck_assert_str_eq(told(&st, ask(&st, "example.net", DNS_MX)),
	    "NOERROR ra; an example.net MX 10 mx1.example.net");
	ck_assert_str_eq(told(&st, ask(&st, "MX1.Example.NET", DNS_AAAA)),
	    "NOERROR ra; an mx1.example.net AAAA 2001:db8::25");
	ck_assert_str_eq(told(&st, ask(&st, "www.example.net", DNS_A)),
	    "NOERROR ra; an www.example.net CNAME host.example.org"
	    "; an host.example.org A 203.0.113.7");
	ck_assert_str_eq(told(&st, ask(&st, "a.deep.example.net", DNS_TXT)),
	    "NOERROR ra; an a.deep.example.net TXT one two");
	ck_assert_str_eq(told(&st, ask(&st, "25.2.0.192.in-addr.arpa",
	    DNS_PTR)), "NOERROR ra; an 25.2.0.192.in-addr.arpa PTR "
	    "mx1.example.net");
	finish(&st);
}
END_TEST

START_TEST(no_such_name_and_no_such_data_differ)
{
	struct stage st;
	struct dns_query *q;

	begin(&st, names_world);
	ck_assert_str_eq(told(&st, ask(&st, "mx1.example.net", DNS_MX)),
	    "NOERROR ra; ns example.net SOA ns1.example.net");
	ck_assert_str_eq(told(&st, ask(&st, "deep.example.net", DNS_A)),
	    "NOERROR ra; ns example.net SOA ns1.example.net");
	ck_assert_str_eq(told(&st, ask(&st, "gone.example.net", DNS_A)),
	    "NXDOMAIN ra; ns example.net SOA ns1.example.net");
	ck_assert_str_eq(told(&st, ask(&st, "nowhere.example", DNS_MX)),
	    "NXDOMAIN ra; ns . SOA a.root-servers.net");
	ck_assert_str_eq(told(&st, ask(&st, "broken.example", DNS_MX)),
	    "SERVFAIL ra");
	q = ask(&st, "loop1.example.net", DNS_A);
	ck_assert_int_eq(dns_answer(q)->rcode, DNS_SERVFAIL);
	dns_drop(q);
	ck_assert_str_eq(told(&st, ask(&st, "quiet.example", DNS_MX)),
	    "no answer");
	finish(&st);
}
END_TEST

START_TEST(name_servers_see_their_own_zones)
{
	struct stage st;

	begin(&st, names_world);
	ck_assert_str_eq(told(&st, ask_at(&st, "192.0.2.2", "example.net",
	    DNS_MX)), "NOERROR aa; an example.net MX 10 mx1.example.net");
	ck_assert_str_eq(told(&st, ask_at(&st, "192.0.2.3", "example.net",
	    DNS_MX)), "NOERROR aa; an example.net MX 20 old.example.net");
	ck_assert_str_eq(told(&st, ask_at(&st, "192.0.2.3",
	    "mx1.example.net", DNS_AAAA)),
	    "NOERROR aa; ns example.net SOA ns1.example.net");
	ck_assert_str_eq(told(&st, ask_at(&st, "192.0.2.2", "example.org",
	    DNS_MX)), "REFUSED");
	/* The alias leads out of the zone, and so the answer ends. */
	ck_assert_str_eq(told(&st, ask_at(&st, "192.0.2.2",
	    "www.example.net", DNS_A)),
	    "NOERROR aa; an www.example.net CNAME host.example.org");
	finish(&st);
}
END_TEST

/* Nobody wrote a parent, so there is one, and it refers to the child. */
START_TEST(the_parent_refers_to_the_child)
{
	struct stage st;
	struct dns_query *q;
	const struct dns_rr *ns;
	char parent[ADDR_TEXT_MAX];
	char host[300];

	begin(&st, names_world);
	q = ask(&st, "net", DNS_NS);
	ns = dns_msg_answer(dns_answer(q), DNS_NS, 0);
	ck_assert_ptr_nonnull(ns);
	snprintf(host, sizeof(host), "%s", ns->target);
	dns_drop(q);
	q = ask(&st, host, DNS_A);
	ck_assert_ptr_nonnull(dns_msg_answer(dns_answer(q), DNS_A, 0));
	addr_text(&dns_msg_answer(dns_answer(q), DNS_A, 0)->addr, parent);
	dns_drop(q);
	ck_assert_str_eq(told(&st, ask_at(&st, parent, "example.net",
	    DNS_NS)), "NOERROR; ns example.net NS ns1.example.net"
	    "; ns example.net NS ns2.example.net"
	    "; ad ns1.example.net A 192.0.2.2"
	    "; ad ns2.example.net A 192.0.2.3");
	ck_assert_str_eq(told(&st, ask_at(&st, parent, "exmaple.net",
	    DNS_NS)), "NXDOMAIN aa; ns net SOA a.nic.net");
	finish(&st);
}
END_TEST

START_TEST(serials_differ_where_the_world_says_so)
{
	struct stage st;
	struct dns_query *q;

	begin(&st, names_world);
	q = ask_at(&st, "192.0.2.2", "example.net", DNS_SOA);
	ck_assert_uint_eq(dns_msg_answer(dns_answer(q), DNS_SOA, 0)->serial,
	    2026010101);
	dns_drop(q);
	q = ask_at(&st, "192.0.2.3", "example.net", DNS_SOA);
	ck_assert_uint_eq(dns_msg_answer(dns_answer(q), DNS_SOA, 0)->serial,
	    7);
	dns_drop(q);
	finish(&st);
}
END_TEST

static void
passed(struct timer *timer)
{
	(void)timer;
}

static void
wait_ms(struct stage *st, int ms)
{
	struct timer timer = { 0 };

	timer_start(&timer, st->loop, ms, passed);
	while (timer.loop != NULL)
		loop_turn(st->loop, 0);
}

/* What a resolver still remembers counts down and is then forgotten. */
START_TEST(a_cache_grows_old)
{
	static const struct {
		int wait;
		const char *target;
		unsigned ttl;
	} steps[] = { { 0, "old.example.net", 90 },
		{ 60000, "old.example.net", 30 },
		{ 30000, "new.example.net", 300 } };
	struct stage st;
	struct dns_query *q;
	size_t i;

	begin(&st, "dns example.net MX 10 new.example.net ttl 300\n"
	    "resolver 198.51.100.53\n"
	    "  dns example.net MX 10 old.example.net ttl 90\n");
	for (i = 0; i < 3; i++) {
		const struct dns_rr *rr;

		wait_ms(&st, steps[i].wait);
		resolver_forget(st.resolver);
		q = ask(&st, "example.net", DNS_MX);
		rr = dns_msg_answer(dns_answer(q), DNS_MX, 0);
		ck_assert_str_eq(rr->target, steps[i].target);
		ck_assert_uint_eq(rr->ttl, steps[i].ttl);
		dns_drop(q);
	}
	finish(&st);
}
END_TEST

static const char *const dns_faults[][2] = {
	{ "fault lame", "NOERROR; ns . NS stray.example" },
	{ "fault no-aa", "NOERROR; an example.net MX 10 mx.example.net" },
	{ "rcode example.net REFUSED", "REFUSED" },
	{ "rcode * SERVFAIL MX", "SERVFAIL" },
	{ "silent", "no answer" },
	{ "fault garbage", "no answer" },
	{ "fault short", "no answer" },
	{ "fault wrong-id", "no answer" },
	{ "slow 500ms", "NOERROR aa; an example.net MX 10 mx.example.net" },
	{ "fault lost", "NOERROR aa; an example.net MX 10 mx.example.net" },
	{ "fault truncate",
	    "NOERROR aa; an example.net MX 10 mx.example.net" },
};

START_TEST(name_servers_go_wrong_as_told)
{
	struct stage st;
	char text[400];

	snprintf(text, sizeof(text), "zone example.net 192.0.2.2\n"
	    "dns example.net MX 10 mx.example.net\n"
	    "ns 192.0.2.2\n  %s\n", dns_faults[_i][0]);
	begin(&st, text);
	ck_assert_str_eq(told(&st, ask_at(&st, "192.0.2.2", "example.net",
	    DNS_MX)), dns_faults[_i][1]);
	finish(&st);
}
END_TEST

/* More than 512 or 1232 bytes are fetched over TCP. */
START_TEST(big_answers_come_over_tcp)
{
	struct stage st;
	struct dns_query *q;

	begin(&st, "dns big.example MX 10 mx{n}.big.example repeat 500\n");
	q = ask(&st, "big.example", DNS_MX);
	ck_assert_uint_eq(dns_msg_answers(dns_answer(q), DNS_MX), 500);
	ck_assert(dns_query_tcp(q));
	ck_assert_str_eq(dns_msg_answer(dns_answer(q), DNS_MX, 499)->target,
	    "mx500.big.example");
	dns_drop(q);
	finish(&st);
}
END_TEST

START_TEST(blocklists_list)
{
	struct stage st;

	begin(&st, "list bl.example 198.51.100.7 \"sends spam\"\n");
	ck_assert_str_eq(told(&st, ask(&st, "7.100.51.198.bl.example",
	    DNS_A)), "NOERROR ra; an 7.100.51.198.bl.example A 127.0.0.2");
	ck_assert_str_eq(told(&st, ask(&st, "7.100.51.198.bl.example",
	    DNS_TXT)),
	    "NOERROR ra; an 7.100.51.198.bl.example TXT sends spam");
	finish(&st);
}
END_TEST

/* ---- mail servers ---- */

/* Every product denies relaying in its own words, which name the address. */
static const struct {
	const char *product;
	int code;
	const char *denial;
} denials[] = {
	{ "postfix", 554, "5.7.1 <x@other.example>: Relay access denied" },
	{ "postfix-defer", 454,
	    "4.7.1 <x@other.example>: Relay access denied" },
	{ "exim", 550, "relay not permitted" },
	{ "sendmail", 550, "5.7.1 <x@other.example>... Relaying denied" },
	{ "opensmtpd", 550, "Invalid recipient" },
	{ "exchange", 550, "5.7.54 SMTP; Unable to relay recipient in "
	    "non-accepted domain" },
	{ "m365", 550, "5.7.64 TenantAttribution; Relay Access Denied "
	    "[mx.example.net]" },
	{ "qmail", 553, "sorry, that domain isn't in my list of allowed "
	    "rcpthosts (#5.7.1)" },
};

START_TEST(products_deny_in_their_own_words)
{
	struct stage st;
	char text[300];

	snprintf(text, sizeof(text), "smtp 192.0.2.25\n  product %s\n"
	    "  host mx.example.net\n  hosts example.net\n  mailboxes bob\n",
	    denials[_i].product);
	begin(&st, text);
	ck_assert_int_eq(call(&st, "192.0.2.25"), 220);
	ck_assert_int_eq(say(&st, "EHLO me.example"), 250);
	ck_assert_int_eq(say(&st, "MAIL FROM:<a@example.org>"), 250);
	say(&st, "RCPT TO:<x@other.example>");
	ck_reply(&st, denials[_i].code, denials[_i].denial);
	ck_assert_int_eq(say(&st, "RCPT TO:<bob@example.net>"), 250);
	ck_assert_int_eq(say(&st, "RCPT TO:<postmaster@example.net>"), 250);
	ck_assert_int_eq(say(&st, "RCPT TO:<carol@example.net>"), 550);
	ck_assert_int_eq(say(&st, "RSET"), 250);
	ck_assert_int_eq(say(&st, "QUIT"), 221);
	ck_assert_int_eq(hear(&st), 0);
	ck_assert_int_eq(conn_error(st.conn)->kind, ERR_CLOSED);
	ck_assert_uint_eq(world_counts(st.world).violations, 0);
	ck_assert_uint_eq(world_counts(st.world).without_quit, 0);
	ck_assert_uint_eq(world_counts(st.world).connections, 1);
	ck_assert_uint_eq(world_counts(st.world).rcpts, 4);
	finish(&st);
}
END_TEST

static const char submission_world[] =
    "client 198.51.100.7 2001:db8:7::7\n"
    "ptr 198.51.100.7 me.example\n"
    "dns me.example A 198.51.100.7\n"
    "smtp 192.0.2.25 192.0.2.25:587 192.0.2.25:465 [2001:db8::25]:25\n"
    "  product postfix\n"
    "  host mail.example.org\n"
    "  hosts example.org\n"
    "  relay-for 198.51.100.0/24\n"
    "  sees 203.0.113.9\n"
    "  starttls\n"
    "  auth PLAIN LOGIN when tls\n"
    "  users bob@example.org:secret\n";

START_TEST(login_opens_the_relay)
{
	struct stage st;

	begin(&st, submission_world);
	ck_assert_int_eq(call(&st, "192.0.2.25:587"), 220);
	ck_assert_int_eq(say(&st, "EHLO me.example"), 250);
	ck_assert_ptr_null(strstr(st.reply.text, "AUTH"));
	ck_assert_ptr_nonnull(strstr(st.reply.text, "\nSTARTTLS\n"));
	ck_assert_int_eq(say(&st, "AUTH PLAIN AGEAYg=="), 538);
	ck_assert_int_eq(say(&st, "STARTTLS"), 220);
	secure(&st, "mail.example.org");
	ck_assert(conn_secure(st.conn));
	ck_assert_msg(conn_tls(st.conn)->trusted, "%s",
	    conn_tls(st.conn)->why);
	ck_assert_int_eq(say(&st, "MAIL FROM:<bob@example.org>"), 503);
	ck_assert_int_eq(say(&st, "EHLO me.example"), 250);
	ck_assert_ptr_nonnull(strstr(st.reply.text, "\nAUTH PLAIN LOGIN\n"));
	ck_assert_ptr_null(strstr(st.reply.text, "STARTTLS"));
	ck_assert_int_eq(say(&st, "MAIL FROM:<bob@example.org>"), 250);
	ck_assert_int_eq(say(&st, "RCPT TO:<x@other.example>"), 554);
	ck_assert_int_eq(say(&st, "RSET"), 250);
	ck_assert_int_eq(say(&st, "AUTH CRAM-MD5"), 535);
	/* \0bob@example.org\0wrong, then LOGIN with the right one. */
	ck_assert_int_eq(say(&st,
	    "AUTH PLAIN AGJvYkBleGFtcGxlLm9yZwB3cm9uZw=="), 535);
	ck_assert_int_eq(say(&st, "AUTH LOGIN"), 334);
	ck_assert_int_eq(say(&st, "Ym9iQGV4YW1wbGUub3Jn"), 334);
	ck_assert_int_eq(say(&st, "c2VjcmV0"), 235);
	ck_assert_int_eq(say(&st, "MAIL FROM:<bob@example.org>"), 250);
	ck_assert_int_eq(say(&st, "RCPT TO:<x@other.example>"), 250);
	ck_assert_int_eq(say(&st, "QUIT"), 221);
	ck_assert_uint_eq(world_counts(st.world).violations, 0);
	finish(&st);
}
END_TEST

START_TEST(tls_begins_at_once_where_the_port_says_so)
{
	struct stage st;
	struct addr a = address("192.0.2.25:465");

	begin(&st, submission_world);
	st.conn = conn_new(st.loop, &st.task);
	conn_open(st.conn, &a, world_dial(st.world), NULL);
	settle(&st);
	secure(&st, "mail.example.org");
	ck_assert(conn_secure(st.conn));
	ck_assert_int_eq(hear(&st), 220);
	ck_assert_int_eq(say(&st, "EHLO me.example"), 250);
	ck_assert_int_eq(say(&st, "AUTH PLAIN"), 334);
	ck_assert_int_eq(say(&st, "AGJvYkBleGFtcGxlLm9yZwBzZWNyZXQ="), 235);
	ck_assert_int_eq(say(&st, "QUIT"), 221);
	ck_assert_uint_eq(world_counts(st.world).violations, 0);
	finish(&st);
}
END_TEST

/* The list names 198.51.100.0/24, but the server sees another address. */
START_TEST(the_address_that_is_seen_decides)
{
	struct stage st;

	begin(&st, submission_world);
	ck_assert_int_eq(call(&st, "192.0.2.25"), 220);
	say(&st, "EHLO me.example");
	say(&st, "MAIL FROM:<bob@example.org>");
	ck_assert_int_eq(say(&st, "RCPT TO:<x@other.example>"), 554);
	finish(&st);

	begin(&st, "smtp 192.0.2.25 [2001:db8::25]:25\n  product sendmail\n"
	    "  host mail.example.org\n  relay-for 198.51.100.0/24\n");
	ck_assert_int_eq(call(&st, "192.0.2.25"), 220);
	ck_assert_int_eq(say(&st, "EHLO me.example"), 250);
	ck_assert_ptr_nonnull(strstr(st.reply.text, "[198.51.100.7], pleased"));
	say(&st, "MAIL FROM:<bob@example.org>");
	ck_assert_int_eq(say(&st, "RCPT TO:<x@other.example>"), 250);
	ck_assert_int_eq(call(&st, "[2001:db8::25]:25"), 220);
	ck_assert_int_eq(say(&st, "EHLO me.example"), 250);
	ck_assert_ptr_nonnull(strstr(st.reply.text, "[2001:db8:7::7]"));
	say(&st, "MAIL FROM:<bob@example.org>");
	ck_assert_int_eq(say(&st, "RCPT TO:<x@other.example>"), 550);
	finish(&st);
}
END_TEST

static const struct {
	const char *line;
	bool expired, self_signed, wrong_name;
} certificates[] = {
	{ "certificate expired", true, false, false },
	{ "certificate self-signed", false, true, false },
	{ "certificate wrong-name", false, false, true },
};

START_TEST(certificates_are_wrong_as_told)
{
	struct stage st;
	char text[300];
	const struct tls_info *tls;

	snprintf(text, sizeof(text), "smtp 192.0.2.25\n  product postfix\n"
	    "  host mx.example.net\n  starttls\n  %s\n",
	    certificates[_i].line);
	begin(&st, text);
	call(&st, "192.0.2.25");
	say(&st, "EHLO me.example");
	ck_assert_int_eq(say(&st, "STARTTLS"), 220);
	secure(&st, "mx.example.net");
	ck_assert(conn_secure(st.conn));
	tls = conn_tls(st.conn);
	ck_assert(!tls->trusted);
	ck_assert_int_eq(tls->expired, certificates[_i].expired);
	ck_assert_int_eq(tls->self_signed, certificates[_i].self_signed);
	ck_assert_int_eq(tls->wrong_name, certificates[_i].wrong_name);
	finish(&st);
}
END_TEST

/* ---- scripts ---- */

START_TEST(scripts_answer_by_pattern)
{
	struct stage st;

	begin(&st, "smtp 192.0.2.25\n"
	    "  S 220-hold on\n"
	    "  pause 6s\n"
	    "  S 220 old ESMTP\n"
	    "  C EHLO *\n"
	    "  S 250-old\n"
	    "  S 250 PIPELINING\n"
	    "  C MAIL FROM:*\n"
	    "  S 250 2.1.0 Ok\n"
	    "  C RCPT TO:<bob@*\n"
	    "  S 451 4.7.1 <*>: later\n"
	    "  C RCPT TO:*\n"
	    "  S 250 2.1.5 Ok\n");
	ck_assert_int_eq(call(&st, "192.0.2.25"), 220);
	ck_assert_int_eq(loop_now(st.loop), 6000);
	ck_assert_int_eq(say(&st, "EHLO me"), 250);
	ck_assert_str_eq(st.reply.text, "old\nPIPELINING");
	conn_send(st.conn, "MAIL FROM:<>");
	conn_send(st.conn, "RCPT TO:<bob@example.net>");
	conn_send(st.conn, "RCPT TO:<bob@example.net>");
	ck_assert_int_eq(hear(&st), 250);
	ck_assert_int_eq(hear(&st), 451);
	ck_assert_str_eq(st.reply.text, "4.7.1 <bob@example.net>: later");
	/* The second time the rule behind it is found first. */
	ck_assert_int_eq(hear(&st), 250);
	ck_assert_int_eq(say(&st, "XYZZY"), 500);
	ck_assert_int_eq(say(&st, "QUIT"), 221);
	ck_assert_uint_eq(world_counts(st.world).violations, 0);
	finish(&st);
}
END_TEST

START_TEST(greylisting_passes_with_time)
{
	struct stage st;
	int i;

	begin(&st, "smtp 192.0.2.25\n  product postfix\n"
	    "  hosts example.net\n  greylist 300s\n  tarpit 100s\n");
	call(&st, "192.0.2.25");
	say(&st, "EHLO me.example");
	say(&st, "MAIL FROM:<a@example.org>");
	for (i = 0; i < 4; i++) {
		conn_send(st.conn, "RCPT TO:<b@example.net>");
		conn_deadline(st.conn, 0);
		ck_assert_int_eq(hear(&st), i < 3 ? 450 : 250);
	}
	finish(&st);
}
END_TEST

/* ---- faults ---- */

static const struct {
	const char *line;
	int code;
	enum err_kind kind;
} faults[] = {
	{ "at rcpt fault reset", 0, ERR_RESET },
	{ "at rcpt fault cut", 0, ERR_CLOSED },
	{ "at rcpt fault silent", 0, ERR_TIMEOUT },
	{ "at rcpt fault drip", 0, ERR_TIMEOUT },
	{ "at rcpt fault garbage", 0, ERR_PROTOCOL },
	{ "at rcpt fault echo", 0, ERR_PROTOCOL },
	{ "at rcpt fault endless", 0, ERR_LIMIT },
	{ "at rcpt fault big-line", 0, ERR_PROTOCOL },
	{ "at rcpt fault last-words", 250, ERR_NONE },
	{ "at rcpt fault split", 250, ERR_NONE },
	{ "at rcpt fault bare-lf", 250, ERR_NONE },
	{ "at rcpt fault 421", 421, ERR_NONE },
	{ "at rcpt reply \"554 5.7.1 no\" fault last-words", 554, ERR_NONE },
	{ "at rcpt for x@* reply \"554 5.7.1 no\"", 250, ERR_NONE },
	{ "at rcpt for b@* reply \"554 5.7.1 no\"", 554, ERR_NONE },
};

START_TEST(servers_go_wrong_as_told)
{
	struct stage st;
	char text[300];

	snprintf(text, sizeof(text), "smtp 192.0.2.25\n  product exim\n"
	    "  hosts example.net\n  %s\n", faults[_i].line);
	begin(&st, text);
	ck_assert_int_eq(call(&st, "192.0.2.25"), 220);
	say(&st, "EHLO me.example");
	say(&st, "MAIL FROM:<a@example.org>");
	conn_send(st.conn, "RCPT TO:<b@example.net>");
	/* "250 Accepted" at a byte a second takes 13 s. */
	conn_deadline(st.conn, 5000);
	ck_assert_int_eq(hear(&st), faults[_i].code);
	if (faults[_i].kind != ERR_NONE)
		ck_assert_int_eq(conn_error(st.conn)->kind, faults[_i].kind);
	finish(&st);
}
END_TEST

START_TEST(words_behind_starttls_arrive_with_it)
{
	struct stage st;

	begin(&st, "smtp 192.0.2.25\n  product postfix\n  starttls\n"
	    "  at starttls fault inject\n");
	call(&st, "192.0.2.25");
	say(&st, "EHLO me.example");
	ck_assert_int_eq(say(&st, "STARTTLS"), 220);
	ck_assert_uint_gt(conn_unread(st.conn), 0);
	finish(&st);
}
END_TEST

START_TEST(a_handshake_may_never_begin)
{
	struct stage st;

	begin(&st, "smtp 192.0.2.25\n  product postfix\n  starttls\n"
	    "  at tls fault silent\n");
	call(&st, "192.0.2.25");
	say(&st, "EHLO me.example");
	ck_assert_int_eq(say(&st, "STARTTLS"), 220);
	secure(&st, "mx.example.net");
	ck_assert(conn_failed(st.conn));
	ck_assert_int_eq(conn_error(st.conn)->kind, ERR_TIMEOUT);
	finish(&st);
}
END_TEST

/* ---- the referee, and the clock ---- */

START_TEST(the_referee_sees_who_breaks_the_rules)
{
	static const char world[] = "smtp 192.0.2.25\n  product exim\n"
	    "  pipelining no\n  hosts example.net\n  greet-delay 1s\n";
	struct stage st;
	struct addr a = address("192.0.2.25");

	begin(&st, world);
	st.conn = conn_new(st.loop, &st.task);
	conn_open(st.conn, &a, world_dial(st.world), NULL);
	settle(&st);
	conn_send(st.conn, "EHLO me.example"); /* before the greeting */
	ck_assert_int_eq(hear(&st), 220);
	ck_assert_int_eq(hear(&st), 250);
	ck_assert_uint_eq(world_counts(st.world).violations, 1);
	conn_send(st.conn, "MAIL FROM:<>");
	conn_send(st.conn, "RCPT TO:<a@example.net>"); /* no PIPELINING */
	hear(&st);
	hear(&st);
	ck_assert_uint_eq(world_counts(st.world).violations, 2);
	conn_send(st.conn, "EHLO me.example");
	conn_send(st.conn, "MAIL FROM:<>"); /* behind EHLO */
	hear(&st);
	hear(&st);
	ck_assert_uint_eq(world_counts(st.world).violations, 3);
	say(&st, "RCPT TO:<a@example.net>");
	say(&st, "DATA"); /* nobody agreed to that */
	ck_assert_uint_eq(world_counts(st.world).violations, 4);
	ck_assert_str_eq(world_last_violation(st.world),
	    "DATA without consent");
	finish(&st);

	begin(&st, world);
	call(&st, "192.0.2.25");
	conn_free(st.conn); /* without QUIT */
	st.conn = NULL;
	turns(&st, 20);
	ck_assert_uint_eq(world_counts(st.world).without_quit, 1);
	ck_assert_uint_eq(world_counts(st.world).violations, 0);
	finish(&st);
}
END_TEST

START_TEST(the_referee_sees_bad_manners)
{
	static const char world[] = "case recipient bob@example.net\n"
	    "case helo me.example\nsmtp 192.0.2.25\n  product exim\n"
	    "  hosts example.net\n";
	struct addr a = address("192.0.2.25");
	struct conn *other;
	struct stage st;
	int i;

	begin(&st, world);
	call(&st, "192.0.2.25");
	say(&st, "EHLO you.example");
	ck_assert_str_eq(world_last_violation(st.world),
	    "EHLO you.example, which it is not");
	say(&st, "EHLO me.example");
	say(&st, "MAIL FROM:<>");
	for (i = 0; i < 3; i++)
		say(&st, "RCPT TO:<a@elsewhere.example>");
	ck_assert_uint_eq(world_counts(st.world).violations, 1);
	say(&st, "RCPT TO:<a@elsewhere.example>");
	ck_assert_str_eq(world_last_violation(st.world),
	    "more than 3 refused recipients");
	say(&st, "RCPT TO:<a%elsewhere.example@example.net>");
	ck_assert_uint_eq(world_counts(st.world).violations, 3);
	/* A second connection while the first is held. */
	other = st.conn;
	st.conn = conn_new(st.loop, &st.task);
	conn_open(st.conn, &a, world_dial(st.world), NULL);
	hear(&st);
	ck_assert_uint_eq(world_counts(st.world).violations, 3);
	say(&st, "EHLO me.example");
	ck_assert_str_eq(world_last_violation(st.world),
	    "two connections at a time");
	conn_free(other);
	finish(&st);
}
END_TEST

START_TEST(round_trips_can_be_counted_by_the_clock)
{
	struct stage st;
	struct dns_query *q;

	begin(&st, "rtt 100ms\ndns example.net MX 10 mx.example.net\n"
	    "smtp 192.0.2.25\n  product postfix\n  host mx.example.net\n"
	    "  hosts example.net\n  starttls\n");
	q = ask(&st, "example.net", DNS_MX);
	ck_assert_int_eq(loop_now(st.loop), 100);
	dns_drop(q);
	call(&st, "192.0.2.25"); /* TCP and the greeting */
	ck_assert_int_eq(loop_now(st.loop), 300);
	say(&st, "EHLO me.example");
	ck_assert_int_eq(loop_now(st.loop), 400);
	say(&st, "STARTTLS");
	ck_assert_int_eq(loop_now(st.loop), 500);
	secure(&st, "mx.example.net");
	say(&st, "EHLO me.example"); /* and the handshake */
	ck_assert_int_eq(loop_now(st.loop), 700);
	conn_send(st.conn, "MAIL FROM:<>");
	conn_send(st.conn, "RCPT TO:<bob@example.net>");
	hear(&st);
	ck_assert_int_eq(hear(&st), 250);
	ck_assert_int_eq(loop_now(st.loop), 800);
	ck_assert_uint_eq(world_counts(st.world).violations, 0);
	finish(&st);
}
END_TEST

/* A host where nobody listens refuses, an unknown one is silent. */
START_TEST(hosts_refuse_or_are_silent)
{
	struct stage st;
	struct addr a = address("192.0.2.9");

	begin(&st, "refused 192.0.2.9\n");
	ck_assert_int_eq(call(&st, "192.0.2.9"), 0);
	ck_assert_int_eq(conn_error(st.conn)->kind, ERR_REFUSED);
	a = address("192.0.2.10");
	conn_free(st.conn);
	st.conn = conn_new(st.loop, &st.task);
	conn_open(st.conn, &a, world_dial(st.world), NULL);
	conn_deadline(st.conn, 4000);
	settle(&st);
	ck_assert_int_eq(conn_error(st.conn)->kind, ERR_TIMEOUT);
	finish(&st);
}
END_TEST

/* ---- reading ---- */

static const struct {
	const char *text, *error;
} bad[] = {
	{ "title x\nexpect not-couse mail-loop\n",
	    "line 2: expect: \"not-couse\" is nothing that can be expected" },
	{ "title x\nfoo bar\n", "line 2: \"foo\" is no keyword" },
	{ "dns example.net MX mx\n", "line 1: \"mx\" is no preference" },
	{ "dns example.net A 192.0.2\n",
	    "line 1: \"192.0.2\" is no address" },
	{ "dns example.net A 2001:db8::1\n",
	    "line 1: an address of the other family" },
	{ "dns example.net BOGUS 1\n",
	    "line 1: \"BOGUS\" is no record type known here" },
	{ "dns example.net MX 10\n", "line 1: dns wants a name" },
	{ "dns example.net MX 10 a b\n", "line 1: dns: \"b\" was not "
	    "expected" },
	{ "\n\n  hosts a\n", "line 3: an indented line stands under nothing" },
	{ "smtp 192.0.2.1\n  product nosuch\n",
	    "line 2: \"nosuch\" is no product known here" },
	{ "smtp 192.0.2.1\n  at lunch fault reset\n",
	    "line 2: \"lunch\" is no stage" },
	{ "smtp 192.0.2.1\n  at rcpt fault sneeze\n",
	    "line 2: \"sneeze\" is no fault of a mail server" },
	{ "smtp 192.0.2.1\n  frobnicate\n",
	    "line 2: a mail server knows no \"frobnicate\"" },
	{ "smtp 192.0.2.1\nsmtp 192.0.2.1\n",
	    "line 2: 192.0.2.1 stands twice" },
	{ "smtp 192.0.2.1\n  greylist soon\n",
	    "line 2: \"soon\" is no duration such as 3s or 250ms" },
	{ "smtp 192.0.2.1\n  banner \"220 x\n",
	    "line 2: a quote is not closed" },
	{ "ns 192.0.2.1 example.net\n  fault hungry\n",
	    "line 2: \"hungry\" is no fault of a name server" },
	{ "rcode example.net NICE\n",
	    "line 1: \"NICE\" is no response code" },
	{ "smtp 192.0.2.1\n  relay-for here\n",
	    "line 2: \"here\" is no network" },
};

START_TEST(errors_name_the_line)
{
	struct err err = { 0 };

	ck_assert_ptr_null(world_parse(bad[_i].text, strlen(bad[_i].text),
	    &err));
	ck_assert_str_eq(err.text, bad[_i].error);
	ck_assert_int_eq(err.kind, ERR_INPUT);
}
END_TEST

START_TEST(a_world_tells_its_story)
{
	static const char text[] = "# a comment\ntitle Two words\nstory\n"
	    "  Once upon a time\n  there was a server.\n"
	    "case recipient bob@example.net\ncase control example.com\n"
	    "case control example.edu\nexpect cause null-mx\n"
	    "expect not-cause spf-fail\nclient 198.51.100.9\nrtt 20ms\n";
	struct err err = { 0 };
	struct world *w = world_parse(text, strlen(text), &err);
	char ip[ADDR_TEXT_MAX];

	ck_assert_msg(w != NULL, "%s", err.text);
	ck_assert_str_eq(world_title(w), "Two words");
	ck_assert_str_eq(world_story(w),
	    "Once upon a time there was a server.");
	ck_assert_str_eq(world_case(w, "recipient", 0), "bob@example.net");
	ck_assert_str_eq(world_case(w, "control", 1), "example.edu");
	ck_assert_ptr_null(world_case(w, "control", 2));
	ck_assert_ptr_null(world_case(w, "user", 0));
	ck_assert_str_eq(world_expect(w, "cause", 0), "null-mx");
	ck_assert_str_eq(addr_text(world_client(w), ip), "198.51.100.9");
	ck_assert_int_eq(world_rtt(w), 20);
	world_free(w);
}
END_TEST

/* Each demo can be read, tells who it is about and what to conclude. */
START_TEST(demos_are_whole)
{
	size_t i;

	ck_assert_uint_ge(demo_count(), 1);
	for (i = 0; i < demo_count(); i++) {
		const struct demo *d = demo_nth(i);
		struct err err = { 0 };
		struct world *w = world_parse(d->text, d->size, &err);

		ck_assert_msg(w != NULL, "%s: %s", d->name, err.text);
		ck_assert_ptr_eq(demo_find(d->name), d);
		ck_assert_str_eq(d->title, world_title(w));
		ck_assert_uint_gt(strlen(world_story(w)), 150);
		ck_assert_ptr_nonnull(world_case(w, "recipient", 0));
		ck_assert_ptr_nonnull(world_expect(w, "verdict", 0));
		world_free(w);
	}
	ck_assert_ptr_null(demo_find("nosuch"));
	ck_assert_ptr_null(demo_nth(demo_count()));
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int
main(void)
{
	Suite *s = suite_create("core.world");
	TCase *t = tcase_create("world");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_test(t, the_resolver_answers_from_the_records);
	tcase_add_test(t, no_such_name_and_no_such_data_differ);
	tcase_add_test(t, name_servers_see_their_own_zones);
	tcase_add_test(t, the_parent_refers_to_the_child);
	tcase_add_test(t, serials_differ_where_the_world_says_so);
	tcase_add_test(t, a_cache_grows_old);
	tcase_add_loop_test(t, name_servers_go_wrong_as_told, 0,
	    COUNT(dns_faults));
	tcase_add_test(t, big_answers_come_over_tcp);
	tcase_add_test(t, blocklists_list);
	tcase_add_loop_test(t, products_deny_in_their_own_words, 0,
	    COUNT(denials));
	tcase_add_test(t, login_opens_the_relay);
	tcase_add_test(t, tls_begins_at_once_where_the_port_says_so);
	tcase_add_test(t, the_address_that_is_seen_decides);
	tcase_add_loop_test(t, certificates_are_wrong_as_told, 0,
	    COUNT(certificates));
	tcase_add_test(t, scripts_answer_by_pattern);
	tcase_add_test(t, greylisting_passes_with_time);
	tcase_add_loop_test(t, servers_go_wrong_as_told, 0, COUNT(faults));
	tcase_add_test(t, words_behind_starttls_arrive_with_it);
	tcase_add_test(t, a_handshake_may_never_begin);
	tcase_add_test(t, the_referee_sees_who_breaks_the_rules);
	tcase_add_test(t, the_referee_sees_bad_manners);
	tcase_add_test(t, round_trips_can_be_counted_by_the_clock);
	tcase_add_test(t, hosts_refuse_or_are_silent);
	tcase_add_loop_test(t, errors_name_the_line, 0, COUNT(bad));
	tcase_add_test(t, a_world_tells_its_story);
	tcase_add_test(t, demos_are_whole);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
