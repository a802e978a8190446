# Shorter builds: a compiler cache where there is one, and precompiled headers.
find_program(CCACHE ccache)
mark_as_advanced(CCACHE)
if(CCACHE)
  set(launcher ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
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
