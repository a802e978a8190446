# Toolchain file: hands over to the one of the Emscripten installed here, be it an emsdk
# ($EMSCRIPTEN, $EMSDK), a distribution's package or whatever emcc is in the PATH.
find_program(EMCC emcc)
if(EMCC)
  file(REAL_PATH ${EMCC} emcc)
  cmake_path(GET emcc PARENT_PATH emcc_dir)
endif()
find_file(HEADWISE_EMSCRIPTEN_TOOLCHAIN cmake/Modules/Platform/Emscripten.cmake NO_DEFAULT_PATH
  NO_CMAKE_FIND_ROOT_PATH
  PATHS $ENV{EMSCRIPTEN} $ENV{EMSDK}/upstream/emscripten ${emcc_dir} /usr/share/emscripten)
if(NOT HEADWISE_EMSCRIPTEN_TOOLCHAIN)
  message(FATAL_ERROR "Emscripten not found: run scripts/setup, or activate an emsdk")
endif()
include(${HEADWISE_EMSCRIPTEN_TOOLCHAIN})
