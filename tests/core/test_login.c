/*
 * The login against a server whose SASL is not ours: every mechanism, the
 * right and the wrong password, channel binding over TLS 1.3 and 1.2, a man
 * in the middle, servers that lie, that drown us and that never end.
 */
#include "core/probe/smtp_probe.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/diagnosis.h"
#include "core/evidence.h"
#include "net/loop.h"
#include "net/sasl.h"
#include "support/sasl_server.h"

static const char *const mechanisms[] = { "PLAIN", "LOGIN", "CRAM-MD5",
	"DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256",
	"SCRAM-SHA-256-PLUS" };

#define MECHANISMS ((int)(sizeof(mechanisms) / sizeof(mechanisms[0])))

static struct tls_ca *ca, *stranger;
static struct tls_server *tls13, *tls12, *foreign;

struct login {
	struct loop *loop;
	struct tls_trust *trust;
	struct sasl_server server;
	struct credentials cred;
	struct smtp_probe *probe;
};

static void
log_in(struct login *l, const char *mech, const char *password,
    struct tls_server *tls, enum sasl_trick trick)
{
	struct smtp_plan plan = { .host = "mx.example", .preference = -1,
		.depth = DEPTH_RCPT, .helo = "me.example", .sender = "",
		.recipient = "bob@dest.example", .security = SECURITY_TLS,
		.connect_ms = 4000, .patience_ms = 20000 };
	static int64_t epoch;
	int i;

	memset(l, 0, sizeof(*l));
	l->loop = loop_new_virtual();
	l->trust = tls_trust_of_ca(ca);
	l->cred = (struct credentials) { .user = SASL_SERVER_USER,
		.password = password };
	sasl_server_start(&l->server, l->loop, tls, mech, trick);
	plan.addr = l->server.addr;
	plan.trust = l->trust;
	plan.cred = &l->cred;
	plan.mechanism = mech;
	plan.insecure_auth = tls == foreign;
	l->probe = calloc(1, sizeof(*l->probe));
	l->probe->base.number = 1;
	smtp_probe_start(l->probe, l->loop, NULL, &epoch, &plan);
	for (i = 0; i < 100000 && !l->probe->base.task.done; i++)
		loop_turn(l->loop, 10);
	ck_assert_msg(l->probe->base.task.done, "%s does not end", mech);
}

/* What the diagnosis makes of this session alone. */
static enum cause_id
first_cause(const struct login *l)
{
	const struct answer *said = l->probe->answers[ASK_AUTH];
	struct evidence e = { .route_server = true, .have_credentials = true,
		.null_sender = true, .domain = "dest.example",
		.recipient = "bob@dest.example", .server = "mx.example" };
	struct server *s = evidence_add_server(&e);
	struct diagnosis d = { 0 };
	enum cause_id id;

	ck_assert_ptr_nonnull(said);
	snprintf(s->host, sizeof(s->host), "mx.example");
	s->role = ROLE_SERVER;
	s->addr = l->probe->plan.addr;
	s->result = RESULT_REFUSED;
	s->stage = STAGE_AUTH;
	s->code = said->code;
	s->enhanced = said->enhanced;
	s->reading = said->reading;
	snprintf(s->text, sizeof(s->text), "%s", said->text);
	s->at = (struct ref) { 1, said->line };
	s->tls_established = TRI_YES;
	s->tls_trusted = l->probe->tls->trusted ? TRI_YES : TRI_NO;
	snprintf(s->auth_tls, sizeof(s->auth_tls), "%s",
	    l->probe->plan.mechanism);
	s->probe = l->probe;
	diagnose(&e, &d);
	id = d.cause_count > 0 ? d.causes[0].id : CAUSE_COUNT;
	diagnosis_clear(&d);
	evidence_clear(&e);
	return id;
}

static void
leave(struct login *l)
{
	l->probe->base.ops->clear(&l->probe->base);
	free(l->probe);
	sasl_server_stop(&l->server);
	tls_trust_free(l->trust);
	loop_free(l->loop);
}

