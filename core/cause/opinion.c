#include "core/cause/opinion.h"

#include <stdarg.h>
#include <stdio.h>

#include "net/i18n.h"

static void
add(struct opinion *o, bool supports, int weight, struct ref at,
    const char *fmt, va_list ap)
{
	struct item *item;

	o->sum += supports ? weight : -weight;
	if (o->cause.item_count >= CAUSE_ITEMS)
		return;
	item = &o->cause.items[o->cause.item_count++];
	item->supports = supports;
	item->weight = weight;
	item->at = at;
	vsnprintf(item->text, sizeof(item->text), _(fmt), ap);
}

void
opinion_for(struct opinion *o, int weight, struct ref at, const char *fmt,
    ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(o, true, weight, at, fmt, ap);
	va_end(ap);
}

void
opinion_against(struct opinion *o, int weight, struct ref at,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(o, false, weight, at, fmt, ap);
	va_end(ap);
}

void
opinion_rule_out(struct opinion *o, struct ref at, const char *fmt, ...)
{
	va_list ap;

	if (o->out)
		return;
	o->out = true;
	o->ruled_out.at = at;
	va_start(ap, fmt);
	vsnprintf(o->ruled_out.why, sizeof(o->ruled_out.why), _(fmt), ap);
	va_end(ap);
}

void
opinion_say(struct opinion *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(o->cause.summary, sizeof(o->cause.summary), _(fmt), ap);
	va_end(ap);
}

void
opinion_about(struct opinion *o, const struct server *server)
{
	snprintf(o->cause.product, sizeof(o->cause.product), "%s",
	    server->product);
	snprintf(o->cause.server, sizeof(o->cause.server), "%s",
	    server->host);
}

void
opinion_who(struct opinion *o, enum who who)
{
	o->cause.who = who;
}
