#include "core/session.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/investigation.h"
#include "core/settings.h"
#include "net/dns.h"
#include "net/mem.h"

/* The search domain of resolv.conf, to qualify a short host name. */
static void
qualify(char *name, size_t size)
{
	FILE *conf = fopen("/etc/resolv.conf", "re");
	char line[512], domain[256];
	size_t len = strlen(name);

	while (conf != NULL && fgets(line, sizeof(line), conf) != NULL) {
		if (sscanf(line, "domain %255s", domain) != 1 &&
		    sscanf(line, "search %255s", domain) != 1)
			continue;
		if (strchr(domain, '.') == NULL)
			continue;
		snprintf(name + len, size - len, ".%s", domain);
		break;
	}
	if (conf != NULL)
		fclose(conf);
}

/*
 * RFC 5321 4.1.1.1: the client's own full name.  A name without a dot is
 * none; then "" makes the SMTP probe say its address literal.
 */
static void
own_name(char *out, size_t size)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1) != 0)
		name[0] = '\0';
	if (name[0] != '\0' && strchr(name, '.') == NULL)
		qualify(name, sizeof(name));
	if (strchr(name, '.') == NULL || !dns_name_valid(name) ||
	    strncmp(name, "localhost.", 10) == 0)
		name[0] = '\0';
	snprintf(out, size, "%s", name);
}

void
session_init(struct session *s, const struct settings *settings,
    const struct mail_case *input, const struct network *net)
{
	const struct addr *servers;

	memset(s, 0, sizeof(*s));
	s->settings = settings;
	s->input = *input;
	s->net = *net;
	s->work = mem_alloc(sizeof(*s->work));
	s->work->session = s;
	evidence_init(&s->evidence);
	if (settings->helo != NULL)
		snprintf(s->helo, sizeof(s->helo), "%s", settings->helo);
	else
		own_name(s->helo, sizeof(s->helo));
	if (net->resolver != NULL &&
	    resolver_servers(net->resolver, &servers) > 0)
		(servers[0].port == DNS_PORT ? addr_text : addr_text_port)(
		    &servers[0], s->resolver_text);
	plan_make(&s->plan, &s->input, settings);
}

void
session_start(struct session *s, struct task *parent)
{
	s->epoch = loop_now(s->net.loop);
	s->started = time(NULL);
	s->running = true;
	task_start(&s->task, s->net.loop, parent,
	    s->input.route == ROUTE_SERVER	 ? investigate_server :
		s->input.reported.server[0] != '\0' ? investigate_reported :
						      investigate_mx);
}

bool
session_done(const struct session *s)
{
	return s->task.done;
}

void
session_cancel(struct session *s)
{
	if (!s->running)
		return;
	s->cancelled = true;
	task_wake(&s->task);
}

void
session_clear(struct session *s)
{
	size_t i;

	if (s->work == NULL)
		return;
	task_stop(&s->task);
	task_stop(&s->work->follow);
	timer_stop(&s->work->slow);
	timer_stop(&s->work->grace);
	timer_stop(&s->work->overall);
	timer_stop(&s->work->wait);
	for (i = 0; i < s->probe_count; i++) {
		if (s->probes[i]->ops != NULL)
			s->probes[i]->ops->clear(s->probes[i]);
		free(s->probes[i]);
	}
	free(s->probes);
	free(s->work->asked);
	free(s->work->forms);
	free(s->work->letter);
	free(s->work);
	evidence_clear(&s->evidence);
	diagnosis_clear(&s->diagnosis);
	memset(s, 0, sizeof(*s));
}

void
session_update(struct session *s)
{
	gather(s);
	diagnose(&s->evidence, &s->diagnosis);
	annotate(s);
}

unsigned
session_version(const struct session *s)
{
	unsigned version = (unsigned)s->probe_count * 7u + s->running;
	size_t i;

	for (i = 0; i < s->probe_count; i++)
		version += s->probes[i]->transcript.version +
		    (unsigned)s->probes[i]->status * 3u;
	return version;
}

const struct probe *
session_probe(const struct session *s, int number)
{
	if (number < 1 || (size_t)number > s->probe_count)
		return NULL;
	return s->probes[number - 1];
}

static struct smtp_probe *
waiting_smtp(struct session *s, size_t i, int number)
{
	struct probe *probe = s->probes[i];

	if ((number != 0 && probe->number != number) || probe->task.done ||
	    probe_smtp(probe) == NULL)
		return NULL;
	return container_of(probe, struct smtp_probe, base);
}

void
session_patience(struct session *s, int number, int ms)
{
	struct smtp_probe *p;
	size_t i;

	for (i = 0; i < s->probe_count; i++)
		if ((p = waiting_smtp(s, i, number)) != NULL)
			smtp_probe_patience(p, ms);
}

void
session_skip(struct session *s, int number)
{
	struct smtp_probe *p;
	size_t i;

	for (i = 0; i < s->probe_count; i++)
		if ((p = waiting_smtp(s, i, number)) != NULL)
			smtp_probe_skip(p);
}

void
session_hold(struct session *s, bool held)
{
	size_t i;

	s->held = held;
	for (i = 0; !held && i < s->probe_count; i++)
		if (!s->probes[i]->task.done && probe_smtp(s->probes[i]) != NULL)
			task_wake(&s->probes[i]->task);
}

void
session_note_gap(struct session *s, int64_t ms)
{
	size_t i;

	for (i = 0; i < s->probe_count; i++) {
		struct probe *p = s->probes[i];
		const struct smtp_probe *smtp = probe_smtp(p);

		if (p->status == PROBE_RUNNING)
			probe_note(p, smtp != NULL ? smtp->stage : STAGE_DNS,
			    "suspended for %lld s; waits are longer by it",
			    (long long)(ms / 1000));
	}
}

bool
session_run_experiment(struct session *s, enum experiment_id id)
{
	if (!plan_switch(&s->plan, id, true) || s->work == NULL)
		return false;
	if (s->running)
		s->work->wanted |= 1ul << id;
	else
		investigate_more(s, id);
	return true;
}

int
session_wait_left(const struct session *s)
{
	int64_t left;

	if (s->waiting_until == 0)
		return 0;
	left = s->waiting_until - loop_now(s->net.loop);
	return left > 0 ? (int)((left + 999) / 1000) : 0;
}

int
session_exit_status(const struct session *s)
{
	if (s->diagnosis.verdict == VERDICT_ACCEPTED)
		return 0;
	return s->diagnosis.cause_count > 0 &&
		s->diagnosis.verdict != VERDICT_INCONCLUSIVE ? 1 : 3;
}
