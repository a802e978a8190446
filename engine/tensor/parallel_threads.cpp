#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/tensor/parallel.hpp"

namespace headwise {

namespace {

/// Threads that wait for work. One task at a time; whoever has time takes the next part.
class Workers {
 public:
  ~Workers() { resize(0); }

  std::size_t size() const { return all_.size(); }

  void resize(std::size_t count) {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : all_) thread.join();
    all_.clear();
    ending_ = false;
    for (std::size_t i = 0; i < count; ++i) all_.emplace_back([this, seen = task_] { wait_for_work(seen); });
  }

  void run(std::int64_t count, const std::function<void(std::int64_t)>& part) {
    {
      const std::lock_guard lock(mutex_);
      part_ = &part;
      count_ = count;
      next_ = 0;
      busy_ = all_.size();
      ++task_;
    }
    wake_.notify_all();
    take_parts();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  void take_parts() {
    for (std::int64_t i = next_++; i < count_; i = next_++) (*part_)(i);
  }

  void wait_for_work(std::uint64_t seen) {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return ending_ || task_ != seen; });
      if (ending_) return;
      seen = task_;
      lock.unlock();
      take_parts();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::vector<std::thread> all_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(std::int64_t)>* part_ = nullptr;
  std::int64_t count_ = 0;
  std::atomic<std::int64_t> next_{0};
  std::size_t busy_ = 0;
  std::uint64_t task_ = 0;
  bool ending_ = false;
};

Workers& workers() {
  static Workers all;
  return all;
}

}  // namespace

int threads() { return static_cast<int>(workers().size()) + 1; }
void use_threads(int count) { workers().resize(static_cast<std::size_t>(std::max(count, 1) - 1)); }
int cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

void in_parallel(std::int64_t count, const std::function<void(std::int64_t)>& part) {
  if (workers().size() > 0 && count > 1) return workers().run(count, part);
  for (std::int64_t i = 0; i < count; ++i) part(i);
}

Scratch& scratch() {
  thread_local Scratch own;
  return own;
}

}  // namespace headwise
