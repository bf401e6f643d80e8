#include <stdio.h>
#include <string.h>

#include "core/report/report.h"
#include "core/report/view.h"
#include "core/session.h"
#include "net/buf.h"

/*
 * Monitoring Plugins development guidelines: "SERVICE STATE: text|perf
 * data".  The text must not hold a '|' and the line should be short.
 */

static const char *const states[] = { "OK", "WARNING", "CRITICAL",
	"UNKNOWN" };

int
report_nagios_status(const struct session *session)
{
	static const int status[] = {
		[VERDICT_ACCEPTED] = 0,
		[VERDICT_PARTLY] = 1,
		[VERDICT_REFUSED] = 2,
		[VERDICT_DEFERRED] = 1,
		[VERDICT_UNREACHABLE] = 2,
		[VERDICT_INCONCLUSIVE] = 3,
	};

	return status[session->diagnosis.verdict];
}

static void
add_plain(struct buf *out, const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++)
		buf_putc(out, *p == '|' ? '/' : *p == '\n' ? ' ' : *p);
}

static unsigned
count(const struct session *session, enum result result)
{
	const struct evidence *e = &session->evidence;
	unsigned n = 0;
	size_t i;

	for (i = 0; i < e->server_count; i++)
		n += !e->servers[i].side && !e->servers[i].repeat &&
		    e->servers[i].result == result;
	return n;
}

void
report_nagios(const struct session *session, struct buf *out)
{
	const struct diagnosis *d = &session->diagnosis;
	struct buf place;

	buf_printf(out, "RELAYTRACE %s: ",
	    states[report_nagios_status(session)]);
	add_plain(out, session->input.recipient.text);
	buf_printf(out, " %s", verdict_name(d->verdict));
	if (d->cause_count > 0) {
		buf_printf(out, ", %s: ", cause_name(d->causes[0].id));
		add_plain(out, d->causes[0].summary);
	}
	if (d->failure.known) {
		buf_init(&place, VIEW_WORDS);
		buf_puts(&place, " (");
		view_failure_place(session, &place);
		if (d->failure.code != 0)
			buf_printf(&place, ", %03d", d->failure.code);
		buf_puts(&place, ")");
		add_plain(out, buf_str(&place));
		buf_clear(&place);
	}
	buf_printf(out, " | time=%d.%03ds accepted=%u refused=%u deferred=%u "
			"unreachable=%u\n",
	    session->elapsed_ms / 1000, session->elapsed_ms % 1000,
	    count(session, RESULT_ACCEPTED), count(session, RESULT_REFUSED),
	    count(session, RESULT_DEFERRED),
	    count(session, RESULT_UNREACHABLE));
}
