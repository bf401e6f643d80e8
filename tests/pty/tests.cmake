# The real program on a pseudo-terminal, its screen read by libvterm.
pkg_check_modules(VTERM REQUIRED IMPORTED_TARGET vterm)
add_executable(pty_test_wizard pty/test_wizard.c)
rt_flags(pty_test_wizard)
target_compile_definitions(pty_test_wizard PRIVATE
	RT_PROGRAM="$<TARGET_FILE:relaytrace>")
target_link_libraries(pty_test_wizard PRIVATE PkgConfig::CHECK
	PkgConfig::VTERM util)
add_test(NAME pty.wizard COMMAND pty_test_wizard)
set_tests_properties(pty.wizard PROPERTIES
	ENVIRONMENT "CK_FORK=no;LC_ALL=C.UTF-8" TIMEOUT ${RT_TEST_TIMEOUT})

add_executable(pty_test_plain pty/test_plain.c)
rt_flags(pty_test_plain)
target_compile_definitions(pty_test_plain PRIVATE
	RT_PROGRAM="$<TARGET_FILE:relaytrace>")
target_link_libraries(pty_test_plain PRIVATE PkgConfig::CHECK util)
add_test(NAME pty.plain COMMAND pty_test_plain)
set_tests_properties(pty.plain PROPERTIES
	ENVIRONMENT "CK_FORK=no;LC_ALL=C.UTF-8" TIMEOUT ${RT_TEST_TIMEOUT})
