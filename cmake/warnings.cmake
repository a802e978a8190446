# For our own targets only.
add_library(headwise_warnings INTERFACE)
target_compile_options(headwise_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  # GCC 12 sees overlapping copies in std::string where there are none (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<BOOL:${HEADWISE_WERROR}>:-Werror>)
