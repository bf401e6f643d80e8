#include "core/policy/dmarc.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "fake/zone.h"
#include "net/loop.h"

struct bench {
	struct loop *loop;
	struct resolver *resolver;
	struct dmarc dmarc;
};

static void
start(struct bench *b, const char *zone, const char *author,
    const char *identity)
{
	memset(b, 0, sizeof(*b));
	b->loop = loop_new_virtual();
	b->resolver = zone_resolver(b->loop, zone);
	dmarc_start(&b->dmarc, b->loop, NULL, b->resolver, author, identity);
	/* What the machine has must not decide. */
	snprintf(b->dmarc.suffix_list, sizeof(b->dmarc.suffix_list), "%s/%s",
	    RT_TESTS_DIR, "data/suffixes");
}

static void
finish(struct bench *b)
{
	int turns;

	for (turns = 0; !b->dmarc.task.done; turns++) {
		ck_assert_int_lt(turns, 200);
		loop_turn(b->loop, 0);
	}
}

static void
clear(struct bench *b)
{
	dmarc_clear(&b->dmarc);
	ck_assert_uint_eq(zone_open(b->resolver), 0);
	while (loop_turn(b->loop, 0))
		continue;
	zone_free(b->resolver);
	loop_free(b->loop);
}

/* RFC 9989 4.10: the names of the walk. */
START_TEST(a_long_name_is_walked_in_eight_steps)
{
	static const char *const want[] = { "a.b.c.d.e.f.g.h.i.j.mail.e.test",
		"g.h.i.j.mail.e.test", "h.i.j.mail.e.test",
		"i.j.mail.e.test", "j.mail.e.test", "mail.e.test", "e.test",
		"test" };
	char names[DMARC_WALK_MAX][256];
	size_t i;

	ck_assert_uint_eq(dmarc_walk_names("a.b.c.d.e.f.g.h.i.j.mail.e.test",
	    names, DMARC_WALK_MAX), DMARC_WALK_MAX);
	for (i = 0; i < DMARC_WALK_MAX; i++)
		ck_assert_str_eq(names[i], want[i]);
	ck_assert_uint_eq(dmarc_walk_names("e.test", names, 8), 2);
	ck_assert_uint_eq(dmarc_walk_names("", names, 8), 0);
}
END_TEST

#define OWN "_dmarc.e.test TXT v=DMARC1; p=reject; sp=quarantine; np=none\n"

