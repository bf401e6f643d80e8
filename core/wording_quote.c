#include "core/wording.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The word at `at` up to a blank, a bracket or a colon. */
static void
take_name(const char *at, char *out, size_t size)
{
	size_t n = strcspn(at, " [:");

	snprintf(out, size, "%.*s", (int)n, at);
}

/* Three digits and a blank: where a reply begins. */
static int
code_at(const char *at)
{
	if (at[0] < '2' || at[0] > '5' || !isdigit((unsigned char)at[1]) ||
	    !isdigit((unsigned char)at[2]) || (at[3] != ' ' && at[3] != '-'))
		return 0;
	return (int)strtol(at, NULL, 10);
}

bool
wording_quote(const char *text, struct wording_quote *quote)
{
	static const char *const leads[] = { " said: ", " response: ", NULL };
	const char *at, *host;
	size_t i;

	memset(quote, 0, sizeof(*quote));
	at = strstr(text, "address: connect to ");
	if (at != NULL) {
		take_name(at + strlen("address: connect to "), quote->host,
		    sizeof(quote->host));
		return true;
	}
	for (i = 0; leads[i] != NULL; i++) {
		at = strstr(text, leads[i]);
		if (at == NULL || code_at(at + strlen(leads[i])) == 0)
			continue;
		quote->code = code_at(at + strlen(leads[i]));
		quote->text = at + strlen(leads[i]) + 4;
		quote->length = strlen(quote->text);
		at = strstr(quote->text, " (in reply to ");
		if (at != NULL)
			quote->length = (size_t)(at - quote->text);
		host = strstr(text, "host ");
		if (host == NULL || host > quote->text)
			host = strstr(text, "called: ");
		if (host != NULL && host < quote->text)
			take_name(strchr(host, ' ') + 1, quote->host,
			    sizeof(quote->host));
		return true;
	}
	return false;
}
