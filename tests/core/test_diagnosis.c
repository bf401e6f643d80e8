#include "core/diagnosis.h"

#include <check.h>

#include "net/mem.h"
#include "support/scene.h"

#define FOREIGN "554 5.7.1 <x@unrelated.example>: Relay access denied"
#define DENIED "554 5.7.1 <bob@dest.example>: Relay access denied"
#define DENIED_PM "554 5.7.1 <postmaster@dest.example>: Relay access denied"
#define DENIED_LATER "454 4.7.1 <bob@dest.example>: Relay access denied"
#define UNKNOWN                                                                \
	"550 5.1.1 <bob@dest.example>: Recipient address rejected: User "      \
	"unknown in virtual mailbox table"
#define DENYING_MX                                                             \
	"mx mx1.dest.example 192.0.2.5\n"                                      \
	"rcpt " DENIED "\ncontrol " FOREIGN "\npostmaster " DENIED_PM "\n"
#define SUBMISSION "server smtp.orig.example 192.0.2.25:587\n"
#define RELAY "server smtp.orig.example 192.0.2.25:25\n"

static void
add_mx(struct evidence *e, const char *host, size_t addresses)
{
	struct mx_fact *mx = evidence_add_mx(e);

	strcpy(mx->host, host);
	mx->preference = 10;
	mx->at = (struct ref) { 1, 3 };
	mx->address_at = (struct ref) { 2, 2 };
	mx->addresses = addresses;
	mx->a = addresses > 0 ? LOOKUP_FOUND : LOOKUP_NXDOMAIN;
	mx->aaaa = LOOKUP_NODATA;
}

static void
add_ns(struct evidence *e, const char *host, const char *set, long serial)
{
	struct ns_fact *ns = evidence_add_ns(e);

	strcpy(ns->host, host);
	addr_parse("192.0.2.53", &ns->addr);
	ns->at = (struct ref) { 3, (int)e->ns_count };
	ns->mx = set[0] != '\0' ? LOOKUP_FOUND : LOOKUP_NODATA;
	ns->authoritative = ns->reachable = true;
	ns->in_parent = ns->in_child = true;
	ns->have_serial = true;
	ns->serial = (unsigned long)serial;
	ns->mx_set = mem_strdup(set);
	e->ns_asked = true;
	strcpy(e->zone, "dest.example");
}

static void
add_control(struct evidence *e, bool greeted, const char *name)
{
	struct control_fact *c = &e->controls[e->control_count++];

	strcpy(c->host, "mx.unrelated.example");
	strcpy(c->ehlo_host, name);
	c->tried = true;
	c->connected = c->greeted = greeted;
	c->at = (struct ref) { 4, 2 };
}

static void
name_servers_differ(struct evidence *e)
{
	add_mx(e, "mx1.dest.example", 1);
	add_ns(e, "ns1.dest.example", "10 mx1.new.example", 5);
	add_ns(e, "ns2.dest.example", "10 mx1.dest.example", 4);
}

static void
name_servers_agree(struct evidence *e)
{
	add_mx(e, "mx1.dest.example", 1);
	e->resolver_mx_set = mem_strdup("10 mx1.dest.example");
	add_ns(e, "ns1.dest.example", "10 mx1.dest.example", 5);
	add_ns(e, "ns2.dest.example", "10 mx1.dest.example", 5);
}

static void
resolver_remembers(struct evidence *e)
{
	add_mx(e, "mx1.dest.example", 1);
	e->resolver_mx_set = mem_strdup("10 mx1.dest.example");
	e->mx_ttl = 1200;
	add_ns(e, "ns1.dest.example", "10 mx1.new.example", 5);
	add_ns(e, "ns2.dest.example", "10 mx1.new.example", 5);
}

static void
no_mx(struct evidence *e)
{
	e->mx = LOOKUP_NODATA;
	e->domain_a = LOOKUP_FOUND;
	e->domain_a_at = (struct ref) { 2, 2 };
}

static void
null_mx(struct evidence *e)
{
	e->null_mx = true;
	e->null_mx_at = (struct ref) { 1, 2 };
}

static void
null_mx_mixed(struct evidence *e)
{
	e->null_mx_mixed = true;
	e->null_mx_at = (struct ref) { 1, 2 };
}

static void
no_such_domain(struct evidence *e)
{
	e->mx = LOOKUP_NXDOMAIN;
	strcpy(e->suggestion, "bob@dset.example");
}

static void
servfail(struct evidence *e)
{
	e->mx = LOOKUP_SERVFAIL;
}

static void
resolver_silent(struct evidence *e)
{
	e->mx = LOOKUP_TIMEOUT;
	e->resolver_works = false;
}

static void
mx_without_address(struct evidence *e)
{
	add_mx(e, "mx1.dest.example", 0);
}

static void
one_mx_without_address(struct evidence *e)
{
	add_mx(e, "mx0.dest.example", 0);
	add_mx(e, "mx1.dest.example", 1);
}

static void
mx_is_an_address(struct evidence *e)
{
	add_mx(e, "192.0.2.5", 0);
	e->mxs[0].not_a_name = true;
	strcpy(e->mxs[0].not_a_name_why, "an IP address");
}

static void
mx_is_private(struct evidence *e)
{
	add_mx(e, "mx1.dest.example", 1);
	e->mxs[0].private_addresses = 1;
	strcpy(e->mxs[0].private_example, "10.1.2.3");
}

static void
others_answer(struct evidence *e)
{
	add_control(e, true, "mx.unrelated.example");
}

static void
others_are_silent(struct evidence *e)
{
	add_control(e, false, "");
	add_control(e, false, "");
}

static void
others_have_its_name(struct evidence *e)
{
	add_control(e, true, "proxy.orig.example");
}

static void
odd_address(struct evidence *e)
{
	e->odd_recipient = true;
	strcpy(e->recipient, "bob%dest.example@mx1.dest.example");
}

static void
no_ptr(struct evidence *e)
{
	e->ptr = LOOKUP_NXDOMAIN;
	e->ptr_at = (struct ref) { 5, 2 };
}