static const struct {
	const char *zone, *author, *identity;
	enum dmarc_state state;
	const char *domain, *tag;
	enum dmarc_policy policy, effective;
	enum dmarc_aligned aligned;
	unsigned questions;
	const char *text; /* a part of the sentence */
} cases[] = {
	/* 0: the author domain's own record; one question */
	{ OWN, "e.test", "e.test", DMARC_APPLIES, "e.test", "p",
	    DMARC_P_REJECT, DMARC_P_REJECT, DMARC_ALIGNED, 1, "reject" },
	/* 1: a subdomain with addresses: sp */
	{ OWN "a.e.test A 192.0.2.1\n", "a.e.test", "a.e.test", DMARC_APPLIES,
	    "e.test", "sp", DMARC_P_QUARANTINE, DMARC_P_QUARANTINE,
	    DMARC_ALIGNED, 6, "quarantine" },
	/* 2: a subdomain that does not exist: np */
	{ OWN, "a.e.test", NULL, DMARC_APPLIES, "e.test", "np", DMARC_P_NONE,
	    DMARC_P_NONE, DMARC_NOT_ALIGNED, 6, "do nothing" },
	/* 3: no answer about the subdomain is not absence */
	{ OWN "a.e.test TIMEOUT\n", "a.e.test", NULL, DMARC_APPLIES, "e.test",
	    "sp", DMARC_P_QUARANTINE, DMARC_P_QUARANTINE, DMARC_NOT_ALIGNED,
	    6, "quarantine" },
	/* 4: nothing anywhere */
	{ "e.test A 192.0.2.1\n", "e.test", "e.test", DMARC_NO_RECORD, "",
	    "p", 0, 0, DMARC_ALIGNED, 2, "no DMARC policy" },
	/* 5: relaxed alignment within the organization */
	{ OWN, "e.test", "bounce.e.test", DMARC_APPLIES, "e.test", "p",
	    DMARC_P_REJECT, DMARC_P_REJECT, DMARC_ALIGNED, 5, "reject" },
	/* 6: strict alignment wants the same name */
	{ "_dmarc.e.test TXT v=DMARC1; p=reject; aspf=s\n", "e.test",
	    "bounce.e.test", DMARC_APPLIES, "e.test", "p", DMARC_P_REJECT,
	    DMARC_P_REJECT, DMARC_NOT_ALIGNED, 5, "reject" },
	/* 7: another organization */
	{ OWN, "e.test", "other.test", DMARC_APPLIES, "e.test", "p",
	    DMARC_P_REJECT, DMARC_P_REJECT, DMARC_NOT_ALIGNED, 4, "reject" },
	/* 8: a public suffix's record, the organization is one below */
	{ "_dmarc.bank TXT v=DMARC1; p=reject; psd=y\n"
	    "b.my.bank A 192.0.2.1\n", "b.my.bank", "c.my.bank", DMARC_APPLIES,
	    "bank", "p", DMARC_P_REJECT, DMARC_P_REJECT, DMARC_ALIGNED, 6,
	    "reject" },
	/* 9: psd=n ends the walk below the longer organization */
	{ "_dmarc.e.test TXT v=DMARC1; p=none\n"
	    "_dmarc.d.e.test TXT v=DMARC1; p=reject; psd=n\n", "a.d.e.test",
	    "x.e.test", DMARC_APPLIES, "d.e.test", "p", DMARC_P_REJECT,
	    DMARC_P_REJECT, DMARC_NOT_ALIGNED, 7, "reject" },
	/* 10: test mode asks for one level less */
	{ "_dmarc.e.test TXT v=DMARC1; p=reject; t=y\n", "e.test", "e.test",
	    DMARC_APPLIES, "e.test", "p", DMARC_P_REJECT, DMARC_P_QUARANTINE,
	    DMARC_ALIGNED, 1, "in test mode" },
	/* 11: two records: none counts, the parent's does */
	{ "_dmarc.e.test TXT v=DMARC1; p=reject\n"
	    "_dmarc.e.test TXT v=DMARC1; p=none\n", "e.test", "e.test",
	    DMARC_NO_RECORD, "", "p", 0, 0, DMARC_ALIGNED, 2,
	    "2 DMARC records" },
	/* 12: other TXT records beside it are nothing */
	{ "_dmarc.e.test TXT v=spf1 -all\n" OWN, "e.test", "e.test",
	    DMARC_APPLIES, "e.test", "p", DMARC_P_REJECT, DMARC_P_REJECT,
	    DMARC_ALIGNED, 1, "reject" },
	/* 13: without p= it is none */
	{ "_dmarc.e.test TXT v=DMARC1; rua=mailto:d@e.test\n", "e.test",
	    "e.test", DMARC_APPLIES, "e.test", "p", DMARC_P_NONE,
	    DMARC_P_NONE, DMARC_ALIGNED, 1, "do nothing" },
	/* 14: a wrong p= without anybody to report to */
	{ "_dmarc.e.test TXT v=DMARC1; p=rejct\n", "e.test", "e.test",
	    DMARC_UNUSABLE, "e.test", "p", DMARC_P_NONE, DMARC_P_NONE,
	    DMARC_ALIGNED, 1, "p=rejct" },
	/* 15: no answer is no absence */
	{ "_dmarc.e.test SERVFAIL\n", "e.test", "e.test", DMARC_UNKNOWN, "",
	    "p", 0, 0, DMARC_ALIGNED, 2, "could not be looked up" },
	/* 16: a final dot and capitals change nothing */
	{ OWN, "E.Test.", "e.test", DMARC_APPLIES, "e.test", "p",
	    DMARC_P_REJECT, DMARC_P_REJECT, DMARC_ALIGNED, 1, "reject" },
	/* 17: an alias leads to a record elsewhere */
	{ "_dmarc.e.test CNAME d.host.test\nd.host.test TXT v=DMARC1; "
	    "p=quarantine\n", "e.test", "e.test", DMARC_APPLIES, "e.test",
	    "p", DMARC_P_QUARANTINE, DMARC_P_QUARANTINE, DMARC_ALIGNED, 1,
	    "quarantine" },
};

