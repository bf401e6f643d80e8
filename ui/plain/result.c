#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/report/report.h"
#include "net/i18n.h"
#include "ui/plain/plain.h"
#include "ui/reader.h"

/* What can be done with a result. */

#define PAGE 9

enum act {
	ACT_EVIDENCE,
	ACT_REMEDY,
	ACT_MESSAGE,
	ACT_AGAIN,
	ACT_EXPORT,
	ACT_FINDINGS,
	ACT_TRANSCRIPT,
	ACT_FURTHER,
	ACT_KEEP,
	ACT_COUNT,
};

static void
act_item(const struct plain *p, size_t i, char *out, size_t size)
{
	static const char *const names[ACT_COUNT] = {
		[ACT_EVIDENCE] = N_("evidence"),
		[ACT_REMEDY] = N_("what to do"),
		[ACT_MESSAGE] = N_("message to them"),
		[ACT_AGAIN] = N_("test again"),
		[ACT_EXPORT] = N_("export"),
		[ACT_FINDINGS] = N_("findings"),
		[ACT_TRANSCRIPT] = N_("transcripts"),
		[ACT_FURTHER] = N_("look further"),
		[ACT_KEEP] = N_("keep"),
	};

	(void)p;
	snprintf(out, size, "%s", _(names[i]));
}

static void
cause_item(const struct plain *p, size_t i, char *out, size_t size)
{
	snprintf(out, size, "%s",
	    cause_title(p->desk.session->diagnosis.causes[i].id));
}

/* Which cause is meant; the only one needs no question. */
static int
which_cause(struct plain *p)
{
	struct menu menu = { .page = PAGE, .item = cause_item,
		.count = p->desk.session->diagnosis.cause_count };

	if (menu.count == 0)
		plain_say("No cause could be named.\n");
	return menu.count == 0 ? CHOSE_BACK :
	    menu.count == 1    ? 0 :
				 plain_choose(p, &menu, _("Of which cause"));
}

static void
probe_item(const struct plain *p, size_t i, char *out, size_t size)
{
	const struct probe *probe = p->desk.session->probes[i];

	snprintf(out, size, probe->transcript.failure > 0 ?
		_("%s, %s, failed at: %s") :
		"%s, %s%s", probe->subject,
	    _(probe_status_name(probe->status)),
	    probe->transcript.failure > 0 ?
		probe->transcript.lines[probe->transcript.failure - 1].text :
		"");
}

static int
transcripts(struct plain *p)
{
	struct menu menu = { .page = PAGE, .item = probe_item,
		.count = p->desk.session->probe_count };
	int chosen;

	if (menu.count == 0) {
		plain_say("No probe has run.\n");
		return 0;
	}
	chosen = plain_choose(p, &menu, _("Which transcript"));
	if (chosen >= 0)
		plain_show_transcript(p->desk.session->probes[chosen]);
	return chosen;
}

static void
reader_item(const struct plain *p, size_t i, char *out, size_t size)
{
	(void)p;
	snprintf(out, size, "%s: %s", _(reader_nth(i)->title),
	    _(reader_nth(i)->what));
}

static bool
write_report(const struct plain *p, const struct reader *reader,
    const char *path)
{
	char here[256];
	struct err err = { 0 };
	struct buf text;
	bool good;

	buf_init(&text, REPORT_MAX);
	good = reader_render(reader, p->desk.session, NULL, &text, &err) &&
	    file_write(path, buf_str(&text), text.len, 0600, &err);
	buf_clear(&text);
	if (good)
		plain_say(path[0] == '/' ? _("Written: %s%s.\n") :
					   _("Written: %s in %s.\n"), path,
		    path[0] == '/'			 ? "" :
			getcwd(here, sizeof(here)) != NULL ? here :
							     _("this folder"));
	else
		plain_say("Problem: %s\n", err.text);
	return good;
}

static void
keep(struct plain *p)
{
	if (desk_keep(&p->desk))
		plain_say("The case is kept in %s\n", p->desk.kept_as);
	plain_message(p);
}

static int
export(struct plain *p)
{
	static const struct menu menu = { .count = READERS, .page = PAGE,
		.item = reader_item,
		.help = N_("Passwords and login data are always left out.") };
	const struct reader *reader;
	char proposed[200], path[1024];
	enum typed answer;
	int chosen, over;

	plain_say("For whom?\n");
	chosen = plain_choose(p, &menu, _("Choice"));
	if (chosen < 0)
		return chosen;
	reader = reader_nth((size_t)chosen);
	if (reader->ending[0] == '\0') {
		keep(p);
		return 0;
	}
	reader_file_name(reader, p->desk.session, proposed, sizeof(proposed));
	for (;;) {
		answer = plain_ask(p, _("File"), proposed, false, path,
		    sizeof(path));
		if (answer == TYPED_BACK)
			return CHOSE_BACK;
		if (answer == TYPED_QUIT)
			return CHOSE_QUIT;
		if (answer == TYPED_END)
			return CHOSE_END;
		if (answer != TYPED_TEXT || path[0] == '\0') {
			plain_say("The name of the file to write.\n");
			continue;
		}
		over = access(path, F_OK) != 0 ? 1 :
		    plain_yes(p, _("It exists. Replace it?"), false, NULL);
		if (over < 0)
			return over;
		if (over == 1 && write_report(p, reader, path))
			return 0;
	}
}

