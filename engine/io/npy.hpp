#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/io/stored_tensors.hpp"

namespace headwise {

/// Reads the header of an npy array that is bytes `tensor.begin` to `end` of `bytes`: fills in its
/// type, shape and order, and moves `begin` on to its values. Versions 1.0, 2.0 and 3.0. Error,
/// beginning with `subject`, where the header is not what the format asks for, and where the shape
/// does not fit the bytes that follow.
void read_npy_header(std::string_view bytes, const std::string& subject, StoredTensor& tensor);

/// Bytes of one value of a type like `<f4`, `|b1`, `<U7`; 0 for what has no such size (objects).
std::uint64_t npy_value_bytes(std::string_view dtype);

/// What stands before the values of a row-major array.
std::string npy_header(const std::string& dtype, const std::vector<std::int64_t>& shape);

}  // namespace headwise
