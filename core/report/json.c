#include <stdlib.h>

#include "core/report/report.h"
#include "core/report/tree.h"
#include "net/buf.h"

void
report_json(const struct session *session, struct buf *out)
{
	json_t *tree = tree_of_session(session);
	char *text = tree_dump(tree);

	buf_puts(out, text);
	free(text);
	json_decref(tree);
}
