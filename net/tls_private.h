#ifndef RT_NET_TLS_PRIVATE_H
#define RT_NET_TLS_PRIVATE_H

/*
 * What the tls files share among themselves.
 */

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdint.h>

struct tls_info;
struct tls_trust;

struct tls_server {
	gnutls_certificate_credentials_t cred;
	gnutls_priority_t priority;
};

/* Of the client: one for all sessions of this trust. */
gnutls_certificate_credentials_t tls_trust_credentials(
    struct tls_trust *trust);
gnutls_priority_t tls_trust_priority(struct tls_trust *trust);
/* Trusts this certificate alone, which stays the caller's. */
struct tls_trust *tls_trust_of_cert(gnutls_x509_crt_t cert);

/* Fills *info from the chain the peer presented (DER, the leaf first). */
void tls_verdict(struct tls_trust *trust, const gnutls_datum_t *chain,
    unsigned count, const char *host, struct tls_info *info);

/*
 * The status bits (gnutls_certificate_status_t) of a chain but for names.
 * Remembered, so that the same chain on many hosts is verified once.
 */
unsigned tls_trust_check(struct tls_trust *trust, const gnutls_datum_t *chain,
    unsigned count);

#endif
