#ifndef RT_UI_KEY_H
#define RT_UI_KEY_H

/*
 * Keys from the bytes a terminal sends, in any portion.  Sequences are
 * collected whole: those that are known (xterm, PuTTY, linux, rxvt, screen
 * and tmux send different ones for the same key) become a key, all others
 * vanish entirely, so that no tail of an unknown one is ever taken for a
 * command.  A bracketed paste comes out as one piece.
 *
 * Pure: bytes in, events out; the caller has the clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/buf.h"

/* Characters are their code point; keys stand above Unicode. */
enum key {
	KEY_NONE_ = 0,
	UI_TAB = 9,
	UI_ENTER = 13,
	UI_ESC = 27,
	UI_SPACE = 32,
	UI_BACKSPACE = 127,
	UI_FIRST = 0x110000,
	UI_UP,
	UI_DOWN,
	UI_LEFT,
	UI_RIGHT,
	UI_HOME,
	UI_END,
	UI_PGUP,
	UI_PGDN,
	UI_INSERT,
	UI_DELETE,
	UI_BACKTAB,
	UI_F1,
	UI_F12 = UI_F1 + 11,
	UI_MOUSE, /* row and column in the event */
	UI_WHEEL_UP,
	UI_WHEEL_DOWN,
	UI_PASTE, /* the text is in the decoder's `paste` */
};

#define UI_CTRL(letter) ((letter) & 0x1f)

#define KEY_PASTE_MAX (1024 * 1024) /* bytes kept of one paste */

enum key_state {
	KEY_GROUND,
	KEY_ESC_SEEN,  /* ESC alone so far */
	KEY_ESC_LATE,  /* it was given out as Esc; its tail may still come */
	KEY_CSI,       /* ESC [ ... */
	KEY_SS3,       /* ESC O x */
	KEY_LINUX_F,   /* ESC [ [ x */
	KEY_OLD_MOUSE, /* ESC [ M and three bytes, which look like letters */
	KEY_STRING,    /* OSC, DCS and their like, up to BEL or ST */
	KEY_STRING_ESC,
	KEY_UTF8,
	KEY_PASTING,
};

struct key_event {
	int key; /* enum key or a code point */
	int row, col; /* UI_MOUSE: from 0 */
};

struct key_decoder {
	enum key_state state;
	char params[32]; /* of the CSI sequence; longer ones are unknown */
	size_t len;
	bool late, dropped;
	char utf8[4];
	size_t utf8_len, utf8_want;
	struct buf paste;
	size_t end_seen; /* bytes of the paste's end sequence matched */
};

void key_decoder_init(struct key_decoder *decoder);
void key_decoder_clear(struct key_decoder *decoder);

/* Takes one byte; true if it completed an event. */
bool key_feed(struct key_decoder *decoder, unsigned char byte,
    struct key_event *event);

/*
 * ms after which key_timeout() is to be called if no byte comes, or -1:
 * `esc_ms` for a lone Esc, longer for the rest of a broken sequence.
 */
int key_patience(const struct key_decoder *decoder, int esc_ms);
/* That time has passed; true if an event came of it. */
bool key_timeout(struct key_decoder *decoder, struct key_event *event);

/* "Enter", "PgUp", "^L", "F5", "x"; returns `out` (16 bytes). */
const char *key_label(int key, char *out);

#endif
