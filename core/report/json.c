#include <stdlib.h>

#include "core/report/report.h"
#include "core/report/tree.h"
#include "net/buf.h"

static void
put_tree(json_t *tree, struct buf *out)
{
	char *text = tree_dump(tree);

	buf_puts(out, text);
	free(text);
	json_decref(tree);
}

/*
 * Array by array and element by element: a session with a thousand servers
 * is never a tree as a whole.
 */
void
report_json(const struct session *session, struct buf *out)
{
	json_t *element;
	const char *name;
	size_t i, k;

	put_tree(tree_of_summary(session), out);
	out->len--; /* the closing brace comes last */
	for (i = 0; (name = tree_array_name(i)) != NULL; i++) {
		buf_printf(out, ",\"%s\":[", name);
		for (k = 0; (element = tree_array_element(session, i, k)) !=
		    NULL; k++) {
			if (k > 0)
				buf_putc(out, ',');
			put_tree(element, out);
		}
		buf_putc(out, ']');
	}
	buf_putc(out, '}');
}
