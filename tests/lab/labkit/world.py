"""Who lives in the lab's internet.

192.0.2.0/24     the name service, and nobody (203.0.113.70: port closed)
203.0.113.0/24   the recipients' mail servers
198.51.100.0/24  the senders: clients and their outgoing servers

The IPv6 address of a.b.c.d, where it has one, is 2001:db8:b:c::d.
"""

import os
import sys
import threading
from collections import defaultdict

from . import (certificates, dovecot, exim, milters, mischief, names,
               opensmtpd, outgoing, postfix, rivers, sandbox, sendmail)
from .sandbox import Host

MX = {      # the Postfix of a provider: one address a set of rules
    "mx1.harbour.town": ("203.0.113.10", {}),
    "mx2.harbour.town": ("203.0.113.11", {}),
    "mx.fort.town": ("203.0.113.12", {
        "smtpd_helo_required": "yes",
        "smtpd_helo_restrictions": "reject_invalid_helo_hostname,"
        "reject_non_fqdn_helo_hostname,reject_unknown_helo_hostname"}),
    "mx.gate.town": ("203.0.113.13", {
        "smtpd_client_restrictions": "reject_unknown_client_hostname"}),
    "mx.watch.town": ("203.0.113.14", {
        "smtpd_client_restrictions": "reject_rbl_client zen.lists.town"}),
    "mx.seal.town": ("203.0.113.15", {
        "smtpd_recipient_restrictions": "reject_unauth_destination,"
        "check_policy_service unix:private/policyd-spf"}),
    "mx.dusk.town": ("203.0.113.16", {
        "smtpd_recipient_restrictions": "reject_unauth_destination,"
        "check_policy_service inet:127.0.0.1:10023"}),
    "mx.notary.town": ("203.0.113.17", {
        "smtpd_sender_restrictions": "reject_unknown_sender_domain",
        "unknown_address_reject_code": "550"}),
    "mx.vault.town": ("203.0.113.18", {
        "smtpd_tls_security_level": "encrypt"}),
    "mx.toll.town": ("203.0.113.19", {
        "smtpd_client_connection_rate_limit": "1",
        "smtpd_client_event_limit_exceptions": ""}),
    "mx.tower.town": ("203.0.113.20", {
        "smtpd_sender_restrictions":
        "check_sender_access texthash:/lab/unwanted"}),
    "mx.crack.town": ("203.0.113.21", {
        "smtpd_recipient_restrictions":
        "check_recipient_access hash:/lab/lost"}),
    "mx.sieve.town": ("203.0.113.22", {"mynetworks": "0.0.0.0/0"}),
    "mx.club.town": ("203.0.113.23", {
        "smtpd_recipient_restrictions":
        "check_recipient_access texthash:/lab/members"}),
    "mx.herald.town": ("203.0.113.24", {
        "smtpd_sender_restrictions": "reject_unverified_sender",
        "unverified_sender_reject_code": "550"}),
    "mx.cellarer.town": ("203.0.113.25", {
        "smtpd_recipient_restrictions": "reject_unauth_destination,"
        "check_policy_service inet:127.0.0.1:12340"}),
    "mx.ivy.town": ("203.0.113.26", {
        "smtpd_tls_chain_files": "/lab/self-signed.pem"}),
    # asks the next server before it takes mail to pass on
    "mx.mirror.town": ("203.0.113.27", {
        "smtpd_recipient_restrictions": "reject_unverified_recipient",
        "unverified_recipient_reject_code": "550"}),
    # look at the message itself
    "mx.signet.town": ("203.0.113.110", {
        "smtpd_milters": f"inet:{milters.ADDRESS}:{milters.DKIM}"}),
    "mx.beadle.town": ("203.0.113.111", {
        "smtpd_milters": f"inet:{milters.ADDRESS}:{milters.DMARC}"}),
    "mx.birch.town": ("203.0.113.100", {"soft_bounce": "yes"}),
    "mx.cedar.town": ("203.0.113.101", {
        "smtpd_delay_reject": "no",
        "smtpd_client_restrictions":
        "check_client_access cidr:/lab/neighbours"}),
    "mx.elm.town": ("203.0.113.102", {"relay_domains_reject_code": "550"}),
    "mx.hazel.town": ("203.0.113.103", {
        "smtpd_reject_footer": "Questions? See https://hazel.town/help"}),
    "mx.holly.town": ("203.0.113.104", {"queue_minfree": "900000000000"}),
    "mx.larch.town": ("203.0.113.105", {
        "smtpd_milters": "inet:127.0.0.1:9"}),
    "mx.lime.town": ("203.0.113.106", {
        "smtpd_sender_restrictions": "reject_non_fqdn_sender,"
        "reject_unknown_sender_domain",
        "unknown_address_reject_code": "550"}),
    "mx.poplar.town": ("203.0.113.107", {
        "smtpd_recipient_restrictions":
        "check_recipient_access texthash:/lab/moved"}),
    # asks for nothing and offers AUTH to everybody
    "mx.rowan.town": ("203.0.113.108", {
        "smtpd_sasl_auth_enable": "yes",
        "smtpd_sasl_type": "dovecot",
        "smtpd_sasl_path": "/run/dovecot/auth-client"}),
    "mx.willow.town": ("203.0.113.109", {
        "smtpd_error_sleep_time": "3s"}),
    **rivers.POSTFIX_MX,
}

