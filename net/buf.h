#ifndef RT_NET_BUF_H
#define RT_NET_BUF_H

/*
 * A growing run of bytes that knows its maximum at birth.  What does not
 * fit is dropped and remembered in `overflow`; the contents stay a valid
 * C string all the time (bytes[len] is 0), NUL bytes inside excepted.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *bytes; /* NULL until the first byte; use buf_str() to print */
	size_t len;
	size_t cap;
	size_t max;    /* bytes at the most */
	bool overflow; /* something did not fit */
};

void buf_init(struct buf *buf, size_t max);
void buf_clear(struct buf *buf);  /* frees; the buf can be used again */
void buf_reset(struct buf *buf);  /* empties, keeps the memory */
bool buf_add(struct buf *buf, const void *bytes, size_t n);
bool buf_puts(struct buf *buf, const char *s);
bool buf_putc(struct buf *buf, char c);
bool buf_printf(struct buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
void buf_take(struct buf *buf, size_t n); /* removes n bytes in front */
const char *buf_str(const struct buf *buf);
char *buf_steal(struct buf *buf); /* the string; the caller frees it */

#endif
