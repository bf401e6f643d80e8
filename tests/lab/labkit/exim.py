"""Exim: the order of tests is that of the configuration it comes with
(sender first, relaying after it)."""

CONFIG = """\
primary_hostname = {name}
domainlist local_domains = lsearch;/lab/domains
domainlist relay_to_domains = {relay_to}
hostlist relay_from_hosts = 127.0.0.1 : {relay_from}
local_interfaces = {interfaces}
daemon_smtp_ports = {ports}
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = /lab/tls.pem
log_file_path = /var/log/exim4/%slog
acl_smtp_mail = check_mail
acl_smtp_rcpt = check_rcpt
host_lookup = *
smtp_accept_max = 100
{main}
begin acl

check_mail:
{check_mail}
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

PASSWORDS = """\
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{{password}}}}}
  server_set_id = $auth2
  server_advertise_condition = {when}

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if eq{{$auth2}}{{{password}}}}}
  server_set_id = $auth1
  server_advertise_condition = {when}

cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = {password}
  server_set_id = $auth1
  server_advertise_condition = {when}
"""

AFTER_TLS = "${if def:tls_in_cipher}"


def start(host, addresses, certificate, domains=(), **config):
    values = {"relay_to": "", "relay_from": "", "ports": "25", "main": "",
              "check_mail": "", "check_client": "", "check_rcpt": "",
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
