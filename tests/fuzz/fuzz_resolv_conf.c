/* resolv.conf: at most as many servers as asked for, all of them real. */
#include <stdlib.h>
#include <sys/socket.h>

#include "as_file.h"
#include "fuzz.h"
#include "net/dns.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct addr servers[RESOLVER_SERVERS];
	struct err err = { 0 };
	size_t i, count = resolver_read_conf(as_file(bytes, n), servers,
	    RESOLVER_SERVERS, &err);

	if (count > RESOLVER_SERVERS || (count == 0 && err.text[0] == '\0'))
		abort();
	for (i = 0; i < count; i++)
		if (servers[i].family == AF_UNSPEC || servers[i].port != 53)
			abort();
	return 0;
}
