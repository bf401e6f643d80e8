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
	[EXP_DNS] = { "", "DNS: mail servers and addresses of the domain",
	    "where mail for the recipient goes", GRADE_PLAIN, BOTH, true },
	[EXP_NAME_SERVERS] = { "E9",
	    "DNS: each name server of the domain, asked directly",
	    "whether all name servers say the same", GRADE_PLAIN, MX, true },
	[EXP_CONNECT] = { "E8", "Connect to every mail server and address",
	    "which of them answer", GRADE_PLAIN, BOTH, true },
	[EXP_STARTTLS] = { "E7", "Greeting, EHLO, STARTTLS, certificate",
	    "what the server offers before and after TLS", GRADE_PLAIN, BOTH,
	    true },
	[EXP_RCPT] = { "E8", "MAIL FROM the sender, RCPT TO the recipient",
	    "what each server answers (they may log it)", GRADE_PLAIN, BOTH,
	    true },
	[EXP_POSTMASTER] = { "E2", "RCPT TO postmaster of the domain",
	    "whether the domain or only the mailbox is refused", GRADE_PLAIN,
	    BOTH, true },
	[EXP_CONTROL] = { "E1",
	    "RCPT TO a domain that this server does not host",
	    "whether the recipient's domain is treated as foreign",
	    GRADE_PLAIN, BOTH, true },
	[EXP_NULL_SENDER] = { "E4", "The same from the null sender <>",
	    "whether the sender is the problem", GRADE_PLAIN, BOTH, true },
	[EXP_MADE_UP] = { "E3", "RCPT TO a made-up mailbox of the domain",
	    "whether the server knows its mailboxes", GRADE_DISCLOSES, BOTH,
	    false },
	[EXP_REPEAT] = { "E8", "Ask once more where answers differ",
	    "whether the answer is steady", GRADE_PLAIN, BOTH, true },
	[EXP_EGRESS] = { "E14", "Two unrelated mail servers on port 25",
	    "whether port 25 is open from here, and nobody intercepts it",
	    GRADE_PLAIN, BOTH, true },
	[EXP_CLIENT_DNS] = { "E10", "DNS: name of the sending address",
	    "whether the sending address has a matching name", GRADE_PLAIN,
	    BOTH, true },
	[EXP_SENDER_POLICY] = { "E12", "DNS: SPF and DMARC of the sender",
	    "whether a sender policy could be the reason", GRADE_PLAIN, BOTH,
	    true },
	[EXP_PLAIN_FORM] = { "E18", "RCPT TO the plain form of the address",
	    "whether the odd form of the address is refused", GRADE_PLAIN,
	    BOTH, true },
	[EXP_PORTS] = { "E7", "The server's other ports: 25, 587, 465, 2525",
	    "where a login is offered", GRADE_PLAIN, SERVER, true },
	[EXP_LOGIN] = { "E6", "Log in",
	    "whether the server relays for this login", GRADE_CREDENTIALS,
	    SERVER, true },
	[EXP_SENDERS] = { "E5", "The same from another sender address",
	    "whether only this sender is refused", GRADE_PLAIN, SERVER, true },
	[EXP_HELO] = { "E11",
	    "Another name in EHLO where that is refused; HELO",
	    "whether the name said in EHLO is the problem", GRADE_PLAIN, BOTH,
	    true },
	[EXP_OWN_DOMAIN] = { "E17",
	    "Does the sender's domain take mail (DNS, its own server)",
	    "whether the sender can be verified", GRADE_PLAIN, BOTH, true },
	[EXP_REAL_MX] = { "E16", "Ask the recipient's own mail servers as well",
	    "whether the relay only believes that the mailbox is unknown",
	    GRADE_PLAIN, SERVER, true },
	[EXP_BLOCKLISTS] = { "E13", "Ask DNS blocklists about the address",
	    "whether the sending address is listed", GRADE_DISCLOSES, BOTH,
	    false },
	[EXP_GREYLIST_WAIT] = { "", "Wait out a greylisting and ask again",
	    "whether the refusal was only for the first contact",
	    GRADE_DISCLOSES, BOTH, false },
	[EXP_OPEN_RELAY] = { "", "Open-relay tests with odd address forms",
	    "whether the server relays for strangers", GRADE_DISCLOSES, BOTH,
	    false },
	[EXP_LOCAL] = { "", "Read the settings of this machine's mail server",
	    "what the server itself believes; only if it is one of those asked",
	    GRADE_PLAIN, BOTH, false },
	[EXP_SEND] = { "", "Send one real test message",
	    "what the server says to a message (content, size, signatures)",
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
	return table[id].title;
}

