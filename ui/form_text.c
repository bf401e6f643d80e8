#include "ui/form.h"

/* The words of the questions; what they do is in form.c. */

static const struct story_text stories[STORY_COUNT] = {
	[STORY_BOUNCE] = { "I have a bounce message or an error text",
	    "paste it, or open a file",
	    "The text is read on this machine only. Recipient, sender, the "
	    "server that refused, its code and its words are taken from it, "
	    "and you can correct them before anything is looked up. A single "
	    "line such as\n"
	    "    554 5.7.1 <bob@dest.example>: Relay access denied\n"
	    "is enough to begin with." },
	[STORY_TO_US] = { "Others cannot send to us",
	    "mail TO our domain is refused",
	    "Every mail server of your domain is asked as a stranger would "
	    "ask it, at each of its addresses, and every name server is asked "
	    "where your mail goes. You need one address of your domain." },
	[STORY_FROM_US] = { "We cannot send to one domain or address",
	    "mail FROM us is refused",
	    "The mail servers of the other domain are asked, with your "
	    "sender address. It comes out whether they refuse the domain, the "
	    "mailbox, your address or your server, and who can mend it." },
	[STORY_DEVICE] = { "A program or a device cannot send",
	    "printer, shop, CRM, phone",
	    "The outgoing server is asked at all its ports, before and after "
	    "encryption, with and without a login: which port, which security "
	    "and which login the device must use. The password stays in this "
	    "program's memory." },
	[STORY_OWN_SERVER] = { "I run the server and it denies relaying",
	    "(or relays for anybody)",
	    "Your server is asked as its clients ask it: for a recipient "
	    "elsewhere, with and without a login. The fix is shown for the "
	    "product that is recognised: Postfix, Exim, Exchange and others." },
	[STORY_MOVED] = { "We moved our mail and now it bounces",
	    "new provider, new server",
	    "Each name server of the domain is compared, with what resolvers "
	    "still remember of before, and each mail server that is named "
	    "anywhere is asked whether it takes your mail. You need one "
	    "address that should work." },
	[STORY_LOOK] = { "I only want to look",
	    "domain or server, no story",
	    "A domain (dest.example) or a server (mail.dest.example:587): "
	    "its records, its mail servers and what they offer. From there "
	    "Enter opens every host and record." },
	[STORY_CASES] = { "Open a saved case", "",
	    "Cases that you kept on leaving. They can be read again, tested "
	    "again and compared with what is now." },
};

const struct story_text *
story_text(enum story story)
{
	return &stories[story];
}

static const struct option_text refused_options[] = {
	{ "I do not know", -1 },
	{ "a server called", Q_REFUSER },
	{ "our own outgoing server", Q_SERVER },
};
static const struct option_text sending_options[] = {
	{ "this machine", -1 },
	{ "another address", Q_SENDING_IP },
};
static const struct option_text security_options[] = {
	{ "automatic: STARTTLS where it is offered", -1 },
	{ "none: everything in clear", -1 },
	{ "STARTTLS, and nothing without it", -1 },
	{ "TLS from the start (port 465)", -1 },
};

