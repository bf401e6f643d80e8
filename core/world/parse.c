/*
 * Reads a world.  A line is a sentence: a keyword and words, separated by
 * blanks; "quoted words" may hold blanks and escapes.  Indented lines
 * belong to the block (story, resolver, ns, smtp) above them.  FORMAT.md
 * describes every keyword.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/world/parse.h"
#include "net/i18n.h"
#include "net/mem.h"

#define WORLD_BYTES_MAX (4 * 1024 * 1024)
#define STORY_MAX 4000

static bool read_background(struct parse *p);

bool
parse_fail(struct parse *p, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	return err_set(p->err, ERR_INPUT, "line %d: %s", p->line, text);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads \n \r \t \e \\ \" \xNN in place; anything else stays as it is. */
size_t
parse_unescape(char *text)
{
	static const char from[] = "nrte\\\"", to[] = "\n\r\t\033\\\"";
	char *in = text, *out = text;

	while (*in != '\0') {
		const char *at;

		if (*in != '\\' || in[1] == '\0') {
			*out++ = *in++;
		} else if (in[1] == 'x' && hex_digit(in[2]) >= 0 &&
		    hex_digit(in[3]) >= 0) {
			*out++ = (char)(hex_digit(in[2]) << 4 |
			    hex_digit(in[3]));
			in += 4;
		} else if ((at = strchr(from, in[1])) != NULL) {
			*out++ = to[at - from];
			in += 2;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	return (size_t)(out - text);
}

/* Splits the line in place; a # that begins a word begins a comment. */
static bool
split(struct parse *p, char *text)
{
	char *at = text;

	p->count = 0;
	p->at = 1;
	for (;;) {
		char *word;

		while (*at == ' ' || *at == '\t')
			at++;
		if (*at == '\0' || *at == '#')
			return true;
		if (p->count == PARSE_WORDS)
			return parse_fail(p, "more than %d words", PARSE_WORDS);
		if (*at == '"') {
			word = ++at;
			while (*at != '\0' && *at != '"')
				at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
			if (*at != '"')
				return parse_fail(p, "a quote is not closed");
			*at++ = '\0';
			parse_unescape(word);
		} else {
			word = at;
			while (*at != '\0' && *at != ' ' && *at != '\t')
				at++;
			if (*at != '\0')
				*at++ = '\0';
		}
		p->words[p->count++] = word;
	}
}

const char *
parse_word(struct parse *p, const char *what)
{
	if (p->at < p->count)
		return p->words[p->at++];
	parse_fail(p, "%s wants %s", p->words[0], what);
	return NULL;
}

/* The next word if it is this one. */
bool
parse_option(struct parse *p, const char *word)
{
	if (p->at >= p->count || strcmp(p->words[p->at], word) != 0)
		return false;
	p->at++;
	return true;
}

bool
parse_end(struct parse *p)
{
	if (p->at >= p->count)
		return true;
	return parse_fail(p, "%s: \"%.60s\" was not expected", p->words[0],
	    p->words[p->at]);
}

bool
parse_number(struct parse *p, const char *what, unsigned long max,
    unsigned long *value)
{
	const char *word = parse_word(p, what);
	char *end;
	unsigned long v;

	if (word == NULL)
		return false;
	errno = 0;
	v = strtoul(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end != '\0' || errno != 0 ||
	    v > max)
		return parse_fail(p, "\"%.40s\" is no %s", word, what);
	*value = v;
	return true;
}

/* "3s", "250ms", "5m", "1h". */
bool
parse_duration(struct parse *p, int *ms)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 } };
	const char *word = parse_word(p, "a duration such as 3s");
	char *end;
	double v;
	size_t i;

	if (word == NULL)
		return false;
	v = strtod(word, &end);
	for (i = 0; end != word && i < 4; i++) {
		if (strcmp(end, units[i].unit) != 0 || !(v >= 0) ||
		    v * units[i].ms > 7 * 24 * 3600000.0)
			continue;
		*ms = (int)(v * units[i].ms);
		return true;
	}
	return parse_fail(p, "\"%.40s\" is no duration such as 3s or 250ms",
	    word);
}

