#include "net/dns_try.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "net/dial.h"
#include "net/dns_channel.h"
#include "net/dns_msg.h"
#include "net/i18n.h"
#include "net/log.h"
#include "net/mem.h"
#include "net/task.h"

#define QUERY_MAX (12 + 255 + 4 + 11)

struct dns_try {
	struct loop *loop;
	struct dns_channels *channels;
	struct task *waiter;
	struct dns_try_plan plan; /* its name is not kept */
	struct addr to;           /* where the packets really go */
	struct dns_channel *channel; /* NULL: nothing is sent */
	bool done;
	int sys; /* errno of what failed before there was a channel */
	uint8_t *answer;
	size_t len;
	struct err err;
};

static void
fail(struct dns_try *t, const char *why)
{
	char server[ADDR_TEXT_MAX];
	const char *way = t->plan.tcp ? _("over TCP") : _("over UDP");
	int sys = t->channel != NULL ? dns_channel_errno(t->channel) : t->sys;

	addr_text_port(&t->plan.server, server);
	if (sys != 0)
		err_sys(&t->err, sys, "name server %s %s", server, way);
	else if (t->channel != NULL && dns_channel_closed(t->channel))
		err_set(&t->err, ERR_CLOSED,
		    "name server %s closed the connection", server);
	else
		err_set(&t->err, ERR_SYSTEM, "name server %s %s: %s", server,
		    way, why);
	t->done = true;
}

/* The library is on the stack: only keep what came, and wake. */
static void
on_answer(void *arg, const uint8_t *bytes, size_t len, const char *why)
{
	struct dns_try *t = arg;

	if (len > 0) {
		t->len = len;
		t->answer = mem_alloc(len);
		memcpy(t->answer, bytes, len);
		t->done = true;
	} else {
		fail(t, why);
	}
	task_wake(t->waiter);
}

static size_t
build_query(const struct dns_try_plan *plan, uint16_t id, uint8_t *out)
{
	static const uint8_t opt[11] = { 0, 0, DNS_OPT, DNS_EDNS_SIZE >> 8,
		DNS_EDNS_SIZE & 255 };
	struct dns_msg msg = {
		.id = id,
		.rd = plan->recurse,
		.ad = plan->recurse && plan->edns,
		.qname = (char *)(uintptr_t)plan->name,
		.qtype = plan->type,
		.qclass = 1,
	};
	size_t len;

	if (!dns_msg_write(&msg, out, QUERY_MAX - sizeof(opt), &len))
		return 0;
	if (plan->edns) {
		/* The library wants these 11 bytes to be the last. */
		memcpy(out + len, opt, sizeof(opt));
		len += sizeof(opt);
		out[11] = 1; /* ARCOUNT */
	}
	return len;
}

static void
send_query(struct dns_try *t, const char *name)
{
	struct dns_try_plan plan = t->plan;
	uint8_t query[QUERY_MAX];
	const char *why = _("the question is too long");
	uint16_t id;
	size_t len;

	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id)) {
		t->sys = errno;
		fail(t, "");
		return;
	}
	plan.name = name;
	len = build_query(&plan, id, query);
	if (len > 0)
		t->channel = dns_channel_take(t->channels, t->loop, &t->to,
		    plan.tcp, plan.edns, &why);
	if (t->channel != NULL)
		dns_channel_send(t->channel, query, len, on_answer, t);
	else
		fail(t, why);
}

struct dns_try *
dns_try_new(struct loop *loop, const struct dial *dial,
    struct dns_channels *channels, struct task *waiter,
    const struct dns_try_plan *plan)
{
	struct dns_try *t = mem_alloc(sizeof(*t));
	char server[ADDR_TEXT_MAX];

	t->loop = loop;
	t->channels = channels;
	t->waiter = waiter;
	t->plan = *plan;
	t->plan.name = NULL;
	log_debug("dns", "ask %s %s %s%s%s",
	    addr_text_port(&plan->server, server), plan->name,
	    dns_type_name(plan->type), plan->tcp ? " tcp" : "",
	    plan->edns ? "" : " no-edns");
	switch (dial_find(dial, &plan->server, &t->to)) {
	case DIAL_GO:
		send_query(t, plan->name);
		break;
	case DIAL_SILENT:
		break; /* nothing is sent, nothing will come */
	case DIAL_REFUSE:
		t->sys = ECONNREFUSED;
		fail(t, "");
		break;
	}
	if (t->done)
		task_wake(waiter);
	return t;
}

void
dns_try_free(struct dns_try *t)
{
	if (t == NULL)
		return;
	if (t->channel != NULL)
		dns_channel_give(t->channels, t->channel);
	free(t->answer);
	free(t);
}

bool
dns_try_done(const struct dns_try *t)
{
	return t->done;
}

const uint8_t *
dns_try_answer(const struct dns_try *t, size_t *len)
{
	*len = t->len;
	return t->answer;
}

const struct err *
dns_try_error(const struct dns_try *t)
{
	return &t->err;
}

const struct dns_try_plan *
dns_try_plan(const struct dns_try *t)
{
	return &t->plan;
}
