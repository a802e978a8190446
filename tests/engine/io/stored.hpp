#pragma once
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "engine/io/stored_tensors.hpp"
#include "engine/tensor/error.hpp"

namespace headwise::test {

/// A safetensors file as bytes.
inline std::string stored(const std::string& header, const std::string& data = "") {
  const auto length = static_cast<std::uint64_t>(header.size());
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + data;
}

inline std::string bytes_of(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// A header's entry: `"name": {...}`.
inline std::string entry(const std::string& name, const std::string& shape, std::uint64_t begin,
                         std::uint64_t end, const std::string& dtype = "F32") {
  return "\"" + name + "\": {\"dtype\": \"" + dtype + "\", \"shape\": " + shape +
         ", \"data_offsets\": [" + std::to_string(begin) + ", " + std::to_string(end) + "]}";
}

/// `whole` with one to three places changed: some bytes gone, one more, or another of `signs`.
inline std::string damaged(const std::string& whole, const std::string& signs, std::mt19937& random) {
  std::string bytes = whole;
  for (auto n = 1 + random() % 3; n > 0; --n) {
    const std::size_t at = random() % bytes.size();
    if (random() % 4 == 0) {
      bytes.erase(at, 1 + random() % 4);
    } else if (random() % 4 == 0) {
      bytes.insert(at, 1, signs[random() % signs.size()]);
    } else {
      bytes[at] = signs[random() % signs.size()];
    }
    if (bytes.empty()) bytes = "x";
  }
  return bytes;
}

/// Two small tensors and metadata, as the writers take them.
inline const std::vector<NamedTensor>& two_tensors() {
  static const std::vector<NamedTensor> two{{"w_q", {2, 2}, [] { return std::vector<float>{1, 2, 3, 4}; }},
                                            {"b_q", {2}, [] { return std::vector<float>{1, 2}; }}};
  return two;
}

/// What an Error says; empty where there is none.
template <typename Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// For `CHECK(says(error_of(...), "..."))`.
inline bool says(const std::string& message, const std::string& part) {
  return message.find(part) != message.npos;
}

}  // namespace headwise::test
