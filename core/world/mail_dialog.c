/*
 * What a mail server of the world answers: first what the world says for
 * this command or stage, else what the product would say.  The order of
 * the tests is the one in which real servers decide (client, HELO and
 * sender first, then: my domain? may this client relay?).
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"
#include "core/world/mail_session.h"
#include "core/world/referee.h"
#include "net/mem.h"

/* ---- words ---- */

static const struct addr *
client_of(const struct mail_session *s)
{
	const struct world *w = s->server->world;

	if (s->server->sees.family != AF_UNSPEC)
		return &s->server->sees;
	return s->port->addr.family == AF_INET6 ? &w->client6 : &w->client4;
}

/* The client's name if it confirms forward (RFC 8499 FCrDNS), else NULL. */
static const char *
client_name(const struct mail_session *s)
{
	const struct world *w = s->server->world;
	const struct addr *client = client_of(s);
	const char *name = zone_ptr(w, client);
	size_t i;

	for (i = 0; name != NULL && i < w->records.count; i++) {
		const struct dns_rr *rr = &w->records.items[i].rr;

		if ((rr->type == DNS_A || rr->type == DNS_AAAA) &&
		    addr_same_host(&rr->addr, client) &&
		    dns_name_eq(rr->name, name))
			return name;
	}
	return NULL;
}

static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at != NULL ? at + 1 : "";
}

static void
put_peer(struct mail_session *s, struct buf *out)
{
	char ip[ADDR_TEXT_MAX];
	const char *name = client_name(s);

	if (name != NULL)
		buf_printf(out, "%s ", name);
	buf_printf(out, "[%s]", addr_text(client_of(s), ip));
}

/* A date that is the same in every run, because worlds are compared. */
#define WORLD_DATE "Thu, 01 Jan 2026 12:00:00 +0000"

static bool
put_word(struct mail_session *s, const char *word, size_t n, struct buf *out)
{
	const struct mailserver *m = s->server;
	const struct {
		const char *name, *value;
	} words[] = {
		{ "host", m->host != NULL ? m->host : "mail.invalid" },
		{ "helo", s->helo }, { "rcpt", s->rcpt },
		{ "sender", s->sender }, { "domain", domain_of(s->rcpt) },
		{ "sender-domain", domain_of(s->sender) },
		{ "login", s->login }, { "mech", s->mech },
		{ "command", s->line }, { "date", WORLD_DATE },
		{ "id", "4WrLdT1gQz2" },
		{ "list", m->blocklist != NULL ? m->blocklist : "" },
	};
	char ip[ADDR_TEXT_MAX];
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].name) == n &&
		    strncmp(words[i].name, word, n) == 0) {
			buf_puts(out, words[i].value);
			return true;
		}
	}
	if (n == 2 && strncmp(word, "ip", n) == 0) {
		buf_puts(out, addr_text(client_of(s), ip));
	} else if (n == 4 && strncmp(word, "name", n) == 0) {
		const char *name = client_name(s);

		buf_puts(out, name != NULL ? name : "unknown");
	} else if (n == 4 && strncmp(word, "peer", n) == 0) {
		put_peer(s, out);
	} else if (n == 4 && strncmp(word, "size", n) == 0) {
		buf_printf(out, "%lu", m->size);
	} else {
		return false;
	}
	return true;
}

/* `<*>` is the command's address in angle brackets, for scripts. */
static void
put_address(struct mail_session *s, struct buf *out)
{
	buf_printf(out, "<%s>", text_istarts(s->line, "MAIL") ? s->sender :
	    s->rcpt);
}

void
mail_say(struct mail_session *s, struct mail_answer *answer, const char *words)
{
	const char *at = words;

	buf_reset(&answer->text);
	while (*at != '\0') {
		const char *end = *at == '{' ? strchr(at, '}') : NULL;

		if (strncmp(at, "<*>", 3) == 0) {
			put_address(s, &answer->text);
			at += 3;
		} else if (end != NULL && put_word(s, at + 1,
		    (size_t)(end - at - 1), &answer->text)) {
			at = end + 1;
		} else {
			buf_putc(&answer->text, *at++);
		}
	}
}

