#include "core/policy/blocklist.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

static bool
in_loopback(const struct addr *addr)
{
	return addr->family == AF_INET && addr->bytes[0] == 127;
}

/* 127.255.255.x: the list's operator refuses, whatever is asked. */
static bool
is_refusal(const struct addr *addr)
{
	return in_loopback(addr) && addr->bytes[1] == 255 &&
	    addr->bytes[2] == 255;
}

/* What to look up: the address turned round or the name, in the zone. */
static bool
question_name(const struct blocklists *b, const struct blocklist *list,
    char *out, size_t size)
{
	if (!dns_name_valid(list->zone) || strcmp(list->zone, ".") == 0)
		return false;
	if (list->name[0] == '\0')
		addr_reverse(&b->addr, list->zone, list->zone, out, size);
	else
		snprintf(out, size, "%.*s.%s",
		    (int)strlen(list->name) -
			(list->name[strlen(list->name) - 1] == '.'),
		    list->name, list->zone);
	return dns_name_valid(out);
}

static struct dns_query *
ask(struct blocklists *b, const struct blocklist *list, uint16_t type)
{
	char name[520];

	if (!question_name(b, list, name, sizeof(name)))
		return NULL;
	return dns_ask(b->resolver, &b->task, name, type);
}

static void
ask_all(struct blocklists *b)
{
	size_t i;

	for (i = 0; i < b->count; i++)
		b->lists[i].query = ask(b, &b->lists[i], DNS_A);
}

static bool
all_answered(const struct blocklists *b)
{
	size_t i;

	for (i = 0; i < b->count; i++)
		if (b->lists[i].query != NULL &&
		    !dns_answered(b->lists[i].query))
			return false;
	return true;
}

static enum listing
judge_codes(struct blocklist *list)
{
	const struct dns_rr *rr;
	size_t i;

	for (i = 0; (rr = dns_msg_answer(dns_answer(list->query), DNS_A, i)) !=
	    NULL && list->code_count < BLOCKLIST_CODES; i++)
		list->codes[list->code_count++] = rr->addr;
	for (i = 0; i < list->code_count; i++)
		if (is_refusal(&list->codes[i]))
			return LISTING_REFUSED;
	for (i = 0; i < list->code_count; i++)
		if (!in_loopback(&list->codes[i]))
			return LISTING_BROKEN;
	/*
	 * RFC 5782 5: 127.0.0.1 is never listed; as an answer some lists use
	 * it to say that they do not serve this resolver.
	 */
	if (list->code_count == 1 && list->codes[0].bytes[1] == 0 &&
	    list->codes[0].bytes[2] == 0 && list->codes[0].bytes[3] == 1)
		return LISTING_REFUSED;
	return list->code_count > 0 ? LISTING_YES : LISTING_UNKNOWN;
}

/* A list that has it is asked for its reason, too. */
static void
judge(struct blocklists *b, struct blocklist *list)
{
	list->line = b->lines.count;
	if (list->query == NULL) {
		list->listing = LISTING_NO_ZONE;
		return;
	}
	policy_note(&b->lines, b->task.loop, list->query);
	switch (found(list->query)) {
	case FOUND_RECORDS:
		list->listing = judge_codes(list);
		break;
	case FOUND_NONE:
	case FOUND_NO_NAME:
		list->listing = LISTING_NO;
		break;
	case FOUND_FAILURE:
		list->listing = LISTING_UNKNOWN;
		break;
	case FOUND_UNASKED:
		list->listing = LISTING_NO_ZONE;
		break;
	}
	if (list->listing == LISTING_YES || list->listing == LISTING_REFUSED)
		list->reason_query = ask(b, list, DNS_TXT);
}

static bool
reasons_answered(const struct blocklists *b)
{
	size_t i;

	for (i = 0; i < b->count; i++)
		if (b->lists[i].reason_query != NULL &&
		    !dns_answered(b->lists[i].reason_query))
			return false;
	return true;
}

