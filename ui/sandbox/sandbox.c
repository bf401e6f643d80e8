#include "ui/sandbox/sandbox.h"

#include <sys/prctl.h>

#include "net/log.h"

static bool paths, calls;

const char *
sandbox_walls(void)
{
	if (paths)
		return calls ? "landlock seccomp" : "landlock";
	return calls ? "seccomp" : "";
}

void
sandbox_enter(bool wanted, const struct sandbox_needs *needs)
{
	if (!wanted)
		return;
	/* Both walls ask for this; it also takes set-user-ID away. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		paths = sandbox_paths(needs);
		calls = sandbox_calls(needs);
	}
	log_debug("sandbox", "walls: %s", sandbox_walls());
}
