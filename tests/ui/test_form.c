#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain.h"
#include "ui/form.h"

/* What the questions make of an answer, field by field. */

static struct form form;
static struct remark remark;

static void
look(enum question_id id, const char *text)
{
	form_init(&form);
	form.story = STORY_DEVICE;
	form.choice[Q_REFUSED] = REFUSED_SERVER;
	form.choice[Q_SENDING] = SENDING_ELSEWHERE;
	snprintf(form.text[id], FORM_TEXT, "%s", text);
	form_check(&form, id, &remark);
}

/* The correction that is likely is offered in every field. */
static const struct {
	enum question_id id;
	const char *typed, *meant;
} slips[] = {
	{ Q_RECIPIENT, "bob@dest,example", "bob@dest.example" },
	{ Q_RECIPIENT, "bob@gmial.com", "bob@gmail.com" },
	{ Q_RECIPIENT, "bob@gmail", "bob@gmail.com" },
	{ Q_RECIPIENT, "bob@dest.example.", "bob@dest.example" },
	{ Q_RECIPIENT, "bob@dest.con", "bob@dest.com" },
	{ Q_SENDER, "al@src,example", "al@src.example" },
	{ Q_SENDER, "al@hotmial.com", "al@hotmail.com" },
	{ Q_SENDER, "al@src.example.", "al@src.example" },
	{ Q_REFUSER, "mx2.dest,example", "mx2.dest.example" },
	{ Q_REFUSER, "mx2.dest.example.", "mx2.dest.example" },
	{ Q_SERVER, "smtp.provider,example", "smtp.provider.example" },
	{ Q_SERVER, "smtp.provider,example:587", "smtp.provider.example:587" },
	{ Q_SERVER, "smtp.provider.con", "smtp.provider.com" },
	{ Q_SERVER, "https://mail.provider.example/login",
	    "mail.provider.example" },
	{ Q_SERVER, "192.0.2,1", "192.0.2.1" },
	{ Q_SENDING_IP, "198,51,100,7", "198.51.100.7" },
	{ Q_SENDING_IP, "198.51.100.7.", "198.51.100.7" },
	{ Q_RESOLVER, "192.0.2,53", "192.0.2.53" },
	{ Q_HELO, "mail.src,example", "mail.src.example" },
	{ Q_HELO, "mail.src.ogr", "mail.src.org" },
	{ Q_LOOK, "dest,example", "dest.example" },
	{ Q_LOOK, "gmial.com", "gmail.com" },
	{ Q_LOOK, "bob@gmial.com", "bob@gmail.com" },
	{ Q_LOOK, "http://www.dest.example/", "www.dest.example" },
};

START_TEST(likely_corrections)
{
	look(slips[_i].id, slips[_i].typed);
	ck_assert_str_eq(remark.suggestion, slips[_i].meant);
	ck_assert_str_ne(remark.text, "");
	look(slips[_i].id, slips[_i].meant);
	ck_assert_str_eq(remark.suggestion, "");
	ck_assert_int_ne(remark.kind, REMARK_BLOCKS);
}
END_TEST

/* What is right is not touched, and what is hopeless gets no guess. */
static const struct {
	enum question_id id;
	const char *typed;
	enum remark_kind kind;
} others[] = {
	{ Q_RECIPIENT, "bob@dest.example", REMARK_GOOD },
	{ Q_RECIPIENT, "bob@[192.0.2.1]", REMARK_GOOD },
	{ Q_RECIPIENT, "", REMARK_BLOCKS },
	{ Q_RECIPIENT, "bob", REMARK_BLOCKS },
	{ Q_RECIPIENT, "bob@dest", REMARK_NOTE }, /* no ending */
	{ Q_SENDER, "", REMARK_GOOD },
	{ Q_SERVER, "smtp.provider.example:587", REMARK_GOOD },
	{ Q_SERVER, "[2001:db8::1]:587", REMARK_GOOD },
	{ Q_SERVER, "2001:db8::1", REMARK_GOOD },
	{ Q_SERVER, "relay", REMARK_NOTE },
	{ Q_SERVER, "al@provider.example", REMARK_BLOCKS },
	{ Q_SERVER, "", REMARK_BLOCKS },
	{ Q_SENDING_IP, "mail.src.example", REMARK_BLOCKS },
	{ Q_SENDING_IP, "10.1.2.3", REMARK_NOTE },
	{ Q_RESOLVER, "192.0.2.53", REMARK_GOOD },
	{ Q_RESOLVER, "resolver", REMARK_BLOCKS },
	{ Q_PORT, "587", REMARK_GOOD },
	{ Q_PORT, "70000", REMARK_BLOCKS },
	{ Q_PORT, "smtp", REMARK_BLOCKS },
	{ Q_PATIENCE, "2", REMARK_BLOCKS },
	{ Q_PATIENCE, "300", REMARK_GOOD },
	{ Q_HELO, "mail", REMARK_NOTE },
	{ Q_HELO, "", REMARK_EMPTY },
	{ Q_SELECTOR, "s1", REMARK_GOOD },
	{ Q_SELECTOR, "2024._x y", REMARK_BLOCKS },
	{ Q_LOOK, "", REMARK_BLOCKS },
};

