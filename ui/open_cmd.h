#ifndef RT_UI_OPEN_CMD_H
#define RT_UI_OPEN_CMD_H

/* `relaytrace open`: a saved case or JSON report; argv[0] is "open". */
int open_command(int argc, char **argv);

#endif
