#include "ui/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/explain.h"
#include "core/option_check.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/addr.h"
#include "net/dns_msg.h"
#include "net/i18n.h"
#include "net/mem.h"

/* What is asked for which story; `more` only when it is wanted. */
static const struct {
	enum question_id id;
	unsigned stories, more;
} asked[] = {
#define S(story) (1u << STORY_##story)
#define MX_STORIES (S(BOUNCE) | S(TO_US) | S(FROM_US) | S(MOVED))
#define SERVER_STORIES (S(DEVICE) | S(OWN_SERVER))
	{ Q_LOOK, S(LOOK), 0 },
	{ Q_SERVER, SERVER_STORIES, 0 },
	{ Q_RECIPIENT, MX_STORIES | SERVER_STORIES, 0 },
	{ Q_SENDER, MX_STORIES | SERVER_STORIES, 0 },
	{ Q_REFUSED, S(BOUNCE) | S(FROM_US), S(TO_US) },
	{ Q_SENDING, S(BOUNCE) | S(FROM_US), S(TO_US) | S(MOVED) },
	{ Q_USER, SERVER_STORIES, S(FROM_US) | S(BOUNCE) },
	{ Q_PASSWORD, SERVER_STORIES, S(FROM_US) | S(BOUNCE) },
	{ Q_PORT, 0, SERVER_STORIES },
	{ Q_SECURITY, 0, SERVER_STORIES | S(FROM_US) | S(BOUNCE) | S(LOOK) },
	{ Q_HELO, 0, MX_STORIES | SERVER_STORIES | S(LOOK) },
	{ Q_RESOLVER, 0, MX_STORIES | SERVER_STORIES | S(LOOK) },
	{ Q_PATIENCE, 0, MX_STORIES | SERVER_STORIES | S(LOOK) },
	{ Q_SELECTOR, 0, S(FROM_US) | S(BOUNCE) },
#undef SERVER_STORIES
#undef MX_STORIES
#undef S
};
#define ASKED (sizeof(asked) / sizeof(asked[0]))

static bool
is_asked(const struct form *form, size_t i, bool more)
{
	unsigned bit = 1u << form->story;

	/* A password belongs to a name. */
	if (asked[i].id == Q_PASSWORD && form->text[Q_USER][0] == '\0')
		return false;
	return (asked[i].stories & bit) != 0 ||
	    (more && (asked[i].more & bit) != 0);
}

void
form_init(struct form *form)
{
	memset(form, 0, sizeof(*form));
	form->reported.stage = STAGE_COUNT;
}

static void
take(struct form *form, enum question_id id, const char *value)
{
	if (value != NULL)
		snprintf(form->text[id], FORM_TEXT, "%s", value);
}

void
form_take_settings(struct form *form, const struct settings *s)
{
	take(form, Q_RECIPIENT,
	    s->recipients.count > 0 ? s->recipients.items[0] : NULL);
	take(form, Q_SENDER, s->from);
	if (strcmp(form->text[Q_SENDER], "<>") == 0)
		form->text[Q_SENDER][0] = '\0';
	take(form, Q_SERVER, s->server);
	take(form, Q_USER, s->user);
	take(form, Q_HELO, s->helo);
	take(form, Q_RESOLVER,
	    s->resolvers.count > 0 ? s->resolvers.items[0] : NULL);
	take(form, Q_SELECTOR,
	    s->dkim_selectors.count > 0 ? s->dkim_selectors.items[0] : NULL);
	form->choice[Q_SECURITY] = (int)s->security;
	if (s->sending_ip.family != AF_UNSPEC) {
		addr_text(&s->sending_ip, form->text[Q_SENDING_IP]);
		form->choice[Q_SENDING] = SENDING_ELSEWHERE;
	}
	if (s->patience_s > 0)
		snprintf(form->text[Q_PATIENCE], FORM_TEXT, "%d",
		    s->patience_s);
	if (s->server != NULL) {
		form->choice[Q_REFUSED] = REFUSED_OWN;
		form->story = STORY_DEVICE;
	} else {
		form->story = STORY_FROM_US;
	}
}

void
form_take_entry(struct form *form, const struct explain_entry *e)
{
	take(form, Q_RECIPIENT, e->recipient);
	if (e->sender[0] != '\0' || form->sender_of_entry)
		take(form, Q_SENDER, e->sender);
	form->sender_of_entry = e->sender[0] != '\0';
	take(form, Q_REFUSER, e->server);
	form->choice[Q_REFUSED] = REFUSED_UNKNOWN;
	if (e->server[0] != '\0')
		form->choice[Q_REFUSED] = REFUSED_SERVER;
	form->reported.code = e->code;
	form->reported.enhanced = e->enhanced;
	form->reported.stage = e->stage;
	snprintf(form->reported.text, sizeof(form->reported.text), "%s",
	    e->text);
}