/* ---- patterns and rules ---- */

bool
world_match(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			retry = text;
		} else if ((*pattern | 0x20) == (*text | 0x20) &&
		    (*pattern == *text || (*pattern | 0x20) >= 'a')) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static bool
in_set(const struct string_set *set, const char *text)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (world_match(set->items[i], text))
			return true;
	return false;
}

static bool
applies(struct mail_rule *rule)
{
	return rule->times == 0 || rule->used < rule->times;
}

/*
 * The script's rule for this command: the search begins behind the one
 * used last, so that the same command can be answered otherwise the second
 * time, and goes round.
 */
static struct mail_rule *
script_rule(struct mail_session *s)
{
	struct mailserver *m = s->server;
	size_t i, at;

	for (i = 0; i < m->rule_count; i++) {
		at = (s->script_at + i) % m->rule_count;
		if (m->rules[at].script && applies(&m->rules[at]) &&
		    world_match(m->rules[at].pattern, s->line)) {
			s->script_at = at + 1;
			m->rules[at].used++;
			return &m->rules[at];
		}
	}
	return NULL;
}

static const char *
argument_at(const struct mail_session *s, enum mail_stage stage)
{
	switch (stage) {
	case AT_EHLO: return s->helo;
	case AT_MAIL: return s->sender;
	case AT_RCPT: return s->rcpt;
	case AT_AUTH: return s->login;
	default: return s->line;
	}
}

static struct mail_rule *
stage_rule(struct mail_session *s, enum mail_stage stage)
{
	struct mailserver *m = s->server;
	size_t i;

	for (i = 0; i < m->rule_count; i++) {
		struct mail_rule *r = &m->rules[i];

		if (r->script || r->stage != stage || !applies(r))
			continue;
		if (r->pattern != NULL &&
		    !world_match(r->pattern, argument_at(s, stage)))
			continue;
		r->used++;
		return r;
	}
	return NULL;
}

const struct mail_rule *
mail_tls_rule(struct mail_session *s)
{
	return stage_rule(s, AT_TLS);
}

/* What the rule says about the answer; true if it gives the words too. */
static bool
use_rule(struct mail_session *s, const struct mail_rule *rule,
    struct mail_answer *answer)
{
	if (rule == NULL)
		return false;
	answer->fault = rule->fault;
	answer->delay_ms += rule->delay_ms;
	if (rule->reply == NULL)
		return false;
	mail_say(s, answer, rule->reply);
	return true;
}

/* ---- the stages, as the product plays them ---- */

void
mail_greet(struct mail_session *s, struct mail_answer *answer)
{
	answer->delay_ms = s->server->greet_delay_ms;
	if (!use_rule(s, stage_rule(s, AT_BANNER), answer))
		mail_say(s, answer, MAIL_WORDS(s, banner));
	answer->close = strncmp(buf_str(&answer->text), "421", 3) == 0;
}

static void
put_keyword(struct mail_session *s, const char *word, size_t n,
    struct buf *lines)
{
	const struct mailserver *m = s->server;
	const char *auth = mail_auth_offer(s);

	if (n == 4 && strncmp(word, "SIZE", n) == 0) {
		buf_printf(lines, "\n250-SIZE");
		if (m->size > 0)
			buf_printf(lines, " %lu", m->size);
	} else if (n == 4 && strncmp(word, "AUTH", n) == 0) {
		if (auth != NULL)
			buf_printf(lines, "\n250-AUTH %s", auth);
	} else if (n == 8 && strncmp(word, "STARTTLS", n) == 0) {
		if (m->starttls && !conn_secure(s->conn))
			buf_puts(lines, "\n250-STARTTLS");
	} else if (n == 10 && strncmp(word, "PIPELINING", n) == 0) {
		if (m->pipelining)
			buf_puts(lines, "\n250-PIPELINING");
	} else if (n == 8 && strncmp(word, "SMTPUTF8", n) == 0) {
		if (m->smtputf8)
			buf_puts(lines, "\n250-SMTPUTF8");
	} else {
		buf_printf(lines, "\n250-%.*s", (int)n, word);
	}
}

