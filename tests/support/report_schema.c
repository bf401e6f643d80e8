#include "support/report_schema.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "core/causes.h"

enum type {
	TEXT,     /* any string */
	WORD,     /* a string out of `words`, which blanks part */
	CAUSE,    /* the id of a cause */
	REF,      /* "p7", or "" where nothing was asked */
	STATUS,   /* "5.7.1", or "" */
	WHOLE,    /* an integer from 0 */
	NUMBER,   /* an integer */
	SHARE,    /* 0 to 1 */
	TRUTH,
	OBJECT,   /* with the members of the shape */
	OR_NULL,  /* an object or null */
	LIST,     /* of objects of that shape */
	STRINGS,  /* a list of strings */
};

#define STAGES "dns connect banner ehlo starttls tls auth mail rcpt data quit"

static const struct member {
	const char *shape, *name;
	enum type type;
	const char *words; /* the vocabulary, or the shape of what is inside */
} members[] = {
	{ "report", "version", WHOLE, NULL },
	{ "report", "tool", TEXT, NULL },
	{ "report", "started", TEXT, NULL },
	{ "report", "elapsed_ms", WHOLE, NULL },
	{ "report", "complete", TRUTH, NULL },
	{ "report", "from", OBJECT, "from" },
	{ "report", "case", OBJECT, "case" },
	{ "report", "verdict", WORD,
	    "accepted partly refused deferred unreachable inconclusive" },
	{ "report", "causes", LIST, "cause" },
	{ "report", "ruled_out", LIST, "ruled_out" },
	{ "report", "failure_point", OR_NULL, "failure" },
	{ "report", "servers", LIST, "server" },
	{ "report", "findings", LIST, "finding" },
	{ "report", "probes", LIST, "probe" },
	{ "report", "transcripts", LIST, "transcript" },
	{ "from", "address", TEXT, NULL },
	{ "from", "helo", TEXT, NULL },
	{ "from", "resolver", TEXT, NULL },
	{ "case", "recipient", TEXT, NULL },
	{ "case", "sender", TEXT, NULL },
	{ "case", "route", WORD, "mx server" },
	{ "case", "server", TEXT, NULL },
	{ "cause", "id", CAUSE, NULL },
	{ "cause", "confidence", SHARE, NULL },
	{ "cause", "certainty", WORD, "confirmed likely possible" },
	{ "cause", "summary", TEXT, NULL },
	{ "cause", "who", WORD, "user sender-admin recipient-admin provider" },
	{ "cause", "evidence", LIST, "evidence" },
	{ "cause", "fix", LIST, "fix" },
	{ "evidence", "for", TRUTH, NULL },
	{ "evidence", "probe", REF, NULL },
	{ "evidence", "line", WHOLE, NULL },
	{ "evidence", "text", TEXT, NULL },
	{ "fix", "product", TEXT, NULL },
	{ "fix", "text", TEXT, NULL },
	{ "fix", "commands", STRINGS, NULL },
	{ "ruled_out", "id", CAUSE, NULL },
	{ "ruled_out", "why", TEXT, NULL },
	{ "ruled_out", "probe", REF, NULL },
	{ "failure", "probe", REF, NULL },
	{ "failure", "host", TEXT, NULL },
	{ "failure", "address", TEXT, NULL },
	{ "failure", "port", WHOLE, NULL },
	{ "failure", "stage", WORD, STAGES },
	{ "failure", "line", WHOLE, NULL },
	{ "failure", "code", WHOLE, NULL },
	{ "failure", "enhanced", STATUS, NULL },
	{ "failure", "text", TEXT, NULL },
	{ "server", "host", TEXT, NULL },
	{ "server", "address", TEXT, NULL },
	{ "server", "port", WHOLE, NULL },
	{ "server", "preference", NUMBER, NULL },
	{ "server", "role", WORD, "mx server neither" },
	{ "server", "product", TEXT, NULL },
	{ "server", "version", TEXT, NULL },
	{ "server", "result", WORD,
	    "accepted refused deferred unreachable skipped" },
	{ "server", "stage", WORD, STAGES },
	{ "server", "code", WHOLE, NULL },
	{ "server", "enhanced", STATUS, NULL },
	{ "server", "text", TEXT, NULL },
	{ "server", "tls", OBJECT, "tls" },
	{ "server", "auth", OBJECT, "auth" },
	{ "server", "probe", REF, NULL },
	{ "tls", "offered", WORD, "yes no unknown" },
	{ "tls", "established", WORD, "yes no unknown" },
	{ "tls", "trusted", WORD, "yes no unknown" },
	{ "tls", "why", TEXT, NULL },
	{ "auth", "clear", STRINGS, NULL },
	{ "auth", "tls", STRINGS, NULL },
	{ "finding", "id", TEXT, NULL },
	{ "finding", "result", WORD, "yes no unknown not-applicable" },
	{ "finding", "severity", WORD, "error warning info" },
	{ "finding", "subject", TEXT, NULL },
	{ "finding", "text", TEXT, NULL },
	{ "finding", "probe", REF, NULL },
	{ "probe", "id", REF, NULL },
	{ "probe", "kind", TEXT, NULL },
	{ "probe", "subject", TEXT, NULL },
	{ "probe", "status", WORD, "ok failed skipped" },
	{ "probe", "start_ms", NUMBER, NULL },
	{ "probe", "end_ms", NUMBER, NULL },
	{ "probe", "why", TEXT, NULL },
	{ "transcript", "probe", REF, NULL },
	{ "transcript", "lines", LIST, "line" },
	{ "line", "n", WHOLE, NULL },
	{ "line", "ms", WHOLE, NULL },
	{ "line", "dir", WORD, "server client note" },
	{ "line", "text", TEXT, NULL },
	{ "line", "annotation", TEXT, NULL },
};

