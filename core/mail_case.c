#include "core/mail_case.h"

const char *
route_name(enum route route)
{
	return route == ROUTE_MX ? "mx" : "server";
}
