#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/mail_case.h"
#include "core/plan.h"
#include "core/settings.h"
#include "net/buf.h"
#include "version.h"

#define LINES_MAX 16384 /* bytes */

static json_t *
case_object(const struct mail_case *input)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i}", "recipient",
	    input->recipient.text, "sender", input->sender.text, "route",
	    route_name(input->route), "server", input->server, "port",
	    input->port);
}

static json_t *
experiments(const struct plan *plan)
{
	static const char *const grades[] = {
		[GRADE_PLAIN] = "plain",
		[GRADE_DISCLOSES] = "discloses",
		[GRADE_CREDENTIALS] = "credentials",
		[GRADE_COMMANDS] = "commands",
	};
	json_t *all = json_array();
	int i;

	for (i = 0; i < EXP_COUNT; i++) {
		enum experiment_id id = (enum experiment_id)i;

		json_array_append_new(all, json_pack(
		    "{s:s, s:s, s:s, s:b, s:b, s:s, s:s}", "name",
		    experiment_name(id), "title", experiment_title(id), "why",
		    experiment_why(id), "possible", plan->rows[i].possible,
		    "on", plan->rows[i].on, "grade",
		    grades[experiment_grade(id)], "detail",
		    plan->rows[i].detail));
	}
	return all;
}

/* A string for each line of the text, which is freed. */
static json_t *
lines_of(struct buf *text)
{
	json_t *all = json_array();
	const char *line;
	size_t n;

	for (line = buf_str(text); *line != '\0'; line += n + 1) {
		n = strcspn(line, "\n");
		json_array_append_new(all, json_stringn(line, n));
	}
	buf_clear(text);
	return all;
}

static json_t *
lines(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings)
{
	struct buf text;

	buf_init(&text, LINES_MAX);
	plan_session_lines(plan, input, settings, &text);
	return lines_of(&text);
}

/* What would be run on this machine; [] unless that is on. */
static json_t *
commands(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings)
{
	struct buf text;

	buf_init(&text, LINES_MAX);
	if (plan_on(plan, EXP_LOCAL))
		plan_commands(input, settings, &text);
	return lines_of(&text);
}

static json_t *
message(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings)
{
	json_t *value = json_null();
	struct buf text;

	if (!plan_on(plan, EXP_SEND))
		return value;
	buf_init(&text, LINES_MAX);
	plan_message(input, settings, &text);
	value = json_string(buf_str(&text));
	buf_clear(&text);
	return value;
}

void
plan_json(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings, struct buf *out)
{
	json_t *tree = json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o}",
	    "version", 1, "tool", "relaytrace " RT_VERSION, "case",
	    case_object(input), "experiments", experiments(plan), "session",
	    lines(plan, input, settings), "commands",
	    commands(plan, input, settings), "message",
	    message(plan, input, settings));
	char *text = json_dumps(tree, JSON_COMPACT);

	buf_puts(out, text != NULL ? text : "{}");
	buf_putc(out, '\n');
	free(text);
	json_decref(tree);
}
