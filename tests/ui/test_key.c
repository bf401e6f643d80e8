#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/command.h"
#include "ui/key.h"
#include "ui/screen/screens.h"

/* Keys from bytes in any portion, and the table that gives them a sense. */

#define ESC_MS 50

static struct key_decoder decoder;
static int events[64];
static size_t event_count;

static void
setup(void)
{
	key_decoder_init(&decoder);
	event_count = 0;
}

static void
teardown(void)
{
	key_decoder_clear(&decoder);
}

static void
note(const struct key_event *event)
{
	ck_assert_uint_lt(event_count, 64);
	events[event_count++] = event->key;
}

/* As the app does it: time passes, then a byte comes. */
static void
after(int gap_ms)
{
	struct key_event event = { 0 };
	int patience = key_patience(&decoder, ESC_MS);

	if (patience >= 0 && gap_ms >= patience &&
	    key_timeout(&decoder, &event))
		note(&event);
}

static void
feed(const char *bytes, size_t n, int gap_ms)
{
	struct key_event event = { 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		if (i > 0)
			after(gap_ms);
		if (key_feed(&decoder, (unsigned char)bytes[i], &event))
			note(&event);
	}
}

static const struct {
	const char *bytes;
	int key;
} known[] = {
	/* xterm */
	{ "\033[A", UI_UP }, { "\033OA", UI_UP }, { "\033[B", UI_DOWN },
	{ "\033OC", UI_RIGHT }, { "\033OD", UI_LEFT },
	{ "\033OH", UI_HOME }, { "\033[H", UI_HOME }, { "\033OF", UI_END },
	{ "\033[F", UI_END }, { "\033[5~", UI_PGUP }, { "\033[6~", UI_PGDN },
	{ "\033[3~", UI_DELETE }, { "\033[2~", UI_INSERT },
	{ "\033[Z", UI_BACKTAB }, { "\033OP", UI_F1 },
	{ "\033OQ", UI_F1 + 1 }, { "\033OR", UI_F1 + 2 },
	{ "\033OS", UI_F1 + 3 }, { "\033[15~", UI_F1 + 4 },
	{ "\033[17~", UI_F1 + 5 }, { "\033[18~", UI_F1 + 6 },
	{ "\033[19~", UI_F1 + 7 }, { "\033[20~", UI_F1 + 8 },
	{ "\033[21~", UI_F1 + 9 }, { "\033[1;5A", UI_UP },
	{ "\033[3;2~", UI_DELETE },
	/* PuTTY, linux, screen, tmux */
	{ "\033[1~", UI_HOME }, { "\033[4~", UI_END },
	{ "\033[11~", UI_F1 }, { "\033[12~", UI_F1 + 1 },
	{ "\033[13~", UI_F1 + 2 }, { "\033[14~", UI_F1 + 3 },
	{ "\033[[A", UI_F1 }, { "\033[[E", UI_F1 + 4 },
	/* rxvt */
	{ "\033[7~", UI_HOME }, { "\033[8~", UI_END },
	{ "\033[5^", UI_PGUP }, { "\033[3$", UI_DELETE },
	{ "\033Oa", UI_UP }, { "\033[a", UI_UP },
	/* the digits where there are no such keys */
	{ "\0331", UI_F1 }, { "\0330", UI_F1 + 9 },
};

START_TEST(known_keys)
{
	static const int gaps[] = { 0, 40 };
	size_t i;

	for (i = 0; i < 2; i++) {
		event_count = 0;
		feed(known[_i].bytes, strlen(known[_i].bytes), gaps[i]);
		after(100000);
		ck_assert_uint_eq(event_count, 1);
		ck_assert_int_eq(events[0], known[_i].key);
	}
}
END_TEST

/* On a slow line Esc comes too early; its tail is still no command. */
START_TEST(late_tails_mean_nothing)
{
	size_t n = strlen(known[_i].bytes);

	if (known[_i].bytes[1] >= '0' && known[_i].bytes[1] <= '9')
		return; /* two keys of their own, that late */
	feed(known[_i].bytes, n, 200);
	after(100000);
	ck_assert_uint_eq(event_count, 1);
	ck_assert_int_eq(events[0], UI_ESC);
}
END_TEST

static unsigned random_state = 1;

static unsigned
rnd(unsigned below)
{
	random_state = random_state * 1103515245u + 12345u;
	return (random_state >> 16 & 0x7fff) % below;
}

/* CSI, SS3, OSC, DCS with anything that the standard allows in them. */
static size_t
random_sequence(char *out)
{
	static const char intro[] = "[[[[O]P_^X";
	char kind = intro[rnd(sizeof(intro) - 1)];
	size_t n = 0, i, params = rnd(12);

	out[n++] = '\033';
	out[n++] = kind;
	if (kind == 'O') {
		out[n++] = (char)('@' + rnd(63));
		return n;
	}
	if (kind == '[') {
		for (i = 0; i < params; i++)
			out[n++] = (char)('0' + rnd(16));
		if (n == 2 || rnd(4) == 0)
			out[n++] = (char)(' ' + rnd(16));
		out[n++] = (char)('@' + rnd(63));
		return n;
	}
	for (i = 0; i < 20; i++)
		out[n++] = (char)(' ' + rnd(95));
	out[n++] = '\033';
	out[n++] = '\\';
	return n;
}

