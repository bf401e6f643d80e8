#include "net/loop.h"

#include <check.h>
#include <poll.h>
#include <unistd.h>

#include "net/mem.h"
#include "net/task.h"

struct probe {
	struct timer timer;
	int *order;
	int *at;
	int id;
};

static void
fired(struct timer *timer)
{
	struct probe *p = container_of(timer, struct probe, timer);

	p->order[(*p->at)++] = p->id;
}

START_TEST(timers_fire_in_order_and_time_jumps)
{
	struct loop *loop = loop_new_virtual();
	int order[50], at = 0, i;
	struct probe probes[50] = { 0 };

	for (i = 0; i < 50; i++) {
		probes[i] = (struct probe) { .order = order, .at = &at,
			.id = i };
		timer_start(&probes[i].timer, loop, (i * 37 % 50) * 1000,
		    fired);
	}
	timer_stop(&probes[7].timer);
	timer_stop(&probes[7].timer);
	while (at < 49)
		loop_turn(loop, 0);
	for (i = 1; i < 49; i++)
		ck_assert_int_gt(order[i] * 37 % 50, order[i - 1] * 37 % 50);
	ck_assert_int_eq(loop_now(loop), 49000);
	loop_free(loop);
}
END_TEST

static int64_t clock_ms;

static int64_t
made_up_clock(void)
{
	return clock_ms;
}

/* Time in which the process stood still makes nobody late. */
START_TEST(a_gap_does_not_count)
{
	struct loop *loop = loop_new(made_up_clock);
	int order[2], at = 0;
	struct probe p = { .order = order, .at = &at, .id = 1 };
	int64_t before;

	clock_ms = 1000;
	loop_turn(loop, 0);
	before = loop_now(loop);
	timer_start(&p.timer, loop, 500, fired);
	clock_ms += 60000;
	loop_skip(loop, 60000);
	ck_assert_int_eq(loop_now(loop), before);
	loop_turn(loop, 0);
	ck_assert_int_eq(at, 0);
	ck_assert_int_eq(loop_now(loop), before);
	clock_ms += 499;
	loop_turn(loop, 0);
	ck_assert_int_eq(at, 0);
	clock_ms++;
	loop_turn(loop, 0);
	ck_assert_int_eq(at, 1);
	loop_free(loop);
}
END_TEST

static int64_t gap_ms;

static int64_t
jumping_clock(void)
{
	int64_t now = clock_ms;

	clock_ms += gap_ms;
	gap_ms = 0;
	return now;
}

/*
 * It stood still within a turn, and whoever knows of it is asked before a
 * timer is judged; whoever is late all the same is so in the next turn.
 */
START_TEST(a_gap_within_a_turn)
{
	struct loop *loop = loop_new(jumping_clock);
	int order[2], at = 0;
	struct probe p = { .order = order, .at = &at, .id = 1 };

	loop_turn(loop, 0);
	timer_start(&p.timer, loop, 500, fired);
	gap_ms = 60000;
	loop_turn(loop, 0);
	ck_assert_int_eq(at, 0);
	if (_i == 0)
		loop_skip(loop, 60000);
	loop_turn(loop, 0);
	ck_assert_int_eq(at, _i);
	loop_free(loop);
}
END_TEST

struct reader {
	struct watch watch;
	struct reader *victim;
	int seen;
};

static void
readable(struct watch *watch, short revents)
{
	struct reader *r = container_of(watch, struct reader, watch);

	ck_assert(revents & POLLIN);
	r->seen++;
	if (r->victim != NULL)
		watch_stop(&r->victim->watch);
}

/* Whoever is stopped by another's handler is not called any more. */
START_TEST(a_handler_may_stop_others)
{
	struct loop *loop = loop_new(NULL);
	struct reader r[3] = { 0 };
	int fds[2], i;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	for (i = 0; i < 3; i++)
		watch_start(&r[i].watch, loop, fds[0], POLLIN, readable);
	r[2].victim = &r[0];
	r[1].victim = &r[1];
	ck_assert(loop_turn(loop, 1000));
	ck_assert_int_eq(r[2].seen, 1);
	ck_assert_int_eq(r[1].seen, 1);
	ck_assert_int_eq(r[0].seen, 0);
	ck_assert(loop_turn(loop, 0));
	ck_assert_int_eq(r[2].seen, 2);
	ck_assert_int_eq(r[1].seen, 1);
	watch_stop(&r[2].watch);
	ck_assert(!loop_turn(loop, 0));
	close(fds[0]);
	close(fds[1]);
	loop_free(loop);
}
END_TEST

struct counter {
	struct task task;
	int go, runs, i;
};

static enum step
count(struct task *task)
{
	struct counter *c = container_of(task, struct counter, task);

	TASK_BEGIN(task);
	for (c->i = 0; c->i < 3; c->i++) {
		c->runs++;
		TASK_AWAIT(task, c->go > c->i);
	}
	TASK_END(task);
}

struct parent {
	struct task task;
	struct counter child;
	bool saw_child_done;
};

static enum step
await_child(struct task *task)
{
	struct parent *p = container_of(task, struct parent, task);

	TASK_BEGIN(task);
	task_start(&p->child.task, task->loop, task, count);
	TASK_AWAIT(task, p->child.task.done);
	p->saw_child_done = true;
	TASK_END(task);
}

START_TEST(a_task_goes_on_where_it_waited)
{
	struct loop *loop = loop_new_virtual();
	struct parent p = { 0 };
	int i;

	task_start(&p.task, loop, NULL, await_child);
	loop_turn(loop, 0);
	ck_assert_int_eq(p.child.runs, 1);
	task_wake(&p.child.task); /* without news */
	loop_turn(loop, 0);
	ck_assert_int_eq(p.child.runs, 1);
	for (i = 1; i <= 3; i++) {
		ck_assert(!p.saw_child_done);
		p.child.go = i;
		task_wake(&p.child.task);
		loop_turn(loop, 0);
	}
	ck_assert(p.saw_child_done);
	ck_assert(p.task.done);
	loop_free(loop);
}
END_TEST

START_TEST(a_stopped_task_never_runs)
{
	struct loop *loop = loop_new_virtual();
	struct counter c = { 0 };

	task_start(&c.task, loop, NULL, count);
	task_stop(&c.task);
	task_wake(&c.task);
	loop_turn(loop, 0);
	ck_assert_int_eq(c.runs, 0);
	loop_free(loop);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("net.loop");
	TCase *t = tcase_create("loop");
	SRunner *r;
	int failed;

	tcase_add_test(t, timers_fire_in_order_and_time_jumps);
	tcase_add_test(t, a_gap_does_not_count);
	tcase_add_loop_test(t, a_gap_within_a_turn, 0, 2);
	tcase_add_test(t, a_handler_may_stop_others);
	tcase_add_test(t, a_task_goes_on_where_it_waited);
	tcase_add_test(t, a_stopped_task_never_runs);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
