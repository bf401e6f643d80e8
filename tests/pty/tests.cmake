# The real program on a pseudo-terminal, its screen read by libvterm.
pkg_check_modules(VTERM REQUIRED IMPORTED_TARGET vterm)

function(rt_pty_test name)
	set(target pty_test_${name})
	add_executable(${target} ${ARGN} pty/terminal.c)
	rt_flags(${target})
	target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
	target_compile_definitions(${target} PRIVATE
		RT_PROGRAM="$<TARGET_FILE:relaytrace>"
		RT_SOURCE="${PROJECT_SOURCE_DIR}")
	target_link_libraries(${target} PRIVATE PkgConfig::CHECK
		PkgConfig::VTERM util)
	add_dependencies(${target} relaytrace)
	add_test(NAME pty.${name} COMMAND ${target})
	set_tests_properties(pty.${name} PROPERTIES
		ENVIRONMENT "CK_FORK=no;LC_ALL=C.UTF-8;LANGUAGE="
		TIMEOUT ${RT_TEST_TIMEOUT})
endfunction()

rt_pty_test(wizard pty/test_wizard.c)
rt_pty_test(cases pty/test_cases.c)
rt_pty_test(plain pty/test_plain.c)
# The screens as they stand in the tree; RT_UPDATE_GOLDEN=1 writes them.
rt_pty_test(screens pty/screens.c pty/picture.c)
