#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/i18n.h"
#include "net/mem.h"
#include "ui/desk.h"
#include "ui/edit.h"
#include "ui/frame.h"
#include "ui/rows.h"
#include "ui/screen/screens.h"

/*
 * The questions, all of a story on one page, with the reason under the
 * field while it is typed.
 */

#define LABEL_COL 3
#define FIELD_COL 19
#define REMARK_ROWS 12

struct questions {
	struct screen screen;
	bool more;
	struct form_item items[FORM_ITEMS];
	size_t count;
	size_t focus; /* index of an item, then the three buttons */
	struct edit edit;
	enum question_id editing; /* whose text is in `edit`; Q_COUNT: none */
	int top; /* scrolled by so many rows */
};

static struct questions *
of(struct screen *screen)
{
	return container_of(screen, struct questions, screen);
}

static struct form *
form_of(struct app *app)
{
	return &app->desk->form;
}

static void
layout(struct questions *q, struct app *app)
{
	q->count = form_items(form_of(app), q->more, q->items);
	if (q->focus > q->count + 2)
		q->focus = q->count;
}

/* Loads the text of the item in focus into the editor. */
static void
begin_edit(struct questions *q, struct app *app)
{
	enum question_id id = q->focus < q->count ?
	    q->items[q->focus].field :
	    Q_COUNT;

	if (id == q->editing)
		return;
	q->editing = id;
	if (id != Q_COUNT)
		edit_set(&q->edit, form_of(app)->text[id]);
	else
		mem_wipe(&q->edit, sizeof(q->edit));
}

static void
take_edit(struct questions *q, struct app *app)
{
	struct form *form = form_of(app);

	if (q->editing == Q_COUNT)
		return;
	snprintf(form->text[q->editing], FORM_TEXT, "%s", q->edit.text);
	/* Typing into an option's field chooses the option. */
	if (q->focus < q->count && q->items[q->focus].option >= 0 &&
	    q->edit.text[0] != '\0')
		form->choice[q->items[q->focus].question] =
		    q->items[q->focus].option;
	layout(q, app);
}

static void
move_focus(struct questions *q, struct app *app, int by)
{
	size_t n = q->count + 3;

	q->focus = (q->focus + n + (size_t)(by + (int)n)) % n;
	begin_edit(q, app);
}

/* ---- drawing ---- */

static void
draw_field(struct questions *q, const struct pane *body, int y, int col,
    const struct form *form, const struct form_item *item, bool focused)
{
	const struct question_text *text = question_text(item->field);
	const char *value = form->text[item->field];
	int width = body->cols - col - 8, i;
	size_t from = 0;
	char shown[FORM_TEXT];
	struct pane field;

	if (width < 8)
		width = body->cols - col - 1;
	snprintf(shown, sizeof(shown), "%s", value);
	for (i = 0; text->secret && shown[i] != '\0'; i++)
		shown[i] = '*';
	field = pane_inside(body, y, col, 1, width);
	/* The end that is typed stays in sight. */
	if (focused && paint_width(shown) > width - 3)
		from = q->edit.at > (size_t)(width - 3) ?
		    q->edit.at - (size_t)(width - 3) :
		    0;
	while (from > 0 && (shown[from] & 0xc0) == 0x80)
		from--;
	paint_str(&field, 0, 0, STYLE_TEXT, "[");
	{
		struct pane inner = pane_inside(&field, 0, 1, 1, width - 2);

		paint_fill(&inner, 0, STYLE_FIELD);
		paint_str(&inner, 0, 0, STYLE_FIELD, shown + from);
		if (focused) {
			char before[FORM_TEXT];

			snprintf(before, sizeof(before), "%.*s",
			    (int)(q->edit.at - from), shown + from);
			paint_cursor(&inner, 0, paint_width(before), true);
		}
	}
	paint_str(&field, 0, width - 1, STYLE_TEXT, "]");
}

static enum sign
sign_of(const struct remark *r)
{
	return r->kind == REMARK_BLOCKS ? SIGN_BAD :
	    r->kind == REMARK_NOTE	? SIGN_UNSURE :
	    r->kind == REMARK_GOOD	? SIGN_OK :
					  SIGN_NONE;
}

/* Returns the rows it took: what is wrong is never cut. */
static int
draw_remark(const struct pane *body, int y, int col, const struct remark *r,
    const char *hint)
{
	char text[700];

	if (r->suggestion[0] != '\0')
		snprintf(text, sizeof(text),
		    _("^ %s: %s meant?  (Ctrl-Y: yes)"), r->text,
		    r->suggestion);
	else if (r->text[0] != '\0')
		snprintf(text, sizeof(text), "%s%s",
		    r->kind == REMARK_BLOCKS ? "^ " : "", r->text);
	else
		snprintf(text, sizeof(text), "%s", hint);
	return paint_wrap(body, y, col, body->cols - col - 1, REMARK_ROWS,
	    r->kind == REMARK_BLOCKS	? STYLE_BAD :
		r->kind == REMARK_NOTE ? STYLE_WARN :
					 STYLE_QUIET,
	    text);
}

