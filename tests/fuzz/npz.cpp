#include "engine/io/npz.hpp"

#include <cstddef>

#include "engine/tensor/error.hpp"

/// Any bytes at all are either read or refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const headwise::Npz file(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
    for (const headwise::StoredTensor& tensor : file.tensors()) (void)file.values(tensor);
  } catch (const headwise::Error&) {
    // Refused, as it may be.
  }
  return 0;
}
