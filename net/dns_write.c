#include <string.h>

#include "net/dns_msg.h"

/* Writes to the end of the room and no further; `full` sticks. */
struct pen {
	uint8_t *out;
	size_t size, at;
	bool full; /* or a name or record that has no wire form */
};

static void
put_bytes(struct pen *pen, const void *bytes, size_t n)
{
	if (pen->full || pen->size - pen->at < n) {
		pen->full = true;
		return;
	}
	if (n > 0)
		memcpy(pen->out + pen->at, bytes, n);
	pen->at += n;
}

static void
put_u8(struct pen *pen, unsigned v)
{
	const uint8_t b = (uint8_t)v;

	put_bytes(pen, &b, 1);
}

static void
put_u16(struct pen *pen, unsigned v)
{
	put_u8(pen, v >> 8);
	put_u8(pen, v & 255);
}

static void
put_u32(struct pen *pen, uint32_t v)
{
	put_u16(pen, v >> 16);
	put_u16(pen, v & 0xffff);
}

static void
put_name(struct pen *pen, const char *name)
{
	size_t len;

	if (pen->full || name == NULL ||
	    !dns_name_write(name, pen->out + pen->at, pen->size - pen->at,
		&len))
		pen->full = true;
	else
		pen->at += len;
}

/* Strings of 255 bytes and a last shorter one; empty data is one string. */
static void
put_txt(struct pen *pen, const struct dns_rr *rr)
{
	size_t at = 0;

	do {
		size_t n = rr->len - at < 255 ? rr->len - at : 255;

		put_u8(pen, (unsigned)n);
		if (n > 0)
			put_bytes(pen, rr->data + at, n);
		at += n;
	} while (at < rr->len);
}

static void
put_soa(struct pen *pen, const struct dns_rr *rr)
{
	put_name(pen, rr->target);
	put_name(pen, rr->rname);
	put_u32(pen, rr->serial);
	put_u32(pen, rr->refresh);
	put_u32(pen, rr->retry);
	put_u32(pen, rr->expire);
	put_u32(pen, rr->minimum);
}

static void
put_known(struct pen *pen, const struct dns_rr *rr)
{
	switch (rr->type) {
	case DNS_A:
		put_bytes(pen, rr->addr.bytes, 4);
		break;
	case DNS_AAAA:
		put_bytes(pen, rr->addr.bytes, 16);
		break;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
		put_name(pen, rr->target);
		break;
	case DNS_MX:
		put_u16(pen, rr->preference);
		put_name(pen, rr->target);
		break;
	case DNS_SRV:
		put_u16(pen, rr->preference);
		put_u16(pen, rr->weight);
		put_u16(pen, rr->port);
		put_name(pen, rr->target);
		break;
	case DNS_SOA:
		put_soa(pen, rr);
		break;
	case DNS_TXT:
	case DNS_SPF:
		put_txt(pen, rr);
		break;
	case DNS_TLSA:
		put_u8(pen, rr->usage);
		put_u8(pen, rr->selector);
		put_u8(pen, rr->matching);
		put_bytes(pen, rr->data, rr->len);
		break;
	default:
		put_bytes(pen, rr->data, rr->len);
	}
}

static void
put_rr(struct pen *pen, const struct dns_rr *rr, int rcode)
{
	uint32_t ttl = rr->ttl;
	size_t start, n;

	if (rr->type == DNS_OPT) /* RFC 6891 6.1.3 */
		ttl = (ttl & 0xffffff) | (uint32_t)(rcode >> 4 & 255) << 24;
	put_name(pen, rr->name);
	put_u16(pen, rr->type);
	put_u16(pen, rr->class);
	put_u32(pen, ttl);
	put_u16(pen, 0);
	start = pen->at;
	if (rr->bad)
		put_bytes(pen, rr->data, rr->len);
	else
		put_known(pen, rr);
	n = pen->at - start;
	if (pen->full || n > 65535) {
		pen->full = true;
		return;
	}
	pen->out[start - 2] = (uint8_t)(n >> 8);
	pen->out[start - 1] = (uint8_t)(n & 255);
}

static unsigned
flags_of(const struct dns_msg *msg)
{
	return (msg->qr ? 0x8000u : 0) | (msg->opcode & 15u) << 11 |
	    (msg->aa ? 0x0400u : 0) | (msg->tc ? 0x0200u : 0) |
	    (msg->rd ? 0x0100u : 0) | (msg->ra ? 0x0080u : 0) |
	    (msg->ad ? 0x0020u : 0) | (msg->cd ? 0x0010u : 0) |
	    ((unsigned)msg->rcode & 15u);
}

bool
dns_msg_write(const struct dns_msg *msg, uint8_t *out, size_t size, size_t *len)
{
	struct pen pen = { .out = out, .size = size };
	unsigned counts[3] = { 0 }, section;
	bool opt = false;
	size_t i;

	for (i = 0; i < msg->count; i++) {
		counts[msg->rrs[i].section]++;
		opt |= msg->rrs[i].type == DNS_OPT;
	}
	if (msg->rcode > 15 && !opt)
		return false;
	put_u16(&pen, msg->id);
	put_u16(&pen, flags_of(msg));
	put_u16(&pen, msg->qname != NULL);
	for (section = 0; section < 3; section++)
		put_u16(&pen, counts[section]);
	if (msg->qname != NULL) {
		put_name(&pen, msg->qname);
		put_u16(&pen, msg->qtype);
		put_u16(&pen, msg->qclass);
	}
	for (section = 0; section < 3; section++) {
		for (i = 0; i < msg->count; i++) {
			if (msg->rrs[i].section == section)
				put_rr(&pen, &msg->rrs[i], msg->rcode);
		}
	}
	if (pen.full)
		return false;
	*len = pen.at;
	return true;
}
