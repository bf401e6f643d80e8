#include "core/bounce/lines.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/mem.h"

static const char *const verbs[] = {
	"RCPT", "MAIL", "DATA", "EHLO", "HELO", "LHLO", "BDAT", "RSET",
	"QUIT", "AUTH", "STARTTLS", "VRFY", "NOOP", ".", "(",
};

static bool
is_transcript(const char *s)
{
	size_t i;

	if (strncmp(s, ">>> ", 4) != 0)
		return false;
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (text_istarts(s + 4, verbs[i]))
			return true;
	return false;
}

static int
blanks(char **s)
{
	int indent = 0;

	for (; **s == ' ' || **s == '\t'; (*s)++)
		indent += **s == '\t' ? 8 : 1;
	/* A no-break space indents too: e-mail clients write them. */
	while (strncmp(*s, "\xc2\xa0", 2) == 0) {
		*s += 2;
		indent++;
	}
	return indent;
}

static void
add(struct lines *lines, char *s)
{
	struct line *line;
	int indent = blanks(&s);
	size_t n;

	while (*s == '>' && !is_transcript(s)) {
		s++;
		if (*s == ' ')
			s++;
		indent = blanks(&s);
	}
	n = strnlen(s, LINE_TEXT_MAX);
	s[n] = '\0';
	while (n > 0 && strchr(" \t\r", s[n - 1]) != NULL)
		s[--n] = '\0';
	lines->v = mem_grow(lines->v, lines->count, &lines->cap,
	    sizeof(*lines->v));
	line = &lines->v[lines->count++];
	line->text = s;
	line->len = n;
	line->indent = indent;
}

void
lines_read(struct lines *lines, const char *text, size_t n)
{
	char *s, *nl;

	memset(lines, 0, sizeof(*lines));
	lines->store = mem_alloc(n + 1);
	memcpy(lines->store, text, n);
	for (s = lines->store; lines->count < LINES_MAX; s = nl + 1) {
		nl = strchr(s, '\n');
		if (nl == NULL) {
			if (*s != '\0')
				add(lines, s);
			break;
		}
		*nl = '\0';
		add(lines, s);
	}
}

void
lines_clear(struct lines *lines)
{
	free(lines->store);
	free(lines->v);
	memset(lines, 0, sizeof(*lines));
}
