/*
 * Tag lists of policy records: whatever is read out of them is visible text
 * and within its limits.
 */
#include <stdlib.h>
#include <string.h>

#include "core/policy/dkim_key.h"
#include "core/policy/dmarc_record.h"
#include "core/policy/tags.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes;
	struct dmarc_record dmarc;
	struct dkim_key key;
	struct tags tags;
	size_t i;

	tags_parse(text, n, &tags);
	must(tags.count <= TAGS_MAX);
	for (i = 0; i < tags.count; i++)
		must(tags_get(&tags, tags.tags[i].name) != NULL);
	visible(tags.wrong, sizeof(tags.wrong));
	tags_clear(&tags);

	dmarc_record_is(text, n);
	dmarc_record_parse(text, n, &dmarc);
	must(dmarc.pct >= 0 && dmarc.pct <= 999);
	visible(dmarc.problem, sizeof(dmarc.problem));

	dkim_key_is(text, n);
	dkim_key_parse(text, n, &key);
	must(key.bits >= 0 && key.bits <= TAGS_BYTES * 8);
	must(key.state != DKIM_KEY_BROKEN || key.problem[0] != '\0');
	visible(key.type, sizeof(key.type));
	visible(key.problem, sizeof(key.problem));
	return 0;
}
