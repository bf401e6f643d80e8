#include "ui/edit.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "ui/key.h"

void
edit_set(struct edit *e, const char *text)
{
	e->len = e->at = 0;
	e->text[0] = '\0';
	edit_insert(e, text, strlen(text));
}

static void
insert_bytes(struct edit *e, const char *bytes, size_t n)
{
	if (e->len + n >= sizeof(e->text))
		return;
	memmove(e->text + e->at + n, e->text + e->at, e->len - e->at + 1);
	memcpy(e->text + e->at, bytes, n);
	e->len += n;
	e->at += n;
}

void
edit_insert(struct edit *e, const char *text, size_t n)
{
	size_t i, used;
	long cp;

	/* What ends a pasted line is no part of it. */
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	for (i = 0; i < n; i += used) {
		used = text_decode(text + i, n - i, &cp);
		if (cp == '\n' || cp == '\t')
			insert_bytes(e, " ", 1);
		else if (cp >= 0x20 && (cp < 0x7f || cp >= 0xa0))
			insert_bytes(e, text + i, used);
	}
}

static size_t
before(const struct edit *e, size_t at)
{
	if (at == 0)
		return 0;
	do
		at--;
	while (at > 0 && (e->text[at] & 0xc0) == 0x80);
	return at;
}

static size_t
behind(const struct edit *e, size_t at)
{
	if (at >= e->len)
		return e->len;
	do
		at++;
	while (at < e->len && (e->text[at] & 0xc0) == 0x80);
	return at;
}

/* Takes text[from, to) out and remembers it for ^Y. */
static void
cut(struct edit *e, size_t from, size_t to)
{
	snprintf(e->killed, sizeof(e->killed), "%.*s", (int)(to - from),
	    e->text + from);
	memmove(e->text + from, e->text + to, e->len - to + 1);
	e->len -= to - from;
	e->at = from;
}

static size_t
word_begin(const struct edit *e)
{
	size_t at = e->at;

	while (at > 0 && e->text[at - 1] == ' ')
		at--;
	while (at > 0 && e->text[at - 1] != ' ')
		at--;
	return at;
}

static bool
typed(struct edit *e, int key)
{
	char bytes[4];
	size_t n = 0;

	if (key < 0x20 || key == 0x7f || key >= UI_FIRST)
		return false;
	if (key < 0x80) {
		bytes[n++] = (char)key;
	} else if (key < 0x800) {
		bytes[n++] = (char)(0xc0 | key >> 6);
		bytes[n++] = (char)(0x80 | (key & 0x3f));
	} else if (key < 0x10000) {
		bytes[n++] = (char)(0xe0 | key >> 12);
		bytes[n++] = (char)(0x80 | (key >> 6 & 0x3f));
		bytes[n++] = (char)(0x80 | (key & 0x3f));
	} else {
		bytes[n++] = (char)(0xf0 | key >> 18);
		bytes[n++] = (char)(0x80 | (key >> 12 & 0x3f));
		bytes[n++] = (char)(0x80 | (key >> 6 & 0x3f));
		bytes[n++] = (char)(0x80 | (key & 0x3f));
	}
	edit_insert(e, bytes, n);
	return true;
}

bool
edit_key(struct edit *e, int key)
{
	switch (key) {
	case UI_LEFT:
	case UI_CTRL('B'):
		e->at = before(e, e->at);
		return true;
	case UI_RIGHT:
	case UI_CTRL('F'):
		e->at = behind(e, e->at);
		return true;
	case UI_HOME:
	case UI_CTRL('A'):
		e->at = 0;
		return true;
	case UI_END:
	case UI_CTRL('E'):
		e->at = e->len;
		return true;
	case UI_BACKSPACE:
		if (e->at > 0)
			cut(e, before(e, e->at), e->at);
		return true;
	case UI_DELETE:
	case UI_CTRL('D'):
		if (e->at < e->len)
			cut(e, e->at, behind(e, e->at));
		return true;
	case UI_CTRL('U'):
		cut(e, 0, e->at);
		return true;
	case UI_CTRL('K'):
		cut(e, e->at, e->len);
		return true;
	case UI_CTRL('W'):
		cut(e, word_begin(e), e->at);
		return true;
	case UI_CTRL('Y'):
		edit_insert(e, e->killed, strlen(e->killed));
		return true;
	default:
		return typed(e, key);
	}
}