/*
 * A byte at a time with gaps of 0 to 200 ms: at most the Esc that was too
 * early and one known key come out, never a letter, a digit or a sign.
 */
START_TEST(random_sequences)
{
	char bytes[64] = "";
	int round;
	size_t i, n;

	for (round = 0; round < 2000; round++) {
		n = random_sequence(bytes);
		/* Begins a paste; is a shifted key of rxvt. */
		if (memcmp(bytes, "\033[200~", 6) == 0 ||
		    memchr(bytes, '$', 5) != NULL)
			continue;
		event_count = 0;
		for (i = 0; i < n; i++)
			feed(bytes + i, 1, 0), after((int)rnd(200));
		after(100000);
		for (i = 0; i < event_count; i++)
			ck_assert_msg(events[i] == UI_ESC ||
			    events[i] == UI_ENTER || events[i] > UI_FIRST,
			    "round %d: %d came of %.20s", round, events[i],
			    bytes + 1);
		ck_assert_uint_le(event_count, 3);
		event_count = 0;
		feed("j", 1, 0);
		ck_assert_uint_eq(event_count, 1);
		ck_assert_int_eq(events[0], 'j');
	}
}
END_TEST

START_TEST(a_paste_is_one_piece)
{
	static const char bytes[] = "\033[200~q\033[A:quit\r\033[201~j";

	feed(bytes, sizeof(bytes) - 1, 30);
	ck_assert_uint_eq(event_count, 2);
	ck_assert_int_eq(events[0], UI_PASTE);
	ck_assert_str_eq(buf_str(&decoder.paste), "q\033[A:quit\r");
	ck_assert_int_eq(events[1], 'j');
}
END_TEST

/* ---- the table ---- */

static const struct screen_ops *const views[] = { &start_ops, &bounce_ops,
	&questions_ops, &plan_ops, &board_ops, &matrix_ops, &transcript_ops,
	&diagnosis_ops, &evidence_ops, &compare_ops, &export_ops, &cases_ops,
	&text_ops, &help_ops, &leave_ops, &prompt_ops, &findings_ops,
	&ask_ops, &about_ops, &names_ops };
#define VIEWS (sizeof(views) / sizeof(views[0]))

static enum command_group
group_of(enum command_id id)
{
	return command_entry_of(id)->group;
}

/* A command that no view takes is a promise that nobody keeps. */
START_TEST(every_command_has_a_view)
{
	bool offered = group_of((enum command_id)_i) == GROUP_EVERYWHERE ||
	    group_of((enum command_id)_i) == GROUP_MOVING || _i == CMD_BACK;
	size_t i;

	for (i = 0; i < VIEWS; i++)
		offered |= command_offered(views[i]->offers,
		    (enum command_id)_i);
	ck_assert_msg(offered, "%s",
	    command_entry_of((enum command_id)_i)->name);
}
END_TEST

/* In one view a key has one meaning, and it can be typed by its name. */
START_TEST(keys_are_unambiguous)
{
	const struct offer *offers = views[_i]->offers, *a, *b;
	size_t k;

	for (a = offers; a->command != CMD_NONE; a++) {
		const struct command_entry *entry =
		    command_entry_of(a->command);

		ck_assert_int_eq(command_named(entry->name), a->command);
		for (b = a + 1; b->command != CMD_NONE; b++)
			for (k = 0; k < COMMAND_KEYS && entry->keys[k] != 0;
			     k++)
				ck_assert_msg(!command_has_key(b->command,
						  entry->keys[k]),
				    "%s: %s and %s", views[_i]->name,
				    entry->name,
				    command_entry_of(b->command)->name);
	}
}
END_TEST

START_TEST(names_are_completed)
{
	char name[64];

	ck_assert_uint_eq(command_complete(board_ops.offers, "diag", name,
			      sizeof(name)), 1);
	ck_assert_str_eq(name, "diagnosis");
	ck_assert_uint_eq(command_complete(board_ops.offers, "ski", name,
			      sizeof(name)), 2);
	ck_assert_str_eq(name, "skip");
	ck_assert_uint_eq(command_complete(board_ops.offers, "xyz", name,
			      sizeof(name)), 0);
	ck_assert_str_eq(name, "");
}
END_TEST

/* The key line, the help and the manual page say the same. */
START_TEST(manual_has_every_command)
{
	struct buf out;
	int id;

	buf_init(&out, 1024 * 1024);
	command_manual(&out);
	for (id = 0; id < CMD_COUNT; id++)
		ck_assert_msg(strstr(buf_str(&out),
				  command_entry_of((enum command_id)id)->does)
			!= NULL, "%s",
		    command_entry_of((enum command_id)id)->name);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "\\(haL\\fR (:redraw)"));
	buf_clear(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ui.key");
	TCase *t = tcase_create("key");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 0);
	tcase_add_loop_test(t, known_keys, 0,
	    (int)(sizeof(known) / sizeof(known[0])));
	tcase_add_loop_test(t, late_tails_mean_nothing, 0,
	    (int)(sizeof(known) / sizeof(known[0])));
	tcase_add_test(t, random_sequences);
	tcase_add_test(t, a_paste_is_one_piece);
	tcase_add_loop_test(t, every_command_has_a_view, 0, CMD_COUNT);
	tcase_add_loop_test(t, keys_are_unambiguous, 0, (int)VIEWS);
	tcase_add_test(t, names_are_completed);
	tcase_add_test(t, manual_has_every_command);
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
