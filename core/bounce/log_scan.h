#ifndef RT_CORE_BOUNCE_LOG_SCAN_H
#define RT_CORE_BOUNCE_LOG_SCAN_H

/*
 * A mail log as a way in: reads a file of any size (plain or gzip) in
 * steps, and puts its refusals into groups of one kind, client, sender
 * domain and recipient domain.  Memory does not grow with the file: the
 * groups seen longest ago give way and are only counted.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/bounce/explain.h"
#include "net/err.h"

#define LOG_GROUPS_MAX 2000

struct log_group {
	enum family family;
	enum cause_id cause;  /* first by the words; CAUSE_COUNT: none */
	char client[HOST_MAX]; /* who was refused, where the log says it */
	char sender_domain[HOST_MAX], recipient_domain[HOST_MAX];
	unsigned long count, delayed; /* refusals; of them not final */
	char first[40];       /* when, as the log writes it */
	unsigned long long serial; /* of the last refusal: its order */
	struct explain_entry latest; /* the newest one, with its `next` */
};

struct log_scan; /* one file being read */

/*
 * Opens `path`, or standard input for "-".  NULL: *err says why.  The
 * caller frees.
 */
struct log_scan *log_scan_open(const char *path, struct err *err);
void log_scan_free(struct log_scan *scan);

/*
 * Reads about `bytes` more; false once the file has ended or cannot be
 * read.  A screen calls it once a turn, so that it never waits for long.
 */
bool log_scan_step(struct log_scan *scan, size_t bytes);
/* Nothing but the file's end stopped the reading. */
bool log_scan_failed(const struct log_scan *scan, struct err *err);
/* 0..1 of the file, or -1 where its size is not known. */
double log_scan_progress(const struct log_scan *scan);
unsigned long long log_scan_bytes(const struct log_scan *scan);
unsigned long long log_scan_lines(const struct log_scan *scan);
unsigned long long log_scan_known(const struct log_scan *scan);
unsigned long long log_scan_refusals(const struct log_scan *scan);
/* Refusals of groups that gave way to newer ones. */
unsigned long long log_scan_dropped(const struct log_scan *scan);

/*
 * The groups, newest first, their latest entries classified.  Borrowed:
 * the pointers hold until the next step.
 */
size_t log_scan_groups(struct log_scan *scan,
    const struct log_group *groups[LOG_GROUPS_MAX]);

/* For --log: JSON of the contract and text; the caller frees. */
char *log_scan_json(struct log_scan *scan);
char *log_scan_text(struct log_scan *scan);

#endif
