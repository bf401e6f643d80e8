#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "net/dns_msg.h"

/* Text that goes to a screen holds printable ASCII only. */
static void
check_text(const char *s)
{
	for (; *s != '\0'; s++)
		must(*s >= 0x20 && *s < 0x7f);
}

static void
look(const struct dns_msg *msg)
{
	char text[4096];
	size_t i, k;

	for (i = 0; i < msg->count; i++) {
		const struct dns_rr *rr = &msg->rrs[i];

		check_text(dns_rr_text(rr, text, sizeof(text)));
		dns_rr_text(rr, text, 7);
		must(rr->data[rr->len] == 0);
		must(dns_name_valid(rr->name));
		must(rr->target == NULL || dns_name_valid(rr->target));
	}
	check_text(dns_msg_canonical(msg));
	dns_msg_has_cname(msg);
	k = dns_msg_answers(msg, msg->qtype);
	must(dns_msg_answer(msg, msg->qtype, k) == NULL);
	must(k == 0 || dns_msg_answer(msg, msg->qtype, k - 1) != NULL);
	dns_msg_bad_answers(msg, msg->qtype);
}

/* What was read can be written (if it fits) and reads the same again. */
static void
round_trip(const struct dns_msg *msg)
{
	static uint8_t out[65535];
	struct dns_msg again;
	struct err err;
	size_t len, i;

	if (!dns_msg_write(msg, out, sizeof(out), &len))
		return;
	must(dns_msg_parse(out, len, &again, &err));
	must(again.rcode == msg->rcode && again.count == msg->count);
	for (i = 0; i < msg->count; i++) {
		const struct dns_rr *a = &msg->rrs[i], *b = &again.rrs[i];

		must(a->section == b->section && a->type == b->type);
		must(strcmp(a->name, b->name) == 0);
		if (a->bad)
			continue; /* raw pointers mean something else now */
		must(!b->bad);
		must((a->target == NULL) == (b->target == NULL));
		must(a->target == NULL || strcmp(a->target, b->target) == 0);
	}
	dns_msg_clear(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct dns_msg msg;
	struct err err;

	if (!dns_msg_parse(bytes, n, &msg, &err))
		return 0;
	look(&msg);
	if (!msg.more && !msg.tc)
		round_trip(&msg);
	dns_msg_clear(&msg);
	return 0;
}
