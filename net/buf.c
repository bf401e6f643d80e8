#include "net/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/mem.h"

void
buf_init(struct buf *buf, size_t max)
{
	memset(buf, 0, sizeof(*buf));
	buf->max = max;
}

void
buf_clear(struct buf *buf)
{
	free(buf->bytes);
	buf_init(buf, buf->max);
}

void
buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->overflow = false;
	if (buf->bytes != NULL)
		buf->bytes[0] = '\0';
}

/* Room for n more bytes and the final NUL. */
static void
reserve(struct buf *buf, size_t n)
{
	size_t want = buf->len + n + 1;

	if (want <= buf->cap)
		return;
	want += want / 2;
	if (want > buf->max + 1)
		want = buf->max + 1;
	if (want < buf->len + n + 1)
		want = buf->len + n + 1;
	buf->bytes = mem_resize(buf->bytes, want);
	buf->cap = want;
}

bool
buf_add(struct buf *buf, const void *bytes, size_t n)
{
	bool fits = n <= buf->max - buf->len;

	if (!fits) {
		n = buf->max - buf->len;
		buf->overflow = true;
	}
	reserve(buf, n);
	if (n > 0)
		memcpy(buf->bytes + buf->len, bytes, n);
	buf->len += n;
	buf->bytes[buf->len] = '\0';
	return fits;
}

bool
buf_puts(struct buf *buf, const char *s)
{
	return buf_add(buf, s, strlen(s));
}

bool
buf_putc(struct buf *buf, char c)
{
	/* A report is made of single bytes for a good part. */
	if (buf->len + 1 < buf->cap && buf->len < buf->max) {
		buf->bytes[buf->len++] = c;
		buf->bytes[buf->len] = '\0';
		return true;
	}
	return buf_add(buf, &c, 1);
}

bool
buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
{
	va_list again;
	char small[256];
	char *big;
	bool fits;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n < 0) {
		va_end(again);
		return false;
	}
	if ((size_t)n < sizeof(small)) {
		va_end(again);
		return buf_add(buf, small, (size_t)n);
	}
	big = mem_alloc((size_t)n + 1);
	vsnprintf(big, (size_t)n + 1, fmt, again);
	va_end(again);
	fits = buf_add(buf, big, (size_t)n);
	free(big);
	return fits;
}

bool
buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;
	bool fits;

	va_start(ap, fmt);
	fits = buf_vprintf(buf, fmt, ap);
	va_end(ap);
	return fits;
}

void
buf_take(struct buf *buf, size_t n)
{
	if (n > buf->len)
		n = buf->len;
	if (n == 0)
		return;
	memmove(buf->bytes, buf->bytes + n, buf->len - n);
	buf->len -= n;
	buf->bytes[buf->len] = '\0';
}

const char *
buf_str(const struct buf *buf)
{
	return buf->bytes != NULL ? buf->bytes : "";
}

char *
buf_steal(struct buf *buf)
{
	char *s = buf->bytes != NULL ? buf->bytes : mem_strdup("");

	buf_init(buf, buf->max);
	return s;
}
