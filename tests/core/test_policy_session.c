#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"
#include "core/settings.h"
#include "core/world/world.h"
#include "net/buf.h"
#include "net/dns.h"
#include "net/loop.h"
#include "net/mem.h"

/*
 * Whole investigations in worlds of the test's own: what is looked up about
 * the sender, what it says about the refusal, and what is not asked.
 */

struct bench {
	struct loop *loop;
	struct world *world;
	struct resolver *resolver;
	struct settings settings;
	struct mail_case input;
	struct session session;
};

#define BASE                                                                   \
	"dns dest.example MX 10 mx.dest.example\n"                             \
	"dns mx.dest.example A 192.0.2.25\n"                                   \
	"dns town.example MX 10 mx.town.example\n"                             \
	"dns mx.town.example A 192.0.2.26\n"                                   \
	"dns from.example MX 10 mx.from.example\n"                             \
	"dns mx.from.example A 192.0.2.27\n"                                   \
	"dns client.example A 198.51.100.7\n"                                  \
	"ptr 198.51.100.7 client.example\n"
#define SERVER "smtp 192.0.2.25\n  product postfix\n  host mx.dest.example\n"
#define HOSTING SERVER "  hosts dest.example\n"
#define SPF_WORDS                                                              \
	"550 5.7.23 <{rcpt}>: Recipient address rejected: Message rejected "   \
	"due to: SPF fail - not authorized"
#define SPF_REFUSES HOSTING "  at rcpt reply \"" SPF_WORDS "\"\n"

static void
wish(struct string_list *list, const char *value)
{
	list->items = mem_grow(list->items, list->count, &list->cap,
	    sizeof(*list->items));
	list->items[list->count++] = mem_strdup(value);
}

static void
unwish(struct string_list *list)
{
	while (list->count > 0)
		free(list->items[--list->count]);
	free(list->items);
}

static void
open_bench(struct bench *b, const char *text, const char *from)
{
	struct err err = { 0 };

	memset(b, 0, sizeof(*b));
	b->loop = loop_new_virtual();
	b->world = world_parse(text, strlen(text), &err);
	ck_assert_msg(b->world != NULL, "%s", err.text);
	ck_assert_msg(world_start(b->world, b->loop, &err), "%s", err.text);
	wish(&b->settings.controls, "town.example");
	b->settings.helo = (char *)(uintptr_t)"client.example";
	b->settings.timeout_s = 60;
	ck_assert(addr_parse("198.51.100.7", &b->settings.sending_ip));
	ck_assert_msg(address_parse("bob@dest.example", false,
	    &b->input.recipient, &err), "%s", err.text);
	ck_assert_msg(address_parse(from, true, &b->input.sender, &err), "%s",
	    err.text);
}

static void
begin(struct bench *b)
{
	const struct addr *servers;
	size_t n = world_resolvers(b->world, &servers);
	struct network net = { .loop = b->loop };

	b->resolver = resolver_new(b->loop, world_dial(b->world), servers, n);
	net.resolver = b->resolver;
	net.dial = world_dial(b->world);
	net.trust = world_trust(b->world);
	session_init(&b->session, &b->settings, &b->input, &net);
	session_start(&b->session, NULL);
}

static void
finish(struct bench *b)
{
	int turns;

	for (turns = 0; !session_done(&b->session); turns++) {
		ck_assert_int_lt(turns, 200000);
		loop_turn(b->loop, 0);
	}
}

static void
close_bench(struct bench *b)
{
	session_clear(&b->session);
	unwish(&b->settings.controls);
	unwish(&b->settings.blocklists);
	unwish(&b->settings.dkim_selectors);
	resolver_free(b->resolver);
	world_free(b->world);
	loop_free(b->loop);
}

static void
investigate(struct bench *b, const char *text, const char *from)
{
	open_bench(b, text, from);
	begin(b);
	finish(b);
}

static const struct finding *
finding(const struct bench *b, const char *id)
{
	const struct diagnosis *d = &b->session.diagnosis;
	size_t i;

	for (i = 0; i < d->finding_count; i++)
		if (strcmp(d->findings[i].id, id) == 0)
			return &d->findings[i];
	return NULL;
}