/* The keywords as lines; the last one gets a blank in place of its dash. */
static void
put_keywords(struct mail_session *s, struct buf *text)
{
	const char *at = MAIL_WORDS(s, keywords);
	char *dash;

	while (*at != '\0') {
		size_t n = strcspn(at, " ");

		put_keyword(s, at, n, text);
		at += n;
		at += strspn(at, " ");
	}
	dash = strrchr(text->bytes, '\n');
	dash = dash != NULL ? dash + 1 : text->bytes;
	if (strlen(dash) > 3)
		dash[3] = ' ';
}

static void
hello(struct mail_session *s, const char *name, bool extended,
    struct mail_answer *answer)
{
	char first[600];

	snprintf(s->helo, sizeof(s->helo), "%s", name);
	s->have_mail = false;
	s->rcpts = 0;
	s->offers_pipelining = false;
	if (!s->server->words->refuses_late &&
	    in_set(&s->server->bad_helo, s->helo)) {
		mail_say(s, answer, MAIL_WORDS(s, helo_refused));
		return;
	}
	snprintf(first, sizeof(first), "250%c%s", extended ? '-' : ' ',
	    MAIL_WORDS(s, hello));
	s->hello = true;
	mail_say(s, answer, first);
	if (extended)
		put_keywords(s, &answer->text);
}

static void
starttls(struct mail_session *s, struct mail_answer *answer)
{
	if (!s->server->starttls || conn_secure(s->conn)) {
		mail_say(s, answer, MAIL_WORDS(s, starttls_off));
		return;
	}
	mail_say(s, answer, MAIL_WORDS(s, starttls_go));
}

/* "FROM:<a@b> SIZE=1": the address, and what stands behind it. */
static const char *
take_address(const char *arg, char *out, size_t size)
{
	const char *open = strchr(arg, '<');
	const char *close = open != NULL ? strrchr(open, '>') : NULL;
	size_t n;

	out[0] = '\0';
	if (close == NULL)
		return "";
	n = (size_t)(close - open - 1);
	if (n >= size)
		n = size - 1;
	memcpy(out, open + 1, n);
	out[n] = '\0';
	return close + 1;
}

static bool
too_big(const struct mailserver *m, const char *params)
{
	const char *at = text_ifind(params, "SIZE=");

	return at != NULL && m->size > 0 &&
	    strtoul(at + 5, NULL, 10) > m->size;
}

/* NULL if nothing is wrong with the sender. */
static const char *
sender_fault(struct mail_session *s)
{
	const struct mailserver *m = s->server;

	if (s->sender[0] == '\0')
		return NULL;
	if (in_set(&m->bad_sender, s->sender))
		return MAIL_WORDS(s, sender_refused);
	if (m->check_sender && !s->logged_in &&
	    !zone_takes_mail(m->world, domain_of(s->sender)))
		return MAIL_WORDS(s, sender_unknown);
	return NULL;
}

static const char *
mail_verdict(struct mail_session *s, const char *params)
{
	const struct mailserver *m = s->server;
	const char *fault;

	if (m->require_tls && !conn_secure(s->conn))
		return MAIL_WORDS(s, must_starttls);
	if (!s->hello)
		return MAIL_WORDS(s, need_hello);
	if (m->login_only && !s->logged_in && m->words->login_only_at !=
	    AT_RCPT)
		return MAIL_WORDS(s, login_only);
	if (too_big(m, params))
		return MAIL_WORDS(s, too_big);
	fault = m->words->refuses_late ? NULL : sender_fault(s);
	return fault != NULL ? fault : MAIL_WORDS(s, mail_ok);
}

