#ifndef RT_UI_WIZARD_CMD_H
#define RT_UI_WIZARD_CMD_H

/* relaytrace [OPTION]... [RECIPIENT]: the wizard. Returns the exit status. */

int wizard_command(int argc, char **argv);

struct credentials;
struct err;
struct loop;
struct settings;
struct world;

/*
 * The screens themselves, until the person leaves.  `world` is the demo's
 * and was started in the loop, or NULL; `kept` is the path of a saved case
 * to begin with, or NULL.  Everything is borrowed.
 */
int wizard_run(const struct settings *settings,
    const struct credentials *cred, struct loop *loop,
    const struct world *world, const char *kept, struct err *err);

#endif
