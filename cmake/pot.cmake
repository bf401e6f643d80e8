# All texts for people, collected from the sources into po/relaytrace.pot:
#   cmake -DROOT=... -DXGETTEXT=... -DWORK=... [-DCHECK=ON] -P pot.cmake
# With CHECK nothing is written; it fails where the file is not up to date.

# Functions that translate the format they are given, and where it stands.
# A text that is chosen there by ?: needs its _() all the same.
set(speakers
	add:7 app_complain:2 app_say:2 app_status:2 because:2 broken:2
	complain:1 err_set:3 err_sys:3 opinion_against:4 opinion_for:4
	opinion_rule_out:3 opinion_say:2 parse_fail:2 plain_say:1 probe_end:3
	probe_note:3 problem:2 smtp_say_broken:2 spf_stop:3 spf_trace_note:3
	transcript_annotate:3)
# Columns of tables that are translated where they are shown. xgettext takes
# one of a row, so that a second one is fetched by a second pass.
set(columns CAUSE:4 COMMAND:5 FIX:4 MEANWHILE:2 REPLY_NOT:2 TERM:2
	leave_out:2)
set(columns2 COMMAND:6)

set(keywords --keyword=_ --keyword=N_ --keyword=i18n_plural:1,2)
foreach(word ${speakers} ${columns})
	list(APPEND keywords --keyword=${word})
endforeach()
foreach(word ${speakers})
	list(APPEND keywords --flag=${word}:c-format)
endforeach()

function(collect sources)
	execute_process(COMMAND ${XGETTEXT} --language=C --from-code=UTF-8
			--keyword ${ARGN} --add-comments=TRANSLATORS:
			--add-location=file --package-name=relaytrace
			--output=${WORK}/relaytrace.pot.new ${${sources}}
		WORKING_DIRECTORY ${ROOT} RESULT_VARIABLE status)
	if(NOT status EQUAL 0)
		message(FATAL_ERROR "xgettext: ${status}")
	endif()
	file(READ ${WORK}/relaytrace.pot.new pot)
	string(REPLACE "charset=CHARSET" "charset=UTF-8" pot "${pot}")
	file(WRITE ${WORK}/relaytrace.pot.new "${pot}")
endfunction()

file(GLOB_RECURSE tables RELATIVE ${ROOT} ${ROOT}/core/*.def ${ROOT}/ui/*.def)
file(GLOB_RECURSE code RELATIVE ${ROOT}
	${ROOT}/net/*.[ch] ${ROOT}/core/*.[ch] ${ROOT}/ui/*.[ch])
list(SORT tables)
list(SORT code)
set(all ${tables} ${code})
collect(all ${keywords})
list(TRANSFORM columns2 PREPEND --keyword=)
collect(tables ${columns2} --join-existing)

# No date, so that the file changes only with the texts.
file(READ ${WORK}/relaytrace.pot.new pot)
file(REMOVE ${WORK}/relaytrace.pot.new)
string(REGEX REPLACE "\n\"POT-Creation-Date:[^\n]*" "" pot "${pot}")
string(REGEX REPLACE "^# SOME.*\n#, fuzzy\n" "" pot "${pot}")
set(old "")
if(EXISTS ${ROOT}/po/relaytrace.pot)
	file(READ ${ROOT}/po/relaytrace.pot old)
endif()
if(pot STREQUAL old)
	return()
elseif(CHECK)
	message(FATAL_ERROR "po/relaytrace.pot is not up to date: make pot")
endif()
file(WRITE ${ROOT}/po/relaytrace.pot "${pot}")
