add_test(NAME tools.layers COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tools/layers.sh)

# Debug is built with -Og, which is enough for _FORTIFY_SOURCE.
if(RT_SANITIZE OR RT_FUZZ)
	set(fortified "")
else()
	set(fortified fortified)
endif()
add_test(NAME tools.hardening
	COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tools/hardening.sh
		$<TARGET_FILE:relaytrace> ${fortified})
