/*
 * The server's side of AUTH (RFC 4954): PLAIN, LOGIN and XOAUTH2 for the
 * users that the world lists.  Other mechanisms can be offered and fail.
 */

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/world/mail_session.h"

/* ---- base64 (RFC 4648 4) ---- */

static int
base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* The bytes behind `out` stay NUL. Returns how many, -1 if it is none. */
static int
base64_decode(const char *text, char *out, size_t size)
{
	unsigned bits = 0;
	int have = 0, digit;
	size_t len = 0;

	memset(out, 0, size);
	for (; *text != '\0' && *text != '='; text++) {
		digit = base64_digit(*text);
		if (digit < 0 || len + 1 >= size)
			return -1;
		bits = bits << 6 | (unsigned)digit;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[len++] = (char)(bits >> have);
		}
	}
	return (int)len;
}

/* ---- who may log in ---- */

const char *
mail_auth_offer(const struct mail_session *s)
{
	const struct mailserver *m = s->server;

	if (m->auth == NULL || m->auth_when == AUTH_NEVER ||
	    (m->auth_port != 0 && m->auth_port != s->port->addr.port) ||
	    (m->auth_when == AUTH_IN_TLS && !conn_secure(s->conn)))
		return NULL;
	return m->auth;
}

static bool
has_mech(const char *list, const char *mech)
{
	size_t n = strlen(mech);

	while (*list != '\0') {
		size_t len = strcspn(list, " ");

		if (len == n && text_istarts(list, mech))
			return true;
		list += len;
		list += strspn(list, " ");
	}
	return false;
}

static bool
knows(const struct mailserver *m, const char *user, const char *password)
{
	char pair[600];
	size_t i;

	snprintf(pair, sizeof(pair), "%s:%s", user, password);
	for (i = 0; i < m->users.count; i++)
		if (strcmp(m->users.items[i], pair) == 0)
			return true;
	return false;
}

/* The exchange is over; the world may have another opinion about it. */
static void
conclude(struct mail_session *s, bool ok, const char *user,
    struct mail_answer *answer)
{
	const struct mailserver *m = s->server;
	size_t i;

	s->phase = PHASE_COMMANDS;
	snprintf(s->login, sizeof(s->login), "%s", user);
	mail_say(s, answer, ok ? MAIL_WORDS(s, auth_ok) :
	    MAIL_WORDS(s, auth_failed));
	for (i = 0; i < m->rule_count; i++) {
		const struct mail_rule *r = &m->rules[i];

		if (r->script || r->stage != AT_AUTH || r->reply == NULL)
			continue;
		mail_say(s, answer, r->reply);
		answer->delay_ms += r->delay_ms;
		break;
	}
	s->logged_in = buf_str(&answer->text)[0] == '2';
}

static void
plain(struct mail_session *s, const char *line, struct mail_answer *answer)
{
	char bytes[1024];
	const char *user, *password;
	int n = base64_decode(line, bytes, sizeof(bytes));

	if (n < 3) {
		conclude(s, false, "", answer);
		return;
	}
	user = bytes + strlen(bytes) + 1;
	password = user < bytes + n ? user + strlen(user) + 1 : "";
	if (password > bytes + n)
		password = "";
	conclude(s, knows(s->server, user, password), user, answer);
}

static void
xoauth2(struct mail_session *s, const char *line, struct mail_answer *answer)
{
	char bytes[2048], *user, *token, *end;
	int n = base64_decode(line, bytes, sizeof(bytes));

	user = n > 5 && strncmp(bytes, "user=", 5) == 0 ? bytes + 5 : NULL;
	token = user != NULL ? strstr(user, "\001auth=Bearer ") : NULL;
	if (token == NULL) {
		conclude(s, false, "", answer);
		return;
	}
	*token = '\0';
	token += 13;
	end = strchr(token, '\001');
	if (end != NULL)
		*end = '\0';
	conclude(s, knows(s->server, user, token), user, answer);
}

static void
login(struct mail_session *s, const char *line, struct mail_answer *answer)
{
	char bytes[512];

	if (base64_decode(line, bytes, sizeof(bytes)) < 0) {
		conclude(s, false, "", answer);
		return;
	}
	if (s->auth_step++ == 0) {
		snprintf(s->auth_user, sizeof(s->auth_user), "%.255s", bytes);
		mail_say(s, answer, "334 UGFzc3dvcmQ6"); /* Password: */
		return;
	}
	conclude(s, knows(s->server, s->auth_user, bytes), s->auth_user,
	    answer);
}

static void
respond(struct mail_session *s, const char *line, struct mail_answer *answer)
{
	if (text_ieq(s->mech, "PLAIN"))
		plain(s, line, answer);
	else if (text_ieq(s->mech, "LOGIN"))
		login(s, line, answer);
	else if (text_ieq(s->mech, "XOAUTH2"))
		xoauth2(s, line, answer);
	else
		conclude(s, false, "", answer);
}

/* A fault of the world at this stage strikes at once. */
static bool
struck(struct mail_session *s, struct mail_answer *answer)
{
	const struct mailserver *m = s->server;
	size_t i;

	for (i = 0; i < m->rule_count; i++) {
		const struct mail_rule *r = &m->rules[i];

		if (r->script || r->stage != AT_AUTH || r->reply != NULL)
			continue;
		answer->fault = r->fault;
		answer->delay_ms += r->delay_ms;
		mail_say(s, answer, "334 ");
		if (r->fault == FAULT_LOOP ||
		    r->fault == FAULT_BIG_CHALLENGE)
			s->phase = PHASE_AUTH;
		return r->fault != FAULT_NONE;
	}
	return false;
}

static void
begin(struct mail_session *s, const char *arg, struct mail_answer *answer)
{
	const char *offer = mail_auth_offer(s);
	size_t n = strcspn(arg, " ");

	snprintf(s->mech, sizeof(s->mech), "%.*s", (int)n, arg);
	arg += n;
	arg += strspn(arg, " ");
	s->auth_step = 0;
	if (offer == NULL) {
		mail_say(s, answer, s->server->auth_when == AUTH_IN_TLS &&
		    !conn_secure(s->conn) ? MAIL_WORDS(s, auth_in_tls) :
		    MAIL_WORDS(s, auth_off));
		return;
	}
	if (!has_mech(offer, s->mech)) {
		mail_say(s, answer, MAIL_WORDS(s, mech_off));
		return;
	}
	s->phase = PHASE_AUTH;
	if (*arg != '\0')
		respond(s, arg, answer);
	else
		mail_say(s, answer, text_ieq(s->mech, "LOGIN") ?
		    "334 VXNlcm5hbWU6" : "334 "); /* Username: */
}

void
mail_auth(struct mail_session *s, const char *line, bool first,
    struct mail_answer *answer)
{
	if (!first && strcmp(line, "*") == 0) {
		s->phase = PHASE_COMMANDS;
		mail_say(s, answer, "501 5.7.0 Authentication aborted");
		return;
	}
	if (struck(s, answer))
		return;
	if (first)
		begin(s, line, answer);
	else
		respond(s, line, answer);
}
