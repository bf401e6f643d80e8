# tests/bench/run measures; that the program of it works is a test.
add_executable(bench_worlds ${CMAKE_CURRENT_LIST_DIR}/bench_worlds.c)
rt_flags(bench_worlds)
target_link_libraries(bench_worlds PRIVATE rt_core)
file(GLOB speed CONFIGURE_DEPENDS
	${CMAKE_CURRENT_LIST_DIR}/../worlds/speed/*.world)
add_test(NAME bench.trips COMMAND bench_worlds trips ${speed})
add_test(NAME bench.many COMMAND bench_worlds many
	${CMAKE_CURRENT_LIST_DIR}/../worlds/speed/accepted.world 50)
