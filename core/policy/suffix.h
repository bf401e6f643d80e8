#ifndef RT_CORE_POLICY_SUFFIX_H
#define RT_CORE_POLICY_SUFFIX_H

/*
 * The organizational domain as RFC 7489 3.2 finds it: by a list of public
 * suffixes.  Today's DMARC has no such list; this is only to tell what a
 * receiver that still follows RFC 7489 would see.  The list is the one that
 * the system has, if it has one.
 */

#include <stdbool.h>
#include <stddef.h>

#define SUFFIX_LIST "/usr/share/publicsuffix/public_suffix_list.dat"

/*
 * One label more than the public suffix of `domain` (lower case, A-labels,
 * no final dot).  `list` is the path of the list.  False when there is no
 * list, or when the domain is itself a public suffix.
 */
bool suffix_organization(const char *list, const char *domain, char *out,
    size_t size);
/* The same with the list's text. */
bool suffix_organization_in(const char *text, const char *domain, char *out,
    size_t size);

#endif
