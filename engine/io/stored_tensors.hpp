#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// One tensor of a file, as the file describes it.
struct StoredTensor {
  std::string name;
  std::string dtype;                 // F32, BF16 ... in safetensors, <f4, |b1 ... in npz
  std::vector<std::uint64_t> shape;  // empty for a single number
  std::uint64_t begin = 0;           // bytes of the values within the file's data
  std::uint64_t end = 0;
  bool column_major = false;  // NumPy's Fortran order: the first index runs fastest
};

/// A file of tensors in memory, whatever its format. Made for files from strangers: what exists has
/// been checked.
class StoredTensors {
 public:
  virtual ~StoredTensors() = default;

  /// The name that messages use.
  const std::string& file() const { return file_; }
  /// Text that goes with the tensors: the settings, in files of this program.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// In the order of their data.
  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  /// Null where there is none of that name.
  const StoredTensor* find(std::string_view name) const;

  /// Row-major values of one of tensors(). Error where they are not of a type that is read, or one
  /// is NaN.
  virtual std::vector<float> values(const StoredTensor& tensor) const = 0;

  /// As messages name a tensor: `some.npz: tensor 'w_q'`.
  std::string describe(const StoredTensor& tensor) const;

 protected:
  explicit StoredTensors(const std::string& file);
  /// Error where one of a tensor's row-major values is NaN.
  void check_numbers(const StoredTensor& tensor, const std::vector<float>& values) const;

  std::string file_;
  std::map<std::string, std::string> metadata_;
  std::vector<StoredTensor> tensors_;
};

/// A float32 tensor to be written or compared; `values` gives as many numbers as the shape has
/// cells when its turn comes, so that no two tensors need be held at once.
struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::function<std::vector<float>()> values;
};

enum class TensorFormat { safetensors, npz };

/// A file's tensors, in its order; they refer to the file.
std::vector<NamedTensor> named_tensors(const StoredTensors& file);

/// By a file's name: .npz is npz, anything else safetensors.
TensorFormat tensor_format(std::string_view path);
/// Reads a file of the format that its name says; Error naming the file and what is wrong with it.
std::unique_ptr<StoredTensors> read_tensors(const std::string& path, std::int64_t limit);
/// Writes tensors in the order given. Names and metadata must be UTF-8, and no name may come twice.
void write_tensors(std::ostream& out, TensorFormat format,
                   const std::vector<NamedTensor>& tensors,
                   const std::map<std::string, std::string>& metadata);

/// The entry of metadata in either format.
inline constexpr const char* metadata_name = "__metadata__";
/// An index as messages write it: `2, 0`, of the cell at `flat` in row-major order.
std::string index_text(const std::vector<std::uint64_t>& shape, std::uint64_t flat);
/// `(1, 2, 8)`, long ones cut.
std::string shape_text(const std::vector<std::uint64_t>& shape);
/// How many bytes a shape of values of `size` bytes takes; false where that passes 64 bits.
bool byte_count(const std::vector<std::uint64_t>& shape, std::uint64_t size, std::uint64_t& bytes);

}  // namespace headwise
