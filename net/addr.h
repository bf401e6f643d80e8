#ifndef RT_NET_ADDR_H
#define RT_NET_ADDR_H

/*
 * An IPv4 or IPv6 address with a port, as a value.  `family` AF_UNSPEC is
 * "none".  IPv4-mapped IPv6 addresses are kept as they are; addr_unmap()
 * turns them into what they mean.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDR_TEXT_MAX 64

struct addr {
	int family;        /* AF_INET, AF_INET6, AF_UNSPEC */
	uint16_t port;     /* host order; 0: not said */
	uint32_t scope;    /* IPv6 zone index, 0: none */
	uint8_t bytes[16]; /* network order, the first 4 for AF_INET */
};

/* "192.0.2.1", "2001:db8::1", "[2001:db8::1]"; no port, no name. */
bool addr_parse(const char *text, struct addr *addr);
/* As addr_parse, with an optional ":port"; IPv6 then in brackets. */
bool addr_parse_port(const char *text, uint16_t def, struct addr *addr);
/* The address alone; returns `out`, which holds ADDR_TEXT_MAX bytes. */
const char *addr_text(const struct addr *addr, char *out);
/* With ":port" ("[2001:db8::1]:25"). */
const char *addr_text_port(const struct addr *addr, char *out);

struct addr addr_v4(const uint8_t bytes[4], uint16_t port);
struct addr addr_v6(const uint8_t bytes[16], uint16_t port);
struct addr addr_with_port(struct addr addr, uint16_t port);
struct addr addr_unmap(struct addr addr);

/* Equal addresses; ports are not compared by the first. */
bool addr_same_host(const struct addr *a, const struct addr *b);
bool addr_same(const struct addr *a, const struct addr *b);
/* True if the first `bits` bits agree and so do the families. */
bool addr_in_net(const struct addr *addr, const struct addr *net, int bits);

/*
 * Private, loopback, link-local, unique-local, unspecified, multicast or
 * otherwise no address that mail from outside can reach (RFC 6890).  The
 * documentation ranges (RFC 5737, RFC 3849) count as public, so that labs
 * can use them.
 */
bool addr_is_private(const struct addr *addr);
bool addr_is_loopback(const struct addr *addr);

/* "1.2.0.192.in-addr.arpa" / nibbles under ip6.arpa, RFC 1035 3.5. */
void addr_reverse(const struct addr *addr, const char *zone4,
    const char *zone6, char *out, size_t size);

socklen_t addr_to_sockaddr(const struct addr *addr,
    struct sockaddr_storage *ss);
bool addr_from_sockaddr(const struct sockaddr *sa, struct addr *addr);

#endif
