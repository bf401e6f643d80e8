#include <stdio.h>

#include "core/bounce/explain_entry.h"
#include "core/bounce/log_scan.h"
#include "core/json_out.h"
#include "net/buf.h"
#include "net/i18n.h"

#define TEXT_MAX ((size_t)16 << 20)

static const char not_a_log[] = N_("lines of Postfix, Exim, Sendmail or "
    "OpenSMTPD (by syslog, as files, or as a journal export), or the "
    "message tracking log of Exchange");

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
	char line[3 * HOST_MAX + 80], refusals[60];

	snprintf(refusals, sizeof(refusals),
	    i18n_plural("%lu refusal", "%lu refusals", group->count),
	    group->count);
	snprintf(line, sizeof(line), "%s%s%s", refusals,
	    group->delayed == group->count ? _(", not final") :
	    group->delayed > 0 ? _(", some not final") : "",
	    e->relay_word ? _(", about relaying") : "");
	explain_row(out, _("seen"), line);
	if (group->client[0] != '\0')
		explain_row(out, _("client"), group->client);
	snprintf(line, sizeof(line), group->count == 1 ? "%s" :
		group->first[0] != '\0' ?
		/* TRANSLATORS: two times of day */
		_("%s to %s") :
		"%s%s", group->first, e->when);
	explain_row(out, _("time"), line);
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
		buf_printf(&out, "%s\n\n", _("Not a mail log."));
		explain_row(&out, _("looked for"), _(not_a_log));
		return buf_steal(&out);
	}
	buf_printf(&out, i18n_plural("A mail log of %llu line",
		"A mail log of %llu lines", log_scan_lines(scan)),
	    log_scan_lines(scan));
	buf_puts(&out, ", ");
	buf_printf(&out, i18n_plural("%llu refusal", "%llu refusals",
		log_scan_refusals(scan)), log_scan_refusals(scan));
	if (n > 0)
		buf_printf(&out, i18n_plural(" of %zu kind, newest first",
			" of %zu kinds, newest first", n), n);
	buf_puts(&out, ".\n");
	for (i = 0; i < n; i++) {
		buf_putc(&out, '\n');
		group_text(&out, groups[i]);
	}
	if (log_scan_dropped(scan) > 0)
		buf_printf(&out, _("\n%llu older refusals of further kinds "
				   "are not shown.\n"),
		    log_scan_dropped(scan));
	return buf_steal(&out);
}
