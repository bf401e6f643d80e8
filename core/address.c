#include "core/address.h"

#include <stdio.h>
#include <string.h>

#include "core/address_parts.h"
#include "core/text.h"
#include "net/i18n.h"

#define LOCAL_MAX 64    /* RFC 5321 4.5.3.1.1 */
#define MAILBOX_MAX 254 /* RFC 5321 4.5.3.1.3, less the <> */

/* atext of RFC 5322 3.2.3, and what RFC 6531 3.3 adds. */
static bool
is_atext(long cp)
{
	if (cp >= 0x80)
		return cp != 0xa0 && !text_is_hidden(cp);
	return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
	    (cp >= 'A' && cp <= 'Z') ||
	    (cp > 0 && strchr("!#$%&'*+-/=?^_`{|}~", (int)cp) != NULL);
}

static bool
check_dot_string(const char *local, struct err *err)
{
	size_t n = strlen(local), i, used;
	long cp;

	for (i = 0; i < n; i += used) {
		used = text_decode(local + i, n - i, &cp);
		if (cp == '.') {
			if (i == 0 || i + 1 == n || local[i + 1] == '.')
				return err_set(err, ERR_INPUT, "a dot too "
				    "many in the part before the @");
		} else if (cp == '@') {
			if (i == 0 || i + 1 == n || local[i + 1] == '@')
				return err_set(err, ERR_INPUT, "an @ too many");
		} else if (!is_atext(cp)) {
			return address_bad_character(cp,
			    _("part before the @"), err);
		}
	}
	return true;
}

/* From the opening quote; the closing one is the last byte. */
static bool
check_quoted(const char *local, struct err *err)
{
	size_t n = strlen(local), i, used;
	long cp;

	for (i = 1; i + 1 < n; i += used) {
		used = text_decode(local + i, n - i, &cp);
		if (cp == '\\') {
			used = 1 + text_decode(local + i + 1, n - i - 1, &cp);
			if (i + used >= n)
				break; /* it quotes the closing quote */
		} else if (cp == '"') {
			return err_set(err, ERR_INPUT, "a quotation mark "
			    "inside the quoted part before the @");
		}
		if (cp < ' ' || cp == 0x7f || text_is_hidden(cp))
			return address_bad_character(cp,
			    _("part before the @"), err);
	}
	if (n < 2 || i + 1 != n || local[n - 1] != '"')
		return err_set(err, ERR_INPUT,
		    "a quotation mark that is not closed before the @");
	return true;
}

/* Marks what servers may read as an order to relay. */
static void
note_odd_forms(struct address *a)
{
	const char *percent = strrchr(a->local, '%');
	const char *bang = strchr(a->local, '!');
	size_t n = strlen(a->local) - (a->quoted ? 1 : 0);

	a->percent = percent != NULL && percent > a->local + a->quoted &&
	    (size_t)(percent - a->local) + 1 < n;
	a->bang = bang != NULL && bang > a->local + a->quoted &&
	    (size_t)(bang - a->local) + 1 < n;
	a->double_at = strchr(a->local, '@') != NULL;
}

static bool
read_local(const char *text, size_t n, struct address *a, struct err *err)
{
	size_t i;

	if (n == 0)
		return err_set(err, ERR_INPUT, "nothing before the @");
	if (n > LOCAL_MAX)
		return err_set(err, ERR_INPUT, "the part before the @ is %zu "
		    "bytes long, %d are allowed", n, LOCAL_MAX);
	memcpy(a->local, text, n);
	a->local[n] = '\0';
	a->quoted = text[0] == '"';
	if (!(a->quoted ? check_quoted : check_dot_string)(a->local, err))
		return false;
	for (i = 0; i < n; i++)
		a->utf8 |= (unsigned char)text[i] >= 0x80;
	note_odd_forms(a);
	return true;
}

