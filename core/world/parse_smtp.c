/*
 * The smtp lines of a world: where a mail server listens, how it behaves,
 * and what it does at a stage in place of that.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/world/parse.h"
#include "net/mem.h"

void
set_add(struct string_set *set, const char *text)
{
	set->items = mem_grow(set->items, set->count, &set->cap,
	    sizeof(char *));
	set->items[set->count++] = mem_strdup(text);
}

void
set_clear(struct string_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		free(set->items[i]);
	free(set->items);
	*set = (struct string_set) { 0 };
}

/* ADDRESS[:PORT][/tls]; port 465 speaks TLS from the start anyway. */
static bool
read_port(struct parse *p, struct mailserver *m)
{
	const char *word = parse_word(p, "an address");
	struct mail_port port = { .server = m };
	char copy[ADDR_TEXT_MAX + 16];
	char *slash;
	size_t i, k;

	if (word == NULL)
		return false;
	snprintf(copy, sizeof(copy), "%s", word);
	slash = strstr(copy, "/tls");
	if (slash != NULL && slash[4] == '\0')
		*slash = '\0';
	else
		slash = NULL;
	if (!addr_parse_port(copy, 25, &port.addr))
		return parse_fail(p, "\"%.60s\" is no address", word);
	port.tls = slash != NULL || port.addr.port == 465;
	for (i = 0; i < p->world->mailserver_count; i++) {
		const struct mailserver *o = p->world->mailservers[i];

		for (k = 0; k < o->port_count; k++)
			if (addr_same(&o->ports[k].addr, &port.addr))
				return parse_fail(p, "%s stands twice", word);
	}
	m->ports = mem_grow(m->ports, m->port_count, &m->port_cap,
	    sizeof(port));
	m->ports[m->port_count++] = port;
	return true;
}

bool
parse_smtp(struct parse *p)
{
	struct world *w = p->world;
	struct mailserver *m = mem_alloc(sizeof(*m));

	m->world = w;
	m->line = p->line;
	m->words = product_nth(0);
	m->pipelining = true;
	m->first_seen = -1;
	w->mailservers = mem_grow(w->mailservers, w->mailserver_count,
	    &w->mailserver_cap, sizeof(m));
	w->mailservers[w->mailserver_count++] = m;
	p->mail = m;
	p->block = BLOCK_SMTP;
	p->script = 0;
	do {
		if (!read_port(p, m))
			return false;
	} while (p->at < p->count);
	return true;
}

static bool
read_set(struct parse *p, struct string_set *set, const char *what)
{
	if (p->at == p->count)
		return parse_fail(p, "%s wants %s", p->words[0], what);
	while (p->at < p->count)
		set_add(set, p->words[p->at++]);
	return true;
}

static bool
read_string(struct parse *p, char **value, const char *what)
{
	const char *word = parse_word(p, what);

	if (word == NULL)
		return false;
	free(*value);
	*value = mem_strdup(word);
	return parse_end(p);
}

static bool
read_product(struct parse *p)
{
	const char *name = parse_word(p, "a product");

	if (name == NULL)
		return false;
	p->mail->words = product_find(name);
	if (p->mail->words == NULL)
		return parse_fail(p, "\"%.40s\" is no product known here",
		    name);
	return parse_end(p);
}

static bool
read_networks(struct parse *p, struct string_set *set)
{
	int first = p->at;
	struct addr addr;
	char copy[ADDR_TEXT_MAX];
	char *slash;

	if (!read_set(p, set, "networks"))
		return false;
	for (; first < p->count; first++) {
		snprintf(copy, sizeof(copy), "%s", p->words[first]);
		slash = strchr(copy, '/');
		if (slash != NULL)
			*slash = '\0';
		if (strcmp(copy, "any") != 0 && !addr_parse(copy, &addr))
			return parse_fail(p, "\"%.60s\" is no network",
			    p->words[first]);
	}
	return true;
}

/* starttls|certificate [good|expired|self-signed|wrong-name|many-names|huge] */
static bool
read_starttls(struct parse *p)
{
	static const struct {
		const char *name;
		enum tls_fault fault;
	} faults[] = { { "good", TLS_GOOD }, { "expired", TLS_EXPIRED },
		{ "self-signed", TLS_SELF_SIGNED },
		{ "wrong-name", TLS_WRONG_NAME },
		{ "many-names", TLS_MANY_NAMES }, { "huge", TLS_HUGE } };
	size_t i;

	if (strcmp(p->words[0], "starttls") == 0)
		p->mail->starttls = true;
	if (p->at == p->count)
		return true;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (parse_option(p, faults[i].name)) {
			p->mail->tls_fault = faults[i].fault;
			return parse_end(p);
		}
	}
	return parse_end(p);
}

