# lessons/weights/constructed.txt as part of the engine, which opens no files.
set(constructed ${PROJECT_SOURCE_DIR}/lessons/weights/constructed.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${constructed})
file(READ ${constructed} text)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/constructed_text.cpp @ONLY CONTENT
"// Made by cmake/constructed.cmake.
#include \"engine/attention/constructed_set.hpp\"

std::string_view headwise::constructed_text() {
  return R\"constructed(@text@)constructed\";
}
")
