#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain_entry.h"
#include "core/bounce/log_scan.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/mem.h"

#define TEXT_MAX ((size_t)16 << 20)

static const char not_a_log[] = "lines of Postfix, Exim, Sendmail or "
    "OpenSMTPD (by syslog, as files, or as a journal export), or the "
    "message tracking log of Exchange";

static json_t *
group_json(const struct log_group *group)
{
	json_t *o = explain_entry_json(&group->latest);

	json_object_set_new(o, "count", json_integer((json_int_t)
	    group->count));
	json_object_set_new(o, "delayed", json_integer((json_int_t)
	    group->delayed));
	explain_put(o, "client", group->client);
	explain_put(o, "sender_domain", group->sender_domain);
	explain_put(o, "recipient_domain", group->recipient_domain);
	explain_put(o, "first", group->first);
	explain_put(o, "last", group->latest.when);
	return o;
}

char *
log_scan_json(struct log_scan *scan)
{
	const struct log_group *groups[LOG_GROUPS_MAX];
	json_t *root = json_object(), *entries = json_array();
	size_t i, n = log_scan_groups(scan, groups);
	char *text;

	json_object_set_new(root, "version", json_integer(1));
	explain_put(root, "kind", log_scan_known(scan) > 0 ? "log" :
	    "unknown");
	if (log_scan_known(scan) == 0)
		explain_put(root, "looked_for", not_a_log);
	json_object_set_new(root, "lines", json_integer((json_int_t)
	    log_scan_lines(scan)));
	json_object_set_new(root, "refusals", json_integer((json_int_t)
	    log_scan_refusals(scan)));
	json_object_set_new(root, "dropped", json_integer((json_int_t)
	    log_scan_dropped(scan)));
	for (i = 0; i < n; i++)
		json_array_append_new(entries, group_json(groups[i]));
	json_object_set_new(root, "entries", entries);
	text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
	json_decref(root);
	return explain_line(text);
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
