#include "net/way_out.h"

#include <sys/socket.h>
#include <unistd.h>

bool
way_out(const struct addr *to, struct addr *from)
{
	struct addr there = *to;
	struct sockaddr_storage ss;
	socklen_t len;
	bool good;
	int fd;

	if (there.port == 0)
		there.port = 53;
	fd = socket(there.family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	len = addr_to_sockaddr(&there, &ss);
	good = connect(fd, (struct sockaddr *)&ss, len) == 0;
	len = sizeof(ss);
	good = good && getsockname(fd, (struct sockaddr *)&ss, &len) == 0 &&
	    addr_from_sockaddr((struct sockaddr *)&ss, from);
	close(fd);
	return good;
}
