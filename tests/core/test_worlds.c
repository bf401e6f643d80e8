#include "core/session.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/world/play.h"
#include "core/world/world.h"
#include "net/addr.h"
#include "net/loop.h"
#include "net/mem.h"
#include "support/world_check.h"

/*
 * Every world, played from beginning to end on the virtual clock: does the
 * program conclude what is known to be true there?  The worlds are those of
 * tests/worlds and the demos.
 *
 * `core_worlds FILE...` plays only these and tells what was concluded.
 */

static char **files;
static size_t file_count, file_cap;

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
find_worlds(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	const char *dot;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		dot = strrchr(entry->d_name, '.');
		if (dot == NULL || strcmp(dot, ".world") != 0)
			continue;
		files = mem_grow(files, file_count, &file_cap,
		    sizeof(char *));
		files[file_count++] = mem_printf("%s/%s", dir,
		    entry->d_name);
	}
	closedir(d);
}

START_TEST(concludes_what_is_true_there)
{
	struct world_result r;

	world_check(files[_i], &r);
	ck_assert_msg(r.wrong[0] == '\0', "%s: %s", files[_i], r.wrong);
}
END_TEST

static int
tell(int argc, char **argv)
{
	struct world_result r;
	int i, bad = 0;

	for (i = 1; i < argc; i++) {
		world_check_verbose(argv[i], &r);
		printf("%s: %s\n", argv[i],
		    r.wrong[0] != '\0' ? r.wrong : "as expected");
		bad |= r.wrong[0] != '\0';
	}
	return bad;
}

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("worlds");
	TCase *tc = tcase_create("all");
	SRunner *runner;
	int failed;
	size_t i;

	if (argc > 1)
		return tell(argc, argv);
	find_worlds(RT_SOURCE_DIR "/core/world/demos");
	find_worlds(RT_TESTS_DIR "/worlds");
	find_worlds(RT_TESTS_DIR "/worlds/speed");
	qsort(files, file_count, sizeof(char *), by_name);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, concludes_what_is_true_there, 0,
	    (int)file_count);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	for (i = 0; i < file_count; i++)
		free(files[i]);
	free(files);
	return failed == 0 && file_count > 0 ? 0 : 1;
}
