#include "core/phrases.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/pattern.h"
#include "core/status.h"
#include "core/wording.h"
#include "net/smtp_reply.h"

#define HEARD_MAX 4096 /* bytes of a reply that are looked at */

struct phrase {
	int code;             /* 0: no code belongs to it */
	const char *enhanced; /* "" for none */
	const char *pattern;  /* small letters; see core/pattern.h */
	const char *product;
	const char *causes;
	int stage;
	enum family family;
	const char *example;
	bool plain; /* everybody's words, looked for outside of names */
};

static const struct phrase rows[] = {
#define PHRASE(code, enhanced, pattern, product, causes, stage, family,        \
    example)                                                                   \
	{ code, enhanced, pattern, product, causes, STAGE_##stage,             \
		FAMILY_##family, example, false },
#define WORDS(pattern, causes, family, example)                                \
	{ 0, "", pattern, "", causes, STAGE_BOUNCE, FAMILY_##family, example,  \
		true },
#include "core/phrases.def"
#undef PHRASE
#undef WORDS
};

/* A reply made ready for comparing. */
struct heard {
	int code;
	int stage;
	struct enhanced enhanced;
	char text[HEARD_MAX];   /* flat, small letters, without status */
	char masked[HEARD_MAX]; /* the same without names and addresses */
	struct pattern_pairs pairs; /* of both */
};

static bool
same_status(const struct enhanced *a, const struct enhanced *b)
{
	return a->class == b->class && a->subject == b->subject &&
	    a->detail == b->detail;
}

/* A status inside the text, as "(#5.7.1)" or "#5.1.0" have it. */
static void
status_inside(const char *text, struct enhanced *enhanced)
{
	const char *mark = strchr(text, '#');

	for (; mark != NULL; mark = strchr(mark + 1, '#'))
		if (enhanced_parse(mark + 1, enhanced) > 0)
			return;
}

/*
 * A status may stand in front of every line of a reply (RFC 2034 4); with
 * the lines joined it would stand in the middle of sentences.
 */
static void
drop_repeated_status(char *text, const char *status, size_t n)
{
	char *at = text;

	while ((at = strchr(at, ' ')) != NULL) {
		at++;
		while (strncmp(at, status, n) == 0 &&
		    (at[n] == ' ' || at[n] == '\0'))
			memmove(at, at + n + (at[n] == ' '),
			    strlen(at + n + (at[n] == ' ')) + 1);
	}
}

static void
listen_to(int code, const struct enhanced *enhanced, const char *text,
    int stage, struct heard *heard)
{
	struct enhanced given;
	size_t used;

	heard->enhanced = (struct enhanced){ 0 };
	heard->pairs = (struct pattern_pairs){ 0 };
	heard->code = code;
	heard->stage = stage;
	pattern_flatten(text, true, heard->text, sizeof(heard->text));
	used = enhanced_parse(heard->text, &given);
	if (used > 0) {
		char status[16];

		heard->enhanced = given;
		snprintf(status, sizeof(status), "%.*s", (int)used,
		    heard->text);
		if (used < sizeof(status))
			drop_repeated_status(heard->text, status, used);
		while (heard->text[used] == ' ')
			used++;
		memmove(heard->text, heard->text + used,
		    strlen(heard->text + used) + 1);
	} else {
		status_inside(heard->text, &heard->enhanced);
	}
	if (enhanced != NULL && enhanced->class != 0)
		heard->enhanced = *enhanced;
	wording_mask(heard->text, heard->masked, sizeof(heard->masked));
	pattern_pairs_add(&heard->pairs, heard->text);
	pattern_pairs_add(&heard->pairs, heard->masked);
}

static bool
status_agrees(const struct phrase *row, const struct heard *heard)
{
	struct enhanced own;

	return heard->enhanced.class != 0 &&
	    enhanced_parse(row->enhanced, &own) > 0 &&
	    same_status(&own, &heard->enhanced);
}

/* Neither the row nor the reply has a status. */
static bool
bare(const struct phrase *row, const struct heard *heard)
{
	return row->enhanced[0] == '\0' && heard->enhanced.class == 0;
}

static bool
ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), m = strlen(tail);

	return n >= m && strcmp(text + n - m, tail) == 0;
}

/* "^rejected$": alone, a word means only what its place in the talk says. */
static bool
one_word(const char *pattern)
{
	return pattern[0] == '^' && strpbrk(pattern, " *%") == NULL &&
	    ends_with(pattern, "$");
}

/*
 * How well a row fits, 0 for not at all.  The wording weighs most: real
 * servers say the same with another code.  A positive reply counts only
 * with its own code.
 */
