#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/address.h"
#include "core/bounce/explain.h"
#include "core/product.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/buf.h"

/* What a sender's own relay can mean by a refusal, before anything else. */
static bool
is_submission_cause(enum cause_id id)
{
	switch (id) {
	case CAUSE_AUTH_REQUIRED:
	case CAUSE_AUTH_NEEDS_TLS:
	case CAUSE_AUTH_ELSEWHERE:
	case CAUSE_AUTH_FAILED:
	case CAUSE_AUTH_DISABLED:
	case CAUSE_POP_BEFORE_SMTP:
	case CAUSE_CLIENT_NOT_PERMITTED:
	case CAUSE_SENDER_NOT_PERMITTED:
	case CAUSE_SENDER_CLAIMS_LOCAL:
	case CAUSE_TENANT_ATTRIBUTION:
	case CAUSE_WRONG_SERVER:
	case CAUSE_OUTGOING_SUSPENDED:
		return true;
	default:
		return false;
	}
}

static bool
is_destination_cause(enum cause_id id)
{
	return id == CAUSE_MX_NOT_HOSTING ||
	    id == CAUSE_MX_PARTLY_NOT_HOSTING || id == CAUSE_MX_STALE ||
	    id == CAUSE_NO_MX_FALLBACK ||
	    id == CAUSE_DOMAIN_INACTIVE_AT_HOST;
}

/* The last two labels, or three below a short one like co.uk. */
static const char *
registered(const char *host)
{
	const char *p = host + strlen(host);
	int dots = 0;

	while (p > host) {
		if (p[-1] == '.') {
			dots++;
			if (dots == 2 && strlen(p) > 6)
				break;
			if (dots == 3)
				break;
		}
		p--;
	}
	return p;
}

static bool
same_house(const char *a, const char *b)
{
	return a[0] != '\0' && b[0] != '\0' && strchr(a, '.') != NULL &&
	    !isdigit((unsigned char)a[strlen(a) - 1]) &&
	    text_ieq(registered(a), registered(b));
}

/*
 * Is the refusing server the sender's own relay?  The role decides what a
 * relay refusal means; without a look at DNS only names can tell.
 */
static bool
is_own_server(const struct explain_entry *e)
{
	const char *to = mailbox_domain(e->recipient);
	const char *from = mailbox_domain(e->sender);

	if (e->server[0] == '\0' || same_house(e->server, to))
		return false;
	return same_house(e->server, from) ||
	    same_house(e->server, e->reporting_mta) ||
	    text_istarts(e->server, "smtp.") ||
	    text_istarts(e->server, "smtp-relay.") ||
	    text_istarts(e->server, "submission.");
}

/* Causes of the fitting side go first; the order within stays. */
static void
order_by_role(struct explain_entry *e, enum cause_id *causes, size_t count)
{
	enum cause_id sorted[READING_CAUSES];
	size_t i, n = 0;
	int pass;

	if (!e->own_server && !same_house(e->server,
	    mailbox_domain(e->recipient)))
		return;
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < count; i++)
			if ((e->own_server ? is_submission_cause(causes[i]) :
			    is_destination_cause(causes[i])) == (pass == 0))
				sorted[n++] = causes[i];
	memcpy(causes, sorted, count * sizeof(*causes));
}

/*
 * The words alone: the first of several readings is twice as likely as the
 * next, and all together as likely as the phrase is specific.
 */
static void
weigh(struct explain_entry *e, const enum cause_id *causes, size_t count,
    int strength)
{
	double sum = 0, weight = 1, all;
	size_t i;

	for (i = 0; i < count; i++, weight /= 2)
		sum += weight;
	all = (strength > 0 ? strength : 30) / 100.0 * 0.95;
	for (i = 0, weight = 1; i < count; i++, weight /= 2) {
		e->causes[i].id = causes[i];
		e->causes[i].confidence = all * weight / sum;
	}
	e->cause_count = count;
}

static bool
is_plain_word(const char *s)
{
	return s[0] != '\0' && s[0] != '-' && strspn(s,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789@%+=:,./-_[]") == strlen(s);
}

static void
put_word(struct buf *out, const char *s)
{
	if (is_plain_word(s) && strpbrk(s, "[]") == NULL) {
		buf_puts(out, s);
		return;
	}
	buf_putc(out, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_puts(out, "'\\''");
		else
			buf_putc(out, *s);
	}
	buf_putc(out, '\'');
}

/*
 * Is the outgoing server what must be asked?  Not where it only reports
 * that it found or reached nobody.
 */
static bool
is_to_be_asked(const struct explain_entry *e)
{
	if (e->server[0] == '\0' || e->stage == STAGE_DNS ||
	    e->stage == STAGE_CONNECT || e->family == FAMILY_DOMAIN ||
	    e->family == FAMILY_NETWORK)
		return false;
	return e->family == FAMILY_AUTH ||
	    (e->own_server && e->code != 0);
}

/* Would the command take it?  Bounces name what no address can be, too. */
static bool
is_address(const char *text)
{
	struct address address;
	struct err err;

	return text[0] != '\0' && address_parse(text, false, &address, &err);
}

static void
write_next(struct explain_entry *e)
{
	bool has_sender = is_address(e->sender);
	struct buf out;

	e->next[0] = '\0';
	if (!is_address(e->recipient))
		return;
	buf_init(&out, sizeof(e->next) - 1);
	buf_puts(&out, "relaytrace check");
	if (has_sender) {
		buf_puts(&out, " --from=");
		put_word(&out, e->sender);
	}
	if (is_to_be_asked(e)) {
		buf_puts(&out, " --server=");
		put_word(&out, e->server);
		if (e->family == FAMILY_AUTH && has_sender) {
			buf_puts(&out, " --user=");
			put_word(&out, e->sender);
		}
	}
	buf_puts(&out, e->recipient[0] == '-' ? " -- " : " ");
	put_word(&out, e->recipient);
	if (!out.overflow)
		memcpy(e->next, out.bytes, out.len + 1);
	buf_clear(&out);
}

void
explain_classify(struct explain_entry *e)
{
	struct reading reading;
	struct product product;
	char reply[EXPLAIN_TEXT + 32];

	phrases_read(e->code, e->enhanced.class != 0 ? &e->enhanced : NULL,
	    e->text, e->stage, &reading);
	e->family = reading.family;
	e->relay_word = reading.relay_word;
	e->permanent = reading.permanent || e->code >= 500 ||
	    (e->code == 0 && e->enhanced.class == 5);
	e->own_server = is_own_server(e);
	order_by_role(e, reading.causes, reading.cause_count);
	weigh(e, reading.causes, reading.cause_count, reading.strength);

	product_init(&product);
	snprintf(reply, sizeof(reply), "%03d %s", e->code, e->text);
	if (e->code >= 400)
		product_see_reply(&product, reply, 0);
	else if (e->code == 220)
		product_see_banner(&product, reply, 0);
	if (e->server[0] != '\0')
		product_see_mx(&product, e->server);
	product_conclude(&product);
	if (product.name[0] != '\0')
		e->product = product.name;
	else if (reading.product[0] != '\0')
		e->product = reading.product;
	write_next(e);
}
