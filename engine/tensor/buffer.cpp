#include "engine/tensor/buffer.hpp"

#include <cstdlib>
#include <iterator>
#include <limits>
#include <mutex>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace headwise {

namespace {

/// Bytes from which a block is kept: a huge page. A 32-bit address space has none to spare.
constexpr std::size_t large = sizeof(void*) > 4 ? std::size_t{1} << 21 : std::numeric_limits<std::size_t>::max() / 2 + 1;
constexpr std::size_t most_kept = std::size_t{256} << 20;

std::size_t rounded(std::size_t bytes) {
  constexpr std::size_t page = 4096;
  return bytes < large ? bytes : (bytes + page - 1) / page * page;
}

/// Large blocks that were given back, for the next run of the same sizes: getting memory from the
/// system, page by page, takes longer than most stages.
class Pool {
 public:
  float* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
      if (block->bytes != bytes) continue;
      float* data = block->data;
      kept_ -= bytes;
      blocks_.erase(std::next(block).base());
      return data;
    }
    return nullptr;
  }

  void give(float* data, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    blocks_.push_back({data, bytes});
    kept_ += bytes;
    while (kept_ > most_kept) {
      kept_ -= blocks_.front().bytes;
      ::operator delete(blocks_.front().data, std::align_val_t{large});
      blocks_.erase(blocks_.begin());
    }
  }

 private:
  struct Block {
    float* data;
    std::size_t bytes;
  };
  std::mutex mutex_;
  std::vector<Block> blocks_;
  std::size_t kept_ = 0;
};

/// Never destroyed: tensors may live as long as the program.
Pool& pool() {
  static Pool* const all = new Pool;
  return *all;
}

}  // namespace

Buffer::Buffer(std::size_t size) : size_(size), data_(nullptr) {
  const std::size_t bytes = rounded(size * sizeof(float) + 1);
  if (bytes < large) {
    data_ = static_cast<float*>(std::malloc(bytes));
    if (!data_) throw std::bad_alloc();
    return;
  }
  data_ = pool().take(bytes);
  if (data_) return;
  data_ = static_cast<float*>(::operator new(bytes, std::align_val_t{large}));
#if defined(__linux__)
  madvise(data_, bytes, MADV_HUGEPAGE);
#endif
}

Buffer::~Buffer() {
  const std::size_t bytes = rounded(size_ * sizeof(float) + 1);
  if (bytes < large) {
    std::free(data_);
  } else {
    pool().give(data_, bytes);
  }
}

}  // namespace headwise
