#include "core/report/elsewhere.h"

#include <stdio.h>
#include <string.h>

#include "core/report/repeat.h"
#include "core/report/report.h"
#include "core/session.h"
#include "net/buf.h"
#include "net/i18n.h"

static void
option(struct buf *out, const char *name, const char *value)
{
	char text[1200];

	snprintf(text, sizeof(text), "--%s=%s", name, value);
	buf_putc(out, ' ');
	repeat_word(out, text);
}

/* What was switched on beyond the usual, as the options that agree to it. */
static void
agreed(const struct plan *plan, struct buf *out)
{
	if (plan_on(plan, EXP_MADE_UP))
		buf_puts(out, " --made-up-mailbox");
	if (plan_on(plan, EXP_GREYLIST_WAIT))
		buf_puts(out, " --wait-greylist");
	if (plan_on(plan, EXP_OPEN_RELAY))
		buf_puts(out, " --open-relay-forms");
	if (!plan_on(plan, EXP_CONTROL) &&
	    plan->rows[EXP_CONTROL].possible)
		buf_puts(out, " --no-relay-test");
}

static void
command(const struct session *s, const char *first, struct buf *out)
{
	char server[300];

	buf_printf(out, "relaytrace check%s", first);
	option(out, "from", s->input.sender.mailbox[0] != '\0' ?
		s->input.sender.mailbox : "<>");
	if (s->input.route == ROUTE_SERVER) {
		bool six = strchr(s->input.server, ':') != NULL;

		if (s->input.port != 0)
			snprintf(server, sizeof(server), six ? "[%s]:%d" :
							       "%s:%d",
			    s->input.server, s->input.port);
		else
			snprintf(server, sizeof(server), "%s",
			    s->input.server);
		option(out, "server", server);
	}
	if (s->cred.user != NULL && s->input.route == ROUTE_SERVER)
		option(out, "user", s->cred.user);
	agreed(&s->plan, out);
	buf_puts(out, " -- ");
	repeat_word(out, s->input.recipient.text);
}

void
elsewhere_command(const struct session *s, struct buf *out)
{
	command(s, "", out);
}

void
elsewhere_by_hand(const struct session *s, struct buf *out)
{
	const char *domain = s->input.recipient.domain;
	const char *from = s->input.sender.mailbox;

	if (s->input.route == ROUTE_MX && !s->input.recipient.literal) {
		buf_puts(out, "dig MX ");
		repeat_word(out, domain);
		buf_puts(out, "\ndig +nssearch ");
		repeat_word(out, domain);
		buf_putc(out, '\n');
	}
	buf_puts(out, "swaks");
	if (s->input.route == ROUTE_SERVER) {
		buf_puts(out, " --server ");
		repeat_word(out, s->input.server);
		if (s->input.port != 0)
			buf_printf(out, " --port %d", s->input.port);
	}
	buf_puts(out, " --from ");
	repeat_word(out, from[0] != '\0' ? from : "<>");
	buf_puts(out, " --to ");
	repeat_word(out, s->input.recipient.mailbox);
	buf_puts(out, " --quit-after RCPT\n");
}

void
report_elsewhere(const struct session *s, struct buf *out)
{
	struct buf hand;

	buf_puts(out,
	    _("The same from another machine. Servers judge the address that "
	    "asks: a refusal\nthat goes away elsewhere is about this machine, "
	    "one that stays is about the\ndomain, the mailbox or the "
	    "sender.\n\n"
	    "# on the other machine (ssh to it first), with relaytrace\n"));
	elsewhere_command(s, out);
	buf_puts(out, _("\n\n# the same from here, in place of HOST the "
		      "machine's name; relaytrace open\n# there.json then "
		      "shows it like any case\nssh HOST "));
	buf_init(&hand, 64 * 1024);
	command(s, " --json", &hand);
	repeat_word(out, buf_str(&hand));
	buf_puts(out, " > there.json");
	buf_clear(&hand);
	buf_puts(out, _("\n\n# without relaytrace\n"));
	buf_init(&hand, REPORT_MAX);
	if (s->probe_count > 0)
		report_commands(s, &hand);
	else
		elsewhere_by_hand(s, &hand);
	buf_add(out, hand.bytes, hand.len);
	buf_clear(&hand);
}
