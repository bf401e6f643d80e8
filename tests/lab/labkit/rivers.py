"""More servers, each with rules that its administrator found right: hosts
are named after rivers.

POSTFIX_MX and POSTFIX_OUT are listeners of the Postfix of mx1.harbour.town
and smtp.office.town; the others run on hosts of their own.
"""

from . import exim, opensmtpd, postfix, sendmail

# What each says is seen in the scenarios.
POSTFIX_MX = {
    # a domain that is passed on: the next server is asked first
    "mx.thames.town": ("203.0.113.180", {
        "smtpd_recipient_restrictions": "reject_unverified_recipient"}),
    "mx.rhone.town": ("203.0.113.181", {
        "smtpd_client_restrictions": "reject_unknown_reverse_client_hostname",
        "unknown_client_reject_code": "550"}),
    "mx.danube.town": ("203.0.113.182", {
        "smtpd_delay_reject": "no",
        "smtpd_helo_restrictions": "reject_non_fqdn_helo_hostname"}),
    "mx.ebro.town": ("203.0.113.184", {
        "smtpd_recipient_restrictions": "permit_mynetworks,reject"}),
    "mx.loire.town": ("203.0.113.185", {
        "smtpd_client_restrictions": "check_client_access static:"
        "{REJECT We do not accept mail from your part of the world}"}),
    "mx.oder.town": ("203.0.113.186", {
        "smtpd_recipient_restrictions": "reject_unauth_destination,"
        "check_policy_service inet:127.0.0.1:9998"}),
    "mx.vistula.town": ("203.0.113.187", {
        "smtpd_recipient_restrictions":
        "check_recipient_access texthash:/lab/texts"}),
    # own words for foreign domains
    "mx.elbe.town": ("203.0.113.188", {
        "smtpd_relay_restrictions": "permit_auth_destination,"
        "check_recipient_access static:"
        "{550 5.7.1 Diese Domain wird hier nicht bedient},"
        "reject_unauth_destination"}),
    "mx.tagus.town": ("203.0.113.189", {"relay_domains_reject_code": "571"}),
    "mx.douro.town": ("203.0.113.190", {
        "smtpd_tls_security_level": "encrypt",
        "smtpd_tls_protocols": ">=TLSv1.2,<=TLSv1.2",
        "smtpd_tls_mandatory_protocols": ">=TLSv1.2,<=TLSv1.2",
        "tls_medium_cipherlist": "ADH-AES256-SHA256",
        "tls_high_cipherlist": "ADH-AES256-SHA256"}),
    "mx.neva.town": ("203.0.113.191", {
        "smtpd_helo_restrictions": "check_helo_access static:"
        "{REJECT You are not me}"}),
    "mx.volga.town": ("203.0.113.192", {
        "smtpd_sender_restrictions":
        "check_sender_access texthash:/lab/null-sender",
        "smtpd_null_access_lookup_key": "<>"}),
    "mx.drina.town": ("203.0.113.193", {
        "smtpd_sender_restrictions": "reject_rhsbl_sender dbl.lists.town"}),
    "mx.meuse.town": ("203.0.113.206", {
        "smtpd_helo_restrictions": "reject_rhsbl_helo dbl.lists.town"}),
    "mx.sava.town": ("203.0.113.194", {
        "unknown_virtual_mailbox_reject_code": "450"}),
    "mx.tisza.town": ("203.0.113.195", {
        "smtpd_recipient_restrictions": "reject_unverified_recipient",
        "unverified_recipient_reject_code": "550"}),
    "mx.spree.town": ("203.0.113.196", {"smtputf8_enable": "no"}),
    "mx.isar.town": ("203.0.113.197", {
        "smtpd_sender_restrictions": "reject_unknown_sender_domain"}),
    "mx.weser.town": ("203.0.113.198", {
        "smtpd_reject_unlisted_sender": "yes"}),
    "mx.ruhr.town": ("203.0.113.199", {
        "access_map_reject_code": "450",
        "smtpd_client_restrictions": "check_client_access static:REJECT"}),
    # a stranger may write to nobody, the words are a door keeper's
    "mx.saale.town": ("203.0.113.200", {
        "smtpd_client_restrictions": "reject_unknown_client_hostname,"
        "check_client_access static:{550 5.7.1 Service refused for your host}"
    }),
    "mx.neckar.town": ("203.0.113.201", {
        "smtpd_relay_restrictions": "permit_auth_destination,"
        "check_recipient_access static:"
        "{550 5.1.2 Unknown destination, nothing to see here},"
        "reject_unauth_destination"}),
    "mx.inn.town": ("203.0.113.202", {
        "smtpd_relay_restrictions": "permit_auth_destination,"
        "check_recipient_access static:{550 5.1.1 No such user},"
        "reject_unauth_destination"}),
    "mx.lech.town": ("203.0.113.203", {
        "smtpd_client_restrictions": "check_client_access static:"
        "{421 4.7.0 Too busy for you, try another day}"}),
    "mx.main.town": ("203.0.113.204", {
        "smtpd_sender_restrictions": "check_sender_mx_access "
        "cidr:/lab/bad-mx"}),
    "mx.mosel.town": ("203.0.113.205", {
        "smtpd_relay_restrictions": "permit_auth_destination,"
        "check_recipient_access static:"
        "{451 4.7.1 Relais momentanement indisponible pour ce domaine},"
        "reject_unauth_destination"}),
}

