#ifndef RT_CORE_TEXT_H
#define RT_CORE_TEXT_H

/*
 * Text from outside, made fit to be shown.  Nothing that goes to a screen,
 * a report or a file gets there by another way.
 */

#include <stdbool.h>
#include <stddef.h>

struct buf;

/*
 * Control bytes become \x1b, bytes that are not UTF-8 \xNN, C1 controls,
 * bidirectional controls and other invisible format characters \u202e.
 * Tab becomes a blank. '\n' is kept only with `lines`.
 */
void text_visible(const char *bytes, size_t n, bool lines, struct buf *out);
/* The same for a C string into a fixed buffer; returns `out`. */
const char *text_visible_str(const char *s, char *out, size_t size);

/*
 * Valid UTF-8 for JSON: bad bytes become U+FFFD, NUL becomes U+FFFD; all
 * else is kept (JSON escapes control characters itself).
 */
void text_utf8(const char *bytes, size_t n, struct buf *out);
bool text_is_utf8(const char *bytes, size_t n);
/*
 * Decodes one code point of valid or invalid UTF-8: returns the bytes taken
 * (at least 1 while n > 0) and sets *cp, or *cp = -1 for a bad byte.
 */
size_t text_decode(const char *bytes, size_t n, long *cp);

/*
 * Controls and code points that show nothing themselves or turn the text
 * around: what text_visible() escapes beside C0 and DEL.  Not for bad bytes.
 */
bool text_is_hidden(long cp);

/* ASCII only, independent of the locale. */
bool text_ieq(const char *a, const char *b);
bool text_istarts(const char *s, const char *prefix);
const char *text_ifind(const char *haystack, const char *needle);
void text_lower(char *s);
char *text_trim(char *s); /* in place; returns the first non-blank */

#endif
