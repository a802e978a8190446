#pragma once
#include <stdexcept>
#include <string>

namespace headwise {

/// Something a person gave us is wrong. The message says what, where, and what would be right.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace headwise
