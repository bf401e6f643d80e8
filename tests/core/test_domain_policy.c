#include "core/policy/domain_policy.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/policy/services.h"
#include "fake/zone.h"
#include "net/loop.h"

static void
finish(struct loop *loop, struct task *task)
{
	int turns;

	for (turns = 0; !task->done; turns++) {
		ck_assert_int_lt(turns, 200);
		loop_turn(loop, 0);
	}
}

static const struct {
	const char *zone;
	enum found sts;
	bool sts_usable;
	const char *sts_problem;
	enum found rpt;
	bool rpt_usable;
} cases[] = {
	{ "_mta-sts.e.test TXT v=STSv1; id=20240101T00;\n"
	    "_smtp._tls.e.test TXT v=TLSRPTv1; rua=mailto:t@e.test\n",
	    FOUND_RECORDS, true, "", FOUND_RECORDS, true },
	{ "e.test A 192.0.2.1\n", FOUND_NO_NAME, false, "", FOUND_NO_NAME,
	    false },
	{ "_mta-sts.e.test TXT v=STSv1\n"
	    "_smtp._tls.e.test TXT v=TLSRPTv1; rua=t@e.test\n",
	    FOUND_RECORDS, false, "no id= tag", FOUND_RECORDS, false },
	{ "_mta-sts.e.test TXT v=STSv1; id=2024-01-01\n"
	    "_smtp._tls.e.test SERVFAIL\n",
	    FOUND_RECORDS, false, "id=2024-01-01 is not valid", FOUND_FAILURE,
	    false },
	{ "_mta-sts.e.test TXT v=STSv1; id=1\n"
	    "_mta-sts.e.test TXT v=STSv1; id=2\n"
	    "_smtp._tls.e.test TXT something else\n",
	    FOUND_NONE, false, "2 records", FOUND_NONE, false },
	{ "_mta-sts.e.test TXT v=STSv1; id=\\x1b[2J\n"
	    "_smtp._tls.e.test TXT v=TLSRPTv1;rua=https://r.test/\n",
	    FOUND_RECORDS, false, "\\x1b[2J", FOUND_RECORDS, true },
};

START_TEST(records_of_the_domain)
{
	struct loop *loop = loop_new_virtual();
	struct resolver *r = zone_resolver(loop, cases[_i].zone);
	struct domain_policy p;

	domain_policy_start(&p, loop, NULL, r, "e.test", NULL, 0);
	finish(loop, &p.task);
	ck_assert_int_eq(p.sts.found, cases[_i].sts);
	ck_assert(p.sts.usable == cases[_i].sts_usable);
	ck_assert_msg(strstr(p.sts.problem, cases[_i].sts_problem) != NULL,
	    "%s", p.sts.problem);
	ck_assert(cases[_i].sts_problem[0] != '\0' ||
	    p.sts.problem[0] == '\0');
	ck_assert_int_eq(p.rpt.found, cases[_i].rpt);
	ck_assert(p.rpt.usable == cases[_i].rpt_usable);
	ck_assert_uint_eq(zone_questions(r), 2);
	domain_policy_clear(&p);
	ck_assert_uint_eq(zone_open(r), 0);
	zone_free(r);
	loop_free(loop);
}
END_TEST

START_TEST(tlsa_of_the_servers)
{
	static const char *const hosts[] = { "a.test", "b.test", "c.test",
		"d.test", "e.test" };
	struct loop *loop = loop_new_virtual();
	struct resolver *r = zone_resolver(loop,
	    "_25._tcp.a.test TLSA 3 1 1 32\n_25._tcp.a.test SECURE\n"
	    "_25._tcp.b.test TLSA 1 0 1 32\n"
	    "_25._tcp.e.test TLSA 3 1 2 32\n"
	    "_25._tcp.d.test TIMEOUT\n");
	struct domain_policy p;

	domain_policy_start(&p, loop, NULL, r, "e.test", hosts, 5);
	finish(loop, &p.task);
	ck_assert_uint_eq(p.host_count, 5);
	ck_assert(p.hosts[0].dane && p.hosts[0].secure);
	ck_assert_uint_eq(p.hosts[1].records, 1);
	ck_assert(!p.hosts[1].dane && !p.hosts[1].secure);
	ck_assert_int_eq(p.hosts[2].found, FOUND_NO_NAME);
	ck_assert_int_eq(p.hosts[3].found, FOUND_FAILURE);
	/* Half a SHA-512 digest is of no use. */
	ck_assert_uint_eq(p.hosts[4].records, 1);
	ck_assert(!p.hosts[4].dane);
	domain_policy_clear(&p);
	domain_policy_clear(&p);
	ck_assert_uint_eq(zone_open(r), 0);
	zone_free(r);
	loop_free(loop);
}
END_TEST

START_TEST(where_people_submit)
{
	struct loop *loop = loop_new_virtual();
	struct resolver *r = zone_resolver(loop,
	    "_submission._tcp.e.test SRV 10 5 587 smtp.e.test\n"
	    "_submission._tcp.e.test SRV 0 1 587 first.e.test\n"
	    "_submissions._tcp.e.test SRV 10 1 465 smtp.e.test\n"
	    "_submission._tcp.n.test SRV 0 0 0 .\n");
	struct services s;

	services_start(&s, loop, NULL, r, "e.test");
	finish(loop, &s.task);
	ck_assert_uint_eq(s.count, 3);
	ck_assert_str_eq(s.services[0].host, "first.e.test");
	ck_assert(s.services[1].tls);
	ck_assert_int_eq(s.services[1].port, 465);
	ck_assert_int_eq(s.services[2].port, 587);
	services_clear(&s);
	services_start(&s, loop, NULL, r, "n.test");
	finish(loop, &s.task);
	ck_assert_uint_eq(s.count, 0);
	ck_assert(s.denied[1] && !s.denied[0]);
	services_clear(&s);
	ck_assert_uint_eq(zone_open(r), 0);
	zone_free(r);
	loop_free(loop);
}
END_TEST

START_TEST(can_be_cleared_at_every_turn)
{
	static const char *const hosts[] = { "a.test", "b.test" };
	bool ran = true;
	struct domain_policy p;
	struct services s;
	int turns, i;

	for (turns = 0; ran; turns++) {
		struct loop *loop = loop_new_virtual();
		struct resolver *r = zone_resolver(loop,
		    "_25._tcp.b.test SLOW 50\n");

		domain_policy_start(&p, loop, NULL, r, "e.test", hosts, 2);
		services_start(&s, loop, NULL, r, "e.test");
		for (i = 0; i < turns; i++)
			ran = loop_turn(loop, 0);
		domain_policy_clear(&p);
		services_clear(&s);
		ck_assert_uint_eq(zone_open(r), 0);
		zone_free(r);
		loop_free(loop);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.domain_policy");
	TCase *t = tcase_create("domain_policy");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, records_of_the_domain, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, tlsa_of_the_servers);
	tcase_add_test(t, where_people_submit);
	tcase_add_test(t, can_be_cleared_at_every_turn);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
