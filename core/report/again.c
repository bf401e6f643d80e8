#include "core/report/again.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/json_out.h"
#include "core/option_check.h"
#include "core/session.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/addr.h"
#include "net/err.h"
#include "net/mem.h"

#define LIST_MAX 16 /* values of an option that are kept */

static const char *const securities[] = {
	[SECURITY_AUTO] = "auto",
	[SECURITY_NONE] = "none",
	[SECURITY_STARTTLS] = "starttls",
	[SECURITY_TLS] = "tls",
};
#define SECURITIES (sizeof(securities) / sizeof(securities[0]))

/* Words of the file: they keep their meaning. */
static const char *const experiments[EXP_COUNT] = {
	[EXP_DNS] = "dns",
	[EXP_NAME_SERVERS] = "name-servers",
	[EXP_CONNECT] = "connect",
	[EXP_STARTTLS] = "starttls",
	[EXP_RCPT] = "rcpt",
	[EXP_POSTMASTER] = "postmaster",
	[EXP_CONTROL] = "control",
	[EXP_NULL_SENDER] = "null-sender",
	[EXP_MADE_UP] = "made-up-mailbox",
	[EXP_REPEAT] = "repeat",
	[EXP_EGRESS] = "egress",
	[EXP_CLIENT_DNS] = "client-dns",
	[EXP_SENDER_POLICY] = "sender-policy",
	[EXP_PLAIN_FORM] = "plain-form",
	[EXP_PORTS] = "ports",
	[EXP_LOGIN] = "login",
	[EXP_SENDERS] = "senders",
	[EXP_HELO] = "helo",
	[EXP_OWN_DOMAIN] = "own-domain",
	[EXP_REAL_MX] = "real-mx",
	[EXP_BLOCKLISTS] = "blocklists",
	[EXP_GREYLIST_WAIT] = "greylist-wait",
	[EXP_OPEN_RELAY] = "open-relay",
	[EXP_LOCAL] = "local",
	[EXP_SEND] = "send",
};

/* ---- writing ---- */

static void
put_text(struct json_out *out, const char *key, const char *text)
{
	if (text != NULL && text[0] != '\0')
		json_text(out, key, text);
}

static void
put_address(struct json_out *out, const char *key, const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];

	if (addr->family == AF_UNSPEC)
		return;
	addr_text(addr, text);
	json_text(out, key, text);
}

static void
put_list(struct json_out *out, const char *key,
    const struct string_list *list)
{
	size_t i;

	if (list->count == 0)
		return;
	json_open(out, key, '[');
	for (i = 0; i < list->count && i < LIST_MAX; i++)
		json_text(out, NULL, list->items[i]);
	json_close(out, ']');
}

static void
put_reported(struct json_out *out, const struct reported *r)
{
	char enhanced[16];

	if (r->server[0] == '\0' && r->code == 0 && r->text[0] == '\0')
		return;
	json_open(out, "reported", '{');
	json_text(out, "server", r->server);
	json_number(out, "code", r->code);
	json_text(out, "enhanced", enhanced_text(&r->enhanced, enhanced));
	json_text(out, "text", r->text);
	if (r->stage >= 0 && r->stage < STAGE_COUNT)
		json_text(out, "stage", stage_name((enum stage)r->stage));
	json_close(out, '}');
}

static void
put_settings(struct json_out *out, const struct settings *s)
{
	put_text(out, "user", s->user);
	put_text(out, "mechanism", s->mechanism);
	json_text(out, "security", securities[s->security]);
	put_address(out, "source", &s->source);
	put_address(out, "sending_ip", &s->sending_ip);
	put_list(out, "resolvers", &s->resolvers);
	put_list(out, "dkim_selectors", &s->dkim_selectors);
	put_list(out, "blocklists", &s->blocklists);
	put_list(out, "controls", &s->controls);
	if (s->ipv4_only)
		json_truth(out, "ipv4", true);
	if (s->ipv6_only)
		json_truth(out, "ipv6", true);
}

void
again_put(struct json_out *out, const struct session *session)
{
	size_t i;

	json_open(out, "again", '{');
	if (session->settings != NULL)
		put_settings(out, session->settings);
	put_reported(out, &session->input.reported);
	json_open(out, "experiments", '[');
	for (i = 0; i < EXP_COUNT; i++)
		if (plan_on(&session->plan, (enum experiment_id)i))
			json_text(out, NULL, experiments[i]);
	json_close(out, ']');
	json_close(out, '}');
}

/* ---- reading ---- */

typedef bool check_fn(const char *value, struct err *err);

/* True if it is there and may be one. */
static bool
take(const json_t *object, const char *key, check_fn *check, char *out,
    size_t size)
{
	const char *value = json_string_value(json_object_get(object, key));
	struct err ignored;

	out[0] = '\0';
	if (value == NULL || strlen(value) >= size ||
	    (check != NULL && !check(value, &ignored)))
		return false;
	text_visible_str(value, out, size);
	return true;
}