static const struct question_text questions[Q_COUNT] = {
	[Q_RECIPIENT] = { .label = "Mail to",
	    .prompt = "Mail to which address",
	    .hint = "the address that could not be reached",
	    .help = "The recipient: the address that the refused mail was "
		    "for. Its domain, the part behind @, decides which mail "
		    "servers are asked." },
	[Q_SENDER] = { .label = "Mail from",
	    .prompt = "Mail from which address",
	    .hint = "envelope sender; leave it empty for <> (bounces)",
	    .help = "The envelope sender: the address that a bounce would go "
		    "to. It may differ from the From: line that people see. "
		    "Servers look at it, so it should be the real one." },
	[Q_REFUSED] = { .label = "Who refused?",
	    .prompt = "Who refused",
	    .hint = "",
	    .help = "The server that said no. A bounce names it, often "
		    "behind \"Remote-MTA\" or \"said:\". If you do not know, "
		    "all mail servers of the domain are asked.",
	    .options = refused_options, .option_count = 3 },
	[Q_REFUSER] = { .label = "Refused by",
	    .prompt = "What is that server called",
	    .hint = "a host name, as the bounce writes it",
	    .help = "The name of the server that refused, as it stands in "
		    "the bounce: mx2.dest.example" },
	[Q_SERVER] = { .label = "Outgoing server",
	    .prompt = "Which outgoing server",
	    .hint = "as in the settings: smtp.provider.example or host:port",
	    .help = "The server that your program or device hands its mail "
		    "to (smarthost, SMTP server, submission server). Give the "
		    "port behind a colon if one is set: host:587" },
	[Q_SENDING] = { .label = "We send from",
	    .prompt = "From where is the mail sent",
	    .hint = "",
	    .help = "Servers judge the address that the mail comes from. If "
		    "it is sent by another machine than this one, give its "
		    "public address: its name in DNS and its standing are "
		    "asked then. The connections still come from here.",
	    .options = sending_options, .option_count = 2 },
	[Q_SENDING_IP] = { .label = "Its address",
	    .prompt = "Which address does the sending machine have",
	    .hint = "the public IP address of the sending server",
	    .help = "The public IP address that the mail is sent from, such "
		    "as 198.51.100.7." },
	[Q_USER] = { .label = "Login name",
	    .prompt = "Login name",
	    .hint = "empty: no login is tried",
	    .help = "The user name for the outgoing server. With it the "
		    "login is tried, only over verified TLS." },
	[Q_PASSWORD] = { .label = "Password",
	    .prompt = "Password",
	    .hint = "not shown, not kept in the case, not in any report",
	    .help = "Used for the login and forgotten at the end. It is in "
		    "no transcript, report, file or log.",
	    .secret = true },
	[Q_PORT] = { .label = "Port",
	    .prompt = "Which port",
	    .hint = "empty: all usual ones are looked at",
	    .help = "587 is for sending with a login, 465 the same with TLS "
		    "from the start, 25 for mail between servers." },
	[Q_SECURITY] = { .label = "Security",
	    .prompt = "How does encryption begin",
	    .hint = "",
	    .help = "How TLS begins: by STARTTLS in the conversation, or at "
		    "once as on port 465.",
	    .options = security_options, .option_count = 4 },
	[Q_HELO] = { .label = "Name at EHLO",
	    .prompt = "Which name is said at EHLO",
	    .hint = "how the sending server calls itself; empty: this "
		    "machine's name",
	    .help = "The name with which the sending server introduces "
		    "itself. It should resolve to its address." },
	[Q_RESOLVER] = { .label = "Resolver",
	    .prompt = "Which name server is asked",
	    .hint = "empty: those of /etc/resolv.conf",
	    .help = "The recursive name server to ask, by its address." },
	[Q_PATIENCE] = { .label = "Patience",
	    .prompt = "How many seconds for one reply",
	    .hint = "seconds for a greeting or reply; mail servers wait 300",
	    .help = "Some servers wait on purpose before they greet. A mail "
		    "server waits five minutes for a greeting (RFC 5321)." },
	[Q_SELECTOR] = { .label = "DKIM selector",
	    .prompt = "Which DKIM selector",
	    .hint = "the s= of a DKIM-Signature; empty: not looked at",
	    .help = "The name under which the sender's DKIM key stands in "
		    "DNS." },
	[Q_LOOK] = { .label = "Look at",
	    .prompt = "Which domain, address or server",
	    .hint = "dest.example, bob@dest.example or mail.host.example:587",
	    .help = "A domain: where its mail goes and what its servers say. "
		    "A server with a port: what it offers there." },
};

const struct question_text *
question_text(enum question_id id)
{
	return &questions[id];
}
