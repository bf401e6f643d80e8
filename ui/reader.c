#include "ui/reader.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/report/report.h"
#include "core/session.h"

static const struct reader readers[READERS] = {
	{ "the ticket or a colleague",
	    "plain text: causes, remedies and the failing lines", "txt",
	    FORMAT_TEXT, false },
	{ "whoever must act", "a short message in plain words", "msg.txt",
	    FORMAT_MESSAGE, false },
	{ "a public forum", "as the first, names and addresses masked",
	    "masked.txt", FORMAT_TEXT, true },
	{ "a wiki", "Markdown", "md", FORMAT_MARKDOWN, false },
	{ "the web or the printer", "one HTML page", "html", FORMAT_HTML,
	    false },
	{ "a program", "JSON", "json", FORMAT_JSON, false },
	{ "somebody who does it by hand", "dig, openssl and swaks commands",
	    "sh", FORMAT_COMMANDS, false },
	{ "myself, later", "the whole case, kept in the list of cases", "",
	    FORMAT_JSON, false },
};

const struct reader *
reader_nth(size_t i)
{
	return &readers[i];
}

void
reader_render(const struct reader *reader, const struct session *session,
    const struct report_wish *wish, struct buf *out)
{
	struct report_wish all = { 0 };

	if (wish != NULL)
		all = *wish;
	all.mask_mail |= reader->mask;
	all.mask_hosts |= reader->mask;
	report_render_as(session, reader->format, &all, out);
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