CURT = ["mx.cedar.town"]        # refuse in place of the greeting

POSTSCREEN = ("mx.lodge.town", "203.0.113.28")

MORE_SERVERS = {
    "mx.meadow.town": "203.0.113.30",
    "mx.lighthouse.town": "203.0.113.40",
    "web.shelter.town": "203.0.113.41",
    "mx.abbey.town": "203.0.113.42",
    "mx.granary.town": "203.0.113.50",
    "mx.mill.town": "203.0.113.51",
    "mx.barn.town": "203.0.113.52",
    "mx.puffin.town": "203.0.113.60",
    "mx.magpie.town": "203.0.113.61",
    "mx.heron.town": "203.0.113.62",
    **rivers.MORE,
}

CLIENTS = {     # host: address, has a PTR, IPv6
    "pc": ("198.51.100.7", True, True),
    "attic": ("198.51.100.66", False, False),
    "listed": ("198.51.100.99", True, False),
    "caged": ("198.51.100.33", True, False),
    "cafe": ("198.51.100.34", True, False),
    "late": ("198.51.100.35", True, False),
    "fresh": ("198.51.100.36", True, False),
    "island": ("198.51.100.37", True, False),
    "deaf": ("198.51.100.38", True, False),
    "lost": ("198.51.100.39", True, False),
    "mainland": ("198.51.100.41", True, False),
}

# Resolvers of clients that do not have the usual one.
RESOLVERS = {
    "late": "192.0.2.54",
    "deaf": names.MUTE,
    "lost": None,                   # none at all
    "mainland": "192.0.2.1",        # no recursion for anybody
}


def v6(address):
    a, b, c, d = address.split(".")
    prefix = {"192": "2", "203": "113", "198": "100"}[a]
    return f"2001:db8:{prefix}::{d}"


