#include "core/world/parts.h"

/*
 * What most situations have in common: a sending machine in good order and
 * two unrelated domains with working mail servers.
 */
const char world_background[] =
    "case from nina@example.org\n"
    "case helo mail.example.org\n"
    "case sending-ip 198.51.100.7\n"
    "case control harbour.example\n"
    "case control ferry.example\n"

    "client 198.51.100.7 2001:db8:7::7\n"
    "ptr 198.51.100.7 mail.example.org\n"
    "ptr 2001:db8:7::7 mail.example.org\n"
    "dns mail.example.org A 198.51.100.7\n"
    "dns mail.example.org AAAA 2001:db8:7::7\n"
    "dns example.org MX 10 mail.example.org\n"
    "dns example.org TXT \"v=spf1 mx -all\"\n"
    "smtp 198.51.100.7 [2001:db8:7::7]:25\n"
    "  product postfix\n"
    "  host mail.example.org\n"
    "  hosts example.org\n"
    "  starttls\n"

    "dns harbour.example MX 10 mx.harbour.example\n"
    "dns mx.harbour.example A 203.0.113.240\n"
    "smtp 203.0.113.240\n"
    "  product postfix\n"
    "  host mx.harbour.example\n"
    "  hosts harbour.example\n"
    "  starttls\n"

    "dns ferry.example MX 10 mx1.ferry.example\n"
    "dns mx1.ferry.example A 203.0.113.241\n"
    "smtp 203.0.113.241\n"
    "  product exim\n"
    "  host mx1.ferry.example\n"
    "  hosts ferry.example\n"
    "  starttls\n";
