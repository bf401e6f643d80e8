#include "net/dns_msg.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/mem.h"

/* A message grows here byte by byte, as a peer might send it. */
struct wire {
	uint8_t bytes[65535];
	size_t len;
};

static void
put(struct wire *w, const char *bytes, size_t n)
{
	ck_assert_uint_le(w->len + n, sizeof(w->bytes));
	memcpy(w->bytes + w->len, bytes, n);
	w->len += n;
}

#define PUT(w, literal) put(w, literal, sizeof(literal) - 1)

static void
put16(struct wire *w, unsigned v)
{
	const char b[2] = { (char)(v >> 8), (char)(v & 255) };

	put(w, b, 2);
}

/* Header of an answer and the question "a.example <type>" at offset 12. */
static void
begin(struct wire *w, unsigned flags, unsigned type, unsigned an, unsigned ns,
    unsigned ar)
{
	w->len = 0;
	PUT(w, "\x12\x34");
	put16(w, flags);
	put16(w, 1);
	put16(w, an);
	put16(w, ns);
	put16(w, ar);
	PUT(w, "\1a\7example\0");
	put16(w, type);
	put16(w, 1);
}

/* Owner (a pointer to the question), type, class IN, TTL 60, RDATA. */
static void
record(struct wire *w, unsigned type, const char *rdata, size_t n)
{
	PUT(w, "\xc0\x0c");
	put16(w, type);
	put16(w, 1);
	PUT(w, "\0\0\0\x3c");
	put16(w, (unsigned)n);
	put(w, rdata, n);
}

#define RECORD(w, type, literal) record(w, type, literal, sizeof(literal) - 1)

static struct dns_msg
parsed(const struct wire *w)
{
	struct dns_msg msg;
	struct err err = { 0 };
	/* A copy of exact size, so that a read beyond the end is seen. */
	uint8_t *exact = mem_alloc(w->len);

	memcpy(exact, w->bytes, w->len);
	ck_assert_msg(dns_msg_parse(exact, w->len, &msg, &err), "%s",
	    err.text);
	free(exact);
	return msg;
}

static void
refused(const struct wire *w, const char *why)
{
	struct dns_msg msg = { .id = 77 };
	struct err err = { 0 };
	uint8_t *exact = mem_alloc(w->len);

	memcpy(exact, w->bytes, w->len);
	ck_assert(!dns_msg_parse(exact, w->len, &msg, &err));
	ck_assert_int_eq(err.kind, ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, why));
	ck_assert_uint_eq(msg.id, 77); /* outputs untouched */
	free(exact);
}

static struct wire w;
static char text[2048];

START_TEST(header_bits_are_told_apart)
{
	struct dns_msg msg;

	begin(&w, 0x8400, DNS_A, 0, 0, 0);
	msg = parsed(&w);
	ck_assert_uint_eq(msg.id, 0x1234);
	ck_assert(msg.qr && msg.aa && !msg.tc && !msg.rd && !msg.ra);
	ck_assert_str_eq(msg.qname, "a.example");
	ck_assert_uint_eq(msg.qtype, DNS_A);
	ck_assert_uint_eq(msg.size, w.len);
	dns_msg_clear(&msg);

	begin(&w, 0x23b2, DNS_A, 0, 0, 0);
	msg = parsed(&w);
	ck_assert(!msg.qr && !msg.aa && msg.tc && msg.rd && msg.ra && msg.ad &&
	    msg.cd);
	ck_assert_uint_eq(msg.opcode, 4);
	ck_assert_int_eq(msg.rcode, DNS_SERVFAIL);
	dns_msg_clear(&msg);
}
END_TEST

