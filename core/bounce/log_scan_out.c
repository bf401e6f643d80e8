#include <stdio.h>

#include "core/bounce/explain_entry.h"
#include "core/bounce/log_scan.h"
#include "core/json_out.h"
#include "net/buf.h"

#define TEXT_MAX ((size_t)16 << 20)

static const char not_a_log[] = "lines of Postfix, Exim, Sendmail or "
    "OpenSMTPD (by syslog, as files, or as a journal export), or the "
    "message tracking log of Exchange";

static void
group_json(struct json_out *json, const struct log_group *group)
{
	json_open(json, NULL, '{');
	explain_entry_json(json, &group->latest);
	json_number(json, "count", (long)group->count);
	json_number(json, "delayed", (long)group->delayed);
	json_text(json, "client", group->client);
	json_text(json, "sender_domain", group->sender_domain);
	json_text(json, "recipient_domain", group->recipient_domain);
	json_text(json, "first", group->first);
	json_text(json, "last", group->latest.when);
	json_close(json, '}');
}

char *
log_scan_json(struct log_scan *scan)
{
	const struct log_group *groups[LOG_GROUPS_MAX];
	size_t i, n = log_scan_groups(scan, groups);
	struct buf out;
	struct json_out json = { .out = &out };

	buf_init(&out, EXPLAIN_JSON_MAX);
	json_open(&json, NULL, '{');
	json_number(&json, "version", 1);
	json_text(&json, "kind", log_scan_known(scan) > 0 ? "log" :
	    "unknown");
	if (log_scan_known(scan) == 0)
		json_text(&json, "looked_for", not_a_log);
	json_number(&json, "lines", (long)log_scan_lines(scan));
	json_number(&json, "refusals", (long)log_scan_refusals(scan));
	json_number(&json, "dropped", (long)log_scan_dropped(scan));
	json_open(&json, "entries", '[');
	for (i = 0; i < n; i++)
		group_json(&json, groups[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	buf_putc(&out, '\n');
	return buf_steal(&out);
}

static void
group_text(struct buf *out, const struct log_group *group)
{
	const struct explain_entry *e = &group->latest;
	char line[3 * HOST_MAX + 80];

	snprintf(line, sizeof(line), "%lu refusal%s%s%s", group->count,
	    group->count == 1 ? "" : "s",
	    group->delayed == group->count ? ", not final" :
	    group->delayed > 0 ? ", some not final" : "",
	    e->relay_word ? ", about relaying" : "");
	explain_row(out, "seen", line);
	if (group->client[0] != '\0')
		explain_row(out, "client", group->client);
	snprintf(line, sizeof(line), "%s%s%s", group->first,
	    group->count > 1 && group->first[0] != '\0' ? " to " : "",
	    group->count > 1 ? e->when : "");
	explain_row(out, "time", line);
	explain_entry_text(out, e);
}

char *
log_scan_text(struct log_scan *scan)
{
	const struct log_group *groups[LOG_GROUPS_MAX];
	size_t i, n = log_scan_groups(scan, groups);
	struct buf out;

	buf_init(&out, TEXT_MAX);
	if (log_scan_known(scan) == 0) {
		buf_puts(&out, "Not a mail log.\n\n");
		explain_row(&out, "looked for", not_a_log);
		return buf_steal(&out);
	}
	buf_printf(&out, "A mail log of %llu line%s, %llu refusal%s",
	    log_scan_lines(scan), log_scan_lines(scan) == 1 ? "" : "s",
	    log_scan_refusals(scan), log_scan_refusals(scan) == 1 ? "" : "s");
	if (n > 0)
		buf_printf(&out, " of %zu kind%s, newest first", n,
		    n == 1 ? "" : "s");
	buf_puts(&out, ".\n");
	for (i = 0; i < n; i++) {
		buf_putc(&out, '\n');
		group_text(&out, groups[i]);
	}
	if (log_scan_dropped(scan) > 0)
		buf_printf(&out, "\n%llu older refusals of further kinds "
		    "are not shown.\n", log_scan_dropped(scan));
	return buf_steal(&out);
}
