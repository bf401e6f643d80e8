#include "core/probe/probe.h"

#include <stdarg.h>
#include <stdio.h>

#include "net/i18n.h"
#include "net/loop.h"

const char *
probe_kind_name(enum probe_kind kind)
{
	static const char *const names[] = {
		[PROBE_DNS] = "dns",
		[PROBE_SMTP] = "smtp",
		[PROBE_SPF] = "spf",
		[PROBE_POLICY] = "policy",
		[PROBE_LOCAL] = "local",
	};

	return names[kind];
}

const char *
probe_status_name(enum probe_status status)
{
	static const char *const names[] = {
		[PROBE_WAITING] =
		    N_("skipped"),              /* never begun: nothing known */
		[PROBE_RUNNING] = N_("failed"), /* cut off: no result */
		[PROBE_OK] = N_("ok"),
		[PROBE_FAILED] = N_("failed"),
		[PROBE_SKIPPED] = N_("skipped"),
	};

	return names[status];
}

int
probe_now(const struct probe *probe)
{
	return (int)(loop_now(probe->task.loop) - *probe->epoch);
}

void
probe_start(struct probe *probe, const struct probe_ops *ops,
    enum probe_kind kind, struct loop *loop, struct task *parent,
    const int64_t *epoch, enum step (*run)(struct task *))
{
	probe->ops = ops;
	probe->kind = kind;
	probe->epoch = epoch;
	probe->status = PROBE_RUNNING;
	probe->end_ms = -1;
	task_start(&probe->task, loop, parent, run);
	probe->start_ms = probe_now(probe);
}

void
probe_end(struct probe *probe, enum probe_status status, const char *fmt, ...)
{
	va_list ap;

	probe->status = status;
	probe->end_ms = probe_now(probe);
	va_start(ap, fmt);
	vsnprintf(probe->why, sizeof(probe->why), _(fmt), ap);
	va_end(ap);
}

int
probe_note(struct probe *probe, enum stage stage, const char *fmt, ...)
{
	char text[TRANSCRIPT_LINE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	return transcript_printf(&probe->transcript, probe_now(probe),
	    LINE_NOTE, stage, false, "%s", text);
}
