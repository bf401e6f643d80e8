#include "fake/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/dns.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"

#define LATENCY_MS 5
#define SILENCE_MS 4000

struct entry {
	char *name, *type, *data;
};

struct resolver {
	struct loop *loop;
	struct entry *entries;
	size_t count, cap;
	char **asked; /* "name TYPE" */
	size_t asked_count, asked_cap;
	size_t open;
};

struct dns_query {
	struct resolver *resolver;
	struct task *waiter;
	struct timer timer;
	char *name;
	uint16_t type;
	bool answered, failed;
	int ms;
	struct dns_msg msg;
	struct err err;
};

static void
add_entry(struct resolver *r, char *line)
{
	struct entry *e;
	char *type = strchr(line, ' '), *data;

	if (type == NULL)
		return;
	*type++ = '\0';
	data = strchr(type, ' ');
	if (data != NULL)
		*data++ = '\0';
	r->entries = mem_grow(r->entries, r->count, &r->cap,
	    sizeof(*r->entries));
	e = &r->entries[r->count++];
	e->name = mem_strdup(line);
	e->type = mem_strdup(type);
	e->data = mem_strdup(data != NULL ? data : "");
}

struct resolver *
zone_resolver(struct loop *loop, const char *zone)
{
	struct resolver *r = mem_alloc(sizeof(*r));
	char *copy = mem_strdup(zone), *save = NULL, *line;

	r->loop = loop;
	for (line = strtok_r(copy, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save))
		add_entry(r, line);
	free(copy);
	return r;
}

void
zone_free(struct resolver *r)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		free(r->entries[i].name);
		free(r->entries[i].type);
		free(r->entries[i].data);
	}
	free(r->entries);
	for (i = 0; i < r->asked_count; i++)
		free(r->asked[i]);
	free(r->asked);
	free(r);
}

unsigned
zone_asked(const struct resolver *r, const char *name, const char *type)
{
	size_t i, n = strlen(name);
	unsigned count = 0;

	for (i = 0; i < r->asked_count; i++)
		count += strncasecmp(r->asked[i], name, n) == 0 &&
		    r->asked[i][n] == ' ' &&
		    (type == NULL || strcmp(r->asked[i] + n + 1, type) == 0);
	return count;
}

unsigned
zone_questions(const struct resolver *r)
{
	return (unsigned)r->asked_count;
}

size_t
zone_open(const struct resolver *r)
{
	return r->open;
}

/* TXT: \xNN are bytes, "|" divides strings and vanishes. */
static void
put_txt(const char *data, struct dns_rr *rr)
{
	unsigned byte;

	rr->data = mem_alloc(strlen(data) + 1);
	rr->strings = 1;
	for (; *data != '\0'; data++) {
		if (*data == '|') {
			rr->strings++;
		} else if (data[0] == '\\' && data[1] == 'x' &&
		    sscanf(data + 2, "%2x", &byte) == 1) {
			rr->data[rr->len++] = (uint8_t)byte;
			data += 3;
		} else {
			rr->data[rr->len++] = (uint8_t)*data;
		}
	}
}

static unsigned
type_of(const char *name)
{
	static const uint16_t types[] = { DNS_A, DNS_NS, DNS_CNAME, DNS_SOA,
		DNS_PTR, DNS_MX, DNS_TXT, DNS_AAAA, DNS_SRV, DNS_TLSA };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(dns_type_name(types[i]), name) == 0)
			return types[i];
	return 0;
}

static void
add_record(struct dns_query *q, const struct entry *e, unsigned type)
{
	struct dns_rr *rr;
	unsigned n[4] = { 0 };
	char target[300] = "";

	q->msg.rrs = mem_resize(q->msg.rrs,
	    (q->msg.count + 1) * sizeof(*q->msg.rrs));
	rr = &q->msg.rrs[q->msg.count++];
	memset(rr, 0, sizeof(*rr));
	rr->name = mem_strdup(e->name);
	rr->type = (uint16_t)type;
	rr->class = 1;
	if (type == DNS_TXT) {
		put_txt(e->data, rr);
	} else if (type == DNS_A || type == DNS_AAAA) {
		rr->bad = !addr_parse(e->data, &rr->addr);
	} else if (type == DNS_MX) {
		rr->bad = sscanf(e->data, "%u %299s", n, target) != 2;
		rr->preference = (uint16_t)n[0];
		rr->target = mem_strdup(target);
	} else if (type == DNS_SRV) {
		rr->bad = sscanf(e->data, "%u %u %u %299s", n, n + 1, n + 2,
		    target) != 4;
		rr->preference = (uint16_t)n[0];
		rr->weight = (uint16_t)n[1];
		rr->port = (uint16_t)n[2];
		rr->target = mem_strdup(target);
	} else if (type == DNS_TLSA) {
		/* The fourth number: how many bytes of data. */
		rr->bad = sscanf(e->data, "%u %u %u %u", n, n + 1, n + 2,
		    n + 3) != 4 || n[3] > 255;
		rr->usage = (uint8_t)n[0];
		rr->selector = (uint8_t)n[1];
		rr->matching = (uint8_t)n[2];
		rr->len = rr->bad ? 0 : n[3];
		rr->data = mem_alloc(rr->len + 1);
		memset(rr->data, 0, rr->len + 1);
	} else {
		rr->target = mem_strdup(e->data);
	}
}

