#include "core/plan.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/letter.h"
#include "core/local/local_probe.h"
#include "core/mail_case.h"
#include "core/settings.h"
#include "core/text.h"
#include "net/buf.h"
#include "net/i18n.h"

#define SESSION_LINES_MAX 16384 /* bytes */
#define LETTER_MAX 8192

enum where { MX = 1, SERVER = 2, BOTH = 3 };

/* One row an experiment; the ids are those of the knowledge on causes. */
static const struct experiment {
	const char *name, *title, *why;
	enum grade grade;
	enum where where;
	bool on; /* unless the person says otherwise */
} table[EXP_COUNT] = {
	[EXP_DNS] = { "", N_("DNS: mail servers and addresses of the domain"),
	    N_("where mail for the recipient goes"), GRADE_PLAIN, BOTH, true },
	[EXP_NAME_SERVERS] = { "E9",
	    N_("DNS: each name server of the domain, asked directly"),
	    N_("whether all name servers say the same"), GRADE_PLAIN, MX,
	    true },
	[EXP_CONNECT] = { "E8", N_("Connect to every mail server and address"),
	    N_("which of them answer"), GRADE_PLAIN, BOTH, true },
	[EXP_STARTTLS] = { "E7", N_("Greeting, EHLO, STARTTLS, certificate"),
	    N_("what the server offers before and after TLS"), GRADE_PLAIN,
	    BOTH, true },
	[EXP_RCPT] = { "E8", N_("MAIL FROM the sender, RCPT TO the recipient"),
	    N_("what each server answers (they may log it)"), GRADE_PLAIN, BOTH,
	    true },
	[EXP_POSTMASTER] = { "E2", N_("RCPT TO postmaster of the domain"),
	    N_("whether the domain or only the mailbox is refused"),
	    GRADE_PLAIN, BOTH, true },
	[EXP_CONTROL] = { "E1",
	    N_("RCPT TO a domain that this server does not host"),
	    N_("whether the recipient's domain is treated as foreign"),
	    GRADE_PLAIN, BOTH, true },
	[EXP_NULL_SENDER] = { "E4", N_("The same from the null sender <>"),
	    N_("whether the sender is the problem"), GRADE_PLAIN, BOTH, true },
	[EXP_MADE_UP] = { "E3", N_("RCPT TO a made-up mailbox of the domain"),
	    N_("whether the server knows its mailboxes"), GRADE_DISCLOSES, BOTH,
	    false },
	[EXP_REPEAT] = { "E8", N_("Ask once more where answers differ"),
	    N_("whether the answer is steady"), GRADE_PLAIN, BOTH, true },
	[EXP_EGRESS] = { "E14", N_("Two unrelated mail servers on port 25"),
	    N_("whether port 25 is open from here, and nobody intercepts it"),
	    GRADE_PLAIN, BOTH, true },
	[EXP_CLIENT_DNS] = { "E10", N_("DNS: name of the sending address"),
	    N_("whether the sending address has a matching name"), GRADE_PLAIN,
	    BOTH, true },
	[EXP_SENDER_POLICY] = { "E12", N_("DNS: SPF and DMARC of the sender"),
	    N_("whether a sender policy could be the reason"), GRADE_PLAIN,
	    BOTH, true },
	[EXP_PLAIN_FORM] = { "E18", N_("RCPT TO the plain form of the address"),
	    N_("whether the odd form of the address is refused"), GRADE_PLAIN,
	    BOTH, true },
	[EXP_PORTS] = { "E7",
	    N_("The server's other ports: 25, 587, 465, 2525"),
	    N_("where a login is offered"), GRADE_PLAIN, SERVER, true },
	[EXP_LOGIN] = { "E6", N_("Log in"),
	    N_("whether the server relays for this login"), GRADE_CREDENTIALS,
	    SERVER, true },
	[EXP_SENDERS] = { "E5", N_("The same from another sender address"),
	    N_("whether only this sender is refused"), GRADE_PLAIN, SERVER,
	    true },
	[EXP_HELO] = { "E11",
	    N_("Another name in EHLO where that is refused; HELO"),
	    N_("whether the name said in EHLO is the problem"), GRADE_PLAIN,
	    BOTH, true },
	[EXP_OWN_DOMAIN] = { "E17",
	    N_("Does the sender's domain take mail (DNS, its own server)"),
	    N_("whether the sender can be verified"), GRADE_PLAIN, BOTH, true },
	[EXP_REAL_MX] = { "E16",
	    N_("Ask the recipient's own mail servers as well"),
	    N_("whether the relay only believes that the mailbox is unknown"),
	    GRADE_PLAIN, SERVER, true },
	[EXP_BLOCKLISTS] = { "E13", N_("Ask DNS blocklists about the address"),
	    N_("whether the sending address, or the sender's domain or HELO "
	       "name, is listed"),
	    GRADE_DISCLOSES, BOTH, false },
	[EXP_GREYLIST_WAIT] = { "", N_("Wait out a greylisting and ask again"),
	    N_("whether the refusal was only for the first contact"),
	    GRADE_DISCLOSES, BOTH, false },
	[EXP_OPEN_RELAY] = { "", N_("Open-relay tests with odd address forms"),
	    N_("whether the server relays for strangers"), GRADE_DISCLOSES,
	    BOTH, false },
	[EXP_LOCAL] = { "",
	    N_("Read the settings of this machine's mail server"),
	    N_("what the server itself believes; only if it is one of those "
	       "asked"),
	    GRADE_COMMANDS, BOTH, false },
	[EXP_SEND] = { "", N_("Send one real test message"),
	    N_("what the server says to a message (content, size, signatures)"),
	    GRADE_DISCLOSES, BOTH, false },
};