START_TEST(the_policy_that_applies)
{
	char text[400];
	struct bench b;

	start(&b, cases[_i].zone, cases[_i].author, cases[_i].identity);
	finish(&b);
	ck_assert_int_eq(b.dmarc.state, cases[_i].state);
	ck_assert_str_eq(b.dmarc.policy_domain, cases[_i].domain);
	ck_assert_str_eq(b.dmarc.tag, cases[_i].tag);
	ck_assert_int_eq(b.dmarc.policy, cases[_i].policy);
	ck_assert_int_eq(b.dmarc.effective, cases[_i].effective);
	ck_assert_int_eq(b.dmarc.aligned, cases[_i].aligned);
	ck_assert_uint_eq(zone_questions(b.resolver), cases[_i].questions);
	ck_assert_uint_eq(b.dmarc.lines.count, cases[_i].questions);
	dmarc_text(&b.dmarc, text, sizeof(text));
	ck_assert_msg(strstr(text, cases[_i].text) != NULL, "%s", text);
	clear(&b);
}
END_TEST

/* RFC 7489 6.6.3 beside it: the same names through a list of suffixes. */
START_TEST(an_old_receiver_may_see_another_policy)
{
	static const struct {
		const char *zone, *author, *identity;
		enum dmarc_state state;
		const char *organization;
		enum dmarc_policy policy;
		const char *text; /* "": no difference worth a word */
	} old[] = {
		{ OWN, "e.test", "e.test", DMARC_APPLIES, "e.test",
		    DMARC_P_REJECT, "" },
		/* the policy between author and organization is not seen */
		{ "_dmarc.d.e.test TXT v=DMARC1; p=reject\n"
		    "a.d.e.test A 192.0.2.1\n", "a.d.e.test", "a.d.e.test",
		    DMARC_NO_RECORD, "e.test", 0, "finds no policy" },
		/* nor that of the public suffix */
		{ "_dmarc.co.test TXT v=DMARC1; p=reject; psd=y\n",
		    "shop.co.test", "shop.co.test", DMARC_NO_RECORD,
		    "shop.co.test", 0, "finds no policy" },
		/* pct is only theirs, and t=y not */
		{ "_dmarc.e.test TXT v=DMARC1; p=reject; pct=20; t=y\n",
		    "e.test", "e.test", DMARC_APPLIES, "e.test",
		    DMARC_P_REJECT, "p=reject to 20 %" },
		/* no p= and nobody to report to: nothing */
		{ "_dmarc.e.test TXT v=DMARC1; sp=reject\n", "e.test",
		    "e.test", DMARC_UNUSABLE, "e.test", 0,
		    "finds no policy" },
	};
	char text[400];
	struct bench b;

	start(&b, old[_i].zone, old[_i].author, old[_i].identity);
	finish(&b);
	ck_assert_int_eq(b.dmarc.old_state, old[_i].state);
	ck_assert_str_eq(b.dmarc.old_organization, old[_i].organization);
	ck_assert_int_eq(b.dmarc.old_policy, old[_i].policy);
	ck_assert(b.dmarc.old_by_list);
	dmarc_old_text(&b.dmarc, text, sizeof(text));
	ck_assert_msg(old[_i].text[0] == '\0' ? text[0] == '\0' :
	    strstr(text, old[_i].text) != NULL, "'%s'", text);
	clear(&b);
}
END_TEST

