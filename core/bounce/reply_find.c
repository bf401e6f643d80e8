#include "core/bounce/reply_find.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/bounce/mailbox.h"
#include "core/stage.h"
#include "core/text.h"

int
reply_code_at(const char *s)
{
	if (s[0] < '2' || s[0] > '5' || s[1] < '0' || s[1] > '7' ||
	    !isdigit((unsigned char)s[2]) || isalnum((unsigned char)s[3]) ||
	    s[3] == '_')
		return 0;
	return (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
}

/* One to three digits at *p, which moves behind them; -1 if there are none. */
static int
number(const char **p)
{
	const char *s = *p;
	int v = 0;

	while (s - *p < 3 && isdigit((unsigned char)*s))
		v = v * 10 + (*s++ - '0');
	if (s == *p || isdigit((unsigned char)*s))
		return -1;
	*p = s;
	return v;
}

/*
 * An RFC 3463 status that stands alone in running text: no version, no IP
 * address.  Returns its length, or 0.
 */
static size_t
status_at(const char *text, size_t at, struct enhanced *enhanced)
{
	const char *p = text + at + 2;
	int subject, detail;
	size_t n;

	if ((text[at] != '2' && text[at] != '4' && text[at] != '5') ||
	    text[at + 1] != '.')
		return 0;
	if (at > 0 && (isalnum((unsigned char)text[at - 1]) ||
	    text[at - 1] == '.' || text[at - 1] == '/' ||
	    text[at - 1] == '_'))
		return 0;
	subject = number(&p);
	if (subject < 0 || *p != '.')
		return 0;
	p++;
	detail = number(&p);
	n = (size_t)(p - text) - at;
	if (detail < 0 || isalnum((unsigned char)*p) ||
	    (*p == '.' && isdigit((unsigned char)p[1])))
		return 0;
	*enhanced = (struct enhanced){ text[at] - '0', subject, detail };
	return n;
}

/* What stands right before the quoted reply of another host. */
static const struct {
	const char *words;
	int score;
} introductions[] = {
	{ "said:", 6 }, { "said: \"", 6 }, { "-> ", 8 }, { "->", 8 },
	{ "<<<", 5 }, { "reason:", 5 }, { "smtp;", 6 }, { "returned '", 6 },
	{ "returned \"", 6 }, { "returned:", 5 }, { "responded with", 5 },
	{ "response:", 5 }, { "response was:", 5 }, { "responded:", 5 },
	{ "as follows: [", 6 }, { "with:", 4 }, { "error:", 3 },
	{ "error was:", 5 }, { "said,", 4 }, { "server returned was:", 6 },
	{ "smtp error", 3 }, { "smtp error (", 5 }, { "error code", 4 },
	{ "error_code :", 5 }, { "': (", 5 }, { "):", 4 }, { "code:", 2 }, { "reply:", 4 },
	{ "reply was:", 4 }, { "]:", 4 }, { "command:", 3 }, { "**", 3 },
	{ "reply from remote host:", 5 }, { "reject=", 5 }, { "stat=", 4 },
	{ "error", 3 }, { "code", 2 }, { "exception:", 4 }, { "server:", 3 },
	{ "rejected:", 3 }, { "message:", 3 }, { "status:", 2 },
};

static int
introduction(const char *text, size_t at)
{
	size_t i, n, end = at;
	int best = 0;

	while (end > 0 && text[end - 1] == ' ')
		end--;
	if (end == 0 || text[end - 1] == '\n' ||
	    (end < 4 && strspn(text, "([{<'\"") >= end))
		return 3;
	for (i = 0; i < sizeof(introductions) / sizeof(introductions[0]);
	    i++) {
		n = strlen(introductions[i].words);
		while (n > 0 && introductions[i].words[n - 1] == ' ')
			n--;
		if (n <= end && text_istarts(text + end - n,
		    introductions[i].words) && introductions[i].score > best)
			best = introductions[i].score;
	}
	if (best == 0 && strchr(":;'\"([<#>|,=", text[end - 1]) != NULL)
		best = 2;
	return best;
}

/* Numbers with a unit are no reply codes: "after 500 messages". */
static bool
has_unit(const char *s)
{
	static const char *const units[] = {
		"byte", "bytes", "second", "seconds", "sec", "minute",
		"minutes", "min", "hour", "hours", "day", "days", "kb", "mb",
		"messages", "recipients", "octets", "ms", "mails", "times",
		"lines", "users", "kib", "mib",
	};
	size_t i, n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i]) == n && text_istarts(s, units[i]))
			return true;
	return *s == '%';
}