static int
row_score(const struct phrase *row, const struct heard *heard)
{
	bool code = row->code != 0 && row->code == heard->code;
	bool good = heard->code >= 200 && heard->code < 400;

	if ((good || (row->code >= 200 && row->code < 400)) && !code)
		return 0;
	if (row->stage != heard->stage && one_word(row->pattern))
		return 0;
	if (!pattern_possible(row->pattern, &heard->pairs) ||
	    !pattern_match(row->pattern,
		row->plain ? heard->masked : heard->text))
		return 0;
	return 8 * pattern_weight(row->pattern) + (code ? 36 : 0) +
	    (status_agrees(row, heard) ? 36 : 0) +
	    (code && bare(row, heard) ? 5 : 0) +
	    (row->stage == heard->stage ? 6 : 0) + (row->plain ? 7 : 0);
}

static int
row_strength(const struct phrase *row, const struct heard *heard)
{
	int weight = 20 + 2 * pattern_weight(row->pattern);

	if (row->plain)
		return weight < 70 ? weight : 70;
	return (weight < 65 ? weight : 65) +
	    (row->code != 0 && row->code == heard->code ? 15 : 0) +
	    (status_agrees(row, heard) ? 15 : 0) +
	    (row->stage == heard->stage ? 5 : 0);
}

/* The words alone are the product's own, or its numbers agree as well. */
static bool
is_signature(const struct phrase *row, const struct heard *heard)
{
	if (pattern_weight(row->pattern) >= 24)
		return true;
	return row->code == heard->code &&
	    (bare(row, heard) || status_agrees(row, heard));
}

static const struct phrase *
best_row(const struct heard *heard)
{
	const struct phrase *best = NULL;
	int score, most = 0;
	size_t i;

	for (i = 0; i < phrases_count(); i++) {
		score = row_score(&rows[i], heard);
		if (score > most) {
			most = score;
			best = &rows[i];
		}
	}
	return best;
}

static void
take_causes(struct reading *reading, const char *list)
{
	char name[40];
	size_t n;

	reading->cause_count = 0;
	while (*list != '\0' && reading->cause_count < READING_CAUSES) {
		n = strcspn(list, ",");
		snprintf(name, sizeof(name), "%.*s", (int)n, list);
		if (cause_parse(name, &reading->causes[reading->cause_count]))
			reading->cause_count++;
		list += n + (list[n] == ',');
	}
}

static void
take(struct reading *reading, enum family family, const char *causes,
    int strength)
{
	reading->family = family;
	reading->strength = strength;
	take_causes(reading, causes);
}

/* No words help: the status tells the family, then the bare code. */
static void
judge_by_number(const struct heard *heard, struct reading *reading)
{
	static const struct {
		int code;
		enum family family;
		const char *causes;
	} codes[] = {
		{ 421, FAMILY_RATE, "rate-limited,server-misconfigured" },
		{ 450, FAMILY_GREY, "greylisted,mailbox-unavailable" },
		{ 451, FAMILY_SERVER, "server-misconfigured,greylisted" },
		{ 452, FAMILY_SERVER, "server-misconfigured,rate-limited" },
		{ 521, FAMILY_DOMAIN, "null-mx,policy-rejected" },
		{ 530, FAMILY_AUTH, "auth-required,tls-required" },
		{ 534, FAMILY_AUTH, "auth-disabled,auth-no-mechanism" },
		{ 535, FAMILY_AUTH, "auth-failed,auth-disabled" },
		{ 538, FAMILY_AUTH, "auth-needs-tls" },
		{ 550, FAMILY_POLICY, "mailbox-unknown,policy-rejected" },
		{ 551, FAMILY_RELAY, "mailbox-unknown,mx-not-hosting" },
		{ 552, FAMILY_SIZE, "mailbox-unavailable,message-too-big" },
		{ 553, FAMILY_POLICY, "policy-rejected,sender-not-permitted" },
		{ 554, FAMILY_POLICY, "policy-rejected" },
		{ 556, FAMILY_DOMAIN, "null-mx" },
	};
	const struct status *status = status_find(&heard->enhanced);
	size_t i;

	if (heard->code >= 200 && heard->code < 400)
		return;
	if (heard->enhanced.class >= 4 && status != NULL &&
	    status->family != FAMILY_NONE) {
		take(reading, status->family, status->causes, 30);
		return;
	}
	/* RFC 3463 3.8: X.7.X is about what is allowed, not about what is. */
	if (heard->enhanced.subject == 7 && heard->code == 550) {
		take(reading, FAMILY_POLICY,
		    "policy-rejected,recipient-restricted", 10);
		return;
	}
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (codes[i].code == heard->code) {
			take(reading, codes[i].family, codes[i].causes, 10);
			return;
		}
	}
}

/*
 * Everybody's words for a login or a rule, in a sentence that refuses to
 * relay: the sentence counts ("please authenticate, relaying is denied").
 */