static bool
needs_remark(const struct remark *r, bool focused)
{
	return r->text[0] != '\0' || r->suggestion[0] != '\0' || focused;
}

/* One item at row y; returns the rows it took. */
static int
draw_item(struct questions *q, struct app *app, const struct pane *body,
    int y, size_t index)
{
	const struct form_item *item = &q->items[index];
	const struct form *form = form_of(app);
	const struct question_text *text = question_text(item->question);
	bool focused = index == q->focus, narrow = body->cols < COMPACT_COLS;
	int col = narrow ? 3 : FIELD_COL, used = 1;
	bool chosen = item->option >= 0 &&
	    form->choice[item->question] == item->option;
	struct remark remark = { 0 };

	if (item->option <= 0) {
		paint_cell(body, y, LABEL_COL, narrow ? body->cols : 15,
		    focused ? STYLE_HEAD : STYLE_TEXT, _(text->label));
		if (narrow)
			y++, used++;
	}
	if (focused)
		paint_str(body, y, 1, STYLE_SELECT, ">");
	if (item->option >= 0) {
		col += paint_text(body, y, col,
			   focused ? STYLE_SELECT : STYLE_TEXT, "%s %s",
			   chosen ? "(*)" : "( )",
			   _(text->options[item->option].label)) + 1;
		if (focused)
			paint_cursor(body, y, narrow ? 3 : FIELD_COL, false);
	}
	if (item->field == Q_COUNT || (item->option >= 0 && !chosen &&
		form->text[item->field][0] == '\0' && !focused))
		return used;
	if (item->option >= 0 && body->cols - col < 28) {
		y++, used++;
		col = narrow ? 7 : FIELD_COL + 4;
	}
	draw_field(q, body, y, col, form, item, focused);
	if (item->option >= 0 && !chosen)
		return used;
	form_check(form, item->field, &remark);
	paint_str(body, y, body->cols - 6, sign_style(sign_of(&remark)),
	    sign_text(sign_of(&remark)));
	if (!needs_remark(&remark, focused))
		return used;
	return used + draw_remark(body, y + 1, col, &remark,
	    _(question_text(item->field)->hint));
}

static void
draw_buttons(struct questions *q, const struct pane *body, int y)
{
	static const char *const names[] = { N_("< More questions >"),
		N_("< Next >"), N_("< Back >") };
	int col = 3, i;

	for (i = 0; i < 3; i++) {
		bool focused = q->focus == q->count + (size_t)i;

		if (focused)
			paint_cursor(body, y, col, false);
		col += paint_str(body, y, col,
			   focused ? STYLE_SELECT : STYLE_TEXT,
			   i == 0 && q->more ? _("< Fewer questions >") :
					       _(names[i])) + 3;
	}
}

static void
draw_heading(struct questions *q, struct app *app, const struct pane *body)
{
	const struct form *form = form_of(app);
	const char *title = _(story_text(form->story)->title);
	char place[64];
	bool apart;

	paint_cell(body, 0, 1, body->cols - 2, STYLE_HEAD, title);
	if (q->focus >= q->count)
		return;
	snprintf(place, sizeof(place), _("question %d of %d"),
	    form_question_place(form, q->more, q->items[q->focus].question),
	    form_question_count(form, q->more));
	/* In the row below where both do not fit. */
	apart = paint_width(title) + paint_width(place) + 4 > body->cols;
	paint_right(body, apart, body->cols - 1, STYLE_TEXT, place);
}

static void
draw_status(struct app *app)
{
	const struct form *form = form_of(app);
	int blocked;
	enum question_id first = form_blocked(form, &blocked);

	if (blocked > 0)
		app_status(app, i18n_plural("%d thing to correct: %s.",
			"%d things to correct: %s.", (unsigned long)blocked),
		    blocked, _(question_text(first)->label));
	else
		app_status(app, "Enter on Next shows the plan; nothing has "
				"been sent yet.");
}

static void
draw(struct screen *screen, struct app *app, const struct pane *body)
{
	struct questions *q = of(screen);
	struct pane tall = *body, clip;
	size_t i;
	int y, focus_from = 0, focus_to = 0;

	layout(q, app);
	begin_edit(q, app);
	/* Once beyond the pane to learn where things stand, then for good. */
	tall.rows = 0;
	for (i = 0, y = 0; i < q->count; i++) {
		int used = draw_item(q, app, &tall, 0, i);

		if (i == q->focus) {
			focus_from = y;
			focus_to = y + used;
		}
		y += used;
	}
	if (q->focus >= q->count)
		focus_from = focus_to = y + 2;
	clip = pane_inside(body, 2, 0, body->rows - 2, body->cols);
	if (focus_to - q->top > clip.rows)
		q->top = focus_to - clip.rows;
	if (focus_from < q->top)
		q->top = focus_from;
	if (y + 2 <= clip.rows)
		q->top = 0;
	draw_heading(q, app, body);
	for (i = 0, y = -q->top; i < q->count; i++)
		y += draw_item(q, app, &clip, y, i);
	draw_buttons(q, &clip, y + 1);
	draw_status(app);
}

