#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "net/err.h"
#include "net/sasl.h"

#define STEPS 12

static const char *const mechanisms[] = { "PLAIN", "LOGIN", "XOAUTH2",
	"OAUTHBEARER", "EXTERNAL", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1",
	"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS" };

/* The first byte names the mechanism, each line is a challenge. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct credentials cred = {
		.user = "nina@example.org",
		.password = "pencil",
		.token = "ya29.token",
		.certificate = true,
	};
	const size_t kinds = sizeof(mechanisms) / sizeof(mechanisms[0]);
	struct sasl *sasl;
	struct err err;
	const char *out;
	char *text, *line, *rest;
	int step = 0;
	bool goes_on;

	if (n == 0)
		return 0;
	sasl = sasl_new(mechanisms[bytes[0] % kinds], &cred,
	    "smtp.example.org", "0123456789abcdef0123456789abcdef", 32,
	    "tls-exporter", &err);
	if (sasl == NULL)
		return 0;
	text = malloc(n);
	if (text == NULL)
		abort();
	memcpy(text, bytes + 1, n - 1);
	text[n - 1] = '\0';
	goes_on = sasl_step(sasl, NULL, &out, &err);
	for (line = text; goes_on && line != NULL && step < STEPS; step++) {
		rest = strchr(line, '\n');
		if (rest != NULL)
			*rest++ = '\0';
		goes_on = sasl_step(sasl, line, &out, &err);
		if (goes_on && strpbrk(out, "\r\n") != NULL)
			abort();
		line = rest;
	}
	sasl_verified(sasl);
	sasl_free(sasl);
	free(text);
	return 0;
}
