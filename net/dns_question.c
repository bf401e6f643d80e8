#include "net/dns_question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/dns_try.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/mem.h"

/* A lost packet costs little; a slow server still has 4 s in all. */
static const int round_ms[DNS_ROUNDS] = { 500, 1000, 2500 };

/* ---- waiting in line ---- */

void
dns_slots_init(struct dns_slots *slots)
{
	*slots = (struct dns_slots) { .last = &slots->first };
}

static void
leave_line(struct dns_question *q)
{
	struct dns_question **at = &q->slots->first;

	while (*at != q)
		at = &(*at)->next_waiting;
	*at = q->next_waiting;
	if (q->slots->last == &q->next_waiting)
		q->slots->last = at;
	q->waits = false;
}

static void
wake_next(const struct dns_slots *slots)
{
	if (slots->first != NULL && slots->used < DNS_SLOTS)
		task_wake(&slots->first->task);
}

/* Whoever waits longest comes first. */
static bool
take_slot(struct dns_question *q)
{
	struct dns_slots *slots = q->slots;

	if (slots->used < DNS_SLOTS &&
	    (slots->first == NULL || slots->first == q)) {
		if (q->waits)
			leave_line(q);
		slots->used++;
		q->has_slot = true;
		q->started = loop_now(q->task.loop);
		wake_next(slots);
		return true;
	}
	if (!q->waits) {
		q->waits = true;
		q->next_waiting = NULL;
		*slots->last = q;
		slots->last = &q->next_waiting;
	}
	return false;
}

static void
give_slot(struct dns_question *q)
{
	if (q->waits)
		leave_line(q);
	if (!q->has_slot)
		return;
	q->has_slot = false;
	q->slots->used--;
	wake_next(q->slots);
}

#define TCP_MS 1000

/* How much an answer tells. */
enum {
	RANK_NONE,
	RANK_OTHER,    /* REFUSED, NOTIMP, FORMERR: of the server itself */
	RANK_SERVFAIL, /* of the domain, perhaps */
	RANK_CUT,      /* truncated, and TCP gave nothing better */
	RANK_GOOD,
};

static void
on_timer(struct timer *timer)
{
	struct dns_question *q = container_of(timer, struct dns_question,
	    timer);

	q->expired = true;
	task_wake(&q->task);
}

static void
ask(struct dns_question *q, size_t server, bool tcp, bool edns)
{
	struct dns_try_plan plan = {
		.server = q->servers[server].addr,
		.name = q->name,
		.type = q->type,
		.tcp = tcp,
		.edns = edns,
		.recurse = q->recurse,
		.tag = server,
	};

	if (q->active == DNS_TRIES_MAX)
		return;
	q->servers[server].asked = true;
	q->sent++;
	q->tries[q->active++] = dns_try_new(q->task.loop, q->dial,
	    q->channels, &q->task, &plan);
}

static bool
tcp_active(const struct dns_question *q, size_t server)
{
	size_t i;

	for (i = 0; i < q->active; i++) {
		const struct dns_try_plan *plan = dns_try_plan(q->tries[i]);

		if (plan->tcp && plan->tag == server)
			return true;
	}
	return false;
}

static void
ask_tcp(struct dns_question *q, size_t server)
{
	struct dns_asked *s = &q->servers[server];

	if (!s->tcp_failed && !tcp_active(q, server))
		ask(q, server, true, !s->no_edns);
}

static void
start_round(struct dns_question *q)
{
	size_t last = q->round == DNS_ROUNDS - 1 ? q->server_count :
	    (size_t)q->round + 1, i;

	q->expired = false;
	timer_start(&q->timer, q->task.loop, round_ms[q->round], on_timer);
	for (i = 0; i < last && i < q->server_count; i++) {
		struct dns_asked *s = &q->servers[i];
		bool first = !s->asked;

		if (s->answered)
			continue;
		if (s->tc || (!first && q->round == DNS_ROUNDS - 1))
			ask_tcp(q, i);
		if (!s->tc && !s->udp_failed)
			ask(q, i, false, first && !s->no_edns);
	}
}

/*
 * RFC 2181 9: what is missing from a cut answer is not known to be missing.
 * So one that holds nothing of what was asked for says nothing.
 */
