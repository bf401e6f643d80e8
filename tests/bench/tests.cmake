# tests/bench/run measures; that the program of it works is a test.
add_executable(bench_worlds ${CMAKE_CURRENT_LIST_DIR}/bench_worlds.c)
rt_flags(bench_worlds)
target_link_libraries(bench_worlds PRIVATE rt_core)
file(GLOB speed CONFIGURE_DEPENDS
	${CMAKE_CURRENT_LIST_DIR}/../worlds/speed/*.world)
add_test(NAME bench.trips COMMAND bench_worlds trips ${speed})
add_test(NAME bench.many COMMAND bench_worlds many
	${CMAKE_CURRENT_LIST_DIR}/../worlds/speed/accepted.world 50)

# Figures of the screen; bench_show is what is looked at.
pkg_check_modules(VTERM REQUIRED IMPORTED_TARGET vterm)
add_executable(bench_show ${CMAKE_CURRENT_LIST_DIR}/bench_show.c)
rt_flags(bench_show)
target_include_directories(bench_show PRIVATE ${CURSES_INCLUDE_DIRS})
target_compile_definitions(bench_show PRIVATE
	RT_PROGRAM="$<TARGET_FILE:relaytrace>")
target_link_libraries(bench_show PRIVATE rt_ui ${CURSES_LIBRARIES})
add_executable(bench_screen ${CMAKE_CURRENT_LIST_DIR}/bench_screen.c
	${CMAKE_CURRENT_LIST_DIR}/../pty/terminal.c)
rt_flags(bench_screen)
target_include_directories(bench_screen PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(bench_screen PRIVATE
	RT_PROGRAM="$<TARGET_FILE:bench_show>")
target_link_libraries(bench_screen PRIVATE PkgConfig::CHECK PkgConfig::VTERM
	util)