/* RFC 5321 4.1.3. */
static bool
read_literal(const char *text, struct address *a, struct err *err)
{
	char inner[ADDR_TEXT_MAX + 5];
	size_t n = strlen(text);
	int family = AF_INET;
	char *at = inner;

	if (text[n - 1] != ']')
		return err_set(err, ERR_INPUT, "a [ in the domain without ]");
	if (n - 2 >= sizeof(inner))
		return err_set(err, ERR_INPUT,
		    "what stands in [ ] is no IP address");
	memcpy(inner, text + 1, n - 2);
	inner[n - 2] = '\0';
	if (text_istarts(inner, "IPv6:")) {
		family = AF_INET6;
		at += 5;
	}
	if (!addr_parse(at, &a->literal_addr) || at[0] == '[' ||
	    a->literal_addr.scope != 0 || strchr(at, '%') != NULL)
		return err_set(err, ERR_INPUT,
		    "what stands in [ ] is no IP address");
	if (a->literal_addr.family != family)
		return err_set(err, ERR_INPUT, family == AF_INET ?
			_("an IPv6 address in [ ] needs \"IPv6:\" before it") :
			_("what stands behind \"IPv6:\" is no IPv6 address"));
	a->literal = true;
	memcpy(a->domain, text, n + 1);
	memcpy(a->domain_u, text, n + 1);
	return true;
}

static bool
read_domain(const char *text, struct address *a, struct err *err)
{
	if (text[0] == '[')
		return read_literal(text, a, err);
	if (text[0] != '\0' && text[strlen(text) - 1] == '.')
		return err_set(err, ERR_INPUT, "a dot at the domain's end");
	if (!address_domain(text, a->domain, sizeof(a->domain), err))
		return false;
	address_u_labels(a->domain, a->domain_u, sizeof(a->domain_u));
	a->mixed_script = address_mixes_scripts(a->domain_u);
	return true;
}

/*
 * A source route (RFC 5321 C): "@one,@two:" in front of the mailbox.  Its
 * length, 0 if there is none.
 */
static bool
read_route(const char *text, size_t *len, struct err *err)
{
	const char *colon = strchr(text, ':');
	char host[ADDRESS_MAX], ignored[256];
	const char *at = text;

	*len = 0;
	if (text[0] != '@')
		return true;
	if (colon == NULL)
		return err_set(err, ERR_INPUT, text[1] == '\0' ?
			_("an @ alone") : _("nothing before the @"));
	while (at < colon) {
		size_t n = strcspn(at, ",:");

		if (at[0] != '@')
			return err_set(err, ERR_INPUT, "a host without @ in "
			    "the source route before the colon");
		memcpy(host, at + 1, n - 1);
		host[n - 1] = '\0';
		if (!address_domain(host, ignored, sizeof(ignored), err))
			return false;
		at += n + 1;
	}
	*len = (size_t)(colon - text) + 1;
	return true;
}

/* The @ in front of the domain: the last one outside quotes. */
static const char *
find_at(const char *text)
{
	const char *at = NULL;

	if (text[0] == '"') {
		for (text++; *text != '\0' && *text != '"'; text++) {
			if (text[0] == '\\' && text[1] != '\0')
				text++;
		}
		if (*text == '"')
			text++;
	}
	for (; *text != '\0'; text++) {
		if (*text == '@')
			at = text;
	}
	return at;
}

/* "a@dest.example, b@dest.example" */
static bool
is_list(const char *text)
{
	const char *first = strchr(text, '@'), *comma;

	if (text[0] == '"' || first == NULL)
		return false;
	comma = strpbrk(first, ",;");
	return comma != NULL && strchr(comma, '@') != NULL;
}

