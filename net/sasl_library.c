#include <gsasl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/err.h"
#include "net/mem.h"
#include "net/sasl.h"
#include "net/sasl_private.h"

/*
 * PBKDF2 rounds a server may ask of us: it is our time that it spends, and
 * the screen waits meanwhile.  Servers ask for 4,096 to some 15,000.
 */
#define ROUNDS_MAX 200000

struct sasl_library {
	Gsasl *context;
	Gsasl_session *session;
	bool done; /* the mechanism has nothing more to say */
};

static bool
failed(struct err *err, int code)
{
	switch (code) {
	case GSASL_AUTHENTICATION_ERROR:
		return err_set(err, ERR_PROTOCOL, "the server failed to prove "
		    "that it knows the password");
	case GSASL_MECHANISM_PARSE_ERROR:
		return err_set(err, ERR_PROTOCOL,
		    "the server's challenge makes no sense for this mechanism");
	case GSASL_SASLPREP_ERROR:
		return err_set(err, ERR_INPUT, "the user name or password "
		    "holds characters that are not allowed (RFC 4013)");
	default:
		return err_set(err, ERR_PROTOCOL, "SASL: %s",
		    gsasl_strerror(code));
	}
}

bool
sasl_binds(const char *cb_type)
{
#ifdef RT_GSASL_HAS_TLS_EXPORTER
	return cb_type != NULL;
#else
	return cb_type != NULL && strcmp(cb_type, "tls-exporter") != 0;
#endif
}

static Gsasl_property
binding_property(bool exporter)
{
#ifdef RT_GSASL_HAS_TLS_EXPORTER
	if (exporter)
		return GSASL_CB_TLS_EXPORTER;
#endif
	(void)exporter; /* without it nobody comes here, see sasl_binds */
	return GSASL_CB_TLS_UNIQUE;
}

struct sasl_library *
sasl_library_new(const struct sasl *sasl, const char *binding, bool exporter,
    struct err *err)
{
	struct sasl_library *lib = mem_alloc(sizeof(*lib));
	Gsasl_session *session;
	int code;

	if (gsasl_init(&lib->context) != GSASL_OK)
		abort(); /* out of memory */
	code = gsasl_client_start(lib->context, sasl->mech->name,
	    &lib->session);
	if (code != GSASL_OK) {
		lib->session = NULL;
		sasl_library_free(lib);
		failed(err, code);
		return NULL;
	}
	session = lib->session;
	gsasl_property_set(session, GSASL_AUTHID, sasl->user.bytes);
	gsasl_property_set(session, GSASL_PASSWORD, sasl->password.bytes);
	gsasl_property_set(session, GSASL_SERVICE, "smtp");
	gsasl_property_set(session, GSASL_HOSTNAME, sasl->host);
	/*
	 * Given to other mechanisms it would say "the server has no -PLUS",
	 * which is not known here (RFC 5802 section 6).
	 */
	if (sasl->mech->plus)
		gsasl_property_set(session, binding_property(exporter),
		    binding);
	return lib;
}

/* The library frees its copies as they are; we may look at them first. */
static void
wipe_property(Gsasl_session *session, Gsasl_property property)
{
	const char *copy = gsasl_property_fast(session, property);

	if (copy != NULL)
		mem_wipe((char *)(uintptr_t)copy, strlen(copy));
}

void
sasl_library_free(struct sasl_library *library)
{
	if (library == NULL)
		return;
	if (library->session != NULL) {
		wipe_property(library->session, GSASL_PASSWORD);
		wipe_property(library->session, GSASL_SCRAM_SALTED_PASSWORD);
		gsasl_finish(library->session);
	}
	gsasl_done(library->context);
	free(library);
}

/* "r=...,s=...,i=4096": is the number of rounds bearable? */
static bool
rounds_bearable(const char *in, struct err *err)
{
	unsigned long long rounds;

	while ((in = strstr(in, ",i=")) != NULL) {
		in += 3;
		rounds = strtoull(in, NULL, 10);
		if (rounds > ROUNDS_MAX)
			return err_set(err, ERR_LIMIT, "the server asks for "
			    "%llu rounds of hashing, more than %d", rounds,
			    ROUNDS_MAX);
	}
	return true;
}

bool
sasl_library_step(struct sasl *sasl, const char *in, size_t len,
    struct secret *say, struct err *err)
{
	struct sasl_library *lib = sasl->library;
	bool scram = strncmp(sasl->mech->name, "SCRAM-", 6) == 0;
	size_t out_len = 0;
	char *out = NULL;
	int code;

	if (lib->done)
		return err_set(err, ERR_PROTOCOL,
		    "the server goes on asking after the login's last step");
	if (in != NULL && memchr(in, '\0', len) != NULL)
		return failed(err, GSASL_MECHANISM_PARSE_ERROR);
	if (scram && in != NULL && !rounds_bearable(in, err))
		return false;
	if (scram && in != NULL && strncmp(in, "e=", 2) == 0) {
		/* RFC 5802 section 7: the refusal itself follows as a 535. */
		lib->done = true;
		sasl_keep_reason(sasl, in + 2, strcspn(in + 2, ","));
		sasl_room(say, 0);
		return true;
	}
	code = gsasl_step(lib->session, in, len, &out, &out_len);
	sasl->disproved = code == GSASL_AUTHENTICATION_ERROR;
	if (code != GSASL_OK && code != GSASL_NEEDS_MORE)
		return failed(err, code);
	lib->done = code == GSASL_OK;
	sasl->proved = lib->done && sasl->mech->proves;
	if (in != NULL || out_len > 0) {
		sasl_room(say, out_len);
		if (out_len > 0)
			memcpy(say->bytes, out, out_len);
	}
	if (out != NULL)
		mem_wipe(out, out_len);
	gsasl_free(out);
	return true;
}
