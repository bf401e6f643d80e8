# Part of the installation below /usr, which is what a package of Debian is:
# the manual page compressed, and a changelog. ROOT, VERSION, PACKAGER and
# DATE are given.
find_program(GZIP gzip)
if(NOT GZIP)
	return()
endif()
file(WRITE ${ROOT}/share/doc/relaytrace/changelog
"relaytrace (${VERSION}) unstable; urgency=medium

  * Built from the sources of ${VERSION}.

 -- ${PACKAGER}  ${DATE}
")
execute_process(COMMAND ${GZIP} -9nf ${ROOT}/share/doc/relaytrace/changelog
	${ROOT}/share/man/man1/relaytrace.1)
