#include "net/i18n.h"
#include "ui/form.h"

/* The words of the questions; what they do is in form.c. */

static const struct story_text stories[STORY_COUNT] = {
	[STORY_BOUNCE] = { N_("I have a bounce message or an error text"),
	    N_("paste it, or open a file"),
	    N_("The text is read on this machine only. Recipient, sender, the "
	       "server that refused, its code and its words are taken from it, "
	       "and you can correct them before anything is looked up. A "
	       "single line such as\n"
	       "    554 5.7.1 <bob@dest.example>: Relay access denied\n"
	       "is enough to begin with.") },
	[STORY_TO_US] = { N_("Others cannot send to us"),
	    N_("mail TO our domain is refused"),
	    N_("Every mail server of your domain is asked as a stranger would "
	       "ask it, at each of its addresses, and every name server is "
	       "asked where your mail goes. You need one address of your "
	       "domain.") },
	[STORY_FROM_US] = { N_("We cannot send to one domain or address"),
	    N_("mail FROM us is refused"),
	    N_("The mail servers of the other domain are asked, with your "
	       "sender address. It comes out whether they refuse the domain, "
	       "the mailbox, your address or your server, and who can mend "
	       "it.") },
	[STORY_DEVICE] = { N_("A program or a device cannot send"),
	    N_("printer, shop, CRM, phone"),
	    N_("The outgoing server is asked at all its ports, before and "
	       "after encryption, with and without a login: which port, which "
	       "security and which login the device must use. The password "
	       "stays in this program's memory.") },
	[STORY_OWN_SERVER] = { N_("I run the server and it denies relaying"),
	    N_("(or relays for anybody)"),
	    N_("Your server is asked as its clients ask it: for a recipient "
	       "elsewhere, with and without a login. The fix is shown for the "
	       "product that is recognised: Postfix, Exim, Exchange and "
	       "others.") },
	[STORY_MOVED] = { N_("We moved our mail and now it bounces"),
	    N_("new provider, new server"),
	    N_("Each name server of the domain is compared, with what "
	       "resolvers still remember of before, and each mail server that "
	       "is named anywhere is asked whether it takes your mail. You "
	       "need one address that should work.") },
	[STORY_LOOK] = { N_("I only want to look"),
	    N_("domain or server, no story"),
	    N_("A domain (dest.example) or a server (mail.dest.example:587): "
	       "its records, its mail servers and what they offer. From there "
	       "Enter opens every host and record.") },
	[STORY_CASES] = { N_("Open a saved case"), "",
	    N_("Cases that you kept on leaving. They can be read again, tested "
	       "again and compared with what is now.") },
};

const struct story_text *
story_text(enum story story)
{
	return &stories[story];
}

static const struct option_text refused_options[] = {
	{ N_("I do not know"), -1 },
	{ N_("a server called"), Q_REFUSER },
	{ N_("our own outgoing server"), Q_SERVER },
};
static const struct option_text sending_options[] = {
	{ N_("this machine"), -1 },
	{ N_("another address"), Q_SENDING_IP },
};
static const struct option_text security_options[] = {
	{ N_("automatic: STARTTLS where it is offered"), -1 },
	{ N_("none: everything in clear"), -1 },
	{ N_("STARTTLS, and nothing without it"), -1 },
	{ N_("TLS from the start (port 465)"), -1 },
};

