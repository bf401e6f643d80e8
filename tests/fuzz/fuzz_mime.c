/* Messages taken apart: limits hold, and all text is without NUL. */
#include <stdlib.h>
#include <string.h>

#include "core/bounce/mime.h"
#include "fuzz.h"
#include "net/buf.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *text = (const char *)bytes;
	struct mime mime;
	struct buf out;
	size_t i;

	mime_read(&mime, text, n);
	must(mime.message_count >= 1);
	must(mime.message_count <= MIME_MESSAGES_MAX);
	must(mime.part_count <= MIME_PARTS_MAX);
	for (i = 0; i < mime.part_count; i++) {
		must(mime.parts[i].depth <= MIME_DEPTH_MAX);
		must(mime.parts[i].message >= 0 &&
		    (size_t)mime.parts[i].message < mime.message_count);
		must(strlen(mime.parts[i].text) == mime.parts[i].len);
	}
	mime_clear(&mime);

	buf_init(&out, 100000);
	mime_words(text, n, &out);
	buf_reset(&out);
	mime_html(text, n, &out);
	buf_reset(&out);
	mime_base64(text, n, &out);
	must(out.len <= n);
	buf_reset(&out);
	mime_quoted_printable(text, n, n % 2 == 0, &out);
	must(out.len <= n);
	buf_clear(&out);
	return 0;
}
