#include <gnutls/crypto.h>
#include <gnutls/x509-ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/mem.h"
#include "net/tls.h"
#include "net/tls_private.h"

#define DAY (24 * 3600)

struct tls_ca {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t cert;
};

/* Here only wrong calls of ours and want of memory can fail. */
static void
must(int code)
{
	if (code < 0) {
		fprintf(stderr, "relaytrace: %s\n", gnutls_strerror(code));
		abort();
	}
}

static gnutls_x509_privkey_t
new_key(void)
{
	gnutls_x509_privkey_t key;

	must(gnutls_x509_privkey_init(&key));
	must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	return key;
}

static gnutls_x509_crt_t
new_cert(gnutls_x509_privkey_t key, const char *common_name, long from_days,
    long to_days)
{
	gnutls_x509_crt_t cert;
	unsigned char serial[12], id[64];
	size_t size;
	time_t now = time(NULL);

	must(gnutls_x509_crt_init(&cert));
	must(gnutls_x509_crt_set_version(cert, 3));
	must(gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial)));
	serial[0] = (unsigned char)((serial[0] & 0x7f) | 1); /* positive */
	must(gnutls_x509_crt_set_serial(cert, serial, sizeof(serial)));
	must(gnutls_x509_crt_set_activation_time(cert, now + from_days * DAY));
	must(gnutls_x509_crt_set_expiration_time(cert, now + to_days * DAY));
	must(gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0,
	    common_name, (unsigned)strlen(common_name)));
	must(gnutls_x509_crt_set_key(cert, key));
	size = sizeof(id);
	must(gnutls_x509_crt_get_key_id(cert, 0, id, &size));
	must(gnutls_x509_crt_set_subject_key_id(cert, id, size));
	return cert;
}

struct tls_ca *
tls_ca_new(void)
{
	struct tls_ca *ca = mem_alloc(sizeof(*ca));

	ca->key = new_key();
	ca->cert = new_cert(ca->key, "relaytrace demo authority", -365, 3650);
	must(gnutls_x509_crt_set_basic_constraints(ca->cert, 1, -1));
	must(gnutls_x509_crt_set_key_usage(ca->cert,
	    GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
	must(gnutls_x509_crt_sign2(ca->cert, ca->cert, ca->key,
	    GNUTLS_DIG_SHA256, 0));
	return ca;
}

void
tls_ca_free(struct tls_ca *ca)
{
	if (ca == NULL)
		return;
	gnutls_x509_crt_deinit(ca->cert);
	gnutls_x509_privkey_deinit(ca->key);
	free(ca);
}

struct tls_trust *
tls_trust_of_ca(const struct tls_ca *ca)
{
	return tls_trust_of_cert(ca->cert);
}

/* In one piece: name by name the certificate is encoded anew each time. */
static void
set_names(gnutls_x509_crt_t cert, const char *name, int others)
{
	gnutls_subject_alt_names_t names;
	gnutls_datum_t text, der;
	char other[256];
	int i;

	must(gnutls_subject_alt_names_init(&names));
	for (i = 0; i <= others; i++) {
		if (i == 0)
			snprintf(other, sizeof(other), "%.200s", name);
		else
			snprintf(other, sizeof(other), "n%d.%.200s", i, name);
		text = (gnutls_datum_t) { (void *)other,
			(unsigned)strlen(other) };
		must(gnutls_subject_alt_names_set(names, GNUTLS_SAN_DNSNAME,
		    &text, NULL));
	}
	must(gnutls_x509_ext_export_subject_alt_names(names, &der));
	must(gnutls_x509_crt_set_extension_by_oid(cert,
	    GNUTLS_X509EXT_OID_SAN, der.data, der.size, 0));
	gnutls_free(der.data);
	gnutls_subject_alt_names_deinit(names);
}

static void
add_ballast(gnutls_x509_crt_t cert)
{
	size_t n = 1000 * 1000;
	char *bytes = mem_alloc(n);

	must(gnutls_x509_crt_set_extension_by_oid(cert, "2.25.1", bytes, n,
	    0));
	free(bytes);
}

static gnutls_x509_crt_t
server_cert(const struct tls_ca *ca, gnutls_x509_privkey_t key,
    const char *name, enum tls_fault fault)
{
	static char where[] = "http://issuer.example/issuer.crt";
	gnutls_datum_t issuer = { (unsigned char *)where, sizeof(where) - 1 };
	bool expired = fault == TLS_EXPIRED;
	gnutls_x509_crt_t cert;
	unsigned char id[64];
	size_t size = sizeof(id);
	char wrong[256];

	snprintf(wrong, sizeof(wrong), "wrong.%s", name);
	if (fault == TLS_WRONG_NAME)
		name = wrong;
	cert = new_cert(key, name, fault == TLS_NOT_YET ? 30 : -60,
	    expired ? -30 : 365);
	set_names(cert, name, fault == TLS_MANY_NAMES ? 1000 : 0);
	if (fault == TLS_HUGE)
		add_ballast(cert);
	if (fault == TLS_FETCH)
		must(gnutls_x509_crt_set_authority_info_access(cert,
		    GNUTLS_IA_CAISSUERS_URI, &issuer));
	must(gnutls_x509_crt_set_key_usage(cert, GNUTLS_KEY_DIGITAL_SIGNATURE));
	must(gnutls_x509_crt_set_key_purpose_oid(cert, GNUTLS_KP_TLS_WWW_SERVER,
	    0));
	if (fault == TLS_SELF_SIGNED) {
		must(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256,
		    0));
		return cert;
	}
	must(gnutls_x509_crt_get_subject_key_id(ca->cert, id, &size, NULL));
	must(gnutls_x509_crt_set_authority_key_id(cert, id, size));
	must(gnutls_x509_crt_sign2(cert, ca->cert, ca->key, GNUTLS_DIG_SHA256,
	    0));
	return cert;
}

struct tls_server *
tls_server_new(const struct tls_ca *ca, const char *name, enum tls_fault fault)
{
	struct tls_server *server = mem_alloc(sizeof(*server));
	gnutls_x509_privkey_t key = new_key();
	gnutls_x509_crt_t cert = server_cert(ca, key, name, fault);

	must(gnutls_certificate_allocate_credentials(&server->cred));
	must(gnutls_certificate_set_x509_key(server->cred, &cert, 1, key));
	must(gnutls_priority_init(&server->priority, "NORMAL", NULL));
	gnutls_x509_crt_deinit(cert);
	gnutls_x509_privkey_deinit(key);
	return server;
}

void
tls_server_only_12(struct tls_server *server)
{
	gnutls_priority_deinit(server->priority);
	must(gnutls_priority_init(&server->priority,
	    "NORMAL:-VERS-ALL:+VERS-TLS1.2", NULL));
}

void
tls_server_free(struct tls_server *server)
{
	if (server == NULL)
		return;
	gnutls_certificate_free_credentials(server->cred);
	gnutls_priority_deinit(server->priority);
	free(server);
}
