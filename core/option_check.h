#ifndef RT_CORE_OPTION_CHECK_H
#define RT_CORE_OPTION_CHECK_H

/*
 * Is this a value that the option can take?  Each returns false with *err
 * saying what is wrong with it, without the option's name.
 */

#include <stdbool.h>
#include <stddef.h>

struct err;

bool option_check_sender(const char *value, struct err *err);
bool option_check_recipient(const char *value, struct err *err);
bool option_check_server(const char *value, struct err *err);
bool option_check_user(const char *value, struct err *err);
bool option_check_mechanism(const char *value, struct err *err);
bool option_check_helo(const char *value, struct err *err);
bool option_check_selector(const char *value, struct err *err);
bool option_check_resolver(const char *value, struct err *err);
bool option_check_domain(const char *value, struct err *err);
bool option_check_zone(const char *value, struct err *err); /* or "none" */
bool option_check_ip(const char *value, struct err *err);
/* No control characters, not empty. */
bool option_check_text(const char *value, struct err *err);

/*
 * HOST[:PORT] taken apart: a name, an IPv4 address, an IPv6 address in
 * brackets or, without port, bare.  *port is 0 where none was given.
 */
bool host_port_parse(const char *value, char *host, size_t size, int *port,
    struct err *err);

#endif