static void
good_ptr(struct evidence *e)
{
	e->ptr = LOOKUP_FOUND;
	strcpy(e->ptr_name, "client.orig.example");
	e->ptr_confirmed = TRI_YES;
	e->ptr_at = (struct ref) { 5, 2 };
}

static void
spf_fails(struct evidence *e)
{
	e->spf = SPF_WORD_FAIL;
	strcpy(e->spf_text, "-all");
	e->spf_at = (struct ref) { 6, 2 };
}

static void
spf_passes(struct evidence *e)
{
	e->spf = SPF_WORD_PASS;
	strcpy(e->spf_text, "ip4:198.51.100.7");
	e->spf_at = (struct ref) { 6, 2 };
}

static void
sender_does_not_exist(struct evidence *e)
{
	e->sender_mx = LOOKUP_NXDOMAIN;
	e->sender_at = (struct ref) { 7, 2 };
}

static void
in_mx_set(struct evidence *e)
{
	e->server_in_mx = true;
}

static void
credentials(struct evidence *e)
{
	e->have_credentials = true;
}

/*
 * `first` must lead with at least `least`; none of `never` may appear, and
 * each of `out` must be ruled out.  Lists are of names, parted by commas.
 */
static const struct scenario {
	const char *name, *text;
	void (*more)(struct evidence *e);
	enum verdict verdict;
	const char *first;
	int least;
	const char *never, *out;
} scenarios[] = {
	/* the recipient's servers */
	{ "every MX denies", DENYING_MX, name_servers_agree, VERDICT_REFUSED,
	    "mx-not-hosting", 90,
	    "auth-required,client-not-permitted,mailbox-unknown,mx-stale,"
	    "spf-fail,wrong-server",
	    "mx-stale,auth-required,mailbox-unknown,no-mx-fallback,"
	    "mx-partly-not-hosting" },
	{ "a temporary code of a denial",
	    "mx mx1.dest.example 192.0.2.5\nrcpt " DENIED_LATER
	    "\ncontrol 454 4.7.1 <x@u.example>: Relay access denied\n"
	    "postmaster 454 4.7.1 <postmaster@dest.example>: Relay access "
	    "denied",
	    name_servers_agree, VERDICT_REFUSED, "mx-not-hosting", 90,
	    "greylisted", "greylisted" },
	{ "a denial without the word relay",
	    "mx mx1.dest.example 192.0.2.5\nrcpt 550 Invalid recipient\n"
	    "control 550 Invalid recipient\npostmaster 550 Invalid recipient",
	    name_servers_agree, VERDICT_REFUSED, "mx-not-hosting", 80,
	    "mailbox-unknown", "mailbox-unknown" },
	{ "unknown words, told by comparison",
	    "mx mx1.dest.example 192.0.2.5\nrcpt 550 go somewhere else\n"
	    "control 550 go somewhere else\n"
	    "postmaster 550 go somewhere else\n"
	    "bare 250 ok",
	    name_servers_agree, VERDICT_REFUSED, "mx-not-hosting", 75,
	    "mailbox-unknown", "" },
	{ "an MX that asks for a login",
	    "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 530 Authentication required\n"
	    "control 530 Authentication required\n"
	    "postmaster 530 Authentication required",
	    name_servers_agree, VERDICT_REFUSED, "mx-not-hosting", 75,
	    "auth-required", "" },
	{ "cPanel's advice to log in, at an MX",
	    "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550-Please turn on SMTP Authentication in your mail client. "
	    "c.example [198.51.100.7]:4 is not permitted to relay through this "
	    "server without authentication.\n"
	    "control 550-Please turn on SMTP Authentication in your mail "
	    "client. c.example [198.51.100.7]:4 is not permitted to relay "
	    "through this server without authentication.\n",
	    name_servers_agree, VERDICT_REFUSED, "mx-not-hosting", 70,
	    "auth-required", "auth-required" },
	{ "Sendmail remarks on the name", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 5.7.1 <bob@dest.example>... Relaying denied. IP name "
	    "lookup failed [198.51.100.7]\n"
	    "control 550 5.7.1 <x@u.example>... Relaying denied. IP name "
	    "lookup failed [198.51.100.7]\n"
	    "postmaster 550 5.7.1 <postmaster@dest.example>... Relaying "
	    "denied. IP name lookup failed [198.51.100.7]",
	    no_ptr, VERDICT_REFUSED, "mx-not-hosting", 85, "auth-required",
	    "" },
	{ "a postmaster that is taken", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt " UNKNOWN "\ncontrol " FOREIGN "\npostmaster 250 2.1.5 Ok",
	    name_servers_agree, VERDICT_REFUSED, "mailbox-unknown", 90,
	    "mx-not-hosting,relay-thinks-local", "mx-not-hosting" },
	{ "a relay word for one mailbox", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 relay not permitted\ncontrol 550 relay not permitted\n"
	    "postmaster 250 Accepted",
	    name_servers_agree, VERDICT_REFUSED, "mailbox-unknown", 60,
	    "mx-not-hosting", "mx-not-hosting" },
	{ "the backup denies", "mx mx1.dest.example 192.0.2.5\nrcpt 250 Ok\n"
	    "mx mx2.dest.example 192.0.2.6\nrcpt " DENIED "\ncontrol " FOREIGN
	    "\npostmaster " DENIED_PM,
	    name_servers_agree, VERDICT_PARTLY, "mx-partly-not-hosting", 90,
	    "mx-not-hosting,mx-stale,client-not-permitted",
	    "mx-not-hosting,mx-stale" },
	{ "the IPv6 address denies",
	    "mx mx1.dest.example 192.0.2.5\nrcpt 250 Ok\n"
	    "mx mx1.dest.example [2001:db8::5]:25\nrcpt " DENIED
	    "\ncontrol " FOREIGN "\npostmaster " DENIED_PM,
	    name_servers_agree, VERDICT_PARTLY, "mx-partly-not-hosting", 90,
	    "mx-not-hosting", "" },
	{ "the backup does not know the mailbox",
	    "mx mx1.dest.example 192.0.2.5\nrcpt 250 Ok\n"
	    "mx mx2.dest.example 192.0.2.6\nrcpt " UNKNOWN "\ncontrol " FOREIGN
	    "\npostmaster 250 Ok",
	    name_servers_agree, VERDICT_PARTLY, "mailbox-unknown", 60,
	    "mx-partly-not-hosting,mx-not-hosting", "" },
	{ "name servers disagree", DENYING_MX, name_servers_differ,
	    VERDICT_REFUSED, "mx-stale", 90, "auth-required", "" },
	{ "the resolver remembers", DENYING_MX, resolver_remembers,
	    VERDICT_REFUSED, "mx-stale", 90, "auth-required", "" },
	{ "no MX, the web host denies",
	    "mx dest.example 192.0.2.80\nrcpt 550 relay not permitted\n"
	    "control 550 relay not permitted\n"
	    "postmaster 550 relay not permitted",
	    no_mx, VERDICT_REFUSED, "no-mx-fallback", 90,
	    "mx-not-hosting,auth-required", "" },
	{ "a null MX", "", null_mx, VERDICT_UNREACHABLE, "null-mx", 95,
	    "domain-dead,mx-invalid", "domain-dead,dns-broken" },
	{ "a null MX beside others", "", null_mx_mixed, VERDICT_UNREACHABLE,
	    "mx-invalid", 85, "null-mx", "null-mx" },
	{ "no such domain", "", no_such_domain, VERDICT_UNREACHABLE,
	    "domain-dead", 85, "dns-broken,mx-not-hosting", "dns-broken" },
	{ "SERVFAIL", "", servfail, VERDICT_UNREACHABLE, "dns-broken", 75,
	    "domain-dead,mx-unresolvable", "" },
	{ "MX without address", "", mx_without_address, VERDICT_UNREACHABLE,
	    "mx-unresolvable", 90, "mx-invalid,dns-broken,domain-dead",
	    "mx-invalid,domain-dead" },
	{ "one of two MX without address", DENYING_MX, one_mx_without_address,
	    VERDICT_REFUSED, "mx-not-hosting", 90, "mx-invalid", "" },
	{ "MX is an address", "", mx_is_an_address, VERDICT_UNREACHABLE,
	    "mx-invalid", 90, "mx-unresolvable,dns-broken", "" },
	{ "MX is private", "", mx_is_private, VERDICT_UNREACHABLE,
	    "mx-private-address", 90, "mx-unreachable,mx-unresolvable",
	    "mx-unresolvable" },
	{ "nobody answers", "mx mx1.dest.example 192.0.2.5\n"
	    "lost connect timeout no answer in 30 s", others_answer,
	    VERDICT_UNREACHABLE, "mx-unreachable", 85,
	    "egress-blocked,mx-not-hosting,smtp-intercepted",
	    "egress-blocked" },
	{ "nobody answers anywhere", "mx mx1.dest.example 192.0.2.5\n"
	    "lost connect timeout no answer in 30 s", others_are_silent,
	    VERDICT_UNREACHABLE, "egress-blocked", 85, "mx-not-hosting", "" },
	{ "asterisks in the greeting", "mx mx1.dest.example 192.0.2.5\n"
	    "banner 220 ********************0**2***\n"
	    "ehlo mx1.dest.example Hello [198.51.100.7]|XXXXXXXA|8BITMIME\n"
	    "rcpt 550 relaying denied", others_answer, VERDICT_REFUSED,
	    "smtp-intercepted", 60, "", "" },
	{ "an unrelated host has the same name",
	    "mx mx1.dest.example 192.0.2.5\n"
	    "ehlo proxy.orig.example Hello|8BITMIME\nrcpt " DENIED,
	    others_have_its_name, VERDICT_REFUSED, "smtp-intercepted", 65, "",
	    "" },
	{ "a tenant without mail",
	    "mx dest-example.mail.protection.outlook.com 192.0.2.5\n"
	    "rcpt 451 4.4.4 Mail received as unauthenticated, incoming to a "
	    "recipient domain configured in a hosted tenant which has no "
	    "mail-enabled subscriptions. ATTR5\n"
	    "control 550 5.4.1 Recipient address rejected: Access denied.",
	    name_servers_agree, VERDICT_REFUSED, "domain-inactive-at-host",
	    85, "auth-required,greylisted,mailbox-unknown", "" },
	{ "a forwarder refuses one address",
	    "mx fwd1.porkbun.com 192.0.2.5\nrcpt " DENIED "\ncontrol " FOREIGN
	    "\npostmaster " DENIED_PM, name_servers_agree, VERDICT_REFUSED,
	    "domain-inactive-at-host", 75, "auth-required", "" },
	{ "a denial that nothing was compared with",
	    "mx mx1.dest.example 192.0.2.5\nrcpt 550 relay not permitted",
	    NULL, VERDICT_REFUSED, "mx-not-hosting", 40, "auth-required",
	    "" },
	{ "the backup is an old MX of some name servers",
	    "mx mx1.new.example 192.0.2.5\nrcpt 250 Ok\n" DENYING_MX,
	    name_servers_differ, VERDICT_PARTLY, "mx-stale", 90,
	    "mx-not-hosting", "" },
	{ "client host rejected at an MX", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 554 5.7.1 <client.orig.example[198.51.100.7]>: Client host "
	    "rejected: Access denied\n"
	    "control 554 5.7.1 <client.orig.example[198.51.100.7]>: Client "
	    "host rejected: Access denied\n"
	    "postmaster 554 5.7.1 <client.orig.example[198.51.100.7]>: Client "
	    "host rejected: Access denied", name_servers_agree,
	    VERDICT_REFUSED, NULL, 0, "mx-not-hosting,auth-required", "" },
	{ "the mailbox is full", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 552 5.2.2 <bob@dest.example>: user is over quota\n"
	    "control " FOREIGN "\npostmaster 250 Ok", name_servers_agree,
	    VERDICT_REFUSED, "mailbox-unavailable", 85,
	    "mx-not-hosting,mailbox-unknown", "mx-not-hosting" },
	{ "members only", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; "
	    "authentication required\ncontrol 550 5.7.54 SMTP; Unable to "
	    "relay recipient in non-accepted domain\npostmaster 250 Ok",
	    name_servers_agree, VERDICT_REFUSED, "recipient-restricted", 85,
	    "mx-not-hosting,auth-required", "mx-not-hosting" },
	{ "an address with a percent sign", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 Restricted characters in address\nplain 250 Accepted",
	    odd_address, VERDICT_REFUSED, "routed-address", 90,
	    "mx-not-hosting", "" },
	{ "a plain address is no route", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 501 5.1.3 Bad recipient address syntax", name_servers_agree,
	    VERDICT_REFUSED, "policy-rejected", 15, "routed-address",
	    "routed-address" },

	/* policy */
	{ "greylisting", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 450 4.2.0 <bob@dest.example>: Recipient address rejected: "
	    "Greylisted, see https://help.example/\n"
	    "repeat mx1.dest.example 192.0.2.5\nrcpt 250 2.1.5 Ok",
	    name_servers_agree, VERDICT_DEFERRED, "greylisted", 90,
	    "mx-not-hosting,server-misconfigured", "" },
	{ "a hard refusal is no greylisting", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 no such user\npostmaster 250 ok", name_servers_agree,
	    VERDICT_REFUSED, "mailbox-unknown", 80, "greylisted",
	    "greylisted" },
	{ "a denial that flips", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt " DENIED_LATER "\nrepeat mx1.dest.example 192.0.2.5\n"
	    "rcpt 250 2.1.5 Ok", name_servers_agree, VERDICT_DEFERRED,
	    "server-misconfigured", 90, "greylisted", "" },
	{ "TLS is demanded", "mx mx1.dest.example 192.0.2.5\n"
	    "mail 530 5.7.0 Must issue a STARTTLS command first",
	    name_servers_agree, VERDICT_REFUSED, "tls-required", 85,
	    "auth-required,mx-not-hosting", "" },
	{ "the HELO name is refused", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 504 5.5.2 <client>: Helo command rejected: need "
	    "fully-qualified hostname", name_servers_agree, VERDICT_REFUSED,
	    "helo-rejected", 80, "mx-not-hosting,mailbox-unknown", "" },
	{ "no PTR", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 450 4.7.25 Client host rejected: cannot find your "
	    "hostname, [198.51.100.7]", no_ptr, VERDICT_DEFERRED,
	    "client-dns", 90, "mx-not-hosting,ip-blocklisted", "" },
	{ "no PTR, says the server, but there is one",
	    "mx mx1.dest.example 192.0.2.5\nrcpt " DENIED "\ncontrol " FOREIGN
	    "\npostmaster " DENIED_PM, good_ptr, VERDICT_REFUSED,
	    "mx-not-hosting", 90, "client-dns", "client-dns" },
	{ "on a blocklist", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 554 5.7.1 Service unavailable; Client host [198.51.100.7] "
	    "blocked using bl.lists.example; see there", name_servers_agree,
	    VERDICT_REFUSED, "ip-blocklisted", 75, "mx-not-hosting", "" },
	{ "a denial is no blocklist", DENYING_MX, name_servers_agree,
	    VERDICT_REFUSED, "mx-not-hosting", 90,
	    "ip-blocklisted,helo-rejected,dkim-fail,dmarc-fail",
	    "ip-blocklisted" },
	{ "the sender's domain is unknown", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 450 4.1.8 <alice@orig.example>: Sender address rejected: "
	    "Domain not found\nnull-mail 250 Ok\nnull 250 Ok",
	    sender_does_not_exist, VERDICT_DEFERRED, "sender-unverifiable",
	    90, "mx-not-hosting,domain-dead,greylisted", "" },
	{ "MAIL is refused, the null sender is not",
	    "mx mx1.dest.example 192.0.2.5\n"
	    "mail 553 5.1.8 <alice@orig.example>... Domain of sender address "
	    "alice@orig.example does not exist\nnull-mail 250 Ok\nnull 250 Ok",
	    sender_does_not_exist, VERDICT_REFUSED, "sender-unverifiable", 90,
	    "mx-not-hosting,domain-dead", "" },
	{ "SPF", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 5.7.23 <bob@dest.example>: Recipient address rejected: "
	    "Message rejected due to: SPF fail - not authorized", spf_fails,
	    VERDICT_REFUSED, "spf-fail", 90, "mx-not-hosting,dmarc-fail",
	    "" },
	{ "a denial is not for SPF, even where it fails", DENYING_MX,
	    spf_fails, VERDICT_REFUSED, "mx-not-hosting", 90, "spf-fail",
	    "spf-fail" },
	{ "SPF passes", DENYING_MX, spf_passes, VERDICT_REFUSED,
	    "mx-not-hosting", 90, "spf-fail", "spf-fail" },
	{ "DKIM", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 5.7.20 No passing DKIM signature found",
	    name_servers_agree, VERDICT_REFUSED, "dkim-fail", 80, "spf-fail",
	    "" },
	{ "DMARC", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 5.7.1 Email rejected per DMARC policy for orig.example",
	    name_servers_agree, VERDICT_REFUSED, "dmarc-fail", 70,
	    "spf-fail,mx-not-hosting", "" },
	{ "too much", "mx mx1.dest.example 192.0.2.5\n"
	    "banner 421 4.7.0 mx1.dest.example Error: too many connections "
	    "from 198.51.100.7", name_servers_agree, VERDICT_DEFERRED,
	    "rate-limited", 85, "mx-not-hosting,greylisted", "" },
	{ "a local rule", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 5.7.1 refused for policy reasons", name_servers_agree,
	    VERDICT_REFUSED, "policy-rejected", 60, "mx-not-hosting", "" },
	{ "a server that refuses everybody",
	    "mx mx1.dest.example 192.0.2.5\nrcpt 550 we are closed\n"
	    "control 550 we are closed\npostmaster 550 we are closed\n"
	    "bare 550 we are closed", name_servers_agree, VERDICT_REFUSED,
	    "policy-rejected", 15, "mailbox-unknown,mx-not-hosting", "" },
	{ "too big", "mx mx1.dest.example 192.0.2.5\n"
	    "mail 552 5.3.4 Message size exceeds fixed limit",
	    name_servers_agree, VERDICT_REFUSED, "message-too-big", 80,
	    "mailbox-unavailable,mx-not-hosting", "" },
	{ "a loop", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 554 5.4.6 mail for dest.example loops back to myself",
	    name_servers_agree, VERDICT_REFUSED, "mail-loop", 80,
	    "auth-required", "" },
	{ "a broken server", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 451 4.3.0 <bob@dest.example>: Temporary lookup failure",
	    name_servers_agree, VERDICT_DEFERRED, "server-misconfigured", 80,
	    "mx-not-hosting", "" },
	{ "an echo", "mx mx1.dest.example 192.0.2.5\n"
	    "rcpt 503 5.5.1 Error: need MAIL command", name_servers_agree,
	    VERDICT_REFUSED, "see-earlier-reply", 40, "mx-not-hosting", "" },

	/* the outgoing server */
	{ "no login, offered here", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN LOGIN\nrcpt " DENIED
	    "\ncontrol " FOREIGN "\nown 250 Ok", NULL, VERDICT_REFUSED,
	    "auth-required", 85,
	    "mx-not-hosting,auth-elsewhere,auth-needs-tls,wrong-server",
	    "auth-elsewhere,auth-needs-tls,mx-not-hosting" },
	{ "client host rejected on a submission port", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN LOGIN\n"
	    "rcpt 554 5.7.1 <client.orig.example[198.51.100.7]>: Client host "
	    "rejected: Access denied", NULL, VERDICT_REFUSED, "auth-required",
	    80, "ip-blocklisted,mx-not-hosting", "" },
	{ "client host rejected, the login behind TLS", SUBMISSION
	    "ehlo smtp.orig.example|STARTTLS\ntls smtp.orig.example|AUTH PLAIN"
	    "\nrcpt 554 5.7.1 <client.orig.example[198.51.100.7]>: Client "
	    "host rejected: Access denied", NULL, VERDICT_REFUSED,
	    "auth-required", 85, "ip-blocklisted,mx-not-hosting", "" },
	{ "530 at MAIL", SUBMISSION "ehlo smtp.orig.example|AUTH PLAIN\n"
	    "mail 530 5.7.0 Authentication required", NULL, VERDICT_REFUSED,
	    "auth-required", 85, "mx-not-hosting,wrong-server", "" },
	{ "an MX is not asked for a login", DENYING_MX, name_servers_agree,
	    VERDICT_REFUSED, "mx-not-hosting", 90,
	    "auth-required,auth-needs-tls,auth-elsewhere,wrong-server",
	    "auth-required" },
	{ "the login is offered behind TLS", SUBMISSION
	    "ehlo smtp.orig.example|STARTTLS\n"
	    "tls smtp.orig.example|AUTH PLAIN LOGIN\nrcpt " DENIED
	    "\ncontrol " FOREIGN, NULL, VERDICT_REFUSED, "auth-needs-tls", 80,
	    "auth-elsewhere,mx-not-hosting,wrong-server",
	    "auth-elsewhere" },
	{ "the login is offered at another port", RELAY
	    "ehlo smtp.orig.example|PIPELINING\nrcpt " DENIED
	    "\ncontrol " FOREIGN "\nown 250 Ok\n"
	    "side smtp.orig.example 192.0.2.25:587\n"
	    "ehlo smtp.orig.example|STARTTLS\ntls smtp.orig.example|AUTH PLAIN",
	    NULL, VERDICT_REFUSED, "auth-elsewhere", 85,
	    "auth-required,auth-needs-tls,mx-not-hosting",
	    "auth-required" },
	{ "the login fails", SUBMISSION "ehlo smtp.orig.example|AUTH PLAIN\n"
	    "auth 535 5.7.8 Error: authentication failed: bad\nrcpt " DENIED,
	    NULL, VERDICT_REFUSED, "auth-failed", 85,
	    "auth-required,mx-not-hosting,sender-not-permitted", "" },
	{ "a login that is accepted did not fail", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\nlogin\nrcpt 553 5.7.1 "
	    "<alice@orig.example>: Sender address rejected: not owned by user "
	    "carol", NULL, VERDICT_REFUSED, "sender-not-permitted", 80,
	    "auth-failed,auth-required,client-not-permitted,wrong-server",
	    "auth-failed" },
	{ "a denial after the login", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\nlogin\nrcpt " DENIED
	    "\ncontrol " FOREIGN, NULL, VERDICT_REFUSED, NULL, 0,
	    "auth-required,auth-needs-tls,auth-elsewhere,"
	    "client-not-permitted",
	    "auth-required" },
	{ "the login grants nothing", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\nlogin\nrcpt " DENIED
	    "\ncontrol " FOREIGN "\nnull " DENIED, NULL, VERDICT_REFUSED,
	    "wrong-server", 55, "sender-not-permitted,auth-required", "" },
	{ "a denial that another sender does not get", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\nlogin\n"
	    "rcpt 553 Relaying disallowed\nother 250 Ok", NULL,
	    VERDICT_REFUSED, "sender-not-permitted", 85, "auth-required",
	    "" },
	{ "logins cannot be checked", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\n"
	    "auth 454 4.7.0 Temporary authentication failure: no socket\n"
	    "rcpt " DENIED, NULL, VERDICT_REFUSED, "server-misconfigured",
	    75, "auth-required", "" },
	{ "password login is off", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\n"
	    "auth 535 5.7.139 Authentication unsuccessful, "
	    "SmtpClientAuthentication is disabled for the Tenant.\n"
	    "mail 530 5.7.57 Client not authenticated to send mail.", NULL,
	    VERDICT_REFUSED, "auth-disabled", 80, "auth-required", "" },
	{ "a wrong password is not \"off\"", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\n"
	    "auth 535 Incorrect authentication data\n"
	    "rcpt 550 relay not permitted", NULL, VERDICT_REFUSED,
	    "auth-failed", 80, "auth-disabled,auth-required", "" },
	{ "no method in common", SUBMISSION
	    "ehlo smtp.orig.example|AUTH XOAUTH2\n"
	    "auth 504 5.7.4 Unrecognized authentication type\nrcpt " DENIED,
	    credentials, VERDICT_REFUSED, "auth-no-mechanism", 80,
	    "auth-required", "" },
	{ "collect mail first", RELAY "ehlo smtp.orig.example|PIPELINING\n"
	    "rcpt 554 <bob@dest.example>: Relay access denied (maybe you need "
	    "to check mail via POP3 first)", NULL, VERDICT_REFUSED,
	    "pop-before-smtp", 75, "auth-required", "" },
	{ "a denial does not mean POP", RELAY
	    "ehlo smtp.orig.example|PIPELINING\nrcpt " DENIED
	    "\ncontrol " FOREIGN "\nown 250 Ok", NULL, VERDICT_REFUSED,
	    "client-not-permitted", 75,
	    "pop-before-smtp,auth-required,mx-not-hosting,wrong-server",
	    "auth-required,wrong-server" },
	{ "IPv4 is listed, IPv6 is not",
	    "server smtp.orig.example 192.0.2.25:25\n"
	    "ehlo smtp.orig.example|PIPELINING\nrcpt 250 Ok\n"
	    "server smtp.orig.example [2001:db8::25]:25\n"
	    "ehlo smtp.orig.example|PIPELINING\nrcpt " DENIED
	    "\ncontrol " FOREIGN, NULL, VERDICT_PARTLY,
	    "client-not-permitted", 85, "mx-partly-not-hosting,auth-required",
	    "" },
	{ "not this server at all", RELAY
	    "server mx.other.example 192.0.2.25\n"
	    "ehlo mx.other.example|PIPELINING\nrcpt " DENIED
	    "\ncontrol " FOREIGN
	    "\nown 554 5.7.1 <alice@orig.example>: Relay access denied", NULL,
	    VERDICT_REFUSED, "wrong-server", 60, "auth-required", "" },
	{ "somebody's MX as outgoing server",
	    "server orig-example.mail.protection.outlook.com 192.0.2.25\n"
	    "ehlo smtp|PIPELINING\n"
	    "rcpt 550 5.7.54 SMTP; Unable to relay recipient in non-accepted "
	    "domain\ncontrol 550 5.7.54 SMTP; Unable to relay recipient in "
	    "non-accepted domain", NULL, VERDICT_REFUSED, "wrong-server", 70,
	    "auth-required", "" },
	{ "the sender is another's", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\nlogin\n"
	    "rcpt 550 5.7.60 SMTP; Client does not have permissions to send "
	    "as this sender\nother 250 Ok", NULL, VERDICT_REFUSED,
	    "sender-not-permitted", 90, "auth-required,mx-not-hosting", "" },
	{ "a sender of its own domain", RELAY
	    "ehlo smtp.orig.example|AUTH PLAIN\n"
	    "rcpt 553 5.7.1 <alice@orig.example>: Sender address rejected: "
	    "not logged in\nnull-mail 250 Ok\nnull 250 Ok\nown 250 Ok", NULL,
	    VERDICT_REFUSED, "sender-claims-local", 80, "mx-not-hosting",
	    "" },
	{ "any sender is refused", RELAY "ehlo smtp.orig.example|AUTH PLAIN\n"
	    "rcpt " DENIED "\nnull-mail 250 Ok\nnull " DENIED, NULL,
	    VERDICT_REFUSED, "auth-required", 80,
	    "sender-claims-local,sender-not-permitted", "" },
	{ "which customer is it?", RELAY "ehlo smtp.orig.example|PIPELINING\n"
	    "rcpt 550 5.7.64 TenantAttribution; Relay Access Denied [X]\n"
	    "control 550 5.7.64 TenantAttribution; Relay Access Denied [X]",
	    NULL, VERDICT_REFUSED, "tenant-attribution", 85,
	    "mx-not-hosting,auth-required", "" },
	{ "Google asks who it is", RELAY "ehlo smtp-relay|PIPELINING\n"
	    "rcpt 550 5.7.0 Mail relay denied [198.51.100.7]. Invalid "
	    "credentials for relay for one of the domains in: x (as obtained "
	    "from HELO and MAIL FROM)", NULL, VERDICT_REFUSED,
	    "tenant-attribution", 80, "mx-not-hosting", "" },
	{ "the relay believes it is its own", RELAY
	    "ehlo smtp.orig.example|PIPELINING\nrcpt " UNKNOWN
	    "\ncontrol " FOREIGN "\nreal mx1.dest.example 192.0.2.5\n"
	    "rcpt 250 2.1.5 Ok", NULL, VERDICT_REFUSED, "relay-thinks-local",
	    85, "mx-not-hosting,auth-required,client-not-permitted", "" },
	{ "the real server does not know it either", RELAY
	    "ehlo smtp.orig.example|PIPELINING\nrcpt " UNKNOWN
	    "\ncontrol " FOREIGN "\nreal mx1.dest.example 192.0.2.5\n"
	    "rcpt 550 5.1.1 <bob@dest.example>... User unknown", NULL,
	    VERDICT_REFUSED, "mailbox-unknown", 50, "relay-thinks-local",
	    "relay-thinks-local" },
	{ "the account is blocked", SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\nlogin\n"
	    "rcpt 550 Domain orig.example has outgoing email disabled", NULL,
	    VERDICT_REFUSED, "outgoing-suspended", 85,
	    "auth-required,mx-not-hosting,auth-failed", "" },
	{ "the certificate is another's", SUBMISSION
	    "ehlo smtp.orig.example|STARTTLS\n"
	    "tls smtp.orig.example|AUTH PLAIN\n"
	    "tls-untrusted it is for another name\n"
	    "rcpt 530 5.7.0 Authentication required", credentials,
	    VERDICT_REFUSED, "tls-certificate", 80, "mx-not-hosting", "" },
	{ "the handshake fails", SUBMISSION "ehlo smtp.orig.example|STARTTLS\n"
	    "tls-fails no common version\n"
	    "lost tls tls no common version", NULL, VERDICT_UNREACHABLE,
	    "tls-handshake", 70, "auth-required,egress-blocked", "" },
	{ "clear text to port 465",
	    "server smtp.orig.example 192.0.2.25:465\n"
	    "lost banner timeout no greeting within 30 s", NULL,
	    VERDICT_UNREACHABLE, "tls-mode-mismatch", 85, "auth-required",
	    "" },
	{ "TLS is demanded at submission", SUBMISSION
	    "ehlo smtp.orig.example|PIPELINING\n"
	    "mail 530 5.7.0 Must issue a STARTTLS command first", NULL,
	    VERDICT_REFUSED, "tls-required", 80,
	    "auth-required,client-not-permitted", "" },
	{ "an outgoing server that is an MX of the domain",
	    "server mx1.dest.example 192.0.2.5:25\nrcpt " DENIED
	    "\ncontrol " FOREIGN "\npostmaster " DENIED_PM, in_mx_set,
	    VERDICT_REFUSED, "mx-not-hosting", 90,
	    "auth-required,client-not-permitted", "" },
	{ "the outgoing server wants a PTR", RELAY
	    "ehlo smtp.orig.example|PIPELINING\n"
	    "rcpt 450 4.7.1 Client host rejected: cannot find your reverse "
	    "hostname, [198.51.100.7]", no_ptr, VERDICT_DEFERRED,
	    "client-dns", 85, "mx-not-hosting,wrong-server", "" },

	/* all well, and nothing known */
	{ "accepted", "mx mx1.dest.example 192.0.2.5\nrcpt 250 2.1.5 Ok\n"
	    "mx mx2.dest.example 192.0.2.6\nrcpt 250 2.1.5 Ok", NULL,
	    VERDICT_ACCEPTED, "", 0, "", "" },
	{ "accepted, another one unreachable",
	    "mx mx1.dest.example 192.0.2.5\nrcpt 250 2.1.5 Ok\n"
	    "mx mx2.dest.example 192.0.2.6\n"
	    "lost connect timeout no answer in 30 s", NULL, VERDICT_ACCEPTED,
	    "", 0, "", "" },
	{ "our resolver is silent", "", resolver_silent, VERDICT_INCONCLUSIVE,
	    "", 0, "", "" },
};