static bool
cut_empty(const struct dns_msg *msg)
{
	return msg->tc && msg->rcode == DNS_NOERROR &&
	    dns_msg_answers(msg, msg->qtype) == 0;
}

static int
rank_of(const struct dns_msg *msg)
{
	if (cut_empty(msg))
		return RANK_NONE;
	if (msg->rcode == DNS_NOERROR || msg->rcode == DNS_NXDOMAIN)
		return msg->tc ? RANK_CUT : RANK_GOOD;
	return msg->rcode == DNS_SERVFAIL ? RANK_SERVFAIL : RANK_OTHER;
}

/* Takes the message if it is better than what we have, else frees it. */
static void
keep_best(struct dns_question *q, const struct dns_try_plan *plan,
    struct dns_msg *msg)
{
	int rank = rank_of(msg);

	if (rank <= q->rank) {
		dns_msg_clear(msg);
		return;
	}
	dns_msg_clear(&q->msg);
	q->msg = *msg;
	q->rank = rank;
	q->from = plan->server;
	q->tcp = plan->tcp;
}

/* The library has compared id and question; what it leaves is ours. */
static bool
is_answer(const struct dns_question *q, const struct dns_msg *msg)
{
	return msg->qr && msg->opcode == 0 && msg->qname != NULL &&
	    msg->qclass == 1 && msg->qtype == q->type &&
	    dns_name_eq(msg->qname, q->name);
}

static void
note_failure(struct dns_question *q, const struct dns_try_plan *plan,
    const struct err *err)
{
	struct dns_asked *s = &q->servers[plan->tag];

	log_debug("dns", "%s", err->text);
	if (q->err.kind == ERR_NONE)
		q->err = *err;
	if (plan->tcp)
		s->tcp_failed = true;
	else
		s->udp_failed = true;
}

static void
note_cut(struct dns_question *q, const struct dns_try_plan *plan,
    const struct dns_msg *msg)
{
	char server[ADDR_TEXT_MAX];
	struct err err;

	if (!cut_empty(msg))
		return;
	err_set(&err, ERR_PROTOCOL, "name server %s cut its answer short "
	    "over UDP and gave none over TCP",
	    addr_text_port(&plan->server, server));
	note_failure(q, plan, &err);
}

/* What a server that answered at once over UDP is asked over TCP gets 1 s. */
static void
go_tcp(struct dns_question *q, size_t server)
{
	q->servers[server].tc = true;
	q->expired = false;
	timer_start(&q->timer, q->task.loop, TCP_MS, on_timer);
	ask_tcp(q, server);
}

/* RFC 6891 7: how a server says that it does not know EDNS. */
static bool
dislikes_edns(const struct dns_msg *msg)
{
	return msg->rcode == DNS_FORMERR || msg->rcode == DNS_NOTIMP ||
	    msg->rcode == 16;
}

static void
judge_answer(struct dns_question *q, const struct dns_try_plan *plan,
    const uint8_t *bytes, size_t n)
{
	struct dns_asked *s = &q->servers[plan->tag];
	char server[ADDR_TEXT_MAX];
	struct dns_msg msg;
	struct err err;

	addr_text_port(&plan->server, server);
	if (!dns_msg_parse(bytes, n, &msg, &err)) {
		char why[sizeof(err.text)];

		memcpy(why, err.text, sizeof(why));
		err_set(&err, ERR_PROTOCOL, "name server %s: %.160s", server,
		    why);
		note_failure(q, plan, &err);
		/* It may have been cut on the way. */
		if (!plan->tcp)
			go_tcp(q, plan->tag);
		return;
	}
	if (!is_answer(q, &msg)) {
		dns_msg_clear(&msg);
		err_set(&err, ERR_PROTOCOL,
		    "name server %s answered something else", server);
		note_failure(q, plan, &err);
		return;
	}
	log_debug("dns", "from %s: %s %s %s, %zu records%s", server,
	    q->name, dns_type_name(q->type), dns_rcode_name(msg.rcode),
	    msg.count, msg.tc ? ", truncated" : "");
	if (plan->edns && dislikes_edns(&msg)) {
		s->no_edns = true;
		ask(q, plan->tag, plan->tcp, false);
	} else if (msg.tc && !plan->tcp) {
		note_cut(q, plan, &msg);
		go_tcp(q, plan->tag);
	} else {
		s->answered = true;
	}
	keep_best(q, plan, &msg);
}

