#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/bounce/explain.h"
#include "core/bounce/mime.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/buf.h"

#define ROWS_MAX 400

/* A line of tests/bounces/expected.tsv. */
struct row {
	char line[600];
	const char *file, *kind, *recipient, *enhanced, *server, *stage,
	    *action, *sender;
	int code;
};

static struct row rows[ROWS_MAX];
static int row_count;

static void
split(struct row *row)
{
	const char *fields[9] = { "", "", "", "0", "", "", "", "", "" };
	char *p = row->line, *next;
	int i;

	for (i = 0; i < 9 && p != NULL; i++, p = next) {
		next = strpbrk(p, "\t\n");
		if (next != NULL)
			*next++ = '\0';
		fields[i] = p;
	}
	row->file = fields[0];
	row->kind = fields[1];
	row->recipient = fields[2];
	row->code = atoi(fields[3]);
	row->enhanced = fields[4];
	row->server = fields[5];
	row->stage = fields[6];
	row->action = fields[7];
	row->sender = fields[8];
}

static void
load_rows(void)
{
	FILE *f = fopen(RT_TESTS_DIR "/bounces/expected.tsv", "r");
	struct row *row = rows;

	if (f == NULL)
		abort();
	while (row_count < ROWS_MAX &&
	    fgets(row->line, sizeof(row->line), f) != NULL) {
		if (row->line[0] == '#')
			continue;
		split(row++);
		row_count++;
	}
	fclose(f);
}

static void
read_sample(const char *name, struct buf *out)
{
	char path[400], chunk[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), RT_TESTS_DIR "/bounces/%s", name);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	buf_init(out, 1 << 20);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	fclose(f);
}

static const struct explain_entry *
entry_for(const struct explanation *e, const char *recipient)
{
	size_t i;

	for (i = 0; i < e->count; i++)
		if (text_ieq(e->entries[i].recipient, recipient))
			return &e->entries[i];
	return NULL;
}

static void
compare(const struct row *row, const struct explain_entry *e)
{
	char enhanced[16] = "";

	ck_assert_msg(e->code == row->code, "%s: code %d", row->file,
	    e->code);
	if (e->enhanced.class != 0)
		enhanced_text(&e->enhanced, enhanced);
	ck_assert_msg(strcmp(enhanced, row->enhanced) == 0,
	    "%s: enhanced \"%s\"", row->file, enhanced);
	ck_assert_msg(row->server[0] == '\0' ||
	    strcmp(row->server, e->server) == 0, "%s: server \"%s\"",
	    row->file, e->server);
	ck_assert_msg(row->stage[0] == '\0' || (e->stage < STAGE_COUNT &&
	    strcmp(row->stage, stage_name((enum stage)e->stage)) == 0),
	    "%s: stage %d", row->file, e->stage);
	ck_assert_msg(strcmp(row->action, dsn_action_name(e->action)) == 0,
	    "%s: action \"%s\"", row->file, dsn_action_name(e->action));
	ck_assert_msg(row->sender[0] == '\0' ||
	    strcmp(row->sender, e->sender) == 0, "%s: sender \"%s\"",
	    row->file, e->sender);
}

START_TEST(every_sample_is_explained)
{
	const struct row *row = &rows[_i];
	struct explanation e;
	const struct explain_entry *entry;
	struct buf input;
	size_t wanted = 0;
	int i;

	read_sample(row->file, &input);
	explain_read(&e, buf_str(&input), input.len);
	ck_assert_msg(strcmp(explain_kind_name(e.kind), row->kind) == 0,
	    "%s: kind %s", row->file, explain_kind_name(e.kind));
	for (i = 0; i < row_count; i++)
		wanted += strcmp(rows[i].file, row->file) == 0;
	if (e.kind == EXPLAIN_UNKNOWN)
		wanted = 0;
	ck_assert_msg(e.count == wanted, "%s: %zu entries, not %zu",
	    row->file, e.count, wanted);
	if (wanted > 0) {
		entry = entry_for(&e, row->recipient);
		ck_assert_msg(entry != NULL, "%s: no %s but %s", row->file,
		    row->recipient, e.entries[0].recipient);
		compare(row, entry);
	}
	explain_clear(&e);
	buf_clear(&input);
}
END_TEST

