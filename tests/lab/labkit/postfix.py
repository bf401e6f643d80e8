"""Postfix: one instance a host, one smtpd an address, each with its own
rules, as a provider runs them."""

MAIN = {
    "compatibility_level": "3.6",
    "maillog_file": "/dev/stdout",
    "mydestination": "localhost",
    "mynetworks": "127.0.0.0/8",
    "virtual_mailbox_domains": "texthash:/lab/domains",
    "virtual_mailbox_maps": "texthash:/lab/mailboxes",
    "virtual_mailbox_base": "/var/mail",
    "virtual_uid_maps": "static:813",
    "virtual_gid_maps": "static:813",
    "smtpd_relay_restrictions":
        "permit_mynetworks, permit_sasl_authenticated, "
        "reject_unauth_destination",
    "smtpd_tls_loglevel": "1",
    "alias_maps": "",
    "notify_classes": "",
    "smtputf8_enable": "yes",
    "smtpd_client_connection_count_limit": "0",
}

SERVICES = """\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def policyd_spf():
    return ("policyd-spf unix - n n - 0 spawn\n"
            "  user=policyd-spf argv=/usr/bin/policyd-spf\n")


def postscreen(name, address, blocklist):
    """The gatekeeper with its deep tests: a client that it does not know
    is told to come again."""
    return f"""\
{address}:25 inet n - n - 1 postscreen
  -o myhostname={name}
  -o postscreen_greet_wait=1s
  -o postscreen_greet_action=enforce
  -o postscreen_pipelining_enable=yes
  -o postscreen_pipelining_action=enforce
  -o postscreen_dnsbl_sites={blocklist}
  -o postscreen_dnsbl_action=enforce
  -o postscreen_access_list=
smtpd pass - - n - - smtpd
  -o myhostname={name}
dnsblog unix - - n - 0 dnsblog
tlsproxy unix - - n - 0 tlsproxy
"""


def start(host, main, listeners, extra="", domains=(), mailboxes=()):
    """listeners: (address, port, {setting: value}). extra: lines for
    master.cf. The settings of a listener hold no space inside a word list:
    Postfix takes commas as well."""
    settings = {**MAIN, "myhostname": host.name, **main}
    host.write("etc/postfix/main.cf", "".join(
        f"{key} = {value}\n" for key, value in settings.items()))
    master = ""
    for address, port, overrides in listeners:
        where = f"[{address}]" if ":" in address else address
        master += f"{where}:{port} inet n - n - - smtpd\n"
        master += "".join(
            f"  -o {{ {key} = {value} }}\n"
            for key, value in overrides.items())
    host.write("etc/postfix/master.cf", master + SERVICES + extra)
    host.write("lab/domains", "".join(f"{d} yes\n" for d in domains))
    host.write("lab/mailboxes", "".join(f"{m} x\n" for m in mailboxes))
    host.own("var/mail", "vmail")
    # Postfix makes them anew, with the owners that they need.
    host.run("rm", "-rf", "/var/spool/postfix", "/var/lib/postfix")
    host.make("var/spool/postfix", "root")
    host.start("/usr/sbin/postfix", "start-fg")
