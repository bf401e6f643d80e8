"""The senders' outgoing servers: who may send what from where."""

import crypt

from . import dovecot, exim, opensmtpd, postfix, rivers, sendmail

LOGINS = ["anna@office.town", "carl@office.town", "anna@guild.town"]

AUTH = {"smtpd_sasl_auth_enable": "yes"}
AFTER_TLS = {**AUTH, "smtpd_tls_auth_only": "yes"}
FROM_START = {**AFTER_TLS, "smtpd_tls_wrappermode": "yes"}

MECHANISMS = ["plain", "login", "cram-md5", "digest-md5", "scram-sha-1",
              "scram-sha-256", "xoauth2", "oauthbearer"]

# Listeners of the Postfix of the office. Names of trees and flowers, so that
# no greeting gives a situation away.
POSTFIX = [
    ("smtp.office.town", "198.51.100.20", 25, {}),
    ("smtp.office.town", "198.51.100.20", 587, AFTER_TLS),
    ("smtp.office.town", "198.51.100.20", 465, FROM_START),
    # AUTH in clear, and no TLS at all
    ("fern.office.town", "198.51.100.21", 587,
     {**AUTH, "smtpd_tls_security_level": "none"}),
    # every stranger is refused for being one, or for its recipient
    ("reed.office.town", "198.51.100.86", 587,
     {**AFTER_TLS, "smtpd_client_restrictions":
      "permit_sasl_authenticated,reject"}),
    ("sedge.office.town", "198.51.100.87", 587,
     {**AFTER_TLS, "smtpd_relay_restrictions":
      "permit_sasl_authenticated,reject"}),
    # a login changes nothing
    ("thyme.office.town", "198.51.100.88", 587,
     {**AFTER_TLS, "smtpd_relay_restrictions":
      "permit_mynetworks,reject_unauth_destination"}),
    # small messages only: said in EHLO, and not said
    ("hazel.office.town", "198.51.100.89", 587,
     {**AFTER_TLS, "message_size_limit": "400"}),
    ("elder.office.town", "198.51.100.90", 587,
     {**AFTER_TLS, "message_size_limit": "400",
      "smtpd_discard_ehlo_keywords": "size"}),
    # asks the next server before it takes mail, and may find itself
    ("maple.office.town", "198.51.100.91", 587,
     {**AFTER_TLS, "smtpd_recipient_restrictions":
      "reject_unverified_recipient",
      "unverified_recipient_reject_code": "550"}),
    # takes no message that has been through a server already
    ("rowan.office.town", "198.51.100.92", 587,
     {**AFTER_TLS, "cleanup_service_name": "once"}),
    # nothing without TLS
    ("oak.office.town", "198.51.100.22", 587,
     {**AFTER_TLS, "smtpd_tls_security_level": "encrypt"}),
    # only the owner of an address may use it, mail from outside included
    ("ash.office.town", "198.51.100.23", 25,
     {**AFTER_TLS, "smtpd_sender_restrictions":
      "reject_sender_login_mismatch"}),
    # relays for one IPv4 address, without any AUTH
    ("beech.office.town", "198.51.100.24", 25,
     {"mynetworks": "198.51.100.7/32"}),
    ("beech.office.town", "2001:db8:100::24", 25,
     {"mynetworks": "198.51.100.7/32"}),
    # certificates: expired, self-signed, of another name, of nobody known;
    # without that of its issuer, and with it
    *((f"{name}.office.town", f"198.51.100.{number}", 587,
       {**AFTER_TLS, "smtpd_tls_chain_files": f"/lab/{name}.pem"})
      for number, name in ((81, "rose"), (82, "tulip"), (83, "lily"),
                           (84, "iris"), (93, "daisy"), (94, "poppy"))),
    # offers TLS and shares no cipher with anybody
    ("moss.office.town", "198.51.100.85", 587,
     {**AFTER_TLS, "smtpd_tls_protocols": ">=TLSv1.2,<=TLSv1.2",
      "smtpd_tls_mandatory_protocols": ">=TLSv1.2,<=TLSv1.2",
      "tls_medium_cipherlist": "ADH-AES256-SHA256",
      "tls_high_cipherlist": "ADH-AES256-SHA256"}),
    *((f"{name}.office.town", f"198.51.100.{number}", 587,
       {**AFTER_TLS, "smtpd_sasl_mechanism_filter": name})
      for number, name in enumerate(MECHANISMS, 101)),
    *rivers.POSTFIX_OUT,
]

OTHERS = {
    "smtp.wharf.town": "198.51.100.50",
    "willow.wharf.town": "198.51.100.51",       # NTLM and nothing else
    "alder.wharf.town": "198.51.100.52",        # client certificates
    "larch.wharf.town": "198.51.100.53",        # passwords switched off
    "smtp.cellar.town": "198.51.100.60",
    "smtp.nest.town": "198.51.100.70",
}


def register(known):
    seen = set()
    for name, address, _, _ in POSTFIX:
        if address not in seen:
            known.name(name, address)
            seen.add(address)
    for name, address in OTHERS.items():
        known.name(name, address)
    known.zone("office.town").records[""] += [
        "_submission._tcp SRV 0 1 587 smtp",
        "_submissions._tcp SRV 0 1 465 smtp"]


def listening():
    return ([f"{name} {port}" for name, _, port, _ in POSTFIX
             if port != 465]
            + [f"{name} {port}" for name in OTHERS for port in (25, 587)])