/*
 * RFC 9989 sentence by sentence, and what RFC 7489 made of the same.  Each
 * outcome is: the organization of the author domain; whose record applies,
 * by which tag, what that asks for and what it comes to; how the identity
 * stands; behind the bar the organization, policy and alignment of old.
 */
#define D "_dmarc.e.test TXT v=DMARC1; "
#define SUB "_dmarc.d.e.test TXT v=DMARC1; "

static const struct {
	const char *zone, *author, *identity, *outcome;
} rules[] = {
	/* 4.7 p: absent in a good record it is none; old ones see nothing */
	{ D "adkim=s\n", "e.test", "e.test",
	    "e.test: e.test p none none aligned | e.test unusable aligned" },
	/* 4.10.1: a wrong p, sp or np is p=none where reports are wanted */
	{ D "p=rejct; sp=reject; rua=mailto:r@e.test\nd.e.test A 192.0.2.1\n",
	    "d.e.test", "d.e.test",
	    "e.test: e.test p none none aligned | e.test none aligned" },
	{ D "p=reject; sp=all; rua=mailto:r@e.test\n", "e.test", "e.test",
	    "e.test: e.test p none none aligned | e.test none aligned" },
	{ D "p=reject; np=all; rua=mailto:r@e.test\n", "e.test", "e.test",
	    "e.test: e.test p none none aligned | e.test reject aligned" },
	/* ... and else it is no DMARC at all */
	{ D "p=reject; sp=all\n", "e.test", "e.test",
	    "e.test: unusable aligned | e.test unusable aligned" },
	{ D "p=reject; np=\n", "e.test", "e.test",
	    "e.test: unusable aligned | e.test reject aligned" },
	{ D "p=all; rua=\n", "e.test", "e.test",
	    "e.test: unusable aligned | e.test unusable aligned" },
	{ D "p=all; rua=r@e.test\n", "e.test", "e.test",
	    "e.test: unusable aligned | e.test unusable aligned" },
	/* 4.7 v: first, and to the letter; blanks may stand around */
	{ "_dmarc.e.test TXT v=dmarc1; p=reject\n", "e.test", "e.test",
	    "e.test: - aligned | e.test - aligned" },
	{ "_dmarc.e.test TXT v=DMARC10; p=reject\n", "e.test", "e.test",
	    "e.test: - aligned | e.test - aligned" },
	{ "_dmarc.e.test TXT p=reject; v=DMARC1\n", "e.test", "e.test",
	    "e.test: - aligned | e.test - aligned" },
	{ "_dmarc.e.test TXT v = DMARC1 ;p = Reject\n", "e.test", "e.test",
	    "e.test: e.test p reject reject aligned | e.test reject aligned" },
	/* 4.7: unknown tags and those of old are ignored, faults elsewhere
	 * count as the default */
	{ D "p=quarantine; zz=1; pct=0; ri=9; psd=x; t=x; aspf=q\n", "e.test",
	    "e.test", "e.test: e.test p quarantine quarantine aligned | "
	    "e.test quarantine aligned" },
	/* a record of several strings is one */
	{ "_dmarc.e.test TXT v=DMA|RC1; p=rej|ect\n", "e.test", "e.test",
	    "e.test: e.test p reject reject aligned | e.test reject aligned" },
	/* 4.7 t: one level less, whichever tag speaks; none stays none */
	{ D "p=none; sp=quarantine; t=y\nd.e.test A 192.0.2.1\n", "d.e.test",
	    "d.e.test", "e.test: e.test sp quarantine none aligned | "
	    "e.test quarantine aligned" },
	{ D "p=none; np=reject; t=y\n", "d.e.test", "d.e.test",
	    "e.test: e.test np reject quarantine aligned | "
	    "e.test none aligned" },
	{ D "p=none; t=y\n", "e.test", "e.test",
	    "e.test: e.test p none none aligned | e.test none aligned" },
	/* 4.7 np: without it sp, without that p, for what does not exist */
	{ D "p=reject; sp=none\n", "d.e.test", "d.e.test",
	    "e.test: e.test sp none none aligned | e.test none aligned" },
	{ D "p=reject\n", "d.e.test", "d.e.test",
	    "e.test: e.test p reject reject aligned | e.test reject aligned" },
	/* np is for names without A, AAAA and MX; other records do not count */
	{ D "p=none; np=reject\nd.e.test TXT hello\n", "d.e.test", "d.e.test",
	    "e.test: e.test np reject reject aligned | e.test none aligned" },
	{ D "p=none; np=reject\nd.e.test MX 10 m.e.test\n", "d.e.test",
	    "d.e.test",
	    "e.test: e.test p none none aligned | e.test none aligned" },
	/* sp and np are not for the domain of the record itself */
	{ D "p=none; sp=reject; np=reject\n", "e.test", "e.test",
	    "e.test: e.test p none none aligned | e.test none aligned" },
	/* 4.10.2, the three examples */
	{ D "p=reject\n" SUB "p=none\na.d.e.test A 192.0.2.1\n", "a.d.e.test",
	    "e.test", "e.test: e.test p reject reject aligned | "
	    "e.test reject aligned" },
	{ D "p=none\n" SUB "p=reject; psd=n\n", "a.d.e.test", "e.test",
	    "d.e.test: d.e.test p reject reject not | e.test none aligned" },
	{ "_dmarc.test TXT v=DMARC1; p=reject; psd=y\n", "a.d.e.test",
	    "x.e.test", "e.test: test p reject reject aligned | "
	    "e.test - aligned" },
	/* psd=y where the walk began is no suffix of itself */
	{ D "p=reject; psd=y\n", "e.test", "e.test",
	    "e.test: e.test p reject reject aligned | e.test reject aligned" },
	/* the organization's record goes before the public suffix's */
	{ "_dmarc.test TXT v=DMARC1; p=reject; psd=y\n" D "p=none\n",
	    "d.e.test", "d.e.test",
	    "e.test: e.test p none none aligned | e.test none aligned" },
	/* that of a name between author and organization is nobody's */
	{ "_dmarc.test TXT v=DMARC1; p=quarantine; psd=y\n" SUB "p=reject\n",
	    "a.d.e.test", "a.d.e.test",
	    "e.test: test p quarantine quarantine aligned | "
	    "e.test - aligned" },
	/* a public suffix's np, for an organization that does not exist */
	{ "_dmarc.test TXT v=DMARC1; p=none; np=reject; psd=y\n", "e.test",
	    "e.test", "e.test: test np reject reject aligned | "
	    "e.test - aligned" },
	/* step 2: two records are none, and the walk goes on */
	{ SUB "p=none\n" SUB "p=quarantine\n" D "p=reject\n", "a.d.e.test",
	    "a.d.e.test", "e.test: e.test p reject reject aligned | "
	    "e.test reject aligned" },
	/* ... of old they end it, where they are the author's */
	{ SUB "p=none\n" SUB "p=quarantine\n" D "p=reject\n", "d.e.test",
	    "d.e.test", "e.test: e.test p reject reject aligned | "
	    "e.test - aligned" },
	/* without any other record a subdomain is an organization of its own */
	{ SUB "p=reject\n", "d.e.test", "e.test",
	    "d.e.test: d.e.test p reject reject not | "
	    "e.test reject aligned" },
	{ SUB "p=reject\n", "d.e.test", "a.d.e.test",
	    "d.e.test: d.e.test p reject reject aligned | "
	    "e.test reject aligned" },
	/* strict alignment compares names and nothing else */
	{ D "p=reject; aspf=s\n", "e.test", "E.TEST", "e.test: e.test p reject "
	    "reject aligned | e.test reject aligned" },
	{ D "p=reject; aspf=s\n", "d.e.test", "e.test", "e.test: e.test p "
	    "reject reject not | e.test reject not" },
	/* the author's record counts for alignment, not the identity's */
	{ D "p=reject\n" SUB "p=none; aspf=s\n", "e.test", "d.e.test",
	    "e.test: e.test p reject reject aligned | e.test reject aligned" },
};

