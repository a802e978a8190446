#include "engine/io/stored_tensors.hpp"

#include <algorithm>
#include <cmath>

#include "engine/io/file.hpp"
#include "engine/io/npz.hpp"
#include "engine/io/safetensors.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

StoredTensors::StoredTensors(const std::string& file) : file_(print_text(file, 200)) {}

const StoredTensor* StoredTensors::find(std::string_view name) const {
  const auto it = std::find_if(tensors_.begin(), tensors_.end(),
                               [&](const StoredTensor& t) { return t.name == name; });
  return it == tensors_.end() ? nullptr : &*it;
}

std::string StoredTensors::describe(const StoredTensor& tensor) const {
  return file_ + ": tensor '" + print_text(tensor.name, 80) + "'";
}

void StoredTensors::check_numbers(const StoredTensor& tensor,
                                  const std::vector<float>& values) const {
  const auto nan =
      std::find_if(values.begin(), values.end(), [](float v) { return std::isnan(v); });
  if (nan == values.end()) return;
  throw Error(describe(tensor) + " is NaN at [" +
              index_text(tensor.shape, static_cast<std::uint64_t>(nan - values.begin())) +
              "]; every value must be a number");
}

std::vector<NamedTensor> named_tensors(const StoredTensors& file) {
  std::vector<NamedTensor> tensors;
  for (const StoredTensor& tensor : file.tensors()) {
    tensors.push_back({tensor.name,
                       {tensor.shape.begin(), tensor.shape.end()},
                       [&file, &tensor] { return file.values(tensor); }});
  }
  return tensors;
}

TensorFormat tensor_format(std::string_view path) {
  return path.ends_with(".npz") ? TensorFormat::npz : TensorFormat::safetensors;
}

std::unique_ptr<StoredTensors> read_tensors(const std::string& path, std::int64_t limit) {
  std::string bytes = read_file(path, limit);
  if (tensor_format(path) == TensorFormat::npz)
    return std::make_unique<Npz>(std::move(bytes), path);
  return std::make_unique<Safetensors>(std::move(bytes), path);
}

void write_tensors(std::ostream& out, TensorFormat format,
                   const std::vector<NamedTensor>& tensors,
                   const std::map<std::string, std::string>& metadata) {
  const auto write = format == TensorFormat::npz ? write_npz : write_safetensors;
  write(out, tensors, metadata);
}

std::string index_text(const std::vector<std::uint64_t>& shape, std::uint64_t flat) {
  std::string text;
  for (std::size_t a = shape.size(); a-- > 0; flat /= shape[a]) {
    text = std::to_string(flat % shape[a]) + (text.empty() ? "" : ", ") + text;
  }
  return text;
}

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (std::size_t a = 0; a < shape.size(); ++a) {
    if (a == 8) return "(" + text + ", \u2026)";
    text += (text.empty() ? "" : ", ") + std::to_string(shape[a]);
  }
  return "(" + text + ")";
}

bool byte_count(const std::vector<std::uint64_t>& shape, std::uint64_t size, std::uint64_t& bytes) {
  bytes = 0;
  if (std::find(shape.begin(), shape.end(), 0U) != shape.end()) return true;
  bytes = size;
  for (const std::uint64_t factor : shape) {
    if (bytes > UINT64_MAX / factor) return false;
    bytes *= factor;
  }
  return true;
}

}  // namespace headwise
