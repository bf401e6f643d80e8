/* Lines of logs, one after the other, by one reader. */
#include <stdlib.h>
#include <string.h>

#include "core/bounce/log.h"
#include "core/stage.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *p = (const char *)bytes, *end = p + n, *nl;
	struct log_reader *reader = log_reader_new();
	struct log_refusal refusal;

	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		if (log_reader_line(reader, p, (size_t)(nl - p), &refusal)) {
			must(refusal.stage >= 0 &&
			    refusal.stage <= STAGE_COUNT);
			must(refusal.product != NULL);
			must(strlen(refusal.recipient) < MAILBOX_MAX);
		}
		p = nl + 1;
	}
	log_reader_free(reader);
	return 0;
}
