#ifndef RT_CORE_BOUNCE_EXPLAIN_ENTRY_H
#define RT_CORE_BOUNCE_EXPLAIN_ENTRY_H

/* What explain and the scan of logs share about one entry. */

#include "core/bounce/explain.h"

struct buf;
struct found_reply;
struct json_out;
struct log_refusal;
struct source;

/* More than the most entries take, each byte of their strings escaped. */
#define EXPLAIN_JSON_MAX ((size_t)96 << 20)

/*
 * The entry of that recipient, a new one if there is none ("": always a new
 * one); NULL once there are too many.
 */
struct explain_entry *explain_entry_for(struct explanation *e,
    const char *recipient);
void explain_entry_reply(struct explain_entry *entry,
    const struct found_reply *reply, enum explain_source source);

/*
 * The ways in which a message tells who failed, surest first; each adds
 * entries and returns true if there are some.
 */
bool explain_from_fields(struct explanation *e, const struct source *s);
bool explain_from_header(struct explanation *e, const struct source *s);
bool explain_from_words(struct explanation *e, const struct source *s);
bool explain_from_returned(struct explanation *e, const struct source *s);

/* Fills an entry from a log line; it is not classified yet. */
void explain_entry_of_refusal(struct explain_entry *entry,
    const struct log_refusal *refusal);
/* The members of an entry, into the object that is open. */
void explain_entry_json(struct json_out *json,
    const struct explain_entry *entry);
/* The lines of one entry, indented by two. */
void explain_entry_text(struct buf *out, const struct explain_entry *entry);
/* A label and a wrapped value; nothing where the value is "". */
void explain_row(struct buf *out, const char *label, const char *value);

#endif
