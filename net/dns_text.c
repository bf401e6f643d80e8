#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "net/dns_msg.h"

static const struct {
	uint16_t type;
	const char *name;
} types[] = {
	{ DNS_A, "A" },
	{ DNS_NS, "NS" },
	{ DNS_CNAME, "CNAME" },
	{ DNS_SOA, "SOA" },
	{ DNS_PTR, "PTR" },
	{ DNS_MX, "MX" },
	{ DNS_TXT, "TXT" },
	{ DNS_AAAA, "AAAA" },
	{ DNS_SRV, "SRV" },
	{ DNS_OPT, "OPT" },
	{ DNS_DS, "DS" },
	{ DNS_RRSIG, "RRSIG" },
	{ DNS_TLSA, "TLSA" },
	{ DNS_SPF, "SPF" },
};

/* RFC 1035 4.1.1, 2136, 6891; those above 10 need an OPT record. */
static const char *const rcodes[] = {
	"NOERROR",
	"FORMERR",
	"SERVFAIL",
	"NXDOMAIN",
	"NOTIMP",
	"REFUSED",
	"YXDOMAIN",
	"YXRRSET",
	"NXRRSET",
	"NOTAUTH",
	"NOTZONE",
	[16] = "BADVERS",
};

const char *
dns_type_name(uint16_t type)
{
	/* Several may stand in one line of output. */
	static char unknown[4][sizeof("TYPE65535")];
	static unsigned turn;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].type == type)
			return types[i].name;
	}
	turn = (turn + 1) % 4;
	snprintf(unknown[turn], sizeof(unknown[turn]), "TYPE%u",
	    (unsigned)type);
	return unknown[turn];
}

const char *
dns_rcode_name(int rcode)
{
	static char unknown[sizeof("RCODE-2147483648")];

	if (rcode >= 0 && rcode < (int)(sizeof(rcodes) / sizeof(rcodes[0])) &&
	    rcodes[rcode] != NULL)
		return rcodes[rcode];
	snprintf(unknown, sizeof(unknown), "RCODE%d", rcode);
	return unknown;
}

/* Text of limited size; what does not fit is dropped. */
struct line {
	char *out;
	size_t size, len;
};

static void __attribute__((format(printf, 2, 3)))
put(struct line *line, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line->out + line->len, line->size - line->len, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	line->len += (size_t)n;
	if (line->len >= line->size)
		line->len = line->size - 1;
}

static void
put_quoted(struct line *line, const uint8_t *bytes, size_t n)
{
	size_t i;

	put(line, "\"");
	for (i = 0; i < n; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			put(line, "\\%c", bytes[i]);
		else if (bytes[i] >= 0x20 && bytes[i] < 0x7f)
			put(line, "%c", bytes[i]);
		else
			put(line, "\\%03u", (unsigned)bytes[i]);
	}
	put(line, "\"");
}

static void
put_hex(struct line *line, const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n && line->len + 1 < line->size; i++)
		put(line, "%02x", (unsigned)bytes[i]);
}

/* The final dot that names in zone files have. */
static void
put_name(struct line *line, const char *name)
{
	if (name == NULL)
		name = "";
	put(line, "%s%s", name, strcmp(name, ".") == 0 ? "" : ".");
}

/* RFC 3597 5: the form for types and RDATA that nobody knows. */
static void
put_raw(struct line *line, const struct dns_rr *rr)
{
	put(line, "\\# %zu%s", rr->len, rr->len > 0 ? " " : "");
	put_hex(line, rr->data, rr->len);
}

static void
put_rdata(struct line *line, const struct dns_rr *rr)
{
	char text[ADDR_TEXT_MAX];

	switch (rr->type) {
	case DNS_A:
	case DNS_AAAA:
		put(line, "%s", addr_text(&rr->addr, text));
		break;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
		put_name(line, rr->target);
		break;
	case DNS_MX:
		put(line, "%u ", (unsigned)rr->preference);
		put_name(line, rr->target);
		break;
	case DNS_SRV:
		put(line, "%u %u %u ", (unsigned)rr->preference,
		    (unsigned)rr->weight, (unsigned)rr->port);
		put_name(line, rr->target);
		break;
	case DNS_SOA:
		put_name(line, rr->target);
		put(line, " ");
		put_name(line, rr->rname);
		put(line, " %lu %lu %lu %lu %lu", (unsigned long)rr->serial,
		    (unsigned long)rr->refresh, (unsigned long)rr->retry,
		    (unsigned long)rr->expire, (unsigned long)rr->minimum);
		break;
	case DNS_TXT:
	case DNS_SPF:
		put_quoted(line, rr->data, rr->len);
		break;
	case DNS_TLSA:
		put(line, "%u %u %u ", (unsigned)rr->usage,
		    (unsigned)rr->selector, (unsigned)rr->matching);
		put_hex(line, rr->data, rr->len);
		break;
	default:
		put_raw(line, rr);
	}
}

const char *
dns_rr_text(const struct dns_rr *rr, char *out, size_t size)
{
	struct line line = { .out = out, .size = size };

	out[0] = '\0';
	put_name(&line, rr->name);
	put(&line, " %lu ", (unsigned long)rr->ttl);
	if (rr->class == 1)
		put(&line, "IN");
	else
		put(&line, "CLASS%u", (unsigned)rr->class);
	put(&line, " %s ", dns_type_name(rr->type));
	if (rr->bad)
		put_raw(&line, rr);
	else
		put_rdata(&line, rr);
	return out;
}
