#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <gnutls/crypto.h>

#include "net/addr.h"
#include "net/i18n.h"
#include "net/tls.h"
#include "net/tls_private.h"

/* Control bytes of a certificate do not get any further. */
static void
copy_clean(char *out, size_t size, const unsigned char *bytes, size_t len)
{
	size_t i;

	if (len >= size)
		len = size - 1;
	for (i = 0; i < len; i++)
		out[i] = bytes[i] < 0x20 || bytes[i] == 0x7f ? '?' :
							       (char)bytes[i];
	out[len] = '\0';
}

static void
add_name(struct tls_info *info, const unsigned char *bytes, size_t len)
{
	if (info->name_count == TLS_NAMES_MAX) {
		info->more_names = true;
		return;
	}
	copy_clean(info->names[info->name_count++], sizeof(info->names[0]),
	    bytes, len);
}

static void
read_names(struct tls_info *info, gnutls_x509_crt_t cert)
{
	char value[256], text[INET6_ADDRSTRLEN];
	unsigned i;
	size_t size;
	int type;

	for (i = 0; !info->more_names; i++) {
		size = sizeof(value);
		type = gnutls_x509_crt_get_subject_alt_name(cert, i, value,
		    &size, NULL);
		if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (type == GNUTLS_SAN_DNSNAME)
			add_name(info, (unsigned char *)value, size);
		else if (type == GNUTLS_SAN_IPADDRESS &&
		    (size == 4 || size == 16) &&
		    inet_ntop(size == 4 ? AF_INET : AF_INET6, value, text,
			sizeof(text)) != NULL)
			add_name(info, (unsigned char *)text, strlen(text));
		else if (type < 0 && type != GNUTLS_E_SHORT_MEMORY_BUFFER)
			break;
	}
	/* Without such names the common name counts, as ever. */
	size = sizeof(value);
	if (i == 0 &&
	    gnutls_x509_crt_get_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0,
		0, value, &size) == 0)
		add_name(info, (unsigned char *)value, size);
}

static void
read_dn(char *out, size_t size, gnutls_x509_crt_t cert,
    int get(gnutls_x509_crt_t, gnutls_datum_t *, unsigned))
{
	gnutls_datum_t dn = { NULL, 0 };

	if (get(cert, &dn, 0) != 0)
		return;
	copy_clean(out, size, dn.data, dn.size);
	gnutls_free(dn.data);
}

static void __attribute__((format(printf, 2, 3)))
because(struct tls_info *info, const char *fmt, ...)
{
	size_t at = strlen(info->why);
	va_list ap;

	if (at > 0 && at + 3 < sizeof(info->why)) {
		memcpy(info->why + at, "; ", 3);
		at += 2;
	}
	va_start(ap, fmt);
	vsnprintf(info->why + at, sizeof(info->why) - at, _(fmt), ap);
	va_end(ap);
}

static const char *
day(int64_t when, char *out, size_t size)
{
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(out, size, "%Y-%m-%d", &tm) == 0)
		snprintf(out, size, _("an odd date"));
	return out;
}

static void
judge_dates(struct tls_info *info, unsigned status)
{
	int64_t now = time(NULL);
	char text[32];

	if (info->not_after < now) {
		info->expired = true;
		because(info, "it expired on %s",
		    day(info->not_after, text, sizeof(text)));
	} else if (info->not_before > now) {
		info->not_yet = true;
		because(info, "it is not valid before %s",
		    day(info->not_before, text, sizeof(text)));
	} else if ((status & GNUTLS_CERT_EXPIRED) != 0) {
		info->expired = true;
		because(info, "a certificate of its issuers has expired");
	} else if ((status & GNUTLS_CERT_NOT_ACTIVATED) != 0) {
		info->not_yet = true;
		because(info, "a certificate of its issuers is not valid yet");
	}
}

static void
judge_name(struct tls_info *info, gnutls_x509_crt_t cert, const char *host)
{
	char list[120];
	size_t at = 0;
	int i;

	if (gnutls_x509_crt_check_hostname2(cert, host, 0) != 0)
		return;
	info->wrong_name = true;
	if (info->name_count == 0) {
		because(info, "it names no host");
		return;
	}
	list[0] = '\0';
	for (i = 0; i < info->name_count && at < sizeof(list) - 1; i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s",
		    i > 0 ? ", " : "", info->names[i]);
	because(info, "it is not for %.100s but for %s%s", host, list,
	    i < info->name_count || info->more_names ? " ..." : "");
}