static bool
read_mailbox(const char *text, struct address *a, struct err *err)
{
	const char *at = find_at(text);

	if (at == NULL && strchr(text, '!') != NULL && text[0] != '!' &&
	    text[strlen(text) - 1] != '!')
		return read_local(text, strlen(text), a, err);
	if (at == NULL && text[0] == '"')
		return err_set(err, ERR_INPUT, "a quotation mark that is not "
		    "closed before the @");
	if (at == NULL)
		return err_set(err, ERR_INPUT, "no @ in the address");
	if (is_list(text))
		return err_set(err, ERR_INPUT, "more than one address");
	return read_local(text, (size_t)(at - text), a, err) &&
	    read_domain(at + 1, a, err);
}

/* What goes on the wire: the route as it is, the domain in A-labels. */
static bool
compose(struct address *a, const char *route, size_t route_len,
    struct err *err)
{
	size_t local = strlen(a->local), domain = strlen(a->domain);
	size_t n = route_len + local + (domain > 0 ? 1 + domain : 0);
	char *at = a->mailbox;

	if (n > MAILBOX_MAX)
		return err_set(err, ERR_INPUT, "the address is %zu bytes "
		    "long, %d are allowed", n, MAILBOX_MAX);
	memcpy(at, route, route_len);
	at += route_len;
	memcpy(at, a->local, local);
	at += local;
	if (domain > 0) {
		*at++ = '@';
		memcpy(at, a->domain, domain);
	}
	a->mailbox[n] = '\0';
	return true;
}

bool
address_parse(const char *text, bool allow_null, struct address *address,
    struct err *err)
{
	struct address a = { 0 };
	size_t route;

	if (!address_unwrap(text, a.text, sizeof(a.text), err))
		return false;
	if (a.text[0] == '\0') {
		if (!allow_null)
			return err_set(err, ERR_INPUT, "no address");
		a.null = true;
		*address = a;
		return true;
	}
	if (!read_route(a.text, &route, err) ||
	    !read_mailbox(a.text + route, &a, err) ||
	    !compose(&a, a.text, route, err))
		return false;
	a.source_route = route > 0;
	*address = a;
	return true;
}

bool
address_is_odd(const struct address *a)
{
	return a->percent || a->bang || a->source_route || a->double_at ||
	    a->quoted;
}

/* "local" without its quotes and backslashes. */
static void
unquote(const char *local, char *out)
{
	size_t n = strlen(local), i;

	if (local[0] != '"') {
		memcpy(out, local, n + 1);
		return;
	}
	for (i = 1; i + 1 < n; i++) {
		if (local[i] == '\\' && i + 2 < n)
			i++;
		*out++ = local[i];
	}
	*out = '\0';
}

/* Takes one order to relay off; false if there is none. */
static bool
strip_one(const struct address *a, char *out, size_t size)
{
	char local[LOCAL_MAX + 1], *mark;
	int n;

	unquote(a->local, local);
	if (a->source_route) {
		n = snprintf(out, size, "%s",
		    strchr(a->mailbox, ':') + 1);
	} else if (a->double_at) {
		n = snprintf(out, size, "%s", local);
	} else if (a->percent) {
		mark = strrchr(local, '%');
		n = snprintf(out, size, "%.*s@%s", (int)(mark - local), local,
		    mark + 1);
	} else if (a->bang) {
		mark = strchr(local, '!');
		n = snprintf(out, size, "%s@%.*s", mark + 1,
		    (int)(mark - local), local);
	} else {
		return false;
	}
	return n > 0 && (size_t)n < size;
}

bool
address_plain(const struct address *address, char *out, size_t size)
{
	struct address a = *address;
	char text[ADDRESS_MAX];
	struct err err;
	int hops;

	for (hops = 0; hops < LOCAL_MAX; hops++) {
		if (!strip_one(&a, text, sizeof(text)))
			break;
		if (!address_parse(text, false, &a, &err))
			return false;
	}
	if (hops == 0 || a.domain[0] == '\0' || strlen(a.mailbox) >= size)
		return false;
	memcpy(out, a.mailbox, strlen(a.mailbox) + 1);
	return true;
}