static enum experiment_id
nth_off(const struct plan *plan, size_t n)
{
	int i;

	for (i = 0; i < EXP_COUNT; i++)
		if (plan->rows[i].possible && !plan->rows[i].on && n-- == 0)
			break;
	return (enum experiment_id)i;
}

static void
off_item(const struct plain *p, size_t i, char *out, size_t size)
{
	enum experiment_id id = nth_off(&p->desk.session->plan, i);

	snprintf(out, size, _("%s: settles %s%s"), experiment_title(id),
	    experiment_why(id),
	    experiment_grade(id) == GRADE_PLAIN ? "" : _(" (asks again)"));
}

/* 1: it runs. */
static int
further(struct plain *p)
{
	struct session *s = p->desk.session;
	struct menu menu = { .page = PAGE, .item = off_item };
	enum experiment_id id;
	int chosen;

	while (nth_off(&s->plan, menu.count) != EXP_COUNT)
		menu.count++;
	if (menu.count == 0 || p->desk.session_loaded) {
		plain_say(menu.count == 0 ?
			_("Everything that is possible was looked at.\n") :
			_("This case was read from a file; test it again "
			"first.\n"));
		return 0;
	}
	chosen = plain_choose(p, &menu, _("Look at which"));
	if (chosen < 0)
		return chosen;
	id = nth_off(&s->plan, (size_t)chosen);
	if (!plain_agrees(p, id))
		return 0;
	if (session_run_experiment(s, id))
		return 1;
	plain_say("That is not possible here.\n");
	return 0;
}

static void
message(const struct plain *p)
{
	struct buf text;

	buf_init(&text, REPORT_MAX);
	report_message(p->desk.session, &text);
	plain_text(buf_str(&text));
	buf_clear(&text);
}

#define AGREE_FIRST 2

/* The password of a kept case is in no file; then its plan comes. */
static int
again_from_file(struct plain *p)
{
	char *password = p->desk.form.text[Q_PASSWORD], prompt[600];
	enum typed answer;

	if (!desk_wants_password(&p->desk))
		return AGREE_FIRST;
	snprintf(prompt, sizeof(prompt),
	    _("Password of %s (empty: without the login)"),
	    p->desk.settings.user);
	do {
		answer = plain_ask(p, prompt, "", true, password, FORM_TEXT);
		if (answer == TYPED_HELP)
			plain_say("%s\n", _(question_text(Q_PASSWORD)->help));
	} while (answer == TYPED_HELP || answer == TYPED_MORE);
	if (answer != TYPED_TEXT)
		return answer == TYPED_BACK ? 0 :
		    answer == TYPED_QUIT    ? CHOSE_QUIT :
					       CHOSE_END;
	if (password[0] == '\0')
		plan_switch(&p->desk.session->plan, EXP_LOGIN, false);
	return AGREE_FIRST;
}

/*
 * CHOSE_*, or 0 for once more, or 1 where probes run now, or AGREE_FIRST for
 * the plan.
 */
static int
act(struct plain *p, enum act what)
{
	int cause;

	switch (what) {
	case ACT_EVIDENCE:
	case ACT_REMEDY:
		cause = which_cause(p);
		if (cause < 0)
			return cause;
		if (what == ACT_EVIDENCE)
			plain_show_evidence(p, (size_t)cause);
		else
			plain_show_remedy(p, (size_t)cause);
		return 0;
	case ACT_MESSAGE:
		message(p);
		return 0;
	case ACT_AGAIN:
		if (p->desk.session_loaded)
			return again_from_file(p);
		desk_again(&p->desk);
		plain_forget_news(p);
		return desk_running(&p->desk);
	case ACT_EXPORT:
		return export(p);
	case ACT_FINDINGS:
		plain_show_findings(p);
		return 0;
	case ACT_TRANSCRIPT:
		return transcripts(p);
	case ACT_FURTHER:
		return further(p);
	default:
		keep(p);
		return 0;
	}
}

enum place
plain_result(struct plain *p)
{
	static const struct menu menu = { .count = ACT_COUNT, .page = PAGE,
		.item = act_item, .one_line = true,
		.help = N_("Nothing of this asks anybody anything, but for "
			"\"test again\" and \"look further\".") };
	int chosen, way;

	for (;;) {
		plain_message(p);
		chosen = plain_choose(p, &menu, _("Choice"));
		way = chosen < 0 ? chosen : act(p, (enum act)chosen);
		if (way == 1)
			return PLACE_PROBE;
		if (way == AGREE_FIRST)
			return PLACE_PLAN;
		if (way == CHOSE_BACK && chosen >= 0)
			continue; /* out of the choice, not of the result */
		if (way < 0)
			return plain_way(p, way,
			    p->desk.session_loaded ? PLACE_STORY :
						     PLACE_QUESTIONS,
			    PLACE_RESULT);
	}
}
