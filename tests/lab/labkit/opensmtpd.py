"""OpenSMTPD: rules that match, and no word about relaying when none does."""

CONFIG = """\
pki "{name}" cert "/lab/tls.crt"
pki "{name}" key "/lab/tls.key"
table domains {{ {domains} }}
table logins {{ {logins} }}
{listeners}
action "keep" mbox
action "send" relay
match from any for domain <domains> action "keep"
match for local action "keep"
{rules}
"""


def start(host, listeners, certificate, domains=(), logins="nobody = x",
          rules=""):
    """listeners: lines of smtpd.conf; logins: a table of crypt(3) hashes."""
    key, rest = certificate.split("-----BEGIN CERTIFICATE", 1)
    host.write("lab/tls.key", key, mode=0o600)
    host.write("lab/tls.crt", "-----BEGIN CERTIFICATE" + rest)
    host.write("etc/smtpd.conf", CONFIG.format(
        name=host.name, listeners="\n".join(listeners), rules=rules,
        domains=", ".join(f'"{d}"' for d in domains or ["none.town"]),
        logins=logins))
    host.write("etc/aliases", "postmaster: anna\n")
    host.write("etc/mailname", host.name + "\n")
    for folder, owner, mode in (("opensmtpd", "root", 0o711),
                                ("opensmtpd/offline", "root:opensmtpq",
                                 0o770),
                                ("opensmtpd/purge", "opensmtpq", 0o700),
                                ("opensmtpd/queue", "opensmtpq", 0o700)):
        host.make(f"var/spool/{folder}", owner, mode)
    host.start("/usr/sbin/smtpd", "-d", "-f", "/etc/smtpd.conf")