static const struct ruled_out *
ruled_out(const struct bench *b, enum cause_id id)
{
	const struct diagnosis *d = &b->session.diagnosis;
	size_t i;

	for (i = 0; i < d->ruled_out_count; i++)
		if (d->ruled_out[i].id == id)
			return &d->ruled_out[i];
	return NULL;
}

static void
must_be(const struct bench *b, enum verdict verdict, const char *cause)
{
	const struct diagnosis *d = &b->session.diagnosis;

	ck_assert_msg(d->verdict == verdict, "%s", verdict_name(d->verdict));
	if (cause == NULL) {
		ck_assert_uint_eq(d->cause_count, 0);
		return;
	}
	ck_assert_uint_gt(d->cause_count, 0);
	ck_assert_msg(strcmp(cause_name(d->causes[0].id), cause) == 0,
	    "%s (%d)", cause_name(d->causes[0].id),
	    d->causes[0].confidence);
}

static void
must_find(const struct bench *b, const char *id, enum finding_result result,
    const char *words)
{
	const struct finding *f = finding(b, id);

	ck_assert_msg(f != NULL, "no finding %s", id);
	ck_assert_msg(f->result == result, "%s: %s (%s)", id,
	    finding_result_name(f->result), f->text);
	ck_assert_msg(strstr(f->text, words) != NULL, "%s: %s", id, f->text);
}

/* Every reference of the diagnosis leads to a line that is there. */
static void
refs_must_lead_somewhere(const struct bench *b)
{
	const struct diagnosis *d = &b->session.diagnosis;
	size_t i;

	for (i = 0; i < d->finding_count; i++) {
		const struct ref *at = &d->findings[i].at;
		const struct probe *p =
		    session_probe(&b->session, at->probe);

		ck_assert(at->probe == 0 || p != NULL);
		if (p != NULL)
			ck_assert_int_le(at->line, (int)p->transcript.count);
	}
}

START_TEST(spf_fails_and_the_server_says_so)
{
	struct bench b;

	investigate(&b, BASE SPF_REFUSES
	    "dns from.example TXT \"v=spf1 ip4:203.0.113.1 -all\"\n",
	    "ann@from.example");
	must_be(&b, VERDICT_REFUSED, "spf-fail");
	ck_assert_int_ge(b.session.diagnosis.causes[0].confidence, 90);
	must_find(&b, "spf", FINDING_NO, "forbids 198.51.100.7");
	ck_assert_ptr_null(strstr(finding(&b, "spf")->text, "not why"));
	refs_must_lead_somewhere(&b);
	close_bench(&b);
}
END_TEST

START_TEST(spf_passes_though_the_server_says_otherwise)
{
	struct bench b;

	investigate(&b, BASE SPF_REFUSES
	    "dns from.example TXT \"v=spf1 ip4:198.51.100.7 -all\"\n",
	    "ann@from.example");
	ck_assert_int_lt(b.session.diagnosis.causes[0].confidence, 60);
	must_find(&b, "spf", FINDING_YES, "allows 198.51.100.7");
	close_bench(&b);
}
END_TEST

START_TEST(a_failing_spf_beside_a_relay_denial_is_not_why)
{
	struct bench b;

	investigate(&b, BASE SERVER
	    "dns from.example TXT \"v=spf1 -all\"\n"
	    "dns _dmarc.from.example TXT \"v=DMARC1; p=reject\"\n",
	    "ann@from.example");
	must_be(&b, VERDICT_REFUSED, "mx-not-hosting");
	must_find(&b, "spf", FINDING_NO, "this is not why");
	ck_assert_ptr_nonnull(ruled_out(&b, CAUSE_SPF_FAIL));
	ck_assert_ptr_nonnull(strstr(ruled_out(&b, CAUSE_SPF_FAIL)->why,
	    "will not cure it"));
	ck_assert_int_gt(ruled_out(&b, CAUSE_SPF_FAIL)->at.probe, 0);
	ck_assert_ptr_nonnull(ruled_out(&b, CAUSE_DMARC_FAIL));
	ck_assert_ptr_nonnull(ruled_out(&b, CAUSE_DKIM_FAIL));
	ck_assert_ptr_nonnull(ruled_out(&b, CAUSE_IP_BLOCKLISTED));
	must_find(&b, "dmarc", FINDING_YES, "reject");
	refs_must_lead_somewhere(&b);
	close_bench(&b);
}
END_TEST

