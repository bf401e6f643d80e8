#include "net/sasl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/err.h"
#include "net/i18n.h"
#include "net/mem.h"
#include "net/sasl_private.h"

#define CHALLENGE_MAX 12288 /* bytes of base64, RFC 4954 section 4 */
#define STEPS_MAX 8         /* no mechanism of ours needs half of it */

/* ---- mechanisms of our own ---- */

static bool
no_more(struct err *err)
{
	return err_set(err, ERR_PROTOCOL,
	    "the server goes on asking after the login's last step");
}

/* RFC 4616: authorization identity (none), user, password. */
static bool
step_plain(struct sasl *sasl, const char *in, size_t len, struct secret *say,
    struct err *err)
{
	char *at;

	/* A server that overlooks the initial response asks with nothing. */
	if (sasl->steps > 1 || (in != NULL && len > 0))
		return no_more(err);
	sasl_room(say, sasl->user.len + sasl->password.len + 2);
	at = say->bytes + 1;
	memcpy(at, sasl->user.bytes, sasl->user.len);
	at += sasl->user.len + 1;
	memcpy(at, sasl->password.bytes, sasl->password.len);
	return true;
}

static void
say_all(struct secret *say, const struct secret *what)
{
	sasl_room(say, what->len);
	memcpy(say->bytes, what->bytes, what->len);
}

/*
 * Never a standard: the server asks for the name, then for the password,
 * in words that differ and do not count.
 */
static bool
step_login(struct sasl *sasl, const char *in, size_t len, struct secret *say,
    struct err *err)
{
	(void)len;
	if (in == NULL)
		return true;
	if (sasl->steps > 2)
		return no_more(err);
	say_all(say, sasl->steps == 1 ? &sasl->user : &sasl->password);
	return true;
}

/* The identity is in the certificate; a name asks to act as that one. */
static bool
step_external(struct sasl *sasl, const char *in, size_t len,
    struct secret *say, struct err *err)
{
	if (sasl->steps > 1 || (in != NULL && len > 0))
		return no_more(err);
	if (sasl->user.bytes != NULL)
		say_all(say, &sasl->user);
	else
		sasl_room(say, 0);
	return true;
}

void
sasl_keep_reason(struct sasl *sasl, const char *bytes, size_t len)
{
	snprintf(sasl->reason, sizeof(sasl->reason), "%.*s",
	    (int)(len < sizeof(sasl->reason) ? len : sizeof(sasl->reason)),
	    bytes);
}

/* After the server's reason in JSON an empty answer fetches the refusal. */
static bool
step_xoauth2(struct sasl *sasl, const char *in, size_t len, struct secret *say,
    struct err *err)
{
	static const char user[] = "user=", auth[] = "\001auth=Bearer ";

	if (sasl->steps > 1)
		return no_more(err);
	if (in != NULL) {
		sasl_keep_reason(sasl, in, len);
		sasl_room(say, 0);
		return true;
	}
	sasl_room(say, sizeof(user) - 1 + sasl->user.len + sizeof(auth) - 1 +
	    sasl->token.len + 2);
	snprintf(say->bytes, say->len + 1, "%s%s%s%s\001\001", user,
	    sasl->user.bytes, auth, sasl->token.bytes);
	return true;
}

/* RFC 5801 section 4: "," and "=" in a name of the GS2 header. */
static char *
gs2_name(const char *name)
{
	char *escaped = mem_alloc(strlen(name) * 3 + 1), *at = escaped;

	for (; *name != '\0'; name++) {
		if (*name == ',')
			at = stpcpy(at, "=2C");
		else if (*name == '=')
			at = stpcpy(at, "=3D");
		else
			*at++ = *name;
	}
	return escaped;
}

/* RFC 7628 3.1; the answer to the server's reason is one %x01 (3.2.3). */
static bool
step_oauthbearer(struct sasl *sasl, const char *in, size_t len,
    struct secret *say, struct err *err)
{
	static const char fmt[] = "n,a=%s,\001host=%s\001auth=Bearer %s"
				  "\001\001";
	char *name;

	if (sasl->steps > 1)
		return no_more(err);
	if (in != NULL) {
		sasl_keep_reason(sasl, in, len);
		sasl_room(say, 1);
		say->bytes[0] = '\001';
		return true;
	}
	name = gs2_name(sasl->user.bytes);
	sasl_room(say, sizeof(fmt) - 1 - 6 + strlen(name) +
	    strlen(sasl->host) + sasl->token.len);
	snprintf(say->bytes, say->len + 1, fmt, name, sasl->host,
	    sasl->token.bytes);
	free(name);
	return true;
}

