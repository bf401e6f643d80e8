/*
 * What a domain says of how mail to it is carried: MTA-STS and TLS-RPT
 * records, and the TLSA records of its servers. The first byte says which
 * (the lowest two bits) and whether the answer is authentic; the rest is
 * the RDATA of one record, or of two where a byte 0xff parts it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/policy/domain_policy.h"
#include "fuzz.h"
#include "net/dns_msg.h"

#define RDATA_MAX 4000

static void
look_record(const struct policy_record *r)
{
	visible(r->value, sizeof(r->value));
	visible(r->problem, sizeof(r->problem));
	must(r->found != FOUND_RECORDS || r->records == 1);
	must(!r->usable || (r->found == FOUND_RECORDS &&
		r->problem[0] == '\0' && r->value[0] != '\0'));
}

static void
look(const struct dns_msg *msg, int kind)
{
	struct policy_record r = { .found = FOUND_RECORDS };
	struct tlsa_host h = { .found = FOUND_RECORDS };

	switch (kind) {
	case 0:
		domain_policy_read_sts(&r, msg);
		look_record(&r);
		break;
	case 1:
		domain_policy_read_rpt(&r, msg);
		look_record(&r);
		break;
	default:
		domain_policy_read_tlsa(&h, msg);
		must(h.records <= msg->count);
		must(!h.dane || h.records > 0);
		must(h.secure == msg->ad);
	}
}

/* Raw RDATA of the type, well formed or not: bad makes it written as is. */
static struct dns_rr
record(uint16_t type, const uint8_t *bytes, size_t n)
{
	return (struct dns_rr){
		.section = DNS_ANSWER,
		.name = (char *)(uintptr_t)"example.net",
		.type = type,
		.class = 1,
		.ttl = 60,
		.data = (uint8_t *)(uintptr_t)bytes,
		.len = n,
		.strings = 1,
		.bad = true,
	};
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static uint8_t wire[3 * RDATA_MAX];
	const uint8_t *second;
	struct dns_rr rrs[2];
	struct dns_msg out, in;
	struct err err;
	uint16_t type;
	size_t len;

	if (n < 1 || n > RDATA_MAX)
		return 0;
	type = (bytes[0] & 3) < 2 ? DNS_TXT : DNS_TLSA;
	memset(&out, 0, sizeof(out));
	out.qr = true;
	out.ad = (bytes[0] & 4) != 0;
	out.qname = (char *)(uintptr_t)"example.net";
	out.qtype = type;
	out.qclass = 1;
	out.rrs = rrs;
	second = memchr(bytes + 1, 0xff, n - 1);
	len = second != NULL ? (size_t)(second - bytes) - 1 : n - 1;
	rrs[out.count++] = record(type, bytes + 1, len);
	if (second != NULL)
		rrs[out.count++] = record(type, second + 1, n - len - 2);
	if (!dns_msg_write(&out, wire, sizeof(wire), &len))
		return 0;
	must(dns_msg_parse(wire, len, &in, &err));
	look(&in, bytes[0] & 3);
	dns_msg_clear(&in);
	return 0;
}