static bool
in_list(const char *list, const char *name)
{
	size_t n = strlen(name);
	const char *at = list;

	for (; (at = strstr(at, name)) != NULL; at++)
		if ((at == list || at[-1] == ',') &&
		    (at[n] == '\0' || at[n] == ','))
			return true;
	return false;
}

static void
describe(const struct scenario *c, const struct diagnosis *d)
{
	size_t i, k;

	fprintf(stderr, "--- %s: %s\n", c->name, verdict_name(d->verdict));
	for (i = 0; i < d->cause_count; i++) {
		fprintf(stderr, "%3d %s: %s\n", d->causes[i].confidence,
		    cause_name(d->causes[i].id), d->causes[i].summary);
		for (k = 0; k < d->causes[i].item_count; k++)
			fprintf(stderr, "      %c%d p%d:%d %s\n",
			    d->causes[i].items[k].supports ? '+' : '-',
			    d->causes[i].items[k].weight,
			    d->causes[i].items[k].at.probe,
			    d->causes[i].items[k].at.line,
			    d->causes[i].items[k].text);
	}
	for (i = 0; i < d->ruled_out_count; i++)
		fprintf(stderr, "    not %s: %s\n",
		    cause_name(d->ruled_out[i].id), d->ruled_out[i].why);
}

