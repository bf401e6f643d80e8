#include "net/dns.h"

#include <ares.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/dns_channel.h"
#include "net/dns_question.h"
#include "net/loop.h"
#include "net/mem.h"
#include "net/task.h"

#define BUCKETS 256
/* Answers kept; enough for a few hundred domains. */
#define SHARED_MAX 4096

struct resolver {
	struct loop *loop;
	const struct dial *dial;
	struct addr servers[RESOLVER_SERVERS];
	size_t server_count;
	struct dns_question *buckets[BUCKETS]; /* shared questions */
	size_t shared;
	size_t queries; /* handed out and not dropped yet */
	struct dns_slots slots;
	struct dns_channels channels;
};

struct dns_query {
	struct resolver *resolver;
	struct dns_question *question;
	struct task *waiter;
	bool told;
	struct dns_query *next; /* of the same question */
};

struct resolver *
resolver_new(struct loop *loop, const struct dial *dial,
    const struct addr *servers, size_t count)
{
	struct resolver *resolver = mem_alloc(sizeof(*resolver));
	size_t i;

	ares_library_init(ARES_LIB_INIT_ALL);
	resolver->loop = loop;
	dns_slots_init(&resolver->slots);
	resolver->dial = dial;
	for (i = 0; i < count && i < RESOLVER_SERVERS; i++) {
		struct addr *addr = &resolver->servers[i];

		*addr = servers[i];
		if (addr->port == 0)
			addr->port = DNS_PORT;
		resolver->server_count++;
	}
	return resolver;
}

void
resolver_free(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	assert(resolver->queries == 0);
	resolver_forget(resolver);
	dns_channels_free(&resolver->channels);
	free(resolver);
	ares_library_cleanup();
}

size_t
resolver_servers(const struct resolver *resolver, const struct addr **servers)
{
	*servers = resolver->servers;
	return resolver->server_count;
}

/* FNV-1a over lower-case letters; the final dot does not count. */
static unsigned
bucket_of(const char *name, uint16_t type)
{
	uint32_t h = 2166136261u ^ type;

	for (; name[0] != '\0' && (name[0] != '.' || name[1] != '\0'); name++) {
		unsigned char c = (unsigned char)name[0];

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		h = (h ^ c) * 16777619u;
	}
	return h % BUCKETS;
}

static struct dns_question *
find_shared(struct resolver *resolver, const char *name, uint16_t type)
{
	struct dns_question *q = resolver->buckets[bucket_of(name, type)];

	while (q != NULL && (q->type != type || !dns_name_eq(q->name, name)))
		q = q->next;
	return q;
}

/* A shared question that nobody holds lives as long as it is shared. */
static void
unshare(struct resolver *resolver, struct dns_question *q)
{
	struct dns_question **at = &resolver->buckets[bucket_of(q->name,
	    q->type)];

	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	q->shared = false;
	resolver->shared--;
	if (q->queries == NULL)
		dns_question_free(q);
}

static void
unshare_all(struct resolver *resolver, bool used_too)
{
	size_t i;

	for (i = 0; i < BUCKETS; i++) {
		struct dns_question *q = resolver->buckets[i], *next;

		for (; q != NULL; q = next) {
			next = q->next;
			if (used_too || q->queries == NULL)
				unshare(resolver, q);
		}
	}
}

void
resolver_forget(struct resolver *resolver)
{
	unshare_all(resolver, true);
}

static void
share(struct resolver *resolver, struct dns_question *q)
{
	unsigned b = bucket_of(q->name, q->type);

	if (resolver->shared >= SHARED_MAX)
		unshare_all(resolver, false);
	q->next = resolver->buckets[b];
	resolver->buckets[b] = q;
	q->shared = true;
	resolver->shared++;
}

static struct dns_query *
query_new(struct resolver *resolver, struct dns_question *q,
    struct task *waiter)
{
	struct dns_query *query = mem_alloc(sizeof(*query));

	query->resolver = resolver;
	query->question = q;
	query->waiter = waiter;
	query->next = q->queries;
	q->queries = query;
	resolver->queries++;
	task_wake(&q->task); /* it may have been answered long ago */
	return query;
}

