#!/bin/sh
# The rooms include only downwards (ui -> core -> net), and the headers of
# the libraries stay where they belong. Prints what is wrong.
set -eu
cd "$(dirname "$0")/../.."
status=0

wrong()
{
	echo "$1:"
	echo "$2" | sed 's/^/  /'
	status=1
}

# forbid WHAT PATTERN FILES...: no file may have a line of the pattern.
forbid()
{
	what=$1 pattern=$2
	shift 2
	found=$(grep -nE "$pattern" "$@" /dev/null || true)
	[ -z "$found" ] || wrong "$what" "$found"
}

# shellcheck disable=SC2046
{
	forbid "net/ includes another room" '#include "(core|ui)/' \
		$(find net -name '*.[ch]')
	forbid "core/ includes ui/" '#include "ui/' \
		$(find core -name '*.[ch]' -o -name '*.def')
	forbid "c-ares outside of net/dns*" '#include <ares' \
		$(find net core ui -name '*.[ch]' ! -path 'net/dns*')
	forbid "GnuTLS outside of net/conn.c and net/tls*" \
		'#include <gnutls/' $(find net core ui -name '*.[ch]' \
		! -path 'net/tls*' ! -path net/conn.c)
	forbid "libgsasl outside of net/sasl*" '#include <gsasl' \
		$(find net core ui -name '*.[ch]' ! -path 'net/sasl*')
	forbid "curses outside of ui/" '#include <(n?curses|term)' \
		$(find net core -name '*.[ch]')
}
exit $status