/* The line that a piece of evidence points at is there. */
static bool
points_somewhere(const struct scene *scene, struct ref at)
{
	size_t i;

	if (at.probe >= 1 && at.probe <= SCENE_DNS)
		return at.line <= SCENE_DNS_LINES;
	for (i = 0; i < scene->count; i++)
		if (scene->probes[i]->base.number == at.probe)
			return at.line >= 0 &&
			    (size_t)at.line <=
				scene->probes[i]->base.transcript.count;
	return false;
}

static void
look_at_causes(const struct scenario *c, const struct scene *scene,
    const struct diagnosis *d)
{
	size_t i, k;

	for (i = 0; i < d->cause_count; i++) {
		const struct cause *cause = &d->causes[i];
		int sum = 0;

		ck_assert_msg(!in_list(c->never, cause_name(cause->id)),
		    "%s: %s (%d)", c->name, cause_name(cause->id),
		    cause->confidence);
		ck_assert(i == 0 ||
		    cause->confidence <= d->causes[i - 1].confidence);
		ck_assert_int_eq(cause->certainty, cause->confidence >= 90 ?
			CERTAINTY_CONFIRMED : cause->confidence >= 60 ?
			CERTAINTY_LIKELY : CERTAINTY_POSSIBLE);
		ck_assert_int_le(cause->confidence, 97);
		ck_assert_uint_ge(cause->item_count, 1);
		ck_assert_uint_ge(strlen(cause->summary), 12);
		for (k = 0; k < cause->item_count; k++) {
			const struct item *item = &cause->items[k];

			sum += item->supports ? item->weight : -item->weight;
			ck_assert_msg(points_somewhere(scene, item->at),
			    "%s: %s: \"%s\" points nowhere (p%d, %d)",
			    c->name, cause_name(cause->id), item->text,
			    item->at.probe, item->at.line);
			ck_assert_uint_ge(strlen(item->text), 8);
		}
		/* The confidence is what a reader can add up. */
		ck_assert_int_eq(cause->confidence, sum > 97 ? 97 : sum);
	}
}

