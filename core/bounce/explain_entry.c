#include "core/bounce/explain_entry.h"

#include <stdio.h>
#include <string.h>

#include "core/bounce/log.h"
#include "core/bounce/mime.h"
#include "core/bounce/source.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/i18n.h"
#include "net/mem.h"

struct explain_entry *
explain_entry_for(struct explanation *e, const char *recipient)
{
	struct explain_entry *entry;
	size_t i;

	for (i = 0; i < e->count && recipient[0] != '\0'; i++)
		if (mailbox_same(e->entries[i].recipient, recipient))
			return &e->entries[i];
	if (e->count >= EXPLAIN_ENTRIES_MAX) {
		e->truncated = true;
		return NULL;
	}
	e->entries = mem_grow(e->entries, e->count, &e->cap,
	    sizeof(*e->entries));
	entry = &e->entries[e->count++];
	memset(entry, 0, sizeof(*entry));
	entry->stage = STAGE_COUNT;
	entry->product = "";
	snprintf(entry->recipient, sizeof(entry->recipient), "%s", recipient);
	return entry;
}

void
explain_entry_reply(struct explain_entry *entry,
    const struct found_reply *reply, enum explain_source source)
{
	entry->code = reply->code;
	entry->enhanced = reply->enhanced;
	snprintf(entry->text, sizeof(entry->text), "%.*s",
	    (int)sizeof(entry->text) - 1, reply->text);
	entry->reply_source = source;
}

static void
set_server(struct explain_entry *entry, const char *host,
    const char *address, enum explain_source source)
{
	if (host[0] == '\0' || entry->server[0] != '\0')
		return;
	memcpy(entry->server, host, sizeof(entry->server));
	memcpy(entry->server_address, address, sizeof(entry->server_address));
	entry->server_source = source;
}

static bool
is_specific(const struct enhanced *e)
{
	return e->class != 0 && (e->subject != 0 || e->detail != 0);
}

/* The words for people complete what the fields left open. */
static void
complete(struct explain_entry *entry, const struct text_entry *said)
{
	struct found_reply now = { .code = entry->code };
	bool better;

	snprintf(now.text, sizeof(now.text), "%s", entry->text);
	better = (entry->code == 0 && said->reply.code != 0) ||
	    (entry->text[0] == '\0' && said->reply.text[0] != '\0') ||
	    (reply_is_echo(&now) && said->has_reply &&
	    !reply_is_echo(&said->reply));
	if (!better && entry->code == 0 && !is_specific(&entry->enhanced))
		better = is_specific(&said->reply.enhanced);
	if (better) {
		struct enhanced status = entry->enhanced;

		explain_entry_reply(entry, &said->reply, SOURCE_LAYOUT);
		if (entry->enhanced.class == 0 || (is_specific(&status) &&
		    !is_specific(&entry->enhanced)))
			entry->enhanced = status;
	} else if (said->reply.code != 0 && said->reply.code != entry->code) {
		return; /* of another attempt, at another server */
	}
	if (entry->stage == STAGE_COUNT)
		entry->stage = said->stage;
	set_server(entry, said->host, said->address, SOURCE_LAYOUT);
}

/* Whose message it was, from the best place that says so. */
static void
set_sender(const struct source *s, struct explain_entry *entry)
{
	const char *from = "", *to;
	enum explain_source source = SOURCE_LAYOUT;
	char mailbox[MAILBOX_MAX];

	if (s->dsn.sender[0] != '\0') {
		from = s->dsn.sender;
		source = SOURCE_FIELD;
	} else if (s->text.sender[0] != '\0') {
		from = s->text.sender;
	} else if (s->returned_null) {
		entry->null_sender = true;
		entry->sender_source = SOURCE_FIELD;
		return;
	} else if (s->returned_from[0] != '\0') {
		from = s->returned_from;
		source = SOURCE_FIELD;
	} else {
		/* A bounce goes to the envelope sender. */
		to = mime_header(s->headers, "to");
		if (s->from_daemon && to != NULL &&
		    mailbox_of_field(to, mailbox)) {
			from = mailbox;
			source = SOURCE_GUESS;
		}
	}
	if (from[0] == '\0' || mailbox_same(from, entry->recipient))
		return;
	snprintf(entry->sender, sizeof(entry->sender), "%s", from);
	entry->sender_source = source;
}