/* What really is wrong beside a relay denial is named, and denied aloud. */
START_TEST(a_policy_a_key_and_a_list_beside_a_relay_denial_are_not_why)
{
	static const struct {
		enum cause_id id;
		const char *names;
	} denied[] = {
		{ CAUSE_DMARC_FAIL, "p=reject" },
		{ CAUSE_DKIM_FAIL, "revoked" },
		{ CAUSE_IP_BLOCKLISTED, "zen.lists.example lists" },
	};
	const struct ruled_out *r;
	struct bench b;
	size_t i;

	open_bench(&b, BASE SERVER
	    "dns from.example TXT \"v=spf1 -all\"\n"
	    "dns _dmarc.from.example TXT \"v=DMARC1; p=reject\"\n"
	    "dns old._domainkey.from.example TXT \"v=DKIM1; p=\"\n"
	    "list zen.lists.example 198.51.100.7 \"spam, see lists\"\n",
	    "ann@from.example");
	wish(&b.settings.dkim_selectors, "old");
	wish(&b.settings.blocklists, "zen.lists.example");
	begin(&b);
	finish(&b);
	must_be(&b, VERDICT_REFUSED, "mx-not-hosting");
	for (i = 0; i < sizeof(denied) / sizeof(denied[0]); i++) {
		r = ruled_out(&b, denied[i].id);
		ck_assert_msg(r != NULL, "%s", cause_name(denied[i].id));
		ck_assert_msg(strstr(r->why, denied[i].names) != NULL &&
		    strstr(r->why, "will not cure it") != NULL, "%s: %s",
		    cause_name(denied[i].id), r->why);
		ck_assert_int_gt(r->at.probe, 0);
	}
	close_bench(&b);
}
END_TEST

/* Nothing in the words, but a list has the address and nobody is taken. */
START_TEST(a_list_tells_where_the_words_name_nothing)
{
#define GO_AWAY BASE HOSTING "  at mail reply \"550 Go away, code 17\"\n"
	/* The near miss: it was asked, and has somebody else. */
	static const char *const worlds[] = {
		GO_AWAY "list zen.lists.example 198.51.100.7 \"spam\"\n",
		GO_AWAY "list zen.lists.example 198.51.100.8 \"spam\"\n",
	};
	const struct diagnosis *d;
	struct bench b;
	size_t i, k;

	for (i = 0; i < 2; i++) {
		open_bench(&b, worlds[i], "ann@from.example");
		wish(&b.settings.blocklists, "zen.lists.example");
		begin(&b);
		finish(&b);
		d = &b.session.diagnosis;
		if (i == 0)
			must_be(&b, VERDICT_REFUSED, "ip-blocklisted");
		for (k = 0; i == 1 && k < d->cause_count; k++)
			ck_assert_int_ne(d->causes[k].id,
			    CAUSE_IP_BLOCKLISTED);
		close_bench(&b);
	}
}
END_TEST

/* Words that name nothing: what happens tells, and nothing is denied. */
START_TEST(spf_shows_in_what_the_server_does)
{
	struct bench b;

	investigate(&b, BASE HOSTING
	    "  at mail for ann@* reply \"550 No thanks\"\n"
	    "dns from.example TXT \"v=spf1 -all\"\n", "ann@from.example");
	must_be(&b, VERDICT_REFUSED, "spf-fail");
	ck_assert_int_lt(b.session.diagnosis.causes[0].confidence, 90);
	must_find(&b, "spf", FINDING_NO, "forbids");
	ck_assert_ptr_null(strstr(finding(&b, "spf")->text, "not why"));
	close_bench(&b);
	/* SPF passes: then it is some rule of theirs. */
	investigate(&b, BASE HOSTING
	    "  at mail for ann@* reply \"550 No thanks\"\n"
	    "dns from.example TXT \"v=spf1 +all\"\n", "ann@from.example");
	must_be(&b, VERDICT_REFUSED, "policy-rejected");
	close_bench(&b);
}
END_TEST

