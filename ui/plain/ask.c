#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/plain/plain.h"

static const char everywhere[] = N_(
    "At every prompt: ? explains, < goes back, q leaves, Ctrl-C gives up. An "
    "empty line takes what stands in brackets; a single - empties a field.");

/* The terminal's echo is off while a password is typed. */
static bool
echo(bool on, struct termios *saved)
{
	struct termios silent;

	if (on)
		return tcsetattr(STDIN_FILENO, TCSADRAIN, saved) == 0;
	if (tcgetattr(STDIN_FILENO, saved) != 0)
		return false;
	silent = *saved;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent.c_lflag |= ECHONL;
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
}

static enum typed
meaning(const char *text)
{
	static const struct {
		const char *word;
		enum typed answer;
	} words[] = {
		{ "?", TYPED_HELP },
		{ "<", TYPED_BACK },
		{ "q", TYPED_QUIT },
		{ "m", TYPED_MORE },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i].word) == 0)
			return words[i].answer;
	return TYPED_TEXT;
}

enum typed
plain_ask(struct plain *p, const char *prompt, const char *value,
    bool secret, char *out, size_t size)
{
	struct termios saved;
	char line[PLAIN_LINE];
	bool silent = secret && echo(false, &saved);
	const char *text;
	enum typed answer;
	enum came came;

	plain_message(p);
	if (value[0] != '\0')
		plain_say("%s [%s]: ", prompt, secret ? _("kept") : value);
	else
		plain_say("%s: ", prompt);
	came = plain_line(p, false, line, sizeof(line));
	if (silent)
		echo(true, &saved);
	if (came == CAME_INTERRUPT) {
		putchar('\n');
		return TYPED_QUIT;
	}
	if (came != CAME_LINE) {
		putchar('\n');
		return TYPED_END;
	}
	text = secret ? line : text_trim(line);
	answer = meaning(text);
	if (answer == TYPED_TEXT)
		snprintf(out, size, "%s",
		    text[0] == '\0' ? value :
			strcmp(text, "-") == 0 ? "" : text);
	mem_wipe(line, sizeof(line));
	return answer;
}

static int
chose(enum typed answer)
{
	return answer == TYPED_BACK ? CHOSE_BACK :
	    answer == TYPED_QUIT    ? CHOSE_QUIT :
				       CHOSE_END;
}

static void
help(const char *text)
{
	if (text != NULL)
		plain_text(_(text));
	plain_text(_(everywhere));
}

static size_t
show_items(struct plain *p, const struct menu *menu, size_t from)
{
	size_t to = from + menu->page, i;
	char text[1200];

	if (to > menu->count)
		to = menu->count;
	for (i = from; i < to; i++) {
		menu->item(p, i, text, sizeof(text));
		plain_say(" %zu %s%s", i + 1, text,
		    menu->one_line && i + 1 < to ? " " : "\n");
	}
	if (to < menu->count)
		plain_say(" (%zu more, type m)\n", menu->count - to);
	return to;
}

int
plain_choose(struct plain *p, const struct menu *menu, const char *prompt)
{
	size_t shown = show_items(p, menu, 0);
	char text[64], *end;

	for (;;) {
		enum typed answer = plain_ask(p, prompt, "", false, text,
		    sizeof(text));
		unsigned long n;

		if (answer == TYPED_HELP) {
			help(menu->help);
			shown = show_items(p, menu, 0);
		} else if (answer == TYPED_MORE) {
			shown = show_items(p, menu,
			    shown < menu->count ? shown : 0);
		} else if (answer != TYPED_TEXT) {
			return chose(answer);
		} else {
			n = strtoul(text, &end, 10);
			if (text[0] >= '0' && text[0] <= '9' &&
			    *end == '\0' && n >= 1 && n <= menu->count)
				return (int)n - 1;
			plain_say("A number from 1 to %zu chooses.\n",
			    menu->count);
		}
	}
}

bool
plain_is(const char *typed, const char *word)
{
	const char *own = _(word);
	size_t n = strlen(typed);

	return n > 0 && (text_istarts(word, typed) || text_istarts(own, typed));
}

int
plain_yes(struct plain *p, const char *question, bool otherwise,
    const char *explanation)
{
	char prompt[600], text[64];

	snprintf(prompt, sizeof(prompt), _("%s yes/no"), question);
	for (;;) {
		enum typed answer = plain_ask(p, prompt,
		    otherwise ? _("yes") : _("no"), false, text, sizeof(text));

		if (answer == TYPED_HELP)
			help(explanation);
		else if (answer != TYPED_TEXT && answer != TYPED_MORE)
			return chose(answer);
		else if (plain_is(text, N_("yes")))
			return 1;
		else if (plain_is(text, N_("no")))
			return 0;
		else
			plain_say("Please answer yes or no.\n");
	}
}

enum place
plain_quit(struct plain *p, enum place here)
{
	int keep;

	if (desk_running(&p->desk))
		desk_stop(&p->desk);
	if (!desk_unsaved(&p->desk))
		return plain_yes(p, _("Leave?"), true, NULL) == 0 ? here :
								 PLACE_LEAVE;
	keep = plain_yes(p, _("Leave. Keep the case?"), true,
	    _("A kept case can be opened, tested again and compared. < stays "
	    "here."));
	if (keep == CHOSE_BACK)
		return here;
	if (keep == 0)
		return PLACE_LEAVE;
	if (!desk_keep(&p->desk) && keep == 1) {
		plain_message(p);
		return here;
	}
	return PLACE_LEAVE;
}

enum place
plain_way(struct plain *p, int chosen, enum place back, enum place here)
{
	if (chosen == CHOSE_BACK)
		return back;
	if (chosen == CHOSE_QUIT)
		return plain_quit(p, here);
	if (!p->lost)
		desk_keep(&p->desk); /* nobody can be asked any more */
	return PLACE_LEAVE;
}
