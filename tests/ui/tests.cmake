# Tests that start the program on a terminal of their own.
foreach(target ui_test_sandbox ui_test_faults)
	if(TARGET ${target})
		target_link_libraries(${target} PRIVATE util)
		add_dependencies(${target} relaytrace)
	endif()
endforeach()