/* What a mail program makes of a bounce when it forwards it in the text. */
static void
quote(const char *text, struct buf *quoted)
{
	const char *p;
	size_t n;

	buf_puts(quoted, "From: Carol <carol@src.example>\n"
	    "To: help@src.example\nSubject: please help\n\n"
	    "Hello,\n\nwhat does this mean?\n\n");
	for (p = text; *p != '\0'; p += n + (p[n] != '\0')) {
		n = strcspn(p, "\n");
		buf_puts(quoted, "> ");
		buf_add(quoted, p, n);
		buf_putc(quoted, '\n');
	}
}

/*
 * Base64 and the like cannot be read there, nor whom the header alone named;
 * all others must be, but a few.
 */
START_TEST(bounces_are_explained_when_quoted)
{
	struct explanation e;
	struct buf input, quoted;
	const char *body;
	int i, read = 0, all = 0;

	for (i = 0; i < row_count; i++) {
		if (strcmp(rows[i].kind, "bounce") != 0 ||
		    strstr(rows[i].file, ".eml") == NULL)
			continue;
		read_sample(rows[i].file, &input);
		buf_init(&quoted, 1 << 21);
		body = strstr(buf_str(&input), "\n\n");
		quote(body != NULL ? body + 2 : "", &quoted);
		explain_read(&e, buf_str(&quoted), quoted.len);
		read += entry_for(&e, rows[i].recipient) != NULL;
		all += body != NULL && text_ifind(buf_str(&input),
		    "encoding: base64") == NULL &&
		    text_ifind(body, rows[i].recipient) != NULL;
		explain_clear(&e);
		buf_clear(&quoted);
		buf_clear(&input);
	}
	ck_assert_msg(read * 100 >= all * 95, "%d of %d", read, all);
}
END_TEST

/* A paste may end anywhere: nothing breaks, and no cut takes long. */
START_TEST(every_prefix_is_read)
{
	struct explanation e;
	struct buf input;
	size_t n;

	read_sample("m365-wrapped.eml", &input);
	for (n = 0; n <= input.len; n += 7) {
		explain_read(&e, buf_str(&input), n);
		explain_clear(&e);
	}
	buf_clear(&input);
}
END_TEST

static double
seconds_to_read(const char *bytes, size_t n, struct explanation *e)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	explain_read(e, bytes, n);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

#define SLOW 10.0 /* seconds of CPU; generous for sanitizers */

START_TEST(a_hundred_thousand_parts)
{
	struct explanation e;
	struct buf b;
	int i;

	buf_init(&b, 16 << 20);
	buf_puts(&b, "From: MAILER-DAEMON@mx.example\nSubject: failure\n"
	    "Content-Type: multipart/report; boundary=x\n\n");
	for (i = 0; i < 100000; i++)
		buf_puts(&b, "--x\nContent-Type: text/plain\n\n"
		    "<bob@dest.example>: 550 5.7.1 Relaying denied\n");
	ck_assert(seconds_to_read(buf_str(&b), b.len, &e) < SLOW);
	ck_assert(e.truncated);
	ck_assert_int_eq(e.kind, EXPLAIN_BOUNCE);
	ck_assert_str_eq(e.entries[0].recipient, "bob@dest.example");
	ck_assert_int_eq(e.entries[0].code, 550);
	explain_clear(&e);
	buf_clear(&b);
}
END_TEST

START_TEST(comments_without_end)
{
	struct explanation e;
	struct buf b;
	int i;

	buf_init(&b, 16 << 20);
	buf_puts(&b, "From: MAILER-DAEMON@mx.example\nSubject: failure\n"
	    "Content-Type: text/html\n\n"
	    "&lt;bob@dest.example&gt;: 550 5.7.1 Relaying denied<br>\n");
	for (i = 0; i < 1000000; i++)
		buf_puts(&b, "<!-- -");
	ck_assert(seconds_to_read(buf_str(&b), b.len, &e) < SLOW);
	ck_assert_str_eq(e.entries[0].recipient, "bob@dest.example");
	explain_clear(&e);
	buf_clear(&b);
}
END_TEST

START_TEST(nested_without_end)
{
	struct explanation e;
	struct buf b;
	int i;

	buf_init(&b, 16 << 20);
	for (i = 0; i < 30000; i++)
		buf_printf(&b, "From: a@b.example\nTo: c@d.example\n"
		    "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
		    "Content-Type: message/rfc822\n\n", i, i);
	buf_puts(&b, "To: bob@dest.example\n\n550 5.7.1 Relaying denied\n");
	ck_assert(seconds_to_read(buf_str(&b), b.len, &e) < SLOW);
	ck_assert(e.truncated);
	explain_clear(&e);
	buf_clear(&b);
}
END_TEST

