#include "net/tls.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#include "net/buf.h"
#include "net/err.h"
#include "net/i18n.h"
#include "net/input.h"
#include "net/log.h"
#include "net/mem.h"
#include "net/tls_private.h"

/* As a mail server of today sends: GnuTLS' defaults from TLS 1.2 on. */
#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define PEM_MAX (16 * 1024 * 1024) /* bytes; all of the world's CAs: 1 MB */
#define CHAIN_MAX 16 /* certificates of one chain that are looked at */
#define KNOWN_MAX 32 /* chains whose verification is remembered */

struct tls_trust {
	gnutls_certificate_credentials_t cred;
	gnutls_priority_t priority;
	gnutls_x509_trust_list_t anchors;
	bool loaded;
	struct {
		uint8_t chain[32]; /* SHA-256 over all certificates */
		unsigned status;
	} known[KNOWN_MAX];
	size_t known_count; /* counts on; the ring is overwritten */
};

static struct tls_trust *
trust_new(void)
{
	struct tls_trust *trust = mem_alloc(sizeof(*trust));

	if (gnutls_certificate_allocate_credentials(&trust->cred) != 0 ||
	    gnutls_priority_init(&trust->priority, PRIORITY, NULL) != 0 ||
	    gnutls_x509_trust_list_init(&trust->anchors, 0) != 0)
		abort(); /* out of memory */
	return trust;
}

static gnutls_datum_t
datum(const struct buf *pem)
{
	return (gnutls_datum_t) { (unsigned char *)pem->bytes,
		(unsigned)pem->len };
}

struct tls_trust *
tls_trust_new(const char *ca_file, struct err *err)
{
	struct tls_trust *trust = trust_new();
	gnutls_datum_t all;
	struct buf pem;
	int count = 0;

	if (ca_file == NULL)
		return trust;
	buf_init(&pem, PEM_MAX);
	if (input_read(ca_file, &pem, err)) {
		all = datum(&pem);
		count = gnutls_x509_trust_list_add_trust_mem(trust->anchors,
		    &all, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
		if (count <= 0)
			err_set(err, ERR_INPUT,
			    "%s holds no certificate in PEM form", ca_file);
	}
	buf_clear(&pem);
	if (count > 0) {
		trust->loaded = true;
		return trust;
	}
	tls_trust_free(trust);
	return NULL;
}

struct tls_trust *
tls_trust_of_cert(gnutls_x509_crt_t cert)
{
	struct tls_trust *trust = trust_new();
	gnutls_datum_t der;
	gnutls_x509_crt_t copy;

	if (gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_DER, &der) != 0 ||
	    gnutls_x509_crt_init(&copy) != 0 ||
	    gnutls_x509_crt_import(copy, &der, GNUTLS_X509_FMT_DER) != 0 ||
	    gnutls_x509_trust_list_add_cas(trust->anchors, &copy, 1, 0) != 1)
		abort(); /* out of memory */
	gnutls_free(der.data);
	trust->loaded = true;
	return trust;
}

void
tls_trust_free(struct tls_trust *trust)
{
	if (trust == NULL)
		return;
	gnutls_certificate_free_credentials(trust->cred);
	gnutls_priority_deinit(trust->priority);
	gnutls_x509_trust_list_deinit(trust->anchors, 1);
	free(trust);
}

/* Reads a PEM file that has to hold `what`; the caller frees it. */
static bool
load(const char *path, const char *mark, const char *what, struct buf *pem,
    struct err *err)
{
	buf_init(pem, PEM_MAX);
	if (!input_read(path, pem, err))
		return false;
	if (memmem(buf_str(pem), pem->len, mark, strlen(mark)) == NULL)
		return err_set(err, ERR_INPUT, "%s holds no %s in PEM form",
		    path, what);
	return true;
}

static void
forget(struct buf *pem)
{
	if (pem->bytes != NULL)
		mem_wipe(pem->bytes, pem->cap);
	buf_clear(pem);
}