static bool
relay_outweighs(const struct phrase *row, const struct heard *heard)
{
	if (heard->code != 0 && heard->code < 400)
		return false;
	if (row != NULL && row->product[0] != '\0')
		return false;
	/* "4.4.1": the next host did not answer, whatever it is called. */
	if (heard->enhanced.subject == 4 && (heard->enhanced.detail == 1 ||
		heard->enhanced.detail == 2))
		return false;
	if (row != NULL && row->family != FAMILY_AUTH &&
	    row->family != FAMILY_POLICY && row->family != FAMILY_REPUTATION)
		return false;
	return wording_denies(heard->masked) &&
	    !wording_names_list(heard->masked);
}

/*
 * Postfix puts the object of its rule in front of the reason.  Where only
 * that is known of the reply, the reason may still say more in everybody's
 * words.
 */
static const struct phrase *
reason_row(const struct phrase *row, const struct heard *heard)
{
	const struct phrase *reason;
	struct heard rest = *heard;
	const char *at;

	if (row == NULL || !row->plain || !ends_with(row->pattern, " rejected"))
		return row;
	at = strstr(heard->text, row->pattern);
	at = at != NULL ? strstr(at, "rejected: ") : NULL;
	if (at == NULL)
		return row;
	pattern_flatten(at + strlen("rejected: "), true, rest.text,
	    sizeof(rest.text));
	wording_mask(rest.text, rest.masked, sizeof(rest.masked));
	reason = best_row(&rest);
	/* "Sender address rejected: User unknown" is not about a recipient. */
	if (reason == NULL || (row->family == FAMILY_SENDER &&
		(reason->family == FAMILY_MAILBOX ||
		    reason->family == FAMILY_UNAVAILABLE ||
		    reason->family == FAMILY_DOMAIN)))
		return row;
	return reason;
}

/*
 * A gateway that asked the server behind it says what that one said: then
 * it is that reply which counts.  False where nothing is quoted.
 */
static bool
read_quote(const struct phrase *row, const struct heard *heard,
    struct reading *reading)
{
	struct wording_quote quote;
	char text[HEARD_MAX];

	if (row == NULL || (row->family != FAMILY_MAILBOX &&
		row->family != FAMILY_NETWORK) ||
	    !wording_quote(heard->text, &quote))
		return false;
	if (quote.code == 0) {
		reading->phrase = row;
		reading->product = row->product;
		take(reading, FAMILY_SERVER,
		    "server-misconfigured,mx-unreachable", 60);
	} else {
		snprintf(text, sizeof(text), "%.*s", (int)quote.length,
		    quote.text);
		phrases_read(quote.code, NULL, text, STAGE_RCPT, reading);
		reading->next_product = reading->product;
		reading->product = row->product;
	}
	snprintf(reading->next_host, sizeof(reading->next_host), "%s",
	    quote.host[0] != '\0' ? quote.host : "?");
	return true;
}

/* Nobody's known words, but a list of addresses by its zone. */
static bool
list_is_named(const struct heard *heard, struct reading *reading)
{
	if (!wording_names_list(heard->text))
		return false;
	wording_list(heard->text, reading->list, sizeof(reading->list));
	return reading->list[0] != '\0';
}

/* The cause becomes the best one, wherever it stood. */
static void
put_first(struct reading *reading, enum cause_id cause)
{
	size_t i = 0;

	while (i < reading->cause_count && reading->causes[i] != cause)
		i++;
	if (i == reading->cause_count) {
		if (i == READING_CAUSES)
			i--;
		else
			reading->cause_count++;
	}
	memmove(reading->causes + 1, reading->causes,
	    i * sizeof(reading->causes[0]));
	reading->causes[0] = cause;
}

static bool
means(const struct reading *reading, enum cause_id cause)
{
	size_t i;

	for (i = 0; i < reading->cause_count; i++)
		if (reading->causes[i] == cause)
			return true;
	return false;
}

/* Remarks beside the sentence, which say more than it does. */
static void
hear_remarks(const struct heard *heard, struct reading *reading)
{
	bool fetching;

	if (heard->code != 0 && heard->code < 400)
		return;
	reading->stopped = wording_says_stopped(heard->masked);
	if (reading->family == FAMILY_AUTH && reading->cause_count > 0 &&
	    reading->causes[0] == CAUSE_AUTH_FAILED &&
	    wording_password_off(heard->masked))
		put_first(reading, CAUSE_AUTH_DISABLED);
	fetching = reading->family == FAMILY_AUTH ||
	    reading->family == FAMILY_NONE ||
	    reading->family == FAMILY_RELAY ||
	    reading->family == FAMILY_POLICY;
	if (!fetching || means(reading, CAUSE_POP_BEFORE_SMTP) ||
	    !wording_wants_fetching(heard->masked))
		return;
	put_first(reading, CAUSE_POP_BEFORE_SMTP);
	if (reading->family != FAMILY_RELAY)
		reading->family = FAMILY_AUTH;
}

