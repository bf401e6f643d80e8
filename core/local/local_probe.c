#include "core/local/local_probe.h"

#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

#define SHOWN_LINES 60 /* of a command's output; more are counted */

bool
local_address_here(const struct addr *addr)
{
	struct ifaddrs *all, *one;
	struct addr mine;
	bool here = false;

	if (getifaddrs(&all) != 0)
		return false;
	for (one = all; one != NULL && !here; one = one->ifa_next)
		here = one->ifa_addr != NULL &&
		    addr_from_sockaddr(one->ifa_addr, &mine) &&
		    addr_same_host(&mine, addr);
	freeifaddrs(all);
	return here;
}

/* ---- a command and what it says ---- */

/* As it will be run, if the helper agrees. */
static void
note_command(struct local_probe *p, enum local_command command)
{
	struct local_line line;
	char text[1400];
	size_t n;

	if (!local_line_make(&line, command, &p->values, local_helper_root()))
		return;
	local_line_text(&line, false, text, sizeof(text));
	transcript_printf(&p->base.transcript, probe_now(&p->base),
	    LINE_CLIENT, STAGE_DNS, false, "%s", text);
	for (char *at = line.typed; *at != '\0'; at += n + 1) {
		n = strcspn(at, "\n");
		transcript_printf(&p->base.transcript, probe_now(&p->base),
		    LINE_CLIENT, STAGE_DNS, false, "(typed in) %.*s", (int)n,
		    at);
	}
}

void
local_say(struct local_probe *p, enum local_command command)
{
	note_command(p, command);
	local_answer_clear(&p->answer);
	local_answer_ask(&p->answer, p->base.task.loop, &p->base.task,
	    command, &p->values);
}

void
local_hear(struct local_probe *p)
{
	const char *at = buf_str(&p->answer.text), *end;
	size_t shown = 0, all = 0, i;

	free(p->output);
	p->output = mem_strndup(at, p->answer.text.len);
	for (i = 0; i < p->answer.text.len; i++)
		if (p->output[i] == '\0')
			p->output[i] = ' ';
	p->output_line = 0;
	for (; *at != '\0'; at = end + (*end == '\n')) {
		int line;

		end = at + strcspn(at, "\n");
		all++;
		if (shown >= SHOWN_LINES)
			continue;
		shown++;
		line = transcript_add(&p->base.transcript,
		    probe_now(&p->base), LINE_SERVER, STAGE_DNS, false, at,
		    (size_t)(end - at));
		if (p->output_line == 0)
			p->output_line = line;
	}
	if (all > shown)
		probe_note(&p->base, STAGE_DNS, "(%zu more lines)",
		    all - shown);
	if (p->answer.err.kind != ERR_NONE)
		p->output_line = probe_note(&p->base, STAGE_DNS, "%s",
		    p->answer.err.text);
	else if (p->output_line == 0)
		p->output_line = probe_note(&p->base, STAGE_DNS,
		    "(says nothing, exit status %d)", p->answer.status);
}

struct policy_fact *
local_fact(struct local_probe *p, const char *id, const char *subject,
    enum tri yes, int line)
{
	struct policy_fact *f;

	p->facts = mem_grow(p->facts, p->fact_count, &p->fact_cap,
	    sizeof(*p->facts));
	f = &p->facts[p->fact_count++];
	memset(f, 0, sizeof(*f));
	snprintf(f->id, sizeof(f->id), "%s", id);
	snprintf(f->subject, sizeof(f->subject), "%s", subject);
	f->yes = yes;
	f->at = (struct ref) { p->base.number, line };
	return f;
}

void
local_speaks(struct policy_fact *f, enum cause_id cause, int weight)
{
	f->cause = cause;
	f->weight = weight;
}

void
local_end(struct local_probe *p)
{
	local_answer_clear(&p->answer);
	probe_end(&p->base, PROBE_OK, "%.200s",
	    p->fact_count > 0 ? p->facts[0].text : _("nothing to tell"));
}

/* ---- the probe ---- */

static void
clear(struct probe *probe)
{
	struct local_probe *p = container_of(probe, struct local_probe, base);

	task_stop(&probe->task);
	local_answer_clear(&p->answer);
	free(p->output);
	free(p->settings);
	free(p->services);
	free(p->overrides);
	free(p->tables);
	free(p->facts);
	p->output = p->settings = p->services = p->overrides = NULL;
	p->tables = NULL;
	p->facts = NULL;
	p->fact_count = p->fact_cap = p->table_count = 0;
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

void
local_values_of(struct local_values *v, const char *recipient,
    const char *domain, const struct addr *client)
{
	memset(v, 0, sizeof(*v));
	if (local_word_plain(domain) && dns_name_valid(domain))
		snprintf(v->domain, sizeof(v->domain), "%s", domain);
	if (local_word_plain(recipient) &&
	    strlen(recipient) < sizeof(v->recipient))
		snprintf(v->recipient, sizeof(v->recipient), "%s",
		    recipient);
	else
		snprintf(v->recipient, sizeof(v->recipient),
		    "postmaster@%s", v->domain);
	if (client->family != AF_UNSPEC)
		addr_text(client, v->client);
}

void
local_probe_start(struct local_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, enum local_product product,
    const char *recipient, const char *domain, const struct addr *client,
    const struct addr *server)
{
	static enum step (*const looks[])(struct task *) = {
		[LOCAL_POSTFIX] = local_postfix,
		[LOCAL_EXIM] = local_exim,
		[LOCAL_SENDMAIL] = local_sendmail,
	};

	p->product = product;
	p->server = addr_unmap(*server);
	p->client = addr_unmap(*client);
	local_values_of(&p->values, recipient, domain, &p->client);
	snprintf(p->base.subject, sizeof(p->base.subject),
	    _("%s on this machine"), local_product_name(product));
	probe_start(&p->base, &ops, PROBE_LOCAL, loop, parent, epoch,
	    looks[product]);
}

void
local_probe_stop(struct local_probe *p)
{
	if (p->base.task.done)
		return;
	task_stop(&p->base.task);
	local_answer_clear(&p->answer);
	probe_end(&p->base, PROBE_SKIPPED, "not awaited any longer");
}

void
local_probe_evidence(const struct local_probe *p, struct evidence *e)
{
	size_t i;

	for (i = 0; i < p->fact_count; i++)
		evidence_add_policy(e, &p->facts[i]);
}