START_TEST(every_type_we_know_is_read)
{
	static const struct {
		unsigned type;
		const char *rdata;
		size_t n;
		const char *text;
	} cases[] = {
#define CASE(type, rdata, text) { type, rdata, sizeof(rdata) - 1, text }
		CASE(DNS_A, "\300\0\2\1", "192.0.2.1"),
		CASE(DNS_AAAA, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1",
		    "2001:db8::1"),
		CASE(DNS_NS, "\2ns\xc0\x0c", "ns.a.example."),
		CASE(DNS_CNAME, "\1b\xc0\x0e", "b.example."),
		CASE(DNS_PTR, "\1p\0", "p."),
		CASE(DNS_MX, "\0\x0a\2mx\xc0\x0c", "10 mx.a.example."),
		CASE(DNS_MX, "\0\0\0", "0 ."), /* RFC 7505 */
		CASE(DNS_SRV, "\0\1\0\2\x02\x4b\1s\0", "1 2 587 s."),
		CASE(DNS_SOA,
		    "\1m\0\1r\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\xff\0\0\0",
		    "m. r. 1 2 3 4 4278190080"),
		CASE(DNS_TXT, "\3v=s\3pf1\0", "\"v=spf1\""),
		CASE(DNS_TXT, "\0", "\"\""),
		CASE(DNS_SPF, "\4a\"\\\x1b", "\"a\\\"\\\\\\027\""),
		CASE(DNS_TLSA, "\3\1\1\xab\xcd", "3 1 1 abcd"),
		CASE(DNS_DS, "\1\2", "\\# 2 0102"),
		CASE(65280, "", "\\# 0"),
#undef CASE
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dns_msg msg;
		char want[256];

		begin(&w, 0x8180, cases[i].type, 1, 0, 0);
		record(&w, cases[i].type, cases[i].rdata, cases[i].n);
		msg = parsed(&w);
		ck_assert_uint_eq(msg.count, 1);
		ck_assert(!msg.rrs[0].bad);
		snprintf(want, sizeof(want), "a.example. 60 IN %s %s",
		    dns_type_name((uint16_t)cases[i].type), cases[i].text);
		ck_assert_str_eq(dns_rr_text(&msg.rrs[0], text, sizeof(text)),
		    want);
		ck_assert_ptr_eq(dns_msg_answer(&msg,
				     (uint16_t)cases[i].type, 0),
		    &msg.rrs[0]);
		dns_msg_clear(&msg);
	}
}
END_TEST

/* RDATA that does not fit its type spoils that record and no other. */
START_TEST(bad_rdata_spoils_one_record)
{
	static const struct {
		unsigned type;
		const char *rdata;
		size_t n;
	} cases[] = {
#define CASE(type, rdata) { type, rdata, sizeof(rdata) - 1 }
		CASE(DNS_A, "\300\0\2"),
		CASE(DNS_A, "\300\0\2\1\1"),
		CASE(DNS_A, ""),
		CASE(DNS_AAAA, "\300\0\2\1"),
		CASE(DNS_MX, "\0"),
		CASE(DNS_MX, "\0\x0a"),
		CASE(DNS_MX, "\0\x0a\2mx"),
		CASE(DNS_MX, "\0\x0a\2mx\xc0"),
		CASE(DNS_MX, "\0\x0a\2mx\0\0"),
		CASE(DNS_MX, "\0\x0a\x80"),
		CASE(DNS_MX, "\0\x0a\xff\xff"),
		CASE(DNS_SOA, "\1m\0\1r\0\0\0\0\1"),
		CASE(DNS_SRV, "\0\1\0\2\2"),
		CASE(DNS_TXT, ""),
		CASE(DNS_TXT, "\3ab"),
		CASE(DNS_TXT, "\1a\2b"),
		CASE(DNS_TLSA, "\3\1"),
#undef CASE
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dns_msg msg;
		uint16_t type = (uint16_t)cases[i].type;

		begin(&w, 0x8180, type, 2, 0, 0);
		record(&w, type, cases[i].rdata, cases[i].n);
		RECORD(&w, DNS_A, "\300\0\2\x63");
		msg = parsed(&w);
		ck_assert_uint_eq(msg.count, 2);
		ck_assert(msg.rrs[0].bad);
		ck_assert_ptr_null(msg.rrs[0].target);
		ck_assert_uint_eq(msg.rrs[0].len, cases[i].n);
		ck_assert_mem_eq(msg.rrs[0].data, cases[i].rdata, cases[i].n);
		ck_assert_ptr_nonnull(strstr(dns_rr_text(&msg.rrs[0], text,
						 sizeof(text)), "\\# "));
		ck_assert_uint_eq(dns_msg_bad_answers(&msg, type), 1);
		ck_assert_uint_eq(dns_msg_answers(&msg, DNS_A), 1);
		ck_assert(!msg.rrs[1].bad);
		dns_msg_clear(&msg);
	}
}
END_TEST