bool
parse_address(struct parse *p, uint16_t port, struct addr *addr)
{
	const char *word = parse_word(p, "an address");

	if (word == NULL)
		return false;
	if (!addr_parse_port(word, port, addr))
		return parse_fail(p, "\"%.60s\" is no address", word);
	return true;
}

/* A domain name, without its final dot; the caller frees. */
char *
parse_name(struct parse *p, const char *what)
{
	const char *word = parse_word(p, what);
	size_t n;

	if (word == NULL)
		return NULL;
	n = strlen(word);
	if (n > 1 && word[n - 1] == '.')
		n--;
	if (n == 0 || n > 1000) {
		parse_fail(p, "\"%.60s\" is no name", word);
		return NULL;
	}
	return mem_strndup(word, n);
}

/* What is left of the line, as it was written. */
static const char *
rest_of(const char *line, int words)
{
	while (words-- > 0) {
		line += strcspn(line, " \t");
		line += strspn(line, " \t");
	}
	return line;
}

static void
add_pair(struct pairs *pairs, const char *key, const char *value)
{
	pairs->items = mem_grow(pairs->items, pairs->count, &pairs->cap,
	    sizeof(*pairs->items));
	pairs->items[pairs->count++] =
	    (struct pair) { mem_strdup(key), mem_strdup(value) };
}

static bool
read_pair(struct parse *p, struct pairs *pairs, const char *line)
{
	const char *key = parse_word(p, "a key");

	if (key == NULL)
		return false;
	add_pair(pairs, key, rest_of(line, 2));
	return true;
}

/* A misspelt expectation would be one that is always met. */
static bool
read_expectation(struct parse *p, const char *line)
{
	static const char *const keys[] = { "verdict", "cause", "also",
		"not-cause", "summary", "ruled-out", "failure", "finding",
		"not-finding", "server", "exit", "messages", "within",
		"round-trips", "without-quit" };
	size_t i;

	for (i = 0; p->count > 1 && i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(p->words[1], keys[i]) == 0)
			return read_pair(p, &p->world->expects, line);
	return parse_fail(p, "expect: \"%.60s\" is nothing that can be "
	    "expected", p->count > 1 ? p->words[1] : "");
}

static bool
read_client(struct parse *p)
{
	struct addr addr;

	while (p->at < p->count) {
		if (!parse_address(p, 0, &addr))
			return false;
		if (addr.family == AF_INET)
			p->world->client4 = addr;
		else
			p->world->client6 = addr;
	}
	return true;
}

static bool
read_refused(struct parse *p)
{
	struct world *w = p->world;
	struct addr addr;

	while (p->at < p->count) {
		if (!parse_address(p, 1, &addr))
			return false;
		w->refusing = mem_grow(w->refusing, w->refusing_count,
		    &w->refusing_cap, sizeof(addr));
		w->refusing[w->refusing_count++] = addr;
	}
	return true;
}

static bool
top_line(struct parse *p, const char *line)
{
	struct world *w = p->world;
	const char *key = p->words[0];

	p->block = BLOCK_NONE;
	if (strcmp(key, "title") == 0) {
		free(w->title);
		w->title = mem_strdup(rest_of(line, 1));
		return true;
	}
	if (strcmp(key, "story") == 0) {
		p->block = BLOCK_STORY;
		return buf_puts(&w->story, rest_of(line, 1)) ||
		    parse_fail(p, "the story is too long");
	}
	if (strcmp(key, "watch") == 0) {
		p->block = BLOCK_WATCH;
		return buf_puts(&w->watch, rest_of(line, 1)) ||
		    parse_fail(p, "there is too much to watch");
	}
	if (strcmp(key, "case") == 0)
		return read_pair(p, &w->cases, line);
	if (strcmp(key, "expect") == 0)
		return read_expectation(p, line);
	if (strcmp(key, "background") == 0)
		return read_background(p);
	if (strcmp(key, "client") == 0)
		return read_client(p);
	if (strcmp(key, "rtt") == 0)
		return parse_duration(p, &w->rtt_ms) && parse_end(p);
	if (strcmp(key, "refused") == 0)
		return read_refused(p);
	if (strcmp(key, "smtp") == 0)
		return parse_smtp(p);
	return parse_dns(p);
}