/* RFC 7208 2.4: postmaster at the EHLO name, and only after a refusal. */
START_TEST(a_null_sender_is_checked_by_its_helo)
{
	struct bench b;

	investigate(&b, BASE SPF_REFUSES
	    "dns client.example TXT \"v=spf1 ip4:203.0.113.1 -all\"\n", "<>");
	must_be(&b, VERDICT_REFUSED, "spf-fail");
	must_find(&b, "spf", FINDING_NO, "SPF of client.example forbids");
	ck_assert_str_eq(finding(&b, "spf")->subject, "client.example");
	ck_assert_ptr_null(finding(&b, "dmarc"));
	close_bench(&b);
}
END_TEST

START_TEST(what_cannot_matter_is_not_asked)
{
	struct bench b;
	size_t i;

	investigate(&b, BASE HOSTING, "<>");
	must_be(&b, VERDICT_ACCEPTED, NULL);
	ck_assert_ptr_null(finding(&b, "spf"));
	ck_assert_ptr_null(finding(&b, "dmarc"));
	ck_assert_ptr_null(finding(&b, "blocklisted"));
	ck_assert_ptr_null(finding(&b, "dkim-key"));
	for (i = 0; i < b.session.probe_count; i++)
		ck_assert_int_ne(b.session.probes[i]->kind, PROBE_SPF);
	close_bench(&b);
	/* With a sender and a refusal by one server. */
	investigate(&b, BASE SERVER
	    "dns from.example TXT \"v=spf1 ip4:198.51.100.7 -all\"\n"
	    "dns _dmarc.from.example TXT \"v=DMARC1; p=none\"\n",
	    "ann@from.example");
	ck_assert_uint_le(world_counts(b.world).questions, 24);
	close_bench(&b);
}
END_TEST

/* In a world we come from loopback, unless the server tells otherwise. */
START_TEST(the_sending_address_is_what_the_server_sees)
{
	static const char *const zone =
	    "dns from.example TXT \"v=spf1 ip4:198.51.100.7 -all\"\n";
	char world[4000];
	struct bench b;

	snprintf(world, sizeof(world), "%s%s%s", BASE,
	    "smtp 192.0.2.25\n  product exim\n  host mx.dest.example\n", zone);
	open_bench(&b, world, "ann@from.example");
	memset(&b.settings.sending_ip, 0, sizeof(b.settings.sending_ip));
	begin(&b);
	finish(&b);
	must_find(&b, "spf", FINDING_YES, "allows 198.51.100.7");
	close_bench(&b);
	snprintf(world, sizeof(world), "%s%s%s", BASE, SERVER, zone);
	open_bench(&b, world, "ann@from.example");
	memset(&b.settings.sending_ip, 0, sizeof(b.settings.sending_ip));
	begin(&b);
	finish(&b);
	must_find(&b, "spf", FINDING_UNKNOWN, "--sending-ip");
	close_bench(&b);
}
END_TEST

START_TEST(dkim_keys_at_the_named_selectors)
{
	struct bench b;

	open_bench(&b, BASE HOSTING
	    "dns old._domainkey.from.example TXT \"v=DKIM1; p=\"\n",
	    "ann@from.example");
	wish(&b.settings.dkim_selectors, "old");
	wish(&b.settings.dkim_selectors, "none");
	begin(&b);
	finish(&b);
	must_be(&b, VERDICT_ACCEPTED, NULL);
	must_find(&b, "dkim-key", FINDING_NO, "revoked");
	refs_must_lead_somewhere(&b);
	close_bench(&b);
}
END_TEST

START_TEST(lists_that_are_named_by_option)
{
	struct bench b;

	open_bench(&b, BASE HOSTING "  blocklist zen.lists.example\n"
	    "list zen.lists.example 198.51.100.7 \"spam, see lists\"\n"
	    "list open.lists.example 198.51.100.8 \"other\"\n",
	    "ann@from.example");
	wish(&b.settings.blocklists, "zen.lists.example");
	wish(&b.settings.blocklists, "open.lists.example");
	begin(&b);
	finish(&b);
	must_be(&b, VERDICT_REFUSED, "ip-blocklisted");
	must_find(&b, "blocklisted", FINDING_YES, "spam, see lists");
	ck_assert_int_eq(finding(&b, "blocklisted")->severity,
	    SEVERITY_ERROR);
	refs_must_lead_somewhere(&b);
	close_bench(&b);
}
END_TEST

