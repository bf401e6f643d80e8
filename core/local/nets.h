#ifndef RT_CORE_LOCAL_NETS_H
#define RT_CORE_LOCAL_NETS_H

/*
 * Lists as mail servers write them in their settings: networks, domains,
 * and tables that must be asked instead.  Pure.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/evidence.h"
#include "net/addr.h"

/*
 * Is the address in the network of this item ("192.0.2.0/24", "[::1]/128",
 * "2001:db8::/32", an address)?  TRI_UNKNOWN: the item is none.
 */
enum tri net_item_has(const char *item, const struct addr *addr);

/* Walks a list: the next item, trimmed and quotes taken off; NULL at the
 * end.  `text` is changed and must live as long as the items are used. */
struct list_walk {
	char *at;
	char separator; /* ',' also takes blanks (Postfix); else as Exim */
};
void list_walk_postfix(struct list_walk *walk, char *text);
/* "a : b", "<; a ; b", and "::" that stands for a colon inside an item. */
void list_walk_exim(struct list_walk *walk, char *text);
char *list_walk_next(struct list_walk *walk);

#endif
