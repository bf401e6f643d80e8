#include "core/wording.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S 86400

/* Bytes that part words; a name or an address holds none of them. */
static bool
is_break(char c)
{
	return strchr(" <>()[]{}\"'`,;|", c) != NULL;
}

bool
wording_has_any(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(text, *words) != NULL)
			return true;
	return false;
}

/* "5.7.1" and "#5.7.1": three numbers, the first one 2, 4 or 5. */
static bool
is_status(const char *w, size_t n)
{
	size_t i, dots = 0;

	if (n > 0 && *w == '#') {
		w++;
		n--;
	}
	if (n < 5 || strchr("245", w[0]) == NULL || w[1] != '.')
		return false;
	for (i = 1; i < n; i++) {
		if (w[i] == '.')
			dots++;
		else if (!isdigit((unsigned char)w[i]))
			return false;
	}
	return dots == 2;
}

/* A dot between letters or digits, the last label of letters: a name. */
static bool
is_host(const char *w, size_t n)
{
	size_t i, last = 0, dots = 0;

	for (i = 0; i < n; i++) {
		if (w[i] == '.') {
			if (i == 0 || i + 1 == n || w[i + 1] == '.')
				return false;
			dots++;
			last = i + 1;
		} else if (!isalnum((unsigned char)w[i]) && w[i] != '-' &&
		    w[i] != '_' && (w[i] & 0x80) == 0) {
			return false;
		}
	}
	return dots > 0 && n - last >= 2 && !isdigit((unsigned char)w[last]);
}

static bool
contains(const char *w, size_t n, const char *what)
{
	size_t len = strlen(what), i;

	for (i = 0; i + len <= n; i++)
		if (memcmp(w + i, what, len) == 0)
			return true;
	return false;
}

/* What stands for the word: '@', '#', or 0 where the word stays. */
static char
mask_of(const char *w, size_t n)
{
	size_t i, digits = 0, colons = 0;

	if (is_status(w, n))
		return 0;
	if (contains(w, n, "@") || contains(w, n, "://") || is_host(w, n))
		return '@';
	for (i = 0; i < n; i++) {
		digits += isdigit((unsigned char)w[i]) != 0;
		colons += w[i] == ':';
	}
	if (digits == n)
		return '#';
	if (colons > 1 || (digits > 0 && n >= 6))
		return '@';
	if (isdigit((unsigned char)w[0]))
		return '#';
	return 0;
}

void
wording_mask(const char *text, char *out, size_t size)
{
	size_t n, body, len = 0;
	char mask;

	while (*text != '\0' && len + 1 < size) {
		if (is_break(*text)) {
			out[len++] = *text++;
			continue;
		}
		for (n = 0; text[n] != '\0' && !is_break(text[n]);)
			n++;
		/* Punctuation at the end belongs to the sentence. */
		for (body = n; body > 1 && strchr(".:!?", text[body - 1]);)
			body--;
		mask = mask_of(text, body);
		if (mask == 0)
			body = 0;
		else
			out[len++] = mask;
		for (; body < n && len + 1 < size; body++)
			out[len++] = text[body];
		text += n;
	}
	out[len] = '\0';
}

/* "relay" as a word of its own at `at`; *end is where it ends. */
static bool
relay_word_at(const char *text, const char *at, const char **end)
{
	static const char *const tails[] = { "ing", "ed", "s", "" };
	size_t i, n;

	if (at > text &&
	    (isalnum((unsigned char)at[-1]) || strchr("_./=@", at[-1]) != NULL))
		return false;
	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		n = strlen(tails[i]);
		if (strncmp(at + 5, tails[i], n) == 0) {
			*end = at + 5 + n;
			return **end == '\0' ||
			    (!isalnum((unsigned char)**end) &&
				strchr("=_/", **end) == NULL);
		}
	}
	return false;
}

static bool
starts_any(const char *text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strncmp(text, *words, strlen(*words)) == 0)
			return true;
	return false;
}