static void
look_at_ruled_out(const struct scenario *c, const struct diagnosis *d)
{
	const char *list = c->out;
	char name[40];
	size_t i, k, n;
	bool found;

	for (i = 0; i < d->ruled_out_count; i++) {
		ck_assert_uint_ge(strlen(d->ruled_out[i].why), 8);
		for (k = 0; k < d->cause_count; k++)
			ck_assert_int_ne(d->ruled_out[i].id, d->causes[k].id);
	}
	for (; *list != '\0'; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		snprintf(name, sizeof(name), "%.*s", (int)n, list);
		found = false;
		for (i = 0; i < d->ruled_out_count; i++)
			found |= strcmp(cause_name(d->ruled_out[i].id),
				     name) == 0;
		ck_assert_msg(found, "%s: %s is not ruled out", c->name, name);
	}
}

START_TEST(each_situation_has_its_cause)
{
	const struct scenario *c = &scenarios[_i];
	struct diagnosis d = { 0 };
	struct scene scene;

	scene_init(&scene);
	scene_play(&scene, c->text);
	if (c->more != NULL)
		c->more(&scene.e);
	diagnose(&scene.e, &d);
	if (getenv("SCENE_TELL") != NULL)
		describe(c, &d);
	ck_assert_msg(d.verdict == c->verdict, "%s: %s", c->name,
	    verdict_name(d.verdict));
	if (c->first != NULL && c->first[0] == '\0') {
		ck_assert_uint_eq(d.cause_count, 0);
	} else if (c->first != NULL) {
		ck_assert_msg(d.cause_count > 0, "%s: no cause", c->name);
		ck_assert_msg(strcmp(cause_name(d.causes[0].id), c->first) ==
			0, "%s: %s (%d)", c->name,
		    cause_name(d.causes[0].id), d.causes[0].confidence);
		ck_assert_msg(d.causes[0].confidence >= c->least, "%s: %d",
		    c->name, d.causes[0].confidence);
		ck_assert(d.failure.known);
	}
	look_at_causes(c, &scene, &d);
	look_at_ruled_out(c, &d);
	ck_assert_uint_ge(strlen(d.headline), 8);
	diagnosis_clear(&d);
	scene_clear(&scene);
}
END_TEST

