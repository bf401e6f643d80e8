#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/bounce/explain.h"
#include "core/file.h"
#include "net/i18n.h"
#include "ui/cases.h"
#include "ui/plain/plain.h"

/* What happened; a bounce or a log to begin with; a case that was kept. */

#define STORIES_AT_ONCE 3 /* a list that is heard, not seen */
#define PAGE 9

static void
story_item(const struct plain *p, size_t i, char *out, size_t size)
{
	const struct story_text *text =
	    story_text((enum story)(STORY_BOUNCE + (int)i));

	(void)p;
	snprintf(out, size, "%s%s%s%s", _(text->title),
	    text->hint[0] == '\0' || text->hint[0] == '(' ? " " : " (",
	    _(text->hint),
	    text->hint[0] == '\0' || text->hint[0] == '(' ? "" : ")");
}

enum place
plain_story(struct plain *p)
{
	struct menu menu = { .page = STORIES_AT_ONCE,
		.item = story_item,
		.help =
		    N_("Choose what is nearest. What it does is told then, and "
		       "< comes back here.") };
	struct case_file *files;
	int chosen;

	/* The last story is the list of cases, where there are any. */
	menu.count = STORY_COUNT - STORY_BOUNCE - (cases_list(&files) == 0);
	free(files);
	plain_say("What happened?\n");
	for (;;) {
		chosen = plain_choose(p, &menu, _("Choice"));
		if (chosen != CHOSE_BACK)
			break;
		plain_say("This is the first question; q leaves.\n");
	}
	if (chosen < 0)
		return plain_way(p, chosen, PLACE_STORY, PLACE_STORY);
	p->desk.form.story = (enum story)(STORY_BOUNCE + chosen);
	plain_say("%s\n", _(story_text(p->desk.form.story)->about));
	return p->desk.form.story == STORY_BOUNCE ? PLACE_BOUNCE :
	    p->desk.form.story == STORY_CASES	  ? PLACE_CASES :
						    PLACE_QUESTIONS;
}

/* ---- bounces and logs ---- */

static void
read_again(struct plain *p)
{
	explain_clear(&p->desk.bounce);
	memset(&p->desk.bounce, 0, sizeof(p->desk.bounce));
	explain_read(&p->desk.bounce, buf_str(&p->desk.bounce_text),
	    p->desk.bounce_text.len);
}

/* Up to a line with a dot alone, or the end; false: nobody is there. */
static bool
paste(struct plain *p)
{
	char line[PLAIN_LINE];

	plain_say("Paste it. End with a line that holds a single dot, or "
		  "with Ctrl-D.\n");
	buf_reset(&p->desk.bounce_text);
	for (;;) {
		enum came came = plain_line(p, true, line, sizeof(line));

		if (came == CAME_INTERRUPT) {
			buf_reset(&p->desk.bounce_text);
			return true;
		}
		if (came == CAME_END)
			return !p->lost;
		if (strcmp(line, ".") == 0)
			return true;
		buf_printf(&p->desk.bounce_text, "%s\n", line);
	}
}

static void
read_file(struct plain *p, const char *path)
{
	struct err err = { 0 };
	struct buf all;

	buf_reset(&p->desk.bounce_text);
	buf_init(&all, p->desk.bounce_text.max);
	if (file_read(path, &all, &err))
		buf_add(&p->desk.bounce_text, buf_str(&all), all.len);
	else
		plain_say("Problem: %s\n", err.text);
	buf_clear(&all);
}

static int
open_file(struct plain *p)
{
	char path[1024];
	enum typed answer;

	do {
		answer = plain_ask(p, _("Which file"), "", false, path,
		    sizeof(path));
		if (answer == TYPED_HELP)
			plain_say("A saved bounce (.eml), a mail log (.gz "
				  "too), or any text with the refusal in "
				  "it.\n");
	} while (answer == TYPED_HELP || answer == TYPED_MORE);
	if (answer != TYPED_TEXT)
		return answer == TYPED_BACK ? CHOSE_BACK :
		    answer == TYPED_QUIT    ? CHOSE_QUIT :
					       CHOSE_END;
	read_file(p, path);
	return 0;
}

static void
entry_item(const struct plain *p, size_t i, char *out, size_t size)
{
	const struct explain_entry *e = &p->desk.bounce.entries[i];

	snprintf(out, size, e->server[0] != '\0' ?
		_("%s%s%s refused by %s: %d %.200s") :
		"%s%s%s%s: %d %.200s",
	    e->when[0] != '\0' ? e->when : "", e->when[0] != '\0' ? ", " : "",
	    e->recipient[0] != '\0' ? e->recipient : _("(recipient not told)"),
	    e->server, e->code, e->text);
}

