#include <stdio.h>
#include <string.h>

#include "core/plan.h"
#include "core/report/report.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "ui/plain/plain.h"

/* The questions of the form, one after the other, then the plan. */

#define QUESTIONS 24

static size_t
questions_of(struct plain *p, enum question_id ids[QUESTIONS])
{
	struct form_item items[FORM_ITEMS];
	size_t i, n = 0, count = form_items(&p->desk.form, p->more, items);

	for (i = 0; i < count; i++)
		if (n == 0 || ids[n - 1] != items[i].question)
			ids[n++] = items[i].question;
	return n;
}

static void
explain(enum question_id id)
{
	const struct question_text *text = question_text(id);

	plain_text(_(text->help));
	if (text->hint[0] != '\0')
		plain_say("Hint: %s\n", _(text->hint));
	plain_say("< goes back, m asks further questions too, q leaves, an "
		  "empty line keeps what stands in brackets, - empties it.\n");
}

/* Says what is wrong, offers the likely correction; true: it can stay. */
static int
look_at(struct plain *p, enum question_id id)
{
	char *value = p->desk.form.text[id];
	struct remark remark;
	char question[400];
	int yes;

	form_check(&p->desk.form, id, &remark);
	if (remark.text[0] != '\0')
		plain_say(" %s: %s.\n",
		    remark.kind == REMARK_BLOCKS ? _("Problem") : _("Note"),
		    remark.text);
	if (remark.suggestion[0] == '\0')
		return remark.kind != REMARK_BLOCKS;
	snprintf(question, sizeof(question), _(" Did you mean %s?"),
	    remark.suggestion);
	yes = plain_yes(p, question, true, NULL);
	if (yes == 1) {
		snprintf(value, FORM_TEXT, "%s", remark.suggestion);
		return look_at(p, id);
	}
	return yes == CHOSE_BACK ? 0 :
	    yes < 0		 ? yes :
				   remark.kind != REMARK_BLOCKS;
}

/* 1: answered; CHOSE_*: as told. */
static int
ask_text(struct plain *p, enum question_id id, const char *place)
{
	const struct question_text *text = question_text(id);
	char *value = p->desk.form.text[id], prompt[200];
	char typed[FORM_TEXT];
	int good;

	snprintf(prompt, sizeof(prompt), "%s%s", place, _(text->prompt));
	for (;;) {
		switch (plain_ask(p, prompt, value, text->secret, typed,
		    sizeof(typed))) {
		case TYPED_HELP:
			explain(id);
			continue;
		case TYPED_MORE:
			p->more = !p->more;
			plain_say(p->more ? _("The further questions will be "
					    "asked too.\n") :
					    _("Only the usual questions will "
					    "be asked.\n"));
			continue;
		case TYPED_BACK:
			return CHOSE_BACK;
		case TYPED_QUIT:
			return CHOSE_QUIT;
		case TYPED_END:
			return CHOSE_END;
		case TYPED_TEXT:
			break;
		}
		snprintf(value, FORM_TEXT, "%s", typed);
		mem_wipe(typed, sizeof(typed));
		good = look_at(p, id);
		if (good != 0)
			return good;
	}
}

static const struct question_text *choices; /* while a menu is shown */

static void
option_item(const struct plain *p, size_t i, char *out, size_t size)
{
	(void)p;
	snprintf(out, size, "%s", _(choices->options[i].label));
}

static int
ask_choice(struct plain *p, enum question_id id, const char *place)
{
	const struct question_text *text = question_text(id);
	struct menu menu = { .help = text->help, .item = option_item,
		.count = (size_t)text->option_count, .page = 9 };
	char prompt[200];
	int chosen, field;

	for (;;) {
		choices = text;
		plain_say("%s%s? (now: %s)\n", place, _(text->prompt),
		    _(text->options[p->desk.form.choice[id]].label));
		snprintf(prompt, sizeof(prompt), "%s", _("Choice"));
		chosen = plain_choose(p, &menu, prompt);
		if (chosen < 0)
			return chosen;
		p->desk.form.choice[id] = chosen;
		field = text->options[chosen].field;
		if (field < 0)
			return 1;
		chosen = ask_text(p, (enum question_id)field, " ");
		if (chosen != CHOSE_BACK)
			return chosen;
	}
}

