#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/edit.h"
#include "ui/key.h"
#include "ui/plain/plain.h"
#include "ui/signals.h"

#define SAY_MAX 8192
#define TEXT_MAX (64u * 1024 * 1024)
#define GAP_MS 1500 /* a longer turn stood still: it lasts 250 ms */

/* In a locale without UTF-8 all that is not ASCII becomes "?". */
static void
put(const char *text, size_t n)
{
	bool unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	size_t i, used;
	long cp;

	for (i = 0; i < n; i += used) {
		used = text_decode(text + i, n - i, &cp);
		if (unicode || (cp >= 0 && cp < 0x80))
			fwrite(text + i, 1, used, stdout);
		else
			putchar('?');
	}
}

void
plain_text(const char *text)
{
	struct buf safe;

	buf_init(&safe, TEXT_MAX);
	text_visible(text, strlen(text), true, &safe);
	put(buf_str(&safe), safe.len);
	if (safe.len == 0 || buf_str(&safe)[safe.len - 1] != '\n')
		putchar('\n');
	buf_clear(&safe);
}

void
plain_say(const char *fmt, ...)
{
	char text[SAY_MAX];
	struct buf safe;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	buf_init(&safe, 8 * SAY_MAX);
	text_visible(text, strlen(text), true, &safe);
	put(buf_str(&safe), safe.len);
	buf_clear(&safe);
}

void
plain_message(struct plain *p)
{
	if (p->app.message[0] != '\0')
		plain_say("%s%s\n", p->app.message_style == STYLE_BAD ?
			_("Problem: ") : "", p->app.message);
	p->app.message[0] = '\0';
}

/* ---- lines in ---- */

static void
input_ready(struct watch *watch, short revents)
{
	struct plain *p = container_of(watch, struct plain, input);
	size_t room = sizeof(p->pending) - p->pending_len;
	ssize_t n;

	(void)revents;
	if (room == 0) { /* a line that long is cut */
		p->pending[p->pending_len - 1] = '\n';
		return;
	}
	n = read(STDIN_FILENO, p->pending + p->pending_len, room);
	if (n > 0)
		p->pending_len += (size_t)n;
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		p->end_of_text = true;
}

static void
take_signals(struct plain *p)
{
	int number;

	while ((number = signals_next()) != 0) {
		if (number == SIGINT)
			p->interrupted = true;
		else if (number == SIGHUP || number == SIGTERM)
			p->lost = p->ended = true;
		else if (number == SIGCONT &&
		    app_clock() - p->turned_at >= GAP_MS)
			desk_resume(&p->desk, app_clock() - p->turned_at);
	}
}

static void
signals_ready(struct watch *watch, short revents)
{
	(void)revents;
	take_signals(container_of(watch, struct plain, signals));
}

/* What a person typed, without the keys that a plain line has no use for. */
static void
clean(const char *bytes, size_t n, char *out, size_t size)
{
	struct key_decoder decoder;
	struct key_event event;
	struct edit edit;
	size_t i;

	memset(&edit, 0, sizeof(edit));
	key_decoder_init(&decoder);
	for (i = 0; i < n; i++) {
		if (!key_feed(&decoder, (unsigned char)bytes[i], &event))
			continue;
		if (event.key == UI_PASTE)
			edit_insert(&edit, buf_str(&decoder.paste),
			    decoder.paste.len);
		else if (event.key >= 0x20 && event.key < UI_FIRST)
			edit_key(&edit, event.key);
	}
	snprintf(out, size, "%s", edit.text);
	mem_wipe(&edit, sizeof(edit));
	key_decoder_clear(&decoder);
}

static bool
take_line(struct plain *p, bool raw, char *out, size_t size)
{
	char *end = memchr(p->pending, '\n', p->pending_len);
	size_t n, used;

	if (end == NULL && p->end_of_text && p->pending_len > 0)
		end = p->pending + p->pending_len; /* the last, unended */
	if (end == NULL)
		return false;
	n = used = (size_t)(end - p->pending);
	if (used < p->pending_len)
		used++;
	if (n > 0 && p->pending[n - 1] == '\r')
		n--;
	if (raw)
		snprintf(out, size, "%.*s", (int)n, p->pending);
	else
		clean(p->pending, n, out, size);
	memmove(p->pending, p->pending + used, p->pending_len - used);
	mem_wipe(p->pending + p->pending_len - used, used);
	p->pending_len -= used;
	return true;
}

/*
 * While probes run only a few words mean anything.  Whatever else was typed
 * ahead stays, with all behind it, for the questions that follow.
 */
static bool
for_later(const struct plain *p)
{
	return p->watching && p->pending_len > 0 &&
	    (strchr("s+-?<q\r\n", p->pending[0]) == NULL ||
		(p->pending_len > 1 &&
		    strchr("\r\n", p->pending[0]) == NULL &&
		    strchr("\r\n", p->pending[1]) == NULL));
}

/* Nothing more will come. On a terminal a text may be followed by more. */
static enum came
at_end(struct plain *p, bool raw)
{
	if (!raw || !isatty(STDIN_FILENO)) {
		p->ended = true;
		watch_stop(&p->input);
	} else {
		p->end_of_text = false;
	}
	return CAME_END;
}

/* A turn of everything; false when the probes have just ended. */
static bool
turn(struct plain *p)
{
	bool ran = desk_running(&p->desk);

	take_signals(p); /* a gap is measured by the turn it was in */
	if (p->interrupted || p->ended)
		return true;
	p->turned_at = app_clock();
	loop_turn(p->app.loop, ran ? 250 : -1);
	desk_turn(&p->desk);
	if (p->watching)
		plain_news(p);
	return !ran || desk_running(&p->desk);
}

enum came
plain_line(struct plain *p, bool raw, char *out, size_t size)
{
	if (fflush(stdout) != 0)
		p->ended = true; /* nobody is there to read it */
	for (;;) {
		if (p->interrupted) {
			p->interrupted = false;
			return CAME_INTERRUPT;
		}
		if (p->ended)
			return CAME_END;
		if (!for_later(p) && take_line(p, raw, out, size))
			return CAME_LINE;
		if (p->end_of_text && !p->watching)
			return at_end(p, raw);
		if (p->end_of_text) /* the probes are worth waiting for */
			watch_stop(&p->input);
		if (!turn(p) && p->watching)
			return CAME_NEWS;
		if (p->watching && fflush(stdout) != 0)
			p->ended = true;
	}
}

bool
plain_open(struct plain *p, struct err *err)
{
	static const int caught[] = { SIGHUP, SIGTERM, SIGINT, SIGCONT };

	if (!signals_catch(caught, sizeof(caught) / sizeof(caught[0]), err))
		return false;
	watch_start(&p->input, p->app.loop, STDIN_FILENO, POLLIN,
	    input_ready);
	watch_start(&p->signals, p->app.loop, signals_fd(), POLLIN,
	    signals_ready);
	return true;
}

void
plain_close(struct plain *p)
{
	watch_stop(&p->input);
	watch_stop(&p->signals);
	signals_release();
	mem_wipe(p->pending, sizeof(p->pending));
}