static bool
fail(struct dns_query *q, const char *how)
{
	if (strcmp(how, "SERVFAIL") == 0) {
		q->msg.rcode = DNS_SERVFAIL;
		return true;
	}
	if (strcmp(how, "TIMEOUT") != 0)
		return false;
	q->failed = true;
	q->ms = SILENCE_MS;
	err_set(&q->err, ERR_TIMEOUT, "no answer for %.150s", q->name);
	return true;
}

/* Follows CNAMEs as a recursive resolver does; a loop is a SERVFAIL. */
static void
look_up(struct dns_query *q, const char *name, int hops)
{
	const struct resolver *r = q->resolver;
	const char *want = dns_type_name(q->type), *next = NULL;
	bool known = false;
	char only[20];
	size_t i;

	if (hops > 8) {
		q->msg.rcode = DNS_SERVFAIL;
		return;
	}
	snprintf(only, sizeof(only), "%s!", want);
	for (i = 0; i < r->count; i++) {
		const struct entry *e = &r->entries[i];

		if (!dns_name_eq(e->name, name))
			continue;
		known = true;
		if (fail(q, e->type) ||
		    (strcmp(e->type, only) == 0 && fail(q, e->data)))
			return;
		if (strcmp(e->type, "SECURE") == 0) {
			q->msg.ad = true;
		} else if (strcmp(e->type, "SLOW") == 0) {
			q->ms = atoi(e->data);
		} else if (strcmp(e->type, want) == 0) {
			add_record(q, e, q->type);
		} else if (strcmp(e->type, "CNAME") == 0) {
			add_record(q, e, type_of("CNAME"));
			next = e->data;
		}
	}
	if (next != NULL)
		look_up(q, next, hops + 1);
	else if (!known)
		q->msg.rcode = DNS_NXDOMAIN;
}

static void
answer(struct timer *timer)
{
	struct dns_query *q = container_of(timer, struct dns_query, timer);

	q->answered = true;
	task_wake(q->waiter);
}

struct dns_query *
dns_ask(struct resolver *r, struct task *waiter, const char *name,
    uint16_t type)
{
	struct dns_query *q = mem_alloc(sizeof(*q));

	r->open++;
	r->asked = mem_grow(r->asked, r->asked_count, &r->asked_cap,
	    sizeof(*r->asked));
	r->asked[r->asked_count++] = mem_printf("%s %s", name,
	    dns_type_name(type));
	q->resolver = r;
	q->waiter = waiter;
	q->name = mem_strdup(name);
	q->type = type;
	q->ms = LATENCY_MS;
	q->msg.qname = mem_strdup(name);
	q->msg.qtype = type;
	q->msg.qclass = 1;
	q->msg.qr = true;
	if (!dns_name_valid(name)) {
		q->failed = true;
		err_set(&q->err, ERR_INPUT, "not a name");
	} else {
		look_up(q, name, 0);
	}
	timer_start(&q->timer, r->loop, q->ms, answer);
	return q;
}

void
dns_drop(struct dns_query *q)
{
	if (q == NULL)
		return;
	q->resolver->open--;
	timer_stop(&q->timer);
	dns_msg_clear(&q->msg);
	free(q->name);
	free(q);
}

bool
dns_answered(const struct dns_query *q)
{
	return q != NULL && q->answered;
}

const struct dns_msg *
dns_answer(const struct dns_query *q)
{
	return q->answered && !q->failed ? &q->msg : NULL;
}

const struct err *
dns_error(const struct dns_query *q)
{
	return &q->err;
}

const char *
dns_query_name(const struct dns_query *q)
{
	return q->name;
}

uint16_t
dns_query_type(const struct dns_query *q)
{
	return q->type;
}

int
dns_query_ms(const struct dns_query *q)
{
	return q->ms;
}