size_t
form_items(const struct form *form, bool more,
    struct form_item items[FORM_ITEMS])
{
	size_t i, n = 0;
	int o;

	for (i = 0; i < ASKED; i++) {
		const struct question_text *q = question_text(asked[i].id);

		if (!is_asked(form, i, more))
			continue;
		if (q->options == NULL) {
			items[n++] = (struct form_item) { asked[i].id, -1,
				asked[i].id };
			continue;
		}
		for (o = 0; o < q->option_count; o++)
			items[n++] = (struct form_item) { asked[i].id, o,
				q->options[o].field >= 0 ?
				    (enum question_id)q->options[o].field :
				    Q_COUNT };
	}
	return n;
}

int
form_question_count(const struct form *form, bool more)
{
	size_t i;
	int n = 0;

	for (i = 0; i < ASKED; i++)
		n += is_asked(form, i, more);
	return n;
}

int
form_question_place(const struct form *form, bool more, enum question_id id)
{
	size_t i;
	int n = 0;

	for (i = 0; i < ASKED; i++) {
		n += is_asked(form, i, more);
		if (asked[i].id == id)
			break;
	}
	return n;
}

/* ---- looking at answers ---- */

static void
blocks(struct remark *r, const char *text)
{
	r->kind = REMARK_BLOCKS;
	snprintf(r->text, sizeof(r->text), "%s", text);
}

/* An IDN is shown in the form that was not typed (RFC 5890). */
static void
both_forms(const char *typed, const char *a_label, const char *u_label,
    struct remark *r)
{
	if (text_ifind(typed, "xn--") != NULL)
		snprintf(r->text, sizeof(r->text), _("it reads: %.200s"),
		    u_label);
	else
		snprintf(r->text, sizeof(r->text), _("in DNS: %.200s"),
		    a_label);
}

static void
both_forms_of_host(const char *typed, const char *host, struct remark *r)
{
	char mailbox[300];
	struct address address;
	struct err err = { 0 };

	snprintf(mailbox, sizeof(mailbox), "x@%.260s", host);
	if (text_ifind(host, "xn--") != NULL &&
	    address_parse(mailbox, false, &address, &err) &&
	    strcmp(address.domain, address.domain_u) != 0)
		both_forms(typed, address.domain, address.domain_u, r);
}

static void
suggest_host(const char *text, struct remark *r)
{
	if (!address_suggest_host(text, r->suggestion,
		sizeof(r->suggestion))) {
		r->suggestion[0] = '\0';
	} else if (r->kind != REMARK_BLOCKS) {
		r->kind = REMARK_NOTE;
		snprintf(r->text, sizeof(r->text), _("looks mistyped"));
	}
}

static void
check_address(const char *text, bool sender, struct remark *r)
{
	struct address address;
	struct err err = { 0 };

	if (text[0] == '\0' && !sender) {
		blocks(r, _("an address is needed, such as bob@dest.example"));
		return;
	}
	if (!address_parse(text, sender, &address, &err)) {
		blocks(r, err.text);
		if (!address_suggest(text, r->suggestion,
			sizeof(r->suggestion)))
			r->suggestion[0] = '\0';
		return;
	}
	r->kind = REMARK_GOOD;
	if (address_suggest(text, r->suggestion, sizeof(r->suggestion))) {
		r->kind = REMARK_NOTE;
		snprintf(r->text, sizeof(r->text), _("looks mistyped"));
	} else if (!address.null && address.domain[0] != '[' &&
	    strchr(address.domain, '.') == NULL) {
		r->kind = REMARK_NOTE;
		snprintf(r->text, sizeof(r->text),
		    _("the domain has no ending, such as .com or .org"));
	} else if (address_is_odd(&address)) {
		r->kind = REMARK_NOTE;
		snprintf(r->text, sizeof(r->text),
		    _("an address form that servers take for a relay attempt"));
	} else if (address.mixed_script) {
		r->kind = REMARK_NOTE;
		snprintf(r->text, sizeof(r->text),
		    _("letters of several scripts in the domain: look twice"));
	} else if (strcmp(address.domain, address.domain_u) != 0) {
		both_forms(text, address.domain, address.domain_u, r);
	} else if (address.null) {
		snprintf(r->text, sizeof(r->text),
		    _("the null sender <>, as bounces have it"));
	}
}

/* "host", "host:port", "192.0.2.1", "[2001:db8::1]:587" */
static bool
split_server(const char *text, char *host, size_t size, int *port,
    struct err *err)
{
	const char *colon = strrchr(text, ':');
	struct addr addr;
	char name[FORM_TEXT];

