#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain_entry.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/mem.h"

/* Jansson takes valid UTF-8 only. */
static json_t *
text_value(const char *s)
{
	struct buf utf8;
	json_t *value;

	buf_init(&utf8, 64 << 10);
	text_utf8(s, strlen(s), &utf8);
	value = json_stringn(buf_str(&utf8), utf8.len);
	buf_clear(&utf8);
	return value != NULL ? value : json_string("");
}

void
explain_put(json_t *object, const char *name, const char *s)
{
	json_object_set_new(object, name, text_value(s));
}

static json_t *
causes_value(const struct explain_entry *e)
{
	json_t *array = json_array(), *cause;
	size_t i;

	for (i = 0; i < e->cause_count; i++) {
		cause = json_object();
		explain_put(cause, "id", cause_name(e->causes[i].id));
		json_object_set_new(cause, "confidence",
		    json_real(e->causes[i].confidence));
		json_array_append_new(array, cause);
	}
	return array;
}

json_t *
explain_entry_json(const struct explain_entry *e)
{
	json_t *o = json_object();
	char enhanced[16] = "";

	if (e->enhanced.class != 0)
		enhanced_text(&e->enhanced, enhanced);
	explain_put(o, "recipient", e->recipient);
	if (e->original[0] != '\0')
		explain_put(o, "original_recipient", e->original);
	explain_put(o, "sender", e->null_sender ? "<>" : e->sender);
	explain_put(o, "server", e->server);
	explain_put(o, "server_address", e->server_address);
	explain_put(o, "reporting_mta", e->reporting_mta);
	json_object_set_new(o, "code", json_integer(e->code));
	explain_put(o, "enhanced", enhanced);
	explain_put(o, "action", dsn_action_name(e->action));
	explain_put(o, "text", e->text);
	explain_put(o, "stage", e->stage < STAGE_COUNT ?
	    stage_name((enum stage)e->stage) : "");
	explain_put(o, "product", e->product);
	explain_put(o, "family", family_name(e->family));
	json_object_set_new(o, "relay", json_boolean(e->relay_word));
	json_object_set_new(o, "permanent", json_boolean(e->permanent));
	if (e->when[0] != '\0')
		explain_put(o, "when", e->when);
	json_object_set_new(o, "causes", causes_value(e));
	explain_put(o, "next", e->next);
	return o;
}

char *
explain_line(char *json)
{
	char *line = mem_printf("%s\n", json != NULL ? json : "{}");

	free(json);
	return line;
}

char *
explain_json(const struct explanation *explanation)
{
	json_t *root = json_object(), *entries = json_array();
	char *text;
	size_t i;

	json_object_set_new(root, "version", json_integer(1));
	explain_put(root, "kind", explain_kind_name(explanation->kind));
	if (explanation->layout[0] != '\0')
		explain_put(root, "layout", explanation->layout);
	if (explanation->kind == EXPLAIN_UNKNOWN) {
		explain_put(root, "note", explanation->note);
		explain_put(root, "looked_for", explain_looked_for());
	}
	json_object_set_new(root, "truncated",
	    json_boolean(explanation->truncated));
	if (explanation->left_out != NULL)
		explain_put(root, "left_out", explanation->left_out);
	for (i = 0; i < explanation->count; i++)
		json_array_append_new(entries,
		    explain_entry_json(&explanation->entries[i]));
	json_object_set_new(root, "entries", entries);
	text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
	json_decref(root);
	return explain_line(text);
}