bool
wording_names_list(const char *text)
{
	static const char *const words[] = { "blocklist", "block list",
		"blacklist", "black list", "black-list", "denylist", "dnsbl",
		"rbl", "blocked using", "blocked by", " listed", "spamhaus",
		"spamcop", "sorbs", "barracudacentral", "reputation", "ordb",
		"database", "senderbase", NULL };

	return wording_has_any(text, words);
}

/*
 * The word in other languages: German and English share theirs; French
 * relais and relayage, Russian, Chinese, Japanese, Korean.
 */
static bool
foreign_relay_word(const char *masked)
{
	static const char *const words[] = { "relais ", "relayage", "relai ",
		"mail-relay", "mailrelay",
		"\xd0\xb5\xd0\xbb\xd0\xb5\xd0\xb9",
		"\xd0\xb5\xd1\x82\xd1\x80\xd0\xb0\xd0\xbd\xd1\x81\xd0\xbb\xd1\x8f",
		"\xe4\xb8\xad\xe7\xbb\xa7", "\xe4\xb8\xad\xe7\xb9\xbc",
		"\xe4\xb8\xad\xe7\xb6\x99",
		"\xeb\xa6\xb4\xeb\xa0\x88\xec\x9d\xb4", NULL };

	return wording_has_any(masked, words);
}

bool
wording_speaks_of_relay(const char *masked)
{
	static const char *const other[] = { " limit", " quota", " rate",
		" reputation", " server", " host ", " time", " mta", NULL };
	static const char *const none[] = { "not an open relay",
		"n't an open relay", "no open relay", "never an open relay",
		"open relay not ", "open relay is not ", NULL };
	bool closed = wording_has_any(masked, none);
	const char *at, *end;

	for (at = strstr(masked, "relay"); at != NULL;
	     at = strstr(at + 1, "relay")) {
		if (!relay_word_at(masked, at, &end))
			continue;
		if (!closed && at - masked >= 5 &&
		    (strncmp(at - 5, "open ", 5) == 0 ||
			strncmp(at - 5, "open-", 5) == 0))
			continue;
		if (!starts_any(end, other))
			return true;
	}
	return foreign_relay_word(masked);
}

bool
wording_denies(const char *masked)
{
	static const char *const words[] = { "denied", "deny", "not ", "n't ",
		"no ", "cannot", "refus", "prohibit", "reject", "disallow",
		"forbid", "unauthori", "illegal", "unable", "never", "disabled",
		"restrict", "require", "only", "invalid", "block", "violation",
		"attempt", "failed", "unlawful", "denies",
		/* and in other languages */
		"nicht", "kein", "verboten", "verweiger", "abgelehnt",
		"untersagt", "interdit", "non ", "denegad", "negad", "negat",
		"recusad", "rechazad", "proibi", "prohib", "vietat", "rifiutat",
		"niet ", "geweiger", "zabron", "odrzuc", "niedozwol", " yok",
		" ej ", " inte ", " ikke ",
		"\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89",
		"\xd0\xbd\xd0\xb5 ", "\xd0\xbe\xd1\x82\xd0\xba\xd0\xb0\xd0\xb7",
		"\xe6\x8b\x92", "\xe4\xb8\x8d", "\xe7\xa6\x81",
		"\xeb\xb6\x80", NULL };

	return wording_has_any(masked, words);
}

bool
wording_names_client(const char *masked)
{
	static const char *const words[] = { "client host rejected",
		"your host", "your ip", "your address", "your network",
		"your server", "your connection", "your country",
		"your isp", "your provider", NULL };

	return wording_has_any(masked, words);
}

/* The host name at `at`, also behind "scheme://", into `out`. */
static bool
take_host(const char *at, char *out, size_t size)
{
	static const char *const schemes[] = { "http://", "https://", NULL };
	size_t n;

	if (starts_any(at, schemes))
		at = strstr(at, "://") + 3;
	for (n = 0; isalnum((unsigned char)at[n]) || at[n] == '-' ||
	     at[n] == '.' || at[n] == '_';)
		n++;
	while (n > 0 && at[n - 1] == '.')
		n--;
	if (n == 0 || n >= size || at[n] == '@' || !is_host(at, n))
		return false;
	snprintf(out, size, "%.*s", (int)n, at);
	return true;
}

