#include "core/report/compare.h"

#include <check.h>

#include "sample_session.h"

static struct settings settings;
static struct session before, now;
static struct comparison comparison;

static void
setup(void)
{
	settings_init(&settings);
	sample_make(&before, &settings);
	sample_make(&now, &settings);
	memset(&comparison, 0, sizeof(comparison));
}

static void
teardown(void)
{
	compare_clear(&comparison);
	sample_clear(&before);
	sample_clear(&now);
	settings_clear(&settings);
}

static const struct compare_row *
row_of(const char *what)
{
	size_t i;

	for (i = 0; i < comparison.count; i++)
		if (strstr(comparison.rows[i].what, what) != NULL)
			return &comparison.rows[i];
	ck_abort_msg("no row about %s", what);
	return NULL;
}

/* Nothing changed: every row says so, none is lost. */
START_TEST(the_same)
{
	size_t i;

	compare_sessions(&before, &now, &comparison);
	ck_assert_uint_gt(comparison.count, 0);
	ck_assert_uint_eq(comparison.changed, 0);
	for (i = 0; i < comparison.count; i++)
		ck_assert_str_eq(comparison.rows[i].before,
		    comparison.rows[i].now);
	ck_assert(!comparison.solved);
}
END_TEST

/* A server that takes the recipient now stands first, with both answers. */
START_TEST(mended)
{
	struct server *server = &now.evidence.servers[1];
	const struct compare_row *row;

	server->result = RESULT_ACCEPTED;
	server->code = 250;
	server->enhanced = (struct enhanced) { 2, 1, 5 };
	snprintf(server->text, sizeof(server->text), "Ok");
	now.diagnosis.verdict = VERDICT_ACCEPTED;
	compare_sessions(&before, &now, &comparison);
	ck_assert_uint_eq(comparison.changed, 1);
	row = &comparison.rows[0];
	ck_assert(!row->same);
	ck_assert_ptr_nonnull(strstr(row->what, "203.0.113.20"));
	ck_assert_int_eq(strncmp(row->before, "554 5.7.1", 9), 0);
	ck_assert_int_eq(strncmp(row->now, "250 2.1.5", 9), 0);
	ck_assert_int_eq(row->at.probe, server->at.probe);
	ck_assert(comparison.solved);
	now.running = true;
	compare_sessions(&before, &now, &comparison);
	ck_assert(!comparison.solved);
}
END_TEST

/* A server that is gone or new has one side only. */
START_TEST(gone)
{
	const struct compare_row *row;

	now.evidence.server_count = 1;
	compare_sessions(&before, &now, &comparison);
	row = row_of("203.0.113.20");
	ck_assert(!row->same);
	ck_assert_str_eq(row->now, "");
	ck_assert_int_eq(row->at.probe, 0);
	ck_assert_int_ne(row->was_at.probe, 0);
	compare_sessions(&now, &before, &comparison);
	row = row_of("203.0.113.20");
	ck_assert_str_eq(row->before, "");
}
END_TEST

static void
add_ns(struct session *s, const char *set, unsigned long serial)
{
	struct ns_fact *ns = evidence_add_ns(&s->evidence);

	snprintf(ns->host, sizeof(ns->host), "ns3.dest.example");
	addr_parse("192.0.2.13", &ns->addr);
	ns->mx = LOOKUP_FOUND;
	ns->reachable = ns->have_serial = true;
	ns->serial = serial;
	ns->mx_set = mem_strdup(set);
}

static void
set_resolver(struct evidence *e, const char *set)
{
	free(e->resolver_mx_set);
	e->resolver_mx_set = mem_strdup(set);
}

/* The name server says the new MX, the resolver remembers the old one. */
START_TEST(not_yet_visible)
{
	struct evidence *e = &now.evidence;

	before.evidence.mx = e->mx = LOOKUP_FOUND;
	add_ns(&before, "10 old.dest.example", 7);
	add_ns(&now, "10 mx1.dest.example", 8);
	set_resolver(&before.evidence, "10 old.dest.example");
	set_resolver(e, "10 old.dest.example");
	e->mx_ttl = 2460;
	compare_sessions(&before, &now, &comparison);
	ck_assert(!row_of("MX at ns3")->same);
	ck_assert_str_eq(row_of("serial at ns3")->before, "7");
	ck_assert_str_eq(row_of("serial at ns3")->now, "8");
	ck_assert_int_eq(comparison.wait_s, 2460);
	ck_assert_ptr_nonnull(strstr(comparison.hidden, "ns3"));

	set_resolver(e, "10 mx1.dest.example");
	e->mx_ttl_full = 3600;
	compare_sessions(&before, &now, &comparison);
	ck_assert_int_eq(comparison.wait_s, 0);
	ck_assert_ptr_nonnull(strstr(comparison.hidden, "60 min"));
}
END_TEST

/* A warning stays in sight, and whether it was there before. */
START_TEST(still_open)
{
	struct finding old = { .id = "tls-starttls",
		.severity = SEVERITY_WARNING, .subject = "mx2.dest.example",
		.text = "offers no STARTTLS" };
	struct finding *both[2];
	size_t i;
	struct session *sessions[] = { &before, &now };

	for (i = 0; i < 2; i++) {
		struct diagnosis *d = &sessions[i]->diagnosis;

		free(d->findings);
		both[i] = d->findings = mem_array(1, sizeof(old));
		*both[i] = old;
		d->finding_count = 1;
	}
	compare_sessions(&before, &now, &comparison);
	ck_assert_uint_eq(comparison.open_count, 1);
	ck_assert(!comparison.open[0].new);
	ck_assert_ptr_nonnull(strstr(comparison.open[0].text, "STARTTLS"));
	before.diagnosis.finding_count = 0;
	compare_sessions(&before, &now, &comparison);
	ck_assert(comparison.open[0].new);
	both[1]->severity = SEVERITY_INFO;
	compare_sessions(&before, &now, &comparison);
	ck_assert_uint_eq(comparison.open_count, 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.compare");
	TCase *t = tcase_create("compare");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_same);
	tcase_add_test(t, mended);
	tcase_add_test(t, gone);
	tcase_add_test(t, not_yet_visible);
	tcase_add_test(t, still_open);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
