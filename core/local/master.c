#include "core/local/master.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/buf.h"
#include "net/mem.h"

#define SETTINGS_MAX (64 * 1024) /* bytes of what a service sets */

static const struct {
	const char *name;
	uint16_t port;
} ports[] = {
	{ "smtp", 25 },
	{ "submission", 587 },
	{ "submissions", 465 },
	{ "smtps", 465 },
	{ "urd", 465 },
};

/* A service is a line and those that are indented below it. */
static const char *
service_end(const char *at)
{
	do
		at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n');
	while (*at == ' ' || *at == '\t');
	return at;
}

/* The next word; `end` is where the service ends. */
static const char *
word(const char **at, const char *end, size_t *n)
{
	const char *begin;

	while (*at < end && isspace((unsigned char)**at))
		(*at)++;
	begin = *at;
	while (*at < end && !isspace((unsigned char)**at))
		(*at)++;
	*n = (size_t)(*at - begin);
	return begin;
}

static uint16_t
port_of(const char *name)
{
	char *end;
	long port;
	size_t i;

	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (strcmp(ports[i].name, name) == 0)
			return ports[i].port;
	port = strtol(name, &end, 10);
	return end == name || *end != '\0' || port < 1 || port > 65535 ?
	    0 : (uint16_t)port;
}

/* "25", "smtp", "192.0.2.1:25", "[2001:db8::1]:25": false if it is none. */
static bool
listens(const char *name, struct addr *addr)
{
	const char *colon = strrchr(name, ':');
	char host[ADDR_TEXT_MAX + 4];

	memset(addr, 0, sizeof(*addr));
	if (colon == NULL) {
		addr->port = port_of(name);
		return addr->port != 0;
	}
	if ((size_t)(colon - name) >= sizeof(host) ||
	    port_of(colon + 1) == 0)
		return false;
	memcpy(host, name, (size_t)(colon - name));
	host[colon - name] = '\0';
	if (!addr_parse(host, addr))
		return false;
	addr->port = port_of(colon + 1);
	return true;
}

/*
 * The service that begins at `at`, if it is of the Internet: its name, and
 * behind its eight columns what it is started with.
 */
static bool
take_service(const char *at, const char *end, char *name, size_t size,
    struct addr *addr, const char **arguments)
{
	const char *type, *first;
	size_t n, i;

	first = word(&at, end, &n);
	if (n == 0 || n >= size)
		return false;
	memcpy(name, first, n);
	name[n] = '\0';
	type = word(&at, end, &n);
	if (n != 4 || memcmp(type, "inet", 4) != 0)
		return false;
	for (i = 2; i < 8; i++)
		word(&at, end, &n);
	*arguments = at;
	return listens(name, addr);
}

bool
master_serves(const char *services, uint16_t port)
{
	const char *at, *end, *arguments;
	struct addr addr;
	char name[80];

	for (at = services; *at != '\0'; at = end) {
		end = service_end(at);
		if (take_service(at, end, name, sizeof(name), &addr,
		    &arguments) && addr.port == port)
			return true;
	}
	return false;
}

/* The text between braces, which may hold braces; `*at` goes behind it. */
static const char *
braced(const char **at, const char *end, size_t *n)
{
	const char *begin = *at + 1;
	int depth = 0;

	for (; *at < end; (*at)++) {
		depth += (**at == '{') - (**at == '}');
		if (depth == 0)
			break;
	}
	*n = (size_t)(*at - begin);
	if (*at < end)
		(*at)++;
	return begin;
}

/* "name=value" or " name = value ", as a line of main.cf. */
static void
put_setting(const char *s, size_t n, struct buf *out)
{
	const char *equals = memchr(s, '=', n), *end = s + n, *stop = equals;

	if (equals == NULL)
		return;
	while (s < equals && isspace((unsigned char)*s))
		s++;
	while (stop > s && isspace((unsigned char)stop[-1]))
		stop--;
	for (equals++; equals < end && isspace((unsigned char)*equals);)
		equals++;
	while (end > equals && isspace((unsigned char)end[-1]))
		end--;
	if (stop == s || memchr(equals, '\n', (size_t)(end - equals)) != NULL)
		return;
	buf_printf(out, "%.*s = %.*s\n", (int)(stop - s), s,
	    (int)(end - equals), equals);
}

static void
put_settings(const char *at, const char *end, struct buf *out)
{
	const char *w;
	size_t n;

	for (;;) {
		w = word(&at, end, &n);
		if (n == 0)
			return;
		if (n < 2 || w[0] != '-' || w[1] != 'o')
			continue;
		if (n > 2) {
			put_setting(w + 2, n - 2, out);
			continue;
		}
		while (at < end && isspace((unsigned char)*at))
			at++;
		if (at < end && *at == '{')
			w = braced(&at, end, &n);
		else
			w = word(&at, end, &n);
		put_setting(w, n, out);
	}
}

char *
master_overrides(const char *services, const struct addr *server, char *name,
    size_t size)
{
	const char *at, *end, *arguments, *found = "", *found_end = found;
	bool by_address = false;
	struct addr addr;
	struct buf out;
	char one[80];
	char *text;

	name[0] = '\0';
	for (at = services; *at != '\0'; at = end) {
		end = service_end(at);
		if (!take_service(at, end, one, sizeof(one), &addr,
		    &arguments) || addr.port != server->port ||
		    (addr.family == AF_UNSPEC ? by_address || name[0] != '\0' :
			!addr_same_host(&addr, server)))
			continue;
		by_address |= addr.family != AF_UNSPEC;
		found = arguments;
		found_end = end;
		snprintf(name, size, "%s", one);
	}
	buf_init(&out, SETTINGS_MAX);
	put_settings(found, found_end, &out);
	text = out.overflow ? mem_strdup("") : mem_strdup(buf_str(&out));
	buf_clear(&out);
	return text;
}
