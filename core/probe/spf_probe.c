#include "core/probe/spf_probe.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/probe/policy_say.h"
#include "net/i18n.h"
#include "net/mem.h"

static void
begin(struct spf_probe *p)
{
	struct spf_input input = {
		.ip = p->client,
		.sender = p->sender,
		.helo = p->helo[0] != '\0' ? p->helo : NULL,
		.now = (int64_t)time(NULL),
	};

	spf_check_start(&p->check, p->base.task.loop, &p->base.task,
	    p->resolver, &input);
}

static void
conclude(struct spf_probe *p)
{
	policy_say_spf(&p->base, &p->check.trace);
	spf_check_text(&p->check, p->text, sizeof(p->text));
	p->at = (struct ref) { p->base.number,
		probe_note(&p->base, STAGE_DNS, "%s: %s",
		    spf_result_name(p->check.result), p->text) };
	p->checked = true;
	probe_end(&p->base, PROBE_OK, "%s",
	    spf_result_name(p->check.result));
}

static enum step
run(struct task *task)
{
	struct spf_probe *p = container_of(task, struct spf_probe, base.task);

	TASK_BEGIN(task);
	TASK_AWAIT(task, p->client_final);
	if (p->client.family == AF_UNSPEC) {
		probe_end(&p->base, PROBE_SKIPPED,
		    "the address that other servers see is not known "
		    "(--sending-ip tells it)");
	} else {
		begin(p);
		TASK_AWAIT(task, p->check.task.done);
		conclude(p);
	}
	TASK_END(task);
}

static void
clear(struct probe *probe)
{
	struct spf_probe *p = container_of(probe, struct spf_probe, base);

	task_stop(&probe->task);
	spf_check_clear(&p->check);
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

void
spf_probe_start(struct spf_probe *p, struct loop *loop, struct task *parent,
    const int64_t *epoch, struct resolver *resolver, const char *sender,
    const char *helo)
{
	p->resolver = resolver;
	snprintf(p->sender, sizeof(p->sender), "%s", sender);
	snprintf(p->helo, sizeof(p->helo), "%s", helo);
	snprintf(p->base.subject, sizeof(p->base.subject), _("SPF of %.300s"),
	    sender[0] != '\0' ? sender : helo);
	probe_start(&p->base, &ops, PROBE_SPF, loop, parent, epoch, run);
}

void
spf_probe_client(struct spf_probe *p, const struct addr *client)
{
	if (p->client_final)
		return;
	p->client = *client;
	p->client_final = true;
	task_wake(&p->base.task);
}

void
spf_probe_stop(struct spf_probe *p)
{
	if (p->base.task.done)
		return;
	task_stop(&p->base.task);
	spf_check_clear(&p->check);
	probe_end(&p->base, PROBE_SKIPPED, "not awaited any longer");
}

enum spf_word
spf_probe_word(const struct spf_probe *p)
{
	static const enum spf_word words[] = {
		[SPF_NONE] = SPF_WORD_NONE,
		[SPF_NEUTRAL] = SPF_WORD_NEUTRAL,
		[SPF_PASS] = SPF_WORD_PASS,
		[SPF_FAIL] = SPF_WORD_FAIL,
		[SPF_SOFTFAIL] = SPF_WORD_SOFTFAIL,
		[SPF_TEMPERROR] = SPF_WORD_TEMPERROR,
		[SPF_PERMERROR] = SPF_WORD_PERMERROR,
	};

	return p->checked ? words[p->check.result] : SPF_WORD_NOT_ASKED;
}
