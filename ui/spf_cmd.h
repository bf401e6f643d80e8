#ifndef RT_UI_SPF_CMD_H
#define RT_UI_SPF_CMD_H

/*
 * relaytrace spf --ip=ADDRESS [--helo=NAME] SENDER: evaluate SPF and show
 * how the result came about.  argv[0] is the command's name.  Returns the
 * exit status: 0 when a result was reached, 2 for a usage error (message
 * on standard error, nothing on standard output).
 */
int spf_command(int argc, char **argv);

#endif
