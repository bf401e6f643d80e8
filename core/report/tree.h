#ifndef RT_CORE_REPORT_TREE_H
#define RT_CORE_REPORT_TREE_H

/*
 * A session as a JSON tree (the contract's report) and back.  Only for the
 * files of core/report.
 */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct err;
struct session;
struct settings;

#define REPORT_VERSION 1

/* The contract's object; the caller owns the reference. */
json_t *tree_of_session(const struct session *session);
/*
 * The same in parts, for reports of any size: all but the long arrays, the
 * names of those (NULL behind the last), and their elements (new
 * references, NULL behind the last).
 */
json_t *tree_of_summary(const struct session *session);
const char *tree_array_name(size_t array);
json_t *tree_array_element(const struct session *session, size_t array,
    size_t i);
/* A string of any bytes as valid UTF-8. */
json_t *tree_string(const char *text);
/* On one line, reals short. The caller frees. */
char *tree_dump(const json_t *tree);

/*
 * Fills a zeroed session with all that the tree tells; what is missing or
 * of another type stays empty, strings are cut and made visible.  False
 * only for what is no report at all or of a newer version.  Free it with
 * tree_clear_session().
 */
bool tree_to_session(const json_t *tree, struct session *session,
    struct err *err);
void tree_clear_session(struct session *session);

/* Replaces addresses and names in all strings, in place. */
void tree_mask(json_t *tree);

#endif
