# Each tests/fuzz/fuzz_x.c feeds one pure parser, tests/fuzz/corpus/x/ holds
# inputs worth keeping: seeds, and whatever once failed. The preset fuzz
# makes libFuzzer programs (run them with a folder of their own in front of
# the corpus); everywhere else the test fuzz.x replays the corpus.
file(GLOB targets CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/fuzz_*.c)
foreach(source ${targets})
	get_filename_component(target ${source} NAME_WE)
	string(REPLACE "fuzz_" "" name ${target})
	set(corpus ${CMAKE_CURRENT_LIST_DIR}/corpus/${name})
	add_executable(${target} ${source})
	rt_flags(${target})
	target_link_libraries(${target} PRIVATE rt_ui)
	if(RT_FUZZ)
		target_link_options(${target} PRIVATE -fsanitize=fuzzer)
		add_test(NAME fuzz.${name}
			COMMAND ${target} -runs=0 ${corpus})
	else()
		target_sources(${target} PRIVATE
			${CMAKE_CURRENT_LIST_DIR}/replay.c)
		add_test(NAME fuzz.${name} COMMAND ${target} ${corpus})
	endif()
	set_tests_properties(fuzz.${name} PROPERTIES
		ENVIRONMENT "LC_ALL=C.UTF-8" TIMEOUT 120)
endforeach()
