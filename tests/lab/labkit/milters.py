"""OpenDKIM and OpenDMARC on a host of their own: a Postfix that asks them
refuses a message at the end of DATA."""

ADDRESS = "203.0.113.29"
DKIM, DMARC = 8891, 8893

OPENDKIM = f"""\
Socket inet:{DKIM}@{ADDRESS}
Mode v
Syslog yes
UserID opendkim
TrustAnchorFile /usr/share/dns/root.key
Nameservers 192.0.2.53
On-NoSignature reject
On-BadSignature reject
On-KeyNotFound reject
"""

OPENDMARC = f"""\
Socket inet:{DMARC}@{ADDRESS}
Syslog true
UserID opendmarc
AuthservID mx.beadle.town
PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat
RejectFailures true
SPFSelfValidate true
SPFIgnoreResults true
"""


def start(host):
    host.write("etc/opendkim.conf", OPENDKIM)
    host.write("etc/opendmarc.conf", OPENDMARC)
    host.start("/usr/sbin/opendkim", "-f", "-x", "/etc/opendkim.conf")
    host.start("/usr/sbin/opendmarc", "-f", "-c", "/etc/opendmarc.conf")
