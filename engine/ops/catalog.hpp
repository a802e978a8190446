#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "engine/ops/op.hpp"

namespace headwise {

struct CatalogEntry {
  std::string_view name;
  std::unique_ptr<Op> (*make)(const Attributes&);
};

std::span<const CatalogEntry> op_catalog();

/// The op of that name; an unknown name is a programming error.
std::unique_ptr<Op> make_op(std::string_view name, const Attributes& attributes = {});

}  // namespace headwise
