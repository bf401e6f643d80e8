#ifndef RT_UI_CHECK_CMD_H
#define RT_UI_CHECK_CMD_H

/* `relaytrace check`: probe, diagnose, report; argv[0] is "check". */
int check_command(int argc, char **argv);

#endif