START_TEST(pointers_lead_backwards_only)
{
	struct dns_msg msg;

	/* To itself. */
	begin(&w, 0x8180, DNS_A, 1, 0, 0);
	PUT(&w, "\xc0\x1b\0\1\0\1\0\0\0\0\0\0");
	ck_assert_uint_eq(w.len - 12, 0x1b); /* the record's offset */
	refused(&w, "behind 0 records");
	/* Forward. */
	begin(&w, 0x8180, DNS_A, 1, 0, 0);
	PUT(&w, "\xc0\x1d\0\1\0\1\0\0\0\0\0\0");
	refused(&w, "behind 0 records");
	/* Two that lead to each other: RDATA into a name that leads back. */
	begin(&w, 0x8180, DNS_MX, 1, 0, 0);
	RECORD(&w, DNS_MX, "\0\1\1x\xc0\x29");
	msg = parsed(&w);
	ck_assert(msg.rrs[0].bad);
	dns_msg_clear(&msg);
	/* The question itself points at the header's bytes: legal, odd. */
	w.len = 0;
	PUT(&w, "\0\0\x81\x80\0\1\0\0\0\0\0\0\xc0\x00\0\1\0\1");
	msg = parsed(&w);
	ck_assert_str_eq(msg.qname, ".");
	dns_msg_clear(&msg);
	/* And at itself. */
	w.len = 0;
	PUT(&w, "\0\0\x81\x80\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1");
	refused(&w, "broken question");
}
END_TEST

/* Pointer to pointer to pointer: long chains end at the limit. */
START_TEST(pointer_chains_are_bounded)
{
	struct dns_msg msg;
	size_t i, at = 12;
	char rdata[600];

	for (i = 0; i < 300; i++) {
		/* "\0\0" first, so that the first jump reaches a root. */
		unsigned to = i == 0 ? 12 : (unsigned)(0x27 + 2 * (i - 1));

		rdata[2 * i] = (char)(0xc0 | to >> 8);
		rdata[2 * i + 1] = (char)(to & 255);
	}
	begin(&w, 0x8180, DNS_NS, 3, 0, 0);
	record(&w, 65280, rdata, sizeof(rdata));
	ck_assert_uint_eq(w.len - 600, 0x27);
	at = 0x27 + 2 * 100;
	RECORD(&w, DNS_NS, "\xc0\xef");
	ck_assert_uint_eq(at, 0xef);
	RECORD(&w, DNS_NS, "\xc1\xef"); /* 0x1ef: 228 jumps */
	msg = parsed(&w);
	ck_assert_uint_eq(msg.count, 3);
	ck_assert_str_eq(msg.rrs[1].target, "a.example");
	ck_assert(msg.rrs[2].bad);
	dns_msg_clear(&msg);
}
END_TEST

