#include "core/policy/dkim.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

static void
ask(struct dkim *d)
{
	char name[600];
	size_t i;

	for (i = 0; i < d->count; i++) {
		snprintf(name, sizeof(name), "%s._domainkey.%s",
		    d->selectors[i].selector, d->domain);
		d->selectors[i].query = dns_ask(d->resolver, &d->task, name,
		    DNS_TXT);
	}
}

static bool
all_answered(const struct dkim *d)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		if (!dns_answered(d->selectors[i].query))
			return false;
	return true;
}

/* What is there that cannot be a key is still told to be there. */
static void
judge(struct dkim_selector *s)
{
	const struct dns_rr *rr, *key = NULL, *any = NULL;
	size_t i;

	s->found = found(s->query);
	if (s->found != FOUND_RECORDS)
		return;
	for (i = 0; (rr = dns_msg_answer(dns_answer(s->query), DNS_TXT, i)) !=
	    NULL; i++) {
		any = rr;
		if (!dkim_key_is((const char *)rr->data, rr->len))
			continue;
		if (key == NULL)
			key = rr;
		s->records++;
	}
	if (key == NULL)
		key = any;
	if (key != NULL)
		dkim_key_parse((const char *)key->data, key->len, &s->key);
}

static enum step
run(struct task *task)
{
	struct dkim *d = container_of(task, struct dkim, task);
	size_t i;

	TASK_BEGIN(task);

	ask(d);
	TASK_AWAIT(task, all_answered(d));
	for (i = 0; i < d->count; i++) {
		struct dkim_selector *s = &d->selectors[i];

		s->line = d->lines.count;
		policy_note(&d->lines, task->loop, s->query);
		judge(s);
		d->usable += s->found == FOUND_RECORDS &&
		    s->key.state == DKIM_KEY_USABLE;
	}

	TASK_END(task);
}

void
dkim_start(struct dkim *d, struct loop *loop, struct task *parent,
    struct resolver *resolver, const char *domain,
    const char *const *selectors, size_t count)
{
	size_t i;

	memset(d, 0, sizeof(*d));
	d->resolver = resolver;
	snprintf(d->domain, sizeof(d->domain), "%s", domain);
	for (i = 0; i < count && d->count < DKIM_SELECTORS; i++)
		snprintf(d->selectors[d->count++].selector, 256, "%s",
		    selectors[i]);
	task_start(&d->task, loop, parent, run);
}

void
dkim_clear(struct dkim *d)
{
	size_t i;

	task_stop(&d->task);
	for (i = 0; i < d->count; i++)
		dns_drop(d->selectors[i].query);
	d->count = 0;
	policy_lines_clear(&d->lines);
}

static const char *
key_text(const struct dkim_key *key, char *out, size_t size)
{
	switch (key->state) {
	case DKIM_KEY_REVOKED:
		snprintf(out, size, _("the key is revoked (p= is empty)"));
		break;
	case DKIM_KEY_BROKEN:
		snprintf(out, size, _("a record that no receiver can use: %s"),
		    key->problem);
		break;
	case DKIM_KEY_USABLE:
		snprintf(out, size, _("a key, %s of %d bits%s%s%s"), key->type,
		    key->bits, key->testing ?
		    _(", marked as a test (t=y): its signatures count for "
		    "nothing") : "", key->problem[0] != '\0' ? "; " : "",
		    key->problem);
		break;
	}
	return out;
}

const char *
dkim_text(const struct dkim *d, size_t i, char *out, size_t size)
{
	const struct dkim_selector *s = &d->selectors[i];
	char name[80], key[400];

	text_visible_str(s->selector, name, sizeof(name));
	switch (s->found) {
	case FOUND_RECORDS:
		snprintf(out, size, _("at selector %s: %s%s"), name,
		    s->records > 1 ? _("more than one record; ") : "",
		    key_text(&s->key, key, sizeof(key)));
		break;
	case FOUND_NONE:
	case FOUND_NO_NAME:
		snprintf(out, size, _("no key at selector %s; a message names "
		    "its own selector (s= in DKIM-Signature)"), name);
		break;
	case FOUND_FAILURE:
		snprintf(out, size, _("selector %s could not be looked up"),
		    name);
		break;
	case FOUND_UNASKED:
		snprintf(out, size, _("%s is not a selector"), name);
		break;
	}
	return out;
}
