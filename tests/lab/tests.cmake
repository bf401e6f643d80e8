# The lab starts some twenty hosts with real servers; alone, so that the
# timing of the other tests and its own stay what they are.
find_package(Python3 COMPONENTS Interpreter REQUIRED)

add_test(NAME lab COMMAND ${Python3_EXECUTABLE}
	${CMAKE_CURRENT_SOURCE_DIR}/lab/lab run
	--program $<TARGET_FILE:relaytrace>
	--logs ${CMAKE_BINARY_DIR}/lab-logs)
set_tests_properties(lab PROPERTIES
	RUN_SERIAL TRUE SKIP_RETURN_CODE 77 TIMEOUT 900)
