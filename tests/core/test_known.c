#include "core/report/known.h"

#include <check.h>

#include "core/things.h"
#include "sample_session.h"

static struct settings settings;
static struct session session;
static struct known known;

static void
setup(void)
{
	settings_init(&settings);
	sample_make(&session, &settings);
	memset(&known, 0, sizeof(known));
}

static void
teardown(void)
{
	known_clear(&known);
	sample_clear(&session);
	settings_clear(&settings);
}

static const struct known_line *
line_with(enum known_kind kind, const char *text)
{
	size_t i;

	for (i = 0; i < known.count; i++)
		if (known.lines[i].kind == kind &&
		    strstr(known.lines[i].text, text) != NULL)
			return &known.lines[i];
	return NULL;
}

static void
know(const char *text)
{
	struct thing thing;

	ck_assert(thing_parse(text, &thing));
	known_gather(&session, &thing, &known);
}

/* What a line names, in order, each once. */
START_TEST(things)
{
	static const struct {
		const char *text;
		const char *found[5];
	} rows[] = {
		{ "dest.example. 3600 IN MX 10 MX1.dest.example.",
		    { "dest.example", "mx1.dest.example" } },
		{ "554 5.7.1 <bob@dest.example>: Relay access denied",
		    { "bob@dest.example", "dest.example" } },
		{ "connected to 203.0.113.10:25 from 198.51.100.7",
		    { "203.0.113.10", "198.51.100.7" } },
		{ "EHLO [IPv6:2001:db8::7]", { "2001:db8::7" } },
		{ "mx1.dest.example [2001:db8:1::10]:25",
		    { "mx1.dest.example", "2001:db8:1::10" } },
		{ "v=spf1 include:_spf.dest.example ip4:192.0.2.0/24 -all",
		    { "_spf.dest.example", "192.0.2.0" } },
		{ "https://dest.example/why", { "dest.example" } },
		{ "250-mx2.dest.example", { "mx2.dest.example" } },
		{ "220 ESMTP 3.7.1 ready, 250-SIZE 10.5 e.g. nothing",
		    { NULL } },
		{ "@ . .. a@ @b :: :25 [] <> ..example.", { NULL } },
	};
	struct thing found[5];
	size_t i, k, n;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		n = things_find(rows[i].text, found, 5);
		for (k = 0; k < n; k++) {
			ck_assert_msg(k < 5 && rows[i].found[k] != NULL,
			    "%s: %s", rows[i].text, found[k].text);
			ck_assert_str_eq(found[k].text, rows[i].found[k]);
		}
		ck_assert_msg(n == 5 || rows[i].found[n] == NULL,
		    "%s: %s not found", rows[i].text, rows[i].found[n]);
	}
}
END_TEST

/* As a whole only: neither a part of a name nor of an address. */
START_TEST(named)
{
	struct thing name, address;

	ck_assert(thing_parse("dest.example", &name));
	ck_assert(thing_parse("192.0.2.2", &address));
	ck_assert(thing_named(&name, "MX Dest.Example."));
	ck_assert(thing_named(&name, "<bob@dest.example>"));
	ck_assert(!thing_named(&name, "mx1.dest.example"));
	ck_assert(!thing_named(&name, "dest.example.org"));
	ck_assert(thing_named(&name, "mx.dest.example and dest.example"));
	ck_assert(thing_named(&address, "[192.0.2.2]:25"));
	ck_assert(!thing_named(&address, "192.0.2.25"));
	ck_assert(!thing_named(&address, "1192.0.2.2"));
}
END_TEST

/* A record says who gave it and how long it holds, and where it stands. */
START_TEST(dns_answers)
{
	struct probe *p = sample_probe(&session, PROBE_DNS, "more");
	const struct known_line *l;

	sample_line(p, 1, LINE_SERVER, STAGE_DNS,
	    "A mx2.dest.example: NOERROR  (from 192.0.2.53, 31 ms)");
	sample_line(p, 1, LINE_SERVER, STAGE_DNS,
	    "mx2.dest.example. 3600 IN A 203.0.113.20");
	know("mx2.dest.example");
	l = line_with(KNOWN_DNS, "A 203.0.113.20");
	ck_assert_ptr_nonnull(l);
	ck_assert_ptr_nonnull(strstr(l->text, "TTL 3600 s"));
	ck_assert_str_eq(l->detail, "from 192.0.2.53");
	ck_assert_int_eq(l->at.probe, p->number);
	ck_assert_int_eq(l->at.line, 2);
	ck_assert_ptr_nonnull(line_with(KNOWN_LEADS_TO, "203.0.113.20"));
}
END_TEST

START_TEST(conversations)
{
	const struct known_line *l;

	know("203.0.113.20");
	l = line_with(KNOWN_SESSION, "mx2.dest.example");
	ck_assert_ptr_nonnull(l);
	ck_assert_int_eq(l->good, TRI_NO);
	ck_assert_int_eq(l->at.probe, 3);
	ck_assert_ptr_null(line_with(KNOWN_SESSION, "mx1.dest.example"));
	ck_assert_ptr_nonnull(line_with(KNOWN_OCCURS, "connected to"));
	know("mx1.dest.example");
	l = line_with(KNOWN_SESSION, "203.0.113.10");
	ck_assert_ptr_nonnull(l);
	ck_assert_int_eq(l->good, TRI_YES);
}
END_TEST

/* The sending side: its name, SPF and DMARC, each with its place. */
START_TEST(standing)
{
	struct evidence *e = &session.evidence;

	e->client_known = true;
	addr_parse("198.51.100.7", &e->client);
	e->ptr_at = (struct ref) { 1, 2 };
	snprintf(e->ptr_name, sizeof(e->ptr_name), "mail.src.example");
	e->ptr_confirmed = TRI_YES;
	snprintf(e->sender_domain, sizeof(e->sender_domain), "src.example");
	snprintf(e->dmarc_text, sizeof(e->dmarc_text), "p=reject");
	know("198.51.100.7");
	ck_assert_ptr_nonnull(line_with(KNOWN_STANDING, "PTR: mail.src"));
	ck_assert_ptr_null(line_with(KNOWN_STANDING, "DMARC"));
	know("al@src.example");
	ck_assert_ptr_nonnull(line_with(KNOWN_STANDING, "DMARC: p=reject"));
	know("dest.example");
	ck_assert_ptr_null(line_with(KNOWN_STANDING, "DMARC: p=reject"));
}
END_TEST

/* A thousand lines do not make a thousand rows; they are counted. */
START_TEST(bounded)
{
	struct probe *p = sample_probe(&session, PROBE_SMTP, "talkative");
	int i;

	for (i = 0; i < 1000; i++)
		sample_line(p, i, LINE_SERVER, STAGE_EHLO,
		    "250-quiet.example");
	know("quiet.example");
	ck_assert_uint_eq(known.of_kind[KNOWN_OCCURS], 1000);
	ck_assert_uint_eq(known.count, KNOWN_EACH);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.known");
	TCase *t = tcase_create("known");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, things);
	tcase_add_test(t, named);
	tcase_add_test(t, dns_answers);
	tcase_add_test(t, conversations);
	tcase_add_test(t, standing);
	tcase_add_test(t, bounded);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
