#!/bin/sh
# The program keeps what the compiler and the linker can do against its
# bugs. Usage: hardening.sh PROGRAM [fortified]
set -eu
program=$1
status=0

wrong()
{
	echo "$program: $1"
	status=1
}

header=$(readelf -hW "$program")
segments=$(readelf -lW "$program")
dynamic=$(readelf -dW "$program")
# What it takes from libraries, by name.
symbols=$(readelf -sW --dyn-syms "$program" | sed 's/@.*//')

echo "$header" | grep -q 'Type: *DYN' || wrong "is at a fixed address (no PIE)"
echo "$segments" | grep -q GNU_RELRO || wrong "has no RELRO"
echo "$dynamic" | grep -qE 'BIND_NOW|FLAGS.* NOW' ||
	wrong "binds lazily (no -z now)"
echo "$segments" | grep GNU_STACK | grep -q 'RWE' &&
	wrong "has an executable stack"
echo "$segments" | grep LOAD | grep -q 'RWE' &&
	wrong "has a segment to write and execute"
echo "$dynamic" | grep -qE 'R(UN)?PATH' && wrong "names a library folder"
echo "$symbols" | grep -q '__stack_chk_fail' || wrong "has no stack protector"
if [ "${2:-}" = fortified ]; then
	echo "$symbols" | grep -qE '__(memcpy|snprintf|vsnprintf)_chk' ||
		wrong "is not fortified"
fi
exit $status
