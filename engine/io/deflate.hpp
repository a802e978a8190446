#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace headwise {

/// Bytes as a zlib stream (RFC 1950), made a piece at a time.
class ZlibStream {
 public:
  /// `bytes` outlive it.
  explicit ZlibStream(std::string_view bytes);
  ~ZlibStream();
  /// Goes on for about so long; true when all is there.
  bool work(std::chrono::duration<double> budget);
  /// 0 to 1.
  double progress() const;
  /// Once all is there.
  std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// All of it at once.
std::string zlib_stream(std::string_view bytes);

}  // namespace headwise
