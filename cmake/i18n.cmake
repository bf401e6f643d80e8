# Other languages: po/LANGUAGE.po becomes locale/LANGUAGE/LC_MESSAGES in the
# build directory, where the program finds it, and share/locale where it is
# installed. `cmake --build ... --target pot` collects the texts anew and
# brings every catalogue up to them. Without gettext the program speaks
# English.
find_package(Gettext)
find_program(XGETTEXT xgettext)
if(NOT GETTEXT_FOUND)
	message(STATUS "gettext was not found: English only")
	return()
endif()

file(GLOB catalogues CONFIGURE_DEPENDS po/*.po)
foreach(source ${catalogues})
	get_filename_component(language ${source} NAME_WE)
	set(folder ${PROJECT_BINARY_DIR}/locale/${language}/LC_MESSAGES)
	add_custom_command(OUTPUT ${folder}/relaytrace.mo
		COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
		COMMAND ${GETTEXT_MSGFMT_EXECUTABLE} --check
			--output-file=${folder}/relaytrace.mo ${source}
		DEPENDS ${source} VERBATIM)
	list(APPEND compiled ${folder}/relaytrace.mo)
	install(FILES ${folder}/relaytrace.mo DESTINATION
		${CMAKE_INSTALL_LOCALEDIR}/${language}/LC_MESSAGES)
endforeach()
add_custom_target(catalogues ALL DEPENDS ${compiled})

if(XGETTEXT)
	set(update)
	foreach(source ${catalogues})
		list(APPEND update COMMAND ${GETTEXT_MSGMERGE_EXECUTABLE}
			--quiet --update --backup=none --no-fuzzy-matching
			${source} ${PROJECT_SOURCE_DIR}/po/relaytrace.pot)
	endforeach()
	add_custom_target(pot
		COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}
			-DXGETTEXT=${XGETTEXT} -DWORK=${PROJECT_BINARY_DIR}
			-P ${PROJECT_SOURCE_DIR}/cmake/pot.cmake
		${update} VERBATIM)
endif()
