/*
 * SPF records and explanations: whatever parses also expands, and a name
 * that comes out of it is short enough or no name at all.
 */
#include <stdlib.h>
#include <string.h>

#include "core/spf/macro.h"
#include "core/spf/record.h"
#include "fuzz.h"
#include "net/buf.h"
#include "net/err.h"

static const struct spf_values values = {
	.sender = "strong-bad+x=y@email.example.com",
	.local = "strong-bad+x=y",
	.origin = "email.example.com",
	.domain = "_spf.example.com",
	.helo = "mx..example.com",
	.name = "unknown",
	.receiver = "unknown",
	.ip = { .family = AF_INET6, .bytes = { 0x20, 1, 0xd, 0xb8 } },
	.now = 1700000000,
};

static void
check_term(const struct spf_term *term)
{
	char *name;
	size_t n;

	must(term->text != NULL);
	must(term->bits4 >= 0 && term->bits4 <= 32);
	must(term->bits6 >= 0 && term->bits6 <= 128);
	if (term->spec == NULL)
		return;
	spf_macro_needs_name(term->spec, strlen(term->spec));
	name = spf_macro_name(term->spec, strlen(term->spec), &values);
	n = strlen(name);
	must(n <= SPF_NAME_MAX || strchr(name, '.') == NULL);
	free(name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes;
	struct spf_record record;
	struct buf out;
	struct err err;
	size_t i;

	if (spf_record_is(text, n) &&
	    spf_record_parse(text, n, &record, &err)) {
		for (i = 0; i < record.count; i++)
			check_term(&record.terms[i]);
		if (record.has_redirect)
			check_term(&record.redirect);
		if (record.has_exp)
			check_term(&record.exp);
		spf_record_clear(&record);
	}
	if (spf_macro_check(text, n, SPF_IN_TEXT, &err)) {
		buf_init(&out, 2000);
		spf_macro_expand(text, n, &values, &out);
		must(out.len <= 2000);
		buf_clear(&out);
	}
	return 0;
}