START_TEST(other_answers)
{
	look(others[_i].id, others[_i].typed);
	ck_assert_msg(remark.kind == others[_i].kind, "%s: %d \"%s\"",
	    others[_i].typed, remark.kind, remark.text);
	ck_assert_str_eq(remark.suggestion, "");
	if (remark.kind >= REMARK_NOTE)
		ck_assert_str_ne(remark.text, "");
}
END_TEST

/* An IDN is shown in the other form than was typed, wherever it may be. */
START_TEST(idn_in_both_forms)
{
	static const enum question_id ids[] = { Q_RECIPIENT, Q_SENDER,
		Q_REFUSER, Q_SERVER, Q_HELO, Q_LOOK };
	bool mailbox = _i < 2;
	char typed[80];

	snprintf(typed, sizeof(typed), "%sb\u00fccher.example",
	    mailbox ? "bob@" : "");
	look(ids[_i], typed);
	ck_assert_str_eq(remark.text, "in DNS: xn--bcher-kva.example");
	snprintf(typed, sizeof(typed), "%sxn--bcher-kva.example",
	    mailbox ? "bob@" : "");
	look(ids[_i], typed);
	ck_assert_str_eq(remark.text, "it reads: b\u00fccher.example");
}
END_TEST

/* Every question has a label, a prompt, and words for F1. */
START_TEST(every_field_explains_itself)
{
	const struct question_text *q = question_text((enum question_id)_i);

	ck_assert_ptr_nonnull(q->label);
	ck_assert_ptr_nonnull(q->prompt);
	ck_assert_uint_gt(strlen(q->help), 30);
}
END_TEST

/* A second bounce leaves nothing of the first. */
START_TEST(another_bounce)
{
	struct explain_entry first = { .recipient = "bob@dest.example",
		.sender = "al@src.example", .server = "mx.dest.example",
		.code = 554 };
	struct explain_entry second = { .recipient = "eve@other.example" };

	form_init(&form);
	form_take_entry(&form, &first);
	ck_assert_int_eq(form.choice[Q_REFUSED], REFUSED_SERVER);
	ck_assert_str_eq(form.text[Q_REFUSER], "mx.dest.example");
	form_take_entry(&form, &second);
	ck_assert_str_eq(form.text[Q_RECIPIENT], "eve@other.example");
	ck_assert_str_eq(form.text[Q_SENDER], "");
	ck_assert_str_eq(form.text[Q_REFUSER], "");
	ck_assert_int_eq(form.choice[Q_REFUSED], REFUSED_UNKNOWN);
	ck_assert_int_eq(form.reported.code, 0);
	/* What the person typed stays. */
	snprintf(form.text[Q_SENDER], FORM_TEXT, "me@src.example");
	form_take_entry(&form, &second);
	ck_assert_str_eq(form.text[Q_SENDER], "me@src.example");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("form");
	TCase *t = tcase_create("form");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(t, likely_corrections, 0,
	    sizeof(slips) / sizeof(slips[0]));
	tcase_add_loop_test(t, other_answers, 0,
	    sizeof(others) / sizeof(others[0]));
	tcase_add_loop_test(t, idn_in_both_forms, 0, 6);
	tcase_add_loop_test(t, every_field_explains_itself, 0, Q_COUNT);
	tcase_add_test(t, another_bounce);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