START_TEST(names_have_an_end)
{
	char name[300], shown[DNS_NAME_MAX];
	size_t i, len, wire_len;
	uint8_t wire[255];
	struct dns_msg msg;

	/* Labels 63 63 63 61: 255 bytes on the wire, the longest name. */
	for (len = 0, i = 0; i < 4; i++) {
		size_t n = i < 3 ? 63 : 61;

		name[len++] = (char)n;
		memset(name + len, 0xff, n);
		len += n;
	}
	name[len++] = 0;
	ck_assert_uint_eq(len, 255);
	begin(&w, 0x8180, DNS_NS, 1, 0, 0);
	record(&w, DNS_NS, name, len);
	msg = parsed(&w);
	ck_assert(!msg.rrs[0].bad);
	ck_assert_uint_eq(strlen(msg.rrs[0].target), 250 * 4 + 3);
	snprintf(shown, sizeof(shown), "%s", msg.rrs[0].target);
	ck_assert(dns_name_write(shown, wire, sizeof(wire), &wire_len));
	ck_assert_uint_eq(wire_len, 255);
	ck_assert_mem_eq(wire, name, 255);
	ck_assert(!dns_name_write(shown, wire, 254, &wire_len));
	dns_msg_clear(&msg);

	/* One byte more, and a pointer that makes it longer. */
	name[3 * 64] = 62;
	name[254] = 'x';
	name[255] = 0;
	begin(&w, 0x8180, DNS_NS, 2, 0, 0);
	record(&w, DNS_NS, name, 256);
	name[3 * 64] = 53;
	name[3 * 64 + 54] = (char)0xc0;
	name[3 * 64 + 55] = 0x0c;
	record(&w, DNS_NS, name, 3 * 64 + 56);
	msg = parsed(&w);
	ck_assert_uint_eq(msg.count, 2);
	ck_assert(msg.rrs[0].bad);
	ck_assert(msg.rrs[1].bad);
	dns_msg_clear(&msg);
}
END_TEST

START_TEST(hostile_bytes_in_names_are_escaped)
{
	struct dns_msg msg;
	uint8_t wire[64];
	size_t len;

	begin(&w, 0x8180, DNS_NS, 1, 0, 0);
	RECORD(&w, DNS_NS, "\x0b\x1b]0;a.b\\ \x7f\x90\2\xc3\xa9\0");
	msg = parsed(&w);
	ck_assert_str_eq(msg.rrs[0].target,
	    "\\027]0;a\\.b\\\\\\032\\127\\144.\\195\\169");
	ck_assert(dns_name_write(msg.rrs[0].target, wire, sizeof(wire), &len));
	ck_assert_uint_eq(len, 16);
	ck_assert_mem_eq(wire, "\x0b\x1b]0;a.b\\ \x7f\x90\2\xc3\xa9\0", 16);
	dns_msg_clear(&msg);
}
END_TEST

START_TEST(opt_extends_the_rcode)
{
	struct dns_msg msg;

	begin(&w, 0x8181, DNS_A, 0, 0, 1);
	PUT(&w, "\0\0\x29\4\xd0\1\0\x80\0\0\0");
	msg = parsed(&w);
	ck_assert_int_eq(msg.rcode, 17);
	ck_assert_uint_eq(msg.rrs[0].class, 1232);
	ck_assert_str_eq(dns_rcode_name(16), "BADVERS");
	ck_assert_str_eq(dns_rcode_name(17), "RCODE17");
	ck_assert_str_eq(dns_rcode_name(3), "NXDOMAIN");
	ck_assert_str_eq(dns_rcode_name(-1), "RCODE-1");
	dns_msg_clear(&msg);
}
END_TEST

/* However a message is cut, it is refused or (with TC) read that far. */
START_TEST(every_cut_is_survived)
{
	size_t cut, whole;
	struct dns_msg msg;
	struct err err;

	begin(&w, 0x8180, DNS_MX, 2, 1, 1);
	RECORD(&w, DNS_MX, "\0\x0a\2mx\xc0\x0c");
	RECORD(&w, DNS_MX, "\0\x14\3mx2\xc0\x0c");
	RECORD(&w, DNS_SOA,
	    "\1m\0\1r\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5");
	PUT(&w, "\0\0\x29\4\xd0\0\0\0\0\0\0");
	whole = w.len;
	for (cut = 0; cut < whole; cut++) {
		uint8_t *exact = mem_alloc(cut);

		memcpy(exact, w.bytes, cut);
		ck_assert(!dns_msg_parse(exact, cut, &msg, &err));
		if (cut > 12 + 15) {
			exact[2] |= 0x02;
			ck_assert(dns_msg_parse(exact, cut, &msg, &err));
			ck_assert(msg.tc);
			ck_assert_uint_lt(msg.count, 4);
			dns_msg_clear(&msg);
		}
		free(exact);
	}
	PUT(&w, "trailing bytes are nobody's");
	msg = parsed(&w);
	ck_assert_uint_eq(msg.count, 4);
	ck_assert_int_eq(msg.rrs[2].section, DNS_AUTHORITY);
	dns_msg_clear(&msg);
}
END_TEST

