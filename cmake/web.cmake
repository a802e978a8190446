# Emscripten: flags for everything, and the page.

# What computes is made fast, all else small. (Not by a build type: after -Os, a -O3 would not bring
# back that functions are inlined.)
set(CMAKE_C_FLAGS_RELEASE "-DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-DNDEBUG")
set(fast headwise_engine highway headwise_bench)
add_compile_options("$<IF:$<IN_LIST:$<TARGET_PROPERTY:NAME>,${fast}>,-O2,-Oz>")
add_link_options(-Os)

add_compile_options(-fwasm-exceptions -msimd128 -mbulk-memory)
# WebGL 2; a picture of many cells has more corners than 16 bits count.
add_compile_definitions(IMGUI_IMPL_OPENGL_ES3 "ImDrawIdx=unsigned int")
add_link_options(-fwasm-exceptions -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=2GB)
if(EMSCRIPTEN_VERSION VERSION_LESS 3.1.25)
  add_link_options(-sTOTAL_STACK=5MB)
  set(CMAKE_CROSSCOMPILING_EMULATOR "node;--no-experimental-fetch" CACHE STRING "" FORCE)
else()
  add_link_options(-sSTACK_SIZE=5MB)
endif()

# The page: the folder build/<preset>/site holds what is to be served and nothing else.
function(headwise_site target)
  target_link_options(${target} PRIVATE
    -sENVIRONMENT=web -sFILESYSTEM=0 -sDYNAMIC_EXECUTION=0
    -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2
    -sEXPORTED_FUNCTIONS=_main,_malloc,_free
    -sEXPORTED_RUNTIME_METHODS=ccall,cwrap,UTF8ToString,stringToUTF8,lengthBytesUTF8)

  set(site ${PROJECT_BINARY_DIR}/site)
  file(GLOB_RECURSE pages CONFIGURE_DEPENDS web/*)
  file(GENERATE OUTPUT pages.txt CONTENT "${pages}")  # notices a page that goes
  set(program $<TARGET_FILE:${target}> $<TARGET_FILE_DIR:${target}>/${target}.wasm)
  file(GLOB licences CONFIGURE_DEPENDS LICENSE licences/*)
  # Makes pictures of the icon; without it, systems that want pictures show one of their own.
  find_program(HEADWISE_RSVG rsvg-convert NO_CMAKE_FIND_ROOT_PATH)
  add_custom_command(OUTPUT site.stamp
    COMMAND ${CMAKE_COMMAND} -DSITE=${site} -DRELEASE=${PROJECT_VERSION} -DROOT=${PROJECT_SOURCE_DIR}
            "-DPROGRAM=${program}" "-DRSVG=$<$<BOOL:${HEADWISE_RSVG}>:${HEADWISE_RSVG}>" -P ${PROJECT_SOURCE_DIR}/cmake/site.cmake
    COMMAND ${CMAKE_COMMAND} -E touch site.stamp
    DEPENDS ${target} ${pages} ${lesson_files} ${licences} cmake/site.cmake ${PROJECT_BINARY_DIR}/pages.txt VERBATIM)
  add_custom_target(site ALL DEPENDS site.stamp)
endfunction()
