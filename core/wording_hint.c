/*
 * What a refusal says beside its sentence: remarks that no table of whole
 * sentences can list, because every administrator puts them otherwise.
 */

#include <ctype.h>
#include <string.h>

#include "core/wording.h"

/* The word stands by itself; "pop" is not in "population". */
static bool
has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char *at;

	for (at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[n]))
			return true;
	return false;
}

/* "check your mail", and not "check your mail client". */
static bool
speaks_of_fetching(const char *masked)
{
	static const char *const verbs[] = { "check ", "get ", "collect ",
		"fetch ", "retrieve ", "read ", "download ", "receive ",
		"checked ", "collected ", "fetched ", "retrieved ", "pick up ",
		NULL };
	static const char *const what[] = { "mail", "e-mail", "email",
		"your mail", "your e-mail", "your email", "new mail",
		"for mail", "for new mail", "your new mail", "mails",
		"your mails", "messages", "your messages", NULL };
	static const char *const others[] = { " client", " program",
		" software", " settings", " server", " provider", " account",
		" setup", " set up", " address", " config", " admin", NULL };
	const char *at, *end;
	size_t i, k, n;

	for (i = 0; verbs[i] != NULL; i++) {
		at = strstr(masked, verbs[i]);
		for (k = 0; at != NULL && what[k] != NULL; k++) {
			n = strlen(what[k]);
			end = at + strlen(verbs[i]) + n;
			if (strncmp(end - n, what[k], n) == 0 &&
			    !isalnum((unsigned char)*end) &&
			    !wording_has_any(end, others))
				return true;
		}
	}
	return false;
}

bool
wording_wants_fetching(const char *masked)
{
	static const char *const order[] = { "first", "before", "prior to",
		"after", "minute", "recently", "last ", "auth", "log in",
		"login", "logged in", "zuerst", "vorher", "abholen", "abrufen",
		"d'abord", "avant", "antes", "prima", NULL };
	static const char *const german[] = { "mails abholen",
		"mails abrufen", "mail abholen", "mail abrufen",
		"postfach abrufen", "mails abgerufen", NULL };
	bool pop = has_word(masked, "pop") || has_word(masked, "pop3") ||
	    has_word(masked, "imap") || has_word(masked, "imap4");

	return wording_has_any(masked, german) ||
	    ((pop || speaks_of_fetching(masked)) && wording_has_any(masked, order));
}

bool
wording_password_off(const char *masked)
{
	static const char *const words[] = { "application password",
		"app password", "app-password", "application-specific",
		"app-specific", "application specific", "app specific",
		"app passwort", "app-passwort", "anwendungspasswort",
		"anwendungsspezifisch", "oauth", "modern auth", "basic auth",
		"legacy auth", "security defaults", "authentication policy",
		"did not meet the criteria", "password login is ",
		"password authentication is ", "smtp auth is ",
		"smtp access is ", "smtp is disabled", "smtp is not enabled",
		"smtp not enabled", "smtp disabled", "smtpclientauth",
		"enable smtp", "does not have access rights to this service",
		"two-factor", "two factor", "2-step", "two-step",
		"multi-factor", "via your web browser", "through your browser",
		NULL };

	return wording_has_any(masked, words);
}

bool
wording_says_stopped(const char *masked)
{
	static const char *const words[] = { "suspend", "disabled",
		"deactivat", "locked", "blocked", "paused", "banned",
		"terminated", "on hold", "frozen", "gesperrt", "deaktiviert",
		"stillgelegt", "suspendu", "desactiv", "d\xc3\xa9sactiv",
		"bloqu", "sospes", "bloccat", "geblokkeerd", "zablokowan",
		NULL };
	static const char *const who[] = { "account", "sending", "sender",
		"outgoing", "outbound", "domain", "user", "privilege",
		"mail server", "service for", "konto", "absender", "versand",
		"senden", "compte", "cuenta", "utente", "conta ", NULL };
	/* Locked for a while, because the password was wrong too often. */
	static const char *const briefly[] = { "too many", "attempt",
		"failed login", "temporar", "minutes", "try again", NULL };

	return wording_has_any(masked, words) && wording_has_any(masked, who) &&
	    !wording_has_any(masked, briefly) && !wording_names_list(masked);
}
