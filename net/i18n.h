#ifndef RT_NET_I18N_H
#define RT_NET_I18N_H

/*
 * The person's language, by gettext(3).  The program's own texts are
 * English and UTF-8; the catalogues (po/) turn whole sentences into others.
 *
 *   _("...")   a text for people, where it is used
 *   N_("...")  a text in a table; it is translated where it is shown
 *
 * Functions that take a format for people (err_set(), opinion_say(),
 * app_say() ...) translate it themselves, so that theirs stands without
 * mark; cmake/i18n.cmake lists them.  What programs read is never marked:
 * ids, keys and values of JSON, commands, names of settings, the transcript
 * itself.
 */

#define _(text) i18n(text)
#define N_(text) text

/*
 * The text in the person's language, or as it stands where there is no
 * translation.  Never fails; "" stays "".  What it returns lives as long as
 * the program.
 */
const char *i18n(const char *text) __attribute__((format_arg(1)));
/* The form for that number: "%zu case", "%zu cases". */
const char *i18n_plural(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));

/*
 * Takes the locale from the environment and opens its catalogue, so that
 * it can be read behind the walls of a sandbox.  The catalogues stand in
 * `locale` beside the program (as it was built) or in `../share/locale`
 * (as it was installed).
 */
void i18n_start(void);
/*
 * English from here on: for formats that programs read and that people of
 * several languages compare.
 */
void i18n_stop(void);

#endif
