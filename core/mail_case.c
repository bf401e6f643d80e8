#include "core/mail_case.h"

#include <stdio.h>
#include <string.h>

#include "core/bounce/explain.h"
#include "core/option_check.h"
#include "core/settings.h"
#include "core/stage.h"
#include "core/text.h"
#include "net/err.h"
#include "net/i18n.h"

const char *
route_name(enum route route)
{
	return route == ROUTE_MX ? "mx" : "server";
}

static bool
take_address(const char *what, const char *text, bool allow_null,
    struct address *out, struct err *err)
{
	char shown[120];
	struct err why = { 0 };

	if (address_parse(text, allow_null, out, &why))
		return true;
	return err_set(err, ERR_INPUT, "%s %s: %.150s", what,
	    text_visible_str(text, shown, sizeof(shown)), why.text);
}

bool
mail_case_make(struct mail_case *input, const struct settings *settings,
    const char *recipient, struct err *err)
{
	memset(input, 0, sizeof(*input));
	input->reported.stage = STAGE_COUNT;
	if (!take_address(_("recipient"), recipient, false, &input->recipient,
		err) ||
	    !take_address("--from", settings->from != NULL ? settings->from :
							     "<>",
		true, &input->sender, err))
		return false;
	if (settings->server == NULL)
		return true;
	input->route = ROUTE_SERVER;
	return host_port_parse(settings->server, input->server,
	    sizeof(input->server), &input->port, err);
}

bool
mail_case_from_entry(struct mail_case *input, const struct settings *settings,
    const struct explain_entry *entry, struct err *err)
{
	struct reported *reported = &input->reported;
	struct err ignored;

	if (!mail_case_make(input, settings, entry->recipient, err))
		return false;
	/* A sender that cannot be read is none of the person's making. */
	if (settings->from == NULL && entry->sender[0] != '\0' &&
	    !address_parse(entry->sender, true, &input->sender, &ignored))
		address_parse("<>", true, &input->sender, &ignored);
	snprintf(reported->server, sizeof(reported->server), "%s",
	    entry->server[0] != '\0' ? entry->server : entry->server_address);
	reported->code = entry->code;
	reported->enhanced = entry->enhanced;
	snprintf(reported->text, sizeof(reported->text), "%s", entry->text);
	reported->stage = entry->stage;
	return true;
}