START_TEST(a_header_without_end)
{
	struct explanation e;
	struct buf b;
	int i;

	buf_init(&b, 17 << 20);
	buf_puts(&b, "From: MAILER-DAEMON@mx.example\nTo: a@src.example\n");
	for (i = 0; i < 400000; i++)
		buf_puts(&b, "X-Long: abcdefghijklmnopqrstuvw\n  folded\n");
	ck_assert(seconds_to_read(buf_str(&b), b.len, &e) < SLOW);
	ck_assert_int_eq(e.kind, EXPLAIN_UNKNOWN);
	explain_clear(&e);
	buf_clear(&b);
}
END_TEST

/* One line of megabytes, of whatever is worst for the searches. */
START_TEST(one_line_without_end)
{
	static const char *const worst[] = {
		"550 ", "<a@", "=?utf-8?q?", "&#", "<b ", "a.b@c.d, ",
		">>> RCPT TO:<", "host x.example[", "5.1.1 ", "--", "\"a\\",
		"{\"notificationType\":[", "4 5.", "SMTP error from ",
	};
	struct explanation e;
	struct buf b;

	buf_init(&b, 3 << 20);
	buf_puts(&b, "From: MAILER-DAEMON@mx.example\nSubject: failure\n"
	    "Content-Type: text/html\n\n");
	while (buf_puts(&b, worst[_i]))
		;
	ck_assert(seconds_to_read(buf_str(&b), b.len, &e) < SLOW);
	explain_clear(&e);
	/* And as a fragment, and as a log. */
	ck_assert(seconds_to_read(buf_str(&b) + 90, b.len - 90, &e) < SLOW);
	explain_clear(&e);
	buf_clear(&b);
}
END_TEST

/* The same, each in a line of its own. */
START_TEST(lines_without_end)
{
	static const char *const worst[] = {
		"550 5.7.1 <a@b.example>... Relaying denied\n",
		"<<< 550-more\n", ">>> RCPT TO:<a@b.example>\n",
		"Final-Recipient: rfc822; a@b.example\n",
		"Diagnostic-Code: smtp; 550 x\n folded\n",
		"a@b.example\n", "a@b.example:\n said 550 x\n\n",
		"> > > > > > > > > > > > > x\n", "\n", " .\n",
		"Nov 24 03:00:00 mx postfix/smtp[1]: 4F1A2B3C4D: to=<a@b.c>, "
		"status=bounced (host x said: 550 y)\n",
	};
	struct explanation e;
	struct buf b;

	buf_init(&b, 3 << 20);
	while (buf_puts(&b, worst[_i]))
		;
	ck_assert(seconds_to_read(buf_str(&b), b.len, &e) < SLOW);
	ck_assert_uint_le(e.count, EXPLAIN_ENTRIES_MAX);
	explain_clear(&e);
	buf_clear(&b);
}
END_TEST

START_TEST(many_recipients_are_capped)
{
	struct explanation e;
	struct buf b;
	int i;

	buf_init(&b, 8 << 20);
	buf_puts(&b, "From: MAILER-DAEMON@mx.example\nSubject: failure\n\n");
	for (i = 0; i < 20000; i++)
		buf_printf(&b, "<u%d@dest.example>: 550 5.7.1 no relay\n\n",
		    i);
	ck_assert(seconds_to_read(buf_str(&b), b.len, &e) < SLOW);
	ck_assert_uint_le(e.count, EXPLAIN_ENTRIES_MAX);
	ck_assert_uint_gt(e.count, 500);
	explain_clear(&e);
	buf_clear(&b);
}
END_TEST

START_TEST(nul_and_escapes_stay_harmless)
{
	static const char input[] =
	    "From: MAILER-DAEMON@mx.example\nSubject: fail\0ure\n\n"
	    "<bob@dest.example>:\n550 5.7.1 \x1b]0;pwned\x07 Relaying "
	    "\0denied \xff\xfe \xe2\x80\xae gpj.exe\n";
	struct explanation e;
	char *text, *json;

	explain_read(&e, input, sizeof(input) - 1);
	ck_assert_int_eq(e.kind, EXPLAIN_BOUNCE);
	ck_assert_int_eq(e.entries[0].code, 550);
	text = explain_text(&e);
	json = explain_json(&e);
	ck_assert(strpbrk(text, "\x1b\x07") == NULL);
	ck_assert(strpbrk(json, "\x1b\x07") == NULL);
	ck_assert(text_is_utf8(json, strlen(json)));
	ck_assert(strstr(text, "\xe2\x80\xae") == NULL);
	free(text);
	free(json);
	explain_clear(&e);
}
END_TEST

