#include <ctype.h>
#include <string.h>

#include "core/bounce/text_reader.h"
#include "core/text.h"

static const char *const leads[] = {
#define LEAD(words) words,
#include "core/bounce/layouts.def"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A reply that repeats the name of the one it is about is no new entry. */
bool
text_in_group(const struct reader *r, const char *recipient)
{
	size_t i;

	for (i = 0; r->open && i < r->group_count; i++)
		if (mailbox_same(r->report->entries[r->group_first + i]
		    .recipient, recipient))
			return true;
	return false;
}

/* Does what follows an address at the start of a line fit a report? */
static bool
fits_behind(const char *rest, bool own_paragraph)
{
	const char *p = rest + strspn(rest, " \t");
	char other[MAILBOX_MAX];

	if (*rest == '?') /* a link: mailto:a@b?subject=x */
		return false;
	if (*p == '\0' || strchr(":;([#", *p) != NULL ||
	    strncmp(p, "...", 3) == 0 || strncmp(p, "=>", 2) == 0)
		return true;
	if (*p == ',' || *p == '.')
		return p[1 + strspn(p + 1, " ")] == '\0' ||
		    mailbox_at(p + 1 + strspn(p + 1, " "), other) > 0;
	if (reply_code_at(p) >= 400 || text_istarts(p, "on ") ||
	    text_istarts(p, "- ") || text_istarts(p, "-- ") ||
	    text_istarts(p, "SMTP "))
		return true;
	return own_paragraph && strlen(p) < 300 && text_tells_failure(p);
}

/* Addresses that help, send or report, and never fail. */
static bool
is_helper(const char *line, const char *at, const char *mailbox)
{
	static const char *const roles[] = {
		"postmaster@", "mailer-daemon@", "abuse@", "webmaster@",
		"support@", "helpdesk@", "noreply@", "no-reply@",
	};
	static const char *const words[] = {
		"contact", "assistance", "please ", "subscribe", "http",
		"from:", "from <", "reply-to", "message-id", "sender",
		"questions", "help", "try ", "e-mail us", "send mail to",
		"mail from ",
	};
	const char *p;
	size_t i;

	for (i = 0; i < COUNT(roles); i++)
		if (text_istarts(mailbox, roles[i]))
			return true;
	for (i = 0; i < COUNT(words); i++) {
		p = text_ifind(line, words[i]);
		if (p != NULL && p < at)
			return true;
	}
	return false;
}

/* Does the line begin something: a paragraph, or what is set further in? */
static bool
begins(const struct reader *r, const struct line *line)
{
	return r->blank_before || (line->indent > 0 &&
	    (line == r->lines->v || line->indent > line[-1].indent));
}

/* An address at the start of a line, with a bullet or a name before it. */
size_t
text_leading_mailbox(const struct reader *r, const struct line *line, char *out)
{
	const char *s = line->text;
	size_t used, skip = 0, n;

	if (strncmp(s, "* ", 2) == 0 || strncmp(s, "- ", 2) == 0 ||
	    strncmp(s, "+ ", 2) == 0)
		skip = 2;
	if (strncmp(s, "\xe2\x80\xa2", 3) == 0)
		skip = 3 + strspn(s + 3, " \t");
	used = mailbox_at(s + skip, out);
	if (used > 0)
		return fits_behind(s + skip + used, r->open ||
		    begins(r, line)) ? skip + used : 0;
	/* "Some Name <a@b>" or "Some Name (a@b)" alone on a line. */
	if (!r->report->failing || line->len > 160 || strchr(s, ':') != NULL ||
	    !(r->blank_before || line->indent > 0))
		return 0;
	n = strcspn(s, "<(");
	if (is_helper(s, s + n, ""))
		return 0;
	if (n == 0 || n > 80 || s[n] == '\0' || s[n - 1] != ' ')
		return 0;
	used = mailbox_at(s + n, out);
	if (used == 0 || s[n + used] != '\0')
		return 0;
	return n + used;
}

/* The last resort in a text that is a bounce: any address that may fail. */
size_t
text_any_mailbox(const struct reader *r, const struct line *line, char *out)
{
	const char *p = line->text;
	size_t n;

	if (!r->eager)
		return 0;
	/* "jdoe" or "jdoe (mailbox full)", indented: the host is implied. */
	n = strcspn(p, " ");
	if (line->indent > 0 && n > 1 && n < 65 && strspn(p,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-") == n && r->colon_before &&
	    ((line->indent >= 4 && (p[n] == '\0' || p[n + 1] == '(')) ||
	    (strncmp(p + n, "  ", 2) == 0 && text_tells_failure(p + n)))) {
		memcpy(out, p, n);
		out[n] = '\0';
		return n;
	}
	while ((p = mailbox_find(p, out)) != NULL) {
		if (!is_helper(line->text, p, out) && p[strlen(out)] != '?')
			return (size_t)(p - line->text) + strlen(out);
		p += strlen(out);
	}
	return 0;
}

/* Words of the table with an address behind them. */
size_t
text_introduced_mailbox(const struct reader *r, size_t i, char *out)
{
	const char *s = r->lines->v[i].text, *p, *q;
	size_t k, used;

	if (strchr(s, '@') == NULL)
		return 0;
	/* Behind the failure of a program, whose name is no address. */
	p = text_ifind(s, "(expanded from: ");
	if (p != NULL && !r->open) {
		q = p + strlen("(expanded from: ");
		used = mailbox_at(q, out);
		return used > 0 ? (size_t)(q - s) + used : 0;
	}
	for (k = 0; k < COUNT(leads); k++) {
		p = text_ifind(s, leads[k]);
		if (p == NULL || (p > s && isalnum((unsigned char)p[-1])))
			continue;
		q = p + strlen(leads[k]);
		q += strspn(q, " \t:*='\"");
		used = mailbox_at(q, out);
		if (used > 0)
			return (size_t)(q - s) + used;
	}
	return 0;
}

/* The words of a lead at the end of a line, the address on the next. */
bool
text_lead_ends_line(const char *s, size_t n)
{
	size_t k, len;

	for (k = 0; k < COUNT(leads); k++) {
		len = strlen(leads[k]);
		if (len <= n && text_istarts(s + n - len, leads[k]))
			return true;
	}
	return false;
}
