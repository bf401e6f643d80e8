#ifndef RT_CORE_LOCAL_PROGRAMS_H
#define RT_CORE_LOCAL_PROGRAMS_H

/*
 * Which mail servers are installed on this machine, and where their
 * commands are: along PATH, as a shell would look for them, then where the
 * products put them.
 */

#include <stdbool.h>
#include <stddef.h>

enum local_product {
	LOCAL_POSTFIX,
	LOCAL_EXIM,
	LOCAL_SENDMAIL,
	LOCAL_PRODUCTS,
};

const char *local_product_name(enum local_product product);
/* Is it installed?  `root` stands before every path; "" is this machine. */
bool local_product_here(enum local_product product, const char *root);
/*
 * The path of its command, or of the one called `beside` in the same
 * folder; false if the product is not installed or the path too long.
 */
bool local_program(enum local_product product, const char *root,
    const char *beside, char *out, size_t size);
/* One line: what would be run here; false if there is no mail server. */
bool local_plan_text(char *out, size_t size);

#endif