/* Each part in another charset, one of them wrongly named. */
START_TEST(mixed_charsets)
{
	static const char input[] =
	    "From: MAILER-DAEMON@mx.example\n"
	    "Subject: =?iso-8859-1?q?Unzustellbar=3A_M=FCll?=\n"
	    "Content-Type: multipart/mixed; boundary=x\n\n"
	    "--x\nContent-Type: text/plain; charset=utf-16\n\nabc\xff\n"
	    "--x\nContent-Type: text/plain; charset=no-such-set\n\n\xe4\n"
	    "--x\nContent-Type: text/plain; charset=ISO-2022-JP\n\n"
	    "\x1b$B8m\x1b(B\n"
	    "--x\nContent-Type: text/plain; charset=iso-8859-1\n"
	    "Content-Transfer-Encoding: quoted-printable\n\n"
	    "<bob@dest.example>:\n550 5.7.1 Weiterleitung f=FCr bob verwei=\n"
	    "gert\n--x--\n";
	struct explanation e;

	explain_read(&e, input, sizeof(input) - 1);
	ck_assert_int_eq(e.kind, EXPLAIN_BOUNCE);
	ck_assert_uint_eq(e.count, 1);
	ck_assert_int_eq(e.entries[0].code, 550);
	ck_assert(strstr(e.entries[0].text, "f\xc3\xbcr bob verweigert"));
	explain_clear(&e);
}
END_TEST

START_TEST(the_command_is_quoted_for_a_shell)
{
	static const char input[] =
	    "From: MAILER-DAEMON@mx.example\nSubject: failure\n\n"
	    "<o'brien`id`$x@dest.example>:\n550 5.7.1 Relaying denied\n";
	struct explanation e;

	explain_read(&e, input, sizeof(input) - 1);
	ck_assert_uint_eq(e.count, 1);
	ck_assert_str_eq(e.entries[0].next, "relaytrace check "
	    "'o'\\''brien`id`$x@dest.example'");
	explain_clear(&e);
}
END_TEST

/* What a sample's only entry is laid at the door of. */
static enum cause_id
first_cause(const char *name)
{
	struct explanation e;
	struct buf input;
	enum cause_id id;

	read_sample(name, &input);
	explain_read(&e, buf_str(&input), input.len);
	ck_assert_msg(e.count == 1 && e.entries[0].cause_count > 0, "%s: \"%s\"",
	    name, e.count > 0 ? e.entries[0].text : "");
	id = e.entries[0].causes[0].id;
	explain_clear(&e);
	buf_clear(&input);
	return id;
}

START_TEST(what_stands_around_is_not_the_reason)
{
	ck_assert_int_eq(first_cause("disclaimer-below.eml"),
	    CAUSE_MAILBOX_UNKNOWN);
	ck_assert_int_eq(first_cause("reason-before-name.eml"),
	    CAUSE_MAILBOX_UNAVAILABLE);
	ck_assert_int_eq(first_cause("communigate-local.eml"),
	    CAUSE_MAILBOX_UNAVAILABLE);
	ck_assert_int_eq(first_cause("sendmail-reason.eml"), CAUSE_SPF_FAIL);
	ck_assert_int_eq(first_cause("not-valid-user.eml"),
	    CAUSE_MAILBOX_UNKNOWN);
}
END_TEST

/* Ten thousand bounces in a mailbox, the first five the same. */
START_TEST(many_bounces_in_a_mailbox)
{
	struct explanation e;
	struct buf input;
	int i;

	buf_init(&input, MIME_INPUT_MAX);
	for (i = 0; i < 10000; i++)
		buf_printf(&input, "From MAILER-DAEMON Mon Oct  5 09:12:44 "
		    "2026\nReturn-Path: <>\nFrom: MAILER-DAEMON@src.example"
		    "\nSubject: Returned mail\n\n<bob@dest.example>: host "
		    "mx.dest.example said: 550 %d no\n\n", i < 5 ? 0 : i);
	explain_read(&e, buf_str(&input), input.len);
	ck_assert_int_eq(e.kind, EXPLAIN_BOUNCE);
	ck_assert_uint_gt(e.count, 900);
	ck_assert_uint_le(e.count, EXPLAIN_ENTRIES_MAX);
	explain_clear(&e);
	buf_clear(&input);
}
END_TEST