/* Looks at what came back; may ask on. */
static void
collect(struct dns_question *q)
{
	size_t i = 0;

	while (i < q->active && q->rank < RANK_GOOD) {
		struct dns_try *t = q->tries[i];
		const uint8_t *bytes;
		size_t n;

		if (!dns_try_done(t)) {
			i++;
			continue;
		}
		q->tries[i] = q->tries[--q->active];
		bytes = dns_try_answer(t, &n);
		if (bytes != NULL)
			judge_answer(q, dns_try_plan(t), bytes, n);
		else
			note_failure(q, dns_try_plan(t), dns_try_error(t));
		dns_try_free(t);
	}
}

static bool
settled(const struct dns_asked *s)
{
	return s->answered || (s->udp_failed && s->tcp_failed);
}

/*
 * Tries that a server which answered no longer needs do not hold up the
 * round.
 */
static bool
anybody_left(const struct dns_question *q)
{
	size_t i;

	for (i = 0; i < q->active; i++) {
		if (!settled(&q->servers[dns_try_plan(q->tries[i])->tag]))
			return true;
	}
	return false;
}

static bool
round_over(struct dns_question *q)
{
	collect(q);
	return q->rank == RANK_GOOD || q->expired || !anybody_left(q);
}

static void
list_servers(const struct dns_question *q, char *out, size_t size)
{
	char text[ADDR_TEXT_MAX];
	size_t i, len = 0;

	out[0] = '\0';
	for (i = 0; i < q->server_count && len < size; i++) {
		if (!q->servers[i].asked)
			continue;
		len += (size_t)snprintf(out + len, size - len, "%s%s",
		    len > 0 ? _(" or ") : "",
		    addr_text(&q->servers[i].addr, text));
	}
}

static void
explain_silence(struct dns_question *q)
{
	char servers[3 * ADDR_TEXT_MAX + 8];
	size_t i;

	/* Somebody silent weighs more than somebody who is not there. */
	for (i = 0; i < q->server_count; i++) {
		if (q->servers[i].asked && !settled(&q->servers[i]) &&
		    !q->servers[i].udp_failed)
			break;
	}
	if (i == q->server_count && q->err.kind != ERR_NONE)
		return;
	list_servers(q, servers, sizeof(servers));
	err_set(&q->err, ERR_TIMEOUT, "no DNS answer from %s within %lld ms",
	    servers, (long long)(q->ended - q->started));
}

static void
drop_tries(struct dns_question *q)
{
	timer_stop(&q->timer);
	while (q->active > 0)
		dns_try_free(q->tries[--q->active]);
}

static void
conclude(struct dns_question *q)
{
	drop_tries(q);
	give_slot(q);
	q->ended = loop_now(q->task.loop);
	q->answered = true;
	if (q->rank == RANK_NONE)
		explain_silence(q);
	else
		q->err = (struct err) { 0 };
}

static enum step
run(struct task *task)
{
	struct dns_question *q = container_of(task, struct dns_question, task);

	TASK_BEGIN(task);

	if (!q->answered)
		TASK_AWAIT(task, take_slot(q));
	for (q->round = 0; q->round < DNS_ROUNDS && !q->answered; q->round++) {
		start_round(q);
		TASK_AWAIT(task, round_over(q));
		/* A poor answer is worth one second's wait for a better. */
		if (q->rank == RANK_GOOD ||
		    (q->rank > RANK_NONE && q->round > 0 && q->expired))
			break;
	}
	if (!q->answered)
		conclude(q);

	/* Who asks the same later is told by the same way. */
	for (;;) {
		dns_queries_tell(q->queries);
		TASK_AWAIT(task, dns_queries_untold(q->queries));
	}
	TASK_END(task);
}

void
dns_question_start(struct dns_question *q, struct loop *loop)
{
	q->started = q->ended = loop_now(loop);
	task_start(&q->task, loop, NULL, run);
}

void
dns_question_refuse(struct dns_question *q, struct loop *loop,
    const struct err *err)
{
	q->err = *err;
	q->answered = true;
	dns_question_start(q, loop);
}

void
dns_question_free(struct dns_question *q)
{
	task_stop(&q->task);
	drop_tries(q);
	give_slot(q);
	dns_msg_clear(&q->msg);
	free(q->name);
	free(q);
}