/* The tests' connections are of TLS 1.3, to which not every library binds. */
static bool
possible_here(const char *mech)
{
	return strstr(mech, "-PLUS") == NULL || sasl_binds("tls-exporter");
}

static bool
proves_itself(const char *mech)
{
	return strstr(mech, "SCRAM") != NULL ||
	    strcmp(mech, "DIGEST-MD5") == 0;
}

START_TEST(the_right_password)
{
	struct login l;

	if (!possible_here(mechanisms[_i]))
		return;
	log_in(&l, mechanisms[_i], SASL_SERVER_PASSWORD, tls13, TRICK_NONE);
	ck_assert_msg(l.probe->logged_in, "%s: %s", mechanisms[_i],
	    l.probe->base.why);
	ck_assert(l.server.logged_in);
	ck_assert(!l.probe->server_unproven);
	ck_assert_str_eq(l.probe->mechanism, mechanisms[_i]);
	ck_assert(smtp_probe_said_yes(l.probe, ASK_TARGET));
	leave(&l);
}
END_TEST

/* The 535 is kept, whatever is refused after it. */
START_TEST(the_wrong_password)
{
	struct login l;

	if (!possible_here(mechanisms[_i]))
		return;
	log_in(&l, mechanisms[_i], "other", tls13, TRICK_NONE);
	ck_assert(!l.probe->logged_in && !l.server.logged_in);
	ck_assert_int_eq(l.probe->answers[ASK_AUTH]->code, 535);
	ck_assert_str_eq(l.probe->login_dropped, "");
	ck_assert_int_eq(first_cause(&l), CAUSE_AUTH_FAILED);
	ck_assert_int_eq(l.probe->answers[ASK_TARGET]->code, 550);
	leave(&l);
}
END_TEST

START_TEST(bound_to_tls_12)
{
	struct login l;

	log_in(&l, "SCRAM-SHA-256-PLUS", SASL_SERVER_PASSWORD, tls12,
	    TRICK_NONE);
	ck_assert_str_eq(l.probe->tls->version, "TLS1.2");
	ck_assert(l.probe->logged_in && l.server.logged_in);
	leave(&l);
}
END_TEST

/*
 * Somebody between us and the server, whose own TLS we agreed to take: what
 * is passed on is bound to our channel, and the server refuses it.
 */
START_TEST(a_man_in_the_middle)
{
	struct login l;

	if (!possible_here("SCRAM-SHA-256-PLUS"))
		return;
	log_in(&l, "SCRAM-SHA-256-PLUS", SASL_SERVER_PASSWORD, foreign,
	    TRICK_OTHER_CHANNEL);
	ck_assert(!l.probe->tls->trusted);
	ck_assert_str_eq(l.probe->mechanism, "SCRAM-SHA-256-PLUS");
	ck_assert(!l.probe->logged_in && !l.server.logged_in);
	ck_assert_int_eq(l.probe->answers[ASK_AUTH]->code, 535);
	leave(&l);
}
END_TEST

/* It does not know the password, and says so itself. */
START_TEST(a_false_proof_is_cancelled)
{
	struct login l;

	if (!proves_itself(mechanisms[_i]) || !possible_here(mechanisms[_i]))
		return;
	log_in(&l, mechanisms[_i], SASL_SERVER_PASSWORD, tls13,
	    TRICK_FALSE_PROOF);
	ck_assert_int_eq(l.server.cancelled, 1);
	ck_assert(!l.probe->logged_in);
	ck_assert_int_eq(l.probe->answers[ASK_AUTH]->code, 501);
	ck_assert(l.probe->server_disproved);
	ck_assert_ptr_nonnull(strstr(l.probe->login_dropped, "failed to prove"));
	ck_assert_int_eq(first_cause(&l), CAUSE_SERVER_MISCONFIGURED);
	leave(&l);
}
END_TEST

