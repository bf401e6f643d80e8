#include "core/policy/found.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/buf.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/loop.h"
#include "net/mem.h"

enum found
found(const struct dns_query *query)
{
	const struct dns_msg *msg = dns_answer(query);

	if (msg == NULL)
		return dns_error(query)->kind == ERR_INPUT ? FOUND_UNASKED
		                                           : FOUND_FAILURE;
	if (msg->rcode == DNS_NXDOMAIN)
		return FOUND_NO_NAME;
	if (msg->rcode != DNS_NOERROR)
		return FOUND_FAILURE;
	return dns_msg_answers(msg, dns_query_type(query)) > 0 ? FOUND_RECORDS
	                                                       : FOUND_NONE;
}

static void
add_record(const struct dns_rr *rr, struct buf *out)
{
	char text[1200], addr[ADDR_TEXT_MAX];

	if (rr->type == DNS_A || rr->type == DNS_AAAA) {
		buf_puts(out, addr_text(&rr->addr, addr));
	} else if (rr->type == DNS_TXT) {
		buf_putc(out, '"');
		text_visible((const char *)rr->data, rr->len, false, out);
		buf_putc(out, '"');
	} else if (rr->type == DNS_MX && rr->target != NULL) {
		buf_printf(out, "%u %s", rr->preference, rr->target);
	} else if (rr->target != NULL) {
		buf_puts(out, rr->target);
	} else {
		buf_puts(out, dns_rr_text(rr, text, sizeof(text)));
	}
}

const char *
found_text(const struct dns_query *query, char *out, size_t size)
{
	const struct dns_msg *msg = dns_answer(query);
	const struct dns_rr *rr;
	struct buf buf;
	size_t i, len;

	buf_init(&buf, size - 1);
	if (msg == NULL)
		buf_puts(&buf, dns_error(query)->text);
	else if (msg->rcode != DNS_NOERROR)
		buf_puts(&buf, dns_rcode_name(msg->rcode));
	else if (dns_msg_answers(msg, dns_query_type(query)) == 0)
		buf_puts(&buf, _("no records"));
	else
		for (i = 0; (rr = dns_msg_answer(msg, dns_query_type(query),
		    i)) != NULL && !buf.overflow; i++) {
			if (i > 0)
				buf_puts(&buf, ", ");
			add_record(rr, &buf);
		}
	len = buf.len;
	memcpy(out, buf_str(&buf), len + 1);
	if (buf.overflow && len > 4) {
		len -= 4;
		while (len > 0 && (out[len] & 0xc0) == 0x80)
			len--; /* no half character */
		memcpy(out + len, " ...", 5);
	}
	buf_clear(&buf);
	return out;
}

void
policy_note(struct policy_lines *lines, const struct loop *loop,
    const struct dns_query *query)
{
	struct policy_line *line;
	char text[1024];
	char *asked;

	if (query == NULL || !dns_answered(query))
		return;
	if (lines->count >= POLICY_LINES) {
		lines->dropped++;
		return;
	}
	lines->items = mem_grow(lines->items, lines->count, &lines->cap,
	    sizeof(*lines->items));
	line = &lines->items[lines->count++];
	asked = mem_printf("%s %s", dns_query_name(query),
	    dns_type_name(dns_query_type(query)));
	line->asked = mem_strdup(text_visible_str(asked, text, sizeof(text)));
	free(asked);
	line->answered = mem_strdup(found_text(query, text, sizeof(text)));
	line->ms = dns_query_ms(query);
	line->at = loop_now(loop);
}

void
policy_lines_clear(struct policy_lines *lines)
{
	size_t i;

	for (i = 0; i < lines->count; i++) {
		free(lines->items[i].asked);
		free(lines->items[i].answered);
	}
	free(lines->items);
	memset(lines, 0, sizeof(*lines));
}