/* It tells where the certificate of its issuer can be fetched (RFC 5280). */
static bool
tells_where(gnutls_x509_crt_t cert)
{
	gnutls_datum_t where = { NULL, 0 };
	unsigned i;
	int code;

	for (i = 0; i < 8; i++) {
		code = gnutls_x509_crt_get_authority_info_access(cert, i,
		    GNUTLS_IA_CAISSUERS_URI, &where, NULL);
		if (code == 0)
			gnutls_free(where.data);
		if (code == 0 || code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return code == 0;
	}
	return false;
}

/*
 * The issuer that nobody here knows is that of the last certificate sent.
 * A public authority says in each one where the one above it is to be had;
 * where a server does not send that, its administrator forgot it.
 */
static void
judge_issuer(struct tls_info *info, const gnutls_datum_t *last, bool alone)
{
	char subject[160] = "", issuer[160] = "";
	gnutls_x509_crt_t cert;
	bool where;

	if (gnutls_x509_crt_init(&cert) != 0)
		abort(); /* out of memory */
	if (gnutls_x509_crt_import(cert, last, GNUTLS_X509_FMT_DER) == 0) {
		read_dn(subject, sizeof(subject), cert,
		    gnutls_x509_crt_get_dn3);
		read_dn(issuer, sizeof(issuer), cert,
		    gnutls_x509_crt_get_issuer_dn3);
	}
	where = tells_where(cert);
	gnutls_x509_crt_deinit(cert);
	if (alone && strcmp(subject, issuer) == 0) {
		info->self_signed = true;
		because(info, "it is self-signed");
		return;
	}
	info->unknown_issuer = true;
	if (where && strcmp(subject, issuer) != 0)
		because(info, "its chain is incomplete: the server does not "
			      "send the certificate of %s",
		    issuer);
	else
		because(info, "its issuer is not among the trusted "
			      "authorities: %s",
		    issuer);
}

static void
judge_chain(struct tls_info *info, unsigned status,
    const gnutls_datum_t *chain, unsigned count)
{
	if ((status & GNUTLS_CERT_SIGNER_NOT_FOUND) != 0)
		judge_issuer(info, &chain[count - 1], count == 1);
	if ((status & GNUTLS_CERT_REVOKED) != 0) {
		info->revoked = true;
		because(info, "it was revoked");
	}
	if ((status & GNUTLS_CERT_INSECURE_ALGORITHM) != 0) {
		info->weak = true;
		because(info, "it is signed with a weak algorithm");
	}
	if ((status & GNUTLS_CERT_SIGNATURE_FAILURE) != 0)
		because(info, "its signature is wrong");
	if ((status & GNUTLS_CERT_SIGNER_NOT_CA) != 0)
		because(info, "its issuer is no authority");
	if ((status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE) != 0)
		because(info, "its issuer may not certify this name");
	if ((status & GNUTLS_CERT_PURPOSE_MISMATCH) != 0)
		because(info, "it is not made for servers");
}

static void
read_certificate(struct tls_info *info, gnutls_x509_crt_t cert,
    const gnutls_datum_t *der)
{
	size_t size = sizeof(info->spki_sha256);

	gnutls_hash_fast(GNUTLS_DIG_SHA256, der->data, der->size,
	    info->sha256);
	gnutls_x509_crt_get_key_id(cert, GNUTLS_KEYID_USE_SHA256,
	    info->spki_sha256, &size);
	read_dn(info->subject, sizeof(info->subject), cert,
	    gnutls_x509_crt_get_dn3);
	read_dn(info->issuer, sizeof(info->issuer), cert,
	    gnutls_x509_crt_get_issuer_dn3);
	info->not_before = gnutls_x509_crt_get_activation_time(cert);
	info->not_after = gnutls_x509_crt_get_expiration_time(cert);
	read_names(info, cert);
}

void
tls_verdict(struct tls_trust *trust, const gnutls_datum_t *chain,
    unsigned count, const char *host, struct tls_info *info)
{
	gnutls_x509_crt_t cert;
	unsigned status;

	if (chain == NULL || count == 0) {
		because(info, "the server presented no certificate");
		return;
	}
	if (gnutls_x509_crt_init(&cert) != 0)
		abort(); /* out of memory */
	if (gnutls_x509_crt_import(cert, &chain[0], GNUTLS_X509_FMT_DER) != 0) {
		because(info, "the certificate cannot be read");
		gnutls_x509_crt_deinit(cert);
		return;
	}
	read_certificate(info, cert, &chain[0]);
	status = tls_trust_check(trust, chain, count);
	judge_dates(info, status);
	judge_name(info, cert, host);
	judge_chain(info, status, chain, count);
	gnutls_x509_crt_deinit(cert);
	if (status != 0 && info->why[0] == '\0')
		because(info, "its chain of issuers cannot be verified");
	info->trusted = info->why[0] == '\0';
}