static void
fact(const char *label, const char *value, enum explain_source source)
{
	static const char *const sure[] = { "", N_(" (a guess)"),
		N_(" (told by its wording)"), "" };

	plain_say(" %s: %s%s\n", label,
	    value[0] != '\0' ? value : _("not in the text"),
	    value[0] != '\0' ? _(sure[source]) : "");
}

static void
show_entry(const struct explain_entry *e)
{
	char answer[1200], enhanced[16];

	plain_say("Read from it:\n");
	fact(_("recipient"), e->recipient, e->recipient_source);
	fact(_("sender"), e->sender, e->sender_source);
	fact(_("refused by"), e->server, e->server_source);
	if (e->code != 0) {
		snprintf(answer, sizeof(answer), "%d %s %s", e->code,
		    enhanced_text(&e->enhanced, enhanced), e->text);
		fact(_("answer"), answer, e->reply_source);
	}
	if (e->cause_count > 0)
		fact(_("may mean"), cause_title(e->causes[0].id), SOURCE_FIELD);
}

/* Which of several; a bounce with one recipient needs no question. */
static int
choose_entry(struct plain *p)
{
	struct menu menu = { .count = p->desk.bounce.count, .page = PAGE,
		.item = entry_item,
		.help = N_("Each line is one refusal; one of them is looked "
			"into.") };

	if (menu.count == 1)
		return 0;
	plain_say("%zu refusals were found.\n", menu.count);
	return plain_choose(p, &menu, _("Which one"));
}

static void
source_item(const struct plain *p, size_t i, char *out, size_t size)
{
	static const char *const names[] = { N_("Paste it"),
		N_("Open a file (a bounce or a mail log)"),
		N_("Go on without it (you will be asked)") };

	(void)p;
	snprintf(out, size, "%s", _(names[i]));
}

static enum place
understood(struct plain *p)
{
	int chosen;

	read_again(p);
	if (p->desk.bounce.count == 0) {
		plain_say(p->desk.bounce.note[0] != '\0' ?
			_("This does not look like a bounce. %s It seems to be "
			  "%s\n") :
			_("This does not look like a bounce. %s%s\n"),
		    explain_looked_for(), p->desk.bounce.note);
		plain_say("Its useful line begins with a three-digit number, "
			  "for example: 550 5.7.1 Unable to relay\n");
		return PLACE_BOUNCE;
	}
	chosen = choose_entry(p);
	if (chosen < 0)
		return plain_way(p, chosen, PLACE_BOUNCE, PLACE_BOUNCE);
	show_entry(&p->desk.bounce.entries[chosen]);
	form_take_entry(&p->desk.form, &p->desk.bounce.entries[chosen]);
	return PLACE_QUESTIONS;
}

enum place
plain_bounce(struct plain *p)
{
	static const struct menu menu = { .count = 3, .page = 3,
		.item = source_item,
		.help = N_("The text is read on this machine only; nothing is "
			"looked up yet.") };
	int chosen = plain_choose(p, &menu, _("Choice"));

	if (chosen == 2)
		return PLACE_QUESTIONS;
	if (chosen == 0 && !paste(p))
		return plain_way(p, CHOSE_END, PLACE_STORY, PLACE_STORY);
	if (chosen == 1)
		chosen = open_file(p);
	if (chosen < 0)
		return plain_way(p, chosen, PLACE_STORY, PLACE_BOUNCE);
	if (p->desk.bounce_text.len == 0)
		return PLACE_BOUNCE;
	return understood(p);
}

enum place
plain_bounce_file(struct plain *p, const char *path)
{
	read_file(p, path);
	return p->desk.bounce_text.len > 0 ? understood(p) : PLACE_BOUNCE;
}

/* ---- cases ---- */

static void
case_item(const struct plain *p, size_t i, char *out, size_t size)
{
	struct case_file *files;
	size_t n = cases_list(&files);
	char when[32] = "";
	struct tm tm;

	(void)p;
	if (i < n) {
		localtime_r(&files[i].changed, &tm);
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	}
	snprintf(out, size, "%s, %s", i < n ? files[i].name : _("gone"), when);
	free(files);
}

enum place
plain_cases(struct plain *p)
{
	struct menu menu = { .page = PAGE, .item = case_item,
		.help = N_("Cases that you kept, the newest first.") };
	struct case_file *files;
	struct err err = { 0 };
	enum place place = PLACE_CASES;
	int chosen;

	menu.count = cases_list(&files);
	if (menu.count == 0) {
		plain_say("No case has been kept yet.\n");
		free(files);
		return PLACE_STORY;
	}
	chosen = plain_choose(p, &menu, _("Which case"));
	if (chosen < 0) {
		place = plain_way(p, chosen, PLACE_STORY, PLACE_CASES);
	} else if (desk_load(&p->desk, files[chosen].path, &err)) {
		plain_show_result(p);
		place = PLACE_RESULT;
	} else {
		plain_say("Problem: %s\n", err.text);
	}
	free(files);
	return place;
}
