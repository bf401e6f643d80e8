#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain.h"
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

static void
put(json_t *object, const char *name, const char *s)
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
		put(cause, "id", cause_name(e->causes[i].id));
		json_object_set_new(cause, "confidence",
		    json_real(e->causes[i].confidence));
		json_array_append_new(array, cause);
	}
	return array;
}

static json_t *
entry_value(const struct explain_entry *e)
{
	json_t *o = json_object();
	char enhanced[16] = "";

	if (e->enhanced.class != 0)
		enhanced_text(&e->enhanced, enhanced);
	put(o, "recipient", e->recipient);
	put(o, "sender", e->null_sender ? "<>" : e->sender);
	put(o, "server", e->server);
	put(o, "server_address", e->server_address);
	put(o, "reporting_mta", e->reporting_mta);
	json_object_set_new(o, "code", json_integer(e->code));
	put(o, "enhanced", enhanced);
	put(o, "action", dsn_action_name(e->action));
	put(o, "text", e->text);
	put(o, "stage", e->stage < STAGE_COUNT ?
	    stage_name((enum stage)e->stage) : "");
	put(o, "product", e->product);
	put(o, "family", family_name(e->family));
	json_object_set_new(o, "relay", json_boolean(e->relay_word));
	json_object_set_new(o, "permanent", json_boolean(e->permanent));
	if (e->when[0] != '\0')
		put(o, "when", e->when);
	json_object_set_new(o, "causes", causes_value(e));
	put(o, "next", e->next);
	return o;
}

char *
explain_json(const struct explanation *explanation)
{
	json_t *root = json_object(), *entries = json_array();
	char *text;
	size_t i;

	json_object_set_new(root, "version", json_integer(1));
	put(root, "kind", explain_kind_name(explanation->kind));
	if (explanation->layout[0] != '\0')
		put(root, "layout", explanation->layout);
	if (explanation->kind == EXPLAIN_UNKNOWN) {
		put(root, "note", explanation->note);
		put(root, "looked_for", explain_looked_for());
	}
	json_object_set_new(root, "truncated",
	    json_boolean(explanation->truncated));
	for (i = 0; i < explanation->count; i++)
		json_array_append_new(entries,
		    entry_value(&explanation->entries[i]));
	json_object_set_new(root, "entries", entries);
	text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(4));
	json_decref(root);
	return text != NULL ? text : mem_strdup("{}");
}