/* Without an option the list that the refusal names is asked, no other. */
START_TEST(a_list_that_the_refusal_names)
{
	const char *world = BASE HOSTING "  blocklist zen.lists.example\n"
	    "list zen.lists.example 198.51.100.7 \"spam, see lists\"\n";
	struct bench b;

	investigate(&b, world, "ann@from.example");
	must_be(&b, VERDICT_REFUSED, "ip-blocklisted");
	must_find(&b, "blocklisted", FINDING_YES, "zen.lists.example");
	ck_assert_int_ge(b.session.diagnosis.causes[0].confidence, 90);
	close_bench(&b);

	open_bench(&b, world, "ann@from.example");
	wish(&b.settings.blocklists, "none");
	begin(&b);
	finish(&b);
	must_be(&b, VERDICT_REFUSED, "ip-blocklisted");
	ck_assert_ptr_null(finding(&b, "blocklisted"));
	close_bench(&b);
}
END_TEST

START_TEST(transport_policies_are_findings)
{
	struct bench b;

	investigate(&b, BASE HOSTING
	    "dns _mta-sts.dest.example TXT \"v=STSv1; id=1\"\n"
	    "dns _smtp._tls.dest.example TXT \"v=TLSRPTv1; "
	    "rua=mailto:t@dest.example\"\n", "ann@from.example");
	must_find(&b, "mta-sts", FINDING_YES, "has an MTA-STS policy");
	must_find(&b, "tls-rpt", FINDING_YES, "wants reports");
	must_find(&b, "tlsa", FINDING_NO, "no TLSA records");
	refs_must_lead_somewhere(&b);
	close_bench(&b);
}
END_TEST

/* The verdict is there before a slow name server; nothing is left behind. */
START_TEST(a_slow_policy_holds_nothing_up)
{
	struct bench b;
	int64_t begun;

	open_bench(&b, BASE SERVER "silent from.example TXT\n"
	    "silent _dmarc.from.example TXT\n", "ann@from.example");
	begin(&b);
	begun = loop_now(b.loop);
	finish(&b);
	ck_assert_int_lt(loop_now(b.loop) - begun, 2500);
	must_be(&b, VERDICT_REFUSED, "mx-not-hosting");
	ck_assert_ptr_null(finding(&b, "dmarc"));
	must_find(&b, "spf", FINDING_UNKNOWN, "not awaited");
	close_bench(&b);
}
END_TEST

/* ---- asked again, later or otherwise ---- */

#define GREY HOSTING "  greylist 5m\n"

START_TEST(greylisting_is_told_without_a_wait)
{
	struct bench b;

	investigate(&b, BASE GREY, "ann@from.example");
	must_be(&b, VERDICT_DEFERRED, "greylisted");
	ck_assert_int_lt(b.session.elapsed_ms, 10000);
	ck_assert_int_eq(session_wait_left(&b.session), 0);
	/* The person agrees afterwards. */
	ck_assert(session_run_experiment(&b.session, EXP_GREYLIST_WAIT));
	finish(&b);
	must_be(&b, VERDICT_ACCEPTED, NULL);
	close_bench(&b);
}
END_TEST

START_TEST(greylisting_is_waited_out)
{
	struct bench b;
	int turns, most = 0;

	open_bench(&b, BASE GREY, "ann@from.example");
	b.settings.greylist_wait = true;
	begin(&b);
	for (turns = 0; !session_done(&b.session); turns++) {
		ck_assert_int_lt(turns, 200000);
		loop_turn(b.loop, 0);
		if (session_wait_left(&b.session) > most) {
			most = session_wait_left(&b.session);
			must_be(&b, VERDICT_DEFERRED, "greylisted");
		}
	}
	ck_assert_int_ge(most, 300);
	ck_assert_int_le(most, 310);
	must_be(&b, VERDICT_ACCEPTED, NULL);
	ck_assert(b.session.complete);
	ck_assert_int_eq(session_exit_status(&b.session), 0);
	must_find(&b, "greylisted", FINDING_YES, "put first contact off");
	refs_must_lead_somewhere(&b);
	close_bench(&b);
}
END_TEST