/* auth MECH... [when tls|always] [port N] */
static bool
read_auth(struct parse *p)
{
	struct mailserver *m = p->mail;
	struct buf mechs;
	unsigned long port;

	buf_init(&mechs, 1000);
	m->auth_when = AUTH_ALWAYS;
	while (p->at < p->count) {
		if (parse_option(p, "when")) {
			if (parse_option(p, "tls"))
				m->auth_when = AUTH_IN_TLS;
			else if (!parse_option(p, "always"))
				return parse_fail(p, "when tls or always?");
		} else if (parse_option(p, "port")) {
			if (!parse_number(p, "port", 65535, &port))
				return false;
			m->auth_port = (uint16_t)port;
		} else {
			if (mechs.len > 0)
				buf_putc(&mechs, ' ');
			buf_puts(&mechs, p->words[p->at++]);
		}
	}
	free(m->auth);
	m->auth = mem_strdup(buf_str(&mechs));
	buf_clear(&mechs);
	return m->auth[0] != '\0' ||
	    parse_fail(p, "auth wants mechanisms");
}

/* ---- what a server does at a stage ---- */

static struct mail_rule *
add_rule(struct mailserver *m)
{
	m->rules = mem_grow(m->rules, m->rule_count, &m->rule_cap,
	    sizeof(*m->rules));
	m->rules[m->rule_count] = (struct mail_rule) { 0 };
	return &m->rules[m->rule_count++];
}

static bool
read_stage(struct parse *p, enum mail_stage *stage)
{
	static const char *const names[] = {
#define X(id, name) name,
		MAIL_STAGES(X)
#undef X
	};
	const char *word = parse_word(p, "a stage");
	size_t i;

	if (word == NULL)
		return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(word, names[i]) == 0) {
			*stage = (enum mail_stage)i;
			return true;
		}
	}
	return parse_fail(p, "\"%.40s\" is no stage", word);
}

static bool
find_fault(const char *word, enum mail_fault *fault)
{
	static const char *const names[] = {
#define X(id, name) name,
		MAIL_FAULTS(X)
#undef X
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(word, names[i]) == 0) {
			*fault = (enum mail_fault)i;
			return true;
		}
	}
	return false;
}

/* at STAGE [for PATTERN] [reply TEXT] [fault KIND] [delay D] [times N] */
static bool
read_at(struct parse *p)
{
	struct mail_rule *rule = add_rule(p->mail);
	unsigned long times;

	if (!read_stage(p, &rule->stage))
		return false;
	while (p->at < p->count) {
		if (parse_option(p, "for")) {
			const char *word = parse_word(p, "a pattern");

			rule->pattern = word != NULL ? mem_strdup(word) : NULL;
			if (word == NULL)
				return false;
		} else if (parse_option(p, "reply")) {
			const char *word = parse_word(p, "a reply");

			if (word == NULL)
				return false;
			rule->reply = mem_strdup(word);
		} else if (parse_option(p, "fault")) {
			const char *word = parse_word(p, "a fault");

			if (word == NULL || (!find_fault(word, &rule->fault) &&
			    !parse_fail(p, "\"%.40s\" is no fault of a mail "
			    "server", word)))
				return false;
		} else if (parse_option(p, "delay")) {
			if (!parse_duration(p, &rule->delay_ms))
				return false;
		} else if (parse_option(p, "times")) {
			if (!parse_number(p, "count", 1000, &times))
				return false;
			rule->times = (int)times;
		} else {
			return parse_end(p);
		}
	}
	return true;
}

/* reply STAGE TEXT: short for at STAGE reply TEXT. */
static bool
read_reply(struct parse *p)
{
	struct mail_rule *rule = add_rule(p->mail);

	return read_stage(p, &rule->stage) &&
	    read_string(p, &rule->reply, "a reply");
}

static bool
read_yes(struct parse *p, bool *value)
{
	*value = true;
	if (parse_option(p, "no"))
		*value = false;
	else
		(void)parse_option(p, "yes");
	return parse_end(p);
}

static bool
is_key(const struct parse *p, const char *key)
{
	return strcmp(p->words[0], key) == 0;
}

/* Lines with one of the sets; false in *known if it is none of them. */
static bool
set_line(struct parse *p, bool *known)
{
	struct mailserver *m = p->mail;

	*known = true;
	if (is_key(p, "hosts"))
		return read_set(p, &m->hosts, "domains");
	if (is_key(p, "mailboxes"))
		return read_set(p, &m->mailboxes, "local parts, or any");
	if (is_key(p, "full"))
		return read_set(p, &m->full, "local parts");
	if (is_key(p, "restricted"))
		return read_set(p, &m->restricted, "local parts");
	if (is_key(p, "relay-for"))
		return read_networks(p, &m->relay_for);
	if (is_key(p, "relay-to"))
		return read_set(p, &m->relay_to, "domains");
	if (is_key(p, "users"))
		return read_set(p, &m->users, "NAME:PASSWORD");
	if (is_key(p, "reject-helo"))
		return read_set(p, &m->bad_helo, "patterns");
	if (is_key(p, "refuse-sender"))
		return read_set(p, &m->bad_sender, "patterns");
	*known = false;
	return false;
}