class World:
    def __init__(self):
        self.names = names.NameService()
        self.hosted = defaultdict(list)     # server -> domains
        self.hosts = []
        self.clients = {}

    def build(self, place, program, kit, password, places):
        self.sandbox = place
        self.folder = place.place / "certificates"
        self.authority = certificates.Authority(self.folder, "Town CA")
        self.stranger = certificates.Authority(self.folder, "Unknown CA")
        self.register()
        self.make_clients(program, kit, password)
        self.name_service()
        in_parallel([self.postfix_mx, self.postfix_stock, self.exim_mx,
                     self.message_judges, self.interceptor,
                     self.sendmail_mx, self.opensmtpd_mx,
                     lambda: rivers.exim_mx(self),
                     lambda: rivers.sendmail_mx(self),
                     lambda: rivers.classes(self),
                     lambda: self.mischief_makers(kit), *(
                         lambda start=start: start(self, password)
                         for start in (outgoing.start_postfix,
                                       outgoing.start_exim,
                                       outgoing.start_sendmail,
                                       outgoing.start_opensmtpd))])
        for name in places - set(CLIENTS):
            self.equip(self.find(name), program, kit)
        self.clients["pc"].run(sys.executable, "-B", "/lab/witness.py",
                               "wait", *self.listening())
        self.names.let_time_pass(
            lambda domain: self.clients["late"].run(
                "/usr/bin/drill", domain, "MX"))

    def listening(self):
        """Everything that has to greet before the first scenario."""
        return ([f"{name} 25" for name in (*MX, *MORE_SERVERS)
                 if name not in CURT]
                + outgoing.listening())

    def register(self):
        """Names and addresses of everybody, before any zone is written."""
        known = self.names
        known.name("resolver.backbone.town", "192.0.2.53")
        known.name("resolver2.backbone.town", "192.0.2.54")
        known.name("closed.backbone.town", "203.0.113.70")
        known.name("silent.backbone.town", "203.0.113.90")
        known.name("proxy.cafe.town", "198.51.100.40")
        outgoing.register(known)
        for way, (address, host, domain) in self.mischief().items():
            known.name(host, address)
            if domain:
                known.zone(domain).records[""].append(f"@ MX 10 {host}.")
        office = known.zone("office.town").records[""]
        office += ["@ MX 10 mx1.harbour.town.",
                   '@ TXT "v=spf1 ip4:198.51.100.0/24 '
                   'ip6:2001:db8:100::/48 -all"']
        self.hosted["harbour"].append("office.town")
        for name, (address, _) in MX.items():
            known.name(name, address)
        known.name("mx1.harbour.town", v6("203.0.113.10"))
        for name, address in (*MORE_SERVERS.items(), POSTSCREEN):
            known.name(name, address)
        for name, (address, pointer, has_v6) in CLIENTS.items():
            known.name(f"{name}.office.town", address,
                       *([v6(address)] if has_v6 else []), pointer=pointer)

    @staticmethod
    def mischief():
        """Where each way of misbehaving lives: address, host and domain."""
        places = {}
        for number, way in enumerate(mischief.WAYS, 131):
            if way in mischief.LIARS:
                places[way] = (f"198.51.100.{number}", f"{way}.office.town",
                               None)
            else:
                places[way] = (f"203.0.113.{number}", f"mx.{way}.town",
                               f"{way}.town")
        return places

    def mischief_makers(self, kit):
        places = self.mischief()
        host = self.host("mx.pike.town", None,
                         [address for address, _, _ in places.values()])
        host.write("lab/mischief.py", (kit / "mischief.py").read_text())
        host.write("lab/tls.pem", self.authority.issue(
            "mischief", [name for _, name, _ in places.values()]))
        host.start(sys.executable, "-B", "/lab/mischief.py", "/lab/tls.pem",
                   *(f"{way}={address}:{465 if way in mischief.LIARS else 25}"
                     for way, (address, _, _) in places.items()),
                   name="mischief")

    def host(self, name, group, addresses, resolver="192.0.2.53"):
        host = Host(self.sandbox, name, group, addresses, resolver)
        self.hosts.append(host)
        return host

    def find(self, name):
        for host in self.hosts:
            if name in (host.name, host.name.removesuffix(".office.town")):
                return host
        raise KeyError(name)

    def domains(self, server):
        return self.hosted[server]

    def mailboxes(self, server, users=("bob", "postmaster", "anna")):
        return [f"{u}@{d}" for d in self.hosted[server] for u in users]

    def make_clients(self, program, kit, password):
        bundle = "/etc/ssl/certs/ca-certificates.crt"
        trusted = open(bundle).read() if os.path.exists(bundle) else ""
        certificates_of_logins = {
            login: self.authority.issue(login, [login])
            for login in outgoing.LOGINS}
        for name, (address, _, has_v6) in CLIENTS.items():
            resolver = RESOLVERS.get(name, "192.0.2.53")
            client = self.host(
                f"{name}.office.town", "dns",
                [address] + ([v6(address)] if has_v6 else []), resolver)
            client.write(bundle, trusted + self.authority.pem.read_text())
            self.equip(client, program, kit)
            for login in outgoing.LOGINS:
                client.write(f"lab/{login}.pem", mode=0o600,
                             text=certificates_of_logins[login])
                client.write(f"lab/{login}.token", dovecot.token(login))
            client.write("lab/password", password + "\n", mode=0o600)
            client.write("lab/wrong", "not the password\n", mode=0o600)
            client.write("lab/tap.py", (kit / "tap.py").read_text())
            client.start(sys.executable, "-B", "/lab/tap.py", "eth0",
                         "/lab/cable", name="tap")
            self.clients[name] = client
        self.clients["island"].ip("link set eth0 down")

    @staticmethod
    def equip(host, program, kit):
        """What a scenario needs where it runs: a client, or a server whose
        administrator asks."""
        host.write("lab/witness.py", (kit / "witness.py").read_text())
        if program:
            target = host.root / "usr/local/bin/relaytrace"
            target.touch()
            sandbox.bind(program, target)

    def name_service(self):
        servers = self.host(
            "nic.town", "dns", ["192.0.2.1", "192.0.2.2",
                                *names.SERVERS.values(), "203.0.113.70"],
            None)
        void = self.host("silent.backbone.town", None,
                         [names.MUTE, "203.0.113.90"], None)
        # What arrives is never answered: a firewall that drops.
        void.ip("route add blackhole default metric 1",
                *(f"route del {net} dev eth0" for net in Host.ROUTES))
        resolvers = [self.host(f"{name}.backbone.town", "dns", [address],
                               None)
                     for name, address in (("resolver", "192.0.2.53"),
                                           ("resolver2", "192.0.2.54"))]
        self.names.start(servers, resolvers)

    def postfix_mx(self):
        addresses = [address for address, _ in MX.values()]
        host = self.host("mx1.harbour.town", "postfix",
                         [*addresses, POSTSCREEN[1], v6("203.0.113.10")])
        pem = self.authority.issue("harbour", [*MX, POSTSCREEN[0]])
        host.write("lab/tls.pem", pem, mode=0o600)
        host.write("lab/self-signed.pem", mode=0o600, text=
                   self.authority.self_signed("ivy", "mx.ivy.town"))
        host.write("lab/passed-on", "".join(
            f"{d} yes\n" for d in self.domains("mirror")))
        host.write("lab/neighbours", "198.51.100.0/24 REJECT\n")
        host.write("lab/texts", "".join(
            f"{user}@{d} {text}\n" for d in self.domains("harbour")
            for user, text in rivers.TEXTS.items()))
        host.write("lab/inner", rivers.INNER)
        host.write("lab/null-sender", "<> REJECT no bounces here\n")
        host.write("lab/bad-mx", "203.0.113.41 REJECT your MX is bad\n")
        host.write("lab/moved", "".join(
            f"bob@{d} 551 5.1.6 User not local; please try bob@guild.town\n"
            for d in self.domains("harbour")))
        host.write("lab/unwanted", "shop.town REJECT\n")
        host.write("lab/members",
                   "".join(f"list@{d} reject\n"
                           for d in self.domains("harbour")))
        listeners = [(address, 25, {"myhostname": name, **rules})
                     for name, (address, rules) in MX.items()]
        listeners.append((v6("203.0.113.10"), 25, {}))
        host.write("etc/postgrey/whitelist_clients", "")
        host.write("etc/postgrey/whitelist_recipients", "")
        host.own("var/lib/postgrey", "postgrey")
        host.start("/usr/sbin/postgrey", "--inet=127.0.0.1:10023",
                   "--delay=6", "--user=postgrey", "--group=postgrey",
                   "--greylist-text=Greylisted for %s seconds")
        dovecot.start_quota(host, [f"bob@{d}"
                                   for d in self.domains("harbour")])
        postfix.start(
            host, {"smtpd_tls_security_level": "may",
                   "smtpd_tls_chain_files": "/lab/tls.pem",
                   "relay_domains": "texthash:/lab/passed-on",
                   "transport_maps": "texthash:/lab/inner"}, listeners,
            postfix.policyd_spf() + postfix.postscreen(*POSTSCREEN,
                                                       "zen.lists.town"),
            self.domains("harbour") + self.domains("bare"),
            self.mailboxes("harbour", ("bob", "postmaster", "anna", "list")))

    def message_judges(self):
        milters.start(self.host("judges.harbour.town", "milters",
                                [milters.ADDRESS]))

    def postfix_stock(self):
        """As Debian sets it up: the refusal is a temporary one."""
        host = self.host("mx.meadow.town", "postfix", ["203.0.113.30"])
        postfix.start(
            host, {"smtpd_relay_restrictions": "permit_mynetworks "
                   "permit_sasl_authenticated defer_unauth_destination"},
            [("203.0.113.30", 25, {})], "",
            self.domains("meadow"), self.mailboxes("meadow"))

    def exim_mx(self):
        addresses = ["203.0.113.40", v6("203.0.113.40")]
        host = self.host("mx.lighthouse.town", "exim", addresses)
        exim.start(host, addresses,
                   self.authority.issue("lighthouse", [host.name]),
                   self.domains("lighthouse"))
        web = self.host("web.shelter.town", "exim", ["203.0.113.41"])
        exim.start(web, ["203.0.113.41"],
                   self.authority.issue("shelter", [web.name]),
                   self.domains("shelter"))
        abbey = self.host("mx.abbey.town", "exim", ["203.0.113.42"])
        exim.start(abbey, ["203.0.113.42"],
                   self.authority.issue("abbey", [abbey.name]),
                   self.domains("abbey"), **exim.STRICT)

    def interceptor(self):
        """The cafe's proxy takes every connection to port 25 as its own;
        the caged client has none."""
        host = self.host("proxy.cafe.town", "exim", ["198.51.100.40"])
        host.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/eth0/arp_ignore")
        host.ip("route add local 203.0.113.0/24 dev lo")
        exim.start(host, ["0.0.0.0"],
                   self.authority.issue("cafe", [host.name]))
        self.clients["cafe"].ip(
            "rule add ipproto tcp dport 25 lookup 25",
            "route add default via 198.51.100.40 dev eth0 onlink table 25")
        self.clients["caged"].ip("rule add ipproto tcp dport 25 blackhole")

    def sendmail_mx(self):
        host = self.host("mx.granary.town", "sendmail",
                         ["203.0.113.50", "203.0.113.51", "203.0.113.52"])
        sendmail.prepare(
            host, self.authority.issue(
                "granary", [host.name, "mx.mill.town", "mx.barn.town"]),
            self.authority.pem.read_text(), self.domains("granary"),
            ["From:shop.town\tREJECT",
             "To:anna@warden.town\tERROR:5.7.1:550 Members of the list only",
             "To:carl@warden.town\tERROR:5.2.1:550 Mailbox disabled"])
        sendmail.start(host, "mx", [sendmail.listen("203.0.113.50", 25)],
                       "FEATURE(`blocklist_recipients')dnl\n")
        sendmail.start(host, "auth", [sendmail.listen("203.0.113.51", 25)],
                       "TRUST_AUTH_MECH(`PLAIN LOGIN')dnl\n")
        sendmail.start(host, "strict", [sendmail.listen("203.0.113.52", 25)],
                       "FEATURE(`require_rdns')dnl\n"
                       "FEATURE(`dnsbl', `zen.lists.town')dnl\n")

    def opensmtpd_mx(self):
        host = self.host("mx.puffin.town", "opensmtpd",
                         ["203.0.113.60", "203.0.113.61", "203.0.113.62"])
        opensmtpd.start(
            host, ['filter "rdns" phase connect match !rdns disconnect '
                   '"550 no reverse DNS"',
                   'filter "sender" phase mail-from match mail-from regex '
                   '"@shop.town$" reject "550 sender is not welcome"',
                   'filter "name" phase ehlo match helo regex "^nowhere" '
                   'disconnect "550 your HELO name is bogus"',
                   'filter "both" chain { "sender", "name" }',
                   f'listen on 203.0.113.60 tls pki "{host.name}"',
                   'listen on 203.0.113.62 filter "both" '
                   'hostname "mx.heron.town"',
                   'listen on 203.0.113.61 filter "rdns" '
                   'hostname "mx.magpie.town"'],
            self.authority.issue("puffin", [host.name]),
            self.domains("puffin"))


def in_parallel(jobs):
    failures = []

    def attempt(job):
        try:
            job()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=attempt, args=(j,)) for j in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
