#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bounce/mime.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/mem.h"

#define VALUE_MAX 16384 /* bytes kept of one field */

/* Length of a field name (RFC 5322 2.2) with its colon behind it, or 0. */
static size_t
name_length(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < 77; i++) {
		if (p[i] == ':')
			return i;
		/* A blank before the colon was once allowed. */
		if (p[i] == ' ' && i > 0 && i + 1 < n && p[i + 1] == ':')
			return i;
		if (p[i] <= ' ' || p[i] == 0x7f)
			return 0;
	}
	return 0;
}

static size_t
line_length(const char *p, size_t n)
{
	const char *nl = memchr(p, '\n', n);

	return nl != NULL ? (size_t)(nl - p) + 1 : n;
}

static bool
is_empty_line(const char *p, size_t n)
{
	return n == 0 || *p == '\n' || (*p == '\r' && (n < 2 || p[1] == '\n'));
}

static void
add_field(struct mime_headers *headers, const char *name, size_t n,
    const struct buf *value)
{
	struct mime_field *field;
	struct buf decoded;

	if (headers->count >= MIME_FIELDS_MAX)
		return;
	headers->fields = mem_grow(headers->fields, headers->count,
	    &headers->cap, sizeof(*headers->fields));
	field = &headers->fields[headers->count++];
	field->name = mem_strndup(name, n);
	text_lower(field->name);
	buf_init(&decoded, VALUE_MAX);
	mime_words(buf_str(value), value->len, &decoded);
	field->value = mem_strdup(text_trim(decoded.bytes != NULL ?
	    decoded.bytes : (char[]){ "" }));
	buf_clear(&decoded);
}

/* Adds one physical line to an unfolded value. */
static void
add_line(struct buf *value, const char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == '\n' || p[n - 1] == '\r'))
		n--;
	while (n > 0 && value->len > 0 && (*p == ' ' || *p == '\t')) {
		p++;
		n--;
	}
	if (value->len > 0)
		buf_putc(value, ' ');
	buf_add(value, p, n);
}

/*
 * Prose may hold a line like "Error: ...", a pasted delivery report begins
 * with fields too.  A message has at least one of these, or two of any
 * kind and an X- field.
 */
static const char *const telling[] = {
	"from", "to", "subject", "date", "received", "return-path",
	"message-id", "content-type", "delivered-to", "mime-version",
	"x-failed-recipients", "envelope-to", "x-original-to",
};

static bool
is_telling(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		if (strlen(telling[i]) == n && text_istarts(name, telling[i]))
			return true;
	return false;
}

#define STRAY_LINES 40

/*
 * Some programs export a header without the blanks that continue a field.
 * The bytes of such lines, where another field surely follows; else 0.
 */
static size_t
stray_lines(const char *bytes, size_t n)
{
	size_t at, len, name;
	int lines = 0;

	for (at = 0; at < n && lines < STRAY_LINES &&
	    !is_empty_line(bytes + at, n - at); at += len, lines++) {
		len = line_length(bytes + at, n - at);
		name = name_length(bytes + at, len);
		if (name > 0 && (is_telling(bytes + at, name) ||
		    text_istarts(bytes + at, "x-")))
			return at;
	}
	return 0;
}

/* The lines that continue a field; the bytes taken. */
static size_t
add_further(struct buf *value, const char *bytes, size_t n)
{
	size_t at = 0, len, stray = 0;

	while (at < n && !is_empty_line(bytes + at, n - at)) {
		len = line_length(bytes + at, n - at);
		if (bytes[at] != ' ' && bytes[at] != '\t') {
			if (name_length(bytes + at, len) > 0)
				break;
			if (at >= stray) {
				stray = stray_lines(bytes + at, n - at);
				if (stray == 0)
					break;
				stray += at;
			}
		}
		add_line(value, bytes + at, len);
		at += len;
	}
	return at;
}

size_t
mime_headers_read(struct mime_headers *headers, const char *bytes, size_t n)
{
	size_t at = 0, len, name, read = 0;
	struct buf value;

	buf_init(&value, VALUE_MAX);
	while (at < n && !is_empty_line(bytes + at, n - at)) {
		len = line_length(bytes + at, n - at);
		name = name_length(bytes + at, len);
		if (name == 0)
			break;
		buf_reset(&value);
		const char *field = bytes + at;

		add_line(&value, field + name + 1 + (field[name] == ' '),
		    len - name - 1 - (field[name] == ' '));
		at += len;
		at += add_further(&value, bytes + at, n - at);
		read += value.len + name;
		if (read <= MIME_HEADER_MAX)
			add_field(headers, field, name, &value);
	}
	buf_clear(&value);
	if (at < n && is_empty_line(bytes + at, n - at))
		at += line_length(bytes + at, n - at);
	return at;
}

void
mime_headers_clear(struct mime_headers *headers)
{
	size_t i;

	for (i = 0; i < headers->count; i++) {
		free(headers->fields[i].name);
		free(headers->fields[i].value);
	}
	free(headers->fields);
	memset(headers, 0, sizeof(*headers));
}

bool
mime_headers_begin(const char *bytes, size_t n)
{
	size_t at = 0, len, name, fields = 0, known = 0, stray = 0;

	while (at < n && fields < 40 && !is_empty_line(bytes + at, n - at)) {
		len = line_length(bytes + at, n - at);
		if (fields > 0 && (bytes[at] == ' ' || bytes[at] == '\t')) {
			at += len;
			continue;
		}
		name = name_length(bytes + at, len);
		if (name == 0) {
			len = fields > 0 ? stray_lines(bytes + at, n - at) :
			    0;
			if (len == 0)
				break;
			stray++;
		} else {
			known += is_telling(bytes + at, name);
			fields++;
		}
		at += len;
	}
	if (stray > 0) /* prose has such lines too */
		return known >= 4;
	return known >= 2 || (known == 1 && fields >= 2);
}

const char *
mime_header(const struct mime_headers *headers, const char *name)
{
	size_t i;

	for (i = 0; i < headers->count; i++)
		if (strcmp(headers->fields[i].name, name) == 0)
			return headers->fields[i].value;
	return NULL;
}

/* Copies a value (token or quoted string) from *p, which moves behind it. */
static void
take_value(const char **p, struct buf *out)
{
	const char *s = *p;

	if (*s == '"') {
		for (s++; *s != '\0' && *s != '"'; s++) {
			if (*s == '\\' && s[1] != '\0')
				s++;
			buf_putc(out, *s);
		}
		if (*s == '"')
			s++;
	} else {
		/* Comments and blanks end it; so do sloppy semicolons. */
		for (; *s != '\0' && strchr("; \t\r\n", *s) == NULL; s++)
			buf_putc(out, *s);
	}
	*p = s;
}

bool
mime_parameter(const char *value, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);
	const char *p = value;
	bool found = false;
	struct buf buf;

	buf_init(&buf, size - 1);
	while ((p = strchr(p, ';')) != NULL) {
		p++;
		p += strspn(p, " \t\r\n;");
		if (!text_istarts(p, name))
			continue;
		p += n;
		if (*p == '*') /* name*0=, name*=, name*0*= */
			p += strspn(p, "*0123456789");
		p += strspn(p, " \t");
		if (*p != '=')
			continue;
		p++;
		p += strspn(p, " \t");
		take_value(&p, &buf);
		found = true;
	}
	if (found)
		snprintf(out, size, "%s", buf_str(&buf));
	buf_clear(&buf);
	return found;
}
