/*
 * Nothing that is written holds the password: no report in any format, no
 * debug log, and that also where the server repeats what it was told, has
 * no TLS, or a certificate for another name.
 */
#include "net/sasl.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/report/report.h"
#include "core/world/play.h"
#include "core/world/world.h"
#include "net/buf.h"
#include "net/log.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/sasl_private.h"

#define USER "nina@example.org"
#define PASSWORD "roses/and+thorns-7Q"

/* ---- the forms in which it can show ---- */

static char **forms;
static size_t form_count, form_cap;

static void
add_form(const char *text)
{
	forms = mem_grow(forms, form_count, &form_cap, sizeof(*forms));
	forms[form_count++] = mem_strdup(text);
}

/*
 * In base64 a text shows in three ways, by the place where it begins; what
 * its neighbours have a part in is left out.
 */
static void
add_base64(const char *text)
{
	static const char before[] = "\0\0";
	size_t shift, n = strlen(text);

	for (shift = 0; shift < 3; shift++) {
		struct secret coded = { NULL, 0 };
		char *bytes = mem_alloc(n + shift + 1);
		char *shown;

		memcpy(bytes, before, shift);
		memcpy(bytes + shift, text, n);
		sasl_encode(bytes, n + shift, &coded);
		shown = mem_strdup(coded.bytes + (shift > 0 ? 4 : 0));
		shown[strcspn(shown, "=")] = '\0';
		shown[strlen(shown) - 1] = '\0';
		add_form(shown);
		free(shown);
		free(bytes);
		sasl_wipe(&coded);
	}
}

static void
make_forms(void)
{
	add_form(PASSWORD);
	add_base64(PASSWORD);
}

static const char *
shows(const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < form_count; i++)
		if (memmem(text, n, forms[i], strlen(forms[i])) != NULL)
			return forms[i];
	return NULL;
}

/* The search itself finds what it has to find. */
START_TEST(would_be_found)
{
	static const char plain[] = "\0" USER "\0" PASSWORD;
	static const char twice[] = USER "\0" USER "\0" PASSWORD;
	static const char oauth[] =
	    "user=" USER "\1auth=Bearer " PASSWORD "\1\1";
	static const struct {
		const char *bytes;
		size_t n;
	} texts[] = { { plain, sizeof(plain) - 1 },
		{ twice, sizeof(twice) - 1 }, { oauth, sizeof(oauth) - 1 },
		{ PASSWORD, sizeof(PASSWORD) - 1 } };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct secret coded = { NULL, 0 };

		sasl_encode(texts[i].bytes, texts[i].n, &coded);
		ck_assert_ptr_nonnull(shows(coded.bytes, coded.len));
		sasl_wipe(&coded);
	}
	ck_assert_ptr_nonnull(shows(PASSWORD, strlen(PASSWORD)));
	ck_assert_ptr_null(shows("nothing", 7));
}
END_TEST

/* ---- worlds ---- */

#define HEAD SUBMISSION(" 192.0.2.58:465/tls")
#define SUBMISSION(more)                                                       \
	"background\n"                                                         \
	"case recipient bob@example.net\n"                                     \
	"case server smtp.example.org:587\n"                                   \
	"case user " USER "\n"                                                 \
	"case password roses/and+thorns-7Q\n"                           \
	"dns smtp.example.org A 192.0.2.58\n"                                  \
	"smtp 192.0.2.58:587" more "\n"                                       \
	"  product postfix\n"                                                  \
	"  host smtp.example.org\n"                                            \
	"  hosts example.org\n"                                                \
	"  users " USER ":roses/and+thorns-7Q\n"

/* What the server hears when the password is given to it by PLAIN. */
#define PLAIN "AG5pbmFAZXhhbXBsZS5vcmcAcm9zZXMvYW5kK3Rob3Jucy03UQ=="

