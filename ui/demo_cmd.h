#ifndef RT_UI_DEMO_CMD_H
#define RT_UI_DEMO_CMD_H

/*
 * relaytrace demo [SCENARIO]: lists the scenarios that are built in, or
 * plays one on loopback and reports what a check finds there.  argv[0] is
 * "demo".  Returns 0 when the demo was played, whatever its verdict, 2 for
 * wrong usage.
 */

int demo_command(int argc, char **argv);

#endif
