#ifndef RT_TESTS_CORE_GOLDEN_H
#define RT_TESTS_CORE_GOLDEN_H

/*
 * Compares a text with tests/golden/NAME.  RT_UPDATE_GOLDEN=1 writes the
 * file anew; the difference is then reviewed like code.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "net/buf.h"

static inline void
golden_compare(const char *name, const char *text)
{
	char path[512];
	struct err err = { 0 };
	struct buf want;

	snprintf(path, sizeof(path), "%s/golden/%s", RT_TESTS_DIR, name);
	if (getenv("RT_UPDATE_GOLDEN") != NULL)
		ck_assert_msg(
		    file_write(path, text, strlen(text), 0644, &err), "%s",
		    err.text);
	buf_init(&want, 16 * 1024 * 1024);
	ck_assert_msg(file_read(path, &want, &err), "%s", err.text);
	if (strcmp(buf_str(&want), text) != 0)
		fprintf(stderr, "--- %s as it is now ---\n%s", name, text);
	ck_assert_msg(strcmp(buf_str(&want), text) == 0,
	    "%s differs; RT_UPDATE_GOLDEN=1 rewrites it", name);
	buf_clear(&want);
}

#endif
