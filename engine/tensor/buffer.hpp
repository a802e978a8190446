#pragma once
#include <cstddef>
#include <memory>

namespace headwise {

/// Memory for the values of a tensor; not set to anything.
class Buffer {
 public:
  explicit Buffer(std::size_t size);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  float* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  float* data_;
};

}  // namespace headwise
