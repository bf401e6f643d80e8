#ifndef RT_CORE_WORDING_H
#define RT_CORE_WORDING_H

/*
 * What can be told from the words of a reply without knowing its sentence.
 * All take text that pattern_flatten() has folded; "masked" means that
 * wording_mask() took names and numbers out.
 */

#include <stdbool.h>
#include <stddef.h>

/*
 * Mail addresses, host names, IP addresses, URLs and identifiers become
 * "@", numbers "#"; an enhanced status is kept.  Words that stand inside a
 * name (smtp-relay.example.net) are thereby out of the way.
 */
void wording_mask(const char *text, char *out, size_t size);

/* One of the words, NULL behind the last, stands anywhere in the text. */
bool wording_has_any(const char *text, const char *const *words);

/* "relay", "relaying" as words; not "relay=", "relay limit", and not the
 * reproach "is an open relay". */
bool wording_speaks_of_relay(const char *masked);
/* Says no: "denied", "not", "cannot", "prohibited" ... */
bool wording_denies(const char *masked);
/* Speaks of a blocklist. */
bool wording_names_list(const char *text);
/* The zone or else the URL's host that the text names; "" if none. */
void wording_list(const char *text, char *out, size_t size);
/* The delay in seconds that the text asks for, 0 for none; a day at most. */
int wording_wait(const char *text);
/* The words refuse the client, whatever it asks for. */
bool wording_names_client(const char *masked);
/* Mail has to be collected first, by POP or IMAP (wording_hint.c). */
bool wording_wants_fetching(const char *masked);
/* No password will do: an app password, a token or a setting is wanted. */
bool wording_password_off(const char *masked);
/* An account, a domain or sending is suspended, locked or disabled. */
bool wording_says_stopped(const char *masked);

/*
 * A server that asked the one behind it quotes what that one said ("host X
 * said: 550 ...") or that it could not be reached ("connect to X: ...").
 */
struct wording_quote {
	char host[256];    /* as quoted, "" where it is not named */
	int code;          /* of the quoted reply; 0: it was not reached */
	const char *text;  /* behind the code, inside the text given */
	size_t length;     /* bytes of it */
};
bool wording_quote(const char *text, struct wording_quote *quote);

/* Words that differ in masked texts of equally many words; else -1. */
int wording_differs(const char *masked_a, const char *masked_b);

#endif