/* How sure it is that a reply begins at text[at]; below 3 it does not. */
static int
score_at(const char *text, size_t at)
{
	struct enhanced enhanced;
	const char *s = text + at;
	size_t rest = 4;
	int score;

	if (reply_code_at(s) < 400)
		return 0;
	if (at > 0 && (isalnum((unsigned char)text[at - 1]) ||
	    strchr("._+$@/\\%", text[at - 1]) != NULL ||
	    (unsigned char)text[at - 1] >= 0x80))
		return 0;
	if (at > 1 && strchr("-:,", text[at - 1]) != NULL &&
	    isdigit((unsigned char)text[at - 2]))
		return 0;
	if (s[3] != ' ' && s[3] != '-' && s[3] != '\0' && s[3] != '\n' &&
	    s[3] != ':' && s[3] != ',' && s[3] != ';' && s[3] != ')' &&
	    s[3] != '\'' && s[3] != '"' && s[3] != '_' && s[3] != '#' &&
	    s[3] != '.' && s[3] != '(' && s[3] != '<' && s[3] != ']')
		return 0;
	if (s[3] == '.' && isdigit((unsigned char)s[4]))
		return 0;
	score = introduction(text, at);
	while (s[3] != '\0' && s[rest] != '\0' &&
	    strchr(" #'\"(<", s[rest]) != NULL)
		rest++;
	if (s[3] != '\0' && s[rest] != '\0' &&
	    status_at(text, at + rest, &enhanced) > 0)
		score += 4;
	else if ((s[3] == ' ' || s[3] == '-') &&
	    (isalpha((unsigned char)s[4]) || s[4] == '<' || s[4] == '#' ||
	    s[4] == '*' || s[4] == '(' || s[4] == '\'' || s[4] == '"' ||
	    (unsigned char)s[4] >= 0x80))
		score += 1;
	if (s[3] == ' ' && has_unit(s + 4))
		score -= 6;
	return score;
}

/* Where the speaker of the reply has said his last word. */
static const char *const ends[] = {
	" (in reply to ", " (state ", " [RCPT_TO]", " [MAIL_FROM]",
	" [DATA]", "> #SMTP#", " #SMTP#", " ##", " Giving up on ",
	" I'm not going to try again", " Original message headers",
	" (Error following", " --- The header of the original",
	" - Please try again", " Please check the message recipient",
	" Reporting-MTA:", " Remote-MTA:", " Final-Recipient:",
	" Last-Attempt-Date:", " ------", " (SMTP-", " Generating server:",
	" This message hasn't been delivered yet", " (DHE", " (TLS",
	" (expanded from:", "', Port: ",
	" Retrying on", " Message could not be delivered for ",
};

static void
cut_end(char *text)
{
	size_t i, n, opened = 0, closed = 0;
	char *p;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		p = (char *)(size_t)text_ifind(text, ends[i]);
		if (p != NULL)
			*p = '\0';
	}
	n = strlen(text);
	while (n > 0 && strchr(" '\"", text[n - 1]) != NULL)
		text[--n] = '\0';
	for (p = text; *p != '\0'; p++) {
		opened += *p == '(' || *p == '[' || *p == '<';
		closed += *p == ')' || *p == ']' || *p == '>';
	}
	/* "(reason: 550 ...)" and "<#5.7.1 550 ...>" leave their end behind. */
	if (n > 0 && closed > opened && strchr(")]>", text[n - 1]) != NULL)
		text[--n] = '\0';
	while (n > 0 && text[n - 1] == ' ')
		text[--n] = '\0';
}

