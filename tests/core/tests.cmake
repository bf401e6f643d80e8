# Tests of what asks DNS: the zone of each case stands in the test itself.
foreach(target core_test_spf core_test_fcrdns core_test_dmarc core_test_dkim
		core_test_blocklist core_test_domain_policy ui_test_spf_cmd
		ui_test_check_cmd)
	if(TARGET ${target})
		target_sources(${target} PRIVATE
			${CMAKE_CURRENT_SOURCE_DIR}/fake/zone.c)
	endif()
endforeach()
# Tests that run the program itself, against servers of their own.
foreach(target ui_test_spf_cmd ui_test_check_cmd)
	if(TARGET ${target})
		target_sources(${target} PRIVATE
			${CMAKE_CURRENT_SOURCE_DIR}/fake/dns_server.c
			${CMAKE_CURRENT_SOURCE_DIR}/fake/smtp_server.c)
		add_dependencies(${target} relaytrace)
	endif()
endforeach()

# Tests that play whole worlds share how one is played.
foreach(target core_test_worlds core_test_hostile core_test_cancel
		core_test_round_trips)
	if(TARGET ${target})
		target_sources(${target} PRIVATE
			${CMAKE_CURRENT_SOURCE_DIR}/support/world_check.c)
	endif()
endforeach()
# Every report keeps the shape that scripts rely on.
foreach(target core_test_worlds core_test_hostile core_test_cancel
		core_test_round_trips core_test_report)
	if(TARGET ${target})
		target_sources(${target} PRIVATE
			${CMAKE_CURRENT_SOURCE_DIR}/support/report_schema.c)
	endif()
endforeach()
if(TARGET core_test_login)
	target_sources(core_test_login PRIVATE
		${CMAKE_CURRENT_SOURCE_DIR}/support/sasl_server.c)
	target_link_libraries(core_test_login PRIVATE PkgConfig::GSASL)
	if(RT_GSASL_HAS_TLS_EXPORTER)
		target_compile_definitions(core_test_login PRIVATE
			RT_GSASL_HAS_TLS_EXPORTER)
	endif()
endif()
if(TARGET ui_test_demo_cmd)
	add_dependencies(ui_test_demo_cmd relaytrace)
endif()
if(TARGET core_test_hostile)
	# Hundreds of megabytes flow in it, which the sanitizers look at.
	set_tests_properties(core.hostile PROPERTIES TIMEOUT 600)
endif()