const char *
experiment_why(enum experiment_id id)
{
	return table[id].why;
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
			    here == MX ? "only for an outgoing server" :
					 "only for the recipient's servers");
	}
	if (settings->security == SECURITY_NONE)
		wish(plan, EXP_STARTTLS, false);
	if (input->sender.null) {
		not_possible(plan, EXP_NULL_SENDER,
		    "the sender is the null sender already");
		not_possible(plan, EXP_OWN_DOMAIN, "there is no sender");
		not_possible(plan, EXP_SENDERS, "there is no sender");
	}
	if (!address_is_odd(&input->recipient))
		not_possible(plan, EXP_PLAIN_FORM,
		    "the address is a plain one");
	if (settings->user == NULL)
		not_possible(plan, EXP_LOGIN, "no user name was given");
	if (settings->no_relay_test)
		wish(plan, EXP_CONTROL, false);
	if (!local_plan_text(plan->rows[EXP_LOCAL].detail,
	    sizeof(plan->rows[EXP_LOCAL].detail)))
		not_possible(plan, EXP_LOCAL,
		    "no Postfix, Exim or Sendmail is installed here");
	else if (!settings->local_look && !settings->no_sandbox)
		not_possible(plan, EXP_LOCAL, "start with --local-look for "
		    "it; afterwards no other program can be run");
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

	buf_printf(out, "EHLO %s\n",
	    settings->helo != NULL ? settings->helo :
				     "(this machine's own name)");
	if (plan_on(plan, EXP_STARTTLS))
		buf_puts(out, "STARTTLS, and EHLO again (where offered)\n");
	if (plan_on(plan, EXP_LOGIN))
		buf_puts(out, "AUTH ******** (only over TLS with a valid "
			      "certificate)\n");
	buf_printf(out, "MAIL FROM:<%s>\nRCPT TO:<%s>\n",
	    input->sender.mailbox, input->recipient.mailbox);
	if (plan_on(plan, EXP_CONTROL))
		buf_printf(out, "RCPT TO:<postmaster@%s>\n",
		    settings->controls.count > 0 ?
			settings->controls.items[0] :
			"(an unrelated large provider)");
	if (plan_on(plan, EXP_PLAIN_FORM))
		buf_puts(out, "RCPT TO:<(the plain form of the address)>\n");
	if (plan_on(plan, EXP_POSTMASTER))
		buf_printf(out, "RCPT TO:<postmaster@%s> (if refused)\n",
		    domain);
	if (plan_on(plan, EXP_MADE_UP))
		buf_printf(out, "RCPT TO:<(made up)@%s> (if needed)\n",
		    domain);
	if (plan_on(plan, EXP_NULL_SENDER))
		buf_printf(out, "RSET, MAIL FROM:<>, RCPT TO:<%s> (if the "
				"sender may be the problem)\n",
		    input->recipient.mailbox);
	buf_puts(out, "RSET, QUIT\n");
}

static void
put_session_lines(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings, struct buf *out)
{
	struct buf lines;
	const char *line;
	size_t n;

	buf_init(&lines, SESSION_LINES_MAX);
	plan_session_lines(plan, input, settings, &lines);
	buf_puts(out, "\nEach SMTP session says, as far as it gets:\n");
	for (line = buf_str(&lines); *line != '\0'; line += n + 1) {
		n = strcspn(line, "\n");
		buf_printf(out, "  %.*s\n", (int)n, line);
	}
	buf_clear(&lines);
}

void
plan_message(const struct mail_case *input, const struct settings *settings,
    struct buf *out)
{
	struct letter letter = {
		.sender = &input->sender,
		.recipient = &input->recipient,
		.host = settings->helo != NULL ? settings->helo :
						 "(this machine's own name)",
		.date = (long long)time(NULL),
		.id = "(a new one)",
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
	    "\nThen once, in a session of its own, to %s:\n"
	    "  MAIL FROM:<%s>, RCPT TO:<%s>, DATA\n",
	    input->route == ROUTE_MX ?
		"the most preferred mail server that accepted the recipient" :
		"the port of the outgoing server that accepted the recipient",
	    input->sender.mailbox, input->recipient.mailbox);
	buf_init(&text, LETTER_MAX);
	plan_message(input, settings, &text);
	for (at = buf_str(&text); *at != '\0';) {
		int n = (int)strcspn(at, "\n");

		buf_printf(out, "  | %.*s\n", n, at);
		at += n + 1;
	}
	buf_clear(&text);
	buf_puts(out, "If no server accepts the recipient, nothing is sent.\n");
}

void
plan_text(const struct plan *plan, const struct mail_case *input,
    const struct settings *settings, struct buf *out)
{
	int i;

	if (input->route == ROUTE_MX)
		buf_printf(out, "Plan for %s: every mail server of %s, port "
				"25.\n",
		    input->recipient.text, input->recipient.domain_u);
	else
		buf_printf(out, "Plan for %s: the outgoing server %s, %s.\n",
		    input->recipient.text, input->server,
		    input->port != 0 ? "at the given port" :
				       "at its usual ports");
	buf_puts(out, plan_on(plan, EXP_SEND) ?
		"One real test message is sent, to one server. Nothing else "
		"goes past RCPT TO.\n\n" :
		"Nothing goes past RCPT TO. No message is sent.\n\n");
	for (i = 0; i < EXP_COUNT; i++) {
		const struct experiment *e = &table[i];

		buf_printf(out, " %s %s%s\n", mark(plan, (enum experiment_id)i),
		    e->title,
		    e->grade == GRADE_DISCLOSES	    ? "  (!)" :
			e->grade == GRADE_CREDENTIALS ? "  (credentials)" :
							"");
		buf_printf(out, "       %s%s%s\n", e->why,
		    plan->rows[i].detail[0] != '\0' ? "; " : "",
		    plan->rows[i].detail);
	}
	put_session_lines(plan, input, settings, out);
	if (plan_on(plan, EXP_SEND))
		message_lines(input, settings, out);
	buf_puts(out, "\n(!) tells somebody else or may count against you; "
		      "off unless you switch it on.\n");
}