/*
 * Copies a paragraph, leaving out the code (and status) that each further
 * line of the reply began with.
 */
static void
copy_joined(const char *s, int code, bool lines, const char *status,
    char *out, size_t size)
{
	size_t n = 0, skip, status_len = strlen(status);

	for (; *s != '\0' && *s != '\n' && n + 1 < size; s++) {
		if (code != 0 && *s == ' ' && reply_code_at(s + 1) == code &&
		    (s[4] == '-' || s[4] == ' ')) {
			skip = 5;
			if (status_len > 0 &&
			    strncmp(s + skip, status, status_len) == 0 &&
			    (s[skip + status_len] == ' ' ||
			    s[skip + status_len] == '\0'))
				skip += status_len;
			else if (s[4] != '-' && !lines)
				skip = 0;
			if (skip > 0) {
				s += skip - 1;
				if (n > 0 && out[n - 1] != ' ' &&
				    s[1] != ' ')
					out[n++] = ' ';
				continue;
			}
		}
		if (*s == ' ' && n > 0 && out[n - 1] == ' ')
			continue;
		out[n++] = *s;
	}
	out[n] = '\0';
}

/* A status anywhere in the words, of the code's class if there is one. */
static bool
find_status(const char *text, int code, struct enhanced *enhanced)
{
	struct enhanced e;
	size_t at;

	for (at = 0; text[at] != '\0'; at++) {
		if (status_at(text, at, &e) == 0 || e.class == 2 ||
		    (code != 0 && e.class != code / 100))
			continue;
		if (at >= 8 && text_istarts(text + at - 8, "version "))
			continue;
		*enhanced = e;
		return true;
	}
	return false;
}

static void
take(const char *s, struct found_reply *reply)
{
	const char *from = s;
	char status[16] = "";
	size_t used;

	memset(reply, 0, sizeof(*reply));
	reply->code = reply_code_at(s);
	/* "554 <a@b>... 550 Host unknown": the second one is the reason. */
	if (reply->code != 0 && (from = strstr(s, "... ")) != NULL &&
	    from - s < MAILBOX_MAX && memchr(s, '\n', (size_t)(from - s)) ==
	    NULL && reply_code_at(from + 4) >= 400) {
		s = from + 4;
		reply->code = reply_code_at(s);
	}
	from = s;
	if (reply->code != 0) {
		from += 3;
		from += strspn(from, " -:;,.'\"");
	}
	used = status_at(from, 0, &reply->enhanced);
	if (used == 0 && *from == '#') {
		used = status_at(from, 1, &reply->enhanced);
		from += used > 0;
	}
	if (used > 0)
		snprintf(status, sizeof(status), "%d.%d.%d",
		    reply->enhanced.class, reply->enhanced.subject,
		    reply->enhanced.detail);
	copy_joined(from, reply->code, reply->code != 0 && s[3] == '-',
	    status, reply->text, sizeof(reply->text));
	cut_end(reply->text);
	if (used == 0)
		find_status(reply->text, reply->code, &reply->enhanced);
}

/* "said: 5.7.1 no relay": the words from the status on. */
static const char *
behind_introduction(const char *s)
{
	struct enhanced e;
	size_t at, end;

	for (at = 0; s[at] != '\0' && s[at] != '\n'; at++) {
		if (status_at(s, at, &e) == 0)
			continue;
		for (end = at; end > 0 && strchr(" -", s[end - 1]); end--)
			;
		return end > 0 && strchr(":;", s[end - 1]) ? s + at : s;
	}
	return s;
}

