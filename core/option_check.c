#include "core/option_check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/address.h"
#include "core/text.h"
#include "net/addr.h"
#include "net/err.h"
#include "net/sasl.h"

/* The value as it may stand in a message, cut. */
#define SHOWN 80

static const char *
shown(const char *value, char *out)
{
	return text_visible_str(value, out, SHOWN);
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

bool
option_check_text(const char *value, struct err *err)
{
	const char *p;

	if (*value == '\0')
		return err_set(err, ERR_INPUT, "the value is empty");
	for (p = value; *p != '\0'; p++)
		if (is_control(*p))
			return err_set(err, ERR_INPUT,
			    "a control character at position %d",
			    (int)(p - value) + 1);
	return true;
}

bool
option_check_sender(const char *value, struct err *err)
{
	struct address address;

	return address_parse(value, true, &address, err);
}

/* With the likely correction, where there is one. */
bool
option_check_recipient(const char *value, struct err *err)
{
	struct address address;
	char better[ADDRESS_MAX], seen[SHOWN], text[SHOWN];
	struct err why = { 0 };

	if (address_parse(value, false, &address, &why))
		return true;
	if (address_suggest(value, better, sizeof(better)))
		return err_set(err, ERR_INPUT, "\"%s\": %s; %s meant?",
		    shown(value, seen), why.text, shown(better, text));
	return err_set(err, ERR_INPUT, "\"%s\": %s", shown(value, seen),
	    why.text);
}

static bool
port_parse(const char *text, int *port, struct err *err)
{
	char *end, seen[SHOWN];
	long n;

	n = isdigit((unsigned char)*text) ? strtol(text, &end, 10) : 0;
	if (n < 1 || n > 65535 || *end != '\0')
		return err_set(err, ERR_INPUT,
		    "\"%s\" is no port; 1 to 65535", shown(text, seen));
	*port = (int)n;
	return true;
}

/* Where the port begins, NULL if there is none. */
static const char *
find_port(const char *value)
{
	const char *colon;

	if (*value == '[') {
		colon = strchr(value, ']');
		return colon != NULL && colon[1] == ':' ? colon + 1 : NULL;
	}
	colon = strchr(value, ':');
	/* Two colons: a bare IPv6 address. */
	if (colon != NULL && strchr(colon + 1, ':') != NULL)
		return NULL;
	return colon;
}

bool
host_port_parse(const char *value, char *host, size_t size, int *port,
    struct err *err)
{
	const char *colon = find_port(value);
	size_t n = colon != NULL ? (size_t)(colon - value) : strlen(value);
	char name[256], text[ADDR_TEXT_MAX];
	struct addr addr;
	int number = 0;

	if (n == 0)
		return err_set(err, ERR_INPUT, "no host is named");
	if (n >= sizeof(name))
		return err_set(err, ERR_INPUT, "the host name is too long");
	memcpy(name, value, n);
	name[n] = '\0';
	if (colon != NULL && !port_parse(colon + 1, &number, err))
		return false;
	if (addr_parse(name, &addr))
		snprintf(host, size, "%s", addr_text(&addr, text));
	else if (!address_domain(name, host, size, err))
		return false;
	*port = number;
	return true;
}

bool
option_check_server(const char *value, struct err *err)
{
	char host[256];
	int port;

	return host_port_parse(value, host, sizeof(host), &port, err);
}

bool
option_check_user(const char *value, struct err *err)
{
	if (strlen(value) > 500)
		return err_set(err, ERR_INPUT, "longer than 500 bytes");
	if (!option_check_text(value, err))
		return false;
	/* SASL knows no other encoding (RFC 4616 2, RFC 5802 5.1). */
	return text_is_utf8(value, strlen(value)) ||
	    err_set(err, ERR_INPUT, "the name is not valid UTF-8");
}

/* RFC 4422 3.1: 1 to 20 of A-Z, 0-9, hyphen, underscore. */
bool
option_check_mechanism(const char *value, struct err *err)
{
	size_t i, n = strlen(value);
	char seen[SHOWN];

	for (i = 0; i < n; i++)
		if (!isalnum((unsigned char)value[i]) &&
		    strchr("-_", value[i]) == NULL)
			break;
	if (n == 0 || n > 20 || i < n)
		return err_set(err, ERR_INPUT,
		    "\"%s\" is no name of a SASL mechanism",
		    shown(value, seen));
	if (!sasl_known(value))
		return err_set(err, ERR_INPUT,
		    "no login by %s is possible here; known are %s", value,
		    "SCRAM-SHA-256, SCRAM-SHA-1 (both also with -PLUS), "
		    "DIGEST-MD5, CRAM-MD5, PLAIN, LOGIN, OAUTHBEARER, XOAUTH2 "
		    "and EXTERNAL");
	return true;
}

/*
 * One word of visible ASCII.  Names that no server should take are let
 * through: whether they are the reason is just the question.
 */
bool
option_check_helo(const char *value, struct err *err)
{
	const char *p;

	if (*value == '\0' || strlen(value) > 255)
		return err_set(err, ERR_INPUT,
		    "a name of 1 to 255 characters is wanted");
	for (p = value; *p != '\0'; p++)
		if (*p <= ' ' || *p == 0x7f)
			return err_set(err, ERR_INPUT,
			    "position %d is no visible ASCII character",
			    (int)(p - value) + 1);
	return true;
}

/* RFC 6376 3.1: a selector is one or more labels. */
bool
option_check_selector(const char *value, struct err *err)
{
	const char *p;
	char seen[SHOWN];

	for (p = value; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("-_.", *p) == NULL)
			break;
	if (p == value || *p != '\0' || *value == '.' || p[-1] == '.' ||
	    strstr(value, "..") != NULL || strlen(value) > 190)
		return err_set(err, ERR_INPUT, "\"%s\" is no DKIM selector",
		    shown(value, seen));
	return true;
}

bool
option_check_resolver(const char *value, struct err *err)
{
	char seen[SHOWN];
	struct addr addr;

	if (addr_parse_port(value, 53, &addr))
		return true;
	return err_set(err, ERR_INPUT,
	    "\"%s\" is no IP address with an optional port "
	    "(192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:53)",
	    shown(value, seen));
}

bool
option_check_domain(const char *value, struct err *err)
{
	char name[256];

	return address_domain(value, name, sizeof(name), err);
}

bool
option_check_zone(const char *value, struct err *err)
{
	return strcmp(value, "none") == 0 || option_check_domain(value, err);
}

bool
option_check_ip(const char *value, struct err *err)
{
	char seen[SHOWN];
	struct addr addr;

	if (addr_parse(value, &addr))
		return true;
	return err_set(err, ERR_INPUT, "\"%s\" is no IP address",
	    shown(value, seen));
}
