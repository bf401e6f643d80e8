#include "core/session.h"

#include <check.h>
#include <string.h>

#include "core/world/play.h"
#include "core/world/world.h"
#include "net/loop.h"

/*
 * Experiments that were off, switched on after the end or under way: they
 * run in the same session, and what they find counts.
 */

#define TURNS 6000

static struct loop *loop;
static struct play play;
static struct session session;

static void
begin(const char *path)
{
	struct err err = { 0 };
	struct world *world = world_read(path, &err);

	ck_assert_msg(world != NULL, "%s: %s", path, err.text);
	loop = loop_new_virtual();
	ck_assert_msg(play_begin(&play, world, loop, &err), "%s: %s", path,
	    err.text);
	session_init(&session, &play.settings, &play.input, &play.net);
	session.cred = play.cred;
}

static void
end(void)
{
	session_clear(&session);
	play_end(&play);
	loop_free(loop);
}

/* Until nothing runs, nor is to come. */
static void
finish(void)
{
	int n = TURNS;

	while (session.running && n-- > 0)
		loop_turn(loop, 0);
	ck_assert_msg(!session.running, "it does not end");
}

static void
switch_all_off(void)
{
	int i;

	for (i = 0; i < EXP_COUNT; i++)
		if (i != EXP_DNS && i != EXP_CONNECT && i != EXP_RCPT)
			plan_switch(&session.plan, (enum experiment_id)i,
			    false);
}

static size_t
answered(enum ask ask)
{
	size_t i, n = 0;

	for (i = 0; i < session.probe_count; i++) {
		const struct smtp_probe *p = probe_smtp(session.probes[i]);

		n += p != NULL && p->answers[ask] != NULL &&
		    p->answers[ask]->code != 0;
	}
	return n;
}

static void
run(enum experiment_id id)
{
	ck_assert_msg(session_run_experiment(&session, id), "%s",
	    experiment_title(id));
	ck_assert(session.running);
	finish();
	ck_assert(session.complete);
}

#define BACKUP RT_SOURCE_DIR "/core/world/demos/backup-mx.world"

/* Each leaves its trace, one after the other in one session. */
START_TEST(afterwards)
{
	size_t probes;

	begin(BACKUP);
	switch_all_off();
	session_start(&session, NULL);
	finish();
	ck_assert(!session.evidence.ns_asked);
	ck_assert_uint_eq(answered(ASK_CONTROL), 0);
	ck_assert_uint_eq(answered(ASK_STARTTLS), 0);
	run(EXP_NAME_SERVERS);
	ck_assert_uint_eq(session.evidence.ns_count, 2);
	run(EXP_CONTROL);
	ck_assert_uint_gt(answered(ASK_CONTROL), 0);
	run(EXP_POSTMASTER);
	ck_assert_uint_gt(answered(ASK_POSTMASTER), 0);
	run(EXP_MADE_UP);
	ck_assert_uint_gt(answered(ASK_MADE_UP), 0);
	run(EXP_NULL_SENDER);
	ck_assert_uint_gt(answered(ASK_NULL_TARGET), 0);
	run(EXP_SENDER_POLICY);
	ck_assert_int_ne(session.evidence.spf, SPF_WORD_NOT_ASKED);
	run(EXP_CLIENT_DNS);
	ck_assert_int_eq(session.evidence.ptr, LOOKUP_FOUND);
	run(EXP_OWN_DOMAIN);
	ck_assert_int_eq(session.evidence.sender_mx, LOOKUP_FOUND);
	run(EXP_STARTTLS);
	ck_assert_uint_gt(answered(ASK_STARTTLS), 0);
	probes = session.probe_count;
	run(EXP_BLOCKLISTS);
	ck_assert_uint_gt(session.probe_count, probes);
	run(EXP_EGRESS);
	ck_assert_uint_gt(session.evidence.control_count, 0);
	ck_assert_int_eq(session.diagnosis.verdict, VERDICT_PARTLY);
	end();
}
END_TEST

/* What was asked in the first place takes the place of its absence. */
START_TEST(the_recipient_itself)
{
	begin(BACKUP);
	plan_switch(&session.plan, EXP_RCPT, false);
	session_start(&session, NULL);
	finish();
	ck_assert_uint_eq(answered(ASK_TARGET), 0);
	ck_assert_int_ne(session.diagnosis.verdict, VERDICT_PARTLY);
	run(EXP_RCPT);
	ck_assert_uint_eq(answered(ASK_TARGET) >= 2, 1);
	ck_assert_int_eq(session.diagnosis.verdict, VERDICT_PARTLY);
	ck_assert_int_eq(session.diagnosis.causes[0].id,
	    CAUSE_MX_PARTLY_NOT_HOSTING);
	end();
}
END_TEST

/* Asked for while it runs, it comes right behind; the ranking changes. */
START_TEST(under_way)
{
	int before;

	begin(BACKUP);
	switch_all_off();
	session_start(&session, NULL);
	loop_turn(loop, 0);
	ck_assert(session.running);
	ck_assert(session_run_experiment(&session, EXP_POSTMASTER));
	ck_assert(session_run_experiment(&session, EXP_NAME_SERVERS));
	finish();
	ck_assert_uint_gt(answered(ASK_POSTMASTER), 0);
	ck_assert(session.evidence.ns_asked);
	before = session.diagnosis.causes[0].confidence;
	run(EXP_CONTROL);
	ck_assert_int_ne(session.diagnosis.causes[0].confidence, before);
	end();
}
END_TEST

/* A stop ends what was asked for as well, at any turn. */
START_TEST(stopped)
{
	int n, i;

	for (n = 0; n < 60; n += 2) {
		begin(BACKUP);
		switch_all_off();
		session_start(&session, NULL);
		session_run_experiment(&session, EXP_MADE_UP);
		session_run_experiment(&session, EXP_NAME_SERVERS);
		for (i = 0; i < n; i++)
			loop_turn(loop, 0);
		session_cancel(&session);
		finish();
		end();
	}
}
END_TEST

/* The outgoing server: its ports, and the recipient's own servers. */
START_TEST(outgoing_server)
{
	begin(RT_TESTS_DIR "/worlds/relay-thinks-local.world");
	switch_all_off();
	session_start(&session, NULL);
	finish();
	run(EXP_REAL_MX);
	ck_assert_uint_gt(session.evidence.server_count, 1);
	ck_assert(!session_run_experiment(&session, EXP_NAME_SERVERS));
	run(EXP_PORTS);
	end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.more");
	TCase *t = tcase_create("more");
	SRunner *r;
	int failed;

	tcase_add_test(t, afterwards);
	tcase_add_test(t, the_recipient_itself);
	tcase_add_test(t, under_way);
	tcase_add_test(t, stopped);
	tcase_add_test(t, outgoing_server);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
