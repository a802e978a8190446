#include "engine/io/deflate.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace headwise {

namespace {

constexpr std::size_t window = 32768;
constexpr std::size_t shortest = 3;
constexpr std::size_t longest = 258;
constexpr int most_candidates = 24;

/// The first value of each code, and the bits that follow it (RFC 1951, 3.2.5).
struct Step {
  std::uint16_t first;
  std::uint8_t extra;
};
constexpr std::array<Step, 29> lengths{{{3, 0},  {4, 0},  {5, 0},  {6, 0},  {7, 0},  {8, 0},   {9, 0},   {10, 0},  {11, 1}, {13, 1},
                                        {15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2}, {31, 2},  {35, 3},  {43, 3},  {51, 3}, {59, 3},
                                        {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}}};
constexpr std::array<Step, 30> distances{{{1, 0},     {2, 0},     {3, 0},     {4, 0},     {5, 1},    {7, 1},    {9, 2},    {13, 2},
                                          {17, 3},    {25, 3},    {33, 4},    {49, 4},    {65, 5},   {97, 5},   {129, 6},  {193, 6},
                                          {257, 7},   {385, 7},   {513, 8},   {769, 8},   {1025, 9}, {1537, 9}, {2049, 10}, {3073, 10},
                                          {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13}}};

class Bits {
 public:
  /// The lowest bit first.
  void put(std::uint32_t value, int count) {
    held_ |= static_cast<std::uint64_t>(value) << held_count_;
    for (held_count_ += count; held_count_ >= 8; held_count_ -= 8, held_ >>= 8) out_ += static_cast<char>(held_ & 0xFF);
  }
  /// Huffman codes have their highest bit first.
  void put_code(std::uint32_t code, int count) {
    std::uint32_t turned = 0;
    for (int i = 0; i < count; ++i) turned |= (code >> i & 1U) << (count - 1 - i);
    put(turned, count);
  }
  /// The fixed code of a literal or length (RFC 1951, 3.2.6).
  void put_symbol(std::uint32_t symbol) {
    if (symbol < 144) return put_code(0x30 + symbol, 8);
    if (symbol < 256) return put_code(0x190 + symbol - 144, 9);
    if (symbol < 280) return put_code(symbol - 256, 7);
    put_code(0xC0 + symbol - 280, 8);
  }
  std::string& finish() {
    if (held_count_ > 0) put(0, 8 - held_count_);
    return out_;
  }

 private:
  std::string out_;
  std::uint64_t held_ = 0;
  int held_count_ = 0;
};

template <std::size_t N>
std::size_t place(const std::array<Step, N>& steps, std::size_t value) {
  const auto after = std::upper_bound(steps.begin(), steps.end(), value,
                                      [](std::size_t v, const Step& step) { return v < step.first; });
  return static_cast<std::size_t>(after - steps.begin()) - 1;
}

void put_repeat(Bits& bits, std::size_t length, std::size_t distance) {
  const std::size_t l = place(lengths, length);
  bits.put_symbol(static_cast<std::uint32_t>(257 + l));
  bits.put(static_cast<std::uint32_t>(length - lengths[l].first), lengths[l].extra);
  const std::size_t d = place(distances, distance);
  bits.put_code(static_cast<std::uint32_t>(d), 5);
  bits.put(static_cast<std::uint32_t>(distance - distances[d].first), distances[d].extra);
}

/// Earlier places that begin with the same three bytes, the nearest first.
class Places {
 public:
  explicit Places(std::string_view bytes) : bytes_(bytes), latest_(std::size_t{1} << hash_bits, none), before_(window, none) {}

