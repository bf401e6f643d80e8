#include "ui/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define LATE_MS 1000   /* how late the tail of a sequence may come */
#define BROKEN_MS 1000 /* then an unfinished sequence is forgotten */

static const char paste_end[] = "\033[201~";

void
key_decoder_init(struct key_decoder *d)
{
	memset(d, 0, sizeof(*d));
	buf_init(&d->paste, KEY_PASTE_MAX);
}

void
key_decoder_clear(struct key_decoder *d)
{
	buf_clear(&d->paste);
}

static bool
give(struct key_decoder *d, struct key_event *event, int key)
{
	bool late = d->late;

	d->state = KEY_GROUND;
	d->late = false;
	d->dropped = false;
	/* The tail of what was already taken for Esc means nothing. */
	if (key == 0 || late)
		return false;
	event->key = key;
	return true;
}

/* The keys of "ESC [ number ~". */
static int
tilde_key(int number)
{
	static const short keys[][2] = {
		{ 1, UI_HOME - UI_FIRST }, { 2, UI_INSERT - UI_FIRST },
		{ 3, UI_DELETE - UI_FIRST }, { 4, UI_END - UI_FIRST },
		{ 5, UI_PGUP - UI_FIRST }, { 6, UI_PGDN - UI_FIRST },
		{ 7, UI_HOME - UI_FIRST }, { 8, UI_END - UI_FIRST },
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i][0] == number)
			return UI_FIRST + keys[i][1];
	if (number >= 11 && number <= 15)
		return UI_F1 + number - 11;
	if (number >= 17 && number <= 21)
		return UI_F1 + number - 12;
	if (number == 23 || number == 24)
		return UI_F1 + number - 13;
	return 0;
}

/* The keys of "ESC [ x" and "ESC O x"; a b c d are rxvt's with modifiers. */
static int
letter_key(char letter)
{
	switch (letter) {
	case 'A':
	case 'a': return UI_UP;
	case 'B':
	case 'b': return UI_DOWN;
	case 'C':
	case 'c': return UI_RIGHT;
	case 'D':
	case 'd': return UI_LEFT;
	case 'H': return UI_HOME;
	case 'F': return UI_END;
	case 'M': return UI_ENTER; /* the keypad's, after ESC O */
	case 'P': return UI_F1;
	case 'Q': return UI_F1 + 1;
	case 'R': return UI_F1 + 2;
	case 'S': return UI_F1 + 3;
	case 'Z': return UI_BACKTAB;
	default: return 0;
	}
}

/* SGR form: ESC [ < button ; column ; row M (press) or m (release). */
static bool
mouse(struct key_decoder *d, struct key_event *event, char final)
{
	int button, col, row;

	/* Counted from 1; what claims to be elsewhere is no place. */
	if (final != 'M' || sscanf(d->params, "<%6d;%6d;%6d", &button, &col,
			       &row) != 3 ||
	    col < 1 || row < 1)
		return give(d, event, 0);
	event->row = row - 1;
	event->col = col - 1;
	return give(d, event,
	    button == 0		 ? UI_MOUSE :
		button == 64 ? UI_WHEEL_UP :
		button == 65 ? UI_WHEEL_DOWN :
			       0);
}

static bool
begin_paste(struct key_decoder *d)
{
	buf_reset(&d->paste);
	d->end_seen = 0;
	d->state = KEY_PASTING;
	d->late = false;
	return false;
}

static bool
csi_final(struct key_decoder *d, struct key_event *event, char final)
{
	char *end;
	long number;

	d->params[d->len] = '\0';
	if (d->dropped)
		return give(d, event, 0);
	if (d->params[0] == '<')
		return mouse(d, event, final);
	if (final == 'M' && d->len == 0) {
		d->state = KEY_OLD_MOUSE;
		return false;
	}
	number = strtol(d->params, &end, 10);
	if (final == '~' || final == '^' || final == '$' || final == '@') {
		if (number == 200 && final == '~')
			return begin_paste(d);
		return give(d, event,
		    *end == '\0' || *end == ';' ? tilde_key((int)number) : 0);
	}
	/* "1;5A" is an arrow with a modifier; "?1;2c" is an answer. */
	if (d->len == 0 || (number == 1 && *end == ';'))
		return give(d, event, final == 'M' ? 0 : letter_key(final));
	return give(d, event, 0);
}

