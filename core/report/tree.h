#ifndef RT_CORE_REPORT_TREE_H
#define RT_CORE_REPORT_TREE_H

/*
 * A report in JSON, read: as a tree to be masked, and back to a session.
 * Only for the files of core/report.
 */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct err;
struct session;
struct settings;

/*
 * Fills a zeroed session with all that the tree tells; what is missing or
 * of another type stays empty, strings are cut and made visible.  False
 * only for what is no report at all or of a newer version.  Free it with
 * tree_clear_session().
 */
bool tree_to_session(const json_t *tree, struct session *session,
    struct err *err);
void tree_clear_session(struct session *session);

/*
 * Replaces names in all strings, in place: the local parts of mail addresses
 * and what servers say of the same people (`user` is the name of the login,
 * or NULL), and host names, domains and IP addresses.
 */
void tree_mask(json_t *tree, bool mail, bool hosts, const char *user);

#endif
