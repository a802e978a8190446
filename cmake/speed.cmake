# Shorter builds: a compiler cache where there is one, and precompiled headers.
# (The cache reads the compiler's dependency files; running the preprocessor as well takes long.)
find_program(CCACHE ccache)
mark_as_advanced(CCACHE)
if(CCACHE)
  set(launcher ${CMAKE_COMMAND} -E env
    CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# The standard headers most files read, and those named, are parsed once for the target.
function(headwise_precompile target)
  if(HEADWISE_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <cmath> <cstdint> <functional> <map>
                              <memory> <optional> <set> <span> <stdexcept> <string> <string_view>
                              <utility> <vector> ${ARGN})
  endif()
endfunction()

# Small files that read the same headers are compiled several at a time: each folder's in as many
# portions as are asked for.
function(headwise_together target portions)
  if(HEADWISE_PRECOMPILE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    set(place 0)
    foreach(source IN LISTS ARGN)
      cmake_path(GET source PARENT_PATH folder)
      cmake_path(GET folder FILENAME folder)
      math(EXPR portion "${place} % ${portions}")
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${folder}-${portion}")
      math(EXPR place "${place} + 1")
    endforeach()
  endif()
endfunction()