static const struct {
	const char *what, *text;
	bool log_in; /* the login is given to the server */
} worlds[] = {
	{ "taken, PLAIN",
	    HEAD "  starttls\n  auth PLAIN when tls\n", true },
	{ "taken, LOGIN",
	    HEAD "  starttls\n  auth LOGIN when tls\n", true },
	{ "refused", HEAD "  starttls\n  auth PLAIN LOGIN when tls\n"
			  "  at auth reply \"535 5.7.8 no\"\n", true },
	{ "repeated by the server", HEAD
	    "  starttls\n  auth PLAIN when tls\n"
	    "  at auth reply \"535 5.7.8 no " PLAIN "\"\n", true },
	{ "decoded by the server", HEAD
	    "  starttls\n  auth PLAIN when tls\n"
	    "  at auth reply \"535 5.7.8 roses/and+thorns-7Q is wrong\"\n",
	    true },
	{ "repeated later", HEAD
	    "  starttls\n  auth LOGIN when tls\n"
	    "  at rcpt reply \"550 5.7.1 roses/and+thorns-7Q\"\n", true },
	{ "repeated as it breaks off", HEAD
	    "  starttls\n  auth PLAIN when tls\n"
	    "  at auth fault echo\n", true },
	{ "silent", HEAD "  starttls\n  auth PLAIN when tls\n"
			 "  at auth fault silent\n", true },
	{ "no TLS at all", SUBMISSION("") "  auth PLAIN LOGIN always\n", false },
	{ "a certificate of another name", HEAD
	    "  starttls wrong-name\n  certificate wrong-name\n"
	    "  auth PLAIN LOGIN when tls\n", false },
	{ "an expired certificate", HEAD
	    "  starttls expired\n  certificate expired\n"
	    "  auth PLAIN LOGIN when tls\n", false },
	{ "agreed without TLS", "case insecure-auth\n" HEAD
	    "  auth PLAIN LOGIN always\n", true },
};

#define WORLDS (sizeof(worlds) / sizeof(worlds[0]))

static void
look(const char *what, const char *where, const char *text, size_t n)
{
	const char *form = shows(text, n), *at;

	if (form == NULL)
		return;
	at = memmem(text, n, form, strlen(form));
	at = at - text > 150 ? at - 150 : text;
	ck_abort_msg("%s: %s holds %s: %.300s", what, where, form, at);
}

static void
look_at_reports(const char *what, const struct session *s)
{
	int format, mask;

	for (format = FORMAT_TEXT; format <= FORMAT_COMMANDS; format++)
		for (mask = 0; mask < 2; mask++) {
			struct err err;
			struct buf out;

			buf_init(&out, REPORT_MAX);
			report_render(s, (enum format)format, mask != 0,
			    &out, &err);
			ck_assert_uint_gt(out.len, 0);
			look(what, "a report", buf_str(&out), out.len);
			buf_clear(&out);
		}
}

static void
look_at_file(const char *what, const char *path)
{
	static char text[4 * 1024 * 1024];
	FILE *file = fopen(path, "r");
	size_t n;

	ck_assert_ptr_nonnull(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	ck_assert_uint_gt(n, 0);
	text[n] = '\0';
	look(what, "the debug log", text, n);
}

/* Was the login given away at all?  Else the search would be for nothing. */
static bool
gave_login(const struct session *s)
{
	size_t i;

	for (i = 0; i < s->probe_count; i++) {
		const struct smtp_probe *p = probe_smtp(s->probes[i]);

		if (p != NULL && p->answers[ASK_AUTH] != NULL)
			return true;
	}
	return false;
}

START_TEST(shows_nowhere)
{
	const char *what = worlds[_i].what, *text = worlds[_i].text;
	char path[] = "/tmp/rt-secrets-XXXXXX";
	struct loop *loop = loop_new_virtual();
	struct err err = { 0 };
	struct session session;
	struct play play;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_msg(log_open(path, &err), "%s", err.text);
	ck_assert_msg(play_begin(&play, world_parse(text, strlen(text), &err),
			  loop, &err),
	    "%s: %s", what, err.text);
	session_init(&session, &play.settings, &play.input, &play.net);
	session.cred = play.cred;
	session_start(&session, NULL);
	while (!session_done(&session))
		loop_turn(loop, 0);
	ck_assert_msg(gave_login(&session) == worlds[_i].log_in, "%s: login "
	    "%sgiven", what, worlds[_i].log_in ? "not " : "");
	look_at_reports(what, &session);
	session_clear(&session);
	play_end(&play);
	loop_free(loop);
	log_close();
	look_at_file(what, path);
	close(fd);
	unlink(path);
}
END_TEST

/* What is wiped is zero; the compiler must not think it needless. */
START_TEST(wiping_wipes)
{
	char secret[] = PASSWORD;
	size_t i;

	mem_wipe(secret, sizeof(secret));
	for (i = 0; i < sizeof(secret); i++)
		ck_assert_int_eq(secret[i], 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("secrets");
	TCase *all = tcase_create("all");
	SRunner *runner;
	size_t i;
	int failed;

	make_forms();
	tcase_set_timeout(all, 60);
	tcase_add_test(all, would_be_found);
	tcase_add_loop_test(all, shows_nowhere, 0, (int)WORLDS);
	tcase_add_test(all, wiping_wipes);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	for (i = 0; i < form_count; i++)
		free(forms[i]);
	free(forms);
	return failed == 0 ? 0 : 1;
}
