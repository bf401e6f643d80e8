"""Dovecot as the SASL server of an outgoing mail server."""

import base64
import hashlib
import hmac
import json
import time

CONFIG = """\
protocols =
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 \
xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = /lab/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u /lab/logins
}}
userdb {{
  driver = static
  args = uid=vmail gid=vmail home=/var/mail
}}
# Many scenarios fail on purpose from one address: nobody is made to wait.
auth_failure_delay = 0 secs
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener auth-mail {{
    mode = 0660
    user = {user}
  }}
}}
"""

OAUTH = """\
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=/lab/keys/
username_attribute = sub
"""

QUOTA = """\
protocols =
log_path = /dev/stderr
ssl = no
mail_location = maildir:/var/mail/quota/%u
mail_plugins = quota
first_valid_uid = 100
passdb {
  driver = static
  args = nopassword=yes
}
userdb {
  driver = passwd-file
  args = username_format=%u /lab/quota
}
plugin {
  quota = maildir:mailbox
  quota_rule = *:storage=1M
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = "552 5.2.2 Mailbox is full"
}
service auth {
  unix_listener auth-client {
    mode = 0660
    user = postfix
  }
}
service quota-status {
  executable = quota-status -p postfix
  inet_listener {
    address = 127.0.0.1
    port = 12340
  }
  client_limit = 20
}
"""

SECRET = b"a key that the token server shares with Dovecot"


def start(host, logins, password, user):
    """user: whose server asks, at /run/dovecot/auth-mail."""
    host.write("etc/dovecot/dovecot.conf",
               CONFIG.format(user=user))
    host.write("lab/oauth2.conf", OAUTH)
    host.write("lab/keys/default/HS256/default",
               base64.b64encode(SECRET).decode())
    host.write("lab/logins", "".join(
        f"{login}:{{PLAIN}}{password}\n" for login in logins))
    host.start("/usr/sbin/dovecot", "-F", "-c", "/etc/dovecot/dovecot.conf")


def start_quota(host, users):
    """The policy service that tells Postfix whose mailbox is full."""
    host.write("etc/dovecot/dovecot.conf", QUOTA)
    host.write("lab/quota", "".join(
        f"{user}::813:813::/var/mail/quota/{user}::\n" for user in users))
    for user in users:
        host.write(f"var/mail/quota/{user}/maildirsize",
                   "1048576S\n9999999 12\n")
    host.own("var/mail", "vmail")
    host.start("/usr/sbin/dovecot", "-F", "-c", "/etc/dovecot/dovecot.conf")


def token(login):
    """A JSON web token (RFC 7519) that this Dovecot accepts for a login."""
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    now = int(time.time())
    text = b".".join(part(json.dumps(claims).encode()) for claims in (
        {"alg": "HS256", "typ": "JWT"},
        {"sub": login, "iat": now - 60, "exp": now + 86400}))
    mac = hmac.new(SECRET, text, hashlib.sha256).digest()
    return (text + b"." + part(mac)).decode()