static struct dns_question *
question_new(struct resolver *resolver, const char *name, uint16_t type)
{
	struct dns_question *q = mem_alloc(sizeof(*q));

	q->dial = resolver->dial;
	q->slots = &resolver->slots;
	q->channels = &resolver->channels;
	q->name = mem_strdup(name);
	q->type = type;
	return q;
}

/* What must not or cannot go on the wire. */
static bool
may_ask(const char *name, size_t servers, struct err *err)
{
	if (!dns_name_valid(name))
		return err_set(err, ERR_INPUT,
		    "\"%.100s\" is no name that the DNS can be asked for",
		    name);
	if (dns_name_under(name, "onion"))
		return err_set(err, ERR_INPUT,
		    "%.100s is a Tor name, which the DNS does not know "
		    "(RFC 7686)", name);
	if (servers == 0)
		return err_set(err, ERR_SYSTEM, "no name server to ask");
	return true;
}

static void
begin(struct resolver *resolver, struct dns_question *q,
    const struct addr *servers, size_t count)
{
	struct err err = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		q->servers[i].addr = servers[i];
	q->server_count = count;
	if (may_ask(q->name, count, &err))
		dns_question_start(q, resolver->loop);
	else
		dns_question_refuse(q, resolver->loop, &err);
}

struct dns_query *
dns_ask(struct resolver *resolver, struct task *waiter, const char *name,
    uint16_t type)
{
	struct dns_question *q = find_shared(resolver, name, type);

	if (q == NULL) {
		q = question_new(resolver, name, type);
		q->recurse = true;
		begin(resolver, q, resolver->servers, resolver->server_count);
		share(resolver, q);
	}
	return query_new(resolver, q, waiter);
}

struct dns_query *
dns_ask_at(struct resolver *resolver, struct task *waiter,
    const struct addr *server, const char *name, uint16_t type)
{
	struct dns_question *q = question_new(resolver, name, type);
	struct addr addr = *server;

	if (addr.port == 0)
		addr.port = DNS_PORT;
	begin(resolver, q, &addr, 1);
	return query_new(resolver, q, waiter);
}

void
dns_drop(struct dns_query *query)
{
	struct dns_question *q;
	struct dns_query **at;

	if (query == NULL)
		return;
	q = query->question;
	at = &q->queries;
	while (*at != query)
		at = &(*at)->next;
	*at = query->next;
	query->resolver->queries--;
	if (q->queries == NULL) {
		/* Nobody waits any more: stop asking. */
		if (q->shared && !q->answered)
			unshare(query->resolver, q);
		else if (!q->shared)
			dns_question_free(q);
	}
	free(query);
}

void
dns_queries_tell(struct dns_query *queries)
{
	for (; queries != NULL; queries = queries->next) {
		if (!queries->told)
			task_wake(queries->waiter);
		queries->told = true;
	}
}

bool
dns_queries_untold(const struct dns_query *queries)
{
	while (queries != NULL && queries->told)
		queries = queries->next;
	return queries != NULL;
}

bool
dns_answered(const struct dns_query *query)
{
	return query != NULL && query->question->answered;
}

const struct dns_msg *
dns_answer(const struct dns_query *query)
{
	const struct dns_question *q;

	if (!dns_answered(query))
		return NULL;
	q = query->question;
	return q->rank > 0 ? &q->msg : NULL;
}

const struct err *
dns_error(const struct dns_query *query)
{
	return &query->question->err;
}

const struct addr *
dns_answer_server(const struct dns_query *query)
{
	return &query->question->from;
}

const char *
dns_query_name(const struct dns_query *query)
{
	return query->question->name;
}

uint16_t
dns_query_type(const struct dns_query *query)
{
	return query->question->type;
}

int
dns_query_ms(const struct dns_query *query)
{
	const struct dns_question *q = query->question;

	return (int)(q->ended - q->started);
}

bool
dns_query_tcp(const struct dns_query *query)
{
	return query->question->tcp;
}

int
dns_query_tries(const struct dns_query *query)
{
	return query->question->sent;
}