static const char *
standing(enum dmarc_aligned aligned)
{
	return aligned == DMARC_ALIGNED ? "aligned" :
	    aligned == DMARC_NOT_ALIGNED ? "not" : "unknown";
}

START_TEST(the_rules_of_both_rfcs)
{
	static const char *const states[] = { "-", "", "unusable", "unknown" };
	const struct dmarc *d;
	char got[400], policy[300];
	struct bench b;

	start(&b, rules[_i].zone, rules[_i].author, rules[_i].identity);
	finish(&b);
	d = &b.dmarc;
	snprintf(policy, sizeof(policy), "%s", states[d->state]);
	if (d->state == DMARC_APPLIES)
		snprintf(policy, sizeof(policy), "%.200s %s %s %s",
		    d->policy_domain, d->tag, dmarc_policy_name(d->policy),
		    dmarc_policy_name(d->effective));
	snprintf(got, sizeof(got), "%.100s: %s %s | %.100s %s %s",
	    d->walk.organization, policy, standing(d->aligned),
	    d->old_organization, d->old_state == DMARC_APPLIES ?
		dmarc_policy_name(d->old_policy) : states[d->old_state],
	    standing(d->old_aligned));
	ck_assert_msg(strcmp(got, rules[_i].outcome) == 0, "%d: %s: %s", _i,
	    rules[_i].zone, got);
	clear(&b);
}
END_TEST