/* No byte, changed to anything, may hurt (ASan watches). */
START_TEST(every_changed_byte_is_survived)
{
	static const uint8_t values[] = { 0, 1, 12, 63, 64, 0x80, 0xc0, 0xff };
	size_t at, i;

	begin(&w, 0x8180, DNS_MX, 2, 1, 0);
	RECORD(&w, DNS_MX, "\0\x0a\2mx\xc0\x0c");
	RECORD(&w, DNS_TXT, "\3abc\4defg");
	RECORD(&w, DNS_SOA,
	    "\1m\0\1r\xc0\x0c\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5");
	for (at = 0; at < w.len; at++) {
		for (i = 0; i < sizeof(values); i++) {
			uint8_t *exact = mem_alloc(w.len);
			struct dns_msg msg;
			struct err err;

			memcpy(exact, w.bytes, w.len);
			exact[at] = values[i];
			if (dns_msg_parse(exact, w.len, &msg, &err)) {
				dns_msg_answers(&msg, DNS_MX);
				dns_msg_clear(&msg);
			}
			free(exact);
		}
	}
}
END_TEST

START_TEST(questions_other_than_one)
{
	struct dns_msg msg;

	w.len = 0;
	PUT(&w, "\0\1\x81\x81\0\0\0\0\0\0\0\0");
	msg = parsed(&w);
	ck_assert_ptr_null(msg.qname);
	ck_assert_int_eq(msg.rcode, DNS_FORMERR);
	ck_assert_uint_eq(dns_msg_answers(&msg, DNS_A), 0);
	ck_assert(!dns_msg_has_cname(&msg));
	dns_msg_clear(&msg);
	w.bytes[5] = 2;
	refused(&w, "2 questions");
}
END_TEST

START_TEST(many_records)
{
	struct dns_msg msg;
	int i;

	begin(&w, 0x8180, DNS_TXT, 4000, 0, 0);
	for (i = 0; i < 4000; i++)
		RECORD(&w, DNS_TXT, "\3abc");
	msg = parsed(&w);
	ck_assert_uint_eq(dns_msg_answers(&msg, DNS_TXT), 4000);
	ck_assert_ptr_eq(dns_msg_answer(&msg, DNS_TXT, 3999), &msg.rrs[3999]);
	ck_assert_ptr_null(dns_msg_answer(&msg, DNS_TXT, 4000));
	ck_assert(!msg.more);
	dns_msg_clear(&msg);

	begin(&w, 0x8180, DNS_MX, 500, 0, 0);
	for (i = 0; i < 500; i++)
		RECORD(&w, DNS_MX, "\0\x0a\2mx\xc0\x0c");
	msg = parsed(&w);
	ck_assert_uint_eq(dns_msg_answers(&msg, DNS_MX), 500);
	dns_msg_clear(&msg);

	/* More than we keep: the rest is counted out, OPT still heard. */
	begin(&w, 0x8180, DNS_A, 5000, 0, 1);
	for (i = 0; i < 5000; i++)
		PUT(&w, "\0\0\1\0\1\0\0\0\0\0\0");
	PUT(&w, "\0\0\x29\4\xd0\1\0\0\0\0\0");
	msg = parsed(&w);
	ck_assert_uint_eq(msg.count, DNS_RR_MAX);
	ck_assert(msg.more);
	ck_assert_int_eq(msg.rcode, 16);
	dns_msg_clear(&msg);
}
END_TEST

