# For our own targets only.
add_library(headwise_warnings INTERFACE)
target_compile_options(headwise_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion $<$<BOOL:${HEADWISE_WERROR}>:-Werror>)