/*
 * The strongest first.  EXTERNAL shows nothing at all; then come those
 * where a false server learns nothing and has to prove itself, bound to
 * the TLS connection or not; tokens, which expire; the old hashes, which
 * can be guessed from; and at last the password itself.
 */
static const struct mechanism mechanisms[] = {
	{ "EXTERNAL", NEED_CERTIFICATE, false, false, false, step_external },
	{ "SCRAM-SHA-256-PLUS", NEED_PASSWORD, false, true, true,
	    sasl_library_step },
	{ "SCRAM-SHA-1-PLUS", NEED_PASSWORD, false, true, true,
	    sasl_library_step },
	{ "SCRAM-SHA-256", NEED_PASSWORD, false, false, true,
	    sasl_library_step },
	{ "SCRAM-SHA-1", NEED_PASSWORD, false, false, true,
	    sasl_library_step },
	{ "OAUTHBEARER", NEED_TOKEN, true, false, false, step_oauthbearer },
	{ "XOAUTH2", NEED_TOKEN, true, false, false, step_xoauth2 },
	{ "DIGEST-MD5", NEED_PASSWORD, false, false, true, sasl_library_step },
	{ "CRAM-MD5", NEED_PASSWORD, false, false, false, sasl_library_step },
	{ "PLAIN", NEED_PASSWORD, true, false, false, step_plain },
	{ "LOGIN", NEED_PASSWORD, true, false, false, step_login },
};

#define MECHANISMS (sizeof(mechanisms) / sizeof(mechanisms[0]))

static const struct mechanism *
find(const char *name)
{
	size_t i;

	for (i = 0; i < MECHANISMS; i++)
		if (strcasecmp(mechanisms[i].name, name) == 0)
			return &mechanisms[i];
	return NULL;
}

bool
sasl_known(const char *mech)
{
	return find(mech) != NULL;
}

bool
sasl_shows_secret(const char *mech)
{
	const struct mechanism *m = find(mech);

	return m != NULL && m->shows;
}

static bool
has_needed(const struct mechanism *m, const struct credentials *cred)
{
	switch (m->need) {
	case NEED_PASSWORD: return cred->user != NULL && cred->password != NULL;
	case NEED_TOKEN: return cred->user != NULL && cred->token != NULL;
	case NEED_CERTIFICATE: return cred->certificate;
	}
	return false;
}

const char *
sasl_choose(const char *const *offered, size_t count,
    const struct credentials *cred, bool secure, bool clear_ok, bool plus)
{
	size_t i, k;

	for (i = 0; i < MECHANISMS; i++) {
		const struct mechanism *m = &mechanisms[i];

		if (!has_needed(m, cred) || (m->plus && !plus) ||
		    (m->shows && !secure && !clear_ok))
			continue;
		for (k = 0; k < count; k++)
			if (strcasecmp(offered[k], m->name) == 0)
				return m->name;
	}
	return NULL;
}

/* ---- the exchange ---- */

/* RFC 4616 and RFC 4013 2.3 allow no control characters in either. */
static bool
take(struct secret *copy, const char *value, const char *what, struct err *err)
{
	const unsigned char *at;

	if (value == NULL)
		return true;
	if (value[0] == '\0')
		return err_set(err, ERR_INPUT, "the %s is empty", what);
	for (at = (const unsigned char *)value; *at != '\0'; at++)
		if (*at < 0x20 || *at == 0x7f)
			return err_set(err, ERR_INPUT,
			    "the %s holds a control character (0x%02x)", what,
			    *at);
	sasl_room(copy, strlen(value));
	memcpy(copy->bytes, value, copy->len);
	return true;
}

