#ifndef RT_NET_DNS_MSG_H
#define RT_NET_DNS_MSG_H

/*
 * DNS messages (RFC 1035 4) decoded by ourselves: header bits, question and
 * all sections.  Names are kept in presentation format without the final
 * dot (the root is ".") and in the letters of their owner: compare with
 * dns_name_eq().  Bytes that are not printable ASCII, dots inside a label
 * and backslashes are written \DDD or \. as RFC 1035 5.1 has it, so a name
 * can be shown and compared but carries no control bytes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"
#include "net/err.h"

#define DNS_PORT 53       /* RFC 1035 4.2 */
#define DNS_NAME_MAX 1025 /* presentation form of 255 bytes, and NUL */
#define DNS_RR_MAX 4096   /* records kept of one message */

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_OPT = 41,
	DNS_DS = 43,
	DNS_RRSIG = 46,
	DNS_TLSA = 52,
	DNS_SPF = 99,
};

enum dns_rcode {
	DNS_NOERROR = 0,
	DNS_FORMERR = 1,
	DNS_SERVFAIL = 2,
	DNS_NXDOMAIN = 3,
	DNS_NOTIMP = 4,
	DNS_REFUSED = 5,
};

enum dns_section {
	DNS_ANSWER,
	DNS_AUTHORITY,
	DNS_ADDITIONAL,
};

struct dns_rr {
	enum dns_section section;
	char *name;    /* owner */
	uint16_t type, class;
	uint32_t ttl;  /* seconds */
	char *target;  /* NS CNAME PTR MX SRV, SOA mname; else NULL */
	uint16_t preference; /* MX, SRV priority */
	uint16_t weight, port; /* SRV */
	struct addr addr; /* A, AAAA */
	char *rname;   /* SOA */
	uint32_t serial, refresh, retry, expire, minimum; /* SOA */
	uint8_t usage, selector, matching; /* TLSA */
	/*
	 * TXT: the strings concatenated (RFC 7208 3.3); TLSA: the data; other
	 * types: the raw RDATA. data[len] is a NUL of ours.
	 */
	uint8_t *data;
	size_t len;
	unsigned strings; /* TXT: how many character-strings */
	bool bad; /* RDATA did not fit its type's format; only data is set */
};

struct dns_msg {
	uint16_t id;
	uint8_t opcode; /* 0: a standard query */
	bool qr, aa, tc, rd, ra, ad, cd;
	int rcode; /* extended by OPT where there is one */
	char *qname; /* NULL if the message has no question */
	uint16_t qtype, qclass;
	struct dns_rr *rrs; /* in the order of the message */
	size_t count;
	bool more; /* records beyond DNS_RR_MAX were dropped */
	size_t size; /* bytes of the message */
};

/*
 * On success *msg is the caller's, to be cleared; untouched on failure.
 * RDATA that cannot be read spoils its record alone (bad); a message that
 * ends inside a record is refused unless TC says that it was cut.
 */
bool dns_msg_parse(const uint8_t *bytes, size_t n, struct dns_msg *msg,
    struct err *err);
void dns_msg_clear(struct dns_msg *msg);

/*
 * The i-th readable answer record of this type whose owner is the question's
 * name or the end of its CNAME chain; NULL behind the last.
 */
const struct dns_rr *dns_msg_answer(const struct dns_msg *msg, uint16_t type,
    size_t i);
size_t dns_msg_answers(const struct dns_msg *msg, uint16_t type);
/* How many such records there are that could not be read. */
size_t dns_msg_bad_answers(const struct dns_msg *msg, uint16_t type);
/* The end of the CNAME chain (the question's name if there is none). */
const char *dns_msg_canonical(const struct dns_msg *msg);
bool dns_msg_has_cname(const struct dns_msg *msg);
/* Does the chain of aliases come back to itself, so that it ends nowhere? */
bool dns_msg_cname_loop(const struct dns_msg *msg);

/* Letters compare without regard to case (RFC 4343); a final dot is nothing. */
bool dns_name_eq(const char *a, const char *b);
/* True if `name` is `zone` or below it. */
bool dns_name_under(const char *name, const char *zone);
/*
 * A legal question: the root ".", or 1..253 bytes in labels of 1..63 bytes.
 * Escapes as above are allowed, a final dot too. Anything else (bytes that
 * are not printable ASCII, blanks, empty labels) cannot be asked.
 */
bool dns_name_valid(const char *name);

const char *dns_type_name(uint16_t type);   /* "MX"; "TYPE65" */
const char *dns_rcode_name(int rcode);      /* "NXDOMAIN"; "RCODE23" */
/* One record as a zone file would have it, escaped; returns `out`. */
const char *dns_rr_text(const struct dns_rr *rr, char *out, size_t size);

/*
 * For servers of worlds and tests: puts a message on the wire, without
 * compression, sections in order; TXT data is cut into strings of 255
 * bytes; an OPT record gets the upper bits of the rcode.  False when it
 * does not fit into `size` bytes or a name has no wire form.
 */
bool dns_msg_write(const struct dns_msg *msg, uint8_t *out, size_t size,
    size_t *len);
/* Uncompressed, root byte included: at most 255 bytes. "" is the root. */
bool dns_name_write(const char *name, uint8_t *out, size_t size, size_t *len);

#endif