bool
reply_find(const char *text, struct found_reply *reply)
{
	size_t at, best = 0;
	int score, best_score = 2;
	struct enhanced enhanced;
	const char *p, *nl;

	for (at = 0; text[at] != '\0'; at++) {
		if (text[at] != '4' && text[at] != '5')
			continue;
		score = score_at(text, at);
		if (score > best_score) {
			best = at;
			best_score = score;
		}
	}
	if (best_score > 2) {
		take(text + best, reply);
		return true;
	}
	if (!find_status(text, 0, &enhanced))
		return false;
	/* Without a code the paragraph that holds the status is the text. */
	for (p = text; (nl = strchr(p, '\n')) != NULL; p = nl + 1) {
		struct enhanced here;
		char line[FOUND_TEXT];

		snprintf(line, sizeof(line), "%.*s", (int)(nl - p), p);
		if (find_status(line, 0, &here))
			break;
	}
	reply_read(behind_introduction(p), reply);
	reply->enhanced = enhanced;
	return true;
}

void
reply_read(const char *text, struct found_reply *reply)
{
	while (*text == ' ' || *text == '#' || *text == '<')
		if (*text == '<' && reply_code_at(text + 1) == 0)
			break;
		else
			text++;
	take(text, reply);
}

static const struct {
	int code; /* 0: any */
	const char *words;
} echoes[] = {
	{ 503, "need rcpt" }, { 503, "rcpt first" }, { 503, "no recipient" },
	{ 503, "valid rcpt" }, { 503, "bad sequence" }, { 503, "need mail" },
	{ 503, "mail first" }, { 503, "sequence of commands" },
	{ 503, "no valid" }, { 503, "rcpt to first" },
	{ 554, "no valid recipients" }, { 554, "no recipients" },
	{ 421, "too many errors" }, { 0, "need rcpt (recipient)" },
	{ 0, "no valid recipients" }, { 503, "send hello first" },
};

bool
reply_is_echo(const struct found_reply *reply)
{
	const char *text = reply->text;
	size_t i;

	for (i = 0; i < sizeof(echoes) / sizeof(echoes[0]); i++)
		if ((echoes[i].code == 0 || echoes[i].code == reply->code) &&
		    text_ifind(text, echoes[i].words) != NULL)
			return true;
	if (text_istarts(text, "5.0.0 "))
		text += 6;
	return (reply->code == 554 || reply->code == 0) &&
	    text_ieq(text, "Service unavailable");
}