# Where the gateways pass mail on: one server is down, one was not told.
INNER = "mango.town smtp:[203.0.113.70]\nguava.town smtp:[203.0.113.40]\n"

TEXTS = {
    "walnut": "550 5.7.1 Diese Adresse nimmt keine Post an",
    "almond": "550 Konto existiert nicht",
    "hazelnut": "550 5.2.1 Benutzer gesperrt",
    "cashew": "550 5.7.1 Only authenticated senders may write to this list",
    "pecan": "450 4.2.2 Quota exceeded, mailbox full",
    "pistachio": "554 5.7.1 Your message was considered spam",
    "chestnut": "552 5.3.4 Message exceeds the fixed size limit",
    "coconut": "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; "
    "authentication required; Delivery restriction check failed",
}

AFTER_TLS = {"smtpd_sasl_auth_enable": "yes", "smtpd_tls_auth_only": "yes"}
FROM_START = {**AFTER_TLS, "smtpd_tls_wrappermode": "yes"}

POSTFIX_OUT = [
    # 2525 and nothing else
    ("clyde.office.town", "198.51.100.180", 2525, AFTER_TLS),
    # TLS from the start and nothing else
    ("forth.office.town", "198.51.100.181", 465, FROM_START),
    # a port 25 alone, for listed clients
    ("tweed.office.town", "198.51.100.182", 25, {}),
    # only its own senders, listed clients included
    ("severn.office.town", "198.51.100.183", 25, {
        "mynetworks": "198.51.100.0/24",
        "smtpd_sender_restrictions":
        "check_sender_access texthash:/lab/own-senders"}),
    ("trent.office.town", "198.51.100.184", 587, {
        **AFTER_TLS,
        "smtpd_sender_restrictions": "reject_sender_login_mismatch"}),
    ("tyne.office.town", "198.51.100.185", 25, {
        "smtpd_relay_restrictions":
        "permit_tls_clientcerts,reject_unauth_destination",
        "smtpd_tls_ask_ccert": "yes"}),
    ("mersey.office.town", "198.51.100.186", 25, {
        "smtpd_relay_restrictions": "check_client_access "
        "texthash:/lab/known-clients,reject_unauth_destination"}),
    ("avon.office.town", "198.51.100.187", 587, {
        **AFTER_TLS,
        "smtpd_recipient_restrictions": "check_sasl_access static:"
        "{450 4.7.1 Daily sending limit reached, try again tomorrow}"}),
    ("exe.office.town", "198.51.100.188", 587, {
        **AFTER_TLS,
        "smtpd_recipient_restrictions": "reject_unknown_recipient_domain",
        "unknown_address_reject_code": "550"}),
    # old hosting: who has fetched mail may send for a while
    ("nidd.office.town", "198.51.100.198", 25, {
        "smtpd_relay_restrictions": "permit_auth_destination,"
        "check_recipient_access static:"
        "{553 5.7.1 Relaying denied: check your mail by POP3 or IMAP first},"
        "reject_unauth_destination"}),
    # the words of shared relays that know their customers
    ("itchen.office.town", "198.51.100.199", 25, {
        "smtpd_relay_restrictions": "permit_auth_destination,"
        "check_recipient_access static:{550 5.7.64 TenantAttribution; "
        "Relay Access Denied},reject_unauth_destination"}),
    ("wear.office.town", "198.51.100.200", 587, {
        **AFTER_TLS,
        "smtpd_relay_restrictions": "permit_sasl_authenticated,"
        "permit_auth_destination,check_recipient_access static:"
        "{550 5.7.0 Mail relay denied [198.51.100.7]. Invalid credentials "
        "for relay for one of the domains in: office.town (as obtained from "
        "HELO and MAIL FROM). Email is being sent from a domain or IP address "
        "which isn't registered in your Workspace account},"
        "reject_unauth_destination"}),
    # the lists name the client's IPv6 address alone
    ("dart.office.town", "198.51.100.189", 25, {
        "mynetworks": "[2001:db8:100::7]/128"}),
    ("dart.office.town", "2001:db8:100::189", 25, {
        "mynetworks": "[2001:db8:100::7]/128"}),
    # AUTH on 25 and 587, in clear as well
    ("wye.office.town", "198.51.100.190", 25,
     {"smtpd_sasl_auth_enable": "yes"}),
    ("wye.office.town", "198.51.100.190", 587,
     {"smtpd_sasl_auth_enable": "yes", "smtpd_delay_reject": "no",
      "smtpd_client_restrictions": "permit_sasl_authenticated,permit"}),
    ("ouse.office.town", "198.51.100.191", 587, {
        **AFTER_TLS, "smtpd_relay_restrictions":
        "permit_sasl_authenticated,check_client_access static:"
        "{550 5.7.1 Bitte zuerst anmelden},"
        "reject_unauth_destination"}),
    ("cam.office.town", "198.51.100.192", 587, {
        **AFTER_TLS, "smtpd_sasl_path": "/run/dovecot/nobody"}),
    ("usk.office.town", "198.51.100.193", 587, {
        **AFTER_TLS,
        "smtpd_recipient_restrictions": "check_sasl_access static:"
        "{REJECT You may write to our own people only}"}),
    ("stour.office.town", "198.51.100.194", 587, {
        **AFTER_TLS,
        "smtpd_sender_restrictions": "check_sender_access static:"
        "{550 5.7.60 SMTP; Client does not have permissions to send as "
        "this sender}"}),
    ("tamar.office.town", "198.51.100.195", 25, {
        "mynetworks": "198.51.100.0/24",
        "smtpd_recipient_restrictions": "reject_unverified_recipient",
        "unverified_recipient_reject_code": "550"}),
    ("lune.office.town", "198.51.100.196", 587, {
        **AFTER_TLS, "smtpd_client_restrictions":
        "reject_rbl_client zen.lists.town,permit_sasl_authenticated"}),
    ("eden.office.town", "198.51.100.197", 25, {
        "smtpd_client_restrictions": "reject_unknown_client_hostname"}),
]

