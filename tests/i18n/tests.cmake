# The catalogues: complete, with the right places in every sentence, and
# used by the program as it is built and as it is installed.
if(NOT GETTEXT_FOUND OR NOT XGETTEXT)
	return()
endif()
find_program(MSGCMP msgcmp)
add_test(NAME i18n.template COMMAND ${CMAKE_COMMAND}
	-DROOT=${PROJECT_SOURCE_DIR} -DXGETTEXT=${XGETTEXT}
	-DWORK=${CMAKE_CURRENT_BINARY_DIR} -DCHECK=ON
	-P ${PROJECT_SOURCE_DIR}/cmake/pot.cmake)
foreach(source ${catalogues})
	get_filename_component(language ${source} NAME_WE)
	# A text that is missing, not translated or only guessed at fails.
	add_test(NAME i18n.${language}.complete COMMAND ${MSGCMP}
		${source} ${PROJECT_SOURCE_DIR}/po/relaytrace.pot)
	add_test(NAME i18n.${language}.format
		COMMAND ${GETTEXT_MSGFMT_EXECUTABLE} --check
			--output-file=/dev/null ${source})
endforeach()
add_test(NAME i18n.unmarked COMMAND ${CMAKE_CURRENT_LIST_DIR}/unmarked
	${XGETTEXT} ${PROJECT_SOURCE_DIR})
add_test(NAME i18n.run COMMAND ${CMAKE_CURRENT_LIST_DIR}/run
	$<TARGET_FILE:relaytrace>
	${PROJECT_BINARY_DIR}/locale/de/LC_MESSAGES/relaytrace.mo)