const char *
experiment_name(enum experiment_id id)
{
	return table[id].name;
}

const char *
experiment_title(enum experiment_id id)
{
	return _(table[id].title);
}

const char *
experiment_why(enum experiment_id id)
{
	return _(table[id].why);
}

enum grade
experiment_grade(enum experiment_id id)
{
	return table[id].grade;
}

static void
not_possible(struct plan *plan, enum experiment_id id, const char *why)
{
	plan->rows[id].possible = plan->rows[id].on = false;
	snprintf(plan->rows[id].detail, sizeof(plan->rows[id].detail), "%s",
	    why);
}

static void
wish(struct plan *plan, enum experiment_id id, bool on)
{
	if (plan->rows[id].possible)
		plan->rows[id].on = on;
}

static bool
lists_wanted(const struct settings *settings)
{
	return settings->blocklists.count > 0 &&
	    !text_ieq(settings->blocklists.items[0], "none");
}

void
plan_make(struct plan *plan, const struct mail_case *input,
    const struct settings *settings)
{
	enum where here = input->route == ROUTE_MX ? MX : SERVER;
	int i;

	memset(plan, 0, sizeof(*plan));
	for (i = 0; i < EXP_COUNT; i++) {
		plan->rows[i].possible = (table[i].where & here) != 0;
		plan->rows[i].on = plan->rows[i].possible && table[i].on;
		if (!plan->rows[i].possible)
			not_possible(plan, (enum experiment_id)i,
			    here == MX ? _("only for an outgoing server") :
					 _("only for the recipient's servers"));
	}
	if (settings->security == SECURITY_NONE)
		wish(plan, EXP_STARTTLS, false);
	if (input->sender.null) {
		not_possible(plan, EXP_NULL_SENDER,
		    _("the sender is the null sender already"));
		not_possible(plan, EXP_OWN_DOMAIN, _("there is no sender"));
		not_possible(plan, EXP_SENDERS, _("there is no sender"));
	}
	if (!address_is_odd(&input->recipient))
		not_possible(plan, EXP_PLAIN_FORM,
		    _("the address is a plain one"));
	if (settings->user == NULL)
		not_possible(plan, EXP_LOGIN, _("no user name was given"));
	if (settings->no_relay_test)
		wish(plan, EXP_CONTROL, false);
	if (!local_plan_text(plan->rows[EXP_LOCAL].detail,
	    sizeof(plan->rows[EXP_LOCAL].detail)))
		not_possible(plan, EXP_LOCAL,
		    _("no Postfix, Exim or Sendmail is installed here"));
	else if (!local_helper_here() && !settings->dry_run)
		not_possible(plan, EXP_LOCAL, _("start with --local-look for "
		    "it; afterwards no other program can be run"));
	wish(plan, EXP_MADE_UP, settings->made_up_mailbox);
	wish(plan, EXP_BLOCKLISTS, lists_wanted(settings));
	wish(plan, EXP_GREYLIST_WAIT, settings->greylist_wait);
	wish(plan, EXP_OPEN_RELAY, settings->open_relay_forms);
	wish(plan, EXP_LOCAL, settings->local_look);
	wish(plan, EXP_SEND, settings->send);
}

