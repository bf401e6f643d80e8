# Turns core/world/demos/*.world into a C file, so that `relaytrace demo`
# needs no files of its own: cmake -DDIR=... -DOUT=... -P demos.cmake
#
# demos/ORDER names them in the order in which they are listed and learned
# from; a world that stands in only one of the two places is an error.
file(STRINGS ${DIR}/ORDER names REGEX "^[a-z0-9-]+$")
file(GLOB found RELATIVE ${DIR} ${DIR}/*.world)
list(LENGTH names count)
list(LENGTH found files)
if(NOT count EQUAL files)
	message(FATAL_ERROR "${DIR}/ORDER names ${count} worlds of ${files}")
endif()

set(c "/* Made by cmake/demos.cmake. */\n#include \"core/world/parts.h\"\n\n")
set(table "")
foreach(name ${names})
	string(MAKE_C_IDENTIFIER ${name} id)
	file(READ ${DIR}/${name}.world hex HEX)
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
	string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
		"\\1\n" bytes "${bytes}")
	file(STRINGS ${DIR}/${name}.world title REGEX "^title " LIMIT_COUNT 1)
	string(REGEX REPLACE "^title +" "" title "${title}")
	string(REPLACE "\"" "\\\"" title "${title}")
	string(APPEND c "static const unsigned char ${id}[] = {\n${bytes}0 };\n")
	string(APPEND table "\t{ \"${name}\", \"${title}\",\n"
		"\t\t(const char *)${id}, sizeof(${id}) - 1 },\n")
endforeach()
string(APPEND c "\nconst struct demo demo_table[] = {\n${table}};\n"
	"const size_t demo_table_count =\n"
	"    sizeof(demo_table) / sizeof(demo_table[0]);\n")
file(WRITE ${OUT}.new "${c}")
file(COPY_FILE ${OUT}.new ${OUT} ONLY_IF_DIFFERENT)
