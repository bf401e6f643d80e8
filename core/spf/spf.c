#include "core/spf/spf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/spf/eval.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

#define SENDER_MAX 1024 /* bytes of a sender or HELO we look at */
#define EXPLANATION_MAX 2000 /* bytes */

void
spf_stop(struct spf_frame *frame, enum spf_result result, const char *fmt, ...)
{
	struct spf_check *check = frame->check;
	char text[sizeof(check->problem)];
	va_list ap;

	frame->stopped = true;
	frame->result = result;
	if (check->problem[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	text_visible_str(text, check->problem, sizeof(check->problem));
}

bool
spf_count_lookup(struct spf_frame *frame)
{
	if (frame->check->lookups >= SPF_LOOKUPS_MAX) {
		spf_stop(frame, SPF_PERMERROR,
		    "more than %d terms ask DNS (RFC 7208 4.6.4)",
		    SPF_LOOKUPS_MAX);
		return false;
	}
	frame->check->lookups++;
	return true;
}

bool
spf_count_void(struct spf_frame *frame)
{
	frame->check->void_lookups++;
	if (frame->check->void_lookups <= SPF_VOID_MAX)
		return true;
	spf_stop(frame, SPF_PERMERROR,
	    "more than %d look-ups found nothing (RFC 7208 4.6.4)",
	    SPF_VOID_MAX);
	return false;
}

bool
spf_name_ok(const char *name)
{
	size_t total = strlen(name), n;

	if (total == 0 || total > SPF_NAME_MAX)
		return false;
	for (;;) {
		n = strcspn(name, ".");
		if (n == 0 || n > 63)
			return false;
		name += n;
		if (*name == '\0')
			return true;
		name++;
	}
}

struct dns_query *
spf_ask(struct spf_check *check, struct task *waiter, const char *name,
    uint16_t type)
{
	struct dns_query *query;
	struct buf buf;

	buf_init(&buf, 4 * SPF_NAME_MAX);
	for (; *name != '\0'; name++) {
		if (*name > ' ' && *name < 0x7f && *name != '\\')
			buf_putc(&buf, *name);
		else
			buf_printf(&buf, "\\%03u", (unsigned char)*name);
	}
	query = dns_ask(check->resolver, waiter, buf_str(&buf), type);
	buf_clear(&buf);
	return query;
}

bool
spf_answered(const struct spf_check *check, const struct dns_query *query)
{
	return check->expired || dns_answered(query);
}

void
spf_note_query(struct spf_check *check, size_t line,
    const struct dns_query *query)
{
	struct spf_line *l = spf_trace_line(&check->trace, line);

	if (l != NULL)
		policy_note(&l->queries, check->task.loop, query);
}

bool
spf_names_settled(struct spf_check *check, struct task *waiter,
    const char *spec, bool always)
{
	if (!always && (spec == NULL ||
	    !spf_macro_needs_name(spec, strlen(spec))))
		return true;
	if (!check->names_asked) {
		check->names_asked = true;
		fcrdns_start(&check->names, check->task.loop, waiter,
		    check->resolver, &check->ip);
	}
	return check->names.task.done || check->expired;
}

void
spf_note_names(struct spf_check *check, size_t line)
{
	struct spf_line *l = spf_trace_line(&check->trace, line);

	if (l == NULL || !check->names.task.done ||
	    l->queries.count > 0)
		return;
	l->queries = check->names.lines;
	memset(&check->names.lines, 0, sizeof(check->names.lines));
}

/* 7.3: the domain itself is best, then a name below it, then any. */
const char *
spf_validated_name(const struct spf_check *check, const char *domain)
{
	const struct fcrdns *f = &check->names;
	const char *best = NULL;
	int rank, best_rank = 0;
	size_t i;

	for (i = 0; f->task.done && i < f->count; i++) {
		if (!f->names[i].confirmed)
			continue;
		rank = dns_name_eq(f->names[i].name, domain) ? 3
		    : dns_name_under(f->names[i].name, domain) ? 2 : 1;
		if (rank > best_rank) {
			best = f->names[i].name;
			best_rank = rank;
		}
	}
	return best != NULL ? best : "unknown";
}

void
spf_values(const struct spf_frame *frame, struct spf_values *values)
{
	const struct spf_check *check = frame->check;
	const char *at = strrchr(check->sender, '@');

	*values = (struct spf_values) {
		.sender = check->sender,
		.local = check->local,
		.origin = at + 1,
		.domain = frame->domain,
		.helo = check->helo,
		.name = spf_validated_name(check, frame->domain),
		.receiver = check->receiver,
		.ip = check->ip,
		.now = check->now,
	};
}

char *
spf_target(struct spf_frame *frame, size_t line, const char *spec)
{
	struct spf_line *l = spf_trace_line(&frame->check->trace, line);
	struct spf_values values;
	char shown[SPF_NAME_MAX * 4];
	char *target;

	if (spec == NULL)
		return mem_strdup(frame->domain);
	spf_values(frame, &values);
	target = spf_macro_name(spec, strlen(spec), &values);
	if (l != NULL && l->target == NULL)
		l->target = mem_strdup(text_visible_str(target, shown,
		    sizeof(shown)));
	return target;
}

static void
time_is_up(struct timer *timer)
{
	struct spf_check *check = container_of(timer, struct spf_check, timer);

	check->expired = true;
	task_wake(&check->task);
	if (check->root != NULL)
		spf_frame_wake(check->root);
}

/* 6.2: only the record that decides, not one that it includes. */
static bool
wants_explanation(const struct spf_check *check)
{
	return check->result == SPF_FAIL && check->root->record.has_exp;
}

static void
ask_explanation(struct spf_check *check)
{
	struct spf_frame *root = check->root;

	check->exp_line = spf_trace_add(&check->trace, 0, SPF_LINE_MODIFIER,
	    root->domain, root->record.exp.text);
	spf_note_names(check, check->exp_line);
	check->exp_name = spf_target(root, check->exp_line,
	    root->record.exp.spec);
	if (spf_name_ok(check->exp_name))
		check->exp = spf_ask(check, &check->task, check->exp_name,
		    DNS_TXT);
}

/* 6.2: one TXT record of good syntax, or there is no explanation. */
static void
take_explanation(struct spf_check *check)
{
	const struct dns_msg *msg;
	const struct dns_rr *rr;
	struct spf_values values;
	struct buf text;
	struct err err;

	spf_note_query(check, check->exp_line, check->exp);
	spf_trace_end(&check->trace, check->exp_line, SPF_MISSED, SPF_NONE);
	if (!dns_answered(check->exp) || found(check->exp) != FOUND_RECORDS)
		return;
	msg = dns_answer(check->exp);
	rr = dns_msg_answer(msg, DNS_TXT, 0);
	if (dns_msg_answers(msg, DNS_TXT) != 1 || rr->bad) {
		spf_trace_note(&check->trace, check->exp_line,
		    "not one TXT record, so there is no explanation");
		return;
	}
	if (!spf_macro_check((const char *)rr->data, rr->len, SPF_IN_TEXT,
	    &err)) {
		spf_trace_note(&check->trace, check->exp_line,
		    "the explanation is not used: %s", err.text);
		return;
	}
	spf_trace_end(&check->trace, check->exp_line, SPF_FOUND, SPF_NONE);
	spf_values(check->root, &values);
	buf_init(&text, EXPLANATION_MAX);
	spf_macro_expand((const char *)rr->data, rr->len, &values, &text);
	free(check->explanation);
	check->explanation = buf_steal(&text);
}

/* The text's own %{p} is settled too before the text is read. */
static bool
explanation_settled(struct spf_check *check)
{
	const struct dns_rr *rr;

	if (check->exp == NULL || check->expired)
		return true;
	if (!dns_answered(check->exp))
		return false;
	rr = found(check->exp) == FOUND_RECORDS
	    ? dns_msg_answer(dns_answer(check->exp), DNS_TXT, 0) : NULL;
	return rr == NULL || spf_names_settled(check, &check->task,
	    (const char *)rr->data, false);
}

static enum step
run(struct task *task)
{
	struct spf_check *check = container_of(task, struct spf_check, task);

	TASK_BEGIN(task);

	check->root = spf_frame_new(check, task, 0, check->domain);
	TASK_AWAIT(task, check->root->task.done);
	check->result = check->root->result;

	if (wants_explanation(check)) {
		TASK_AWAIT(task, spf_names_settled(check, task,
		    check->root->record.exp.spec, false));
		ask_explanation(check);
		TASK_AWAIT(task, explanation_settled(check));
		take_explanation(check);
	}
	timer_stop(&check->timer);

	TASK_END(task);
}

/* The last dot of a name is nothing. */
static char *
domain_of(const char *s)
{
	size_t n = strlen(s);

	return mem_strndup(s, n > 0 && s[n - 1] == '.' ? n - 1 : n);
}

/* 2.4, 4.3: who is asked about, and postmaster where no local part is. */
static void
take_identity(struct spf_check *check, const struct spf_input *input)
{
	const char *sender = input->sender != NULL ? input->sender : "";
	size_t n = strnlen(sender, SENDER_MAX);
	char *text, *at;

	if (n >= 2 && sender[0] == '<' && sender[n - 1] == '>') {
		sender++;
		n -= 2;
	}
	check->helo = input->helo != NULL && input->helo[0] != '\0'
	    ? mem_strndup(input->helo, strnlen(input->helo, SENDER_MAX))
	    : mem_strdup("unknown");
	check->helo_identity = n == 0;
	text = n > 0 ? mem_strndup(sender, n) : mem_strdup(check->helo);
	at = strrchr(text, '@');
	check->domain = domain_of(at != NULL && n > 0 ? at + 1 : text);
	check->local = at != NULL && at > text && n > 0
	    ? mem_strndup(text, (size_t)(at - text))
	    : mem_strdup("postmaster");
	check->sender = mem_printf("%s@%s", check->local, check->domain);
	free(text);
}

void
spf_check_start(struct spf_check *check, struct loop *loop,
    struct task *parent, struct resolver *resolver,
    const struct spf_input *input)
{
	memset(check, 0, sizeof(*check));
	check->resolver = resolver;
	check->ip = addr_unmap(input->ip);
	check->now = input->now;
	check->receiver = mem_strdup(input->receiver != NULL &&
	    input->receiver[0] != '\0' ? input->receiver : "unknown");
	check->explanation = mem_strdup("");
	take_identity(check, input);
	timer_start(&check->timer, loop,
	    input->limit_ms > 0 ? input->limit_ms : SPF_TIME_MS, time_is_up);
	task_start(&check->task, loop, parent, run);
}

void
spf_check_clear(struct spf_check *check)
{
	task_stop(&check->task);
	timer_stop(&check->timer);
	spf_frame_free(check->root);
	dns_drop(check->exp);
	free(check->exp_name);
	fcrdns_clear(&check->names);
	spf_trace_clear(&check->trace);
	free(check->sender);
	free(check->local);
	free(check->domain);
	free(check->helo);
	free(check->receiver);
	free(check->explanation);
	memset(check, 0, sizeof(*check));
}

const char *
spf_check_text(const struct spf_check *check, char *out, size_t size)
{
	char ip[ADDR_TEXT_MAX], domain[256], by[512] = "";

	addr_text(&check->ip, ip);
	text_visible_str(check->domain, domain, sizeof(domain));
	if (check->decided[0] != '\0')
		snprintf(by, sizeof(by), _(" (%.200s in the record of %.255s)"),
		    check->decided, check->decided_by);
	switch (check->result) {
	case SPF_NONE:
		if (spf_domain_ok(check->domain))
			snprintf(out, size, _("%s publishes no SPF record"),
			    domain);
		else
			snprintf(out, size, _("\"%s\" is no domain name that "
			    "could have an SPF record"), domain);
		break;
	case SPF_NEUTRAL:
		snprintf(out, size, _("SPF of %s says nothing about %s%s"),
		    domain, ip, by);
		break;
	case SPF_PASS:
		snprintf(out, size, _("SPF of %s allows %s%s"), domain, ip, by);
		break;
	case SPF_FAIL:
		snprintf(out, size, _("SPF of %s forbids %s to send for it%s"),
		    domain, ip, by);
		break;
	case SPF_SOFTFAIL:
		snprintf(out, size, _("SPF of %s says that %s probably may not "
		    "send for it%s"), domain, ip, by);
		break;
	case SPF_TEMPERROR:
	case SPF_PERMERROR:
		snprintf(out, size, _("SPF of %s cannot be evaluated (%s): %s"),
		    domain, spf_result_name(check->result), check->problem);
		break;
	}
	return out;
}
