#ifndef RT_UI_READER_H
#define RT_UI_READER_H

/*
 * For whom a report is made: a ticket, whoever must act, a program.  The
 * export view and the plain mode offer the same ones.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/report/report.h"
#include "core/settings.h"

struct buf;
struct err;
struct session;

struct reader {
	const char *title, *what;
	const char *ending; /* of the file's name; "": the kept case itself */
	enum format format;
	bool mask; /* of mail addresses and of hosts, whatever is wished */
};

#define READERS 8

const struct reader *reader_nth(size_t i); /* i < READERS */
/*
 * Adds the report to `out` (REPORT_MAX); `wish` may be NULL.  False: *err
 * says why not.
 */
bool reader_render(const struct reader *reader, const struct session *session,
    const struct report_wish *wish, struct buf *out, struct err *err);
/*
 * "relaytrace-dest.example.txt" in the current directory, with a number
 * behind it where that file exists.
 */
void reader_file_name(const struct reader *reader,
    const struct session *session, char *out, size_t size);

#endif
