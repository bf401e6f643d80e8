#include "net/addr.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t
addr_size(const struct addr *addr)
{
	return addr->family == AF_INET ? 4 : addr->family == AF_INET6 ? 16 : 0;
}

bool
addr_parse(const char *text, struct addr *addr)
{
	struct addr a = { .family = AF_INET };
	char copy[ADDR_TEXT_MAX], *zone;
	size_t len = strlen(text);

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len + 1);
	if (inet_pton(AF_INET, copy, a.bytes) == 1) {
		*addr = a;
		return true;
	}
	if (copy[0] == '[' && len > 2 && copy[len - 1] == ']') {
		copy[len - 1] = '\0';
		memmove(copy, copy + 1, len - 1);
	}
	zone = strchr(copy, '%');
	if (zone != NULL) {
		*zone = '\0';
		a.scope = if_nametoindex(zone + 1);
	}
	a.family = AF_INET6;
	if (inet_pton(AF_INET6, copy, a.bytes) != 1)
		return false;
	*addr = a;
	return true;
}

bool
addr_parse_port(const char *text, uint16_t def, struct addr *addr)
{
	char copy[ADDR_TEXT_MAX + 8], *colon, *end;
	struct addr a;
	long port;

	if (addr_parse(text, &a)) {
		a.port = def;
		*addr = a;
		return true;
	}
	colon = strrchr(text, ':');
	if (colon == NULL || (size_t)(colon - text) >= sizeof(copy))
		return false;
	memcpy(copy, text, (size_t)(colon - text));
	copy[colon - text] = '\0';
	port = strtol(colon + 1, &end, 10);
	if (end == colon + 1 || *end != '\0' || port < 1 || port > 65535)
		return false;
	if (!addr_parse(copy, &a) || (a.family == AF_INET6 && copy[0] != '['))
		return false;
	a.port = (uint16_t)port;
	*addr = a;
	return true;
}

const char *
addr_text(const struct addr *addr, char *out)
{
	if (addr_size(addr) == 0 ||
	    inet_ntop(addr->family, addr->bytes, out, ADDR_TEXT_MAX) == NULL)
		snprintf(out, ADDR_TEXT_MAX, "(none)");
	return out;
}

const char *
addr_text_port(const struct addr *addr, char *out)
{
	char host[ADDR_TEXT_MAX];

	addr_text(addr, host);
	host[ADDR_TEXT_MAX - 9] = '\0';
	snprintf(out, ADDR_TEXT_MAX,
	    addr->family == AF_INET6 ? "[%s]:%u" : "%s:%u", host,
	    (unsigned)addr->port);
	return out;
}

struct addr
addr_v4(const uint8_t bytes[4], uint16_t port)
{
	struct addr a = { .family = AF_INET, .port = port };

	memcpy(a.bytes, bytes, 4);
	return a;
}

struct addr
addr_v6(const uint8_t bytes[16], uint16_t port)
{
	struct addr a = { .family = AF_INET6, .port = port };

	memcpy(a.bytes, bytes, 16);
	return a;
}

struct addr
addr_with_port(struct addr addr, uint16_t port)
{
	addr.port = port;
	return addr;
}

struct addr
addr_unmap(struct addr addr)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	if (addr.family != AF_INET6 || memcmp(addr.bytes, prefix, 12) != 0)
		return addr;
	return addr_v4(addr.bytes + 12, addr.port);
}

bool
addr_same_host(const struct addr *a, const struct addr *b)
{
	return a->family == b->family &&
	    memcmp(a->bytes, b->bytes, addr_size(a)) == 0;
}

bool
addr_same(const struct addr *a, const struct addr *b)
{
	return addr_same_host(a, b) && a->port == b->port;
}

bool
addr_in_net(const struct addr *addr, const struct addr *net, int bits)
{
	size_t whole = (size_t)bits / 8;
	int rest = bits % 8;
	uint8_t mask = (uint8_t)(0xff << (8 - rest));

	if (addr->family != net->family || bits < 0 ||
	    (size_t)bits > addr_size(addr) * 8)
		return false;
	if (memcmp(addr->bytes, net->bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    ((addr->bytes[whole] ^ net->bytes[whole]) & mask) == 0;
}

static bool
in_any(const struct addr *addr, const char *const *nets, const int *bits)
{
	struct addr net;
	size_t i;

	for (i = 0; nets[i] != NULL; i++)
		if (addr_parse(nets[i], &net) &&
		    addr_in_net(addr, &net, bits[i]))
			return true;
	return false;
}

bool
addr_is_private(const struct addr *addr)
{
	static const char *const nets[] = { "0.0.0.0", "10.0.0.0",
		"100.64.0.0", "127.0.0.0", "169.254.0.0", "172.16.0.0",
		"192.168.0.0", "224.0.0.0", "240.0.0.0", "::", "::1",
		"fc00::", "fe80::", "fec0::", "ff00::", NULL };
	static const int bits[] = { 8, 8, 10, 8, 16, 12, 16, 4, 4, 128, 128, 7,
		10, 10, 8 };
	struct addr plain = addr_unmap(*addr);

	return in_any(&plain, nets, bits);
}

bool
addr_is_loopback(const struct addr *addr)
{
	static const char *const nets[] = { "127.0.0.0", "::1", NULL };
	static const int bits[] = { 8, 128 };
	struct addr plain = addr_unmap(*addr);

	return in_any(&plain, nets, bits);
}

void
addr_reverse(const struct addr *addr, const char *zone4, const char *zone6,
    char *out, size_t size)
{
	const uint8_t *b = addr->bytes;
	char *at = out;
	int i;

	if (addr->family == AF_INET) {
		snprintf(out, size, "%u.%u.%u.%u.%s", b[3], b[2], b[1], b[0],
		    zone4);
		return;
	}
	if (size < 65) {
		out[0] = '\0';
		return;
	}
	for (i = 15; i >= 0; i--)
		at += snprintf(at, 5, "%x.%x.", b[i] & 15, b[i] >> 4);
	snprintf(at, size - 64, "%s", zone6);
}

socklen_t
addr_to_sockaddr(const struct addr *addr, struct sockaddr_storage *ss)
{
	struct sockaddr_in *in = (struct sockaddr_in *)(void *)ss;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)(void *)ss;

	memset(ss, 0, sizeof(*ss));
	if (addr->family == AF_INET) {
		in->sin_family = AF_INET;
		in->sin_port = htons(addr->port);
		memcpy(&in->sin_addr, addr->bytes, 4);
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(addr->port);
	in6->sin6_scope_id = addr->scope;
	memcpy(&in6->sin6_addr, addr->bytes, 16);
	return sizeof(*in6);
}

bool
addr_from_sockaddr(const struct sockaddr *sa, struct addr *addr)
{
	const struct sockaddr_in *in = (const void *)sa;
	const struct sockaddr_in6 *in6 = (const void *)sa;

	if (sa->sa_family == AF_INET) {
		*addr = addr_v4((const uint8_t *)&in->sin_addr,
		    ntohs(in->sin_port));
		return true;
	}
	if (sa->sa_family != AF_INET6)
		return false;
	*addr = addr_v6((const uint8_t *)&in6->sin6_addr,
	    ntohs(in6->sin6_port));
	addr->scope = in6->sin6_scope_id;
	return true;
}