/* "try again in 900 seconds" is waited for; the second answer decides. */
START_TEST(the_stated_delay_is_waited_and_the_second_answer_decides)
{
	struct bench b;
	int turns, most = 0;

	open_bench(&b, BASE HOSTING "  at rcpt for bob@* reply "
	    "\"450 4.2.0 <{rcpt}>: Greylisted, try again in 900 seconds\" "
	    "times 2\n  at rcpt for bob@* reply "
	    "\"550 5.1.1 <{rcpt}>: User unknown\"\n", "ann@from.example");
	b.settings.greylist_wait = true;
	begin(&b);
	for (turns = 0; !session_done(&b.session); turns++) {
		ck_assert_int_lt(turns, 200000);
		loop_turn(b.loop, 0);
		if (session_wait_left(&b.session) > most)
			most = session_wait_left(&b.session);
	}
	ck_assert_int_ge(most, 900);
	must_be(&b, VERDICT_REFUSED, "mailbox-unknown");
	must_find(&b, "greylisted", FINDING_YES, "User unknown");
	refs_must_lead_somewhere(&b);
	close_bench(&b);
}
END_TEST

START_TEST(a_wait_can_be_cancelled)
{
	struct bench b;

	open_bench(&b, BASE GREY, "ann@from.example");
	b.settings.greylist_wait = true;
	begin(&b);
	while (session_wait_left(&b.session) == 0)
		loop_turn(b.loop, 0);
	session_cancel(&b.session);
	finish(&b);
	must_be(&b, VERDICT_DEFERRED, "greylisted");
	ck_assert(!b.session.complete);
	ck_assert_int_eq(session_wait_left(&b.session), 0);
	close_bench(&b);
}
END_TEST

/* What a relay denial with a temporary code asks for is no greylisting. */
START_TEST(a_temporary_relay_denial_is_not_waited_out)
{
	struct bench b;

	open_bench(&b, BASE "smtp 192.0.2.25\n  product postfix-defer\n"
	    "  host mx.dest.example\n", "ann@from.example");
	b.settings.greylist_wait = true;
	begin(&b);
	finish(&b);
	must_be(&b, VERDICT_REFUSED, "mx-not-hosting");
	ck_assert_int_lt(b.session.elapsed_ms, 60000);
	close_bench(&b);
}
END_TEST

START_TEST(answers_that_change_are_told)
{
	struct bench b;

	investigate(&b, BASE HOSTING "  at rcpt for bob@* reply "
	    "\"451 4.3.0 <{rcpt}>: Temporary lookup failure\" times 1\n",
	    "ann@from.example");
	must_find(&b, "unsteady-answers", FINDING_YES, "first 451");
	refs_must_lead_somewhere(&b);
	close_bench(&b);
}
END_TEST

/* E11: our address has the name good.example, and says another. */
#define OTHER_HELO                                                             \
	"ptr 198.51.100.9 good.example\ndns good.example A 198.51.100.9\n"

START_TEST(another_name_in_ehlo_settles_it)
{
	const struct diagnosis *d;
	struct bench b;

	open_bench(&b, BASE HOSTING "  reject-helo client.*\n" OTHER_HELO,
	    "ann@from.example");
	ck_assert(addr_parse("198.51.100.9", &b.settings.sending_ip));
	begin(&b);
	finish(&b);
	must_be(&b, VERDICT_DEFERRED, "helo-rejected");
	d = &b.session.diagnosis;
	ck_assert_int_ge(d->causes[0].confidence, 90);
	ck_assert(b.session.evidence.helo_varied);
	ck_assert_int_eq(b.session.evidence.helo_code, 250);
	close_bench(&b);
	/* The same words whatever name is said. */
	open_bench(&b, BASE HOSTING "  reject-helo *\n" OTHER_HELO,
	    "ann@from.example");
	ck_assert(addr_parse("198.51.100.9", &b.settings.sending_ip));
	begin(&b);
	finish(&b);
	ck_assert_int_lt(b.session.diagnosis.causes[0].confidence, 90);
	close_bench(&b);
}
END_TEST

#define VERIFY                                                                 \
	"  at rcpt for bob@* reply \"550 5.1.8 <{sender}>: Sender address "    \
	"rejected: undeliverable address\"\n"

