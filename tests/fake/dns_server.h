#ifndef RT_TESTS_FAKE_DNS_SERVER_H
#define RT_TESTS_FAKE_DNS_SERVER_H

/*
 * A process that answers questions over UDP on loopback from zone text
 * (fake/zone.h), for tests that run the real program.
 */

#include <sys/types.h>

/* `port` becomes the one it listens at; it ends with the test too. */
pid_t dns_server_start(const char *zone, int *port);
void dns_server_stop(pid_t server);

#endif
