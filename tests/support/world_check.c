#include "support/world_check.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/report/report.h"
#include "core/session.h"
#include "core/world/play.h"
#include "core/world/world.h"
#include "net/buf.h"
#include "net/loop.h"
#include "support/report_schema.h"

#if defined(__SANITIZE_ADDRESS__)
/* Of libasan; its header comes with another compiler only. */
size_t __sanitizer_get_current_allocated_bytes(void);
#endif

#define REAL_SECONDS 50           /* of the real clock, for one world */
#define PEAK_BYTES (64u * 1024 * 1024)

static size_t
heap_bytes(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return __sanitizer_get_current_allocated_bytes();
#else
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
#endif
}

static void wrong(struct world_result *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The first thing that is wrong is what is told. */
static void
wrong(struct world_result *r, const char *fmt, ...)
{
	va_list ap;

	if (r->wrong[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(r->wrong, sizeof(r->wrong), fmt, ap);
	va_end(ap);
}

/* The most that was resident since the last call (proc(5), clear_refs). */
static size_t
peak_resident(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[200];
	size_t kib = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		sscanf(line, "VmHWM: %zu kB", &kib);
	if (f != NULL)
		fclose(f);
	f = fopen("/proc/self/clear_refs", "we");
	if (f != NULL) {
		fputs("5", f);
		fclose(f);
	}
	return kib * 1024;
}

static void
run(struct session *s, struct loop *loop, struct world_result *r)
{
	size_t before = heap_bytes(), now;
	time_t end = time(NULL) + REAL_SECONDS;

	peak_resident();
	session_start(s, NULL);
	while (!session_done(s)) {
		loop_turn(loop, 0);
		if (++r->turns % 8 != 0)
			continue;
		now = heap_bytes();
		if (now > before && now - before > r->peak_bytes)
			r->peak_bytes = now - before;
		if (time(NULL) > end) {
			wrong(r, "it does not end");
			return;
		}
	}
}

/* ---- what must hold whatever the world ---- */

/* Nothing that a terminal would obey, and valid UTF-8. */
static void
check_text(struct world_result *r, const char *what, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (; *p != '\0'; p++) {
		if ((*p < 0x20 && *p != '\n') || *p == 0x7f)
			wrong(r, "%s holds the byte %02x", what, *p);
		if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			wrong(r, "%s holds a C1 control", what);
		if (*p == 0xe2 && p[1] == 0x80 && p[2] >= 0xaa && p[2] <= 0xae)
			wrong(r, "%s holds a bidirectional override", what);
	}
}

static void
check_ref(struct world_result *r, const struct session *s,
    const struct ref *at, const char *what)
{
	const struct probe *probe = session_probe(s, at->probe);

	if (at->probe == 0)
		return;
	if (probe == NULL)
		wrong(r, "%s points at no probe: p%d", what, at->probe);
	else if (at->line < 0 || (size_t)at->line > probe->transcript.count)
		wrong(r, "%s points at no line: p%d:%d", what, at->probe,
		    at->line);
}

/* Evidence or silence: the cause stands on something that was seen. */
static void
check_cause(struct world_result *r, const struct session *s,
    const struct cause *cause)
{
	bool shown = false;
	size_t i;

	check_text(r, "a summary", cause->summary);
	if (cause->summary[0] == '\0')
		wrong(r, "%s has no summary", cause_name(cause->id));
	for (i = 0; i < cause->item_count; i++) {
		const struct item *item = &cause->items[i];

		check_text(r, "evidence", item->text);
		check_ref(r, s, &item->at, item->text);
		shown |= item->supports && item->at.probe != 0;
	}
	if (!shown)
		wrong(r, "%s has no evidence that can be looked up",
		    cause_name(cause->id));
}

/* A report is text that a terminal only shows. */
static void
check_reports(struct world_result *r, const struct session *s)
{
	static const enum format formats[] = { FORMAT_TEXT, FORMAT_JSON,
		FORMAT_MARKDOWN, FORMAT_HTML };
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct err err;
		struct buf out;
		char what[300];

		buf_init(&out, REPORT_MAX);
		report_render(s, formats[i], false, &out, &err);
		check_text(r, "a report", buf_str(&out));
		if (strlen(buf_str(&out)) != out.len)
			wrong(r, "a report holds a NUL byte");
		if (formats[i] == FORMAT_JSON && !report_schema_holds(
			buf_str(&out), out.len, what, sizeof(what)))
			wrong(r, "the JSON breaks the contract: %s", what);
		buf_clear(&out);
	}
}

static void
check_always(struct world_result *r, const struct session *s)
{
	const struct diagnosis *d = &s->diagnosis;
	size_t i, k;

	for (i = 0; i < d->cause_count; i++)
		check_cause(r, s, &d->causes[i]);
	for (i = 0; i < d->finding_count; i++) {
		check_text(r, "a finding", d->findings[i].text);
		check_text(r, "a finding", d->findings[i].subject);
		check_ref(r, s, &d->findings[i].at, d->findings[i].id);
	}
	for (i = 0; i < d->ruled_out_count; i++) {
		check_text(r, "what is ruled out", d->ruled_out[i].why);
		check_ref(r, s, &d->ruled_out[i].at, d->ruled_out[i].why);
	}
	check_text(r, "the headline", d->headline);
	check_text(r, "the failure", d->failure.text);
	check_ref(r, s, &d->failure.at, "the failure");
	for (i = 0; i < s->evidence.server_count; i++) {
		check_text(r, "a server", s->evidence.servers[i].text);
		check_text(r, "a product", s->evidence.servers[i].product);
	}
	for (i = 0; i < s->probe_count; i++) {
		const struct transcript *tr = &s->probes[i]->transcript;

		check_text(r, "a probe", s->probes[i]->why);
		check_text(r, "a probe", s->probes[i]->subject);
		for (k = 0; k < tr->count; k++)
			check_text(r, "a transcript", tr->lines[k].text);
	}
	check_reports(r, s);
	if (r->peak_bytes > PEAK_BYTES)
		wrong(r, "%zu KiB of memory", r->peak_bytes / 1024);
#ifndef __SANITIZE_ADDRESS__ /* which needs some for itself */
	r->resident_bytes = peak_resident();
	if (r->resident_bytes > PEAK_BYTES)
		wrong(r, "%zu KiB resident", r->resident_bytes / 1024);
#endif
}

/* ---- what the world expects ---- */

static bool
named(const struct diagnosis *d, const char *id)
{
	size_t i;

	for (i = 0; i < d->cause_count; i++)
		if (strcmp(cause_name(d->causes[i].id), id) == 0)
			return true;
	return false;
}

/* A misspelt id would never be named, which "not-cause" likes. */
static void
expect_known(struct world_result *r, const struct world *w, const char *key)
{
	const char *id;
	enum cause_id known;
	size_t i;

	for (i = 0; (id = world_expect(w, key, i)) != NULL; i++)
		if (strcmp(id, "none") != 0 && !cause_parse(id, &known))
			wrong(r, "%s is in no vocabulary", id);
}

static void
expect_summary(struct world_result *r, const struct world *w,
    const struct diagnosis *d)
{
	const char *said = d->cause_count > 0 ? d->causes[0].summary : "";
	const char *words;
	size_t i;

	for (i = 0; (words = world_expect(w, "summary", i)) != NULL; i++)
		if (strstr(said, words) == NULL)
			wrong(r, "\"%s\" does not stand in \"%s\"", words,
			    said);
}

static void
expect_causes(struct world_result *r, const struct world *w,
    const struct diagnosis *d)
{
	const char *first = d->cause_count > 0 ?
	    cause_name(d->causes[0].id) : "none";
	const char *id;
	size_t i, k;

	expect_known(r, w, "cause");
	expect_known(r, w, "also");
	expect_known(r, w, "not-cause");
	expect_known(r, w, "ruled-out");
	expect_summary(r, w, d);
	id = world_expect(w, "cause", 0);
	if (id != NULL && strcmp(id, first) != 0)
		wrong(r, "the first cause is %s, not %s", first, id);
	for (i = 0; (id = world_expect(w, "also", i)) != NULL; i++)
		if (!named(d, id))
			wrong(r, "%s is not named", id);
	for (i = 0; (id = world_expect(w, "not-cause", i)) != NULL; i++)
		if (named(d, id))
			wrong(r, "%s is named", id);
	for (i = 0; (id = world_expect(w, "ruled-out", i)) != NULL; i++) {
		for (k = 0; k < d->ruled_out_count; k++)
			if (strcmp(cause_name(d->ruled_out[k].id), id) == 0)
				break;
		if (k == d->ruled_out_count)
			wrong(r, "%s is not ruled out", id);
	}
}

/* ID [RESULT] */
static bool
has_finding(const struct diagnosis *d, const char *line)
{
	char id[64] = "", result[32] = "";
	bool found = false;
	size_t k;

	sscanf(line, "%63s %31s", id, result);
	for (k = 0; k < d->finding_count; k++)
		found |= strcmp(d->findings[k].id, id) == 0 &&
		    (result[0] == '\0' || strcmp(result,
		    finding_result_name(d->findings[k].result)) == 0);
	return found;
}

static void
expect_findings(struct world_result *r, const struct world *w,
    const struct diagnosis *d)
{
	const char *line;
	size_t i;

	for (i = 0; (line = world_expect(w, "finding", i)) != NULL; i++) {
		if (!has_finding(d, line))
			wrong(r, "there is no finding %s", line);
	}
	for (i = 0; (line = world_expect(w, "not-finding", i)) != NULL; i++)
		if (has_finding(d, line))
			wrong(r, "there is a finding %s", line);
}

/* HOST STAGE [CODE [ENHANCED]] */
static void
expect_failure(struct world_result *r, const char *line,
    const struct failure_point *f)
{
	char host[256] = "", stage[32] = "", code[16] = "", enhanced[32] = "";
	char real[32] = "";

	if (line == NULL)
		return;
	if (strcmp(line, "none") == 0) {
		if (f->known)
			wrong(r, "it fails at %s %s", f->host,
			    stage_name(f->stage));
		return;
	}
	sscanf(line, "%255s %31s %15s %31s", host, stage, code, enhanced);
	if (!f->known) {
		wrong(r, "no failing point is told");
		return;
	}
	snprintf(real, sizeof(real), "%d.%d.%d", f->enhanced.class,
	    f->enhanced.subject, f->enhanced.detail);
	if ((strcmp(host, "-") != 0 && strcmp(host, f->host) != 0) ||
	    strcmp(stage, stage_name(f->stage)) != 0 ||
	    (code[0] != '\0' && atoi(code) != f->code) ||
	    (enhanced[0] != '\0' && strcmp(enhanced, real) != 0))
		wrong(r, "it fails at %s %s %d %s, not %s", f->host,
		    stage_name(f->stage), f->code, real, line);
}

/* HOST RESULT: what each of the servers that were asked said. */
static void
expect_servers(struct world_result *r, const struct world *w,
    const struct evidence *e)
{
	const char *line;
	size_t i, k;

	for (i = 0; (line = world_expect(w, "server", i)) != NULL; i++) {
		char host[256] = "", result[32] = "";
		const char *seen = "not asked";

		sscanf(line, "%255s %31s", host, result);
		for (k = 0; k < e->server_count; k++) {
			if (strcmp(e->servers[k].host, host) != 0)
				continue;
			seen = result_name(e->servers[k].result);
			if (strcmp(seen, result) == 0)
				break;
		}
		if (k == e->server_count)
			wrong(r, "%s is %s, not %s", host, seen, result);
	}
}

static void
expect_number(struct world_result *r, const struct world *w, const char *key,
    int usual, int real)
{
	const char *text = world_expect(w, key, 0);

	if (text != NULL)
		usual = atoi(text);
	if (usual != real)
		wrong(r, "%s %d, not %d", key, real, usual);
}

/* How it ends is left open: it only has to be an end that is known. */
static void
expect_an_end(struct world_result *r, const struct session *s)
{
	int status = session_exit_status(s);

	if (status != 0 && status != 1 && status != 3)
		wrong(r, "exit status %d", status);
	if ((status == 0) != (s->diagnosis.verdict == VERDICT_ACCEPTED))
		wrong(r, "exit status %d for %s", status,
		    verdict_name(s->diagnosis.verdict));
}

static void
expect_verdict(struct world_result *r, const struct world *w,
    const struct session *s)
{
	const char *verdict = world_expect(w, "verdict", 0);
	const struct diagnosis *d = &s->diagnosis;

	if (verdict == NULL) {
		wrong(r, "the world expects no verdict");
		return;
	}
	if (strcmp(verdict, "*") == 0) {
		expect_an_end(r, s);
		return;
	}
	if (strcmp(verdict, verdict_name(d->verdict)) != 0)
		wrong(r, "the verdict is %s, not %s (first cause %s)",
		    verdict_name(d->verdict), verdict, r->cause);
	expect_number(r, w, "exit", strcmp(verdict, "accepted") == 0 ? 0 : 1,
	    session_exit_status(s));
	if (world_expect(w, "without-quit", 0) == NULL &&
	    world_counts(w).without_quit > 0)
		wrong(r, "%u sessions without QUIT",
		    world_counts(w).without_quit);
}

static void
expect(struct world_result *r, const struct world *w, const struct session *s)
{
	const struct diagnosis *d = &s->diagnosis;
	const char *limit = world_expect(w, "within", 0);

	expect_verdict(r, w, s);
	expect_causes(r, w, d);
	expect_findings(r, w, d);
	expect_failure(r, world_expect(w, "failure", 0), &d->failure);
	expect_servers(r, w, &s->evidence);
	expect_number(r, w, "messages", 0, (int)world_counts(w).messages);
	if (world_counts(w).violations > 0)
		wrong(r, "violation: %s", world_last_violation(w));
	if (limit != NULL && r->elapsed_ms > strtod(limit, NULL) * 1000)
		wrong(r, "%d ms, not within %s s", r->elapsed_ms, limit);
	limit = world_expect(w, "round-trips", 0);
	if (limit != NULL && r->elapsed_ms > strtod(limit, NULL) *
	    world_rtt(w))
		wrong(r, "%.2f round trips, not %s", r->elapsed_ms /
		    (double)world_rtt(w), limit);
}

/* ---- for people ---- */

static void
tell_probe(const struct probe *p)
{
	static const char *const marks[] = { "--", "=>", "<=" };
	size_t i;

	printf("p%d %s: %s %s\n", p->number, p->subject,
	    probe_status_name(p->status), p->why);
	for (i = 0; i < p->transcript.count && i < 60; i++)
		printf("  %2zu %5d %s%s %.120s\n", i + 1,
		    p->transcript.lines[i].ms,
		    marks[p->transcript.lines[i].dir],
		    p->transcript.lines[i].failure ? "!" : "",
		    p->transcript.lines[i].text);
}

static void
tell(const struct session *s, const struct world_result *r)
{
	const struct diagnosis *d = &s->diagnosis;
	size_t i, k;

	for (i = 0; i < s->probe_count; i++)
		tell_probe(s->probes[i]);
	printf("\n%s: %s\n", verdict_name(d->verdict), d->headline);
	for (i = 0; i < d->cause_count; i++) {
		const struct cause *c = &d->causes[i];

		printf("%3d %s: %s [%s]\n", c->confidence, cause_name(c->id),
		    c->summary, who_name(c->who));
		for (k = 0; k < c->item_count; k++)
			printf("    %+d p%d:%d %s\n", c->items[k].supports ?
			    c->items[k].weight : -c->items[k].weight,
			    c->items[k].at.probe, c->items[k].at.line,
			    c->items[k].text);
	}
	for (i = 0; i < d->ruled_out_count; i++)
		printf("not %s: %s\n", cause_name(d->ruled_out[i].id),
		    d->ruled_out[i].why);
	for (i = 0; i < d->finding_count; i++)
		printf("finding %s %s %s: %s\n", d->findings[i].id,
		    finding_result_name(d->findings[i].result),
		    d->findings[i].subject, d->findings[i].text);
	printf("fails at %s %s %d %s\n", d->failure.host,
	    stage_name(d->failure.stage), d->failure.code, d->failure.text);
	for (i = 0; i < s->evidence.server_count; i++)
		printf("server %s %s %s\n", s->evidence.servers[i].host,
		    result_name(s->evidence.servers[i].result),
		    s->evidence.servers[i].product);
	printf("%d ms, %u turns, %zu KiB, exit %d\n", r->elapsed_ms, r->turns,
	    r->peak_bytes / 1024, session_exit_status(s));
}

static void
note(struct world_result *r, const struct world *world,
    const struct session *s)
{
	const struct diagnosis *d = &s->diagnosis;

	r->elapsed_ms = s->elapsed_ms;
	r->rtt_ms = world_rtt(world);
	r->connections = world_counts(world).connections;
	r->questions = world_counts(world).questions;
	r->exit_status = session_exit_status(s);
	snprintf(r->verdict, sizeof(r->verdict), "%s",
	    verdict_name(d->verdict));
	snprintf(r->cause, sizeof(r->cause), "%s", d->cause_count > 0 ?
	    cause_name(d->causes[0].id) : "none");
}

static void
check(struct world *world, struct err *err, struct world_result *r,
    bool verbose)
{
	struct loop *loop = loop_new_virtual();
	struct session session;
	struct play play;

	memset(r, 0, sizeof(*r));
	if (world == NULL || !play_begin(&play, world, loop, err)) {
		wrong(r, "%s", err->text);
		loop_free(loop);
		return;
	}
	session_init(&session, &play.settings, &play.input, &play.net);
	session.cred = play.cred;
	run(&session, loop, r);
	note(r, world, &session);
	check_always(r, &session);
	expect(r, world, &session);
	if (verbose)
		tell(&session, r);
	session_clear(&session);
	play_end(&play);
	loop_free(loop);
}

void
world_check(const char *path, struct world_result *result)
{
	struct err err = { 0 };

	check(world_read(path, &err), &err, result, false);
}

void
world_check_text(const char *text, size_t n, struct world_result *result)
{
	struct err err = { 0 };

	check(world_parse(text, n, &err), &err, result, false);
}

void
world_check_verbose(const char *path, struct world_result *result)
{
	struct err err = { 0 };

	check(world_read(path, &err), &err, result, true);
}