/* ---- acting ---- */

static void
next(struct questions *q, struct app *app)
{
	struct screen *plan;
	int blocked;
	enum question_id first = form_blocked(form_of(app), &blocked);
	size_t i;

	if (blocked > 0) {
		for (i = 0; i < q->count; i++)
			if (q->items[i].field == first)
				q->focus = i;
		begin_edit(q, app);
		app_complain(app, "Please correct first: %s.",
		    _(question_text(first)->label));
		return;
	}
	plan = plan_screen_new(app);
	if (plan != NULL)
		app_push(app, plan);
}

static void
choose(struct questions *q, struct app *app)
{
	const struct form_item *item;

	if (q->focus >= q->count) {
		if (q->focus == q->count)
			q->more = !q->more;
		else if (q->focus == q->count + 1)
			next(q, app);
		else
			app_pop(app);
		return;
	}
	item = &q->items[q->focus];
	if (item->option >= 0)
		form_of(app)->choice[item->question] = item->option;
}

static bool
accept_suggestion(struct questions *q, struct app *app)
{
	struct remark remark;

	if (q->editing == Q_COUNT)
		return false;
	form_check(form_of(app), q->editing, &remark);
	if (remark.suggestion[0] == '\0')
		return false;
	edit_set(&q->edit, remark.suggestion);
	take_edit(q, app);
	return true;
}

static bool
key(struct screen *screen, struct app *app, int key)
{
	struct questions *q = of(screen);

	if (key == UI_CTRL('Y') && accept_suggestion(q, app))
		return true;
	if (key == UI_F1 && q->focus < q->count) {
		enum question_id id = q->items[q->focus].field != Q_COUNT ?
		    q->items[q->focus].field :
		    q->items[q->focus].question;

		app_push(app, text_screen_new(_(question_text(id)->label),
			_(question_text(id)->help)));
		return true;
	}
	if (key == UI_SPACE && q->focus < q->count &&
	    q->items[q->focus].option >= 0 && q->edit.len == 0) {
		choose(q, app);
		return true;
	}
	if (q->editing == Q_COUNT || key == UI_TAB || key == UI_ENTER ||
	    !edit_key(&q->edit, key))
		return false;
	take_edit(q, app);
	return true;
}

static bool
command(struct screen *screen, struct app *app, enum command_id command)
{
	struct questions *q = of(screen);

	switch (command) {
	case CMD_NEXT_FIELD:
	case CMD_DOWN:
		move_focus(q, app, 1);
		return true;
	case CMD_PREVIOUS_FIELD:
	case CMD_UP:
		move_focus(q, app, -1);
		return true;
	case CMD_TOGGLE:
		choose(q, app);
		return true;
	case CMD_MORE:
		q->more = !q->more;
		layout(q, app);
		return true;
	case CMD_OPEN:
		if (q->focus < q->count) {
			choose(q, app);
			next(q, app);
		} else {
			choose(q, app);
		}
		return true;
	default:
		return false;
	}
}

static bool
paste(struct screen *screen, struct app *app, const char *text, size_t n)
{
	struct questions *q = of(screen);

	if (q->editing == Q_COUNT)
		return false;
	edit_insert(&q->edit, text, n);
	take_edit(q, app);
	return true;
}

static void
close_screen(struct screen *screen)
{
	mem_wipe(&of(screen)->edit, sizeof(of(screen)->edit));
	free(of(screen));
}

static const struct offer offers[] = {
	{ CMD_NEXT_FIELD, N_("next field") },
	{ CMD_OPEN, N_("plan") },
	{ CMD_TOGGLE, N_("choose") },
	{ CMD_BACK, N_("back") },
	{ CMD_ACCEPT, NULL },
	{ CMD_PREVIOUS_FIELD, "" },
	{ CMD_UP, "" },
	{ CMD_DOWN, "" },
	{ CMD_CLEAR, "" },
	{ CMD_MORE, "" },
	{ CMD_NONE, NULL },
};

static const char *const words[] = { "envelope", "bounce", "smart host",
	"EHLO", "port 25", "submission", NULL };

const struct screen_ops questions_ops = {
	.name = N_("Questions"),
	.offers = offers,
	.words = words,
	.draw = draw,
	.command = command,
	.key = key,
	.paste = paste,
	.text = true,
	.close = close_screen,
};

struct screen *
questions_screen_new(struct app *app)
{
	struct questions *q = mem_alloc(sizeof(*q));

	q->screen.ops = &questions_ops;
	q->editing = Q_COUNT;
	layout(q, app);
	begin_edit(q, app);
	return &q->screen;
}
