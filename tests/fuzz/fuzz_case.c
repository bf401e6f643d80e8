/*
 * Saved cases: what loads can be shown in every form, and no control
 * character of the file reaches any of them.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/load.h"
#include "core/report/report.h"
#include "core/session.h"
#include "fuzz.h"
#include "net/buf.h"
#include "net/err.h"

static void
show(const struct session *session, enum format format, bool mask)
{
	struct err err;
	struct buf out;
	const char *p;

	buf_init(&out, REPORT_MAX);
	report_render(session, format, mask, &out, &err);
	must(strlen(buf_str(&out)) == out.len);
	for (p = buf_str(&out); *p != '\0'; p++)
		must((unsigned char)*p >= ' ' || *p == '\n');
	if (format == FORMAT_JSON && !out.overflow) {
		json_t *root = json_loadb(buf_str(&out), out.len,
		    JSON_REJECT_DUPLICATES, NULL);

		must(root != NULL);
		json_decref(root);
	}
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const enum format formats[] = { FORMAT_TEXT, FORMAT_JSON,
		FORMAT_MARKDOWN, FORMAT_HTML, FORMAT_MESSAGE };
	struct session session;
	struct err err;
	size_t i;

	if (!report_load_bytes((const char *)bytes, n, &session, &err)) {
		must(err.text[0] != '\0');
		return 0;
	}
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		show(&session, formats[i], i % 2 == 1);
	report_unload(&session);
	return 0;
}
