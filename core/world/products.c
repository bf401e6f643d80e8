/*
 * How mail servers put what they have to say: the wordings that decide
 * what a reply means, and the order of keywords that gives a product away.
 * Facts from the servers' sources and from replies seen in the wild; the
 * words in braces are filled in by the player (see FORMAT.md).
 *
 * In EHLO a keyword stands only where the server offers it: AUTH, STARTTLS,
 * SIZE, PIPELINING and SMTPUTF8 follow the world's options.
 */

#include <string.h>

#include "core/world/parts.h"

static const struct product_words products[] = {
	/* The first one lends its words where another has none. */
	{
		.name = "generic",
		.banner = "220 {host} ESMTP",
		.hello = "{host}",
		.keywords = "PIPELINING SIZE STARTTLS AUTH "
		    "ENHANCEDSTATUSCODES 8BITMIME SMTPUTF8",
		.mail_ok = "250 2.1.0 OK",
		.rcpt_ok = "250 2.1.5 OK",
		.rset = "250 2.0.0 OK",
		.noop = "250 2.0.0 OK",
		.quit = "221 2.0.0 {host} closing connection",
		.unknown = "500 5.5.1 Command unrecognized",
		.need_hello = "503 5.5.1 EHLO first",
		.need_mail = "503 5.5.1 MAIL first",
		.need_rcpt = "503 5.5.1 RCPT first",
		.data_go = "354 End data with <CR><LF>.<CR><LF>",
		.data_done = "250 2.0.0 OK: queued as {id}",
		.starttls_go = "220 2.0.0 Ready to start TLS",
		.starttls_off = "502 5.5.1 STARTTLS is not offered",
		.must_starttls = "530 5.7.0 Must issue a STARTTLS command first",
		.auth_ok = "235 2.7.0 Authentication successful",
		.auth_failed = "535 5.7.8 Authentication credentials invalid",
		.auth_off = "503 5.5.1 AUTH is not offered",
		.auth_in_tls = "538 5.7.11 Encryption required for requested "
		    "authentication mechanism",
		.mech_off = "504 5.5.4 Unrecognized authentication type",
		.login_only = "530 5.7.0 Authentication required",
		.login_only_at = AT_MAIL,
		.relay_denied = "550 5.7.1 <{rcpt}>: Relaying denied",
		.user_unknown = "550 5.1.1 <{rcpt}>: User unknown",
		.mailbox_full = "452 4.2.2 <{rcpt}>: Mailbox full",
		.restricted = "550 5.7.1 <{rcpt}>: Only members may send here",
		.odd_address = "501 5.1.3 Bad recipient address syntax",
		.helo_refused = "550 5.7.1 <{helo}>: HELO name refused",
		.sender_unknown = "553 5.1.8 <{sender}>: Domain of sender "
		    "address does not exist",
		.sender_refused = "550 5.7.1 <{sender}>: Sender refused",
		.not_owner = "553 5.7.1 <{sender}>: Sender address is not "
		    "owned by {login}",
		.local_sender = "550 5.7.1 <{sender}>: Log in to send as this "
		    "address",
		.no_ptr = "550 5.7.25 {ip} has no reverse DNS name",
		.listed = "554 5.7.1 Service unavailable; Client host [{ip}] "
		    "blocked using {list}",
		.greylisted = "451 4.7.1 <{rcpt}>: Greylisted, please try "
		    "again later",
		.too_big = "552 5.3.4 Message size exceeds fixed limit",
		.lookup_failed = "451 4.3.0 <{rcpt}>: Temporary lookup failure",
	},
	{
		.name = "postfix",
		.banner = "220 {host} ESMTP Postfix (Debian/GNU)",
		.hello = "{host}",
		.keywords = "PIPELINING SIZE VRFY ETRN STARTTLS AUTH "
		    "ENHANCEDSTATUSCODES 8BITMIME DSN SMTPUTF8 CHUNKING",
		.mail_ok = "250 2.1.0 Ok",
		.rcpt_ok = "250 2.1.5 Ok",
		.rset = "250 2.0.0 Ok",
		.noop = "250 2.0.0 Ok",
		.quit = "221 2.0.0 Bye",
		.unknown = "500 5.5.2 Error: command not recognized",
		.need_hello = "503 5.5.1 Error: send HELO/EHLO first",
		.need_mail = "503 5.5.1 Error: need MAIL command",
		.need_rcpt = "503 5.5.1 Error: need RCPT command",
		.data_done = "250 2.0.0 Ok: queued as {id}",
		.starttls_off = "502 5.5.1 Error: command not implemented",
		.auth_failed = "535 5.7.8 Error: authentication failed: "
		    "authentication failure",
		.auth_off = "503 5.5.1 Error: authentication not enabled",
		.auth_in_tls = "538 5.7.11 Encryption required for requested "
		    "authentication mechanism",
		.mech_off = "535 5.7.8 Error: authentication failed: "
		    "Invalid authentication mechanism",
		.login_only = "554 5.7.1 <{name}[{ip}]>: Client host rejected: "
		    "Access denied",
		.login_only_at = AT_RCPT,
		.relay_denied = "554 5.7.1 <{rcpt}>: Relay access denied",
		.user_unknown = "550 5.1.1 <{rcpt}>: Recipient address "
		    "rejected: User unknown in virtual mailbox table",
		.mailbox_full = "452 4.2.2 <{rcpt}>: Recipient address "
		    "rejected: Mailbox is full",
		.restricted = "554 5.7.1 <{rcpt}>: Recipient address rejected: "
		    "Access denied",
		.odd_address = "554 5.7.1 <{rcpt}>: Relay access denied",
		.helo_refused = "450 4.7.1 <{helo}>: Helo command rejected: "
		    "Host not found",
		.sender_unknown = "450 4.1.8 <{sender}>: Sender address "
		    "rejected: Domain not found",
		.sender_refused = "554 5.7.1 <{sender}>: Sender address "
		    "rejected: Access denied",
		.not_owner = "553 5.7.1 <{sender}>: Sender address rejected: "
		    "not owned by user {login}",
		.local_sender = "553 5.7.1 <{sender}>: Sender address "
		    "rejected: not logged in",
		.no_ptr = "450 4.7.25 Client host rejected: cannot find your "
		    "hostname, [{ip}]",
		.greylisted = "450 4.2.0 <{rcpt}>: Recipient address rejected: "
		    "Greylisted, see http://postgrey.schweikert.ch/help/"
		    "{domain}.html",
		.refuses_late = true,
	},
	{
		.name = "postfix-defer", /* the stock relay restriction */
		.banner = "220 {host} ESMTP Postfix",
		.hello = "{host}",
		.keywords = "PIPELINING SIZE VRFY ETRN STARTTLS AUTH "
		    "ENHANCEDSTATUSCODES 8BITMIME DSN SMTPUTF8 CHUNKING",
		.mail_ok = "250 2.1.0 Ok",
		.rcpt_ok = "250 2.1.5 Ok",
		.rset = "250 2.0.0 Ok",
		.noop = "250 2.0.0 Ok",
		.quit = "221 2.0.0 Bye",
		.unknown = "500 5.5.2 Error: command not recognized",
		.relay_denied = "454 4.7.1 <{rcpt}>: Relay access denied",
		.user_unknown = "550 5.1.1 <{rcpt}>: Recipient address "
		    "rejected: User unknown in local recipient table",
		.refuses_late = true,
	},
	{
		.name = "exim",
		.banner = "220 {host} ESMTP Exim 4.96 {date}",
		.hello = "{host} Hello {helo} [{ip}]",
		.keywords = "SIZE 8BITMIME PIPELINING PIPECONNECT AUTH "
		    "CHUNKING STARTTLS PRDR SMTPUTF8 HELP",
		.mail_ok = "250 OK",
		.rcpt_ok = "250 Accepted",
		.rset = "250 Reset OK",
		.noop = "250 OK",
		.quit = "221 {host} closing connection",
		.unknown = "500 unrecognized command",
		.need_hello = "503 HELO or EHLO required",
		.need_mail = "503 sender not yet given",
		.need_rcpt = "503 Valid RCPT command must precede DATA",
		.data_go = "354 Enter message, ending with \".\" on a line by "
		    "itself",
		.data_done = "250 OK id={id}",
		.starttls_go = "220 TLS go ahead",
		.starttls_off = "503 STARTTLS command used when not advertised",
		.must_starttls = "550 Encryption required",
		.auth_ok = "235 Authentication succeeded",
		.auth_failed = "535 Incorrect authentication data",
		.auth_off = "503 AUTH command used when not advertised",
		.auth_in_tls = "503 AUTH command used when not advertised",
		.mech_off = "504 {mech} authentication mechanism not supported",
		.login_only = "550 Administrative prohibition",
		.login_only_at = AT_RCPT,
		.relay_denied = "550 relay not permitted",
		.user_unknown = "550 Unrouteable address",
		.mailbox_full = "452 Mailbox is full",
		.restricted = "550 Administrative prohibition",
		.odd_address = "550 Restricted characters in address",
		.helo_refused = "550 Access denied - Invalid HELO name (See "
		    "RFC2821 4.1.3)",
		.sender_unknown = "550-Verification failed for <{sender}>\n"
		    "550 Sender verify failed",
		.sender_refused = "550 Administrative prohibition",
		.not_owner = "550 Administrative prohibition",
		.local_sender = "550 smtp auth required",
		.no_ptr = "550 Reverse DNS lookup failed for {ip}",
		.listed = "550 Rejected because {ip} is in a black list at "
		    "{list}",
		.greylisted = "451 Greylisted, please try again later",
		.too_big = "552 Message size exceeds maximum permitted",
		.lookup_failed = "451 Temporary local problem - please try "
		    "later",
		.refuses_late = true,
	},
	{
		.name = "cpanel",
		.banner = "220-{host} ESMTP Exim 4.96.2 #2 {date} \n"
		    "220-We do not authorize the use of this system to "
		    "transport unsolicited, \n220 and/or bulk e-mail.",
		.hello = "{host} Hello {helo} [{ip}]",
		.keywords = "SIZE 8BITMIME PIPELINING PIPECONNECT AUTH "
		    "STARTTLS HELP",
		.mail_ok = "250 OK",
		.rcpt_ok = "250 Accepted",
		.rset = "250 Reset OK",
		.noop = "250 OK",
		.quit = "221 {host} closing connection",
		.unknown = "500 unrecognized command",
		.need_hello = "503 HELO or EHLO required",
		.need_mail = "503 sender not yet given",
		.need_rcpt = "503 Valid RCPT command must precede DATA",
		.starttls_go = "220 TLS go ahead",
		.starttls_off = "503 STARTTLS command used when not advertised",
		.auth_ok = "235 Authentication succeeded",
		.auth_failed = "535 Incorrect authentication data",
		.auth_off = "503 AUTH command used when not advertised",
		.auth_in_tls = "503 AUTH command used when not advertised",
		.relay_denied = "550-Please turn on SMTP Authentication in "
		    "your mail client.  {name}\n550-({helo}) [{ip}]:41702 is "
		    "not permitted to relay\n550 through this server without "
		    "authentication.",
		.user_unknown = "550 No Such User Here",
		.helo_refused = "550 Access denied - Invalid HELO name (See "
		    "RFC2821 4.1.3)",
		.sender_unknown = "550-Verification failed for <{sender}>\n"
		    "550 Sender verify failed",
		.listed = "550 \"JunkMail rejected - {name} ({helo}) "
		    "[{ip}]:41702 is in an RBL: {list}\"",
		.refuses_late = true,
	},
	{
		.name = "sendmail",
		.banner = "220 {host} ESMTP Sendmail 8.17.1.9/8.17.1.9; {date}",
		.hello = "{host} Hello {peer}, pleased to meet you",
		.keywords = "ENHANCEDSTATUSCODES PIPELINING EXPN VERB 8BITMIME "
		    "SIZE DSN ETRN AUTH STARTTLS DELIVERBY HELP",
		.mail_ok = "250 2.1.0 <{sender}>... Sender ok",
		.rcpt_ok = "250 2.1.5 <{rcpt}>... Recipient ok",
		.rset = "250 2.0.0 Reset state",
		.noop = "250 2.0.0 OK",
		.quit = "221 2.0.0 {host} closing connection",
		.unknown = "500 5.5.1 Command unrecognized: \"{command}\"",
		.need_hello = "503 5.0.0 Polite people say HELO first",
		.need_mail = "503 5.0.0 Need MAIL before RCPT",
		.need_rcpt = "503 5.0.0 Need RCPT (recipient)",
		.data_go = "354 Enter mail, end with \".\" on a line by itself",
		.data_done = "250 2.0.0 {id} Message accepted for delivery",
		.starttls_off = "500 5.5.1 Command unrecognized: \"STARTTLS\"",
		.must_starttls = "530 5.7.0 Must issue a STARTTLS command first",
		.auth_ok = "235 2.0.0 OK Authenticated",
		.auth_failed = "535 5.7.0 authentication failed",
		.auth_off = "503 5.3.3 AUTH not available",
		.mech_off = "504 5.3.3 AUTH mechanism {mech} not available",
		.login_only = "530 5.7.0 Authentication required",
		.login_only_at = AT_MAIL,
		.relay_denied = "550 5.7.1 <{rcpt}>... Relaying denied",
		.user_unknown = "550 5.1.1 <{rcpt}>... User unknown",
		.mailbox_full = "450 4.2.2 <{rcpt}>... Mailbox Full",
		.restricted = "550 5.0.0 <{rcpt}>... Insufficient permission",
		.odd_address = "550 5.7.1 <{rcpt}>... Relaying denied",
		.helo_refused = "550 5.7.1 <{helo}>... bogus HELO name used",
		.sender_unknown = "553 5.1.8 <{sender}>... Domain of sender "
		    "address {sender} does not exist",
		.sender_refused = "550 5.7.1 <{sender}>... Access denied",
		.not_owner = "550 5.7.1 <{sender}>... Access denied",
		.local_sender = "550 5.7.1 {sender} ... not authenticated",
		.no_ptr = "450 4.7.1 Access denied. IP name lookup failed "
		    "[{ip}]",
		.greylisted = "451 4.7.1 Greylisting in action, please come "
		    "back later",
		.too_big = "552 5.2.3 Message size exceeds fixed maximum "
		    "message size ({size})",
		.lookup_failed = "451 4.3.0 <{rcpt}>... Temporary lookup "
		    "failure",
	},
	{
		.name = "opensmtpd",
		.banner = "220 {host} ESMTP OpenSMTPD",
		.hello = "{host} Hello {helo} [{ip}], pleased to meet you",
		.keywords = "8BITMIME ENHANCEDSTATUSCODES SIZE DSN STARTTLS "
		    "AUTH HELP",
		.mail_ok = "250 2.0.0 Ok",
		.rcpt_ok = "250 2.1.5 Destination address valid: Recipient ok",
		.rset = "250 2.0.0 Reset state",
		.noop = "250 2.0.0 Ok",
		.quit = "221 2.0.0 Bye",
		.unknown = "500 5.5.1 Invalid command: Command unrecognized",
		.need_hello = "503 5.5.1 Invalid command: Command not allowed "
		    "at this point.",
		.need_mail = "503 5.5.1 Invalid command: Command not allowed "
		    "at this point.",
		.need_rcpt = "503 5.5.1 Invalid command: Command not allowed "
		    "at this point.",
		.data_go = "354 Enter mail, end with \".\" on a line by itself",
		.data_done = "250 2.0.0 {id} Message accepted for delivery",
		.starttls_go = "220 2.0.0 Ready to start TLS",
		.starttls_off = "503 5.5.1 Invalid command: Command not "
		    "supported",
		.must_starttls = "530 5.5.1 Invalid command: Must issue a "
		    "STARTTLS command first",
		.auth_ok = "235 2.0.0 Authentication succeeded",
		.auth_failed = "535 Authentication failed",
		.auth_off = "503 5.5.1 Invalid command: Command not supported",
		.mech_off = "504 5.5.4 Command parameter not implemented: AUTH "
		    "method \"{mech}\" not supported",
		.login_only = "530 5.5.1 Invalid command: Must issue an AUTH "
		    "command first",
		.login_only_at = AT_MAIL,
		.relay_denied = "550 Invalid recipient",
		.user_unknown = "550 Invalid recipient",
		.lookup_failed = "451 Temporary failure",
	},
	{
		.name = "exchange",
		.banner = "220 {host} Microsoft ESMTP MAIL Service ready at "
		    "{date}",
		.hello = "{host} Hello [{ip}]",
		.keywords = "SIZE PIPELINING DSN ENHANCEDSTATUSCODES STARTTLS "
		    "AUTH 8BITMIME BINARYMIME CHUNKING SMTPUTF8",
		.mail_ok = "250 2.1.0 Sender OK",
		.rcpt_ok = "250 2.1.5 Recipient OK",
		.rset = "250 2.0.0 Resetting",
		.noop = "250 2.0.0 OK",
		.quit = "221 2.0.0 Service closing transmission channel",
		.unknown = "500 5.3.3 Unrecognized command '{command}'",
		.need_hello = "503 5.5.2 Send hello first",
		.need_mail = "503 5.5.2 Need mail command",
		.need_rcpt = "503 5.5.2 Need rcpt command",
		.data_go = "354 Start mail input; end with <CRLF>.<CRLF>",
		.data_done = "250 2.6.0 <{id}@{host}> Queued mail for delivery",
		.starttls_go = "220 2.0.0 SMTP server ready",
		.auth_ok = "235 2.7.0 Authentication successful",
		.auth_failed = "535 5.7.3 Authentication unsuccessful",
		.mech_off = "504 5.7.4 Unrecognized authentication type",
		.login_only = "530 5.7.57 SMTP; Client was not authenticated "
		    "to send anonymous mail during MAIL FROM",
		.login_only_at = AT_MAIL,
		.relay_denied = "550 5.7.54 SMTP; Unable to relay recipient in "
		    "non-accepted domain",
		.user_unknown = "550 5.1.1 User unknown",
		.restricted = "550 5.7.1 Recipient not authorized, "
		    "authentication required",
		.not_owner = "550 5.7.60 SMTP; Client does not have "
		    "permissions to send as this sender",
		.sender_unknown = "550 5.1.8 Access denied, bad sender",
		.lookup_failed = "452 4.3.1 Insufficient system resources",
	},
	{
		.name = "m365",
		.banner = "220 {host} Microsoft ESMTP MAIL Service ready at "
		    "{date}",
		.hello = "{host} Hello [{ip}]",
		.keywords = "SIZE PIPELINING DSN ENHANCEDSTATUSCODES STARTTLS "
		    "AUTH 8BITMIME BINARYMIME CHUNKING SMTPUTF8",
		.mail_ok = "250 2.1.0 Sender OK",
		.rcpt_ok = "250 2.1.5 Recipient OK",
		.rset = "250 2.0.0 Resetting",
		.noop = "250 2.0.0 OK",
		.quit = "221 2.0.0 Service closing transmission channel",
		.unknown = "500 5.3.3 Unrecognized command '{command}'",
		.need_hello = "503 5.5.2 Send hello first",
		.need_mail = "503 5.5.2 Need mail command",
		.need_rcpt = "503 5.5.2 Need rcpt command",
		.data_go = "354 Start mail input; end with <CRLF>.<CRLF>",
		.starttls_go = "220 2.0.0 SMTP server ready",
		.auth_ok = "235 2.7.0 Authentication successful",
		.auth_failed = "535 5.7.139 Authentication unsuccessful, the "
		    "user credentials were incorrect. [{host}]",
		.mech_off = "504 5.7.4 Unrecognized authentication type",
		.login_only = "530 5.7.57 Client not authenticated to send "
		    "mail. [{host}]",
		.login_only_at = AT_MAIL,
		.relay_denied = "550 5.7.64 TenantAttribution; Relay Access "
		    "Denied [{host}]",
		.user_unknown = "550 5.4.1 Recipient address rejected: Access "
		    "denied. AS(201806281) [{host}]",
		.not_owner = "550 5.7.60 SMTP; Client does not have "
		    "permissions to send as this sender",
		.local_sender = "550 5.7.68 TenantInboundAttribution; Direct "
		    "Send not allowed for this organization from "
		    "unauthorized sources",
		.no_ptr = "550 5.7.25 The sending IPv6 address must have a "
		    "reverse DNS record (PTR)",
		.listed = "550 5.7.1 Service unavailable, Client host [{ip}] "
		    "blocked using {list}",
	},
	{
		.name = "google-relay",
		.banner = "220 {host} ESMTP {id} - gsmtp",
		.hello = "{host} at your service, [{ip}]",
		.keywords = "SIZE 8BITMIME STARTTLS AUTH ENHANCEDSTATUSCODES "
		    "PIPELINING CHUNKING SMTPUTF8",
		.mail_ok = "250 2.1.0 OK {id} - gsmtp",
		.rcpt_ok = "250 2.1.5 OK {id} - gsmtp",
		.rset = "250 2.1.5 Flushed {id} - gsmtp",
		.noop = "250 2.0.0 OK {id} - gsmtp",
		.quit = "221 2.0.0 closing connection {id} - gsmtp",
		.unknown = "502 5.5.1 Unrecognized command. {id} - gsmtp",
		.need_hello = "503 5.5.1 EHLO/HELO first. {id} - gsmtp",
		.need_mail = "503 5.5.1 MAIL first. {id} - gsmtp",
		.need_rcpt = "503 5.5.1 RCPT first. A mail transaction "
		    "protocol command was issued out of sequence. {id} - gsmtp",
		.starttls_go = "220 2.0.0 Ready to start TLS",
		.must_starttls = "530 5.7.0 Must issue a STARTTLS command "
		    "first. {id} - gsmtp",
		.auth_ok = "235 2.7.0 Accepted",
		.auth_failed = "535-5.7.8 Username and Password not accepted. "
		    "Learn more at\n535 5.7.8  https://support.google.com/mail/"
		    "?p=BadCredentials {id} - gsmtp",
		.login_only = "530-5.7.0 Authentication Required. For more "
		    "information, go to\n530 5.7.0  https://support.google.com/"
		    "mail/?p=WantAuthError {id} - gsmtp",
		.login_only_at = AT_MAIL,
		.relay_denied = "550-5.7.0 Mail relay denied [{ip}]. Invalid "
		    "credentials for relay for one of\n550-5.7.0 the domains "
		    "in: {helo}, {sender-domain} (as obtained from\n550 5.7.0 "
		    "HELO and MAIL FROM). {id} - gsmtp",
		.user_unknown = "550-5.1.1 The email account that you tried to "
		    "reach does not exist. Please try\n550 5.1.1 "
		    "double-checking the recipient's email address. {id} - "
		    "gsmtp",
	},
	{
		.name = "qmail",
		.banner = "220 {host} ESMTP",
		.hello = "{host}",
		.keywords = "STARTTLS PIPELINING 8BITMIME SIZE AUTH",
		.mail_ok = "250 ok",
		.rcpt_ok = "250 ok",
		.rset = "250 flushed",
		.noop = "250 ok",
		.quit = "221 {host}",
		.unknown = "502 unimplemented (#5.5.1)",
		.need_hello = "503 HELO first (#5.5.1)",
		.need_mail = "503 MAIL first (#5.5.1)",
		.need_rcpt = "503 RCPT first (#5.5.1)",
		.data_go = "354 go ahead",
		.data_done = "250 ok {id}",
		.starttls_off = "502 unimplemented (#5.5.1)",
		.auth_ok = "235 ok, go ahead (#2.0.0)",
		.auth_failed = "535 authorization failed (#5.7.0)",
		.auth_off = "502 unimplemented (#5.5.1)",
		.relay_denied = "553 sorry, that domain isn't in my list of "
		    "allowed rcpthosts (#5.7.1)",
		.user_unknown = "550 sorry, no mailbox here by that name "
		    "(#5.1.1 - chkusr)",
		.sender_refused = "553 sorry, your envelope sender is in my "
		    "badmailfrom list (#5.7.1)",
		.lookup_failed = "421 unable to read controls (#4.3.0)",
		.refuses_late = true,
	},
};

#define PRODUCTS (sizeof(products) / sizeof(products[0]))

const struct product_words *
product_nth(size_t i)
{
	return i < PRODUCTS ? &products[i] : NULL;
}

const struct product_words *
product_find(const char *name)
{
	size_t i;

	for (i = 0; i < PRODUCTS; i++)
		if (strcmp(products[i].name, name) == 0)
			return &products[i];
	return NULL;
}
