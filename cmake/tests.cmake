# Every test file is a ctest entry of its own, found by its place in tests/.

set(test_environment HEADWISE_SOURCE_DIR=${PROJECT_SOURCE_DIR})

# One executable from all sources below tests/<folder>; one ctest entry per file with test cases.
function(headwise_test_program target folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS tests/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${target} ${sources} ${ARGN})
  if(EMSCRIPTEN)  # what is tested is optimised, the tests need not be
    target_compile_options(${target} PRIVATE -O0)
  endif()
  target_compile_definitions(${target} PRIVATE HEADWISE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE headwise_engine doctest json highway zlib headwise_warnings)
  headwise_precompile(${target} <doctest/doctest.h> <nlohmann/json.hpp>)
  set(alike ${sources})
  list(FILTER alike INCLUDE REGEX "/(attention|graph|ops|session|tensor)/")
  headwise_together(${target} 1 ${alike})
  set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/${folder}/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  foreach(source IN LISTS sources)
    file(STRINGS ${source} cases REGEX "TEST_CASE" LIMIT_COUNT 1)
    if(cases)
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
      cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/tests OUTPUT_VARIABLE name)
      string(REGEX REPLACE "\\.cpp$" "" name ${name})
      add_test(NAME ${name} COMMAND ${target} --source-file=*tests/${name}.cpp)
      set_tests_properties(${name} PROPERTIES ENVIRONMENT "${test_environment}"
                           FAIL_REGULAR_EXPRESSION "test cases: *0 ")
    endif()
  endforeach()
endfunction()

if(HEADWISE_TESTS AND TARGET headwise_engine)
  headwise_test_program(headwise_tests engine)
  if(EMSCRIPTEN AND TARGET headwise_tests)
    target_link_options(headwise_tests PRIVATE -sENVIRONMENT=node -sNODERAWFS=1 -sEXIT_RUNTIME=1 -O0
      --pre-js ${PROJECT_SOURCE_DIR}/tests/engine/environment.js)
  endif()
endif()

if(HEADWISE_TESTS AND TARGET headwise_ui AND NOT EMSCRIPTEN)
  set(headless_sources ${app_sources})
  list(FILTER headless_sources INCLUDE REGEX "/app/(headless|lessons|picture)\\.cpp$")
  headwise_test_program(headwise_ui_tests ui ${headless_sources} tests/engine/support.cpp)
  if(TARGET headwise_ui_tests)
    target_link_libraries(headwise_ui_tests PRIVATE headwise_ui headwise_resources)
    set_tests_properties(ui/items_test PROPERTIES COST 60)  # the longest first
  endif()
endif()

# Scripts: run with the distribution's python3, which sees its python3-* packages.
if(HEADWISE_TESTS AND TARGET headwise AND NOT EMSCRIPTEN)
  find_program(HEADWISE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  find_program(HEADWISE_PYTHON python3)
  file(GLOB scripts CONFIGURE_DEPENDS tests/cli/test_*.py tests/reference/test_*.py
       tests/source/test_*.py)
  foreach(script IN LISTS scripts)
    cmake_path(RELATIVE_PATH script BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/tests OUTPUT_VARIABLE name)
    string(REGEX REPLACE "\\.py$" "" name ${name})
    add_test(NAME ${name} COMMAND ${HEADWISE_PYTHON} ${script})
    set_tests_properties(${name} PROPERTIES
      ENVIRONMENT "${test_environment};HEADWISE_BIN=$<TARGET_FILE:headwise>;PYTHONDONTWRITEBYTECODE=1")
  endforeach()
endif()

if(HEADWISE_FUZZ AND TARGET headwise_engine)
  target_compile_options(headwise_engine PRIVATE -fsanitize=fuzzer-no-link)
  target_compile_options(headwise_described PRIVATE -fsanitize=fuzzer-no-link)
  file(GLOB fuzzers CONFIGURE_DEPENDS tests/fuzz/*.cpp)
  foreach(source IN LISTS fuzzers)
    cmake_path(GET source STEM name)
    add_executable(fuzz_${name} ${source})
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(fuzz_${name} PRIVATE headwise_engine headwise_warnings)
  endforeach()
endif()
