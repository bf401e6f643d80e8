#ifndef RT_CORE_SETTINGS_H
#define RT_CORE_SETTINGS_H

/*
 * What the person set, by the command line or the configuration file.  One
 * table (core/settings.c) makes parsing, usage text, manual page and shell
 * completions.  Strings are owned by the settings (settings_clear frees).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "net/addr.h"
#include "net/err.h"

enum security {
	SECURITY_AUTO,     /* STARTTLS where offered; 465 TLS at once */
	SECURITY_NONE,
	SECURITY_STARTTLS, /* insist */
	SECURITY_TLS,      /* from the start */
};

enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_MARKDOWN,
	FORMAT_HTML,
	FORMAT_NAGIOS,
	FORMAT_MESSAGE,  /* to whoever must act, in plain words */
	FORMAT_COMMANDS, /* dig, openssl, swaks: the same by hand */
};

enum choice { /* --color */
	CHOICE_AUTO,
	CHOICE_ALWAYS,
	CHOICE_NEVER,
};

/* Which commands an option belongs to. */
enum command {
	COMMAND_WIZARD = 1,
	COMMAND_CHECK = 2,
	COMMAND_EXPLAIN = 4,
	COMMAND_SPF = 8,
	COMMAND_OPEN = 16,
	COMMAND_DEMO = 32,
};

/* More than the table has rows. */
#define SETTINGS_OPTIONS 80

struct string_list {
	char **items;
	size_t count, cap;
};

struct settings {
	char *from; /* NULL: not given; "" or "<>" is the null sender */
	char *server;
	char *user, *password_file, *token_file, *cert_file, *key_file;
	int password_fd; /* -1: none */
	char *mechanism; /* SASL mechanism named by the person, or NULL */
	enum security security;
	char *ca_file, *helo;
	struct addr source, sending_ip; /* family AF_UNSPEC: not given */
	struct string_list dkim_selectors, blocklists, controls, resolvers,
	    recipients;
	char *bounce;
	bool ipv4_only, ipv6_only;
	int timeout_s, patience_s; /* 0: the command's default */
	bool no_relay_test, send, dry_run, greylist_wait, local_look,
	    insecure_auth, made_up_mailbox, open_relay_forms;
	char *from_file;
	int jobs;
	enum format format;
	char *output;
	bool mask, plain, ascii, mouse, color_blind, no_osc52, no_sandbox;
	enum choice color;
	char *debug;
	char *ip;   /* spf --ip */
	char *log;  /* explain --log */
	char *config, *profile; /* configuration file and section, or NULL */
	bool help;  /* --help among the options: show the usage */
	bool given[SETTINGS_OPTIONS]; /* by row of the table; private */
};

void settings_init(struct settings *settings);
void settings_clear(struct settings *settings);

/*
 * Reads argv[1..] of one command (GNU style: --name=value, --name value,
 * -f value, "--" ends options; operands go to `recipients`).  *err names
 * the option and what is wrong with it.
 */
bool settings_parse(struct settings *settings, enum command command, int argc,
    char **argv, struct err *err);
/* True if the option (long name) was set by command line or file. */
bool settings_given(const struct settings *settings, const char *name);
/* What fits together and what not; call after the configuration. */
bool settings_check(const struct settings *settings, enum command command,
    struct err *err);

/*
 * Reads a configuration file: "option = value" lines, # comments, [profile
 * NAME] sections (NULL profile: none).  Fills only what is not yet set, so
 * the command line is read first; the profile goes before the lines above
 * the first section.  Every line is checked, also those of other sections.
 * A missing file is no error, a missing profile is.  *err names file and
 * line.
 */
bool settings_read_config(struct settings *settings, const char *path,
    const char *profile, struct err *err);
/*
 * The same for the file that --config names or, without it, for
 * $XDG_CONFIG_HOME/relaytrace/config; a file that was named must exist.
 */
bool settings_configure(struct settings *settings, struct err *err);

/* Usage, one option after the other, wrapped at 80 columns. */
void settings_usage(FILE *out, enum command command);

#endif
