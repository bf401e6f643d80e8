#include "ui/plain/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "net/i18n.h"
#include "net/mem.h"
#include "ui/cases.h"
#include "ui/plain.h"
#include "version.h"

#define USELESS_STATUS 2

/* The line broke with a case open: go on with it? */
static enum place
offer_lost(struct plain *p)
{
	struct case_file file;
	struct err err = { 0 };
	char when[32], question[300];
	struct tm tm;
	int answer;

	if (!cases_lost(&file))
		return PLACE_STORY;
	localtime_r(&file.changed, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	snprintf(question, sizeof(question),
	    _("The line was lost at %s with the case %s open. Go on with it?"),
	    when, file.name);
	answer = plain_yes(p, question, true, NULL);
	if (answer == CHOSE_QUIT || answer == CHOSE_END) /* asked next time */
		return plain_way(p, answer, PLACE_STORY, PLACE_STORY);
	cases_forget_lost();
	if (answer != 1)
		return PLACE_STORY;
	if (!desk_load(&p->desk, file.path, &err)) {
		plain_say("Problem: %s\n", err.text);
		return PLACE_STORY;
	}
	plain_show_result(p);
	return PLACE_RESULT;
}

/*
 * As on the screens: a recipient leads to the plan, with a sender too the
 * run begins at once.
 */
static enum place
begin(struct plain *p, const struct settings *s, bool kept)
{
	struct err err = { 0 };

	if (kept) {
		plain_show_result(p);
		return PLACE_RESULT;
	}
	if (s->bounce != NULL) {
		p->desk.form.story = STORY_BOUNCE;
		return plain_bounce_file(p, s->bounce);
	} else if (s->recipients.count == 0) {
		return offer_lost(p);
	} else if (desk_prepare(&p->desk, &err)) {
		if (s->from == NULL || p->desk.world != NULL)
			return PLACE_PLAN;
		desk_start(&p->desk);
		return PLACE_PROBE;
	}
	plain_say("Problem: %s\n", err.text);
	return PLACE_QUESTIONS;
}

static enum place
visit(struct plain *p, enum place place)
{
	static enum place (*const places[])(struct plain *) = {
		[PLACE_STORY] = plain_story,
		[PLACE_BOUNCE] = plain_bounce,
		[PLACE_CASES] = plain_cases,
		[PLACE_QUESTIONS] = plain_questions,
		[PLACE_PLAN] = plain_plan,
		[PLACE_PROBE] = plain_probe,
		[PLACE_RESULT] = plain_result,
	};

	return places[place](p);
}

/* The input that ended before there was a result was no use to anybody. */
static int
farewell(const struct plain *p)
{
	const struct session *s = p->desk.session;

	if (p->lost)
		return 0;
	if (p->desk.kept_as[0] != '\0')
		plain_say("The case is kept in %s\n", p->desk.kept_as);
	if (p->ended && (s == NULL || s->probe_count == 0)) {
		fflush(stdout);
		fprintf(stderr,
		    _("relaytrace: the input ended before anything was "
		      "asked\n"));
		return USELESS_STATUS;
	}
	return 0;
}

int
plain_run(const struct settings *settings,
    const struct credentials *cred, struct loop *loop,
    const struct world *world, const char *kept, const char *why,
    struct err *err)
{
	struct plain *p = mem_alloc(sizeof(*p));
	enum place place;
	int status;

	p->app.loop = loop;
	p->app.desk = &p->desk;
	if (!plain_open(p, err)) {
		fprintf(stderr, "relaytrace: %s\n", err->text);
		free(p);
		return USELESS_STATUS;
	}
	desk_init(&p->desk, &p->app, settings, world);
	p->desk.cred = *cred;
	plain_say("relaytrace %s, plain mode%s%s. Type ? for help, < to go "
		  "back, q to leave.\n",
	    RT_VERSION, why != NULL ? ": " : "", why != NULL ? why : "");
	if (kept != NULL && !desk_load(&p->desk, kept, err)) {
		fflush(stdout);
		fprintf(stderr, "relaytrace: %s\n", err->text);
		status = USELESS_STATUS;
	} else {
		place = begin(p, settings, kept != NULL);
		while (place != PLACE_LEAVE)
			place = visit(p, place);
		if (p->lost)
			desk_keep_lost(&p->desk);
		status = farewell(p);
	}
	plain_close(p);
	desk_clear(&p->desk);
	plain_forget_news(p);
	mem_wipe(p, sizeof(*p));
	free(p);
	return status;
}
