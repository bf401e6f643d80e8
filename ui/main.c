#include <sys/resource.h>

#include "ui/cli.h"

/* A large domain has hundreds of servers, all of them asked at once. */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max < 8192 ? limit.rlim_max : 8192;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int
main(int argc, char **argv)
{
	raise_descriptor_limit();
	return cli_main(argc, argv);
}