/* The key may stand in the certificate's file, which may be a pipe. */
static bool
load_pair(const char *cert_file, const char *key_file, struct buf *cert,
    struct buf *key, struct err *err)
{
	if (!load(cert_file, "CERTIFICATE-----", _("certificate"), cert, err))
		return false;
	if (strcmp(cert_file, key_file) != 0)
		return load(key_file, "PRIVATE KEY-----", _("private key"),
		    key, err);
	buf_add(key, cert->bytes, cert->len);
	return true;
}

bool
tls_trust_client_cert(struct tls_trust *trust, const char *cert_file,
    const char *key_file, struct err *err)
{
	struct buf cert, key;
	gnutls_datum_t c, k;
	int code;

	buf_init(&cert, PEM_MAX);
	buf_init(&key, PEM_MAX);
	if (!load_pair(cert_file, key_file, &cert, &key, err)) {
		forget(&cert);
		forget(&key);
		return false;
	}
	c = datum(&cert);
	k = datum(&key);
	code = gnutls_certificate_set_x509_key_mem2(trust->cred, &c, &k,
	    GNUTLS_X509_FMT_PEM, NULL, 0);
	forget(&cert);
	forget(&key);
	if (code >= 0)
		return true;
	if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
		return err_set(err, ERR_INPUT,
		    "the key in %s is not that of the certificate in %s",
		    key_file, cert_file);
	return err_set(err, ERR_INPUT,
	    "cannot use certificate %s with key %s: %s", cert_file, key_file,
	    gnutls_strerror(code));
}

gnutls_certificate_credentials_t
tls_trust_credentials(struct tls_trust *trust)
{
	return trust->cred;
}

gnutls_priority_t
tls_trust_priority(struct tls_trust *trust)
{
	return trust->priority;
}

static gnutls_x509_trust_list_t
anchors(struct tls_trust *trust)
{
	int count;

	if (trust->loaded)
		return trust->anchors;
	trust->loaded = true;
	count = gnutls_x509_trust_list_add_system_trust(trust->anchors, 0, 0);
	log_debug("tls", "%d trust anchors of the system", count);
	return trust->anchors;
}

static unsigned
verify(struct tls_trust *trust, const gnutls_datum_t *chain, unsigned count)
{
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER,
	};
	gnutls_x509_crt_t certs[CHAIN_MAX];
	unsigned status = GNUTLS_CERT_INVALID, n = 0, i;

	while (n < count && n < CHAIN_MAX &&
	    gnutls_x509_crt_init(&certs[n]) == 0) {
		n++;
		if (gnutls_x509_crt_import(certs[n - 1], &chain[n - 1],
			GNUTLS_X509_FMT_DER) != 0)
			break;
	}
	if (n > 0 &&
	    gnutls_x509_trust_list_verify_crt2(anchors(trust), certs,
		n, &purpose, 1, 0, &status, NULL) != 0)
		status = GNUTLS_CERT_INVALID;
	for (i = 0; i < n; i++)
		gnutls_x509_crt_deinit(certs[i]);
	return status;
}

static void
hash_chain(const gnutls_datum_t *chain, unsigned count, uint8_t out[32])
{
	gnutls_hash_hd_t hash;
	unsigned i;

	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != 0)
		abort(); /* out of memory */
	for (i = 0; i < count; i++)
		gnutls_hash(hash, chain[i].data, chain[i].size);
	gnutls_hash_deinit(hash, out);
}

unsigned
tls_trust_check(struct tls_trust *trust, const gnutls_datum_t *chain,
    unsigned count)
{
	uint8_t hash[32];
	unsigned status;
	size_t i;

	hash_chain(chain, count, hash);
	for (i = 0; i < trust->known_count && i < KNOWN_MAX; i++)
		if (memcmp(trust->known[i].chain, hash, sizeof(hash)) == 0)
			return trust->known[i].status;
	status = verify(trust, chain, count);
	i = trust->known_count++ % KNOWN_MAX;
	memcpy(trust->known[i].chain, hash, sizeof(hash));
	trust->known[i].status = status;
	return status;
}
