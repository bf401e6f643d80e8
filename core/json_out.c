#include "core/json_out.h"

#include <string.h>

#include "core/text.h"
#include "net/buf.h"

static void
put_string(struct buf *out, const char *text)
{
	const char *end = text + strlen(text);
	size_t n;
	long cp;

	buf_putc(out, '"');
	while (text < end) {
		for (n = 0; text[n] >= ' ' && text[n] < 0x7f &&
		    text[n] != '"' && text[n] != '\\';)
			n++;
		if (n > 0) {
			buf_add(out, text, n);
			text += n;
			continue;
		}
		n = text_decode(text, (size_t)(end - text), &cp);
		if (cp < 0)
			buf_puts(out, "\xef\xbf\xbd");
		else if (cp == '"' || cp == '\\')
			buf_printf(out, "\\%c", (char)cp);
		else if (cp == '\n')
			buf_puts(out, "\\n");
		else if (cp < ' ' || (cp >= 0x7f && cp < 0xa0))
			buf_printf(out, "\\u%04lx", (unsigned long)cp);
		else
			buf_add(out, text, n);
		text += n;
	}
	buf_putc(out, '"');
}

static void
begin(struct json_out *json, const char *key)
{
	if (json->comma)
		buf_putc(json->out, ',');
	json->comma = true;
	if (key != NULL) {
		put_string(json->out, key);
		buf_putc(json->out, ':');
	}
}

void
json_open(struct json_out *json, const char *key, char bracket)
{
	begin(json, key);
	buf_putc(json->out, bracket);
	json->comma = false;
}

void
json_close(struct json_out *json, char bracket)
{
	buf_putc(json->out, bracket);
	json->comma = true;
}

void
json_text(struct json_out *json, const char *key, const char *text)
{
	begin(json, key);
	put_string(json->out, text);
}

void
json_number(struct json_out *json, const char *key, long value)
{
	char digits[24], *at = digits + sizeof(digits);
	unsigned long rest = value < 0 ? 0UL - (unsigned long)value :
					 (unsigned long)value;

	begin(json, key);
	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		*--at = '-';
	buf_add(json->out, at, (size_t)(digits + sizeof(digits) - at));
}

void
json_percent(struct json_out *json, const char *key, int value)
{
	begin(json, key);
	buf_printf(json->out, "%d.%02d", value / 100, value % 100);
}

void
json_truth(struct json_out *json, const char *key, bool value)
{
	begin(json, key);
	buf_puts(json->out, value ? "true" : "false");
}

void
json_nothing(struct json_out *json, const char *key)
{
	begin(json, key);
	buf_puts(json->out, "null");
}
