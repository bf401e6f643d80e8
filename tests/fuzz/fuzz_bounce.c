/*
 * Whatever is pasted: the result keeps its limits, JSON and text are fit to
 * be shown, and classifying does not depend on what was read before.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain.h"
#include "core/text.h"
#include "fuzz.h"

static void
check_entry(const struct explain_entry *e)
{
	must(e->code == 0 || (e->code >= 200 && e->code <= 599));
	must(e->cause_count <= READING_CAUSES);
	must(strlen(e->recipient) < MAILBOX_MAX);
	must(strpbrk(e->next, "\n\r") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct explanation e;
	char *text, *json;
	const char *p;
	json_t *root;
	size_t i;

	explain_read(&e, (const char *)bytes, n);
	must(e.count <= EXPLAIN_ENTRIES_MAX);
	must((e.kind == EXPLAIN_UNKNOWN) == (e.count == 0));
	for (i = 0; i < e.count; i++)
		check_entry(&e.entries[i]);
	text = explain_text(&e);
	for (p = text; *p != '\0'; p++)
		must((unsigned char)*p >= ' ' || *p == '\n');
	json = explain_json(&e);
	root = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
	must(root != NULL);
	json_decref(root);
	free(json);
	free(text);
	explain_clear(&e);
	return 0;
}
