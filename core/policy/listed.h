#ifndef RT_CORE_POLICY_LISTED_H
#define RT_CORE_POLICY_LISTED_H

/*
 * Which of the things that identify a client a DNS blocklist holds: its
 * address (RFC 5782 2), or a name (RFC 5782 3: the sender's domain, the
 * name in HELO, the client's own).  A refusal tells it in its words, or
 * else the zone does by how such zones are called.
 */

#include <stddef.h>

/* What is known of the client; "" or NULL is "not known". */
struct list_subjects {
	const char *sender_domain, *helo, *client_name, *recipient_domain;
};

#define LISTED_MAX 4

/*
 * What the zone is to be asked about, likeliest first; "" stands for the
 * address.  `text` is the refusal that names the zone, "" if none does.
 * Returns how many there are, at least one; they point into *subjects.
 */
size_t listed_subjects(const char *text, const char *zone,
    const struct list_subjects *subjects, const char *names[LISTED_MAX]);

#endif
