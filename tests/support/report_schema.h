#ifndef RT_TESTS_SUPPORT_REPORT_SCHEMA_H
#define RT_TESTS_SUPPORT_REPORT_SCHEMA_H

/*
 * The shape that scripts rely on: every member that the JSON of a report
 * must have, of its type and out of its vocabulary, at every place.  More
 * members may be there.
 */

#include <stdbool.h>
#include <stddef.h>

/* False: `what` tells the first breach, as "servers[1].tls: no member why". */
bool report_schema_holds(const char *json, size_t n, char *what, size_t size);

#endif