void
phrases_read(int code, const struct enhanced *enhanced, const char *text,
    int stage, struct reading *reading)
{
	struct heard heard;
	const struct phrase *row;

	memset(reading, 0, sizeof(*reading));
	reading->product = reading->next_product = "";
	listen_to(code, enhanced, text, stage, &heard);
	reading->relay_word = wording_speaks_of_relay(heard.masked);
	reading->about_client = wording_names_client(heard.masked);
	row = reason_row(best_row(&heard), &heard);
	if (read_quote(row, &heard, reading))
		return;
	if (reading->relay_word && relay_outweighs(row, &heard)) {
		take(reading, FAMILY_RELAY,
		    row != NULL && row->family == FAMILY_AUTH ?
			"auth-required,mx-not-hosting,client-not-permitted" :
			"mx-not-hosting,client-not-permitted,auth-required",
		    45);
	} else if (row != NULL) {
		reading->phrase = row;
		if (is_signature(row, &heard))
			reading->product = row->product;
		take(reading, row->family, row->causes,
		    row_strength(row, &heard));
	} else if (list_is_named(&heard, reading)) {
		take(reading, FAMILY_REPUTATION,
		    "ip-blocklisted,policy-rejected", 40);
	} else {
		judge_by_number(&heard, reading);
	}
	hear_remarks(&heard, reading);
	if (reading->family == FAMILY_REPUTATION ||
	    wording_names_list(heard.text))
		wording_list(heard.text, reading->list, sizeof(reading->list));
	reading->wait_s = wording_wait(heard.text);
	/* Waiting cures neither a missing right nor a missing domain. */
	reading->permanent = code >= 400 && code < 500 &&
	    (reading->family == FAMILY_RELAY || reading->family == FAMILY_TLS);
}

size_t
phrases_count(void)
{
	return sizeof(rows) / sizeof(rows[0]);
}

const struct phrase *
phrases_row(size_t i)
{
	return &rows[i];
}

const char *
phrase_pattern(const struct phrase *phrase)
{
	return phrase->pattern;
}

const char *
phrase_example(const struct phrase *phrase)
{
	return phrase->example;
}

const char *
phrase_product(const struct phrase *phrase)
{
	return phrase->product;
}

const char *
phrase_causes(const struct phrase *phrase)
{
	return phrase->causes;
}

enum family
phrase_family(const struct phrase *phrase)
{
	return phrase->family;
}

int
phrase_stage(const struct phrase *phrase)
{
	return phrase->stage;
}

static const char *const family_names[] = {
	[FAMILY_NONE] = "none",
	[FAMILY_RELAY] = "relay",
	[FAMILY_AUTH] = "auth",
	[FAMILY_SENDER] = "sender",
	[FAMILY_MAILBOX] = "mailbox",
	[FAMILY_UNAVAILABLE] = "unavailable",
	[FAMILY_CLIENT_DNS] = "client-dns",
	[FAMILY_HELO] = "helo",
	[FAMILY_REPUTATION] = "reputation",
	[FAMILY_SPF] = "spf",
	[FAMILY_DKIM] = "dkim",
	[FAMILY_DMARC] = "dmarc",
	[FAMILY_RATE] = "rate",
	[FAMILY_GREY] = "greylisting",
	[FAMILY_TLS] = "tls",
	[FAMILY_SIZE] = "size",
	[FAMILY_LOOP] = "loop",
	[FAMILY_SERVER] = "server",
	[FAMILY_DOMAIN] = "domain",
	[FAMILY_POLICY] = "policy",
	[FAMILY_ECHO] = "echo",
	[FAMILY_NETWORK] = "network",
};

const char *
family_name(enum family family)
{
	return family_names[family];
}

/*
 * Beyond the masked words one odd word may differ (an unquoted mailbox
 * name), where both replies fit the same row of the table: "no such user
 * alice" and "no such user postmaster".
 */
bool
phrases_same_wording(int code_a, const char *a, int code_b, const char *b)
{
	struct heard heard_a, heard_b;
	int odd;

	if (code_a != code_b)
		return false;
	if (strcmp(a, b) == 0)
		return true;
	listen_to(code_a, NULL, a, STAGE_COUNT, &heard_a);
	listen_to(code_b, NULL, b, STAGE_COUNT, &heard_b);
	if (!same_status(&heard_a.enhanced, &heard_b.enhanced))
		return false;
	odd = wording_differs(heard_a.masked, heard_b.masked);
	if (odd != 1)
		return odd == 0;
	return best_row(&heard_a) != NULL &&
	    best_row(&heard_a) == best_row(&heard_b);
}