static bool
prepare(struct sasl *sasl, const struct credentials *cred, const void *cb,
    size_t cb_len, const char *cb_type, struct err *err)
{
	static const char *const needs[] = {
		[NEED_PASSWORD] = N_("a user name and a password"),
		[NEED_TOKEN] = N_("a user name and an access token"),
		[NEED_CERTIFICATE] = N_("a client certificate"),
	};
	const struct mechanism *m = sasl->mech;
	struct secret binding = { NULL, 0 };

	if (!has_needed(m, cred))
		return err_set(err, ERR_INPUT, "%s needs %s", m->name,
		    _(needs[m->need]));
	if (m->plus && (cb_len == 0 || cb_type == NULL))
		return err_set(err, ERR_INPUT, "%s is possible only within "
		    "TLS, to which it binds the login", m->name);
	if (m->plus && !sasl_binds(cb_type))
		return err_set(err, ERR_INPUT, "%s cannot be done over TLS "
		    "1.3 here: libgsasl is too old for it", m->name);
	if (!take(&sasl->user, cred->user, _("user name"), err) ||
	    !take(&sasl->password, cred->password, _("password"), err) ||
	    !take(&sasl->token, cred->token, _("access token"), err))
		return false;
	if (m->step != sasl_library_step)
		return true;
	if (cb_len > 0)
		sasl_encode(cb, cb_len, &binding);
	sasl->library = sasl_library_new(sasl, binding.bytes,
	    cb_type != NULL && strcmp(cb_type, "tls-exporter") == 0, err);
	sasl_wipe(&binding);
	return sasl->library != NULL;
}

struct sasl *
sasl_new(const char *mech, const struct credentials *cred, const char *host,
    const void *cb, size_t cb_len, const char *cb_type, struct err *err)
{
	const struct mechanism *m = find(mech);
	struct sasl *sasl;

	if (m == NULL) {
		err_set(err, ERR_INPUT, "the mechanism %.40s is not known",
		    mech);
		return NULL;
	}
	sasl = mem_alloc(sizeof(*sasl));
	sasl->mech = m;
	sasl->host = mem_strdup(host);
	if (!prepare(sasl, cred, cb, cb_len, cb_type, err)) {
		sasl_free(sasl);
		return NULL;
	}
	return sasl;
}

void
sasl_free(struct sasl *sasl)
{
	if (sasl == NULL)
		return;
	sasl_library_free(sasl->library);
	sasl_wipe(&sasl->user);
	sasl_wipe(&sasl->password);
	sasl_wipe(&sasl->token);
	sasl_wipe(&sasl->out);
	free(sasl->host);
	free(sasl);
}

/* Blanks around it are overlooked; nothing else is. */
static bool
read_challenge(const char *challenge, struct secret *in, struct err *err)
{
	size_t len;
	char *trimmed;
	bool good;

	challenge += strspn(challenge, " \t");
	len = strlen(challenge);
	while (len > 0 && strchr(" \t\r", challenge[len - 1]) != NULL)
		len--;
	if (len > CHALLENGE_MAX)
		return err_set(err, ERR_LIMIT,
		    "the server's challenge is longer than %d bytes",
		    CHALLENGE_MAX);
	trimmed = mem_strndup(challenge, len);
	good = sasl_decode(trimmed, in);
	free(trimmed);
	return good || err_set(err, ERR_PROTOCOL,
	    "the server's challenge is not base64");
}

bool
sasl_step(struct sasl *sasl, const char *challenge, const char **out,
    struct err *err)
{
	struct secret in = { NULL, 0 }, say = { NULL, 0 };
	bool good;

	sasl_wipe(&sasl->out);
	if (sasl->steps >= STEPS_MAX)
		return no_more(err);
	if (challenge != NULL && !read_challenge(challenge, &in, err))
		return false;
	good = sasl->mech->step(sasl, in.bytes, in.len, &say, err);
	if (good && say.bytes != NULL)
		sasl_encode(say.bytes, say.len, &sasl->out);
	else if (good)
		sasl_room(&sasl->out, 0);
	/* An initial response of no bytes is "=" (RFC 4954 section 4). */
	if (good && sasl->steps == 0 && say.bytes != NULL && say.len == 0) {
		sasl_room(&sasl->out, 1);
		sasl->out.bytes[0] = '=';
	}
	sasl->steps++;
	sasl_wipe(&in);
	sasl_wipe(&say);
	if (good)
		*out = sasl->out.bytes;
	return good;
}

bool
sasl_verified(const struct sasl *sasl)
{
	return sasl->proved || !sasl->mech->proves;
}

bool
sasl_disproved(const struct sasl *sasl)
{
	return sasl->disproved;
}

const char *
sasl_reason(const struct sasl *sasl)
{
	return sasl->reason;
}
