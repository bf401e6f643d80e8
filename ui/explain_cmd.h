#ifndef RT_UI_EXPLAIN_CMD_H
#define RT_UI_EXPLAIN_CMD_H

/*
 * relaytrace explain [FILE], relaytrace explain --log FILE: reads a bounce,
 * log lines or one reply and says what they mean, without a network.
 * argv[0] is "explain"; returns the exit status of the contract: 0
 * explained, 1 read but not understood, 2 not readable or wrong usage.
 */

int explain_command(int argc, char **argv);

#endif