/* ---- RCPT: whose domain is it, and who may relay? ---- */

static bool
permitted_client(const struct mail_session *s)
{
	const struct string_set *nets = &s->server->relay_for;
	size_t i;

	for (i = 0; i < nets->count; i++) {
		char copy[ADDR_TEXT_MAX];
		struct addr net;
		char *slash;
		int bits;

		if (strcmp(nets->items[i], "any") == 0)
			return true;
		snprintf(copy, sizeof(copy), "%s", nets->items[i]);
		slash = strchr(copy, '/');
		if (slash != NULL)
			*slash++ = '\0';
		if (!addr_parse(copy, &net))
			continue;
		bits = slash != NULL ? (int)strtol(slash, NULL, 10) :
		    net.family == AF_INET ? 32 : 128;
		if (addr_in_net(client_of(s), &net, bits))
			return true;
	}
	return false;
}

/* Verdicts on client, HELO and sender, where they are given late. */
static const char *
client_fault(struct mail_session *s)
{
	const struct mailserver *m = s->server;

	if (s->logged_in)
		return NULL;
	if (m->login_only)
		return MAIL_WORDS(s, login_only);
	if (m->require_ptr && client_name(s) == NULL)
		return MAIL_WORDS(s, no_ptr);
	if (m->blocklist != NULL &&
	    zone_lists(m->world, m->blocklist, client_of(s)))
		return MAIL_WORDS(s, listed);
	if (!m->words->refuses_late)
		return NULL;
	if (in_set(&m->bad_helo, s->helo))
		return MAIL_WORDS(s, helo_refused);
	return sender_fault(s);
}

static bool
in_mailboxes(const struct string_set *set, const char *local,
    const char *address)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (strcmp(set->items[i], "any") == 0 ||
		    text_ieq(set->items[i], local) ||
		    text_ieq(set->items[i], address))
			return true;
	return false;
}

static const char *
greylist(struct mail_session *s)
{
	struct mailserver *m = s->server;
	int64_t now = loop_now(m->world->loop);

	if (m->greylist_ms == 0 || s->logged_in)
		return NULL;
	if (m->first_seen < 0)
		m->first_seen = now;
	return now - m->first_seen < m->greylist_ms ?
	    MAIL_WORDS(s, greylisted) : NULL;
}

/* The domain is the server's own. */
static const char *
own_mailbox(struct mail_session *s, bool may_relay)
{
	const struct mailserver *m = s->server;
	const char *grey;
	char local[256];

	if (m->local_sender && !may_relay && s->sender[0] != '\0' &&
	    in_set(&m->hosts, domain_of(s->sender)))
		return MAIL_WORDS(s, local_sender);
	snprintf(local, sizeof(local), "%.*s", (int)strcspn(s->rcpt, "@"),
	    s->rcpt);
	if (m->mailboxes.count > 0 && !text_ieq(local, "postmaster") &&
	    !in_mailboxes(&m->mailboxes, local, s->rcpt))
		return MAIL_WORDS(s, user_unknown);
	if (in_mailboxes(&m->full, local, s->rcpt))
		return MAIL_WORDS(s, mailbox_full);
	if (in_mailboxes(&m->restricted, local, s->rcpt) && !s->logged_in)
		return MAIL_WORDS(s, restricted);
	grey = greylist(s);
	return grey != NULL ? grey : MAIL_WORDS(s, rcpt_ok);
}

static bool
odd_address(const char *address)
{
	size_t local = strlen(address);
	const char *at = strrchr(address, '@');

	if (at != NULL)
		local = (size_t)(at - address);
	return address[0] == '@' || memchr(address, '%', local) != NULL ||
	    memchr(address, '!', local) != NULL ||
	    memchr(address, '@', local) != NULL;
}