EXIM_MX = ["mx.seine.town", "mx.marne.town", "mx.oise.town"]
EXIM = {"mx.seine.town": "203.0.113.210", "mx.marne.town": "203.0.113.211",
        "mx.oise.town": "203.0.113.212", "mx.aube.town": "203.0.113.213"}
SENDMAIL = {"mx.tiber.town": "203.0.113.220", "mx.arno.town": "203.0.113.221",
            "mx.adige.town": "203.0.113.222", "mx.piave.town": "203.0.113.223"}
CLASSES = {"mx.ural.town": "203.0.113.230"}

MORE = {**EXIM, **SENDMAIL, **CLASSES}

BY_ADDRESS = "condition   = ${{if eq{{$received_ip_address}}{{{}}}}}"


def at(name):
    return BY_ADDRESS.format(EXIM[name])


EXIM_RULES = {
    "main": "acl_smtp_helo = check_helo\nacl_smtp_mail = check_mail\n",
    "check_connect": f"""\
  deny    {at("mx.marne.town")}
          hosts     = 198.51.100.66
          message   = No mail from dial-up lines, please
  defer   {at("mx.oise.town")}
          hosts     = 198.51.100.66
          message   = Too many connections from your address
  accept

check_helo:
  deny    {at("mx.marne.town")}
          condition = ${{if !match{{$sender_helo_name}}{{\\\\.}}}}
          message   = HELO name must be a full name
  accept

check_mail:
  deny    {at("mx.marne.town")}
          senders   = *@shop.town
          message   = Your domain is not welcome here
""",
    "check_client": f"""\
  deny    {at("mx.aube.town")}
          message   = administrative prohibition
  deny    domains   = oat.town
          local_parts = anna
          message   = relay not permitted
  deny    domains   = rye.town
          message   = This server is not for you, $sender_host_address
  deny    domains   = millet.town
          message   = SPF check failed: $sender_address_domain does not \
designate $sender_host_address as permitted sender
  deny    {at("mx.oise.town")}
          !domains  = +local_domains
          message   = Sorry, that domain isn't in my list of allowed \
rcpthosts (#5.7.1)
  deny    {at("mx.marne.town")}
          !domains  = +local_domains
""",
}

