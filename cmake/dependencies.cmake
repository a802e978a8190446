# The machine's own copy of a library where it has a fitting one, else upstream's pinned tag.
# What is compiled into the page (Dear ImGui, md4c, Highway, zlib) is always built from source, so that every
# platform runs the same code; `scripts/setup` leaves Debian's copies of those sources below.
include(FetchContent)

set(cache_dir "$ENV{XDG_CACHE_HOME}")
if(NOT cache_dir)
  set(cache_dir "$ENV{HOME}/.cache")
endif()
set(HEADWISE_DEPS_DIR "${cache_dir}/headwise/deps" CACHE PATH "Sources unpacked by scripts/setup")

# Fetches a library's source without running its own CMakeLists.txt.
function(headwise_source name repository tag)
  string(TOUPPER ${name} upper)
  if(NOT FETCHCONTENT_SOURCE_DIR_${upper} AND IS_DIRECTORY ${HEADWISE_DEPS_DIR}/${name})
    set(FETCHCONTENT_SOURCE_DIR_${upper} ${HEADWISE_DEPS_DIR}/${name})
  endif()
  FetchContent_Declare(${name} GIT_REPOSITORY https://github.com/${repository}.git GIT_TAG ${tag}
                       GIT_SHALLOW ON SOURCE_SUBDIR no-cmake)
  FetchContent_MakeAvailable(${name})
  set(${name}_SOURCE_DIR ${${name}_SOURCE_DIR} PARENT_SCOPE)
endfunction()

# A header-only library as the target <target>. Its folder alone is put on the include path: a
# cross-compiler must not see the rest of /usr/include.
function(headwise_headers target package version folder repository tag)
  set(CMAKE_SIZEOF_VOID_P "")  # headers fit every word size
  find_package(${package} ${version} CONFIG QUIET PATHS /usr /usr/local NO_CMAKE_FIND_ROOT_PATH)
  if(${package}_FOUND)
    get_target_property(roots ${package}::${package} INTERFACE_INCLUDE_DIRECTORIES)
    message(STATUS "${package} ${${package}_VERSION} from ${${package}_DIR}")
  else()
    string(TOLOWER ${package} name)
    headwise_source(${name} ${repository} ${tag})
    set(roots ${${name}_SOURCE_DIR} ${${name}_SOURCE_DIR}/include ${${name}_SOURCE_DIR}/single_include)
  endif()
  foreach(root IN LISTS roots)
    if(IS_DIRECTORY ${root}/${folder})
      set(own ${PROJECT_BINARY_DIR}/include/${target})
      file(MAKE_DIRECTORY ${own})
      file(CREATE_LINK ${root}/${folder} ${own}/${folder} SYMBOLIC)
    endif()
  endforeach()
  if(NOT EXISTS ${own}/${folder})
    message(FATAL_ERROR "no folder ${folder} in ${roots}")
  endif()
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${own})
endfunction()

headwise_headers(json nlohmann_json 3.11 nlohmann nlohmann/json v3.11.3)

headwise_source(md4c mity/md4c release-0.5.2)
add_library(md4c STATIC ${md4c_SOURCE_DIR}/src/md4c.c)
target_include_directories(md4c SYSTEM PUBLIC ${md4c_SOURCE_DIR}/src)
target_compile_options(md4c PRIVATE -w)

headwise_source(zlib madler/zlib v1.3.1)
set(zlib_files adler32 crc32 deflate inffast inflate inftrees trees zutil)
list(TRANSFORM zlib_files PREPEND ${zlib_SOURCE_DIR}/)
list(TRANSFORM zlib_files APPEND .c)
add_library(zlib STATIC ${zlib_files})
target_include_directories(zlib SYSTEM PUBLIC ${zlib_SOURCE_DIR})
target_compile_definitions(zlib PUBLIC ZLIB_CONST PRIVATE DYNAMIC_CRC_TABLE)  # small rather than quicker by microseconds
target_compile_options(zlib PRIVATE -w)

headwise_source(highway google/highway 1.3.0)
add_library(highway STATIC ${highway_SOURCE_DIR}/hwy/targets.cc ${highway_SOURCE_DIR}/hwy/abort.cc)
target_include_directories(highway SYSTEM PUBLIC ${highway_SOURCE_DIR})
target_compile_definitions(highway PUBLIC HWY_STATIC_DEFINE)
target_compile_options(highway PRIVATE -w)

if(HEADWISE_TESTS)
  headwise_headers(doctest doctest 2.4.9 doctest doctest/doctest v2.4.12)
endif()

if(HEADWISE_UI)
  headwise_source(imgui ocornut/imgui v1.92.2b)
  file(GLOB imgui_sources ${imgui_SOURCE_DIR}/imgui*.cpp)
  list(FILTER imgui_sources EXCLUDE REGEX "imgui_demo")
  add_library(imgui STATIC ${imgui_sources} ${imgui_SOURCE_DIR}/misc/cpp/imgui_stdlib.cpp)
  target_include_directories(imgui SYSTEM PUBLIC ${imgui_SOURCE_DIR} ${imgui_SOURCE_DIR}/misc/cpp)
  target_compile_definitions(imgui PUBLIC IMGUI_DISABLE_OBSOLETE_FUNCTIONS IMGUI_USE_WCHAR32
                             IMGUI_DISABLE_DEMO_WINDOWS IMGUI_DISABLE_DEBUG_TOOLS
                             IMGUI_ENABLE_TEST_ENGINE)  # its hooks: ui/item_log.cpp
  target_compile_options(imgui PRIVATE -w)

  add_library(imgui_backends STATIC ${imgui_SOURCE_DIR}/backends/imgui_impl_opengl3.cpp)
  target_include_directories(imgui_backends SYSTEM PUBLIC ${imgui_SOURCE_DIR}/backends)
  target_link_libraries(imgui_backends PUBLIC imgui)
  target_compile_options(imgui_backends PRIVATE -w)

  if(NOT EMSCRIPTEN)
    headwise_headers(cli11 CLI11 2.1 CLI CLIUtils/CLI11 v2.4.2)

    set(OpenGL_GL_PREFERENCE GLVND)
    find_package(OpenGL REQUIRED)
    set(GLFW_BUILD_DOCS OFF)
    set(GLFW_INSTALL OFF)
    FetchContent_Declare(glfw3 GIT_REPOSITORY https://github.com/glfw/glfw.git GIT_TAG 3.4
                         GIT_SHALLOW ON FIND_PACKAGE_ARGS 3.3 CONFIG)
    FetchContent_MakeAvailable(glfw3)
    target_sources(imgui_backends PRIVATE ${imgui_SOURCE_DIR}/backends/imgui_impl_glfw.cpp)
    target_link_libraries(imgui_backends PUBLIC glfw OpenGL::GL ${CMAKE_DL_LIBS})
  endif()
endif()
