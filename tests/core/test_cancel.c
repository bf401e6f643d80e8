#include "core/session.h"

#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "core/world/play.h"
#include "core/world/world.h"
#include "net/loop.h"

/*
 * A session may be dropped after any turn of the loop, whatever is under
 * way: questions, connections, handshakes, logins, timers.  Nothing may be
 * called afterwards, no descriptor stays open, no memory is lost (which the
 * sanitizer sees).  A session that is stopped concludes from what it has.
 */

static const char *const worlds[] = {
	RT_SOURCE_DIR "/core/world/demos/backup-mx.world",
	RT_SOURCE_DIR "/core/world/demos/moved-domain.world",
	RT_SOURCE_DIR "/core/world/demos/not-owner.world",
	RT_SOURCE_DIR "/core/world/demos/port-25-blocked.world",
	RT_SOURCE_DIR "/core/world/demos/greylisting.world",
	RT_TESTS_DIR "/worlds/relay-thinks-local.world",
	RT_TESTS_DIR "/worlds/tls-handshake-mx.world",
	RT_TESTS_DIR "/worlds/dns-broken-silent.world",
	RT_TESTS_DIR "/worlds/spf-fail-not-the-reason.world",
};

#define WORLDS (sizeof(worlds) / sizeof(worlds[0]))
#define TURNS 3000

static int
open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

struct trial {
	struct loop *loop;
	struct play play;
	struct session session;
};

static void
begin(struct trial *st, const char *path)
{
	struct err err = { 0 };
	struct world *world = world_read(path, &err);

	ck_assert_msg(world != NULL, "%s: %s", path, err.text);
	st->loop = loop_new_virtual();
	ck_assert_msg(play_begin(&st->play, world, st->loop, &err), "%s: %s",
	    path, err.text);
	session_init(&st->session, &st->play.settings, &st->play.input,
	    &st->play.net);
	st->session.cred = st->play.cred;
	session_start(&st->session, NULL);
}

static void
end(struct trial *st)
{
	play_end(&st->play);
	loop_free(st->loop);
}

/* True if it came to its end by itself. */
static bool
turns(struct trial *st, int n)
{
	while (n-- > 0 && !session_done(&st->session))
		loop_turn(st->loop, 0);
	return session_done(&st->session);
}

START_TEST(dropped_after_any_turn)
{
	int before = open_descriptors(), n, i;
	bool done = false;
	struct trial st;

	for (n = 0; !done; n++) {
		ck_assert_int_lt(n, TURNS);
		begin(&st, worlds[_i]);
		done = turns(&st, n);
		session_clear(&st.session);
		for (i = 0; i < 5; i++)
			loop_turn(st.loop, 0);
		end(&st);
		ck_assert_int_eq(open_descriptors(), before);
	}
	ck_assert_int_gt(n, 5);
}
END_TEST

START_TEST(stopped_after_any_turn)
{
	int before = open_descriptors(), n;
	bool done = false;
	struct trial st;

	for (n = 0; !done; n++) {
		ck_assert_int_lt(n, TURNS);
		begin(&st, worlds[_i]);
		done = turns(&st, n);
		if (!done) {
			session_cancel(&st.session);
			ck_assert_msg(turns(&st, TURNS), "%s: stopped after "
			    "%d turns, it does not end", worlds[_i], n);
			ck_assert(!st.session.complete);
			/* What is not known is not claimed. */
			ck_assert_int_ne(st.session.diagnosis.verdict ==
			    VERDICT_ACCEPTED && n < 3, 1);
		}
		session_clear(&st.session);
		end(&st);
		ck_assert_int_eq(open_descriptors(), before);
	}
}
END_TEST

/*
 * The network or the resolver is lost after any turn: it ends within its
 * time, and says nothing that it did not see.
 */
static void
lose_after(const char *path, int n, bool resolvers_only)
{
	const struct session *s;
	struct trial st;
	int status;

	begin(&st, path);
	s = &st.session;
	(void)turns(&st, n);
	world_lose(st.play.world, resolvers_only);
	ck_assert_msg(turns(&st, 100 * TURNS), "%s: lost after %d turns, it "
	    "does not end", path, n);
	ck_assert_msg(s->elapsed_ms <= s->settings->timeout_s * 1000 + 1000,
	    "%s: lost after %d turns, %d ms", path, n, s->elapsed_ms);
	status = session_exit_status(s);
	ck_assert(status == 0 || status == 1 || status == 3);
	ck_assert_msg(s->diagnosis.verdict != VERDICT_ACCEPTED ||
	    world_counts(st.play.world).rcpts > 0, "%s: lost after %d turns, "
	    "accepted by nobody", path, n);
	session_clear(&st.session);
	end(&st);
}

START_TEST(lost_after_any_turn)
{
	int before = open_descriptors(), n;

	for (n = 0; n < 300; n += 3) {
		lose_after(worlds[_i], n, false);
		lose_after(worlds[_i], n, true);
		ck_assert_int_eq(open_descriptors(), before);
	}
}
END_TEST

/* "Test again" after a stop, with the same resolver and servers. */
START_TEST(started_again_after_any_turn)
{
	struct trial st;
	int n;

	for (n = 0; n < 40; n += 3) {
		begin(&st, worlds[_i]);
		(void)turns(&st, n);
		session_clear(&st.session);
		session_init(&st.session, &st.play.settings, &st.play.input,
		    &st.play.net);
		st.session.cred = st.play.cred;
		session_start(&st.session, NULL);
		ck_assert_msg(turns(&st, TURNS), "%s: after %d turns",
		    worlds[_i], n);
		ck_assert(st.session.complete);
		session_clear(&st.session);
		end(&st);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cancel");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, dropped_after_any_turn, 0, (int)WORLDS);
	tcase_add_loop_test(tc, stopped_after_any_turn, 0, (int)WORLDS);
	tcase_add_loop_test(tc, lost_after_any_turn, 0, (int)WORLDS);
	tcase_add_loop_test(tc, started_again_after_any_turn, 0, (int)WORLDS);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
