#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"

static void
render(const struct session *session, enum format format, struct buf *out)
{
	switch (format) {
	case FORMAT_TEXT: report_text(session, out); return;
	case FORMAT_MARKDOWN: report_markdown(session, out); return;
	case FORMAT_HTML: report_html(session, out); return;
	case FORMAT_NAGIOS: report_nagios(session, out); return;
	case FORMAT_MESSAGE: report_message(session, out); return;
	case FORMAT_COMMANDS: report_commands(session, out); return;
	case FORMAT_JSON:
		report_json(session, out);
		buf_putc(out, '\n');
	}
}

void
report_render(const struct session *session, enum format format,
    struct buf *out)
{
	render(session, format, out);
}
