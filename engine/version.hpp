#pragma once

namespace headwise {

/// This release, as CMakeLists.txt names it.
#ifdef HEADWISE_VERSION
inline constexpr const char* version = HEADWISE_VERSION;
#else
inline constexpr const char* version = "0.1.0";
#endif

}  // namespace headwise
