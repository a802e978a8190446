#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// One tensor of a safetensors file, as the header describes it.
struct StoredTensor {
  std::string name;
  std::string dtype;                 // F32, BF16, I64 ...
  std::vector<std::uint64_t> shape;  // empty for a single number
  std::uint64_t begin = 0;           // bytes of the data, which follows the header
  std::uint64_t end = 0;
};

/// A safetensors file in memory: an 8-byte little-endian length, a JSON header of that length, then
/// the tensors' values, row-major and little-endian, without holes. Made for files from strangers:
/// what exists has been checked. https://huggingface.co/docs/safetensors
class Safetensors {
 public:
  /// Checks everything but the values; `file` is the name that messages use. Error where the file
  /// is cut short, its header is not what the format asks for (or larger than 100 MB, or gives a
  /// key twice), or its tensors overlap, leave holes or don't fit their shapes.
  Safetensors(std::string bytes, std::string file);

  const std::string& file() const { return file_; }
  /// The header's `__metadata__`.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// In the order of their data.
  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  /// Null where there is none of that name.
  const StoredTensor* find(std::string_view name) const;

  /// Row-major values of one of tensors(). Error where they are not float32, or one is NaN.
  std::vector<float> values(const StoredTensor& tensor) const;

 private:
  std::string bytes_;
  std::string file_;
  std::size_t data_ = 0;
  std::map<std::string, std::string> metadata_;
  std::vector<StoredTensor> tensors_;
};

/// A float32 tensor to be written; `values` gives cell_count(shape) numbers when its turn comes, so
/// that no two tensors need be held at once.
struct TensorToStore {
  std::string name;
  std::vector<std::int64_t> shape;
  std::function<std::vector<float>()> values;
};

/// Writes a safetensors file, tensors in the order given. Names and metadata must be UTF-8, and no
/// name may come twice.
void write_safetensors(std::ostream& out, const std::vector<TensorToStore>& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace headwise
