#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "app/resources.hpp"
#include "ui/ui.hpp"

namespace headwise {

/// Starts the interface in the current context with the program's own fonts.
inline void start(Ui& ui) {
  const auto font = [](std::string_view name) -> std::span<const std::byte> {
    for (const Resource& resource : fonts()) {
      if (resource.name == name) return std::as_bytes(std::span(resource.bytes));
    }
    return {};
  };
  ui.start(font("text"), font("strong"), font("mono"));
}

}  // namespace headwise
