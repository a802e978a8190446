#pragma once
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "engine/io/stored_tensors.hpp"

namespace headwise {

/// NumPy's npz in memory: a zip archive of NAME.npy, each an array with a header of its own, as
/// numpy.savez writes it (not savez_compressed). Text that goes with the arrays is one of them:
/// `__metadata__`, strings of shape (n, 2), so that `dict(numpy.load(FILE)["__metadata__"])` has
/// it. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
class Npz final : public StoredTensors {
 public:
  /// Checks everything but the values; `file` is the name that messages use. Error where the
  /// archive is cut, compressed or damaged, holds something other than arrays, or an array's header
  /// is not what the format asks for or its shape does not fit its bytes.
  Npz(std::string bytes, const std::string& file);

  /// From '<f4', '<f8' (rounded to float32) or '<f2', in C or Fortran order. Error for other types,
  /// values beyond float32, and NaN.
  std::vector<float> values(const StoredTensor& tensor) const override;

 private:
  void read_metadata(const StoredTensor& tensor);

  std::string bytes_;
};

/// Writes an npz file, tensors in the order given, as '<f4' in C order.
void write_npz(std::ostream& out, const std::vector<NamedTensor>& tensors,
               const std::map<std::string, std::string>& metadata);

}  // namespace headwise