static int
ask(struct plain *p, enum question_id id, size_t place, size_t count)
{
	char words[64];

	snprintf(words, sizeof(words), _("Question %zu of %zu. "), place,
	    count);
	return question_text(id)->options != NULL ? ask_choice(p, id, words) :
						    ask_text(p, id, words);
}

enum place
plain_questions(struct plain *p)
{
	enum question_id ids[QUESTIONS];
	enum place back = p->desk.form.story == STORY_BOUNCE ? PLACE_BOUNCE :
							       PLACE_STORY;
	struct err err = { 0 };
	size_t i = 0, count;
	int chosen;

	while (count = questions_of(p, ids), i < count) {
		chosen = ask(p, ids[i], i + 1, count);
		if (chosen == CHOSE_BACK && i > 0) {
			i--;
			continue;
		}
		if (chosen == CHOSE_QUIT &&
		    plain_quit(p, PLACE_QUESTIONS) == PLACE_QUESTIONS)
			continue;
		if (chosen == CHOSE_QUIT)
			return PLACE_LEAVE;
		if (chosen < 0)
			return plain_way(p, chosen, back, PLACE_QUESTIONS);
		i++;
	}
	if (desk_prepare(&p->desk, &err))
		return PLACE_PLAN;
	plain_say("Problem: %s\n", err.text);
	return PLACE_QUESTIONS;
}

/* ---- the plan ---- */

static size_t
graded(const struct plan *plan, enum grade grade, enum experiment_id *ids)
{
	size_t n = 0;
	int i;

	for (i = 0; i < EXP_COUNT; i++)
		if (plan_on(plan, (enum experiment_id)i) &&
		    experiment_grade((enum experiment_id)i) == grade)
			ids[n++] = (enum experiment_id)i;
	return n;
}

static void
show_commands(const struct plain *p)
{
	struct buf text;

	buf_init(&text, REPORT_MAX);
	plan_commands(&p->desk.session->input, &p->desk.settings, &text);
	plain_say("These are the commands; they only read:\n");
	plain_text(buf_str(&text));
	buf_clear(&text);
}

bool
plain_agrees(struct plain *p, enum experiment_id id)
{
	static const char *const does[] = {
		[GRADE_DISCLOSES] = N_("tells somebody else that you are "
				      "asking, or may count against you"),
		[GRADE_CREDENTIALS] = N_("sends your login"),
		[GRADE_COMMANDS] = N_("runs commands on this machine, if it "
				     "is one of the servers asked"),
	};
	char question[400];

	if (experiment_grade(id) == GRADE_PLAIN)
		return true;
	if (experiment_grade(id) == GRADE_COMMANDS)
		show_commands(p);
	snprintf(question, sizeof(question), _("%s: this %s. Agreed?"),
	    experiment_title(id), _(does[experiment_grade(id)]));
	return plain_yes(p, question, false, experiment_why(id)) == 1;
}

static enum experiment_id
nth_possible(const struct plan *plan, size_t n)
{
	int i;

	for (i = 0; i < EXP_COUNT; i++)
		if (plan->rows[i].possible && n-- == 0)
			break;
	return (enum experiment_id)i;
}

static void
row_item(const struct plain *p, size_t i, char *out, size_t size)
{
	const struct plan *plan = &p->desk.session->plan;
	enum experiment_id id = nth_possible(plan, i);
	enum grade grade;

	if (id == EXP_COUNT) {
		snprintf(out, size, _("show every line that will be sent"));
	} else {
		grade = experiment_grade(id);
		snprintf(out, size, "%s: %s%s", plan_on(plan, id) ? _("on") :
								    _("off"),
		    experiment_title(id),
		    grade == GRADE_DISCLOSES	   ? _(" (asks again)") :
			grade == GRADE_COMMANDS	   ? _(" (shows commands)") :
			grade == GRADE_CREDENTIALS ? _(" (sends the login)") :
						     "");
	}
}