	*port = 0;
	if (addr_parse_port(text, 0, &addr)) {
		addr_text(&addr, host);
		*port = addr.port;
		return true;
	}
	snprintf(name, sizeof(name), "%s", text);
	if (colon != NULL) {
		char *end;
		long n = strtol(colon + 1, &end, 10);

		if (end == colon + 1 || *end != '\0' || n < 1 || n > 65535)
			return err_set(err, ERR_INPUT,
			    "the port behind the colon is a number up to "
			    "65535");
		*port = (int)n;
		name[colon - text] = '\0';
	}
	return address_domain(name, host, size, err);
}

static void
check_server(const char *text, bool needed, struct remark *r)
{
	char host[256];
	struct err err = { 0 };
	int port;

	if (text[0] == '\0') {
		if (needed)
			blocks(r, _("a server is needed, such as "
				  "smtp.provider.example"));
		return;
	}
	if (strchr(text, '@') != NULL) {
		blocks(r, _("this is a mail address; the server's name is "
			  "asked for"));
		return;
	}
	if (!split_server(text, host, sizeof(host), &port, &err)) {
		blocks(r, err.text);
		suggest_host(text, r);
		return;
	}
	r->kind = REMARK_GOOD;
	both_forms_of_host(text, host, r);
	suggest_host(text, r);
	if (r->suggestion[0] != '\0')
		return;
	if (strchr(host, '.') == NULL && strchr(host, ':') == NULL) {
		r->kind = REMARK_NOTE;
		snprintf(r->text, sizeof(r->text),
		    _("a name without a dot; is the domain missing?"));
	}
}

static void
check_number(const char *text, long low, long high, struct remark *r)
{
	char *end;
	long n;

	if (text[0] == '\0')
		return;
	n = strtol(text, &end, 10);
	if (*end != '\0' || n < low || n > high) {
		r->kind = REMARK_BLOCKS;
		snprintf(r->text, sizeof(r->text),
		    _("a number from %ld to %ld"), low, high);
		return;
	}
	r->kind = REMARK_GOOD;
}

static void
check_ip(const char *text, bool needed, bool port, struct remark *r)
{
	struct addr addr;

	if (text[0] == '\0') {
		if (needed)
			blocks(r, _("an address is needed, such as "
				  "198.51.100.7"));
		return;
	}
	if (port ? !addr_parse_port(text, 53, &addr) :
		   !addr_parse(text, &addr)) {
		blocks(r, _("an IP address is needed, not a name"));
		suggest_host(text, r);
		if (!addr_parse_port(r->suggestion, 53, &addr))
			r->suggestion[0] = '\0';
		return;
	}
	r->kind = REMARK_GOOD;
	if (!port && addr_is_private(&addr)) {
		r->kind = REMARK_NOTE;
		snprintf(r->text, sizeof(r->text),
		    _("a private address: servers outside see another one"));
	}
}

static void
check_name(const char *text, struct remark *r)
{
	struct err err = { 0 };
	char name[256];

	if (text[0] == '\0')
		return;
	if (!address_domain(text, name, sizeof(name), &err)) {
		blocks(r, err.text);
		suggest_host(text, r);
		return;
	}
	r->kind = REMARK_GOOD;
	both_forms_of_host(text, name, r);
	suggest_host(text, r);
	if (r->suggestion[0] == '\0' && strchr(name, '.') == NULL) {
		r->kind = REMARK_NOTE;
		snprintf(r->text, sizeof(r->text),
		    _("no full name; servers may refuse it"));
	}
}

static void
check_selector(const char *text, struct remark *r)
{
	struct err err = { 0 };

	if (text[0] == '\0')
		return;
	if (option_check_selector(text, &err))
		r->kind = REMARK_GOOD;
	else
		blocks(r, err.text);
}

static void
check_look(const char *text, struct remark *r)
{
	if (text[0] == '\0')
		blocks(r, _("a domain, an address or a server is needed"));
	else if (strchr(text, '@') != NULL)
		check_address(text, false, r);
	else
		check_server(text, true, r);
}

void
form_check(const struct form *form, enum question_id id,
    struct remark *remark)
{
	const char *text = form->text[id];

	memset(remark, 0, sizeof(*remark));
	switch (id) {
	case Q_RECIPIENT:
		check_address(text, false, remark);
		break;
	case Q_SENDER:
		check_address(text, true, remark);
		break;
	case Q_REFUSER:
		check_server(text, form->choice[Q_REFUSED] == REFUSED_SERVER,
		    remark);
		break;
	case Q_SERVER:
		check_server(text,
		    form->story == STORY_DEVICE ||
			form->story == STORY_OWN_SERVER ||
			form->choice[Q_REFUSED] == REFUSED_OWN,
		    remark);
		break;
	case Q_SENDING_IP:
		check_ip(text, form->choice[Q_SENDING] == SENDING_ELSEWHERE,
		    false, remark);
		break;
	case Q_RESOLVER:
		check_ip(text, false, true, remark);
		break;
	case Q_PORT:
		check_number(text, 1, 65535, remark);
		break;
	case Q_PATIENCE:
		check_number(text, 5, 3600, remark);
		break;
	case Q_HELO:
		check_name(text, remark);
		break;
	case Q_SELECTOR:
		check_selector(text, remark);
		break;
	case Q_LOOK:
		check_look(text, remark);
		break;
	default:
		remark->kind = text[0] != '\0' ? REMARK_GOOD : REMARK_EMPTY;
		break;
	}
}