/* Whoever adds a cause says when it holds. */
START_TEST(every_cause_leads_somewhere)
{
	const char *name = cause_name((enum cause_id)_i);
	size_t i;
	bool found = _i == CAUSE_OPEN_RELAY; /* a finding */

	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		found |= scenarios[i].first != NULL &&
		    strcmp(scenarios[i].first, name) == 0;
	ck_assert_msg(found, "no situation leads to %s", name);
}
END_TEST

static const struct finding *
finding(const struct diagnosis *d, const char *id)
{
	size_t i;

	for (i = 0; i < d->finding_count; i++)
		if (strcmp(d->findings[i].id, id) == 0)
			return &d->findings[i];
	return NULL;
}

START_TEST(an_open_relay_is_a_finding)
{
	const struct finding *f;
	struct diagnosis d = { 0 };
	struct scene scene;

	scene_init(&scene);
	scene_play(&scene, "mx mx1.dest.example 192.0.2.5\nrcpt 250 Ok\n"
			   "control 250 Ok");
	diagnose(&scene.e, &d);
	f = finding(&d, "open-relay");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(f->result, FINDING_YES);
	ck_assert_int_eq(d.verdict, VERDICT_ACCEPTED);
	ck_assert(points_somewhere(&scene, f->at));
	scene_clear(&scene);

	/* After a login it is no wonder. */
	scene_init(&scene);
	scene_play(&scene, SUBMISSION "ehlo smtp|AUTH PLAIN\nlogin\n"
				      "rcpt 250 Ok\ncontrol 250 Ok");
	diagnose(&scene.e, &d);
	f = finding(&d, "open-relay");
	ck_assert(f == NULL || f->result != FINDING_YES);
	scene_clear(&scene);
	diagnosis_clear(&d);
}
END_TEST

