/*
 * The mechanisms (RFC 7208 5).  One task for all of them: what they have in
 * common is the order of things, count, name, ask, compare.
 */
#include "core/spf/eval.h"

#include <stdlib.h>
#include <string.h>

#include "net/dns.h"
#include "net/mem.h"

static bool
matches(struct spf_eval *e, const struct addr *addr)
{
	int bits = addr->family == AF_INET ? e->term->bits4 : e->term->bits6;

	return addr_in_net(&e->frame->check->ip, addr, bits);
}

static bool
matches_directly(struct spf_eval *e)
{
	return e->term->kind == SPF_ALL || matches(e, &e->term->net);
}

static void
out_of_time(struct spf_eval *e)
{
	spf_stop(e->frame, SPF_TEMPERROR, "the time for the check is up");
}

/* True if there are records to compare with. */
static bool
take_answer(struct spf_eval *e)
{
	struct spf_check *check = e->frame->check;

	spf_note_query(check, e->line, e->query);
	if (!dns_answered(e->query)) {
		out_of_time(e);
		return false;
	}
	switch (found(e->query)) {
	case FOUND_RECORDS:
		return true;
	case FOUND_NONE:
	case FOUND_NO_NAME:
		spf_count_void(e->frame);
		return false;
	case FOUND_FAILURE:
		spf_stop(e->frame, SPF_TEMPERROR, "DNS did not answer for %s",
		    e->target);
		return false;
	case FOUND_UNASKED:
		return false;
	}
	return false;
}

/* 5.3, 5.7: any address for exists, the client's for a. */
static bool
compare(struct spf_eval *e, const struct dns_query *query, const char *host)
{
	const struct dns_msg *msg = dns_answer(query);
	uint16_t type = dns_query_type(query);
	struct spf_trace *trace = &e->frame->check->trace;
	char text[ADDR_TEXT_MAX];
	const struct dns_rr *rr;
	size_t i;

	for (i = 0; (rr = dns_msg_answer(msg, type, i)) != NULL; i++) {
		if (rr->bad)
			continue;
		if (e->term->kind != SPF_EXISTS && !matches(e, &rr->addr))
			continue;
		spf_trace_matched(trace, e->line, "%s%s%s",
		    host != NULL ? host : "", host != NULL ? " " : "",
		    addr_text(&rr->addr, text));
		return true;
	}
	return false;
}

/* RFC 7208 5: AAAA for IPv6 clients; exists is always about A (5.7). */
static uint16_t
address_type(const struct spf_eval *e)
{
	return e->frame->check->ip.family == AF_INET6 &&
	    e->term->kind != SPF_EXISTS ? DNS_AAAA : DNS_A;
}

/* 5.4, 4.6.4: more than ten names is an error, not a cut. */
static bool
ask_hosts(struct spf_eval *e)
{
	const struct dns_msg *msg = dns_answer(e->query);
	const struct dns_rr *rr;
	size_t i;

	if (dns_msg_answers(msg, DNS_MX) > SPF_MX_MAX) {
		spf_stop(e->frame, SPF_PERMERROR,
		    "%s has more than %d MX records (RFC 7208 4.6.4)",
		    e->target, SPF_MX_MAX);
		return false;
	}
	for (i = 0; (rr = dns_msg_answer(msg, DNS_MX, i)) != NULL; i++) {
		if (rr->bad || rr->target == NULL ||
		    strcmp(rr->target, ".") == 0)
			continue;
		e->hosts[e->host_count].name = mem_strdup(rr->target);
		e->hosts[e->host_count].query = dns_ask(
		    e->frame->check->resolver, &e->task, rr->target,
		    address_type(e));
		e->host_count++;
	}
	return true;
}

static bool
hosts_answered(const struct spf_eval *e)
{
	size_t i;

	for (i = 0; i < e->host_count; i++)
		if (!spf_answered(e->frame->check, e->hosts[i].query))
			return false;
	return true;
}

/* A match outweighs a host that DNS says nothing about. */
static void
judge_hosts(struct spf_eval *e)
{
	const struct spf_host *host;
	const char *failed = NULL;
	size_t i;

	for (i = 0; i < e->host_count; i++) {
		host = &e->hosts[i];
		spf_note_query(e->frame->check, e->line, host->query);
		if (!dns_answered(host->query) ||
		    found(host->query) == FOUND_FAILURE)
			failed = host->name;
		else if (!e->match && found(host->query) == FOUND_RECORDS)
			e->match = compare(e, host->query, host->name);
	}
	if (!e->match && failed != NULL && e->frame->check->expired)
		out_of_time(e);
	else if (!e->match && failed != NULL)
		spf_stop(e->frame, SPF_TEMPERROR, "DNS did not answer for %s",
		    failed);
}