SENDMAIL_ACCESS = [
    "Connect:198.51.100.66\tERROR:5.7.1:550 Dial-up lines are refused",
    "Connect:198.51.100.99\tREJECT",
    "To:bob@sorghum.town\tERROR:5.1.1:550 No such mailbox here",
    "To:anna@sorghum.town\tREJECT",
    "To:spelt.town\tREJECT",
    "From:office.town\tERROR:4.7.1:450 Please try again later",
]


def exim_mx(world):
    host = world.host("mx.seine.town", "exim", list(EXIM.values()))
    exim.start(host, list(EXIM.values()),
               world.authority.issue("seine", list(EXIM)),
               world.domains("seine"), **EXIM_RULES)


def sendmail_mx(world):
    host = world.host("mx.tiber.town", "sendmail", list(SENDMAIL.values()))
    sendmail.prepare(host, world.authority.issue("tiber", list(SENDMAIL)),
                     world.authority.pem.read_text(),
                     world.domains("tiber"), SENDMAIL_ACCESS[:-1])
    blocklist = "FEATURE(`blocklist_recipients')dnl\n"
    for name, label, features in (
            ("mx.tiber.town", "tiber", blocklist),
            ("mx.arno.town", "arno",
             blocklist + "FEATURE(`delay_checks')dnl\n"),
            ("mx.adige.town", "adige", "FEATURE(`promiscuous_relay')dnl\n"),
            ("mx.piave.town", "piave",
             "FEATURE(`relay_based_on_MX')dnl\n")):
        sendmail.start(host, label, [sendmail.listen(SENDMAIL[name], 25)],
                       features)


def classes(world):
    """A Postfix with domains of every class."""
    host = world.host("mx.ural.town", "postfix", list(CLASSES.values()))
    aliases = world.domains("alias-class")
    host.write("lab/alias-domains", "".join(f"{d} yes\n" for d in aliases))
    host.write("lab/aliases", "".join(
        f"{u}@{d} bob@bakery.town\n" for d in aliases
        for u in ("bob", "postmaster")))
    host.write("lab/relay-domains", "".join(
        f"{d} yes\n" for d in world.domains("relay-class")))
    host.write("lab/relay-recipients", "".join(
        f"{u}@{d} yes\n" for d in world.domains("relay-class")
        for u in ("bob", "postmaster")))
    host.write("lab/local-domains", "".join(
        f"{d} yes\n" for d in world.domains("local-class")))
    host.write("lab/users", "bob yes\npostmaster yes\n")
    postfix.start(
        host, {"virtual_alias_domains": "texthash:/lab/alias-domains",
               "virtual_alias_maps": "texthash:/lab/aliases",
               "relay_domains": "texthash:/lab/relay-domains",
               "relay_recipient_maps": "texthash:/lab/relay-recipients",
               "mydestination": "texthash:/lab/local-domains",
               "local_recipient_maps": "texthash:/lab/users"},
        [(CLASSES["mx.ural.town"], 25, {})])