/* rxvt ends its shifted keys, and nothing else, with an intermediate byte. */
static bool
ends_rxvt_key(const struct key_decoder *d, unsigned char byte)
{
	return byte == '$' && (d->len == 1 || d->len == 2) &&
	    strspn(d->params, "0123456789") >= d->len;
}

static bool
in_csi(struct key_decoder *d, struct key_event *event, unsigned char byte)
{
	if (byte == 0x1b) { /* broken off; another one begins */
		give(d, event, 0);
		d->state = KEY_ESC_SEEN;
		return false;
	}
	if (byte == '[' && d->len == 0) {
		d->state = KEY_LINUX_F;
		return false;
	}
	if ((byte >= 0x40 && byte <= 0x7e) || ends_rxvt_key(d, byte))
		return csi_final(d, event, (char)byte);
	if (byte < 0x20 || byte > 0x7e)
		return false;
	if (d->len + 1 < sizeof(d->params))
		d->params[d->len++] = (char)byte;
	else
		d->dropped = true;
	return false;
}

static bool
after_esc(struct key_decoder *d, struct key_event *event, unsigned char byte)
{
	d->len = 0;
	switch (byte) {
	case '[':
		d->state = KEY_CSI;
		return false;
	case 'O':
		d->state = KEY_SS3;
		return false;
	case ']':
	case 'P':
	case '_':
	case '^':
	case 'X':
		d->state = KEY_STRING;
		return false;
	case 0x1b: /* Esc twice is Esc, and perhaps the begin of a sequence */
		event->key = UI_ESC;
		return true;
	default:
		/* Esc 1 .. Esc 0 are F1 .. F10 where there are none. */
		if (byte >= '0' && byte <= '9')
			return give(d, event,
			    UI_F1 + (byte == '0' ? 9 : byte - '1'));
		return give(d, event, 0);
	}
}

/*
 * Esc was given out because nothing followed in time.  On a slow line the
 * rest of its sequence comes now: nothing that begins one is a command.
 */
static bool
after_late_esc(struct key_decoder *d, struct key_event *event,
    unsigned char byte)
{
	if (byte == 0 || strchr("[O]P_^X", byte) == NULL) {
		d->state = KEY_GROUND;
		return key_feed(d, byte, event);
	}
	d->late = true;
	return after_esc(d, event, byte);
}

static bool
in_utf8(struct key_decoder *d, struct key_event *event, unsigned char byte)
{
	long cp;

	if ((byte & 0xc0) != 0x80) { /* broken off */
		d->state = KEY_GROUND;
		return key_feed(d, byte, event);
	}
	d->utf8[d->utf8_len++] = (char)byte;
	if (d->utf8_len < d->utf8_want)
		return false;
	d->state = KEY_GROUND;
	text_decode(d->utf8, d->utf8_len, &cp);
	if (cp < 0xa0)
		return false;
	event->key = (int)cp;
	return true;
}

static bool
in_ground(struct key_decoder *d, struct key_event *event, unsigned char byte)
{
	if (byte == 0x1b) {
		d->state = KEY_ESC_SEEN;
		return false;
	}
	if (byte >= 0xc2 && byte <= 0xf4) {
		d->utf8[0] = (char)byte;
		d->utf8_len = 1;
		d->utf8_want = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
		d->state = KEY_UTF8;
		return false;
	}
	if (byte >= 0x80 || byte == 0)
		return false;
	event->key = byte == '\n' ? UI_ENTER :
	    byte == 8		  ? UI_BACKSPACE :
				    byte;
	return true;
}

/* The end of the paste is looked for byte by byte; it may come in pieces. */
static bool
in_paste(struct key_decoder *d, struct key_event *event, unsigned char byte)
{
	if (byte == (unsigned char)paste_end[d->end_seen]) {
		if (++d->end_seen < sizeof(paste_end) - 1)
			return false;
		d->state = KEY_GROUND;
		event->key = UI_PASTE;
		return true;
	}
	buf_add(&d->paste, paste_end, d->end_seen);
	d->end_seen = 0;
	if (byte == 0x1b) {
		d->end_seen = 1;
		return false;
	}
	buf_putc(&d->paste, (char)byte);
	return false;
}

