#include "net/input.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/buf.h"

static char folder[] = "/tmp/relaytrace-input-XXXXXX";
static char path[sizeof(folder) + 16];

static const char *
place(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
refused(const char *what, int sys, const char *words)
{
	struct err err = { 0 };
	struct buf out;

	buf_init(&out, 1000);
	ck_assert(!input_read(what, &out, &err));
	ck_assert_int_eq(err.sys, sys);
	ck_assert_ptr_nonnull(strstr(err.text, what));
	ck_assert_msg(strstr(err.text, words) != NULL, "%s", err.text);
	buf_clear(&out);
}

START_TEST(what_cannot_be_read_is_named)
{
	refused(place("none"), ENOENT, strerror(ENOENT));
	refused(folder, EISDIR, strerror(EISDIR));
	refused("/dev/zero", 0, "larger than 1000 bytes");
}
END_TEST

START_TEST(a_pipe_without_a_writer_is_not_waited_for)
{
	ck_assert_int_eq(mkfifo(place("idle"), 0600), 0);
	refused(path, 0, "nobody writes");
	unlink(path);
}
END_TEST

/* Somebody holds the other end and takes his time. */
START_TEST(a_pipe_with_a_writer_is)
{
	struct err err = { 0 };
	struct buf out;
	int writer, fd;

	ck_assert_int_eq(mkfifo(place("slow"), 0600), 0);
	writer = open(path, O_RDWR | O_NONBLOCK);
	ck_assert_int_ge(writer, 0);
	fd = input_open(path, &err);
	ck_assert_msg(fd >= 0, "%s", err.text);
	ck_assert_int_eq(write(writer, "word", 4), 4);
	close(writer);
	buf_init(&out, 1000);
	ck_assert(input_read_all(fd, path, &out, &err));
	ck_assert_str_eq(buf_str(&out), "word");
	buf_clear(&out);
	close(fd);
	unlink(path);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("input");
	TCase *all = tcase_create("all");
	SRunner *runner;
	int failed;

	if (mkdtemp(folder) == NULL)
		return 1;
	tcase_set_timeout(all, 60);
	tcase_add_test(all, what_cannot_be_read_is_named);
	tcase_add_test(all, a_pipe_without_a_writer_is_not_waited_for);
	tcase_add_test(all, a_pipe_with_a_writer_is);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	rmdir(folder);
	return failed == 0 ? 0 : 1;
}