/* 5.5: names that lead back count; DNS errors mean no match. */
static void
judge_ptr(struct spf_eval *e)
{
	struct spf_check *check = e->frame->check;
	const struct fcrdns *f = &check->names;
	size_t i;

	if (!f->task.done) {
		out_of_time(e);
		return;
	}
	if (f->found == FOUND_NONE || f->found == FOUND_NO_NAME)
		spf_count_void(e->frame);
	for (i = 0; i < f->count && !e->match; i++) {
		if (!f->names[i].confirmed ||
		    !dns_name_under(f->names[i].name, e->target))
			continue;
		e->match = true;
		spf_trace_matched(&check->trace, e->line, "%s",
		    f->names[i].name);
	}
	if (f->more)
		spf_trace_note(&check->trace, e->line,
		    "only the first %d names count", FCRDNS_NAMES);
}

/* 5.2, the table of what an include's result means. */
static void
judge_include(struct spf_eval *e)
{
	switch (e->include->result) {
	case SPF_PASS:
		e->match = true;
		break;
	case SPF_FAIL:
	case SPF_SOFTFAIL:
	case SPF_NEUTRAL:
		break;
	case SPF_TEMPERROR:
	case SPF_PERMERROR:
		e->frame->stopped = true;
		e->frame->result = e->include->result;
		break;
	case SPF_NONE:
		spf_stop(e->frame, SPF_PERMERROR,
		    "include leads to %s, which has no SPF record",
		    e->target);
		break;
	}
}

static void
end_line(struct spf_eval *e)
{
	struct spf_frame *f = e->frame;
	struct spf_trace *trace = &f->check->trace;
	char text[ADDR_TEXT_MAX];

	if (f->stopped) {
		spf_trace_end(trace, e->line, SPF_ERROR, f->result);
		spf_trace_note(trace, e->line, "%s", f->check->problem);
	} else if (e->match) {
		spf_trace_end(trace, e->line, SPF_MATCH, e->term->qualifier);
		if (e->term->kind == SPF_IP4 || e->term->kind == SPF_IP6)
			spf_trace_matched(trace, e->line, "%s",
			    addr_text(&e->term->net, text));
	} else {
		spf_trace_end(trace, e->line, SPF_NO_MATCH, SPF_NONE);
	}
}

static enum step
run(struct task *task)
{
	struct spf_eval *e = container_of(task, struct spf_eval, task);
	struct spf_check *check = e->frame->check;
	enum spf_kind kind = e->term->kind;

	TASK_BEGIN(task);

	if (!spf_kind_asks(kind)) {
		e->match = matches_directly(e);
		goto done;
	}
	if (!spf_count_lookup(e->frame))
		goto done;
	TASK_AWAIT(task, spf_names_settled(check, task, e->term->spec,
	    kind == SPF_PTR));
	spf_note_names(check, e->line);
	e->target = spf_target(e->frame, e->line, e->term->spec);

	if (kind == SPF_INCLUDE) {
		e->include = spf_frame_new(check, task, e->frame->depth + 1,
		    e->target);
		TASK_AWAIT(task, e->include->task.done);
		judge_include(e);
		goto done;
	}
	if (!spf_name_ok(e->target)) {
		spf_trace_note(&check->trace, e->line,
		    "not a name that can be asked; receivers differ on it");
		goto done;
	}
	if (kind == SPF_PTR) {
		judge_ptr(e);
		goto done;
	}
	e->query = spf_ask(check, task, e->target,
	    kind == SPF_MX ? DNS_MX : address_type(e));
	TASK_AWAIT(task, spf_answered(check, e->query));
	if (!take_answer(e))
		goto done;
	if (kind == SPF_MX && ask_hosts(e)) {
		TASK_AWAIT(task, hosts_answered(e));
		judge_hosts(e);
	} else if (kind != SPF_MX) {
		e->match = compare(e, e->query, NULL);
	}

done:
	end_line(e);
	TASK_END(task);
}

void
spf_eval_start(struct spf_eval *e, struct spf_frame *frame,
    const struct spf_term *term)
{
	memset(e, 0, sizeof(*e));
	e->frame = frame;
	e->term = term;
	e->line = spf_trace_add(&frame->check->trace, frame->depth,
	    SPF_LINE_TERM, frame->domain, term->text);
	task_start(&e->task, frame->task.loop, &frame->task, run);
}

void
spf_eval_clear(struct spf_eval *e)
{
	size_t i;

	if (e->frame == NULL)
		return;
	task_stop(&e->task);
	dns_drop(e->query);
	for (i = 0; i < e->host_count; i++) {
		dns_drop(e->hosts[i].query);
		free(e->hosts[i].name);
	}
	spf_frame_free(e->include);
	free(e->target);
	memset(e, 0, sizeof(*e));
}