static const char *
rcpt_verdict(struct mail_session *s)
{
	const struct mailserver *m = s->server;
	bool may_relay = s->logged_in || permitted_client(s);
	const char *fault, *domain = domain_of(s->rcpt);

	if (!s->have_mail)
		return MAIL_WORDS(s, need_mail);
	fault = may_relay && !s->logged_in ? NULL : client_fault(s);
	if (fault != NULL)
		return fault;
	if (odd_address(s->rcpt) && !may_relay)
		return MAIL_WORDS(s, odd_address);
	if (m->own_sender && s->logged_in && s->sender[0] != '\0' &&
	    !text_ieq(s->sender, s->login))
		return MAIL_WORDS(s, not_owner);
	if (text_ieq(s->rcpt, "postmaster"))
		return MAIL_WORDS(s, rcpt_ok);
	if (in_set(&m->hosts, domain))
		return own_mailbox(s, may_relay);
	if (may_relay || in_set(&m->relay_to, domain))
		return MAIL_WORDS(s, rcpt_ok);
	return MAIL_WORDS(s, relay_denied);
}

/* ---- commands ---- */

static bool
verb(const char *line, const char *word, const char **arg)
{
	size_t n = strlen(word);

	if (!text_istarts(line, word) || (line[n] != '\0' && line[n] != ' '))
		return false;
	*arg = line + n + strspn(line + n, " ");
	return true;
}

static bool
positive(const struct mail_answer *answer)
{
	return buf_str(&answer->text)[0] == '2';
}

static void
do_hello(struct mail_session *s, const char *arg, bool extended,
    struct mail_answer *answer)
{
	const char *at, *next;

	hello(s, arg, extended, answer);
	(void)use_rule(s, stage_rule(s, AT_EHLO), answer);
	/* What is really said counts, be it the world's words. */
	for (at = buf_str(&answer->text); at != NULL; at = next) {
		next = strchr(at, '\n');
		if (next != NULL)
			next++;
		if (strlen(at) > 4 && text_istarts(at + 4, "PIPELINING"))
			s->offers_pipelining = true;
	}
}

static void
do_starttls(struct mail_session *s, struct mail_answer *answer)
{
	starttls(s, answer);
	(void)use_rule(s, stage_rule(s, AT_STARTTLS), answer);
	if (!positive(answer))
		return;
	answer->start_tls = true;
	s->phase = PHASE_STARTTLS;
}

static void
do_mail(struct mail_session *s, const char *arg, struct mail_answer *answer)
{
	char address[sizeof(s->sender)];
	const char *params = take_address(arg, address, sizeof(address));

	memcpy(s->sender, address, sizeof(address));
	mail_say(s, answer, mail_verdict(s, params));
	(void)use_rule(s, stage_rule(s, AT_MAIL), answer);
	if (positive(answer))
		s->have_mail = true;
	s->rcpts = 0;
}

static void
do_rcpt(struct mail_session *s, const char *arg, struct mail_answer *answer)
{
	s->server->world->count.rcpts++;
	take_address(arg, s->rcpt, sizeof(s->rcpt));
	mail_say(s, answer, rcpt_verdict(s));
	if (s->have_mail)
		(void)use_rule(s, stage_rule(s, AT_RCPT), answer);
	if (positive(answer))
		s->rcpts++;
	referee_recipient(s, atoi(buf_str(&answer->text)));
}

static void
do_data(struct mail_session *s, struct mail_answer *answer)
{
	if (s->rcpts == 0) {
		mail_say(s, answer, MAIL_WORDS(s, need_rcpt));
		return;
	}
	mail_say(s, answer, MAIL_WORDS(s, data_go));
	s->phase = PHASE_DATA;
}

