#ifndef RT_UI_CASES_H
#define RT_UI_CASES_H

/*
 * Cases that are kept: JSON of the contract in $XDG_STATE_HOME/relaytrace
 * (~/.local/state/relaytrace), readable by their owner only, without any
 * credentials.
 */

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct err;
struct session;

struct case_file {
	char path[512];
	char name[128]; /* without directory and ".json" */
	time_t changed;
};

/* Writes the session to `path`; if that is "", it gets where. */
bool cases_keep(const struct session *session, char *path, size_t size,
    struct err *err);
bool cases_remove(const char *path);
/* Grows with each case that is kept or removed. */
unsigned cases_changes(void);
/* The newest first; the caller frees *files. Returns how many. */
size_t cases_list(struct case_file **files);

/*
 * Beside the terminal's clipboard, which may not be allowed: the text goes
 * to a file of the same folder, always the same one.  False without one.
 */
bool cases_copy(const char *text, char *path, size_t size);

/*
 * The line broke while this case was open.  The next start asks whether to
 * go on with it; _forget when it did.
 */
void cases_mark_lost(const char *path);
bool cases_lost(struct case_file *file); /* `changed`: when it broke */
void cases_forget_lost(void);
void cases_release(struct session *session); /* of cases_load() */

#endif
