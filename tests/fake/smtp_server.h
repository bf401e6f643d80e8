#ifndef RT_TESTS_FAKE_SMTP_SERVER_H
#define RT_TESTS_FAKE_SMTP_SERVER_H

/*
 * A process that speaks SMTP on loopback, for tests that run the real
 * program.  The recipient's local part says what it gets: "good..." is
 * taken, "slow..." gets no reply at all, all others are denied as relaying.
 */

#include <sys/types.h>

/*
 * `port` becomes the one it listens at.  A byte can be read from `asked`
 * for every recipient that is not answered.  It ends with the test too.
 */
pid_t smtp_server_start(int *port, int *asked);
void smtp_server_stop(pid_t server);

#endif