def start_postfix(world, password):
    addresses = list(dict.fromkeys(a for _, a, _, _ in POSTFIX))
    host = world.host("smtp.office.town", "postfix",
                      sorted(addresses, key=lambda a: ":" in a))
    good = world.authority.issue(
        "office", list(dict.fromkeys(n for n, *_ in POSTFIX)))
    stranger = world.stranger
    between = world.authority.between("Office CA")
    for name, pem in (
            ("good", good),
            ("rose", world.authority.issue("rose", ["rose.office.town"],
                                           days=-1)),
            ("tulip", world.authority.self_signed("tulip",
                                                  "tulip.office.town")),
            ("lily", world.authority.issue("lily", ["smtp.wharf.town"])),
            ("iris", stranger.issue("iris", ["iris.office.town"])),
            ("daisy", between.issue("daisy", ["daisy.office.town"],
                                    fetch="http://ca.town/office.crt")),
            ("poppy", between.issue("poppy", ["poppy.office.town"])
             + between.pem.read_text())):
        host.write(f"lab/{name}.pem", pem, mode=0o600)
    host.write("lab/own-senders",
               "office.town OK\n<> OK\n"
               "town REJECT only our own senders may use this relay\n")
    host.write("lab/known-clients", "office.town OK\n")
    host.write("lab/owners", "".join(f"{a} {a}\n" for a in LOGINS))
    host.write("lab/suspended",
               "carl@office.town REJECT sending is suspended for this"
               " account\n")
    dovecot.start(host, LOGINS, password, "postfix")
    postfix.start(
        host, {
            "smtpd_tls_security_level": "may",
            "smtpd_tls_chain_files": "/lab/good.pem",
            "smtpd_sasl_type": "dovecot",
            "smtpd_sasl_path": "/run/dovecot/auth-mail",
            "smtpd_sender_login_maps": "texthash:/lab/owners",
            "smtpd_sender_restrictions":
                "reject_authenticated_sender_login_mismatch",
            "smtpd_recipient_restrictions":
                "check_sasl_access texthash:/lab/suspended",
        },
        [(a, port, {"myhostname": name, **rules})
         for name, a, port, rules in POSTFIX],
        "once unix n - n - 0 cleanup -o hopcount_limit=1\n",
        world.hosted["office"],
        [f"{u}@guild.town" for u in ("anna", "carl", "postmaster")])


def start_exim(world, password):
    addresses = [f"198.51.100.{n}" for n in (50, 51, 52, 53)]
    host = world.host("smtp.wharf.town", "exim", addresses)
    dovecot.start(host, LOGINS, password, "Debian-exim")
    host.write("lab/ca.pem", world.authority.pem.read_text())
    host.write("lab/passwords", "accept\n")
    host.write("lab/no-passwords",
               "deny message = 535 5.7.139 Authentication unsuccessful, "
               "SmtpClientAuthentication is disabled for the Mailbox.\n")
    exim.start(host, addresses,
               world.authority.issue("wharf", [
                   host.name, "willow.wharf.town", "alder.wharf.town",
                   "larch.wharf.town"]),
               ports="25 : 587 : 465",
               main="tls_try_verify_hosts = *\n"
               "tls_verify_certificates = /lab/ca.pem\n"
               "acl_smtp_auth = ${if eq{$received_ip_address}"
               "{198.51.100.53}{/lab/no-passwords}{/lab/passwords}}\n",
               authenticators=exim.passwords("198.51.100.50", "198.51.100.53")
               + exim.ntlm("198.51.100.51")
               + exim.certificates("198.51.100.52"))


def start_sendmail(world, password):
    host = world.host("smtp.cellar.town", "sendmail", ["198.51.100.60"])
    sendmail.prepare(host, world.authority.issue("cellar", [host.name]),
                     world.authority.pem.read_text())
    host.write("etc/sasl2/Sendmail.conf",
               "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
               "mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-256\n")
    for login in LOGINS:
        user, realm = login.split("@")
        host.run("saslpasswd2", "-p", "-c", "-u", realm, user,
                 input=password)
    sendmail.start(
        host, "mx", [sendmail.listen("198.51.100.60", 25, "A"),
                     sendmail.listen("198.51.100.60", 587)],
        "define(`confAUTH_MECHANISMS', `SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 "
        "LOGIN PLAIN')dnl\n"
        "TRUST_AUTH_MECH(`SCRAM-SHA-256 DIGEST-MD5 CRAM-MD5 LOGIN PLAIN')"
        "dnl\ndefine(`confAUTH_OPTIONS', `A p')dnl\n",
        relay_domains=["pc.office.town"])


def start_opensmtpd(world, password):
    host = world.host("smtp.nest.town", "opensmtpd", ["198.51.100.70"])
    hashed = crypt.crypt(password, crypt.METHOD_SHA512)
    pki = f'pki "{host.name}"'
    opensmtpd.start(
        host, [f"listen on 198.51.100.70 port 25 tls {pki}",
               f"listen on 198.51.100.70 port 587 tls-require {pki} "
               "auth <logins>",
               f"listen on 198.51.100.70 port 465 smtps {pki} "
               "auth <logins>"],
        world.authority.issue("nest", [host.name]),
        logins=", ".join(f'"{a}" = "{hashed}"' for a in LOGINS),
        rules='match auth from any for any action "send"')