static void
do_other(struct mail_session *s, struct mail_answer *answer)
{
	const char *arg;

	if (verb(s->line, "RSET", &arg)) {
		s->have_mail = false;
		s->rcpts = 0;
		mail_say(s, answer, MAIL_WORDS(s, rset));
		(void)use_rule(s, stage_rule(s, AT_RSET), answer);
	} else if (verb(s->line, "NOOP", &arg)) {
		mail_say(s, answer, MAIL_WORDS(s, noop));
	} else if (verb(s->line, "QUIT", &arg)) {
		s->quit = true;
		mail_say(s, answer, MAIL_WORDS(s, quit));
		answer->close = true;
		(void)use_rule(s, stage_rule(s, AT_QUIT), answer);
	} else {
		mail_say(s, answer, MAIL_WORDS(s, unknown));
		(void)use_rule(s, stage_rule(s, AT_OTHER), answer);
	}
}

static void
by_product(struct mail_session *s, struct mail_answer *answer)
{
	const char *arg;

	if (verb(s->line, "EHLO", &arg))
		do_hello(s, arg, true, answer);
	else if (verb(s->line, "HELO", &arg))
		do_hello(s, arg, false, answer);
	else if (verb(s->line, "STARTTLS", &arg))
		do_starttls(s, answer);
	else if (verb(s->line, "AUTH", &arg))
		mail_auth(s, arg, true, answer);
	else if (text_istarts(s->line, "MAIL FROM:"))
		do_mail(s, s->line + 10, answer);
	else if (text_istarts(s->line, "RCPT TO:"))
		do_rcpt(s, s->line + 8, answer);
	else if (verb(s->line, "DATA", &arg))
		do_data(s, answer);
	else
		do_other(s, answer);
}

/*
 * The message itself is not kept.  The reply to its end may be the
 * world's, which is where servers refuse for content and for DMARC.
 */
static void
message_line(struct mail_session *s, struct mail_answer *answer)
{
	if (strcmp(s->line, ".") != 0)
		return;
	s->phase = PHASE_COMMANDS;
	s->have_mail = false;
	s->rcpts = 0;
	s->owed++;
	s->server->world->count.messages++;
	mail_say(s, answer, MAIL_WORDS(s, data_done));
	(void)use_rule(s, stage_rule(s, AT_DATA), answer);
}

bool
mail_continues(const struct mail_session *s)
{
	return s->phase == PHASE_DATA || s->phase == PHASE_AUTH;
}

void
mail_forget_hello(struct mail_session *s)
{
	s->hello = s->have_mail = s->offers_pipelining = false;
	s->rcpts = 0;
}

/* A script's words go before the model's, whose state moves on all the same. */
static void
by_script(struct mail_session *s, const struct mail_rule *rule,
    struct mail_answer *answer)
{
	answer->fault = rule->fault;
	answer->delay_ms += rule->delay_ms;
	if (rule->reply == NULL)
		return;
	mail_say(s, answer, rule->reply);
	answer->start_tls = false;
	s->phase = PHASE_COMMANDS;
	if (text_istarts(s->line, "STARTTLS") && positive(answer)) {
		answer->start_tls = true;
		s->phase = PHASE_STARTTLS;
	} else if (text_istarts(s->line, "EHLO")) {
		s->offers_pipelining =
		    text_ifind(answer->text.bytes, "PIPELINING") != NULL;
	}
}

void
mail_command(struct mail_session *s, struct mail_answer *answer)
{
	const struct mail_rule *rule;

	if (s->phase == PHASE_DATA) {
		message_line(s, answer);
		return;
	}
	if (s->phase == PHASE_AUTH) {
		mail_auth(s, s->line, false, answer);
		return;
	}
	by_product(s, answer);
	rule = script_rule(s);
	if (rule != NULL)
		by_script(s, rule, answer);
	if (strncmp(buf_str(&answer->text), "421", 3) == 0)
		answer->close = true;
	if (buf_str(&answer->text)[0] >= '4')
		answer->delay_ms += s->server->tarpit_ms;
}