/* The narrow ones first. */
static const struct {
	const char *words;
	enum stage stage;
} stages[] = {
	{ "in reply to RCPT TO", STAGE_RCPT },
	{ "in reply to MAIL FROM", STAGE_MAIL },
	{ "in reply to DATA", STAGE_DATA },
	{ "in reply to end of DATA", STAGE_DATA },
	{ "in reply to HELO", STAGE_EHLO },
	{ "in reply to EHLO", STAGE_EHLO },
	{ "in reply to LHLO", STAGE_EHLO },
	{ "in reply to AUTH", STAGE_AUTH },
	{ "in reply to STARTTLS", STAGE_STARTTLS },
	{ "while receiving the initial server greeting", STAGE_BANNER },
	{ "while performing the EHLO", STAGE_EHLO },
	{ "while performing the HELO", STAGE_EHLO },
	{ "while sending MAIL FROM", STAGE_MAIL },
	{ "while sending RCPT TO", STAGE_RCPT },
	{ "while sending DATA", STAGE_DATA },
	{ "while sending message body", STAGE_DATA },
	{ "while sending end of data", STAGE_DATA },
	{ "refused to talk to me", STAGE_BANNER },
	{ "after initial connection", STAGE_BANNER },
	{ "after pipelined RCPT", STAGE_RCPT },
	{ "after pipelined MAIL", STAGE_MAIL },
	{ "after RCPT", STAGE_RCPT },
	{ "after MAIL", STAGE_MAIL },
	{ "after end of data", STAGE_DATA },
	{ "after sending data block", STAGE_DATA },
	{ "after DATA", STAGE_DATA },
	{ "after EHLO", STAGE_EHLO },
	{ "after HELO", STAGE_EHLO },
	{ "after STARTTLS", STAGE_STARTTLS },
	{ "after AUTH", STAGE_AUTH },
	{ "for RCPT command", STAGE_RCPT },
	{ "for RCPT TO command", STAGE_RCPT },
	{ "for MAIL FROM command", STAGE_MAIL },
	{ "for DATA command", STAGE_DATA },
	{ "for TEXT command", STAGE_DATA },
	{ "following RCPT command", STAGE_RCPT },
	{ "following MAIL command", STAGE_MAIL },
	{ "following DATA command", STAGE_DATA },
	{ "did not like our RCPT TO", STAGE_RCPT },
	{ "did not like our MAIL FROM", STAGE_MAIL },
	{ "did not like our DATA", STAGE_DATA },
	{ "did not like our EHLO", STAGE_EHLO },
	{ "did not like our final DATA", STAGE_DATA },
	{ "[RCPT_TO]", STAGE_RCPT },
	{ "[MAIL_FROM]", STAGE_MAIL },
	{ "[DATA]", STAGE_DATA },
	{ "(state 13)", STAGE_MAIL },
	{ "(state 14)", STAGE_RCPT },
	{ "(state 15)", STAGE_DATA },
	{ "(state 16)", STAGE_DATA },
	{ "(state 17)", STAGE_DATA },
	{ "(state 18)", STAGE_DATA },
	{ "(state 9)", STAGE_EHLO },
	{ "does not like recipient", STAGE_RCPT },
	{ "but sender was rejected", STAGE_MAIL },
	{ "but greeting failed", STAGE_BANNER },
	{ "but my name was rejected", STAGE_EHLO },
	{ "failed on DATA command", STAGE_DATA },
	{ "failed after I sent the message", STAGE_DATA },
	{ "rejected recipient <", STAGE_RCPT },
	{ "rejected RCPT", STAGE_RCPT },
	{ "rejected MAIL", STAGE_MAIL },
	{ "rejected after DATA", STAGE_DATA },
	{ "rejected EHLO", STAGE_EHLO },
	{ "RCPT TO command failed", STAGE_RCPT },
	{ "reject: RCPT", STAGE_RCPT },
	{ "reject: MAIL", STAGE_MAIL },
	{ "reject: CONNECT", STAGE_BANNER },
	{ "reject: EHLO", STAGE_EHLO },
	{ "reject: HELO", STAGE_EHLO },
	{ "reject: END-OF-MESSAGE", STAGE_DATA },
	{ "reject: DATA", STAGE_DATA },
	{ "Recipient address rejected", STAGE_RCPT },
	{ "Sender address rejected", STAGE_MAIL },
	{ "Relay access denied", STAGE_RCPT },
	{ "Relaying denied", STAGE_RCPT },
	{ "Unable to relay", STAGE_RCPT },
	{ "Failed to add recipient", STAGE_RCPT },
	{ "SMTPRecipientsRefused", STAGE_RCPT },
	{ "SMTPAddressFailedException", STAGE_RCPT },
	{ "SMTPSenderRefused", STAGE_MAIL },
	{ "SMTPAuthenticationError", STAGE_AUTH },
	{ "Connection timed out", STAGE_CONNECT },
	{ "Connection refused", STAGE_CONNECT },
	{ "No route to host", STAGE_CONNECT },
	{ "Network is unreachable", STAGE_CONNECT },
	{ "able to establish an SMTP connection", STAGE_CONNECT },
	{ "Host not found", STAGE_DNS },
	{ "was not offered by host", STAGE_STARTTLS },
	{ "Host unknown", STAGE_DNS },
	{ "Name service error", STAGE_DNS },
	{ "find any host named", STAGE_DNS },
	{ "find any host by that name", STAGE_DNS },
};

