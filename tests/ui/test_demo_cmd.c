/*
 * relaytrace demo as people run it: the list, every scenario in every
 * format, and what is wrong with a wrong name.
 */
#include "ui/demo_cmd.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/world/world.h"
#include "net/buf.h"

static struct buf out;

static int
run(const char *args, bool errors)
{
	char command[1200], chunk[4096];
	size_t n;
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command), "%s demo %s %s", RT_PROGRAM, args,
	    errors ? "2>&1 >/dev/null" : "2>/dev/null");
	buf_init(&out, 32 << 20);
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	while ((n = fread(chunk, 1, sizeof(chunk), pipe)) > 0)
		buf_add(&out, chunk, n);
	status = pclose(pipe);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(lists_what_there_is)
{
	size_t i;

	ck_assert_int_eq(run("", false), 0);
	ck_assert_uint_ge(demo_count(), 10);
	for (i = 0; i < demo_count(); i++) {
		ck_assert_ptr_nonnull(strstr(buf_str(&out),
		    demo_nth(i)->name));
		ck_assert_ptr_nonnull(strstr(buf_str(&out),
		    demo_nth(i)->title));
	}
	buf_clear(&out);
}
END_TEST

START_TEST(plays_each_to_json)
{
	struct err err = { 0 };
	const struct demo *demo = demo_nth((size_t)_i);
	struct world *world = world_parse(demo->text, demo->size, &err);
	char args[200];
	json_t *root, *causes;

	ck_assert_msg(world != NULL, "%s: %s", demo->name, err.text);
	snprintf(args, sizeof(args), "%s --format=json", demo->name);
	ck_assert_int_eq(run(args, false), 0);
	root = json_loads(buf_str(&out), 0, NULL);
	ck_assert_ptr_nonnull(root);
	ck_assert_str_eq(json_string_value(json_object_get(root, "verdict")),
	    world_expect(world, "verdict", 0));
	causes = json_object_get(root, "causes");
	if (strcmp(world_expect(world, "cause", 0), "none") == 0)
		ck_assert_uint_eq(json_array_size(causes), 0);
	else
		ck_assert_str_eq(json_string_value(json_object_get(
		    json_array_get(causes, 0), "id")),
		    world_expect(world, "cause", 0));
	json_decref(root);
	world_free(world);
	buf_clear(&out);
}
END_TEST

START_TEST(tells_the_story_first)
{
	ck_assert_int_eq(run("backup-mx --format=text", false), 0);
	ck_assert(strncmp(buf_str(&out), demo_find("backup-mx")->title,
	    strlen(demo_find("backup-mx")->title)) == 0);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "mx-partly-not-hosting"));
	buf_clear(&out);
}
END_TEST

START_TEST(knows_every_format)
{
	static const char *const formats[] = { "text", "json", "markdown",
		"html", "nagios", "message", "commands" };
	char args[200];

	snprintf(args, sizeof(args), "moved-domain --format=%s", formats[_i]);
	ck_assert_int_eq(run(args, false), 0);
	ck_assert_uint_gt(out.len, 20);
	ck_assert_ptr_null(strchr(buf_str(&out), '\033'));
	buf_clear(&out);
}
END_TEST

START_TEST(says_what_is_wrong)
{
	ck_assert_int_eq(run("backup --json", true), 2);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "backup-mx meant"));
	buf_clear(&out);
	ck_assert_int_eq(run("zzz", true), 2);
	ck_assert_ptr_nonnull(strstr(buf_str(&out), "no scenario zzz"));
	buf_clear(&out);
	ck_assert_int_eq(run("backup-mx no-mx", true), 2);
	buf_clear(&out);
	ck_assert_int_eq(run("backup-mx --output=/nonexistent/x --json",
	    true), 2);
	buf_clear(&out);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("demo");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 100);
	tcase_add_test(tc, lists_what_there_is);
	tcase_add_loop_test(tc, plays_each_to_json, 0, (int)demo_count());
	tcase_add_test(tc, tells_the_story_first);
	tcase_add_loop_test(tc, knows_every_format, 0, 7);
	tcase_add_test(tc, says_what_is_wrong);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