static void
read_reason(struct blocklists *b, struct blocklist *list)
{
	const struct dns_rr *rr;
	char text[600];

	if (list->reason_query == NULL)
		return;
	policy_note(&b->lines, b->task.loop, list->reason_query);
	if (found(list->reason_query) != FOUND_RECORDS)
		return;
	rr = dns_msg_answer(dns_answer(list->reason_query), DNS_TXT, 0);
	if (rr == NULL)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)rr->len,
	    (const char *)rr->data);
	text_visible_str(text, list->reason, sizeof(list->reason));
}

static enum step
run(struct task *task)
{
	struct blocklists *b = container_of(task, struct blocklists, task);
	size_t i;

	TASK_BEGIN(task);

	ask_all(b);
	TASK_AWAIT(task, all_answered(b));
	for (i = 0; i < b->count; i++)
		judge(b, &b->lists[i]);
	TASK_AWAIT(task, reasons_answered(b));
	for (i = 0; i < b->count; i++)
		read_reason(b, &b->lists[i]);

	TASK_END(task);
}

static bool
has(const struct blocklists *b, const struct list_question *q)
{
	size_t i;

	for (i = 0; i < b->count; i++)
		if (dns_name_eq(b->lists[i].zone, q->zone) &&
		    dns_name_eq(b->lists[i].name, q->name))
			return true;
	return false;
}

void
blocklists_start(struct blocklists *b, struct loop *loop, struct task *parent,
    struct resolver *resolver, const struct addr *addr,
    const struct list_question *questions, size_t count)
{
	struct blocklist *list;
	size_t i;

	memset(b, 0, sizeof(*b));
	b->resolver = resolver;
	b->addr = addr_unmap(*addr);
	for (i = 0; i < count && b->count < BLOCKLISTS; i++) {
		if (has(b, &questions[i]))
			continue;
		list = &b->lists[b->count++];
		snprintf(list->zone, sizeof(list->zone), "%s",
		    questions[i].zone);
		snprintf(list->name, sizeof(list->name), "%s",
		    questions[i].name);
	}
	task_start(&b->task, loop, parent, run);
}

void
blocklists_clear(struct blocklists *b)
{
	size_t i;

	task_stop(&b->task);
	for (i = 0; i < b->count; i++) {
		dns_drop(b->lists[i].query);
		dns_drop(b->lists[i].reason_query);
	}
	b->count = 0;
	policy_lines_clear(&b->lines);
}

const struct blocklist *
blocklists_listed(const struct blocklists *b)
{
	size_t i;

	for (i = 0; i < b->count; i++)
		if (b->lists[i].listing == LISTING_YES)
			return &b->lists[i];
	return NULL;
}

const char *
blocklist_text(const struct blocklists *b, size_t i, char *out, size_t size)
{
	const struct blocklist *list = &b->lists[i];
	char what[256], code[ADDR_TEXT_MAX], zone[256];
	bool reason = list->reason[0] != '\0';

	if (list->name[0] != '\0')
		text_visible_str(list->name, what, sizeof(what));
	else
		addr_text(&b->addr, what);
	addr_text(&list->codes[0], code);
	text_visible_str(list->zone, zone, sizeof(zone));
	switch (list->listing) {
	case LISTING_YES:
		snprintf(out, size, _("%s is listed on %s (%s)%s%s"), what,
		    zone, code, reason ? ": " : "", list->reason);
		break;
	case LISTING_NO:
		snprintf(out, size, _("%s is not listed on %s"), what, zone);
		break;
	case LISTING_REFUSED:
		snprintf(out, size, _("%s does not answer this resolver%s%s%s%s"
		    "; ask it through a resolver of your own"), zone,
		    list->code_count > 0 ? _(", it says ") : "",
		    list->code_count > 0 ? code : "", reason ? ": " : "",
		    list->reason);
		break;
	case LISTING_BROKEN:
		snprintf(out, size, _("%s answers %s, which is no answer of a "
		    "blocklist: it is dead, or the resolver makes up answers"),
		    zone, code);
		break;
	case LISTING_UNKNOWN:
		snprintf(out, size, _("%s did not answer"), zone);
		break;
	case LISTING_NO_ZONE:
		snprintf(out, size, _("%s is not a name in DNS"), zone);
		break;
	}
	return out;
}
