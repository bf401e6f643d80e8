#include <stdio.h>

#include "version.h"

int
main(void)
{
	puts("relaytrace " RT_VERSION);
	return 0;
}