enum question_id
form_blocked(const struct form *form, int *count)
{
	struct form_item items[FORM_ITEMS];
	size_t i, n = form_items(form, true, items);
	enum question_id first = Q_COUNT;
	struct remark remark;

	*count = 0;
	for (i = 0; i < n; i++) {
		if (items[i].field == Q_COUNT || (items[i].option >= 0 &&
			form->choice[items[i].question] != items[i].option))
			continue;
		form_check(form, items[i].field, &remark);
		if (remark.kind != REMARK_BLOCKS)
			continue;
		if (first == Q_COUNT)
			first = items[i].field;
		++*count;
	}
	return first;
}

/* ---- what the answers add up to ---- */

static char *
or_null(char *text)
{
	return text[0] != '\0' ? text : NULL;
}

static void
apply_settings(struct form *form, struct settings *s)
{
	s->from = form->text[Q_SENDER];
	s->helo = or_null(form->text[Q_HELO]);
	s->user = or_null(form->text[Q_USER]);
	s->security = (enum security)form->choice[Q_SECURITY];
	s->patience_s = atoi(form->text[Q_PATIENCE]);
	if (form->choice[Q_SENDING] == SENDING_ELSEWHERE)
		addr_parse(form->text[Q_SENDING_IP], &s->sending_ip);
	else
		s->sending_ip.family = AF_UNSPEC;
	if (form->text[Q_RESOLVER][0] != '\0') {
		form->resolver_item[0] = form->text[Q_RESOLVER];
		s->resolvers = (struct string_list) { form->resolver_item, 1,
			1 };
	}
	if (form->text[Q_SELECTOR][0] != '\0') {
		form->selector_item[0] = form->text[Q_SELECTOR];
		s->dkim_selectors = (struct string_list) {
			form->selector_item, 1, 1 };
	}
}

/* A look needs somebody to ask for: every domain must have postmaster. */
static bool
apply_look(struct form *form, struct mail_case *input, struct err *err)
{
	char mailbox[FORM_TEXT + 16], host[256];
	const char *text = form->text[Q_LOOK];
	struct addr addr;
	int port;

	if (strchr(text, '@') != NULL)
		return address_parse(text, false, &input->recipient, err);
	if (!split_server(text, host, sizeof(host), &port, err))
		return false;
	if (port != 0 || addr_parse(host, &addr)) {
		input->route = ROUTE_SERVER;
		input->port = port;
		snprintf(input->server, sizeof(input->server), "%s", host);
	}
	snprintf(mailbox, sizeof(mailbox),
	    addr_parse(host, &addr) ?
		(addr.family == AF_INET6 ? "postmaster@[IPv6:%s]" :
					   "postmaster@[%s]") :
		"postmaster@%s",
	    host);
	return address_parse(mailbox, false, &input->recipient, err);
}

static bool
by_server(const struct form *form)
{
	return form->story == STORY_DEVICE ||
	    form->story == STORY_OWN_SERVER ||
	    ((form->story == STORY_BOUNCE || form->story == STORY_FROM_US) &&
		form->choice[Q_REFUSED] == REFUSED_OWN);
}

bool
form_apply(struct form *form, struct settings *settings,
    struct mail_case *input, struct err *err)
{
	int port = 0;

	memset(input, 0, sizeof(*input));
	input->reported = form->reported;
	apply_settings(form, settings);
	if (!address_parse(form->text[Q_SENDER], true, &input->sender, err))
		return false;
	if (form->story == STORY_LOOK)
		return apply_look(form, input, err);
	if (!address_parse(form->text[Q_RECIPIENT], false, &input->recipient,
		err))
		return false;
	if (form->choice[Q_REFUSED] == REFUSED_SERVER &&
	    form->text[Q_REFUSER][0] != '\0')
		snprintf(input->reported.server,
		    sizeof(input->reported.server), "%.255s",
		    form->text[Q_REFUSER]);
	if (!by_server(form))
		return true;
	input->route = ROUTE_SERVER;
	if (!split_server(form->text[Q_SERVER], input->server,
		sizeof(input->server), &port, err))
		return false;
	input->port = port != 0 ? port : atoi(form->text[Q_PORT]);
	settings->server = form->text[Q_SERVER];
	return true;
}

void
form_forget(struct form *form)
{
	mem_wipe(form->text[Q_PASSWORD], FORM_TEXT);
}