int
stage_find(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
		if (text_ifind(text, stages[i].words) != NULL)
			return stages[i].stage;
	return STAGE_COUNT;
}

/* The words before and behind the speaker; either may be "". */
static const struct {
	const char *before, *behind;
} speakers[] = {
	{ "host ", " said" },
	{ "host ", " refused to talk" },
	{ "host ", " returned" },
	{ "Remote Server at ", "" },
	{ "while talking to ", "" },
	{ "SMTP Server <", "" },
	{ "Server: '", "', Protocol: SMTP" },
	{ " by ", ". [" },
	{ "rejected by the server for the recipient domain ", "" },
	{ "Server ", " failed with" },
	{ "The mail system <", "" },
	{ "", " gave this error" },
	{ "", " Remote Server returned" },
	{ "Error transferring to ", "" },
	{ "Remote server (", "" },
	{ "Zielserver ", "" },
	{ "", " rejected your message" },
	{ "", " does not like recipient" },
	{ "", " did not like our" },
	{ "", " failed after I sent" },
	{ "", " failed on DATA command" },
	{ "Connected to ", " but " },
	{ "response from ", "" },
	{ "Remote system: dns;", "" },
	{ "Remote-MTA: dns; ", "" },
	{ "Remote-MTA: dns;", "" },
	{ "Remote-MTA: <", "" },
	{ "Remote host: ", "" },
	{ "Remote server: ", "" },
	{ "lost connection with ", "" },
	{ "conversation with ", "" },
	{ "connect to ", "" },
	{ "SMTP error from remote server ", "" },
	{ "host: ", "" },
	{ "SMTP server ", "" },
	{ "to relay ", "" },
	{ "H=", "" },
	{ "relay=", "" },
	{ "host ", "" },
	{ "<", " #5." },
	{ "<", " #4." },
	{ "Generating server: ", "" },
};

/* Back from p over one word, as host names and addresses are written. */
static const char *
word_before(const char *text, const char *p)
{
	const char *s = p;

	while (s > text && p - s < 300 && strchr(" \t\n", s[-1]) == NULL)
		s--;
	if (s > text + 1 && (*s == '[' || *s == '(') && s[-1] == ' ') {
		/* "mx.example [192.0.2.1] did not like": one word more. */
		const char *again = s - 1;

		while (again > text && s - again < 300 &&
		    strchr(" \t\n", again[-1]) == NULL)
			again--;
		if (memchr(again, '.', (size_t)(s - again)) != NULL)
			s = again;
	}
	return s;
}

/* The speaker of one row at p, where the row's first words were found. */
static bool
speaker_at(const char *text, const char *p, size_t row, char *host,
    char *address)
{
	const char *before = speakers[row].before;
	const char *behind = speakers[row].behind;
	char h[HOST_MAX], a[HOST_MAX];
	size_t used;

	p = before[0] != '\0' ? p + strlen(before) : word_before(text, p);
	p += strspn(p, " ");
	used = host_at(p, h, a);
	if (used == 0)
		return false;
	if (before[0] != '\0' && behind[0] != '\0' &&
	    !text_istarts(p + used + (p[used] == '>'), behind) &&
	    !(text_istarts(behind, ". [") && a[0] != '\0'))
		return false;
	memcpy(host, h, sizeof(h));
	memcpy(address, a, sizeof(a));
	return true;
}

bool
speaker_find(const char *text, char *host, char *address)
{
	const char *p, *words;
	size_t i;
	int tries;

	for (i = 0; i < sizeof(speakers) / sizeof(speakers[0]); i++) {
		words = speakers[i].before[0] != '\0' ? speakers[i].before :
		    speakers[i].behind;
		p = text;
		for (tries = 0; tries < 8; tries++, p++) {
			p = text_ifind(p, words);
			if (p == NULL)
				break;
			if (speaker_at(text, p, i, host, address))
				return true;
		}
	}
	return false;
}
