#include "ui/reader.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/report/report.h"
#include "core/session.h"
#include "net/i18n.h"

static const struct reader readers[READERS] = {
	{ N_("the ticket or a colleague"),
	    N_("plain text: causes, remedies and the failing lines"), "txt",
	    FORMAT_TEXT, false },
	{ N_("whoever must act"), N_("a short message in plain words"),
	    "msg.txt", FORMAT_MESSAGE, false },
	{ N_("a public forum"), N_("as the first, names and addresses masked"),
	    "masked.txt", FORMAT_TEXT, true },
	{ N_("a wiki"), N_("Markdown"), "md", FORMAT_MARKDOWN, false },
	{ N_("the web or the printer"), N_("one HTML page"), "html",
	    FORMAT_HTML, false },
	{ N_("a program"), N_("JSON"), "json", FORMAT_JSON, false },
	{ N_("somebody who does it by hand"),
	    N_("dig, openssl and swaks commands"), "sh", FORMAT_COMMANDS,
	    false },
	{ N_("myself, later"), N_("the whole case, kept in the list of cases"),
	    "", FORMAT_JSON, false },
};

const struct reader *
reader_nth(size_t i)
{
	return &readers[i];
}

bool
reader_render(const struct reader *reader, const struct session *session,
    const struct report_wish *wish, struct buf *out, struct err *err)
{
	struct report_wish all = { 0 };

	if (wish != NULL)
		all = *wish;
	all.mask_mail |= reader->mask;
	all.mask_hosts |= reader->mask;
	return report_render_as(session, reader->format, &all, out, err);
}

void
reader_file_name(const struct reader *reader,
    const struct session *session, char *out, size_t size)
{
	const char *domain = session->input.recipient.domain;
	char plain[120];
	size_t i, n = 0;
	int k;

	for (i = 0; domain[i] != '\0' && n + 1 < sizeof(plain); i++)
		if (strchr("/[]: ", domain[i]) == NULL)
			plain[n++] = domain[i];
	plain[n] = '\0';
	snprintf(out, size, "relaytrace-%s.%s",
	    reader->mask ? "case" : plain, reader->ending);
	for (k = 2; k < 1000 && access(out, F_OK) == 0; k++)
		snprintf(out, size, "relaytrace-%s-%d.%s",
		    reader->mask ? "case" : plain, k, reader->ending);
}