static const struct question_text questions[Q_COUNT] = {
	[Q_RECIPIENT] = { .label = N_("Mail to"),
	    .prompt = N_("Mail to which address"),
	    .hint = N_("the address that could not be reached"),
	    .help = N_("The recipient: the address that the refused mail was "
		       "for. Its domain, the part behind @, decides which mail "
		       "servers are asked.") },
	[Q_SENDER] = { .label = N_("Mail from"),
	    .prompt = N_("Mail from which address"),
	    .hint = N_("envelope sender; leave it empty for <> (bounces)"),
	    .help =
		N_("The envelope sender: the address that a bounce would go "
		   "to. It may differ from the From: line that people see. "
		   "Servers look at it, so it should be the real one.") },
	[Q_REFUSED] = { .label = N_("Who refused?"),
	    .prompt = N_("Who refused"),
	    .hint = "",
	    .help =
		N_("The server that said no. A bounce names it, often "
		   "behind \"Remote-MTA\" or \"said:\". If you do not know, "
		   "all mail servers of the domain are asked."),
	    .options = refused_options,
	    .option_count = 3 },
	[Q_REFUSER] = { .label = N_("Refused by"),
	    .prompt = N_("What is that server called"),
	    .hint = N_("a host name, as the bounce writes it"),
	    .help = N_("The name of the server that refused, as it stands in "
		       "the bounce: mx2.dest.example") },
	[Q_SERVER] = { .label = N_("Outgoing server"),
	    .prompt = N_("Which outgoing server"),
	    .hint =
		N_("as in the settings: smtp.provider.example or host:port"),
	    .help =
		N_("The server that your program or device hands its mail "
		   "to (smarthost, SMTP server, submission server). Give the "
		   "port behind a colon if one is set: host:587") },
	[Q_SENDING] = { .label = N_("We send from"),
	    .prompt = N_("From where is the mail sent"),
	    .hint = "",
	    .help = N_("Servers judge the address that the mail comes from. If "
		       "it is sent by another machine than this one, give its "
		       "public address: its name in DNS and its standing are "
		       "asked then. The connections still come from here."),
	    .options = sending_options,
	    .option_count = 2 },
	[Q_SENDING_IP] = { .label = N_("Its address"),
	    .prompt = N_("Which address does the sending machine have"),
	    .hint = N_("the public IP address of the sending server"),
	    .help = N_("The public IP address that the mail is sent from, such "
		       "as 198.51.100.7.") },
	[Q_USER] = { .label = N_("Login name"),
	    .prompt = N_("Login name"),
	    .hint = N_("empty: no login is tried"),
	    .help = N_("The user name for the outgoing server. With it the "
		       "login is tried, only over verified TLS.") },
	[Q_PASSWORD] = { .label = N_("Password"),
	    .prompt = N_("Password"),
	    .hint = N_("not shown, not kept in the case, not in any report"),
	    .help = N_("Used for the login and forgotten at the end. It is in "
		       "no transcript, report, file or log."),
	    .secret = true },
	[Q_PORT] = { .label = N_("Port"),
	    .prompt = N_("Which port"),
	    .hint = N_("empty: all usual ones are looked at"),
	    .help = N_("587 is for sending with a login, 465 the same with TLS "
		       "from the start, 25 for mail between servers.") },
	[Q_SECURITY] = { .label = N_("Security"),
	    .prompt = N_("How does encryption begin"),
	    .hint = "",
	    .help = N_("How TLS begins: by STARTTLS in the conversation, or at "
		       "once as on port 465."),
	    .options = security_options,
	    .option_count = 4 },
	[Q_HELO] = { .label = N_("Name at EHLO"),
	    .prompt = N_("Which name is said at EHLO"),
	    .hint = N_("how the sending server calls itself; empty: this "
		       "machine's name"),
	    .help = N_("The name with which the sending server introduces "
		       "itself. It should resolve to its address.") },
	[Q_RESOLVER] = { .label = N_("Resolver"),
	    .prompt = N_("Which name server is asked"),
	    .hint = N_("empty: those of /etc/resolv.conf"),
	    .help = N_("The recursive name server to ask, by its address.") },
	[Q_PATIENCE] = { .label = N_("Patience"),
	    .prompt = N_("How many seconds for one reply"),
	    .hint =
		N_("seconds for a greeting or reply; mail servers wait 300"),
	    .help =
		N_("Some servers wait on purpose before they greet. A mail "
		   "server waits five minutes for a greeting (RFC 5321).") },
	[Q_SELECTOR] = { .label = N_("DKIM selector"),
	    .prompt = N_("Which DKIM selector"),
	    .hint = N_("the s= of a DKIM-Signature; empty: not looked at"),
	    .help = N_("The name under which the sender's DKIM key stands in "
		       "DNS.") },
	[Q_LOOK] = { .label = N_("Look at"),
	    .prompt = N_("Which domain, address or server"),
	    .hint =
		N_("dest.example, bob@dest.example or mail.host.example:587"),
	    .help =
		N_("A domain: where its mail goes and what its servers say. "
		   "A server with a port: what it offers there.") },
};

const struct question_text *
question_text(enum question_id id)
{
	return &questions[id];
}