static const char *
reporting(const struct source *s)
{
	return s->dsn.reporting_mta[0] != '\0' ? s->dsn.reporting_mta :
	    s->text.reporting_mta;
}

/* What every entry of a bounce gets once its own facts are in. */
static void
finish(const struct source *s, struct explain_entry *entry)
{
	const char *mta = reporting(s);

	set_sender(s, entry);
	snprintf(entry->reporting_mta, sizeof(entry->reporting_mta), "%s",
	    mta);
	if (entry->server[0] == '\0' && mta[0] != '\0') {
		/* Nobody else is named: the reporter refused it himself. */
		snprintf(entry->server, sizeof(entry->server), "%s", mta);
		entry->server_source = SOURCE_GUESS;
	}
	if (entry->action == DSN_NONE)
		entry->action = s->text.delayed ? DSN_DELAYED : DSN_FAILED;
}

/* The one address of X-Failed-Recipients, where it names one. */
static bool
header_recipient(const struct source *s, char *out)
{
	const char *value = mime_header(s->headers, "x-failed-recipients");

	return value != NULL && strchr(value, ',') == NULL &&
	    mailbox_find(value, out) != NULL;
}

/* The name of the recipient that the fields mean. */
static const char *
field_recipient(const struct source *s, const struct dsn_recipient *r,
    char *room)
{
	/* An address inside a system says less than the one outside. */
	if (s->text.rewritten &&
	    strchr(mailbox_domain(r->original), '.') != NULL)
		return r->original;
	if (strchr(mailbox_domain(r->final), '.') != NULL)
		return r->final;
	if (strchr(mailbox_domain(r->original), '.') != NULL)
		return r->original;
	if (s->text.count == 1 && !s->text.entries[0].weak)
		return s->text.entries[0].recipient;
	if (s->dsn.count == 1 && header_recipient(s, room))
		return room;
	if (s->text.count == 1)
		return s->text.entries[0].recipient;
	if (s->dsn.count == 1 && s->returned_to[0] != '\0')
		return s->returned_to;
	return r->final[0] != '\0' ? r->final : r->original;
}

static void
add_field_entry(struct explanation *e, const struct source *s,
    const struct dsn_recipient *r)
{
	char room[MAILBOX_MAX];
	struct explain_entry *entry = explain_entry_for(e,
	    field_recipient(s, r, room));
	const struct text_entry *said;

	if (entry == NULL || entry->recipient_source != SOURCE_NONE)
		return;
	entry->recipient_source = SOURCE_FIELD;
	if (strchr(r->original, '@') != NULL &&
	    !mailbox_same(r->original, entry->recipient))
		memcpy(entry->original, r->original, sizeof(r->original));
	entry->action = r->action;
	if (r->has_reply)
		explain_entry_reply(entry, &r->reply, SOURCE_FIELD);
	if (!is_specific(&entry->enhanced) && r->status.class != 0)
		entry->enhanced = r->status;
	if (r->has_reply && entry->stage == STAGE_COUNT)
		entry->stage = stage_find(r->reply.text);
	set_server(entry, r->remote_mta, r->remote_address, SOURCE_FIELD);
	said = text_report_entry(&s->text, entry->recipient);
	if (said == NULL && r->original[0] != '\0')
		said = text_report_entry(&s->text, r->original);
	if (said == NULL && s->text.count == 1 && s->dsn.count == 1)
		said = &s->text.entries[0];
	if (said != NULL)
		complete(entry, said);
	if (s->text.has_session)
		complete(entry, &s->text.session);
	if (s->text.has_loose && s->dsn.count == 1)
		complete(entry, &s->text.loose);
	finish(s, entry);
}