static bool
switch_line(struct parse *p, bool *known)
{
	struct mailserver *m = p->mail;

	*known = true;
	if (is_key(p, "require-tls"))
		return read_yes(p, &m->require_tls);
	if (is_key(p, "login-only"))
		return read_yes(p, &m->login_only);
	if (is_key(p, "only-tls12"))
		return read_yes(p, &m->only_tls12);
	if (is_key(p, "pipelining"))
		return read_yes(p, &m->pipelining);
	if (is_key(p, "smtputf8"))
		return read_yes(p, &m->smtputf8);
	if (is_key(p, "own-sender"))
		return read_yes(p, &m->own_sender);
	if (is_key(p, "local-sender"))
		return read_yes(p, &m->local_sender);
	if (is_key(p, "require-ptr"))
		return read_yes(p, &m->require_ptr);
	if (is_key(p, "check-sender"))
		return read_yes(p, &m->check_sender);
	*known = false;
	return false;
}

/* A line of a scripted reply, or the fault that ends it. */
static void
add_reply_line(struct mail_rule *rule, char *line)
{
	char *joined;

	if (rule->reply == NULL) {
		rule->reply = line;
		return;
	}
	joined = mem_printf("%s\n%s", rule->reply, line);
	free(rule->reply);
	free(line);
	rule->reply = joined;
}

/* The rule that S lines add to; before the first C it is the banner's. */
static struct mail_rule *
script_rule(struct parse *p)
{
	struct mailserver *m = p->mail;

	if (p->script == 0) {
		add_rule(m)->stage = AT_BANNER;
		p->script = m->rule_count;
	}
	return &m->rules[p->script - 1];
}

/* pause D, or a fault's name alone: in the reply of the script so far. */
static bool
script_line(struct parse *p, bool *known)
{
	enum mail_fault fault;
	int ms;

	*known = true;
	if (is_key(p, "pause")) {
		if (!parse_duration(p, &ms) || !parse_end(p))
			return false;
		add_reply_line(script_rule(p), mem_printf("\001%d", ms));
		return true;
	}
	*known = p->count == 1 && find_fault(p->words[0], &fault);
	if (*known)
		script_rule(p)->fault = fault;
	return *known;
}

bool
parse_smtp_line(struct parse *p)
{
	struct mailserver *m = p->mail;
	bool known, ok;

	ok = set_line(p, &known);
	if (!known)
		ok = switch_line(p, &known);
	if (!known)
		ok = script_line(p, &known);
	if (known)
		return ok;
	if (is_key(p, "product"))
		return read_product(p);
	if (is_key(p, "host"))
		return read_string(p, &m->host, "a name");
	if (is_key(p, "starttls") || is_key(p, "certificate"))
		return read_starttls(p);
	if (is_key(p, "auth"))
		return read_auth(p);
	if (is_key(p, "blocklist"))
		return read_string(p, &m->blocklist, "a zone");
	if (is_key(p, "sees"))
		return parse_address(p, 0, &m->sees) && parse_end(p);
	if (is_key(p, "size"))
		return parse_number(p, "size", 1UL << 40, &m->size) &&
		    parse_end(p);
	if (is_key(p, "greylist"))
		return parse_duration(p, &m->greylist_ms) && parse_end(p);
	if (is_key(p, "greet-delay"))
		return parse_duration(p, &m->greet_delay_ms) && parse_end(p);
	if (is_key(p, "tarpit"))
		return parse_duration(p, &m->tarpit_ms) && parse_end(p);
	if (is_key(p, "at"))
		return read_at(p);
	if (is_key(p, "reply"))
		return read_reply(p);
	if (is_key(p, "banner")) {
		struct mail_rule *rule = add_rule(m);

		rule->stage = AT_BANNER;
		return read_string(p, &rule->reply, "the banner");
	}
	return parse_fail(p, "a mail server knows no \"%.40s\"", p->words[0]);
}

/* "S TEXT" adds a line to the reply, "C PATTERN" begins the next rule. */
bool
parse_script(struct parse *p, const char *text)
{
	char *copy = mem_strdup(text + (text[1] == ' ' ? 2 : 1));
	struct mail_rule *rule;

	parse_unescape(copy);
	if (text[0] == 'S') {
		add_reply_line(script_rule(p), copy);
		return true;
	}
	rule = add_rule(p->mail);
	rule->script = true;
	rule->stage = AT_OTHER;
	rule->pattern = copy;
	p->script = p->mail->rule_count;
	return true;
}