  void add(std::size_t at) {
    if (at + shortest > bytes_.size()) return;
    std::int64_t& latest = latest_[hash(at)];
    before_[at % window] = latest;
    latest = static_cast<std::int64_t>(at);
  }
  /// The longest repeat that begins at `at`, as length and distance; length 0: none.
  std::pair<std::size_t, std::size_t> find(std::size_t at) const {
    if (at + shortest > bytes_.size()) return {0, 0};
    const std::size_t most = std::min(longest, bytes_.size() - at);
    std::size_t best = shortest - 1;
    std::size_t distance = 0;
    std::int64_t from = latest_[hash(at)];
    for (int tries = 0; from != none && tries < most_candidates && best < most; ++tries) {
      const auto earlier = static_cast<std::size_t>(from);
      if (at - earlier >= window) break;
      const char* const a = bytes_.data() + earlier;
      const char* const b = bytes_.data() + at;
      if (a[best] == b[best]) {
        const auto length = static_cast<std::size_t>(std::mismatch(b, b + most, a).first - b);
        if (length > best) {
          best = length;
          distance = at - earlier;
        }
      }
      from = before_[earlier % window];
    }
    return distance > 0 ? std::pair(best, distance) : std::pair<std::size_t, std::size_t>{0, 0};
  }

 private:
  static constexpr int hash_bits = 15;
  static constexpr std::int64_t none = -1;

  std::size_t hash(std::size_t at) const {
    std::uint32_t three = 0;
    std::memcpy(&three, bytes_.data() + at, shortest);
    return three * 0x9E3779B1U >> (32 - hash_bits);
  }

  std::string_view bytes_;
  std::vector<std::int64_t> latest_;
  std::vector<std::int64_t> before_;
};

std::uint32_t adler32(std::string_view bytes) {
  constexpr std::size_t without_overflow = 5552;
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  while (!bytes.empty()) {
    for (const char byte : bytes.substr(0, without_overflow)) b += a += static_cast<unsigned char>(byte);
    a %= 65521;
    b %= 65521;
    bytes.remove_prefix(std::min(bytes.size(), without_overflow));
  }
  return b << 16 | a;
}

}  // namespace

struct ZlibStream::State {
  std::string_view bytes;
  Bits bits;
  Places places{bytes};
  std::size_t at = 0;
};

ZlibStream::ZlibStream(std::string_view bytes) : state_(std::make_unique<State>(State{.bytes = bytes, .bits = {}})) {
  Bits& bits = state_->bits;
  bits.put(0x78, 8);  // deflate, a window of 32 KiB
  bits.put(0x01, 8);  // makes both a multiple of 31
  bits.put(1, 1);     // the last block
  bits.put(1, 2);     // with fixed codes
}

ZlibStream::~ZlibStream() = default;

bool ZlibStream::work(std::chrono::duration<double> budget) {
  constexpr std::size_t between_looks = 16384;  // at the clock
  const auto end = std::chrono::steady_clock::now() + budget;
  auto& [bytes, bits, places, at] = *state_;
  while (at < bytes.size()) {
    const std::size_t until = std::min(bytes.size(), at + between_looks);
    while (at < until) {
      const auto [length, distance] = places.find(at);
      if (length == 0) {
        bits.put_symbol(static_cast<unsigned char>(bytes[at]));
      } else {
        put_repeat(bits, length, distance);
      }
      for (std::size_t i = 0; i < std::max<std::size_t>(length, 1); ++i) places.add(at++);
    }
    if (std::chrono::steady_clock::now() >= end) break;
  }
  return at >= bytes.size();
}

double ZlibStream::progress() const {
  return state_->bytes.empty() ? 1 : static_cast<double>(state_->at) / static_cast<double>(state_->bytes.size());
}

std::string ZlibStream::take() {
  state_->bits.put_symbol(256);
  std::string& out = state_->bits.finish();
  const std::uint32_t sum = adler32(state_->bytes);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(sum >> shift & 0xFF);
  return std::move(out);
}

std::string zlib_stream(std::string_view bytes) {
  ZlibStream stream(bytes);
  while (!stream.work(std::chrono::hours(1))) continue;
  return stream.take();
}

}  // namespace headwise