START_TEST(the_senders_own_server_is_asked)
{
	struct bench b;

	investigate(&b, BASE HOSTING VERIFY
	    "smtp 192.0.2.27\n  product postfix\n  host mx.from.example\n"
	    "  hosts from.example\n  mailboxes carl\n", "ann@from.example");
	must_be(&b, VERDICT_REFUSED, "sender-unverifiable");
	ck_assert(b.session.evidence.callout);
	ck_assert_int_eq(b.session.evidence.callout_code, 550);
	refs_must_lead_somewhere(&b);
	close_bench(&b);
	/* It knows her: then the doubt lies elsewhere. */
	investigate(&b, BASE HOSTING VERIFY
	    "smtp 192.0.2.27\n  product postfix\n  host mx.from.example\n"
	    "  hosts from.example\n", "ann@from.example");
	ck_assert_int_eq(b.session.evidence.callout_code, 250);
	ck_assert_uint_gt(b.session.diagnosis.cause_count, 0);
	close_bench(&b);
	/* Not asked when nobody doubts the sender. */
	investigate(&b, BASE SERVER, "ann@from.example");
	ck_assert(!b.session.evidence.callout);
	close_bench(&b);
}
END_TEST

START_TEST(open_relay_forms_only_when_asked_for)
{
	struct bench b;
	size_t i, n = 0;

	investigate(&b, BASE SERVER, "ann@from.example");
	ck_assert_ptr_null(finding(&b, "open-relay-form"));
	close_bench(&b);
	open_bench(&b, BASE "case open-relay-forms yes\n"
	    SERVER "  at rcpt for *%* reply \"250 2.1.5 Ok\"\n",
	    "ann@from.example");
	b.settings.open_relay_forms = true;
	begin(&b);
	finish(&b);
	for (i = 0; i < b.session.diagnosis.finding_count; i++)
		n += strcmp(b.session.diagnosis.findings[i].id,
			 "open-relay-form") == 0;
	ck_assert_uint_eq(n, 8);
	must_find(&b, "open-relay-form", FINDING_YES, "accepts a recipient");
	ck_assert_uint_eq(world_counts(b.world).violations, 0);
	close_bench(&b);
}
END_TEST

START_TEST(can_be_cleared_at_any_time)
{
	struct bench b;
	int turns, i;

	for (turns = 0; turns < 400; turns += 3) {
		open_bench(&b, BASE SPF_REFUSES
		    "dns from.example TXT \"v=spf1 include:a.example mx ptr "
		    "-all\"\n", "ann@from.example");
		wish(&b.settings.blocklists, "zen.lists.example");
		wish(&b.settings.dkim_selectors, "s");
		begin(&b);
		for (i = 0; i < turns; i++)
			loop_turn(b.loop, 0);
		close_bench(&b);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core.policy_session");
	TCase *t = tcase_create("policy_session");
	SRunner *r;
	int failed;

	tcase_add_test(t, spf_fails_and_the_server_says_so);
	tcase_add_test(t, spf_passes_though_the_server_says_otherwise);
	tcase_add_test(t, a_failing_spf_beside_a_relay_denial_is_not_why);
	tcase_add_test(t,
	    a_policy_a_key_and_a_list_beside_a_relay_denial_are_not_why);
	tcase_add_test(t, a_list_tells_where_the_words_name_nothing);
	tcase_add_test(t, spf_shows_in_what_the_server_does);
	tcase_add_test(t, a_null_sender_is_checked_by_its_helo);
	tcase_add_test(t, what_cannot_matter_is_not_asked);
	tcase_add_test(t, the_sending_address_is_what_the_server_sees);
	tcase_add_test(t, dkim_keys_at_the_named_selectors);
	tcase_add_test(t, lists_that_are_named_by_option);
	tcase_add_test(t, a_list_that_the_refusal_names);
	tcase_add_test(t, transport_policies_are_findings);
	tcase_add_test(t, a_slow_policy_holds_nothing_up);
	tcase_add_test(t, greylisting_is_told_without_a_wait);
	tcase_add_test(t, greylisting_is_waited_out);
	tcase_add_test(t,
	    the_stated_delay_is_waited_and_the_second_answer_decides);
	tcase_add_test(t, a_wait_can_be_cancelled);
	tcase_add_test(t, a_temporary_relay_denial_is_not_waited_out);
	tcase_add_test(t, answers_that_change_are_told);
	tcase_add_test(t, another_name_in_ehlo_settles_it);
	tcase_add_test(t, the_senders_own_server_is_asked);
	tcase_add_test(t, open_relay_forms_only_when_asked_for);
	tcase_add_test(t, can_be_cleared_at_any_time);
	tcase_set_timeout(t, 120);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