bool
plan_on(const struct plan *plan, enum experiment_id id)
{
	return plan->rows[id].on;
}

bool
plan_switch(struct plan *plan, enum experiment_id id, bool on)
{
	if (!plan->rows[id].possible)
		return false;
	plan->rows[id].on = on;
	return true;
}

static const char *
mark(const struct plan *plan, enum experiment_id id)
{
	return plan->rows[id].on ? "[x]" : plan->rows[id].possible ? "[ ]" :
								     "[-]";
}

void
plan_session_lines(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings, struct buf *out)
{
	const char *domain = input->recipient.domain;

	buf_printf(out, _("EHLO %s\n"),
	    settings->helo != NULL ? settings->helo :
				     _("(this machine's own name)"));
	if (plan_on(plan, EXP_STARTTLS))
		buf_puts(out, _("STARTTLS, and EHLO again (where offered)\n"));
	if (plan_on(plan, EXP_LOGIN))
		buf_puts(out, _("AUTH ******** (only over TLS with a valid "
			      "certificate)\n"));
	buf_printf(out, _("MAIL FROM:<%s>\nRCPT TO:<%s>\n"),
	    input->sender.mailbox, input->recipient.mailbox);
	if (plan_on(plan, EXP_CONTROL))
		buf_printf(out, _("RCPT TO:<postmaster@%s>\n"),
		    settings->controls.count > 0 ?
			settings->controls.items[0] :
			_("(an unrelated large provider)"));
	if (plan_on(plan, EXP_PLAIN_FORM))
		buf_puts(out, _("RCPT TO:<(the plain form of the address)>\n"));
	if (plan_on(plan, EXP_POSTMASTER))
		buf_printf(out, _("RCPT TO:<postmaster@%s> (if refused)\n"),
		    domain);
	if (plan_on(plan, EXP_MADE_UP))
		buf_printf(out, _("RCPT TO:<(made up)@%s> (if needed)\n"),
		    domain);
	if (plan_on(plan, EXP_NULL_SENDER))
		buf_printf(out, _("RSET, MAIL FROM:<>, RCPT TO:<%s> (if the "
				"sender may be the problem)\n"),
		    input->recipient.mailbox);
	buf_puts(out, _("RSET, QUIT\n"));
}

/* Each line of the text, set in; the text is freed. */
static void
put_lines(struct buf *text, struct buf *out)
{
	const char *line;
	size_t n;

	for (line = buf_str(text); *line != '\0'; line += n + 1) {
		n = strcspn(line, "\n");
		buf_printf(out, "  %.*s\n", (int)n, line);
	}
	buf_clear(text);
}

static void
put_session_lines(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings, struct buf *out)
{
	struct buf lines;

	buf_init(&lines, SESSION_LINES_MAX);
	plan_session_lines(plan, input, settings, &lines);
	buf_puts(out, _("\nEach SMTP session says, as far as it gets:\n"));
	put_lines(&lines, out);
}