static void
show_lines(const struct plain *p)
{
	struct buf text;

	buf_init(&text, REPORT_MAX);
	plan_text(&p->desk.session->plan, &p->desk.session->input,
	    &p->desk.settings, &text);
	plain_text(buf_str(&text));
	buf_clear(&text);
}

/* Switching rows on and off, until the person goes back. */
static int
details(struct plain *p)
{
	struct plan *plan = &p->desk.session->plan;
	struct menu menu = { .page = 99, .item = row_item,
		.help = N_("A number switches that part on or off; < goes back "
			"to the question whether to start.") };
	enum experiment_id id;
	int chosen;

	while (nth_possible(plan, menu.count) != EXP_COUNT)
		menu.count++;
	menu.count++;
	for (;;) {
		chosen = plain_choose(p, &menu, _("Switch which (<: done)"));
		if (chosen < 0)
			return chosen == CHOSE_BACK ? 0 : chosen;
		id = nth_possible(plan, (size_t)chosen);
		if (id == EXP_COUNT)
			show_lines(p);
		else if (plan_on(plan, id))
			plan_switch(plan, id, false);
		else if ((p->agreed[id] = plain_agrees(p, id)))
			plan_switch(plan, id, true);
	}
}

static void
show_plan(const struct plain *p)
{
	const struct session *s = p->desk.session;
	enum experiment_id ids[EXP_COUNT];

	plain_say("Plan for %s, from <%s>, as EHLO %s: %zu kinds of question "
		  "that look like ordinary mail traffic, %zu that disclose, "
		  "%zu with your login; %s.\n",
	    s->input.recipient.text, s->input.sender.mailbox,
	    s->helo[0] != '\0' ? s->helo : _("with this machine's address"),
	    graded(&s->plan, GRADE_PLAIN, ids),
	    graded(&s->plan, GRADE_DISCLOSES, ids),
	    graded(&s->plan, GRADE_CREDENTIALS, ids),
	    p->desk.settings.send ?
		_("one real test message, as you allowed by --send") :
		_("nothing past RCPT TO"));
}

/*
 * Each grade beyond ordinary traffic is agreed to by itself, where it was not
 * in the details.
 */
static bool
agree_to_grades(struct plain *p)
{
	struct plan *plan = &p->desk.session->plan;
	enum experiment_id ids[EXP_COUNT];
	static const enum grade grades[] = { GRADE_DISCLOSES,
		GRADE_CREDENTIALS, GRADE_COMMANDS };
	size_t g, i, n;

	for (g = 0; g < sizeof(grades) / sizeof(grades[0]); g++) {
		n = graded(plan, grades[g], ids);
		for (i = 0; i < n && !p->ended; i++)
			if (!p->agreed[ids[i]] && !plain_agrees(p, ids[i]))
				plan_switch(plan, ids[i], false);
	}
	return !p->ended;
}

enum place
plain_plan(struct plain *p)
{
	const enum place back = p->desk.session_loaded ? PLACE_RESULT :
							 PLACE_QUESTIONS;
	char text[64];
	int way = 0;

	memset(p->agreed, 0, sizeof(p->agreed));
	show_plan(p);
	while (way == 0) {
		switch (plain_ask(p, _("Start? yes/no/details"), _("no"), false,
		    text, sizeof(text))) {
		case TYPED_HELP:
			plain_say("yes starts the probes; details lists "
				  "them, switches each on or off and shows "
				  "every line that will be sent; no goes "
				  "back to the questions.\n");
			continue;
		case TYPED_BACK:
			return back;
		case TYPED_QUIT:
			return plain_quit(p, PLACE_PLAN);
		case TYPED_END:
			way = CHOSE_END;
			continue;
		default:
			break;
		}
		if (plain_is(text, N_("details"))) {
			way = details(p);
		} else if (plain_is(text, N_("no"))) {
			return back;
		} else if (plain_is(text, N_("yes")) && agree_to_grades(p)) {
			desk_start(&p->desk);
			plain_forget_news(p);
			return PLACE_PROBE;
		} else {
			plain_say("yes, no or details.\n");
		}
	}
	return plain_way(p, way, back, PLACE_PLAN);
}
