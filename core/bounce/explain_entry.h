#ifndef RT_CORE_BOUNCE_EXPLAIN_ENTRY_H
#define RT_CORE_BOUNCE_EXPLAIN_ENTRY_H

/* What explain and the scan of logs share about one entry. */

#include "core/bounce/explain.h"

struct json_t;
struct buf;
struct log_refusal;

/* Fills an entry from a log line; it is not classified yet. */
void explain_entry_of_refusal(struct explain_entry *entry,
    const struct log_refusal *refusal);
/* A new JSON object; the caller owns the reference. */
struct json_t *explain_entry_json(const struct explain_entry *entry);
/* The lines of one entry, indented by two. */
void explain_entry_text(struct buf *out, const struct explain_entry *entry);
/* A label and a wrapped value; nothing where the value is "". */
void explain_row(struct buf *out, const char *label, const char *value);
/* Valid UTF-8 for a member of a JSON object. */
void explain_put(struct json_t *object, const char *name, const char *value);
/* The text with a line end; takes and frees `json`, NULL is "{}". */
char *explain_line(char *json);

#endif