void
plan_commands(const struct mail_case *input, const struct settings *settings,
    struct buf *out)
{
	struct local_values values;

	local_values_of(&values, input->recipient.mailbox,
	    input->recipient.domain, &settings->sending_ip);
	local_plan_lines(&values, out);
}

static void
put_commands(const struct mail_case *input, const struct settings *settings,
    struct buf *out)
{
	struct buf lines;

	buf_init(&lines, SESSION_LINES_MAX);
	plan_commands(input, settings, &lines);
	buf_puts(out, _("\nIf this machine is one of the servers asked, these "
			"commands are run here (they\nonly read; no shell is "
			"involved):\n"));
	put_lines(&lines, out);
}

void
plan_message(const struct mail_case *input, const struct settings *settings,
    struct buf *out)
{
	struct letter letter = {
		.sender = &input->sender,
		.recipient = &input->recipient,
		.host = settings->helo != NULL ? settings->helo :
						 _("(this machine's own name)"),
		.date = (long long)time(NULL),
		.id = _("(a new one)"),
	};

	letter_write(&letter, out);
}

/* The message itself, and who gets it. */
static void
message_lines(const struct mail_case *input, const struct settings *settings,
    struct buf *out)
{
	struct buf text;
	const char *at;

	buf_printf(out,
	    _("\nThen once, in a session of its own, to %s:\n"
	      "  MAIL FROM:<%s>, RCPT TO:<%s>, DATA\n"),
	    input->route == ROUTE_MX ?
		_("the most preferred mail server that accepted the "
		  "recipient") :
		_("the port of the outgoing server that accepted the "
		  "recipient"),
	    input->sender.mailbox, input->recipient.mailbox);
	buf_init(&text, LETTER_MAX);
	plan_message(input, settings, &text);
	for (at = buf_str(&text); *at != '\0';) {
		int n = (int)strcspn(at, "\n");

		buf_printf(out, "  | %.*s\n", n, at);
		at += n + 1;
	}
	buf_clear(&text);
	buf_puts(out,
	    _("If no server accepts the recipient, nothing is sent.\n"));
}

void
plan_text(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings, struct buf *out)
{
	int i;

	if (input->route == ROUTE_MX)
		buf_printf(out, _("Plan for %s: every mail server of %s, port "
				"25.\n"),
		    input->recipient.text, input->recipient.domain_u);
	else
		buf_printf(out, _("Plan for %s: the outgoing server %s, %s.\n"),
		    input->recipient.text, input->server,
		    input->port != 0 ? _("at the given port") :
				       _("at its usual ports"));
	buf_puts(out, plan_on(plan, EXP_SEND) ?
		_("One real test message is sent, to one server. Nothing else "
		"goes past RCPT TO.\n\n") :
		_("Nothing goes past RCPT TO. No message is sent.\n\n"));
	for (i = 0; i < EXP_COUNT; i++) {
		const struct experiment *e = &table[i];

		buf_printf(out, " %s %s%s\n", mark(plan, (enum experiment_id)i),
		    experiment_title((enum experiment_id)i),
		    e->grade == GRADE_DISCLOSES	    ? "  (!)" :
			e->grade == GRADE_CREDENTIALS ? _("  (credentials)") :
			e->grade == GRADE_COMMANDS    ? _("  (commands)") :
							"");
		buf_printf(out, "       %s%s%s\n",
		    experiment_why((enum experiment_id)i),
		    plan->rows[i].detail[0] != '\0' ? "; " : "",
		    plan->rows[i].detail);
	}
	put_session_lines(plan, input, settings, out);
	if (plan_on(plan, EXP_LOCAL))
		put_commands(input, settings, out);
	if (plan_on(plan, EXP_SEND))
		message_lines(input, settings, out);
	buf_puts(out, _("\n(!) tells somebody else or may count against you; "
		      "off unless you switch it on.\n"));
}