/* What a login was answered is quoted before the denial that follows. */
START_TEST(the_535_is_where_it_failed)
{
	struct diagnosis d = { 0 };
	struct scene scene;

	scene_init(&scene);
	scene_play(&scene, SUBMISSION "ehlo smtp.orig.example|AUTH PLAIN\n"
	    "auth 535 5.7.8 Error: authentication failed: bad\nrcpt " DENIED);
	diagnose(&scene.e, &d);
	ck_assert_int_eq(d.failure.code, 535);
	ck_assert_int_eq(d.failure.stage, STAGE_AUTH);
	ck_assert(points_somewhere(&scene, d.failure.at));
	diagnosis_clear(&d);
	scene_clear(&scene);
}
END_TEST

/* The same words mean the opposite at the sender's own server. */
START_TEST(the_role_decides_not_the_words)
{
	static const char words[] =
	    "rcpt 550 5.7.1 <bob@dest.example>... Relaying denied. Proper "
	    "authentication required.\n"
	    "control 550 5.7.1 <x@u.example>... Relaying denied. Proper "
	    "authentication required.\n";
	struct diagnosis d = { 0 };
	struct scene scene;
	char text[1024];

	scene_init(&scene);
	snprintf(text, sizeof(text), "mx mx1.dest.example 192.0.2.5\n%s",
	    words);
	scene_play(&scene, text);
	diagnose(&scene.e, &d);
	ck_assert_str_eq(cause_name(d.causes[0].id), "mx-not-hosting");
	ck_assert_str_eq(d.causes[0].product, "Sendmail");
	ck_assert_int_eq(d.causes[0].who, WHO_RECIPIENT_ADMIN);
	scene_clear(&scene);

	scene_init(&scene);
	snprintf(text, sizeof(text), SUBMISSION
	    "ehlo smtp.orig.example|AUTH PLAIN\n%s", words);
	scene_play(&scene, text);
	diagnose(&scene.e, &d);
	ck_assert_str_eq(cause_name(d.causes[0].id), "auth-required");
	ck_assert_int_eq(d.causes[0].who, WHO_USER);
	scene_clear(&scene);
	diagnosis_clear(&d);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("diagnosis");
	TCase *tcase = tcase_create("diagnosis");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, each_situation_has_its_cause, 0,
	    (int)(sizeof(scenarios) / sizeof(scenarios[0])));
	tcase_add_loop_test(tcase, every_cause_leads_somewhere, 0,
	    CAUSE_COUNT);
	tcase_add_test(tcase, an_open_relay_is_a_finding);
	tcase_add_test(tcase, the_535_is_where_it_failed);
	tcase_add_test(tcase, the_role_decides_not_the_words);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
