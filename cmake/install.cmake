# What a system gets: the program, its manual page and shell completions.
# Both texts come from the tables that the program parses its options by;
# so the program itself writes them, right after it was linked.

set(RT_PAGES ${PROJECT_BINARY_DIR}/pages)
file(MAKE_DIRECTORY ${RT_PAGES})

function(rt_page file argument)
	add_custom_command(OUTPUT ${RT_PAGES}/${file}
		COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:relaytrace>
			-DARGUMENT=${argument} -DOUT=${RT_PAGES}/${file}
			-P ${PROJECT_SOURCE_DIR}/cmake/generate.cmake
		DEPENDS relaytrace ${PROJECT_SOURCE_DIR}/cmake/generate.cmake
		VERBATIM)
	set_property(GLOBAL APPEND PROPERTY RT_PAGE_FILES ${RT_PAGES}/${file})
endfunction()

rt_page(relaytrace.1 --man)
rt_page(relaytrace.bash --completion=bash)
rt_page(_relaytrace --completion=zsh)
rt_page(relaytrace.fish --completion=fish)

get_property(pages GLOBAL PROPERTY RT_PAGE_FILES)
add_custom_target(pages ALL DEPENDS ${pages})

install(TARGETS relaytrace DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${RT_PAGES}/relaytrace.1
	DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${RT_PAGES}/relaytrace.bash RENAME relaytrace
	DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
# Below /usr zsh looks where packages put theirs, elsewhere where sites do.
install(CODE "
	if(CMAKE_INSTALL_PREFIX MATCHES \"^/usr/?$\")
		set(functions vendor-completions)
	else()
		set(functions site-functions)
	endif()
	file(INSTALL ${RT_PAGES}/_relaytrace DESTINATION
		\"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/zsh/\${functions}\")
")
install(FILES ${RT_PAGES}/relaytrace.fish
	DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES cmake/copyright
	DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/relaytrace)

# `cpack` in the build directory: a package of Debian whose dependencies
# dpkg-shlibdeps reads from the program.
set(CPACK_GENERATOR DEB)
# CPack passes no quotation marks on, and the project's own line has some.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
	"says why mail was refused with relaying denied")
set(CPACK_PACKAGE_NAME relaytrace)
# Whoever builds a package answers for it.
if(DEFINED ENV{DEBEMAIL})
	set(RT_PACKAGER "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
else()
	cmake_host_system_information(RESULT host QUERY FQDN)
	set(RT_PACKAGER "The administrator of ${host} <root@${host}>")
endif()
set(CPACK_PACKAGE_CONTACT "${RT_PACKAGER}" CACHE STRING
	"Maintainer of the package: NAME <ADDRESS>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
string(TIMESTAMP RT_BUILT "%a, %d %b %Y %H:%M:%S +0000" UTC)
install(CODE "
	if(CMAKE_INSTALL_PREFIX MATCHES \"^/usr/?$\")
		set(ROOT \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
		set(VERSION \"${PROJECT_VERSION}\")
		set(PACKAGER \"${RT_PACKAGER}\")
		set(DATE \"${RT_BUILT}\")
		include(\"${PROJECT_SOURCE_DIR}/cmake/debian.cmake\")
	endif()
")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_PACKAGE_DESCRIPTION
	"Probes the servers on the way of one mail, shows the dialogue line by\nline, and says who must change what so that it is taken.")
include(CPack)
