#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/json_out.h"
#include "net/buf.h"

static const struct {
	const char *bytes, *json;
} strings[] = {
	{ "", "\"\"" },
	{ "plain", "\"plain\"" },
	{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
	{ "\x01\t\n\x1b[0m\x7f", "\"\\u0001\\u0009\\n\\u001b[0m\\u007f\"" },
	{ "\xc2\x9b", "\"\\u009b\"" },	      /* a control of C1 */
	{ "gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\"" },
	{ "\xf0\x9f\x93\xa7", "\"\xf0\x9f\x93\xa7\"" },
	{ "\xff" "a\xc3", "\"\xef\xbf\xbd" "a\xef\xbf\xbd\"" },
	{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" }, /* overlong */
};

START_TEST(strings_of_any_bytes)
{
	struct buf buf;
	struct json_out json = { .out = &buf };
	json_t *read;

	buf_init(&buf, 1000);
	json_text(&json, NULL, strings[_i].bytes);
	ck_assert_str_eq(buf_str(&buf), strings[_i].json);
	read = json_loads(buf_str(&buf), JSON_DECODE_ANY, NULL);
	ck_assert_msg(read != NULL, "another reader understands it");
	json_decref(read);
	buf_clear(&buf);
}
END_TEST

START_TEST(objects_and_arrays)
{
	struct buf buf;
	struct json_out json = { .out = &buf };

	buf_init(&buf, 1000);
	json_open(&json, NULL, '{');
	json_number(&json, "n", LONG_MIN);
	json_percent(&json, "p", 7);
	json_percent(&json, "q", 100);
	json_open(&json, "empty", '[');
	json_close(&json, ']');
	json_open(&json, "list", '[');
	json_text(&json, NULL, "a");
	json_number(&json, NULL, 0);
	json_open(&json, NULL, '{');
	json_close(&json, '}');
	json_close(&json, ']');
	json_truth(&json, "t", true);
	json_truth(&json, "f", false);
	json_nothing(&json, "nothing");
	json_close(&json, '}');
	ck_assert_str_eq(buf_str(&buf),
	    "{\"n\":-9223372036854775808,\"p\":0.07,\"q\":1.00,\"empty\":[],"
	    "\"list\":[\"a\",0,{}],\"t\":true,\"f\":false,\"nothing\":null}");
	buf_clear(&buf);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("core.json_out");
	TCase *t = tcase_create("json_out");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(t, strings_of_any_bytes, 0,
	    sizeof(strings) / sizeof(strings[0]));
	tcase_add_test(t, objects_and_arrays);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
