#ifndef RT_CORE_LOCAL_LOCAL_PROBE_H
#define RT_CORE_LOCAL_LOCAL_PROBE_H

/*
 * What the mail server of this machine is set to, by its own read-only
 * commands: has it the domain for its own, may the sending address relay?
 * Only for a machine that is itself one of the servers in question, and
 * only when the person agreed.
 */

#include <stdbool.h>

#include "core/evidence.h"
#include "core/local/helper.h"
#include "core/probe/probe.h"

#define LOCAL_TABLES 24 /* of Postfix that are asked */

/* A table of Postfix that is asked by postmap -q. */
struct local_table {
	const char *setting; /* whose table it is */
	char name[240];      /* "hash:/etc/postfix/vhosts" */
	bool about_client;   /* asked for the address, not the domain */
	enum tri has;        /* TRI_UNKNOWN: it could not be asked */
	int line;
};

struct local_probe {
	struct probe base;
	enum local_product product;
	struct local_values values; /* what the commands are asked for */
	struct addr client;         /* AF_UNSPEC: not known */
	struct addr server; /* address and port of the service that refused */

	struct local_answer answer;
	char *output;        /* of the command of the moment; owned */
	int output_line;     /* where it stands in the transcript */
	char *settings;      /* Postfix: the values; owned */
	int settings_line;
	char *services;      /* Postfix: what postconf -M says; owned */
	char *overrides;     /* what the service sets by itself; owned */
	char service[80];    /* its name in master.cf */
	int services_line;
	struct local_table *tables; /* owned */
	size_t table_count, table_asked;
	int step;            /* Exim: which of its questions */
	enum tri list_has;   /* Exim: of the list of the moment */
	int list_line;       /* 0: there is no such list */
	char list_item[80];
	enum tri in_domains, in_hosts; /* Exim, so far */
	char where[160];     /* the setting that has the domain */
	char hosts_item[80]; /* the item that has the client */
	int domains_line, hosts_line;

	struct policy_fact *facts; /* owned */
	size_t fact_count, fact_cap;
};

/* Has an interface of this machine the address? */
bool local_address_here(const struct addr *addr);

/*
 * What a look would ask for: a recipient that is not plain gives way to the
 * domain's postmaster, and what is not known stays empty.
 */
void local_values_of(struct local_values *values, const char *recipient,
    const char *domain, const struct addr *client);

/*
 * The strings are copied; client may have family AF_UNSPEC, and so may
 * server, the address and port whose answer is to be explained.  The
 * helper must have been started (core/local/helper.h).
 */
void local_probe_start(struct local_probe *probe, struct loop *loop,
    struct task *parent, const int64_t *epoch, enum local_product product,
    const char *recipient, const char *domain, const struct addr *client,
    const struct addr *server);
void local_probe_stop(struct local_probe *probe);
void local_probe_evidence(const struct local_probe *probe,
    struct evidence *e);

/* ---- shared by the products' files ---- */

/* Asks; then TASK_AWAIT(answer.done). */
void local_say(struct local_probe *probe, enum local_command command);
/* The command has ended: its output goes into the transcript and `output`. */
void local_hear(struct local_probe *probe);
struct policy_fact *local_fact(struct local_probe *probe, const char *id,
    const char *subject, enum tri yes, int line);
/* That the fact speaks for (or, below 0, against) a cause. */
void local_speaks(struct policy_fact *fact, enum cause_id cause, int weight);

/* The look is over; its first fact is its word. */
void local_end(struct local_probe *probe);

enum step local_postfix(struct task *task);
enum step local_exim(struct task *task);
enum step local_sendmail(struct task *task);

#endif
