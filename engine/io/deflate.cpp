#include "engine/io/deflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <new>

namespace headwise {

struct ZlibStream::State {
  std::string_view bytes;
  z_stream zlib{};
  std::string out;
  bool done = false;
};

ZlibStream::ZlibStream(std::string_view bytes) : state_(std::make_unique<State>()) {
  state_->bytes = bytes;
  z_stream& zlib = state_->zlib;
  if (deflateInit(&zlib, Z_DEFAULT_COMPRESSION) != Z_OK) throw std::bad_alloc();
  zlib.next_in = reinterpret_cast<const Bytef*>(bytes.data());
}

ZlibStream::~ZlibStream() { deflateEnd(&state_->zlib); }

bool ZlibStream::work(std::chrono::duration<double> budget) {
  constexpr std::size_t between_looks = 65536;  // at the clock
  const auto end = std::chrono::steady_clock::now() + budget;
  z_stream& zlib = state_->zlib;
  while (!state_->done) {
    const auto read = static_cast<std::size_t>(reinterpret_cast<const char*>(zlib.next_in) - state_->bytes.data());
    const std::size_t piece = std::min(between_looks, state_->bytes.size() - read);
    zlib.avail_in = static_cast<uInt>(piece);
    const int flush = read + piece == state_->bytes.size() ? Z_FINISH : Z_NO_FLUSH;
    do {
      const std::size_t had = state_->out.size();
      state_->out.resize(had + between_looks);
      zlib.next_out = reinterpret_cast<Bytef*>(state_->out.data() + had);
      zlib.avail_out = between_looks;
      state_->done = deflate(&zlib, flush) == Z_STREAM_END;
      state_->out.resize(had + between_looks - zlib.avail_out);
    } while (zlib.avail_out == 0);
    if (std::chrono::steady_clock::now() >= end) break;
  }
  return state_->done;
}

double ZlibStream::progress() const {
  if (state_->bytes.empty()) return 1;
  return static_cast<double>(state_->zlib.total_in) / static_cast<double>(state_->bytes.size());
}

std::string ZlibStream::take() { return std::move(state_->out); }

std::string zlib_stream(std::string_view bytes) {
  ZlibStream stream(bytes);
  while (!stream.work(std::chrono::hours(1))) continue;
  return stream.take();
}

}  // namespace headwise