static bool
story_line(struct parse *p, const char *text)
{
	struct buf *story = p->block == BLOCK_WATCH ? &p->world->watch :
						     &p->world->story;

	if (story->len > 0)
		buf_putc(story, ' ');
	return buf_puts(story, text) ||
	    parse_fail(p, "the story is too long");
}

/* `line` is the whole line; it is cut into words in a copy. */
static bool
one_line(struct parse *p, const char *line)
{
	bool indented = line[0] == ' ' || line[0] == '\t';
	const char *text = line + strspn(line, " \t");
	bool ok;
	char *copy;

	if (*text == '\0' || *text == '#')
		return true;
	if (indented &&
	    (p->block == BLOCK_STORY || p->block == BLOCK_WATCH))
		return story_line(p, text);
	if (indented && p->block == BLOCK_SMTP &&
	    (text[0] == 'S' || text[0] == 'C') &&
	    (text[1] == ' ' || text[1] == '\0'))
		return parse_script(p, text);
	copy = mem_strdup(text);
	ok = split(p, copy);
	if (ok && !indented)
		ok = top_line(p, text);
	else if (ok && p->block == BLOCK_SMTP)
		ok = parse_smtp_line(p);
	else if (ok && p->block == BLOCK_NS)
		ok = parse_ns_line(p);
	else if (ok)
		ok = parse_fail(p, "an indented line stands under nothing");
	free(copy);
	return ok;
}

/*
 * `case` lines that the player itself needs: with --send a message may go
 * past RCPT, which else counts as a violation.
 */
static void
finish(struct world *world)
{
	const char *send = world_case(world, "send", 0);

	world->data_allowed = send != NULL && strcmp(send, "no") != 0;
	parse_dns_finish(world);
}

/* Line by line; a line's own mistake stops it. */
static bool
read_text(struct parse *p, const char *text, size_t n)
{
	const char *at = text, *end = text + n;
	bool ok = true;

	while (ok && at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = nl != NULL ? (size_t)(nl - at) :
		    (size_t)(end - at);
		char *line = mem_strndup(at, len);

		if (len > 0 && line[len - 1] == '\r')
			line[len - 1] = '\0';
		p->line++;
		ok = one_line(p, line);
		free(line);
		at += len + 1;
	}
	return ok;
}

/* background: the usual surroundings, so that a world is its situation. */
static bool
read_background(struct parse *p)
{
	struct parse inner = { .world = p->world, .err = p->err };

	return parse_end(p) &&
	    read_text(&inner, world_background, strlen(world_background));
}

struct world *
world_parse(const char *text, size_t n, struct err *err)
{
	static const uint8_t me4[4] = { 198, 51, 100, 7 };
	struct world *world = mem_alloc(sizeof(*world));
	struct parse p = { .world = world, .err = err };
	bool ok;

	buf_init(&world->story, STORY_MAX);
	buf_init(&world->watch, STORY_MAX);
	world->client4 = addr_v4(me4, 0);
	addr_parse("2001:db8:7::7", &world->client6);
	if (n > WORLD_BYTES_MAX)
		ok = err_set(err, ERR_LIMIT, "a world of %zu bytes", n);
	else if (memchr(text, '\0', n) != NULL)
		ok = err_set(err, ERR_INPUT, "the world holds a NUL byte");
	else
		ok = read_text(&p, text, n);
	if (!ok) {
		world_free(world);
		return NULL;
	}
	finish(world);
	return world;
}

struct world *
world_read(const char *path, struct err *err)
{
	struct world *world = NULL;
	struct buf text;
	char chunk[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL) {
		err_sys(err, errno, "%s cannot be read", path);
		return NULL;
	}
	buf_init(&text, WORLD_BYTES_MAX + 1);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&text, chunk, n);
	if (ferror(f))
		err_sys(err, errno, "%s cannot be read", path);
	else
		world = world_parse(buf_str(&text), text.len, err);
	fclose(f);
	buf_clear(&text);
	return world;
}