/* The same words as Windows saves them: a mark, two bytes a character. */
static void
widen(const char *text, bool mark, bool big, struct buf *out)
{
	if (mark)
		buf_puts(out, big ? "\xfe\xff" : "\xff\xfe");
	for (; *text != '\0'; text++) {
		if (big)
			buf_putc(out, '\0');
		buf_putc(out, *text);
		if (!big)
			buf_putc(out, '\0');
	}
}

START_TEST(utf16_is_read)
{
	struct explanation e;
	struct buf input, wide;

	read_sample("postfix-relay-denied.eml", &input);
	buf_init(&wide, 1 << 20);
	widen(buf_str(&input), _i & 1, _i & 2, &wide);
	explain_read(&e, wide.bytes, wide.len);
	ck_assert_int_eq(e.kind, EXPLAIN_BOUNCE);
	ck_assert_uint_eq(e.count, 1);
	ck_assert_str_eq(e.entries[0].recipient, "bob@dest.example");
	ck_assert_int_eq(e.entries[0].code, 554);
	explain_clear(&e);
	buf_clear(&wide);
	buf_clear(&input);
}
END_TEST

/* Labelled as base64, and plain text all the same. */
START_TEST(false_base64_is_read)
{
	static const char text[] = "From: MAILER-DAEMON@src.example\n"
	    "Subject: Returned mail\nContent-Transfer-Encoding: base64\n\n"
	    "Your message could not be delivered.\n\n"
	    "<bob@dest.example>: 550 5.7.1 relaying denied\n";
	struct explanation e;

	explain_read(&e, text, sizeof(text) - 1);
	ck_assert_uint_eq(e.count, 1);
	ck_assert_int_eq(e.entries[0].code, 550);
	explain_clear(&e);
}
END_TEST

/* A name that the next command would refuse is left out of it. */
START_TEST(the_command_takes_its_addresses)
{
	struct explain_entry entry = { .recipient = "bob@dest.example",
		.sender = "alice@.src.example", .stage = STAGE_COUNT };

	explain_classify(&entry);
	ck_assert_str_eq(entry.next, "relaytrace check bob@dest.example");
	memcpy(entry.recipient, "bob@#dest.example", 18);
	explain_classify(&entry);
	ck_assert_str_eq(entry.next, "");
}
END_TEST

START_TEST(what_is_no_text_is_named)
{
	struct explanation e;
	char *text;

	explain_read(&e, "%PDF-1.7\n550 5.7.1 x", 20);
	ck_assert_int_eq(e.kind, EXPLAIN_UNKNOWN);
	ck_assert_ptr_nonnull(strstr(e.unreadable, "PDF"));
	text = explain_text(&e);
	ck_assert_ptr_nonnull(strstr(text, "a PDF file"));
	free(text);
	explain_clear(&e);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("core.bounce");
	TCase *samples = tcase_create("samples");
	TCase *hostile = tcase_create("hostile");

	load_rows();
	tcase_add_loop_test(samples, every_sample_is_explained, 0, row_count);
	tcase_add_test(samples, bounces_are_explained_when_quoted);
	tcase_add_test(samples, every_prefix_is_read);
	tcase_add_test(samples, what_stands_around_is_not_the_reason);
	tcase_add_test(samples, mixed_charsets);
	tcase_add_loop_test(samples, utf16_is_read, 0, 4);
	tcase_add_test(samples, false_base64_is_read);
	tcase_add_test(samples, what_is_no_text_is_named);
	tcase_add_test(samples, the_command_takes_its_addresses);
	tcase_add_test(samples, the_command_is_quoted_for_a_shell);
	tcase_set_timeout(hostile, 100);
	tcase_add_test(hostile, a_hundred_thousand_parts);
	tcase_add_test(hostile, comments_without_end);
	tcase_add_test(hostile, nested_without_end);
	tcase_add_test(hostile, a_header_without_end);
	tcase_add_loop_test(hostile, one_line_without_end, 0, 14);
	tcase_add_loop_test(hostile, lines_without_end, 0, 11);
	tcase_add_test(hostile, many_recipients_are_capped);
	tcase_add_test(hostile, many_bounces_in_a_mailbox);
	tcase_add_test(hostile, nul_and_escapes_stay_harmless);
	suite_add_tcase(s, samples);
	suite_add_tcase(s, hostile);
	return s;
}

int
main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
