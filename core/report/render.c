#include <stdlib.h>

#include "core/report/report.h"
#include "core/report/tree.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/err.h"

static void
render(const struct session *session, enum format format,
    enum report_lines lines, struct buf *out)
{
	switch (format) {
	case FORMAT_TEXT: report_text(session, lines, out); return;
	case FORMAT_MARKDOWN: report_markdown(session, lines, out); return;
	case FORMAT_HTML: report_html(session, lines, out); return;
	case FORMAT_NAGIOS: report_nagios(session, out); return;
	case FORMAT_MESSAGE: report_message(session, out); return;
	case FORMAT_COMMANDS: report_commands(session, out); return;
	case FORMAT_JSON:
		report_json(session, out);
		buf_putc(out, '\n');
	}
}

/*
 * Masking works on the tree, where every string stands alone, and not on
 * the finished text, where names are broken over lines and escaped.
 */
static void
render_masked(const struct session *session, enum format format,
    const struct report_wish *wish, struct buf *out)
{
	struct session masked = { 0 }, nameless = *session;
	struct settings settings;
	const char *user = session->settings != NULL &&
		session->settings->user != NULL ?
	    session->settings->user : session->cred.user;
	struct buf json;
	struct err err;
	json_t *tree;
	char *text;

	/* The login has a name of its own, which commands would repeat. */
	if (wish->mask_mail)
		nameless.cred.user = NULL;
	if (wish->mask_mail && session->settings != NULL) {
		settings = *session->settings;
		settings.user = NULL;
		nameless.settings = &settings;
	}
	buf_init(&json, out->max);
	report_json(&nameless, &json);
	tree = json.overflow ? NULL :
	    json_loadb(buf_str(&json), json.len, 0, NULL);
	buf_clear(&json);
	if (tree == NULL) {
		out->overflow = true;
		return;
	}
	tree_mask(tree, wish->mask_mail, wish->mask_hosts, user);
	if (format == FORMAT_JSON) {
		text = json_dumps(tree,
		    JSON_COMPACT | JSON_REAL_PRECISION(4));
		buf_puts(out, text);
		buf_putc(out, '\n');
		free(text);
	} else if (tree_to_session(tree, &masked, &err)) {
		render(&masked, format, wish->lines, out);
		tree_clear_session(&masked);
	}
	json_decref(tree);
}

bool
report_render_as(const struct session *session, enum format format,
    const struct report_wish *wish, struct buf *out, struct err *err)
{
	if (wish->mask_mail || wish->mask_hosts)
		render_masked(session, format, wish, out);
	else
		render(session, format, wish->lines, out);
	if (!out->overflow)
		return true;
	buf_reset(out);
	return err_set(err, ERR_LIMIT, "the report of %s is larger than %zu MB",
	    session->input.recipient.text, out->max / (1024 * 1024));
}

bool
report_render(const struct session *session, enum format format, bool mask,
    struct buf *out, struct err *err)
{
	struct report_wish wish = { .mask_mail = mask, .mask_hosts = mask };

	return report_render_as(session, format, &wish, out, err);
}
