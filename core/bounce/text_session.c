#include <string.h>

#include "core/bounce/text_reader.h"
#include "core/stage.h"
#include "core/text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
session_refusal(struct reader *r, struct text_entry *said)
{
	struct text_report *report = r->report;
	size_t i;

	said->stage = r->stage;
	memcpy(said->host, r->talk_host, sizeof(said->host));
	memcpy(said->address, r->talk_address, sizeof(said->address));
	if (!reply_is_echo(&said->reply)) {
		report->session = *said;
		report->has_session = true;
	}
	report->failing = true;
	if (r->rcpt[0] != '\0') {
		i = text_report_add(report, r->rcpt);
		if (i < TEXT_ENTRIES_MAX)
			text_entry_merge(&report->entries[i], said);
	} else if (!report->has_loose ||
	    text_entry_worth(said) > text_entry_worth(&report->loose)) {
		report->loose = *said;
		report->has_loose = true;
	}
}

/* "<<< 550 ..." and its further lines; returns the line behind them. */
size_t
text_session_reply(struct reader *r, size_t i)
{
	const struct lines *lines = r->lines;
	struct text_entry said;
	struct buf words;

	buf_init(&words, GROUP_TEXT_MAX);
	for (; i < r->end && (strncmp(lines->v[i].text, "<<<", 3) == 0 ||
	    text_istarts(lines->v[i].text, "Received <<<") ||
	    text_istarts(lines->v[i].text, "Received >>>")); i++) {
		const char *s = lines->v[i].text;

		s = s[0] == '<' ? s + 3 : s + 12;
		s += strspn(s, " ");
		if (words.len > 0)
			buf_putc(&words, ' ');
		buf_puts(&words, s);
		if (reply_code_at(s) != 0 && s[3] != '-') {
			i++;
			break;
		}
	}
	if (reply_code_at(buf_str(&words)) >= 400) {
		memset(&said, 0, sizeof(said));
		reply_read(buf_str(&words), &said.reply);
		said.has_reply = true;
		said.failing = true;
		session_refusal(r, &said);
	}
	buf_clear(&words);
	return i;
}

static const struct {
	const char *verb;
	enum stage stage;
} commands[] = {
	{ "RCPT TO", STAGE_RCPT }, { "MAIL FROM", STAGE_MAIL },
	{ "DATA", STAGE_DATA }, { ".", STAGE_DATA }, { "BDAT", STAGE_DATA },
	{ "EHLO", STAGE_EHLO }, { "HELO", STAGE_EHLO },
	{ "LHLO", STAGE_EHLO }, { "AUTH", STAGE_AUTH },
	{ "STARTTLS", STAGE_STARTTLS }, { "QUIT", STAGE_QUIT },
	{ "(", STAGE_DATA },
};

bool
text_session_command(struct reader *r, const char *s)
{
	const char *p = NULL;
	char sender[MAILBOX_MAX];
	size_t k;

	if (strncmp(s, ">>> ", 4) == 0)
		p = s + 4;
	else if (text_istarts(s, "Sent <<< ") || text_istarts(s, "Sent >>> "))
		p = s + 9;
	if (p == NULL)
		return false;
	for (k = 0; k < COUNT(commands); k++) {
		if (!text_istarts(p, commands[k].verb))
			continue;
		r->stage = commands[k].stage;
		r->rcpt[0] = '\0';
		p = strchr(p, ':');
		if (r->stage == STAGE_RCPT && p != NULL)
			mailbox_find(p, r->rcpt);
		if (r->stage == STAGE_MAIL && p != NULL &&
		    mailbox_find(p, sender) != NULL)
			memcpy(r->report->sender, sender, sizeof(sender));
		return true;
	}
	return false;
}

bool
text_session_host(struct reader *r, const char *s)
{
	const char *p = text_ifind(s, "while talking to ");

	if (p == NULL)
		return false;
	r->talk_host[0] = r->talk_address[0] = '\0';
	host_at(p + 17, r->talk_host, r->talk_address);
	r->stage = STAGE_COUNT;
	r->rcpt[0] = '\0';
	return true;
}
