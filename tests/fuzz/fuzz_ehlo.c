/*
 * What an EHLO reply offers. The input is the reply's text, its lines
 * without codes; what is read is within its limits, in upper case where it
 * is compared, without doubles, and is found again by its name.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "net/smtp_ehlo.h"
#include "net/smtp_reply.h"

static void
look_mechs(const struct smtp_ehlo *ehlo)
{
	const char *c;
	int i, k;

	must(ehlo->mech_count >= 0 && ehlo->mech_count <= EHLO_MECHS);
	for (i = 0; i < ehlo->mech_count; i++) {
		const char *mech = ehlo->mechs[i];

		must(mech[0] != '\0' && strlen(mech) < EHLO_MECH_LEN);
		for (c = mech; *c != '\0'; c++)
			must(!islower((unsigned char)*c) && *c != ' ');
		for (k = 0; k < i; k++)
			must(strcmp(mech, ehlo->mechs[k]) != 0);
		must(smtp_ehlo_offers(ehlo, mech));
	}
	must(ehlo->mech_count == 0 || ehlo->auth);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct smtp_reply reply;
	static struct smtp_ehlo ehlo;
	size_t i;
	int k;

	memset(&reply, 0, sizeof(reply));
	reply.code = 250;
	reply.len = n < sizeof(reply.text) ? n : sizeof(reply.text) - 1;
	memcpy(reply.text, bytes, reply.len);
	for (i = 0; i < reply.len; i++) {
		/* As the reader of replies leaves it. */
		if (reply.text[i] == '\0')
			reply.text[i] = '?';
		reply.lines += reply.text[i] == '\n';
	}
	reply.lines++;
	smtp_ehlo_read(&reply, &ehlo);
	must(strlen(ehlo.host) < sizeof(ehlo.host));
	must(strlen(ehlo.greeting) < sizeof(ehlo.greeting));
	must(strlen(ehlo.seen_client) < sizeof(ehlo.seen_client));
	must(strlen(ehlo.seen_name) < sizeof(ehlo.seen_name));
	must(ehlo.keyword_count >= 0 && ehlo.keyword_count <= EHLO_KEYWORDS);
	for (k = 0; k < ehlo.keyword_count; k++)
		must(strlen(ehlo.keywords[k]) < EHLO_KEYWORD_LEN);
	must(ehlo.size == 0 || ehlo.size_known);
	look_mechs(&ehlo);
	return 0;
}