bool
key_feed(struct key_decoder *d, unsigned char byte, struct key_event *event)
{
	switch (d->state) {
	case KEY_ESC_SEEN:
		return after_esc(d, event, byte);
	case KEY_ESC_LATE:
		return after_late_esc(d, event, byte);
	case KEY_CSI:
		return in_csi(d, event, byte);
	case KEY_SS3:
		/* "ESC O 5 A" is an arrow with a modifier in old xterms. */
		if (byte >= '0' && byte <= '9')
			return false;
		return give(d, event,
		    byte > 0x20 && byte < 0x7f ? letter_key((char)byte) : 0);
	case KEY_LINUX_F:
		return give(d, event,
		    byte >= 'A' && byte <= 'E' ? UI_F1 + byte - 'A' : 0);
	case KEY_OLD_MOUSE:
		return ++d->len < 3 ? false : give(d, event, 0);
	case KEY_STRING:
		if (byte == 0x07)
			return give(d, event, 0);
		if (byte == 0x1b)
			d->state = KEY_STRING_ESC;
		return false;
	case KEY_STRING_ESC:
		if (byte == '\\')
			return give(d, event, 0);
		d->state = KEY_STRING;
		return false;
	case KEY_UTF8:
		return in_utf8(d, event, byte);
	case KEY_PASTING:
		return in_paste(d, event, byte);
	case KEY_GROUND:
		break;
	}
	return in_ground(d, event, byte);
}

int
key_patience(const struct key_decoder *d, int esc_ms)
{
	switch (d->state) {
	case KEY_GROUND:
		return -1;
	case KEY_ESC_SEEN:
		return esc_ms;
	case KEY_ESC_LATE:
		return LATE_MS;
	default:
		return BROKEN_MS;
	}
}

bool
key_timeout(struct key_decoder *d, struct key_event *event)
{
	switch (d->state) {
	case KEY_ESC_SEEN:
		d->state = KEY_ESC_LATE;
		event->key = UI_ESC;
		return true;
	case KEY_PASTING: /* a terminal that lost the end of its paste */
		d->state = KEY_GROUND;
		event->key = UI_PASTE;
		return true;
	default:
		return give(d, event, 0);
	}
}

const char *
key_label(int key, char *out)
{
	static const char *const names[] = {
		[UI_UP - UI_FIRST] = "Up", [UI_DOWN - UI_FIRST] = "Down",
		[UI_LEFT - UI_FIRST] = "Left", [UI_RIGHT - UI_FIRST] = "Right",
		[UI_HOME - UI_FIRST] = "Home", [UI_END - UI_FIRST] = "End",
		[UI_PGUP - UI_FIRST] = "PgUp", [UI_PGDN - UI_FIRST] = "PgDn",
		[UI_INSERT - UI_FIRST] = "Ins", [UI_DELETE - UI_FIRST] = "Del",
		[UI_BACKTAB - UI_FIRST] = "Shift-Tab",
	};

	if (key >= UI_F1 && key <= UI_F12)
		snprintf(out, 16, "F%d", key - UI_F1 + 1);
	else if (key > UI_FIRST && key < UI_F1)
		snprintf(out, 16, "%s", names[key - UI_FIRST]);
	else if (key == UI_TAB || key == UI_ENTER || key == UI_ESC ||
	    key == UI_SPACE || key == UI_BACKSPACE)
		snprintf(out, 16, "%s",
		    key == UI_TAB	    ? "Tab" :
			key == UI_ENTER	    ? "Enter" :
			key == UI_ESC	    ? "Esc" :
			key == UI_SPACE	    ? "Space" :
					      "Backspace");
	else if (key < 0x20)
		snprintf(out, 16, "^%c", key + '@');
	else
		snprintf(out, 16, "%c", key < 0x7f ? key : '?');
	return out;
}
