#ifndef RT_CORE_BOUNCE_TEXT_READER_H
#define RT_CORE_BOUNCE_TEXT_READER_H

/* Inside of text_report.c and the files beside it. */

#include "core/bounce/text_report.h"
#include "net/buf.h"

#define GROUP_TEXT_MAX 3000 /* bytes read of what is said of one recipient */

/* The state while the lines go by. */
struct reader {
	struct text_report *report;
	const struct lines *lines;
	size_t end;
	size_t group_first; /* entries of the open group */
	size_t group_count;
	bool open, has_words;
	struct buf words; /* what is said of the group */
	struct buf before; /* the paragraph in front of a recipient */
	struct buf head;   /* what the recipient's own line says before him */
	bool blank_before, eager;
	bool colon_before; /* the last line with words ended in a colon */
	/* Inside a session transcript: */
	bool transcript;
	char talk_host[HOST_MAX], talk_address[HOST_MAX];
	char rcpt[MAILBOX_MAX];
	int stage;
};

/* The entry's index, a new one if need be; TEXT_ENTRIES_MAX: too many. */
size_t text_report_add(struct text_report *report, const char *recipient);
/* A code says more than a status, a refusal more than its echo. */
int text_entry_worth(const struct text_entry *entry);
void text_entry_merge(struct text_entry *into, const struct text_entry *from);

/*
 * Where a line names a recipient: the bytes up to the end of the name, or
 * 0; `out` holds MAILBOX_MAX bytes.
 */
size_t text_leading_mailbox(const struct reader *r, const struct line *line,
    char *out);
size_t text_introduced_mailbox(const struct reader *r, size_t i, char *out);
size_t text_any_mailbox(const struct reader *r, const struct line *line,
    char *out);
/* The recipient is one of the open group. */
bool text_in_group(const struct reader *r, const char *recipient);
/* The words of a lead at the end of a line, the address on the next. */
bool text_lead_ends_line(const char *s, size_t n);

/* Lines of a session: ">>> RCPT TO", "<<< 550", "while talking to". */
size_t text_session_reply(struct reader *r, size_t i); /* the next line */
bool text_session_command(struct reader *r, const char *s);
bool text_session_host(struct reader *r, const char *s);

#endif
