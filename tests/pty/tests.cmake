# The real program on a pseudo-terminal, its screen read by libvterm.
pkg_check_modules(VTERM REQUIRED IMPORTED_TARGET vterm)
add_executable(pty_test_wizard pty/test_wizard.c pty/terminal.c)
rt_flags(pty_test_wizard)
target_include_directories(pty_test_wizard PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(pty_test_wizard PRIVATE
	RT_PROGRAM="$<TARGET_FILE:relaytrace>")
target_link_libraries(pty_test_wizard PRIVATE PkgConfig::CHECK
	PkgConfig::VTERM util)
add_test(NAME pty.wizard COMMAND pty_test_wizard)
set_tests_properties(pty.wizard PROPERTIES
	ENVIRONMENT "CK_FORK=no;LC_ALL=C.UTF-8;LANGUAGE=" TIMEOUT ${RT_TEST_TIMEOUT})

add_executable(pty_test_plain pty/test_plain.c pty/terminal.c)
rt_flags(pty_test_plain)
target_include_directories(pty_test_plain PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(pty_test_plain PRIVATE
	RT_PROGRAM="$<TARGET_FILE:relaytrace>")
target_link_libraries(pty_test_plain PRIVATE PkgConfig::CHECK
	PkgConfig::VTERM util)
add_test(NAME pty.plain COMMAND pty_test_plain)
set_tests_properties(pty.plain PROPERTIES
	ENVIRONMENT "CK_FORK=no;LC_ALL=C.UTF-8;LANGUAGE=" TIMEOUT ${RT_TEST_TIMEOUT})

# The screens as they stand in the tree; RT_UPDATE_GOLDEN=1 writes them.
add_executable(pty_test_screens pty/screens.c pty/picture.c pty/terminal.c)
rt_flags(pty_test_screens)
target_include_directories(pty_test_screens PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(pty_test_screens PRIVATE
	RT_PROGRAM="$<TARGET_FILE:relaytrace>"
	RT_SOURCE="${PROJECT_SOURCE_DIR}")
target_link_libraries(pty_test_screens PRIVATE PkgConfig::CHECK
	PkgConfig::VTERM util)
add_test(NAME pty.screens COMMAND pty_test_screens)
set_tests_properties(pty.screens PROPERTIES
	ENVIRONMENT "CK_FORK=no;LC_ALL=C.UTF-8;LANGUAGE=" TIMEOUT ${RT_TEST_TIMEOUT})