static void
take_address(const json_t *object, const char *key, struct addr *out)
{
	char text[ADDR_TEXT_MAX];

	out->family = AF_UNSPEC;
	if (take(object, key, option_check_ip, text, sizeof(text)) &&
	    !addr_parse(text, out))
		out->family = AF_UNSPEC;
}

static void
take_list(const json_t *object, const char *key, check_fn *check,
    struct string_list *out)
{
	const json_t *list = json_object_get(object, key);
	struct err ignored;
	size_t i;

	for (i = 0; i < json_array_size(list) && out->count < LIST_MAX; i++) {
		const char *value =
		    json_string_value(json_array_get(list, i));

		if (value == NULL || strlen(value) > 255 ||
		    !check(value, &ignored))
			continue;
		out->items = mem_grow(out->items, out->count, &out->cap,
		    sizeof(char *));
		out->items[out->count++] = mem_strdup(value);
	}
}

static size_t
word_of(const char *value, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (value != NULL && strcmp(value, words[i]) == 0)
			break;
	return i;
}

static void
take_reported(const json_t *object, struct reported *out)
{
	char text[32];
	json_int_t code = json_integer_value(json_object_get(object, "code"));
	const char *said = json_string_value(json_object_get(object, "text"));
	int i;

	take(object, "server", option_check_server, out->server,
	    sizeof(out->server));
	if (code >= 200 && code <= 599)
		out->code = (int)code;
	if (take(object, "enhanced", NULL, text, sizeof(text)))
		enhanced_parse(text, &out->enhanced);
	text_visible_str(said != NULL ? said : "", out->text,
	    sizeof(out->text));
	if (!take(object, "stage", NULL, text, sizeof(text)))
		return;
	for (i = 0; i < STAGE_COUNT; i++)
		if (strcmp(text, stage_name((enum stage)i)) == 0)
			out->stage = i;
}

static void
take_plan(const json_t *list, struct again *again)
{
	size_t i, at;

	again->plan_known = json_is_array(list);
	for (i = 0; i < json_array_size(list) && i < EXP_COUNT; i++) {
		at = word_of(json_string_value(json_array_get(list, i)),
		    experiments, EXP_COUNT);
		if (at < EXP_COUNT)
			again->on[at] = true;
	}
}

void
again_load(const json_t *tree, struct session *session)
{
	const json_t *object = json_object_get(tree, "again");
	struct again *again;
	size_t at;

	if (!json_is_object(object))
		return;
	again = session->again = mem_alloc(sizeof(*again));
	take(object, "user", option_check_user, again->user,
	    sizeof(again->user));
	take(object, "mechanism", option_check_mechanism, again->mechanism,
	    sizeof(again->mechanism));
	at = word_of(json_string_value(json_object_get(object, "security")),
	    securities, SECURITIES);
	again->security = at < SECURITIES ? (enum security)at : SECURITY_AUTO;
	take_address(object, "source", &again->source);
	take_address(object, "sending_ip", &again->sending_ip);
	take_list(object, "resolvers", option_check_resolver,
	    &again->resolvers);
	take_list(object, "dkim_selectors", option_check_selector,
	    &again->selectors);
	take_list(object, "blocklists", option_check_zone,
	    &again->blocklists);
	take_list(object, "controls", option_check_domain, &again->controls);
	again->ipv4_only = json_is_true(json_object_get(object, "ipv4"));
	again->ipv6_only = !again->ipv4_only &&
	    json_is_true(json_object_get(object, "ipv6"));
	take_reported(json_object_get(object, "reported"),
	    &session->input.reported);
	take_plan(json_object_get(object, "experiments"), again);
}

static void
free_list(struct string_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
}

void
again_free(struct again *again)
{
	if (again == NULL)
		return;
	free_list(&again->resolvers);
	free_list(&again->selectors);
	free_list(&again->blocklists);
	free_list(&again->controls);
	free(again);
}

/* ---- using it ---- */

static void
lend(struct string_list *to, const struct string_list *from)
{
	if (to->count == 0)
		*to = *from;
}

void
again_settings(struct again *again, struct settings *s)
{
	s->user = again->user[0] != '\0' ? again->user : NULL;
	if (s->mechanism == NULL && again->mechanism[0] != '\0')
		s->mechanism = again->mechanism;
	if (s->security == SECURITY_AUTO)
		s->security = again->security;
	if (s->source.family == AF_UNSPEC)
		s->source = again->source;
	if (s->sending_ip.family == AF_UNSPEC)
		s->sending_ip = again->sending_ip;
	lend(&s->resolvers, &again->resolvers);
	lend(&s->dkim_selectors, &again->selectors);
	lend(&s->blocklists, &again->blocklists);
	lend(&s->controls, &again->controls);
	if (!s->ipv4_only && !s->ipv6_only) {
		s->ipv4_only = again->ipv4_only;
		s->ipv6_only = again->ipv6_only;
	}
}

void
again_plan(const struct again *again, struct plan *plan)
{
	int i;

	for (i = 0; again->plan_known && i < EXP_COUNT; i++)
		plan_switch(plan, (enum experiment_id)i, again->on[i]);
}
