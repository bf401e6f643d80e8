# Runs PROGRAM with ARGUMENT of `help` and keeps what it prints in OUT. A
# program that fails leaves no half-written file behind.
execute_process(COMMAND ${PROGRAM} help ${ARGUMENT}
	OUTPUT_FILE ${OUT}.new RESULT_VARIABLE status)
if(NOT status EQUAL 0)
	file(REMOVE ${OUT}.new)
	message(FATAL_ERROR "${PROGRAM} help ${ARGUMENT}: ${status}")
endif()
file(RENAME ${OUT}.new ${OUT})
