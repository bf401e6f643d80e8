#include "ui/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/settings.h"
#include "net/buf.h"
#include "net/i18n.h"
#include "ui/app.h"
#include "ui/cases.h"
#include "ui/desk.h"
#include "ui/tty.h"

#define COPY_MAX 74000 /* bytes of text that terminals take */

static void
base64(const unsigned char *b, size_t n, struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				     "pqrstuvwxyz0123456789+/";
	size_t i;

	for (i = 0; i < n; i += 3) {
		unsigned long v = (unsigned long)b[i] << 16;

		if (i + 1 < n)
			v |= (unsigned long)b[i + 1] << 8;
		if (i + 2 < n)
			v |= b[i + 2];
		buf_putc(out, digits[v >> 18 & 63]);
		buf_putc(out, digits[v >> 12 & 63]);
		buf_putc(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_putc(out, i + 2 < n ? digits[v & 63] : '=');
	}
}

void
copy_text(struct app *app, const char *text)
{
	bool tmux = getenv("TMUX") != NULL;
	size_t n = strlen(text);
	char path[512];
	bool filed = cases_copy(text, path, sizeof(path));
	struct buf out;

	if (app->desk->settings.no_osc52 || n > COPY_MAX) {
		app_say(app, filed ? _("%s; it is in %s") :
				     _("%s; w writes to a file"),
		    n > COPY_MAX ? _("Too long for a clipboard") :
				   _("No clipboard (--no-osc52)"), path);
		return;
	}
	buf_init(&out, 4 * COPY_MAX);
	/* tmux hands through what is wrapped, with its ESC doubled. */
	buf_puts(&out, tmux ? "\033Ptmux;\033\033]52;c;" : "\033]52;c;");
	base64((const unsigned char *)text, n, &out);
	buf_puts(&out, tmux ? "\a\033\\" : "\a");
	tty_raw(buf_str(&out), out.len);
	buf_clear(&out);
	app_say(app, filed ? _("Sent to your terminal's clipboard (if it "
			       "allows that); also in %s") :
			     _("Sent to your terminal's clipboard (if it "
			       "allows that)%s"), filed ? path : "");
}
