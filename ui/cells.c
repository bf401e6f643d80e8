#include "ui/cells.h"

#include <stdio.h>
#include <string.h>

#include "core/evidence.h"
#include "core/probe/smtp_probe.h"
#include "core/session.h"
#include "net/i18n.h"

const char *
cell_name(enum cell_stage stage)
{
	static const char *const names[] = { N_("connect"), N_("greeting"),
		"EHLO", "TLS", "AUTH", "MAIL", "RCPT" };

	return _(names[stage]);
}

static void
from_answer(struct cell *cell, const struct answer *a)
{
	if (a == NULL || a->code == 0)
		return;
	cell->sign = a->code / 100 == 2 ? SIGN_OK : SIGN_BAD;
	cell->ms = a->ms;
	cell->code = a->code;
	cell->line = a->line;
	snprintf(cell->text, sizeof(cell->text), "%d %.120s", a->code,
	    a->text);
}

/* Which column a stage of the conversation stands in. */
static enum cell_stage
column(enum stage stage)
{
	switch (stage) {
	case STAGE_DNS:
	case STAGE_CONNECT: return CELL_CONNECT;
	case STAGE_BANNER: return CELL_GREETING;
	case STAGE_EHLO: return CELL_EHLO;
	case STAGE_STARTTLS:
	case STAGE_TLS: return CELL_TLS;
	case STAGE_AUTH: return CELL_AUTH;
	case STAGE_MAIL: return CELL_MAIL;
	default: return CELL_RCPT;
	}
}

static void
tls_cell(const struct smtp_probe *p, struct cell *cell)
{
	cell->line = p->tls_line;
	if (p->tls_failed) {
		cell->sign = SIGN_BAD;
		snprintf(cell->text, sizeof(cell->text), "%.159s",
		    p->tls_error);
	} else if (p->tls_established) {
		cell->sign = p->tls != NULL && !p->tls->trusted ?
		    SIGN_UNSURE :
		    SIGN_OK;
		snprintf(cell->text, sizeof(cell->text), "%s %.120s",
		    p->tls != NULL ? p->tls->version : "TLS",
		    p->tls != NULL ? p->tls->why : "");
	} else if (p->have_ehlo && !p->tls_offered) {
		cell->sign = SIGN_ABSENT;
		snprintf(cell->text, sizeof(cell->text), _("not offered"));
	}
}

static void
auth_cell(const struct smtp_probe *p, struct cell *cell)
{
	const struct smtp_ehlo *ehlo = smtp_probe_ehlo(p);

	from_answer(cell, p->answers[ASK_AUTH]);
	if (p->logged_in)
		cell->sign = SIGN_OK;
	if (cell->sign != SIGN_NONE || ehlo == NULL)
		return;
	cell->sign = SIGN_ABSENT;
	snprintf(cell->text, sizeof(cell->text), "%s",
	    ehlo->mech_count == 0	  ? _("not offered") :
		p->auth_skipped[0] != '\0' ? p->auth_skipped :
					    _("offered, not used"));
}

static void
from_probe(const struct smtp_probe *p, struct cell cells[CELL_COUNT])
{
	enum cell_stage here;

	if (p->stage > STAGE_CONNECT && p->lost_at != STAGE_CONNECT) {
		cells[CELL_CONNECT].sign = SIGN_OK;
		cells[CELL_CONNECT].ms = p->connect_taken_ms;
		cells[CELL_CONNECT].line = 1;
	}
	from_answer(&cells[CELL_GREETING], p->answers[ASK_BANNER]);
	from_answer(&cells[CELL_EHLO], p->answers[ASK_EHLO]);
	tls_cell(p, &cells[CELL_TLS]);
	auth_cell(p, &cells[CELL_AUTH]);
	from_answer(&cells[CELL_MAIL], p->answers[ASK_MAIL]);
	from_answer(&cells[CELL_RCPT], p->answers[ASK_TARGET]);
	if (p->error.kind != ERR_NONE && p->lost_line != 0) {
		here = column(p->lost_at);
		cells[here].sign = p->skipped ? SIGN_UNSURE : SIGN_BAD;
		cells[here].line = p->lost_line;
		snprintf(cells[here].text, sizeof(cells[here].text), "%.159s",
		    p->error.text);
	} else if (!p->base.task.done && !p->decided) {
		here = column(p->stage);
		if (cells[here].sign == SIGN_NONE)
			cells[here].sign = SIGN_RUNNING;
	}
}

static void
from_server(const struct server *s, struct cell cells[CELL_COUNT])
{
	enum cell_stage end = column(s->stage), i;

	for (i = CELL_CONNECT; i < end; i++)
		cells[i].sign = SIGN_OK;
	if (end > CELL_TLS)
		cells[CELL_TLS].sign = s->tls_established == TRI_YES ? SIGN_OK :
		    s->tls_offered == TRI_NO ? SIGN_ABSENT :
					       SIGN_NONE;
	if (end > CELL_AUTH)
		cells[CELL_AUTH].sign = SIGN_ABSENT;
	if (s->result == RESULT_SKIPPED)
		return;
	cells[end].sign = s->result == RESULT_ACCEPTED ? SIGN_OK : SIGN_BAD;
	cells[end].code = s->code;
	cells[end].line = s->at.line;
	if (s->code != 0)
		snprintf(cells[end].text, sizeof(cells[end].text),
		    "%d %.120s", s->code, s->text);
	else
		snprintf(cells[end].text, sizeof(cells[end].text), "%.150s",
		    s->text);
}

void
cells_of(const struct probe *probe, const struct server *server,
    struct cell cells[CELL_COUNT])
{
	const struct smtp_probe *smtp = probe != NULL ? probe_smtp(probe) :
							NULL;
	int i;

	memset(cells, 0, sizeof(*cells) * CELL_COUNT);
	for (i = 0; i < CELL_COUNT; i++)
		cells[i].ms = -1;
	if (smtp != NULL)
		from_probe(smtp, cells);
	else if (server != NULL)
		from_server(server, cells);
}

enum sign
cells_sign(const struct cell cells[CELL_COUNT])
{
	enum sign worst = SIGN_NONE;
	int i;

	for (i = 0; i < CELL_COUNT; i++) {
		if (cells[i].sign == SIGN_RUNNING)
			return SIGN_RUNNING;
		if (cells[i].sign == SIGN_BAD)
			worst = SIGN_BAD;
		else if (cells[i].sign == SIGN_OK && worst == SIGN_NONE)
			worst = SIGN_OK;
	}
	return worst;
}
