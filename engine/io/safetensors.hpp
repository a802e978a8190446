#pragma once
#include <cstddef>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "engine/io/stored_tensors.hpp"

namespace headwise {

/// A safetensors file in memory: an 8-byte little-endian length, a JSON header of that length, then
/// the tensors' values, row-major and little-endian, without holes. Made for files from strangers:
/// what exists has been checked. https://huggingface.co/docs/safetensors
class Safetensors final : public StoredTensors {
 public:
  /// Checks everything but the values; `file` is the name that messages use. Error where the file
  /// is cut short, its header is not what the format asks for (or larger than 100 MB, or gives a
  /// key twice), or its tensors overlap, leave holes or don't fit their shapes.
  Safetensors(std::string bytes, const std::string& file);

  /// Error where they are not float32, or one is NaN.
  std::vector<float> values(const StoredTensor& tensor) const override;

 private:
  std::string bytes_;
  std::size_t data_ = 0;
};

/// Writes a safetensors file, tensors in the order given. Names and metadata must be UTF-8, and no
/// name may come twice.
void write_safetensors(std::ostream& out, const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace headwise
