add_test(NAME tools.layers COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/tools/layers.sh)
