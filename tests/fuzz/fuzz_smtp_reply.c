#include <stdlib.h>
#include <string.h>

#include "core/phrases.h"
#include "core/product.h"
#include "core/text.h"
#include "fuzz.h"
#include "net/smtp_ehlo.h"
#include "net/smtp_reply.h"

static void
look(const struct smtp_reply *reply)
{
	static struct smtp_ehlo ehlo;
	static char flat[SMTP_REPLY_TEXT], visible[400];
	struct reading reading;
	struct product product;
	const char *c;

	must(reply->len < sizeof(reply->text));
	must(reply->text[reply->len] == '\0');
	must(reply->code >= 100 && reply->code <= 999);
	smtp_reply_flat(reply, flat, sizeof(flat));
	must(strchr(flat, '\n') == NULL);
	text_visible_str(flat, visible, sizeof(visible));
	for (c = visible; *c != '\0'; c++)
		must((unsigned char)*c >= 0x20 && *c != 0x7f);
	smtp_ehlo_read(reply, &ehlo);
	must(ehlo.mech_count <= EHLO_MECHS);
	must(ehlo.keyword_count <= EHLO_KEYWORDS);
	phrases_read(reply->code, &reply->enhanced, reply->text, STAGE_COUNT,
	    &reading);
	must(reading.cause_count <= READING_CAUSES);
	must(phrases_same_wording(reply->code, flat, reply->code, flat));
	product_init(&product);
	product_see_banner(&product, reply->text, 1);
	product_see_ehlo(&product, flat, &ehlo, 2);
	product_see_reply(&product, reply->text, 3);
	product_conclude(&product);
}

/* The first byte says in what portions the rest arrives. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct smtp_reply_parser parser;
	size_t portion, at = 1, used;
	struct err err;

	if (n < 2)
		return 0;
	portion = bytes[0] % 32 + 1u;
	smtp_reply_parser_init(&parser);
	while (at < n) {
		size_t some = n - at < portion ? n - at : portion;
		enum feed feed = smtp_reply_feed(&parser,
		    (const char *)bytes + at, some, &used, &err);

		must(used <= some);
		if (feed == FEED_BAD)
			return 0;
		if (feed == FEED_REPLY)
			look(&parser.reply);
		else
			must(used == some);
		at += used;
	}
	return 0;
}