/* True when the fields name somebody who did not get the message. */
bool
explain_from_fields(struct explanation *e, const struct source *s)
{
	size_t i;

	for (i = 0; i < s->dsn.count; i++) {
		const struct dsn_recipient *r = &s->dsn.recipients[i];

		if (r->action == DSN_DELIVERED || r->action == DSN_RELAYED ||
		    r->action == DSN_EXPANDED) {
			snprintf(e->note, sizeof(e->note),
			    /* TRANSLATORS: delivered, relayed or expanded */
			    _("a notice that the message was %s"),
			    _(dsn_action_name(r->action)));
			continue;
		}
		add_field_entry(e, s, r);
	}
	return e->count > 0;
}

static void
add_text_entry(struct explanation *e, const struct source *s,
    const struct text_entry *said, const char *recipient,
    enum explain_source source)
{
	struct explain_entry *entry = explain_entry_for(e, recipient);

	if (entry == NULL)
		return;
	if (entry->recipient_source == SOURCE_NONE)
		entry->recipient_source = source;
	if (said != NULL) {
		if (entry->reply_source == SOURCE_NONE)
			explain_entry_reply(entry, &said->reply, SOURCE_LAYOUT);
		if (entry->stage == STAGE_COUNT)
			entry->stage = said->stage;
		set_server(entry, said->host, said->address, SOURCE_LAYOUT);
	}
	finish(s, entry);
}

/* One X-Failed-Recipients (Exim, Google): "a@b, c@d". */
static void
take_failed(struct explanation *e, const struct source *s, const char *value)
{
	char recipient[MAILBOX_MAX];
	const struct text_entry *said;
	size_t steps;

	for (steps = 0; steps < EXPLAIN_ENTRIES_MAX; steps++) {
		value = mailbox_find(value, recipient);
		if (value == NULL)
			break;
		value += strlen(recipient);
		said = text_report_entry(&s->text, recipient);
		if (said == NULL && s->text.count == 1)
			said = &s->text.entries[0];
		/* The words around the reply are nearer to it. */
		if (said != NULL && said->has_reply && s->text.count == 1 &&
		    strchr(value, ',') == NULL &&
		    strchr(said->recipient, '@') != NULL)
			memcpy(recipient, said->recipient, sizeof(recipient));
		if (said == NULL && s->text.has_loose)
			said = &s->text.loose;
		add_text_entry(e, s, said, recipient, SOURCE_FIELD);
	}
}

/* Exim begins another of these fields after each fifty recipients. */
bool
explain_from_header(struct explanation *e, const struct source *s)
{
	size_t i;

	for (i = 0; i < s->headers->count; i++)
		if (strcmp(s->headers->fields[i].name,
		    "x-failed-recipients") == 0)
			take_failed(e, s, s->headers->fields[i].value);
	return e->count > 0;
}

/*
 * Only a name is given: it is the one that the returned message was for,
 * or has a mailbox at the host that reports.
 */
static void
add_named_entry(struct explanation *e, const struct source *s,
    const struct text_entry *said)
{
	const char *from = mime_header(s->headers, "from");
	char host[MAILBOX_MAX] = "", full[2 * MAILBOX_MAX];
	size_t n = strlen(said->recipient);

	if (text_istarts(s->returned_to, said->recipient) &&
	    s->returned_to[n] == '@') {
		add_text_entry(e, s, said, s->returned_to, SOURCE_GUESS);
		return;
	}
	if (from == NULL || !mailbox_of_field(from, host))
		return;
	snprintf(full, sizeof(full), "%s@%s", said->recipient,
	    mailbox_domain(host));
	if (strlen(full) < MAILBOX_MAX)
		add_text_entry(e, s, said, full, SOURCE_GUESS);
}