START_TEST(the_cname_chain_is_followed)
{
	struct dns_msg msg;

	begin(&w, 0x8180, DNS_A, 4, 0, 0);
	RECORD(&w, DNS_CNAME, "\1b\xc0\x0e");       /* a -> b.example */
	PUT(&w, "\1A\xc0\x0e\0\1\0\1\0\0\0\0\0\4\1\1\1\1"); /* A.example */
	PUT(&w, "\1B\7EXAMPLE\0\0\5\0\1\0\0\0\0\0\4\1c\xc0\x0e");
	PUT(&w, "\1c\xc0\x0e\0\1\0\1\0\0\0\0\0\4\2\2\2\2");
	msg = parsed(&w);
	ck_assert_uint_eq(msg.count, 4);
	ck_assert(dns_msg_has_cname(&msg));
	ck_assert_str_eq(dns_msg_canonical(&msg), "c.example");
	ck_assert(!dns_msg_cname_loop(&msg));
	ck_assert_uint_eq(dns_msg_answers(&msg, DNS_A), 1);
	ck_assert_uint_eq(dns_msg_answer(&msg, DNS_A, 0)->addr.bytes[0], 2);
	dns_msg_clear(&msg);

	/* A loop ends. */
	begin(&w, 0x8180, DNS_A, 1, 0, 0);
	RECORD(&w, DNS_CNAME, "\xc0\x0c");
	msg = parsed(&w);
	ck_assert_str_eq(dns_msg_canonical(&msg), "a.example");
	ck_assert(dns_msg_cname_loop(&msg));
	dns_msg_clear(&msg);
}
END_TEST

START_TEST(names_compare_as_dns_does)
{
	ck_assert(dns_name_eq("MX.Example", "mx.eXAMPLE."));
	ck_assert(dns_name_eq("a\\046b.c", "a\\.b.c"));
	ck_assert(dns_name_eq("\\065.c", "a.C"));
	ck_assert(dns_name_eq(".", ""));
	ck_assert(!dns_name_eq("a.b", "a\\.b"));
	ck_assert(!dns_name_eq("a.b", "a.b.c"));
	ck_assert(!dns_name_eq("a.b", "a"));
	ck_assert(!dns_name_eq("a", "a\\"));
	ck_assert(dns_name_under("mx.dest.example", "Dest.example."));
	ck_assert(dns_name_under("dest.example", "dest.example"));
	ck_assert(dns_name_under("dest.example", "."));
	ck_assert(!dns_name_under("adest.example", "dest.example"));
	ck_assert(!dns_name_under("a\\.dest.example", "dest.example"));
	ck_assert(!dns_name_under("example", "dest.example"));
}
END_TEST

START_TEST(what_can_be_asked)
{
	static const char *const good[] = { ".", "example", "a.b.", "_25._tcp.x",
		"a\\.b.c", "\\000.c", "xn--bcher-kva.example", "*.example" };
	static const char *const bad[] = { "", "..", ".a", "a..b", "a..", "a b",
		"a\tb", "b\xc3\xbc.example", "a\\", "a\\25", "a\\256", "a\x1b",
		"a\x7f" };
	char name[300];
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(dns_name_valid(good[i]), "%s", good[i]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!dns_name_valid(bad[i]), "%s", bad[i]);
	memset(name, 'a', sizeof(name));
	name[64] = '\0';
	ck_assert(!dns_name_valid(name));
	ck_assert(dns_name_valid(name + 1));
	name[64] = 'a';
	name[63] = name[127] = name[191] = '.';
	name[254] = '\0';
	ck_assert(!dns_name_valid(name)); /* 254 bytes */
	name[253] = '\0';
	ck_assert(dns_name_valid(name));
	name[253] = '.';
	ck_assert(dns_name_valid(name));
}
END_TEST

