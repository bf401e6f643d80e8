#include "core/probe/question.h"

#include <stdio.h>
#include <string.h>

#include "core/probe/probe.h"
#include "net/addr.h"
#include "net/dns.h"

#define SHOWN_RECORDS 60 /* more are counted, not listed */

static void
note_question(struct question *q, const char *name, uint16_t type,
    const char *where)
{
	transcript_printf(&q->probe->transcript, probe_now(q->probe),
	    LINE_CLIENT, STAGE_DNS, false, "%s %s%s", dns_type_name(type),
	    name, where);
	q->answer_line = 0;
	q->noted = false;
}

void
question_ask(struct question *q, struct probe *probe,
    struct resolver *resolver, const char *name, uint16_t type)
{
	q->probe = probe;
	note_question(q, name, type, "");
	q->query = dns_ask(resolver, &probe->task, name, type);
}

void
question_ask_at(struct question *q, struct probe *probe,
    struct resolver *resolver, const struct addr *server,
    const char *server_name, const char *name, uint16_t type)
{
	char at[ADDR_TEXT_MAX], where[400];

	q->probe = probe;
	snprintf(where, sizeof(where), "  asked of %s %s", server_name,
	    addr_text(server, at));
	note_question(q, name, type, where);
	q->query = dns_ask_at(resolver, &probe->task, server, name, type);
}

static int
add(struct question *q, const char *text)
{
	return transcript_printf(&q->probe->transcript, probe_now(q->probe),
	    LINE_SERVER, STAGE_DNS, false, "%s", text);
}

static void
note_records(struct question *q, const struct dns_msg *msg)
{
	char text[1500];
	size_t i, shown = 0, all = 0;

	for (i = 0; i < msg->count; i++) {
		const struct dns_rr *rr = &msg->rrs[i];

		if (rr->type == DNS_OPT || rr->type == DNS_RRSIG ||
		    (rr->section == DNS_ADDITIONAL))
			continue;
		if (rr->section == DNS_AUTHORITY && shown > 0 &&
		    rr->type != DNS_SOA)
			continue;
		all++;
		if (shown >= SHOWN_RECORDS)
			continue;
		dns_rr_text(rr, text, sizeof(text));
		add(q, text);
		shown++;
	}
	if (all > shown) {
		snprintf(text, sizeof(text), "(%zu more records)",
		    all - shown);
		add(q, text);
	}
}

/*
 * Names of other servers in place of an answer: whoever says so does not
 * look names up for us (RFC 1034 4.3.1), and nothing is known.
 */
static bool
refers(const struct dns_msg *msg)
{
	bool elsewhere = false;
	size_t i;

	if (msg->aa || msg->ra)
		return false;
	for (i = 0; i < msg->count; i++) {
		if (msg->rrs[i].section == DNS_ANSWER ||
		    msg->rrs[i].type == DNS_SOA)
			return false;
		elsewhere |= msg->rrs[i].type == DNS_NS;
	}
	return elsewhere;
}

/* Nothing was found, or the question is passed on to other servers. */
static void
what_it_says(const struct question *q, const struct dns_msg *msg, char *out,
    size_t size)
{
	size_t i;

	out[0] = '\0';
	if (msg->rcode != DNS_NOERROR ||
	    dns_msg_answers(msg, dns_query_type(q->query)) > 0)
		return;
	if (!refers(msg)) {
		snprintf(out, size, ", no such record");
		return;
	}
	for (i = 0; msg->rrs[i].type != DNS_NS; i++)
		continue;
	snprintf(out, size, ", refers to the name servers of %s",
	    msg->rrs[i].name);
}

static void
note_answer(struct question *q)
{
	const struct dns_msg *msg = dns_answer(q->query);
	const struct addr *server = dns_answer_server(q->query);
	char text[600], at[ADDR_TEXT_MAX], said[300];

	q->noted = true;
	if (msg == NULL) {
		snprintf(text, sizeof(text), "no answer: %s",
		    dns_error(q->query)->text);
		q->answer_line = probe_note(q->probe, STAGE_DNS, "%s", text);
		return;
	}
	what_it_says(q, msg, said, sizeof(said));
	snprintf(text, sizeof(text), "%s %s: %s%s%s%s%s  (from %s, %d ms%s)",
	    dns_type_name(dns_query_type(q->query)), dns_query_name(q->query),
	    dns_rcode_name(msg->rcode), msg->aa ? ", authoritative" : "",
	    msg->ad ? ", DNSSEC valid" : "",
	    msg->tc ? ", cut short" : "",
	    said,
	    addr_text(server, at), dns_query_ms(q->query),
	    dns_query_tcp(q->query) ? ", over TCP" : "");
	q->answer_line = add(q, text);
	note_records(q, msg);
}

bool
question_answered(struct question *q)
{
	if (q->probe == NULL || !dns_answered(q->query))
		return false;
	if (!q->noted)
		note_answer(q);
	return true;
}

enum lookup
question_lookup(const struct question *q, uint16_t type)
{
	const struct dns_msg *msg = question_msg(q);

	if (q->probe == NULL || !dns_answered(q->query))
		return LOOKUP_NOT_ASKED;
	if (msg == NULL)
		return dns_error(q->query)->kind == ERR_INPUT ?
		    LOOKUP_NXDOMAIN :
		    LOOKUP_TIMEOUT;
	if (msg->rcode == DNS_NXDOMAIN)
		return LOOKUP_NXDOMAIN;
	if (msg->rcode != DNS_NOERROR || refers(msg))
		return LOOKUP_SERVFAIL;
	return dns_msg_answers(msg, type) > 0 ? LOOKUP_FOUND : LOOKUP_NODATA;
}

bool
question_settled(const struct question *q)
{
	enum lookup lookup = q->probe == NULL || q->query == NULL ?
	    LOOKUP_NOT_ASKED :
	    question_lookup(q, dns_query_type(q->query));

	return lookup == LOOKUP_FOUND || lookup == LOOKUP_NODATA ||
	    (lookup == LOOKUP_NXDOMAIN && question_msg(q) != NULL);
}

const struct dns_msg *
question_msg(const struct question *q)
{
	return q->probe == NULL || !dns_answered(q->query) ?
	    NULL : dns_answer(q->query);
}

struct ref
question_ref(const struct question *q)
{
	return (struct ref) {
		.probe = q->probe != NULL ? q->probe->number : 0,
		.line = q->answer_line,
	};
}

void
question_clear(struct question *q)
{
	dns_drop(q->query);
	memset(q, 0, sizeof(*q));
}
