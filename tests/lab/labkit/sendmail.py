"""Sendmail: its .cf is made from m4 on the host itself."""

MC = """\
divert(-1)
divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
define(`confDOMAIN_NAME', `{name}')dnl
define(`confPID_FILE', `/run/sendmail.{label}.pid')dnl
define(`QUEUE_DIR', `/var/spool/mqueue.{label}')dnl
define(`STATUS_FILE', `/tmp/statistics')dnl
define(`HELP_FILE', `/lab/helpfile')dnl
define(`ALIAS_FILE', `/etc/mail/aliases')dnl
define(`confCW_FILE', `/etc/mail/local-host-names')dnl
define(`confCT_FILE', `-o /etc/mail/trusted-users')dnl
define(`confCR_FILE', `/etc/mail/relay-domains.{label}')dnl
define(`confPRIVACY_FLAGS', `authwarnings')dnl
define(`confTO_IDENT', `0')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupReadableKeyFile')dnl
define(`confCACERT_PATH', `/etc/ssl/certs')dnl
define(`confCACERT', `/lab/ca.pem')dnl
define(`confSERVER_CERT', `/lab/tls.pem')dnl
define(`confSERVER_KEY', `/lab/tls.pem')dnl
define(`confTLS_SRV_OPTIONS', `V')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`use_cw_file')dnl
FEATURE(`access_db', `hash -T<TMPF> -o /etc/mail/access')dnl
{features}{listeners}MAILER(`local')dnl
MAILER(`smtp')dnl
"""

USE_CR = "FEATURE(`relay_entire_domain')dnl\n"


def listen(address, port, flags=""):
    family = "inet6" if ":" in address else "inet"
    tail = f", M={flags}" if flags else ""
    return (f"DAEMON_OPTIONS(`Family={family}, Name=p{port}, Addr={address},"
            f" Port={port}{tail}')dnl\n")


def prepare(host, certificate, authority, domains=(), access=()):
    """What all daemons of a host share."""
    host.make("var/lib/sendmail/host_status", "root")
    host.write("etc/mail/local-host-names",
               "".join(f"{d}\n" for d in domains))
    host.write("etc/mail/trusted-users", "")
    host.write("etc/mail/aliases", "postmaster: anna\nMAILER-DAEMON: anna\n")
    host.write("etc/mail/access", "".join(f"{a}\n" for a in access))
    host.write("lab/tls.pem", certificate, mode=0o600)
    host.write("lab/ca.pem", authority)
    host.write("lab/helpfile", "")
    host.run("sh", "-c", "makemap -C /dev/null hash /etc/mail/access "
             "</etc/mail/access")


def start(host, label, listeners, features="", relay_domains=()):
    """One daemon with its own configuration."""
    host.write(f"etc/mail/relay-domains.{label}",
               "".join(f"{d}\n" for d in relay_domains))
    host.write(f"lab/{label}.mc", MC.format(
        name=host.name, label=label, features=features,
        listeners="".join(listeners)))
    host.make(f"var/spool/mqueue.{label}", "root", 0o700)
    # Commands of the host itself (sendmail -bt) read this name.
    main = host.root / "etc/mail/sendmail.cf"
    if main.is_symlink() or not main.exists():
        main.unlink(missing_ok=True)
        main.symlink_to(f"{label}.cf")
    host.run("sh", "-c", "/usr/bin/m4 -D_CF_DIR_=/usr/share/sendmail/cf/ "
             f"/lab/{label}.mc >/etc/mail/{label}.cf && "
             f"/usr/libexec/sendmail/sendmail -C/etc/mail/{label}.cf -bi")
    host.start("/usr/libexec/sendmail/sendmail", "-bD", "-q30m",
               f"-C/etc/mail/{label}.cf", name=f"sendmail-{label}")
