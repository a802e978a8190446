#include "engine/io/npz.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <ostream>

#include "engine/io/npy.hpp"
#include "engine/io/zip.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are stored");

constexpr std::string_view extension{".npy"};

float from_half(std::uint16_t half) {
  const int exponent = half >> 10 & 0x1F;
  const int fraction = half & 0x3FF;
  float value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  }
  return (half & 0x8000) != 0 ? -value : value;
}

template <typename T>
std::vector<T> stored_values(std::string_view data) {
  std::vector<T> values(data.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), data.data(), values.size() * sizeof(T));
  return values;
}

/// Values whose first index runs fastest, to row-major order.
std::vector<float> to_row_major(const std::vector<float>& values,
                                const std::vector<std::uint64_t>& shape) {
  std::vector<std::uint64_t> strides(shape.size(), 1);
  for (std::size_t a = 1; a < shape.size(); ++a) strides[a] = strides[a - 1] * shape[a - 1];
  std::vector<std::uint64_t> index(shape.size(), 0);
  std::vector<float> out;
  out.reserve(values.size());
  std::uint64_t from = 0;
  while (out.size() < values.size()) {
    out.push_back(values[static_cast<std::size_t>(from)]);
    for (std::size_t a = shape.size(); a-- > 0;) {
      from += strides[a];
      if (++index[a] < shape[a]) break;
      from -= strides[a] * shape[a];
      index[a] = 0;
    }
  }
  return out;
}

void append_utf8(std::string& to, std::uint32_t code) {
  const auto add = [&to](std::uint32_t byte) { to += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xE0 | code >> 12);
    } else {
      add(0xF0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3F));
    }
    add(0x80 | (code >> 6 & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

std::u32string to_codes(std::string_view text) {
  std::u32string codes;
  while (!text.empty()) {
    const Utf8 next = next_utf8(text);
    codes += static_cast<char32_t>(next.code);
    text.remove_prefix(next.bytes);
  }
  return codes;
}

}  // namespace

Npz::Npz(std::string bytes, const std::string& file)
    : StoredTensors(file), bytes_(std::move(bytes)) {
  for (const ZipEntry& entry : read_zip(bytes_, file_)) {
    if (!entry.name.ends_with(extension)) {
      throw Error(file_ + ": entry '" + print_text(entry.name, 80) +
                  "' is not an array; an npz file holds NAME.npy");
    }
    StoredTensor tensor;
    tensor.name = entry.name.substr(0, entry.name.size() - extension.size());
    tensor.begin = entry.begin;
    tensor.end = entry.end;
    read_npy_header(bytes_, describe(tensor), tensor);
    if (tensor.name == metadata_name) {
      read_metadata(tensor);
    } else {
      tensors_.push_back(std::move(tensor));
    }
  }
}

void Npz::read_metadata(const StoredTensor& tensor) {
  if (tensor.dtype.substr(0, 2) != "<U" || tensor.shape.size() != 2 || tensor.shape[1] != 2 ||
      tensor.column_major) {
    throw Error(describe(tensor) + ": must be text of shape (n, 2), keys and values, not '" +
                print_text(tensor.dtype) + "' of shape " + shape_text(tensor.shape));
  }
  const std::uint64_t width = npy_value_bytes(tensor.dtype);
  for (std::uint64_t row = 0; row < tensor.shape[0] && width > 0; ++row) {
    std::string texts[2];
    for (std::uint64_t column = 0; column < 2; ++column) {
      const std::uint64_t at = tensor.begin + (row * 2 + column) * width;
      const auto codes = stored_values<std::uint32_t>(bytes_between(bytes_, at, at + width));
      const auto end = std::find(codes.begin(), codes.end(), 0U);
      for (auto code = codes.begin(); code != end; ++code) {
        if (*code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000)) {
          throw Error(describe(tensor) + ": character " + std::to_string(*code) + " at [" +
                      std::to_string(row) + ", " + std::to_string(column) + "] is not Unicode");
        }
        append_utf8(texts[column], *code);
      }
    }
    if (!metadata_.emplace(texts[0], texts[1]).second) {
      throw Error(describe(tensor) + ": '" + print_text(texts[0]) + "' is given twice");
    }
  }
}

std::vector<float> Npz::values(const StoredTensor& tensor) const {
  const std::string_view data = bytes_between(bytes_, tensor.begin, tensor.end);
  std::vector<float> values;
  std::optional<std::size_t> too_large;
  if (tensor.dtype == "<f4") {
    values = stored_values<float>(data);
  } else if (tensor.dtype == "<f8") {
    for (const double value : stored_values<double>(data)) {
      // Beyond the largest float, C++ leaves the conversion open.
      const bool fits = !std::isfinite(value) || std::fabs(value) <= 3.4028234663852886e38;
      if (!fits && !too_large) too_large = values.size();
      values.push_back(fits ? static_cast<float>(value) : INFINITY);
    }
  } else if (tensor.dtype == "<f2") {
    for (const std::uint16_t half : stored_values<std::uint16_t>(data))
      values.push_back(from_half(half));
  } else {
    throw Error(describe(tensor) + " holds '" + print_text(tensor.dtype) +
                "' values; they must be '<f4', '<f8' or '<f2' (in NumPy: array.astype('<f4'))");
  }
  if (too_large) throw Error(describe(tensor) + " has a value too large for float32");
  if (tensor.column_major) values = to_row_major(values, tensor.shape);
  check_numbers(tensor, values);
  return values;
}

void write_npz(std::ostream& out, const std::vector<NamedTensor>& tensors,
               const std::map<std::string, std::string>& metadata) {
  ZipWriter zip(out);
  const auto add = [&zip](const std::string& name, const std::string& header,
                          std::string_view values) {
    zip.add(name + std::string(extension), header, values);
  };
  for (const NamedTensor& tensor : tensors) {
    const std::vector<float> values = tensor.values();
    add(tensor.name, npy_header("<f4", tensor.shape),
        {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  }
  if (!metadata.empty()) {
    std::size_t width = 1;
    for (const auto& [key, value] : metadata)
      width = std::max({width, to_codes(key).size(), to_codes(value).size()});
    std::u32string all;
    for (const auto& [key, value] : metadata) {
      for (const std::string& text : {key, value}) {
        all += to_codes(text);
        all.resize((all.size() + width - 1) / width * width + (text.empty() ? width : 0), U'\0');
      }
    }
    add(metadata_name,
        npy_header("<U" + std::to_string(width), {static_cast<std::int64_t>(metadata.size()), 2}),
        {reinterpret_cast<const char*>(all.data()), all.size() * sizeof(char32_t)});
  }
  zip.finish();
}

}  // namespace headwise
