#include "core/fix.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/product.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"

#define VALUE_MAX 4096

static const struct fix fixes[] = {
#define NONE NULL
#define FIX(cause, who, product, text, check, ...)                             \
	{ CAUSE_##cause, WHO_##who, product, text, check, { __VA_ARGS__ } },
#define ALSO(cause, of)
#define MEANWHILE(cause, text)
#include "core/fixes.def"
#undef FIX
#undef ALSO
#undef MEANWHILE
#undef NONE
};

#define FIX_COUNT (sizeof(fixes) / sizeof(fixes[0]))

static const struct {
	enum cause_id cause, of;
} also[] = {
#define FIX(cause, who, product, text, check, ...)
#define ALSO(cause, of) { CAUSE_##cause, CAUSE_##of },
#define MEANWHILE(cause, text)
#include "core/fixes.def"
#undef FIX
#undef ALSO
#undef MEANWHILE
};

static const struct {
	enum cause_id cause;
	const char *text;
} meanwhiles[] = {
#define FIX(cause, who, product, text, check, ...)
#define ALSO(cause, of)
#define MEANWHILE(cause, text) { CAUSE_##cause, text },
#include "core/fixes.def"
#undef FIX
#undef ALSO
#undef MEANWHILE
};

static const struct fix *
own_row(enum cause_id cause, const char *product)
{
	size_t i;

	for (i = 0; i < FIX_COUNT; i++)
		if (fixes[i].cause == cause &&
		    strcmp(fixes[i].product, product) == 0)
			return &fixes[i];
	return NULL;
}

/* The cause whose rows for products serve here too, or the cause itself. */
static enum cause_id
borrowed(enum cause_id cause)
{
	size_t i;

	for (i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (also[i].cause == cause)
			return also[i].of;
	return cause;
}

const struct fix *
fix_find(enum cause_id cause, const char *product)
{
	const struct fix *row = NULL;

	if (product != NULL && product[0] != '\0' && product_known(product)) {
		row = own_row(cause, product);
		if (row == NULL)
			row = own_row(borrowed(cause), product);
	}
	return row != NULL ? row : own_row(cause, "");
}

static bool
serves(const struct fix *row, enum cause_id cause)
{
	if (row->cause == cause)
		return true;
	return row->cause == borrowed(cause) && row->product[0] != '\0' &&
	    own_row(cause, row->product) == NULL;
}

const struct fix *
fix_nth(enum cause_id cause, size_t i)
{
	size_t k;

	for (k = 0; k < FIX_COUNT; k++)
		if (serves(&fixes[k], cause) && fixes[k].product[0] == '\0' &&
		    i-- == 0)
			return &fixes[k];
	for (k = 0; k < FIX_COUNT; k++)
		if (serves(&fixes[k], cause) && fixes[k].product[0] != '\0' &&
		    i-- == 0)
			return &fixes[k];
	return NULL;
}

const char *
fix_meanwhile(enum cause_id cause)
{
	size_t i;

	for (i = 0; i < sizeof(meanwhiles) / sizeof(meanwhiles[0]); i++)
		if (meanwhiles[i].cause == cause)
			return meanwhiles[i].text;
	return NULL;
}

/* ---- placeholders ---- */

enum slot {
	SLOT_DOMAIN,
	SLOT_RECIPIENT,
	SLOT_SENDER,
	SLOT_SENDER_DOMAIN,
	SLOT_SERVER,
	SLOT_CLIENT,
	SLOT_HELO,
	SLOT_USER,
	SLOT_PORT,
	SLOT_LISTED,
	SLOT_LOGIN_PORT,
	SLOT_ROUTE,
	SLOT_FROM,
	SLOT_COUNT,
};

static const struct {
	const char *name, *words, *capitals;
} slots[SLOT_COUNT] = {
	[SLOT_DOMAIN] = { "{domain}", N_("the recipient's domain"), "DOMAIN" },
	[SLOT_RECIPIENT] = { "{recipient}", N_("the recipient"), "RECIPIENT" },
	[SLOT_SENDER] = { "{sender}", N_("the sender's address"), "SENDER" },
	[SLOT_SENDER_DOMAIN] = { "{sender_domain}", N_("the sender's domain"),
		"SENDER-DOMAIN" },
	[SLOT_SERVER] = { "{server}", N_("the server"), "SERVER" },
	[SLOT_CLIENT] = { "{client}", N_("the client's address"),
		"CLIENT-ADDRESS" },
	[SLOT_HELO] = { "{helo}", N_("the client's name"), "CLIENT-NAME" },
	[SLOT_USER] = { "{user}", N_("the user name"), "USER" },
	[SLOT_PORT] = { "{port}", N_("the port"), "PORT" },
	[SLOT_LISTED] = { "{listed}", N_("the address or name in the refusal"),
		"LISTED" },
	[SLOT_LOGIN_PORT] = { "{login_port}", N_("the port"), "587" },
	[SLOT_ROUTE] = { "{route}", "", "" },
	[SLOT_FROM] = { "{from}", "", "" },
};

static const char *
value_of(enum slot slot, const struct fix_values *v, char port[16])
{
	const char *value = NULL;

	switch (slot) {
	case SLOT_DOMAIN: value = v->domain; break;
	case SLOT_RECIPIENT: value = v->recipient; break;
	case SLOT_SENDER: value = v->sender; break;
	case SLOT_SENDER_DOMAIN:
		value = v->sender != NULL ? strrchr(v->sender, '@') : NULL;
		value = value != NULL ? value + 1 : NULL;
		break;
	case SLOT_SERVER: value = v->server; break;
	case SLOT_CLIENT: value = v->client; break;
	case SLOT_HELO: value = v->helo; break;
	case SLOT_USER: value = v->user; break;
	case SLOT_LISTED: value = v->listed; break;
	case SLOT_PORT:
		snprintf(port, 16, "%d", v->port);
		value = v->port > 0 ? port : NULL;
		break;
	case SLOT_LOGIN_PORT:
		snprintf(port, 16, "%d", v->login_port);
		value = v->login_port > 0 ? port : NULL;
		break;
	case SLOT_ROUTE:
	case SLOT_FROM:
	case SLOT_COUNT: break;
	}
	return value != NULL ? value : "";
}

/* Means the same to every shell, bare and in quotes. */
static bool
is_plain(const char *value)
{
	size_t i;

	for (i = 0; value[i] != '\0'; i++)
		if (!isalnum((unsigned char)value[i]) &&
		    strchr("@._+:-", value[i]) == NULL)
			return false;
	return value[0] != '-';
}

/*
 * Where the text that went before ends: outside of quotes (0) or inside of
 * '...' or "...".  A $( ) inside "..." begins anew and is not followed; the
 * book puts no placeholder there.
 */
static char
quote_after(const char *text, const char *end)
{
	char quote = 0;

	for (; text < end; text++) {
		if (*text == '\\' && quote == 0 && text + 1 < end)
			text++;
		else if (quote == 0 && (*text == '\'' || *text == '"'))
			quote = *text;
		else if (*text == quote)
			quote = 0;
	}
	return quote;
}

/* "Get-AcceptedDomain ...": a verb, a hyphen, a noun. */
static bool
is_cmdlet(const char *text)
{
	size_t n = 0;

	while (isalpha((unsigned char)text[n]))
		n++;
	return isupper((unsigned char)text[0]) && text[n] == '-' &&
	    isupper((unsigned char)text[n + 1]);
}

/* Each quote of the value is ended, escaped and begun again. */
static void
add_shell_quoted(const char *value, char quote, struct buf *out)
{
	if (quote == '"')
		buf_putc(out, '"');
	if (quote != '\'')
		buf_putc(out, '\'');
	for (; *value != '\0'; value++) {
		if (*value == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *value);
	}
	if (quote != '\'')
		buf_putc(out, '\'');
	if (quote == '"')
		buf_putc(out, '"');
}

/*
 * PowerShell takes curly quotes for quotes and expands $ and ` in "...", so
 * only a value of printable ASCII is quoted there, and not inside of "...".
 */
static bool
add_powershell_quoted(const char *value, char quote, struct buf *out)
{
	const char *c;

	for (c = value; *c != '\0'; c++)
		if ((*c & 0x80) != 0 || !isprint((unsigned char)*c) ||
		    (quote == '"' && strchr("$`\"", *c) != NULL))
			return false;
	if (quote == 0)
		buf_putc(out, '\'');
	for (c = value; *c != '\0'; c++) {
		if (*c == '\'' && quote != '"')
			buf_putc(out, '\'');
		buf_putc(out, *c);
	}
	if (quote == 0)
		buf_putc(out, '\'');
	return true;
}

static void
add_argument(const char *value, enum slot slot, bool powershell, char quote,
    struct buf *out)
{
	if (is_plain(value))
		buf_puts(out, value);
	else if (value[0] == '-')
		buf_puts(out, slots[slot].capitals);
	else if (!powershell)
		add_shell_quoted(value, quote, out);
	else if (!add_powershell_quoted(value, quote, out))
		buf_puts(out, slots[slot].capitals);
}

static enum slot
slot_at(const char *text)
{
	int i;

	for (i = 0; i < SLOT_COUNT; i++)
		if (strncmp(text, slots[i].name, strlen(slots[i].name)) == 0)
			break;
	return (enum slot)i;
}

/* An option of the question that was asked, where it has a value. */
static void
add_option(enum slot slot, const struct fix_values *v, struct buf *out)
{
	const char *value = slot == SLOT_ROUTE ? v->outgoing : v->sender;
	struct buf visible;

	if (value == NULL || value[0] == '\0' || value[0] == '-')
		return;
	buf_init(&visible, VALUE_MAX);
	text_visible(value, strlen(value), false, &visible);
	buf_puts(out, slot == SLOT_ROUTE ? " -s " : " -f ");
	add_argument(buf_str(&visible), slot, false, 0, out);
	if (slot == SLOT_ROUTE && v->outgoing_port > 0)
		buf_printf(out, ":%d", v->outgoing_port);
	if (slot == SLOT_ROUTE && v->user != NULL && v->user[0] != '\0') {
		buf_reset(&visible);
		text_visible(v->user, strlen(v->user), false, &visible);
		buf_puts(out, " -u ");
		add_argument(buf_str(&visible), SLOT_USER, false, 0, out);
	}
	buf_clear(&visible);
}

void
fix_render(const char *text, const struct fix_values *values, bool command,
    struct buf *out)
{
	bool powershell = is_cmdlet(text);
	const char *at = command ? text : _(text);
	struct buf visible;
	char port[16];

	buf_init(&visible, VALUE_MAX);
	while (*at != '\0') {
		enum slot slot = *at == '{' ? slot_at(at) : SLOT_COUNT;
		const char *value;

		if (slot == SLOT_COUNT) {
			buf_putc(out, *at++);
			continue;
		}
		if (slot == SLOT_ROUTE || slot == SLOT_FROM) {
			add_option(slot, values, out);
			at += strlen(slots[slot].name);
			continue;
		}
		value = value_of(slot, values, port);
		buf_reset(&visible);
		text_visible(value, strlen(value), false, &visible);
		if (visible.len == 0)
			buf_puts(out, command ? slots[slot].capitals :
						_(slots[slot].words));
		else if (command)
			add_argument(buf_str(&visible), slot, powershell,
			    quote_after(text, at), out);
		else
			buf_puts(out, buf_str(&visible));
		at += strlen(slots[slot].name);
	}
	buf_clear(&visible);
}
