/*
 * check_host() on one domain (RFC 7208 4): look the record up, parse it,
 * evaluate its terms in order, follow redirect.
 */
#include "core/spf/eval.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/buf.h"
#include "net/dns.h"
#include "net/mem.h"

bool
spf_domain_ok(const char *domain)
{
	return domain[0] != '[' && strchr(domain, '.') != NULL &&
	    spf_name_ok(domain);
}

static void
end_record(struct spf_frame *f, enum spf_outcome outcome)
{
	spf_trace_end(&f->check->trace, f->line, outcome, f->result);
}

/* 4.4, 4.5: one record, or the result that its absence means. */
static const struct dns_rr *
select_record(struct spf_frame *f)
{
	const struct dns_msg *msg = dns_answer(f->query);
	const struct dns_rr *rr, *record = NULL;
	size_t i;

	if (!dns_answered(f->query)) {
		spf_stop(f, SPF_TEMPERROR, "the time for the check is up");
		return NULL;
	}
	if (found(f->query) == FOUND_FAILURE) {
		spf_stop(f, SPF_TEMPERROR,
		    "DNS did not answer for the record of %s", f->domain);
		return NULL;
	}
	for (i = 0; msg != NULL && (rr = dns_msg_answer(msg, DNS_TXT, i)) !=
	    NULL; i++) {
		if (rr->bad || !spf_record_is((const char *)rr->data, rr->len))
			continue;
		if (record != NULL) {
			spf_stop(f, SPF_PERMERROR,
			    "%s has more than one SPF record", f->domain);
			return NULL;
		}
		record = rr;
	}
	if (record == NULL && msg != NULL && msg->tc) {
		spf_stop(f, SPF_TEMPERROR,
		    "the TXT records of %s came cut short", f->domain);
	} else if (record == NULL) {
		f->stopped = true;
		f->result = SPF_NONE;
	}
	return record;
}

/* True when there is a record to evaluate. */
static bool
take_record(struct spf_frame *f)
{
	const struct dns_rr *rr = select_record(f);
	struct spf_line *line = spf_trace_line(&f->check->trace, f->line);
	struct err err;

	spf_note_query(f->check, f->line, f->query);
	if (rr != NULL && line != NULL) {
		struct buf shown;

		buf_init(&shown, 2000);
		text_visible((const char *)rr->data, rr->len, false, &shown);
		free(line->term);
		line->term = buf_steal(&shown);
	}
	if (rr != NULL && !spf_record_parse((const char *)rr->data, rr->len,
	    &f->record, &err))
		spf_stop(f, SPF_PERMERROR, "the record of %s is wrong %s",
		    f->domain, err.text);
	dns_drop(f->query);
	f->query = NULL;
	if (!f->stopped)
		end_record(f, SPF_FOUND);
	else
		end_record(f, f->result == SPF_NONE ? SPF_MISSED : SPF_ERROR);
	if (f->stopped && f->result != SPF_NONE)
		spf_trace_note(&f->check->trace, f->line, "%s",
		    f->check->problem);
	return !f->stopped;
}

static void
decide(struct spf_frame *f, const struct spf_term *term)
{
	struct spf_check *check = f->check;

	f->result = term->qualifier;
	if (f->depth > 0)
		return;
	text_visible_str(term->text, check->decided, sizeof(check->decided));
	text_visible_str(f->domain, check->decided_by,
	    sizeof(check->decided_by));
}

/* 6.1; true when the frame goes on with another domain. */
static bool
redirect(struct spf_frame *f)
{
	if (f->target == NULL)
		return false;
	spf_record_clear(&f->record);
	free(f->domain);
	f->domain = f->target;
	f->target = NULL;
	f->redirected = true;
	return true;
}

static void
begin_redirect(struct spf_frame *f)
{
	f->line = spf_trace_add(&f->check->trace, f->depth, SPF_LINE_MODIFIER,
	    f->domain, f->record.redirect.text);
	if (!spf_count_lookup(f)) {
		end_record(f, SPF_ERROR);
		return;
	}
	spf_note_names(f->check, f->line);
	f->target = spf_target(f, f->line, f->record.redirect.spec);
	end_record(f, SPF_FOUND);
}

static enum step
run(struct task *task)
{
	struct spf_frame *f = container_of(task, struct spf_frame, task);
	struct spf_check *check = f->check;

	TASK_BEGIN(task);

	do {
		f->line = spf_trace_add(&check->trace, f->depth,
		    SPF_LINE_RECORD, f->domain, "");
		f->result = SPF_NONE;
		if (!spf_domain_ok(f->domain)) {
			spf_trace_note(&check->trace, f->line,
			    "not a domain name that can have a record");
			end_record(f, SPF_MISSED);
			goto none;
		}
		f->query = spf_ask(check, task, f->domain, DNS_TXT);
		TASK_AWAIT(task, spf_answered(check, f->query));
		if (!take_record(f))
			goto none;

		f->result = SPF_NEUTRAL;
		for (f->at = 0; f->at < f->record.count; f->at++) {
			spf_eval_start(&f->eval, f, &f->record.terms[f->at]);
			TASK_AWAIT(task, f->eval.task.done);
			if (f->eval.match)
				decide(f, f->eval.term);
			if (f->stopped || f->eval.match)
				goto decided;
			spf_eval_clear(&f->eval);
		}
		if (f->record.has_all || !f->record.has_redirect)
			goto decided;

		TASK_AWAIT(task, spf_names_settled(check, task,
		    f->record.redirect.spec, false));
		begin_redirect(f);
	} while (redirect(f));
	goto decided;

none:
	/* 6.1: a redirect must lead to a record. */
	if (f->result == SPF_NONE && f->redirected)
		spf_stop(f, SPF_PERMERROR,
		    "redirect leads to %s, which has no SPF record",
		    f->domain);
decided:
	spf_eval_clear(&f->eval);
	TASK_END(task);
}

struct spf_frame *
spf_frame_new(struct spf_check *check, struct task *parent,
    int depth, const char *domain)
{
	struct spf_frame *f = mem_alloc(sizeof(*f));

	f->check = check;
	f->depth = depth;
	f->domain = mem_strdup(domain);
	task_start(&f->task, check->task.loop, parent, run);
	return f;
}

void
spf_frame_free(struct spf_frame *f)
{
	if (f == NULL)
		return;
	task_stop(&f->task);
	spf_eval_clear(&f->eval);
	dns_drop(f->query);
	spf_record_clear(&f->record);
	free(f->domain);
	free(f->target);
	free(f);
}

void
spf_frame_wake(struct spf_frame *f)
{
	task_wake(&f->task);
	if (f->eval.frame == NULL)
		return;
	task_wake(&f->eval.task);
	if (f->eval.include != NULL)
		spf_frame_wake(f->eval.include);
}