START_TEST(who_is_at_risk)
{
	struct bench b;

	start(&b, OWN, "e.test", "e.test");
	finish(&b);
	ck_assert(dmarc_at_risk(&b.dmarc, false));
	ck_assert(!dmarc_at_risk(&b.dmarc, true));
	clear(&b);
	start(&b, OWN, "e.test", "other.test");
	finish(&b);
	ck_assert(dmarc_at_risk(&b.dmarc, true));
	clear(&b);
	start(&b, "_dmarc.e.test TXT v=DMARC1; p=none\n", "e.test", "e.test");
	finish(&b);
	ck_assert(!dmarc_at_risk(&b.dmarc, false));
	clear(&b);
}
END_TEST

START_TEST(can_be_cleared_at_every_turn)
{
	bool ran = true;
	struct bench b;
	int turns, i;

	for (turns = 0; ran; turns++) {
		start(&b, OWN "a.e.test SLOW 700\n", "x.a.e.test",
		    "b.other.test");
		for (i = 0; i < turns; i++)
			ran = loop_turn(b.loop, 0);
		clear(&b);
	}
	ck_assert_int_gt(turns, 3);
}
END_TEST

START_TEST(odd_names_end_too)
{
	static const char *const names[] = { "", ".", "..", "a..b",
		"[192.0.2.1]", "x y", "\x1b[2J.test" };
	struct bench b;

	start(&b, OWN, names[_i], names[_i]);
	finish(&b);
	ck_assert_int_ne(b.dmarc.state, DMARC_APPLIES);
	clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.dmarc");
	TCase *t = tcase_create("dmarc");
	SRunner *r;
	int failed;

	tcase_add_test(t, a_long_name_is_walked_in_eight_steps);
	tcase_add_loop_test(t, the_policy_that_applies, 0,
	    sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, an_old_receiver_may_see_another_policy, 0, 5);
	tcase_add_loop_test(t, the_rules_of_both_rfcs, 0,
	    sizeof(rules) / sizeof(rules[0]));
	tcase_add_test(t, who_is_at_risk);
	tcase_add_test(t, can_be_cleared_at_every_turn);
	tcase_add_loop_test(t, odd_names_end_too, 0, 7);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