/* The reasons of RFC 5802 section 7 that are not about the password. */
START_TEST(a_reason_is_the_tls_connection)
{
	static const struct {
		const char *reason;
		enum cause_id cause;
	} reasons[] = {
		{ "channel-bindings-dont-match", CAUSE_SMTP_INTERCEPTED },
		{ "unsupported-channel-binding-type",
		    CAUSE_AUTH_NO_MECHANISM },
		{ "channel-binding-not-supported", CAUSE_AUTH_NO_MECHANISM },
		{ "invalid-proof", CAUSE_AUTH_FAILED },
	};
	struct login l;

	log_in(&l, "SCRAM-SHA-256", "other", tls13, TRICK_NONE);
	snprintf(l.probe->login_reason, sizeof(l.probe->login_reason), "%s",
	    reasons[_i].reason);
	ck_assert_int_eq(first_cause(&l), reasons[_i].cause);
	leave(&l);
}
END_TEST

START_TEST(no_proof_is_told)
{
	struct login l;

	if (!proves_itself(mechanisms[_i]) || !possible_here(mechanisms[_i]))
		return;
	log_in(&l, mechanisms[_i], SASL_SERVER_PASSWORD, tls13,
	    TRICK_NO_PROOF);
	ck_assert(l.probe->logged_in);
	ck_assert(l.probe->server_unproven);
	leave(&l);
}
END_TEST

static const enum sasl_trick endless[] = { TRICK_GIANT, TRICK_LOOP,
	TRICK_NO_BASE64 };

/* Cancelled once; whoever goes on after that is left alone. */
START_TEST(nonsense_is_cancelled)
{
	enum sasl_trick trick = endless[_i / MECHANISMS];
	const char *mech = mechanisms[_i % MECHANISMS];
	struct login l;

	log_in(&l, mech, SASL_SERVER_PASSWORD, tls13, trick);
	ck_assert_msg(!l.probe->logged_in, "%s, trick %d", mech, trick);
	ck_assert_msg(l.server.cancelled <= 1, "%s, trick %d: %d times",
	    mech, trick, l.server.cancelled);
	ck_assert_msg(l.probe->base.transcript.count < 40, "%s, trick %d",
	    mech, trick);
	ck_assert_msg(l.probe->login_dropped[0] != '\0', "%s, trick %d", mech,
	    trick);
	ck_assert(!l.probe->server_disproved);
	if (l.probe->answers[ASK_AUTH]->code == 501)
		ck_assert_int_eq(first_cause(&l), CAUSE_SERVER_MISCONFIGURED);
	leave(&l);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("login");
	TCase *all = tcase_create("all");
	SRunner *runner;
	int failed;

	ca = tls_ca_new();
	stranger = tls_ca_new();
	tls13 = tls_server_new(ca, "mx.example", TLS_GOOD);
	tls12 = tls_server_new(ca, "mx.example", TLS_GOOD);
	tls_server_only_12(tls12);
	foreign = tls_server_new(stranger, "mx.example", TLS_GOOD);
	tcase_set_timeout(all, 120);
	tcase_add_loop_test(all, the_right_password, 0, MECHANISMS);
	tcase_add_loop_test(all, the_wrong_password, 0, MECHANISMS);
	tcase_add_test(all, bound_to_tls_12);
	tcase_add_test(all, a_man_in_the_middle);
	tcase_add_loop_test(all, a_false_proof_is_cancelled, 0, MECHANISMS);
	tcase_add_loop_test(all, a_reason_is_the_tls_connection, 0, 4);
	tcase_add_loop_test(all, no_proof_is_told, 0, MECHANISMS);
	tcase_add_loop_test(all, nonsense_is_cancelled, 0, 3 * MECHANISMS);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	tls_server_free(foreign);
	tls_server_free(tls12);
	tls_server_free(tls13);
	tls_ca_free(stranger);
	tls_ca_free(ca);
	return failed == 0 ? 0 : 1;
}