void
wording_list(const char *text, char *out, size_t size)
{
	static const char *const leads[] = { "using ", "listed at ",
		"listed in ", "listed on ", "listed by ", "list at ",
		"list in ", "found in ", "found on ", "blocked by ",
		"rejected by ", "dnsbl ", "rbl ",
		"dnsbl: ", "rbl: ", "blocklist ", "blacklist ",
		"blacklisted by ", "blacklisted at ", "blacklisted in ", "see ",
		NULL };
	const char *at;
	size_t i;

	out[0] = '\0';
	for (i = 0; leads[i] != NULL; i++)
		for (at = strstr(text, leads[i]); at != NULL;
		     at = strstr(at + 1, leads[i]))
			if (take_host(at + strlen(leads[i]), out, size))
				return;
	for (at = strstr(text, "http"); at != NULL; at = strstr(at + 1, "http"))
		if (strstr(at, "://") != NULL && take_host(at, out, size) &&
		    strncmp(out, "http", 4) != 0)
			return;
	out[0] = '\0';
}

/* "00:05:00" and "05:00" behind `at`, in seconds; 0 if none. */
static long
clock_time(const char *at)
{
	long part, sum = 0;
	int parts = 0;
	char *end;

	while (isdigit((unsigned char)*at) && parts < 3) {
		part = strtol(at, &end, 10);
		if (end - at > 4)
			return 0;
		sum = sum * 60 + part;
		parts++;
		at = end;
		if (*at != ':')
			break;
		at++;
	}
	return parts >= 2 ? sum : 0;
}

/* The length of the unit that the text at `at` names, or 0. */
static long
unit_s(const char *at)
{
	static const struct {
		const char *word;
		long seconds;
	} units[] = {
		{ "sec", 1 },
		{ "sek", 1 },
		{ "s ", 1 },
		{ "segundo", 1 },
		{ "min", 60 },
		{ "hour", 3600 },
		{ "stunde", 3600 },
		{ "heure", 3600 },
		{ "hora", 3600 },
		{ "ore", 3600 },
	};
	size_t i;

	while (*at == ' ' || *at == '-')
		at++;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strncmp(at, units[i].word, strlen(units[i].word)) == 0)
			return units[i].seconds;
	return 0;
}

/* One of the words stands directly in front of `at`. */
static bool
ends_any(const char *text, const char *at, const char *const *words)
{
	size_t n;

	for (; *words != NULL; words++) {
		n = strlen(*words);
		if ((size_t)(at - text) >= n && memcmp(at - n, *words, n) == 0)
			return true;
	}
	return false;
}

int
wording_wait(const char *text)
{
	static const char *const leads[] = { "again", "retry", "wait", "later",
		"after ", "greylist", "graylist", "grey list", "delay",
		"come back", "erneut", "reessayer", "reintente", NULL };
	static const char *const past[] = { "last ", "past ", "per ", "every ",
		"within ", NULL };
	const char *at, *next;
	long n, clock;
	char *end;

	if (!wording_has_any(text, leads))
		return 0;
	for (at = text; *at != '\0'; at = next) {
		next = at + 1;
		if (!isdigit((unsigned char)*at) ||
		    (at > text &&
			(isalnum((unsigned char)at[-1]) ||
			    strchr(".:-", at[-1]) != NULL)))
			continue;
		clock = clock_time(at);
		n = strtol(at, &end, 10);
		next = end;
		if (end - at > 6)
			continue;
		n = clock > 0 ? clock : n * unit_s(end);
		if (n <= 0 || n > DAY_S)
			continue;
		if (!ends_any(text, at, past))
			return (int)n;
	}
	return 0;
}

int
wording_differs(const char *a, const char *b)
{
	size_t na, nb;
	int odd = 0;

	while (*a != '\0' && *b != '\0') {
		na = strcspn(a, " ");
		nb = strcspn(b, " ");
		odd += na != nb || memcmp(a, b, na) != 0;
		a += na + (a[na] == ' ');
		b += nb + (b[nb] == ' ');
	}
	return *a == '\0' && *b == '\0' ? odd : -1;
}
