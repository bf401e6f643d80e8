#include <string.h>

#include "core/bounce/explain_entry.h"
#include "core/json_out.h"
#include "core/stage.h"
#include "net/buf.h"

static void
put_causes(struct json_out *json, const struct explain_entry *e)
{
	size_t i;

	json_open(json, "causes", '[');
	for (i = 0; i < e->cause_count; i++) {
		json_open(json, NULL, '{');
		json_text(json, "id", cause_name(e->causes[i].id));
		json_percent(json, "confidence",
		    (int)(e->causes[i].confidence * 100 + 0.5));
		json_close(json, '}');
	}
	json_close(json, ']');
}

void
explain_entry_json(struct json_out *json, const struct explain_entry *e)
{
	char enhanced[16] = "";

	if (e->enhanced.class != 0)
		enhanced_text(&e->enhanced, enhanced);
	json_text(json, "recipient", e->recipient);
	if (e->original[0] != '\0')
		json_text(json, "original_recipient", e->original);
	json_text(json, "sender", e->null_sender ? "<>" : e->sender);
	json_text(json, "server", e->server);
	json_text(json, "server_address", e->server_address);
	json_text(json, "reporting_mta", e->reporting_mta);
	json_number(json, "code", e->code);
	json_text(json, "enhanced", enhanced);
	json_text(json, "action", dsn_action_name(e->action));
	json_text(json, "text", e->text);
	json_text(json, "stage", e->stage < STAGE_COUNT ?
	    stage_name((enum stage)e->stage) : "");
	json_text(json, "product", e->product);
	json_text(json, "family", family_name(e->family));
	json_truth(json, "relay", e->relay_word);
	json_truth(json, "permanent", e->permanent);
	if (e->when[0] != '\0')
		json_text(json, "when", e->when);
	put_causes(json, e);
	json_text(json, "next", e->next);
}

char *
explain_json(const struct explanation *explanation)
{
	struct buf out;
	struct json_out json = { .out = &out };
	size_t i;

	buf_init(&out, EXPLAIN_JSON_MAX);
	json_open(&json, NULL, '{');
	json_number(&json, "version", 1);
	json_text(&json, "kind", explain_kind_name(explanation->kind));
	if (explanation->layout[0] != '\0')
		json_text(&json, "layout", explanation->layout);
	if (explanation->kind == EXPLAIN_UNKNOWN) {
		json_text(&json, "note", explanation->note);
		json_text(&json, "looked_for", explain_looked_for());
	}
	json_truth(&json, "truncated", explanation->truncated);
	if (explanation->left_out != NULL)
		json_text(&json, "left_out", explanation->left_out);
	json_open(&json, "entries", '[');
	for (i = 0; i < explanation->count; i++) {
		json_open(&json, NULL, '{');
		explain_entry_json(&json, &explanation->entries[i]);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	buf_putc(&out, '\n');
	return buf_steal(&out);
}