/* Where we are and what is wrong there. */
struct place {
	char *what;
	size_t size;
	char path[200];
};

static bool
wrong(struct place *at, const char *name, const char *why)
{
	snprintf(at->what, at->size, "%s%s%s: %s", at->path,
	    at->path[0] != '\0' ? "." : "", name, why);
	return false;
}

static bool
is_one_of(const char *word, const char *words)
{
	size_t n = strlen(word);
	const char *p;

	for (p = words; n > 0 && (p = strstr(p, word)) != NULL; p += n)
		if ((p == words || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

static bool
is_cause(const char *id)
{
	int i;

	for (i = 0; i < CAUSE_COUNT; i++)
		if (strcmp(cause_name((enum cause_id)i), id) == 0)
			return true;
	return false;
}

static bool
is_string_of(enum type type, const char *s, const char *words)
{
	int a, b, c, n = 0;

	switch (type) {
	case WORD:
		return is_one_of(s, words);
	case CAUSE:
		return is_cause(s);
	case REF:
		return *s == '\0' ||
		    (sscanf(s, "p%d%n", &a, &n) == 1 && a > 0 && s[n] == '\0');
	case STATUS:
		return *s == '\0' ||
		    (sscanf(s, "%d.%d.%d%n", &a, &b, &c, &n) == 3 &&
			s[n] == '\0');
	default:
		return true;
	}
}

static bool has_shape(const json_t *object, const char *shape,
    struct place *at);

static bool
is_list(const json_t *value, const struct member *m, struct place *at)
{
	size_t i, end = strlen(at->path);
	json_t *one;

	json_array_foreach(value, i, one) {
		if (m->type == STRINGS && !json_is_string(one))
			return wrong(at, m->name, "holds no strings");
		if (m->type == STRINGS)
			continue;
		snprintf(at->path + end, sizeof(at->path) - end, "%s%s[%zu]",
		    end > 0 ? "." : "", m->name, i);
		if (!has_shape(one, m->words, at))
			return false;
		at->path[end] = '\0';
	}
	return json_is_array(value) || wrong(at, m->name, "is no list");
}

static bool
is_inside(const json_t *value, const struct member *m, struct place *at)
{
	size_t end = strlen(at->path);

	if (m->type == OR_NULL && json_is_null(value))
		return true;
	snprintf(at->path + end, sizeof(at->path) - end, "%s%s",
	    end > 0 ? "." : "", m->name);
	if (!has_shape(value, m->words, at))
		return false;
	at->path[end] = '\0';
	return true;
}

static bool
is_good(const json_t *value, const struct member *m, struct place *at)
{
	switch (m->type) {
	case WHOLE:
		return (json_is_integer(value) &&
			   json_integer_value(value) >= 0) ||
		    wrong(at, m->name, "is no number from 0");
	case NUMBER:
		return json_is_integer(value) ||
		    wrong(at, m->name, "is no number");
	case SHARE:
		return (json_is_number(value) && json_number_value(value) >= 0 &&
			   json_number_value(value) <= 1) ||
		    wrong(at, m->name, "is not from 0 to 1");
	case TRUTH:
		return json_is_boolean(value) ||
		    wrong(at, m->name, "is neither true nor false");
	case OBJECT:
	case OR_NULL:
		return is_inside(value, m, at);
	case LIST:
	case STRINGS:
		return is_list(value, m, at);
	default:
		return (json_is_string(value) && is_string_of(m->type,
			   json_string_value(value), m->words)) ||
		    wrong(at, m->name, json_is_string(value) ?
			    json_string_value(value) : "is no string");
	}
}

static bool
has_shape(const json_t *object, const char *shape, struct place *at)
{
	const json_t *value;
	size_t i;

	if (!json_is_object(object))
		return wrong(at, shape, "is no object");
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (strcmp(members[i].shape, shape) != 0)
			continue;
		value = json_object_get(object, members[i].name);
		if (value == NULL)
			return wrong(at, members[i].name, "is missing");
		if (!is_good(value, &members[i], at))
			return false;
	}
	return true;
}

bool
report_schema_holds(const char *json, size_t n, char *what, size_t size)
{
	struct place at = { .what = what, .size = size };
	json_error_t error;
	json_t *tree = json_loadb(json, n, JSON_REJECT_DUPLICATES, &error);
	bool good;

	if (tree == NULL) {
		snprintf(what, size, "no JSON: %s", error.text);
		return false;
	}
	good = has_shape(tree, "report", &at);
	json_decref(tree);
	return good;
}
