# Warnings, hardening and sanitizers, the same for every target of ours.
function(rt_flags target)
	target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
	target_compile_options(${target} PRIVATE
		-Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes
		-Wmissing-prototypes -Wpointer-arith -Wwrite-strings
		-Wformat=2 -Wvla -Wimplicit-fallthrough
		# Texts for people are cut at their buffers on purpose.
		$<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
		-fstack-protector-strong -fno-common)
	# RelWithDebInfo defines NDEBUG; asserts stay in what users run.
	target_compile_options(${target} PRIVATE -UNDEBUG)
	target_link_options(${target} PRIVATE -Wl,-z,relro -Wl,-z,now
		-Wl,--as-needed)
	set_target_properties(${target} PROPERTIES
		POSITION_INDEPENDENT_CODE ON)
	if(RT_WERROR)
		target_compile_options(${target} PRIVATE -Werror)
	endif()
	if(CMAKE_BUILD_TYPE STREQUAL "Debug")
		target_compile_options(${target} PRIVATE -Og)
	endif()
	if(RT_SANITIZE)
		target_compile_options(${target} PRIVATE
			-fsanitize=address,undefined
			-fno-sanitize-recover=all -fno-omit-frame-pointer)
		target_link_options(${target} PRIVATE
			-fsanitize=address,undefined)
	elseif(NOT RT_FUZZ)
		target_compile_options(${target} PRIVATE
			-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
	endif()
	if(RT_FUZZ)
		target_compile_options(${target} PRIVATE
			-fsanitize=fuzzer-no-link,address,undefined
			-fno-sanitize-recover=all)
		target_link_options(${target} PRIVATE
			-fsanitize=address,undefined)
	endif()
endfunction()
