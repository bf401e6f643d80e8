#ifndef RT_NET_SMTP_EHLO_H
#define RT_NET_SMTP_EHLO_H

/*
 * What an EHLO reply offers (RFC 5321 4.1.1.1 and the IANA registry of
 * SMTP service extensions), as a value.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct smtp_reply;

#define EHLO_MECHS 24
#define EHLO_MECH_LEN 24
#define EHLO_KEYWORDS 40
#define EHLO_KEYWORD_LEN 24

struct smtp_ehlo {
	char host[256];      /* first word of the first line */
	char greeting[256];  /* rest of the first line */
	char seen_client[64]; /* address in the greeting, "" if none: the
	                       * client as the server sees it */
	char seen_name[256];  /* host name in the greeting before it, or "" */
	bool pipelining, starttls, smtputf8, eightbitmime, dsn, chunking,
	    enhanced_codes, requiretls;
	bool size_known;
	uint64_t size;       /* SIZE, bytes; 0: no fixed limit */
	bool auth;           /* the AUTH keyword stands there */
	int mech_count;
	char mechs[EHLO_MECHS][EHLO_MECH_LEN]; /* upper case, no doubles */
	int keyword_count;
	char keywords[EHLO_KEYWORDS][EHLO_KEYWORD_LEN]; /* in order */
	bool masked; /* a keyword was overwritten with X (a firewall's work) */
};

/* Reads the text of a positive EHLO reply; never fails. */
void smtp_ehlo_read(const struct smtp_reply *reply, struct smtp_ehlo *ehlo);
bool smtp_ehlo_offers(const struct smtp_ehlo *ehlo, const char *mech);

#endif
