#include "net/dns_msg.h"

#include <stdlib.h>
#include <string.h>

#include "net/mem.h"

#define HEADER_LEN 12
#define NAME_WIRE_MAX 255
/* More jumps than a name can have labels serve nobody but an attacker. */
#define POINTERS_MAX 127
#define CHAIN_MAX 16

/*
 * A cursor whose error sticks: once a read has run off the end every later
 * read yields zero, so a record is read field by field and checked once.
 * Compression pointers may lead anywhere into `msg`; reading ends at `end`.
 */
struct cursor {
	const uint8_t *msg;
	size_t end, at;
	bool bad;
};

static const uint8_t *
get_bytes(struct cursor *c, size_t n)
{
	const uint8_t *p = c->msg + c->at;

	if (c->bad || c->end - c->at < n) {
		c->bad = true;
		return NULL;
	}
	c->at += n;
	return p;
}

static uint8_t
get_u8(struct cursor *c)
{
	const uint8_t *p = get_bytes(c, 1);

	return p != NULL ? *p : 0;
}

static uint16_t
get_u16(struct cursor *c)
{
	const uint8_t *p = get_bytes(c, 2);

	return p != NULL ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static uint32_t
get_u32(struct cursor *c)
{
	uint32_t high = get_u16(c);

	return high << 16 | get_u16(c);
}

/* Appends one label and a dot; `out` has room for any legal name. */
static size_t
put_label(char *out, const uint8_t *label, size_t n)
{
	size_t len = 0, i;

	for (i = 0; i < n; i++) {
		uint8_t b = label[i];

		if (b == '.' || b == '\\') {
			out[len++] = '\\';
			out[len++] = (char)b;
		} else if (b > 0x20 && b < 0x7f) {
			out[len++] = (char)b;
		} else {
			out[len++] = '\\';
			out[len++] = (char)('0' + b / 100);
			out[len++] = (char)('0' + b / 10 % 10);
			out[len++] = (char)('0' + b % 10);
		}
	}
	out[len++] = '.';
	return len;
}

/*
 * Reads a name (RFC 1035 4.1.4).  A pointer must lead to before the place
 * where the run of labels that holds it began; "a prior occurrence" rules
 * out loops and forward jumps at once.
 */
static char *
get_name(struct cursor *c)
{
	char text[DNS_NAME_MAX];
	struct cursor in = *c;
	size_t len = 0, wire = 1, run = c->at;
	int pointers = 0;
	bool jumped = false;

	while (!in.bad) {
		size_t n = get_u8(&in);

		if (in.bad || n == 0)
			break;
		if ((n & 0xc0) == 0xc0) {
			size_t to = (n & 0x3f) << 8 | get_u8(&in);

			if (!jumped)
				c->at = in.at;
			jumped = true;
			if (to >= run || ++pointers > POINTERS_MAX)
				in.bad = true;
			in.at = run = to;
			continue;
		}
		wire += n + 1;
		if (n > 63 || wire > NAME_WIRE_MAX || in.end - in.at < n) {
			in.bad = true;
			break;
		}
		len += put_label(text + len, in.msg + in.at, n);
		in.at += n;
	}
	if (in.bad) {
		c->bad = true;
		return NULL;
	}
	if (!jumped)
		c->at = in.at;
	if (len == 0)
		return mem_strdup(".");
	return mem_strndup(text, len - 1);
}

static void
keep_data(struct dns_rr *rr, const uint8_t *bytes, size_t n)
{
	free(rr->data);
	rr->data = mem_alloc(n + 1);
	if (n > 0)
		memcpy(rr->data, bytes, n);
	rr->len = n;
}

static void
read_soa(struct cursor *c, struct dns_rr *rr)
{
	rr->target = get_name(c);
	rr->rname = get_name(c);
	rr->serial = get_u32(c);
	rr->refresh = get_u32(c);
	rr->retry = get_u32(c);
	rr->expire = get_u32(c);
	rr->minimum = get_u32(c);
}

static void
read_txt(struct cursor *c, struct dns_rr *rr)
{
	uint8_t *joined = mem_alloc(c->end - c->at + 1);
	size_t len = 0;

	/* One or more strings (RFC 1035 3.3.14); none at all is an error. */
	do {
		size_t n = get_u8(c);
		const uint8_t *p = get_bytes(c, n);

		if (c->bad)
			break;
		memcpy(joined + len, p, n);
		len += n;
		rr->strings++;
	} while (c->at < c->end);
	if (c->bad) {
		free(joined);
		return;
	}
	free(rr->data);
	rr->data = joined;
	rr->len = len;
}

static void
read_address(struct cursor *c, struct dns_rr *rr)
{
	const uint8_t *p = get_bytes(c, rr->type == DNS_A ? 4 : 16);

	if (p == NULL)
		return;
	rr->addr = rr->type == DNS_A ? addr_v4(p, 0) : addr_v6(p, 0);
}

static void
read_tlsa(struct cursor *c, struct dns_rr *rr)
{
	rr->usage = get_u8(c);
	rr->selector = get_u8(c);
	rr->matching = get_u8(c);
	if (c->bad)
		return;
	keep_data(rr, c->msg + c->at, c->end - c->at);
	c->at = c->end;
}

/* The cursor's end is the RDATA's end; what does not fit makes it bad. */
static void
read_rdata(struct cursor *c, struct dns_rr *rr)
{
	switch (rr->type) {
	case DNS_A:
	case DNS_AAAA:
		read_address(c, rr);
		break;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
		rr->target = get_name(c);
		break;
	case DNS_MX:
		rr->preference = get_u16(c);
		rr->target = get_name(c);
		break;
	case DNS_SRV:
		rr->preference = get_u16(c);
		rr->weight = get_u16(c);
		rr->port = get_u16(c);
		rr->target = get_name(c);
		break;
	case DNS_SOA:
		read_soa(c, rr);
		break;
	case DNS_TXT:
	case DNS_SPF:
		read_txt(c, rr);
		break;
	case DNS_TLSA:
		read_tlsa(c, rr);
		break;
	default:
		c->at = c->end;
	}
	if (c->at != c->end)
		c->bad = true;
}

static void
clear_rr(struct dns_rr *rr)
{
	free(rr->name);
	free(rr->target);
	free(rr->rname);
	free(rr->data);
}

/* A record whose RDATA cannot be read keeps its raw bytes and nothing else. */
static void
spoil(struct dns_rr *rr, const uint8_t *rdata, size_t n)
{
	struct dns_rr raw = { .section = rr->section, .name = rr->name,
		.type = rr->type, .class = rr->class, .ttl = rr->ttl,
		.bad = true };

	rr->name = NULL;
	clear_rr(rr);
	*rr = raw;
	keep_data(rr, rdata, n);
}

static bool
read_rr(struct cursor *c, enum dns_section section, struct dns_rr *rr)
{
	struct cursor rdata = *c;
	const uint8_t *bytes;
	size_t n;

	*rr = (struct dns_rr) { .section = section };
	rr->name = get_name(c);
	rr->type = get_u16(c);
	rr->class = get_u16(c);
	rr->ttl = get_u32(c);
	n = get_u16(c);
	rdata.at = c->at;
	bytes = get_bytes(c, n);
	if (c->bad) {
		clear_rr(rr);
		return false;
	}
	/* RFC 2181 8: a TTL with the top bit set means 0. */
	if (rr->type != DNS_OPT && rr->ttl > INT32_MAX)
		rr->ttl = 0;
	rdata.end = c->at;
	keep_data(rr, bytes, n);
	read_rdata(&rdata, rr);
	if (rdata.bad)
		spoil(rr, bytes, n);
	return true;
}

static void
read_flags(struct dns_msg *msg, uint16_t flags)
{
	msg->qr = (flags & 0x8000) != 0;
	msg->opcode = (uint8_t)(flags >> 11 & 15);
	msg->aa = (flags & 0x0400) != 0;
	msg->tc = (flags & 0x0200) != 0;
	msg->rd = (flags & 0x0100) != 0;
	msg->ra = (flags & 0x0080) != 0;
	msg->ad = (flags & 0x0020) != 0;
	msg->cd = (flags & 0x0010) != 0;
	msg->rcode = flags & 15;
}

static bool
read_section(struct cursor *c, enum dns_section section, unsigned count,
    struct dns_msg *msg, size_t *cap)
{
	struct dns_rr rr;
	unsigned i;

	for (i = 0; i < count; i++) {
		if (!read_rr(c, section, &rr))
			return false;
		/* RFC 6891 6.1.3: the upper eight bits of the rcode. */
		if (rr.type == DNS_OPT && section == DNS_ADDITIONAL)
			msg->rcode = (int)(rr.ttl >> 24) << 4 |
			    (msg->rcode & 15);
		if (msg->count == DNS_RR_MAX) {
			msg->more = true;
			clear_rr(&rr);
			continue;
		}
		msg->rrs = mem_grow(msg->rrs, msg->count, cap, sizeof(rr));
		msg->rrs[msg->count++] = rr;
	}
	return true;
}

static bool
read_records(struct cursor *c, const unsigned counts[3], struct dns_msg *msg)
{
	size_t cap = 0;

	return read_section(c, DNS_ANSWER, counts[0], msg, &cap) &&
	    read_section(c, DNS_AUTHORITY, counts[1], msg, &cap) &&
	    read_section(c, DNS_ADDITIONAL, counts[2], msg, &cap);
}

bool
dns_msg_parse(const uint8_t *bytes, size_t n, struct dns_msg *out,
    struct err *err)
{
	struct cursor c = { .msg = bytes, .end = n };
	struct dns_msg msg = { .size = n };
	unsigned questions, counts[3];

	if (n < HEADER_LEN)
		return err_set(err, ERR_PROTOCOL,
		    "DNS message of %zu bytes, shorter than its header", n);
	msg.id = get_u16(&c);
	read_flags(&msg, get_u16(&c));
	questions = get_u16(&c);
	counts[0] = get_u16(&c);
	counts[1] = get_u16(&c);
	counts[2] = get_u16(&c);
	if (questions > 1)
		return err_set(err, ERR_PROTOCOL,
		    "DNS message with %u questions", questions);
	if (questions == 1) {
		msg.qname = get_name(&c);
		msg.qtype = get_u16(&c);
		msg.qclass = get_u16(&c);
	}
	if (c.bad) {
		dns_msg_clear(&msg);
		return err_set(err, ERR_PROTOCOL,
		    "DNS message with a broken question");
	}
	/* What was cut off to fit (RFC 2181 9) is no mistake. */
	if (!read_records(&c, counts, &msg) && !msg.tc) {
		size_t whole = msg.count;

		dns_msg_clear(&msg);
		return err_set(err, ERR_PROTOCOL,
		    "DNS message broken behind %zu records", whole);
	}
	*out = msg;
	return true;
}

void
dns_msg_clear(struct dns_msg *msg)
{
	size_t i;

	for (i = 0; i < msg->count; i++)
		clear_rr(&msg->rrs[i]);
	free(msg->rrs);
	free(msg->qname);
	*msg = (struct dns_msg) { 0 };
}

static const struct dns_rr *
cname_of(const struct dns_msg *msg, const char *name)
{
	size_t i;

	for (i = 0; i < msg->count; i++) {
		const struct dns_rr *rr = &msg->rrs[i];

		if (rr->section == DNS_ANSWER && rr->type == DNS_CNAME &&
		    !rr->bad && dns_name_eq(rr->name, name))
			return rr;
	}
	return NULL;
}

const char *
dns_msg_canonical(const struct dns_msg *msg)
{
	const char *name = msg->qname != NULL ? msg->qname : "";
	const struct dns_rr *rr;
	int hops;

	if (msg->qtype == DNS_CNAME)
		return name;
	for (hops = 0; hops < CHAIN_MAX; hops++) {
		rr = cname_of(msg, name);
		if (rr == NULL)
			break;
		name = rr->target;
	}
	return name;
}

bool
dns_msg_cname_loop(const struct dns_msg *msg)
{
	return msg->qtype != DNS_CNAME &&
	    cname_of(msg, dns_msg_canonical(msg)) != NULL;
}

bool
dns_msg_has_cname(const struct dns_msg *msg)
{
	return msg->qname != NULL && cname_of(msg, msg->qname) != NULL;
}

const struct dns_rr *
dns_msg_answer(const struct dns_msg *msg, uint16_t type, size_t i)
{
	const char *name = dns_msg_canonical(msg);
	size_t k;

	for (k = 0; k < msg->count; k++) {
		const struct dns_rr *rr = &msg->rrs[k];

		if (rr->section != DNS_ANSWER || rr->type != type || rr->bad)
			continue;
		if (dns_name_eq(rr->name, name) && i-- == 0)
			return rr;
	}
	return NULL;
}

/* Answer records of this type and name, readable or not. */
static size_t
count_answers(const struct dns_msg *msg, uint16_t type, bool bad)
{
	const char *name = dns_msg_canonical(msg);
	size_t n = 0, k;

	for (k = 0; k < msg->count; k++) {
		const struct dns_rr *rr = &msg->rrs[k];

		if (rr->section == DNS_ANSWER && rr->type == type &&
		    rr->bad == bad && dns_name_eq(rr->name, name))
			n++;
	}
	return n;
}

size_t
dns_msg_answers(const struct dns_msg *msg, uint16_t type)
{
	return count_answers(msg, type, false);
}

size_t
dns_msg_bad_answers(const struct dns_msg *msg, uint16_t type)
{
	return count_answers(msg, type, true);
}
