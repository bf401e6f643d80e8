#include <stdlib.h>
#include <string.h>

#include "core/bounce/mime.h"
#include "core/text.h"
#include "net/buf.h"

struct html {
	const char *at, *end;
	struct buf *out;
	bool blank; /* the last character written was one */
	bool unclosed; /* no comment ends any more behind `at` */
};

/* Elements that stand on lines of their own. */
static const char *const blocks[] = {
	"address", "article", "blockquote", "br", "center", "dd", "div", "dl",
	"dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
	"hr", "li", "ol", "p", "pre", "section", "table", "tbody", "title",
	"tr", "ul",
};

/* Elements whose contents nobody reads. */
static const char *const hidden[] = { "script", "style", "head" };

static const struct {
	const char *name, *text;
} entities[] = {
	{ "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" },
	{ "apos", "'" }, { "nbsp", " " }, { "ldquo", "\"" }, { "rdquo", "\"" },
	{ "lsquo", "'" }, { "rsquo", "'" }, { "ndash", "-" }, { "mdash", "-" },
	{ "hellip", "..." }, { "auml", "\xc3\xa4" }, { "ouml", "\xc3\xb6" },
	{ "uuml", "\xc3\xbc" }, { "Auml", "\xc3\x84" }, { "Ouml", "\xc3\x96" },
	{ "Uuml", "\xc3\x9c" }, { "szlig", "\xc3\x9f" },
	{ "eacute", "\xc3\xa9" }, { "egrave", "\xc3\xa8" },
	{ "agrave", "\xc3\xa0" }, { "ccedil", "\xc3\xa7" },
	{ "shy", "" }, { "zwnj", "" },
};

static void
newline(struct html *h)
{
	if (h->out->len > 0 && h->out->bytes[h->out->len - 1] != '\n')
		buf_putc(h->out, '\n');
	h->blank = true;
}

static void
put(struct html *h, char c)
{
	bool blank = strchr(" \t\r\n", c) != NULL && c != '\0';

	if (blank && h->blank)
		return;
	buf_putc(h->out, blank ? ' ' : c);
	h->blank = blank;
}

static void
put_code_point(struct html *h, unsigned long cp)
{
	char utf8[5] = { 0 };

	if (cp < 0x80) {
		put(h, cp < 0x20 ? ' ' : (char)cp);
		return;
	}
	if (cp == 0xa0) {
		put(h, ' ');
		return;
	}
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		cp = 0xfffd;
	if (cp < 0x800) {
		utf8[0] = (char)(0xc0 | cp >> 6);
		utf8[1] = (char)(0x80 | (cp & 0x3f));
	} else if (cp < 0x10000) {
		utf8[0] = (char)(0xe0 | cp >> 12);
		utf8[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		utf8[2] = (char)(0x80 | (cp & 0x3f));
	} else {
		utf8[0] = (char)(0xf0 | cp >> 18);
		utf8[1] = (char)(0x80 | (cp >> 12 & 0x3f));
		utf8[2] = (char)(0x80 | (cp >> 6 & 0x3f));
		utf8[3] = (char)(0x80 | (cp & 0x3f));
	}
	buf_puts(h->out, utf8);
	h->blank = false;
}

static void
entity(struct html *h)
{
	const char *semicolon;
	char name[12] = "", *stop;
	unsigned long cp;
	size_t i, n = (size_t)(h->end - h->at);

	semicolon = memchr(h->at, ';', n < 12 ? n : 12);
	if (semicolon == NULL) {
		put(h, *h->at++);
		return;
	}
	memcpy(name, h->at + 1, (size_t)(semicolon - h->at - 1));
	if (name[0] == '#') {
		cp = (name[1] | 0x20) == 'x' ? strtoul(name + 2, &stop, 16) :
		    strtoul(name + 1, &stop, 10);
		if (*stop == '\0') {
			put_code_point(h, cp);
			h->at = semicolon + 1;
			return;
		}
	}
	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (strcmp(entities[i].name, name) == 0) {
			if (strcmp(name, "nbsp") == 0)
				put(h, ' ');
			else
				buf_puts(h->out, entities[i].text);
			h->blank = h->blank && name[0] == 'n';
			h->at = semicolon + 1;
			return;
		}
	}
	put(h, *h->at++);
}

/* Moves behind `</name`, or to the end where it never comes. */
static void
skip_to_close(struct html *h, const char *name)
{
	size_t n = strlen(name);

	for (; h->at < h->end; h->at++) {
		h->at = memchr(h->at, '<', (size_t)(h->end - h->at));
		if (h->at == NULL) {
			h->at = h->end;
			return;
		}
		if ((size_t)(h->end - h->at) > n + 2 && h->at[1] == '/' &&
		    text_istarts(h->at + 2, name))
			return;
	}
}

static bool
is_one_of(const char *const *names, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
skip_comment(struct html *h)
{
	const char *p;

	if (h->end - h->at < 4 || memcmp(h->at, "<!--", 4) != 0)
		return false;
	for (p = h->at + 4; !h->unclosed && p + 2 < h->end; p++) {
		p = memchr(p, '-', (size_t)(h->end - p));
		if (p == NULL || p + 2 >= h->end)
			break;
		if (p[1] == '-' && p[2] == '>') {
			h->at = p + 3;
			return true;
		}
	}
	/*
	 * Never closed: only the mark is dropped, not the rest of the page;
	 * and a page of such marks is not searched once for each.
	 */
	h->unclosed = true;
	h->at += 4;
	return true;
}

/* At '<'.  What holds an @ or does not begin like a tag is text. */
static void
tag(struct html *h)
{
	const char *p = h->at + 1, *close;
	char name[16];
	bool closing = false;
	size_t n = 0, room = (size_t)(h->end - h->at);

	if (skip_comment(h))
		return;
	if (p < h->end && *p == '/') {
		closing = true;
		p++;
	}
	while (p < h->end && n + 1 < sizeof(name) &&
	    ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z' ? true :
	    n > 0 && *p >= '0' && *p <= '9'))
		name[n++] = (char)(*p++ | 0x20);
	name[n] = '\0';
	close = memchr(h->at, '>', room < 8192 ? room : 8192);
	if (close == NULL || (n == 0 && *p != '!' && *p != '?') ||
	    (p < h->end && (*p == '@' || *p == '.' || *p == '_'))) {
		put(h, *h->at++);
		return;
	}
	h->at = close + 1;
	if (is_one_of(blocks, sizeof(blocks) / sizeof(blocks[0]), name))
		newline(h);
	else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0)
		put(h, ' ');
	else if (!closing &&
	    is_one_of(hidden, sizeof(hidden) / sizeof(hidden[0]), name))
		skip_to_close(h, name);
}

void
mime_html(const char *html, size_t n, struct buf *out)
{
	struct html h = { html, html + n, out, true, false };

	while (h.at < h.end && !out->overflow) {
		if (*h.at == '<')
			tag(&h);
		else if (*h.at == '&')
			entity(&h);
		else
			put(&h, *h.at++);
	}
}
