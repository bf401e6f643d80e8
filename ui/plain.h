#ifndef RT_UI_PLAIN_H
#define RT_UI_PLAIN_H

struct credentials;
struct err;
struct loop;
struct settings;
struct world;

/*
 * The wizard without screens, for terminals that cannot show any; `why` is
 * the reason, or NULL where it was asked for.  Otherwise as wizard_run().
 */
int plain_run(const struct settings *settings,
    const struct credentials *cred, struct loop *loop,
    const struct world *world, const char *kept, const char *why,
    struct err *err);

#endif
