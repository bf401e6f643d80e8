/* Whole logs, packed ones too: JSON that parses and text for a terminal. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "as_file.h"
#include "core/bounce/log_scan.h"
#include "fuzz.h"
#include "net/err.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct err err = { 0 };
	struct log_scan *scan = log_scan_open(as_file(bytes, n), &err);
	char *text;
	const char *p;
	json_t *root;

	if (scan == NULL)
		return 0;
	while (log_scan_step(scan, 1 << 16) &&
	    log_scan_bytes(scan) < 1 << 22)
		continue;
	text = log_scan_json(scan);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	must(root != NULL);
	json_decref(root);
	free(text);
	text = log_scan_text(scan);
	for (p = text; *p != '\0'; p++)
		must((unsigned char)*p >= ' ' || *p == '\n');
	free(text);
	log_scan_free(scan);
	return 0;
}
