/*
 * Addresses as people type them: what is taken is fit for the wire, and
 * what is made of it is an address again.
 */
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "fuzz.h"
#include "net/err.h"

/* No byte that would end a command line or begin another. */
static void
for_the_wire(const char *text)
{
	for (; *text != '\0'; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7f);
}

static void
look(const struct address *a)
{
	char plain[ADDRESS_MAX];
	struct address again;
	struct err err;

	for_the_wire(a->mailbox);
	for_the_wire(a->domain);
	must(strlen(a->mailbox) < sizeof(a->mailbox));
	must(!a->null || a->mailbox[0] == '\0');
	if (address_plain(a, plain, sizeof(plain))) {
		must(strlen(plain) < sizeof(plain));
		for_the_wire(plain);
	}
	/* What goes on the wire is read as the same mailbox. */
	if (!a->null && !a->bang && a->domain[0] != '\0' && !a->source_route) {
		must(address_parse(a->mailbox, false, &again, &err));
		must(strcmp(again.mailbox, a->mailbox) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = malloc(n + 1), out[ADDRESS_MAX];
	struct address address;
	struct err err;

	if (text == NULL)
		abort();
	memcpy(text, bytes, n);
	text[n] = '\0';
	if (address_parse(text, n % 2 == 0, &address, &err))
		look(&address);
	else
		must(err.text[0] != '\0');
	if (address_suggest(text, out, sizeof(out)))
		must(strlen(out) < sizeof(out));
	if (address_domain(text, out, 256, &err)) {
		must(strlen(out) < 256);
		for_the_wire(out);
	}
	free(text);
	return 0;
}
