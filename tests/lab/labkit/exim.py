"""Exim: the order of tests is that of the configuration it comes with
(sender first, relaying after it)."""

CONFIG = """\
primary_hostname = {name}
domainlist local_domains = @ : lsearch;/lab/domains
domainlist relay_to_domains = {relay_to}
hostlist relay_from_hosts = 127.0.0.1 : {relay_from}
local_interfaces = {interfaces}
daemon_smtp_ports = {ports}
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = /lab/tls.pem
log_file_path = /var/log/exim4/%slog
log_selector = +lost_incoming_connection +smtp_protocol_error
acl_smtp_connect = check_connect
acl_smtp_rcpt = check_rcpt
host_lookup = *
smtp_accept_max = 100
{main}
begin acl

check_connect:
{check_connect}
  accept

check_rcpt:
  deny    domains     = +local_domains
          local_parts = ^[.] : ^.*[@%!/|]
          message     = Restricted characters in address
{check_client}
  accept  local_parts = postmaster
          domains     = +local_domains
  require verify      = sender
  accept  hosts       = +relay_from_hosts
  accept  authenticated = *
  require message     = relay not permitted
          domains     = +local_domains : +relay_to_domains
{check_rcpt}
  require verify      = recipient
  accept

begin routers

locked:
  driver = redirect
  domains = +local_domains
  local_parts = locked
  allow_fail
  data = :fail: mailbox is locked

here:
  driver = accept
  domains = +local_domains
  local_parts = bob : postmaster : anna
  transport = keep

away:
  driver = dnslookup
  domains = ! +local_domains
  transport = out
  ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8
  no_more

begin transports

keep:
  driver = appendfile
  file = /var/mail/$local_part
  user = vmail

out:
  driver = smtp

begin retry
* * F,2h,15m

begin authenticators
{authenticators}
"""

# What a careful administrator adds.
STRICT = {
    "check_connect": """\
  deny    dnslists = zen.lists.town
          message  = $sender_host_address is listed at $dnslist_domain: \
$dnslist_text
""",
    "check_client": """\
  deny    !verify  = reverse_host_lookup
          message  = your address has no reverse DNS that leads back
""",
    "check_rcpt": """\
  deny    domains  = monk.town
          !verify  = sender/callout=10s
  defer   domains  = friar.town
          message  = Greylisted, please try again in 300 seconds
  deny    domains  = canon.town
          ratelimit = 0 / 1h / strict
  deny    domains  = dean.town
          !encrypted = *
          message  = encryption is required here
  deny    domains  = deacon.town
          senders  = *@shop.town
  deny    spf      = fail
          message  = $sender_host_address is not allowed to send mail from \
$sender_address_domain
""",
    "relay_to": "priest.town",
}

WHERE = """  server_advertise_condition = ${{if and {{{{def:tls_in_cipher}}\
{{inlist{{$received_ip_address}}{{{address}}}}}}}}}
"""


def passwords(*addresses):
    """Logins of Dovecot, after TLS on addresses of the host."""
    return "".join(f"""\
{name.lower().replace("-", "_")}:
  driver = dovecot
  public_name = {name}
  server_socket = /run/dovecot/auth-mail
  server_set_id = $auth1
""" + WHERE.format(address=":".join(addresses))
                   for name in ("PLAIN", "LOGIN", "CRAM-MD5",
                                "SCRAM-SHA-256"))


def ntlm(address):
    return """\
ntlm:
  driver = spa
  public_name = NTLM
  server_password = secret
""" + WHERE.format(address=address)


def certificates(address):
    """The mail address in the client's certificate is the login."""
    return """\
external:
  driver = external
  public_name = EXTERNAL
  server_param2 = ${certextract {subj_altname,mail,>:}\
{$tls_in_peercert}}
  server_condition = ${if inlisti{$auth1}{$auth2}}
  server_set_id = $auth1
""" + WHERE.format(address=address)


def start(host, addresses, certificate, domains=(), **config):
    values = {"relay_to": "", "relay_from": "", "ports": "25", "main": "",
              "check_connect": "", "check_client": "", "check_rcpt": "",
              "authenticators": "", **config}
    # A colon separates list items, so an IPv6 address doubles its own.
    host.write("etc/exim4/exim4.conf", CONFIG.format(
        name=host.name, interfaces=" : ".join(
            a.replace(":", "::") for a in addresses), **values))
    host.write("lab/domains", "".join(f"{d}\n" for d in domains))
    host.write("lab/tls.pem", certificate, owner="Debian-exim", mode=0o600)
    host.make("var/log/exim4", "Debian-exim")
    host.make("var/spool/exim4", "Debian-exim", 0o750)
    host.own("var/mail", "vmail")
    host.start("/usr/sbin/exim4", "-bdf", "-q10m")