bool
explain_from_words(struct explanation *e, const struct source *s)
{
	const struct text_report *t = &s->text;
	const char *subject = mime_header(s->headers, "subject");
	bool coded = false, others = false, failing = t->failing;
	bool named = false, list = false;
	const struct text_entry *only;
	size_t i;

	if (s->from_daemon && subject != NULL)
		failing = failing || text_tells_failure(subject);

	for (i = 0; i < t->count; i++) {
		coded = coded || t->entries[i].has_reply;
		others =
		    others || !source_is_addressee(s, t->entries[i].recipient);
		named = named || !t->entries[i].header;
		list = list || (t->entries[i].listed &&
		    t->entries[i].failing);
	}
	/* Any address was taken: the returned message knows which it is. */
	if (t->eager && t->count > 1 && !coded &&
	    (only = text_report_entry(t, s->returned_to)) != NULL) {
		add_text_entry(e, s, only, s->returned_to, SOURCE_LAYOUT);
		return true;
	}
	/* Only "To:" lines: that of the returned message is surer. */
	if (t->count > 0 && !named && s->returned_to[0] != '\0')
		return explain_from_returned(e, s);
	for (i = 0; i < t->count; i++) {
		const struct text_entry *said = &t->entries[i];

		if (named && said->header)
			continue;
		/* A list of bare names, and addresses in the advice below. */
		if (t->eager && t->entries[0].no_domain &&
		    t->entries[0].failing && !said->no_domain &&
		    !said->has_reply)
			continue;
		/*
		 * Where some have a reply, names without one are chance,
		 * but for those in the same list.
		 */
		if (coded && !said->has_reply && !said->failing &&
		    !(list && said->listed))
			continue;
		if (!coded && !said->failing && !failing)
			continue;
		if (s->letter && !said->has_reply &&
		    (said->prose || !said->failing))
			continue;
		if (others && !said->has_reply &&
		    source_is_addressee(s, said->recipient))
			continue;
		if (said->no_domain)
			add_named_entry(e, s, said);
		else
			add_text_entry(e, s, said, said->recipient,
			    SOURCE_LAYOUT);
	}
	return e->count > 0;
}

/* Nobody is named: who the returned message was for. */
bool
explain_from_returned(struct explanation *e, const struct source *s)
{
	const struct text_report *t = &s->text;

	if (s->returned_to[0] == '\0' || !(t->has_loose || t->failing) ||
	    (s->letter && !t->has_loose))
		return false;
	add_text_entry(e, s, t->has_loose ? &t->loose : NULL, s->returned_to,
	    SOURCE_GUESS);
	return e->count > 0;
}

void
explain_entry_of_refusal(struct explain_entry *entry,
    const struct log_refusal *refusal)
{
	const char *server = refusal->server[0] != '\0' ? refusal->server :
	    refusal->logger;

	memset(entry, 0, sizeof(*entry));
	memcpy(entry->recipient, refusal->recipient,
	    sizeof(entry->recipient));
	entry->recipient_source = SOURCE_FIELD;
	explain_entry_reply(entry, &refusal->reply, SOURCE_FIELD);
	entry->stage = refusal->stage;
	entry->action = refusal->delayed ? DSN_DELAYED : DSN_FAILED;
	memcpy(entry->sender, refusal->sender, sizeof(entry->sender));
	entry->null_sender = refusal->has_sender &&
	    refusal->sender[0] == '\0';
	entry->sender_source = refusal->has_sender ? SOURCE_FIELD :
	    SOURCE_NONE;
	snprintf(entry->server, sizeof(entry->server), "%s", server);
	entry->server_source = server[0] != '\0' ? SOURCE_FIELD :
	    SOURCE_NONE;
	memcpy(entry->reporting_mta, refusal->logger,
	    sizeof(entry->reporting_mta));
	memcpy(entry->when, refusal->when, sizeof(entry->when));
	entry->product = refusal->incoming ? refusal->product : "";
}
