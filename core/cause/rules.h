#ifndef RT_CORE_CAUSE_RULES_H
#define RT_CORE_CAUSE_RULES_H

/* The rules, one a cause, by where the cause lies. */

#include "core/cause/opinion.h"

/* domain.c: seen in DNS */
cause_rule rule_domain_dead, rule_dns_broken, rule_null_mx, rule_mx_invalid,
    rule_mx_unresolvable, rule_mx_private_address, rule_mx_stale,
    rule_no_mx_fallback;
/* destination.c: the recipient's servers */
cause_rule rule_mx_not_hosting, rule_mx_partly_not_hosting,
    rule_domain_inactive_at_host, rule_mailbox_unknown,
    rule_mailbox_unavailable, rule_recipient_restricted,
    rule_routed_address, rule_mx_unreachable, rule_egress_blocked,
    rule_smtp_intercepted;
/* submission.c: the outgoing server */
cause_rule rule_auth_required, rule_auth_needs_tls, rule_auth_elsewhere,
    rule_auth_failed, rule_auth_disabled, rule_auth_no_mechanism,
    rule_pop_before_smtp, rule_client_not_permitted,
    rule_sender_not_permitted, rule_sender_claims_local,
    rule_tenant_attribution, rule_wrong_server, rule_relay_thinks_local,
    rule_outgoing_suspended, rule_tls_certificate, rule_tls_handshake,
    rule_tls_mode_mismatch;
/* policy.c: what only looks like relaying */
cause_rule rule_greylisted, rule_tls_required, rule_helo_rejected,
    rule_client_dns, rule_ip_blocklisted, rule_sender_unverifiable,
    rule_spf_fail, rule_dkim_fail, rule_dmarc_fail, rule_rate_limited,
    rule_policy_rejected, rule_server_misconfigured, rule_message_too_big,
    rule_mail_loop, rule_see_earlier_reply;

#endif