/* Everything that is read can be written, and reads the same again. */
START_TEST(writes_what_it_reads)
{
	struct dns_msg msg, again;
	struct err err;
	uint8_t out[2048];
	char other[2048];
	size_t len, i;

	begin(&w, 0x8583, DNS_MX, 8, 1, 2);
	RECORD(&w, DNS_MX, "\0\x0a\2mx\xc0\x0c");
	RECORD(&w, DNS_A, "\300\0\2\1");
	RECORD(&w, DNS_A, "\300\0\2"); /* bad ones keep their bytes */
	RECORD(&w, DNS_AAAA, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1");
	RECORD(&w, DNS_TXT, "\3abc\1d");
	RECORD(&w, DNS_SRV, "\0\1\0\2\x02\x4b\1s\0");
	RECORD(&w, DNS_TLSA, "\3\1\1\xab\xcd");
	RECORD(&w, 65280, "xyz");
	RECORD(&w, DNS_SOA,
	    "\1m\0\1r\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5");
	RECORD(&w, DNS_CNAME, "\x02\x1b.\0");
	PUT(&w, "\0\0\x29\4\xd0\1\0\0\0\0\0");
	msg = parsed(&w);
	ck_assert(dns_msg_write(&msg, out, sizeof(out), &len));
	ck_assert(dns_msg_parse(out, len, &again, &err));
	ck_assert_int_eq(again.rcode, 19);
	ck_assert_uint_eq(again.id, msg.id);
	ck_assert(again.qr && again.aa && again.rd && again.ra);
	ck_assert_str_eq(again.qname, msg.qname);
	ck_assert_uint_eq(again.count, msg.count);
	for (i = 0; i < msg.count; i++) {
		ck_assert_int_eq(again.rrs[i].section, msg.rrs[i].section);
		ck_assert_int_eq(again.rrs[i].bad, msg.rrs[i].bad);
		ck_assert_str_eq(dns_rr_text(&again.rrs[i], text, sizeof(text)),
		    dns_rr_text(&msg.rrs[i], other, sizeof(other)));
	}
	for (i = 0; i < len; i++) {
		size_t n;

		ck_assert(!dns_msg_write(&msg, out, i, &n));
	}
	dns_msg_clear(&again);
	msg.count--; /* without the OPT record rcode 19 has no place */
	ck_assert(!dns_msg_write(&msg, out, sizeof(out), &len));
	msg.count++;
	dns_msg_clear(&msg);
}
END_TEST

START_TEST(long_text_is_cut_into_strings)
{
	struct dns_rr rr = { .section = DNS_ANSWER, .name = (char[]) { "t" },
		.type = DNS_TXT, .class = 1, .len = 600 };
	struct dns_msg msg = { .qr = true, .qname = (char[]) { "t" },
		.qtype = DNS_TXT, .qclass = 1, .rrs = &rr, .count = 1 };
	struct dns_msg again;
	struct err err;
	uint8_t out[1024], data[601] = { 0 };
	size_t len;

	memset(data, 'x', 600);
	rr.data = data;
	ck_assert(dns_msg_write(&msg, out, sizeof(out), &len));
	ck_assert(dns_msg_parse(out, len, &again, &err));
	ck_assert_uint_eq(again.rrs[0].strings, 3);
	ck_assert_uint_eq(again.rrs[0].len, 600);
	ck_assert_mem_eq(again.rrs[0].data, data, 601);
	/* Text that does not fit its buffer is cut, not overrun. */
	ck_assert_uint_eq(strlen(dns_rr_text(&again.rrs[0], text, 40)), 39);
	dns_msg_clear(&again);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("net.dns_msg");
	TCase *t = tcase_create("dns_msg");
	SRunner *r;
	int failed;

	tcase_add_test(t, header_bits_are_told_apart);
	tcase_add_test(t, every_type_we_know_is_read);
	tcase_add_test(t, bad_rdata_spoils_one_record);
	tcase_add_test(t, pointers_lead_backwards_only);
	tcase_add_test(t, pointer_chains_are_bounded);
	tcase_add_test(t, names_have_an_end);
	tcase_add_test(t, hostile_bytes_in_names_are_escaped);
	tcase_add_test(t, opt_extends_the_rcode);
	tcase_add_test(t, every_cut_is_survived);
	tcase_add_test(t, every_changed_byte_is_survived);
	tcase_add_test(t, questions_other_than_one);
	tcase_add_test(t, many_records);
	tcase_add_test(t, the_cname_chain_is_followed);
	tcase_add_test(t, names_compare_as_dns_does);
	tcase_add_test(t, what_can_be_asked);
	tcase_add_test(t, writes_what_it_reads);
	tcase_add_test(t, long_text_is_cut_into_strings);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
