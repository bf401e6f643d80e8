#include "core/probe/policy_say.h"

#include <stdio.h>

#include "core/policy/found.h"
#include "core/probe/probe.h"
#include "core/spf/trace.h"
#include "net/buf.h"

int
policy_say(struct probe *probe, const struct policy_lines *lines, size_t i)
{
	const struct policy_line *line;
	int ms;

	if (i >= lines->count)
		return 0;
	line = &lines->items[i];
	ms = (int)(line->at - *probe->epoch);
	transcript_printf(&probe->transcript,
	    ms > line->ms ? ms - line->ms : 0, LINE_CLIENT, STAGE_DNS, false,
	    "%s", line->asked);
	return transcript_printf(&probe->transcript, ms, LINE_SERVER,
	    STAGE_DNS, false, "%s", line->answered);
}

int
policy_say_all(struct probe *probe, const struct policy_lines *lines)
{
	size_t i;
	int last = 0;

	for (i = 0; i < lines->count; i++)
		last = policy_say(probe, lines, i);
	if (lines->dropped > 0)
		probe_note(probe, STAGE_DNS, "and %zu questions more",
		    lines->dropped);
	return last;
}

/* What came of a record or a term, indented by its include depth. */
static void
say_line(struct probe *probe, const struct spf_line *line)
{
	struct buf text;
	bool record = line->kind == SPF_LINE_RECORD;

	buf_init(&text, 1000);
	buf_printf(&text, "%*s", line->depth * 4 + (record ? 0 : 2), "");
	if (record)
		buf_printf(&text, "%s: %s", line->domain,
		    line->outcome == SPF_FOUND	     ? line->term :
			line->outcome == SPF_MISSED  ? "no SPF record" :
						       "error");
	else
		buf_printf(&text, "%s: %s", line->term,
		    spf_outcome_name(line->outcome));
	if (line->outcome == SPF_MATCH || line->outcome == SPF_ERROR)
		buf_printf(&text, ", %s", spf_result_name(line->result));
	if (line->matched != NULL)
		buf_printf(&text, " (%s)", line->matched);
	if (line->note != NULL)
		buf_printf(&text, "; %s", line->note);
	probe_note(probe, STAGE_DNS, "%s", buf_str(&text));
	buf_clear(&text);
}

void
policy_say_spf(struct probe *probe, const struct spf_trace *trace)
{
	size_t i;

	for (i = 0; i < trace->count; i++) {
		policy_say_all(probe, &trace->lines[i].queries);
		say_line(probe, &trace->lines[i]);
	}
	if (trace->dropped > 0)
		probe_note(probe, STAGE_DNS, "and %zu lines more",
		    trace->dropped);
}
