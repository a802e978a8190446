#include "engine/io/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <utility>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

static_assert(std::endian::native == std::endian::little, "values are copied as they are stored");

constexpr std::uint64_t largest_header = 100'000'000;
constexpr std::size_t prefix = 8;  // bytes of the header's length

std::string named(std::string_view name) { return "'" + print_text(name, 80) + "'"; }

/// Bytes of one value; 0 for a type that we don't know.
std::uint64_t value_bytes(std::string_view dtype) {
  static constexpr std::pair<std::string_view, std::uint64_t> sizes[] = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},   {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"I16", 2},
      {"U16", 2},  {"F16", 2}, {"BF16", 2}, {"I32", 4},     {"U32", 4},     {"F32", 4},
      {"F64", 8},  {"I64", 8}, {"U64", 8},  {"C64", 8}};
  for (const auto& [name, size] : sizes) {
    if (name == dtype) return size;
  }
  return 0;
}

/// Takes the header apart as it is read. The format is three levels deep and nothing deeper is
/// followed, no tree is built, and every type is checked before it is converted.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  HeaderReader(const std::string& file, std::map<std::string, std::string>& metadata,
               std::vector<StoredTensor>& tensors)
      : file_(file), metadata_(metadata), tensors_(tensors) {}

  bool start_object(std::size_t) override {
    if (depth_ > 1) return refuse_value("an object");
    seen_[depth_++].clear();
    return true;
  }
  bool key(std::string& name) override {
    if (!seen_[depth_ - 1].insert(name).second) {
      refuse((depth_ == 1 ? "header: " : subject()) + named(name) + " is given twice");
    }
    if (depth_ == 1) {
      in_metadata_ = name == metadata_name;
      if (!in_metadata_) tensors_.emplace_back().name = name;
    } else if (!in_metadata_ && name != "dtype" && name != "shape" && name != "data_offsets") {
      refuse(subject() + "unknown field " + named(name) +
             "; there must be dtype, shape and data_offsets");
    }
    key_[depth_ - 1] = name;
    return true;
  }
  bool end_object() override {
    if (--depth_ == 1 && !in_metadata_) {
      for (const char* field : {"dtype", "shape", "data_offsets"}) {
        if (!seen_[1].count(field)) refuse(subject() + "has no " + field);
      }
      if (offsets_.size() != 2)
        refuse(subject() + "data_offsets must be two numbers, begin and end");
      tensors_.back().begin = offsets_[0];
      tensors_.back().end = offsets_[1];
      offsets_.clear();
    }
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_metadata_ || in_list_ || key_[1] == "dtype")
      return refuse_value("a list");
    in_list_ = true;
    return true;
  }
  bool end_array() override {
    in_list_ = false;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (!in_list_) return refuse_value("a number");
    if (key_[1] == "shape") {
      tensors_.back().shape.push_back(value);
    } else if (offsets_.size() < 3) {
      offsets_.push_back(value);
    }
    return true;
  }
  bool string(string_t& value) override {
    if (depth_ != 2 || in_list_ || (!in_metadata_ && key_[1] != "dtype"))
      return refuse_value("text");
    (in_metadata_ ? metadata_[key_[1]] : tensors_.back().dtype) = std::move(value);
    return true;
  }

  bool null() override { return refuse_value("null"); }
  bool boolean(bool) override { return refuse_value("true or false"); }
  bool number_integer(number_integer_t) override { return refuse_value("a negative number"); }
  bool number_float(number_float_t, const string_t&) override {
    return refuse_value("a number that is not whole, or too large");
  }
  bool binary(binary_t&) override { return refuse_value("binary data"); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    refuse("header is not valid JSON at its byte " + std::to_string(position));
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw Error(file_ + ": " + what); }
  bool refuse_value(const std::string& what) const {
    const std::string field = depth_ == 2 ? named(key_[1]) + " " : "";
    refuse(subject() + field + "is " + what + ", but must be " + wanted());
  }
  std::string subject() const {
    return in_metadata_ ? "__metadata__: " : "tensor " + named(key_[0]) + ": ";
  }
  std::string wanted() const {
    if (depth_ < 2) return "an object";
    if (in_metadata_ || key_[1] == "dtype") return "text";
    return in_list_ ? "a list of whole numbers, 0 or more" : "a list of whole numbers";
  }

  std::string file_;
  std::map<std::string, std::string>& metadata_;
  std::vector<StoredTensor>& tensors_;
  int depth_ = 0;
  bool in_list_ = false;
  bool in_metadata_ = false;
  std::string key_[2];
  std::set<std::string> seen_[2];
  std::vector<std::uint64_t> offsets_;
};

std::string byte_range(std::uint64_t begin, std::uint64_t end) {
  return std::to_string(begin) + " to " + std::to_string(end);
}

void check_extent(const std::string& file, const StoredTensor& tensor, std::uint64_t data_bytes) {
  const std::string what = file + ": tensor " + named(tensor.name) + ": ";
  if (tensor.begin > tensor.end || tensor.end > data_bytes) {
    throw Error(what + "data_offsets " + byte_range(tensor.begin, tensor.end) +
                " do not lie within the " + std::to_string(data_bytes) + " bytes of data");
  }
  const std::uint64_t size = value_bytes(tensor.dtype);
  if (size == 0) return;  // a type of the future, which nobody here will read
  std::uint64_t bytes = 0;
  if (!byte_count(tensor.shape, size, bytes)) {
    throw Error(what + "shape has more values than any file can hold");
  }
  if (bytes != tensor.end - tensor.begin) {
    throw Error(what + "data_offsets " + byte_range(tensor.begin, tensor.end) + " span " +
                std::to_string(tensor.end - tensor.begin) + " bytes, but its shape of " +
                tensor.dtype + " needs " + std::to_string(bytes));
  }
}

/// `tensors` in order of their data: each must begin where the one before ends.
void check_cover(const std::string& file, const std::vector<StoredTensor>& tensors,
                 std::uint64_t data_bytes) {
  std::uint64_t end = 0;
  std::string before;
  for (const StoredTensor& tensor : tensors) {
    if (tensor.begin < end) {
      throw Error(file + ": tensors " + named(before) + " and " + named(tensor.name) +
                  " overlap at byte " + std::to_string(tensor.begin) + " of the data");
    }
    if (tensor.begin > end) {
      throw Error(file + ": bytes " + byte_range(end, tensor.begin) +
                  " of the data, before tensor " + named(tensor.name) + ", belong to no tensor");
    }
    end = tensor.end;
    before = tensor.name;
  }
  if (end < data_bytes) {
    throw Error(file + ": bytes " + byte_range(end, data_bytes) +
                " of the data, after the last tensor, belong to no tensor");
  }
}

}  // namespace

Safetensors::Safetensors(std::string bytes, const std::string& file)
    : StoredTensors(file), bytes_(std::move(bytes)) {
  if (bytes_.size() < prefix) {
    throw Error(file_ + ": has " + std::to_string(bytes_.size()) +
                " bytes; a safetensors file starts with 8 that give its header's length");
  }
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes_.data(), prefix);
  const std::uint64_t rest = bytes_.size() - prefix;
  if (header_bytes > largest_header) {
    throw Error(file_ + ": is not a safetensors file: its header would have " +
                std::to_string(header_bytes) + " bytes, and at most " +
                std::to_string(largest_header) + " are allowed");
  }
  if (header_bytes > rest) {
    throw Error(file_ + ": is cut short, or not a safetensors file: its header should have " +
                std::to_string(header_bytes) + " bytes, and only " + std::to_string(rest) +
                " follow");
  }
  const std::string_view header(bytes_.data() + prefix, static_cast<std::size_t>(header_bytes));
  if (header.empty() || header[0] != '{')
    throw Error(file_ + ": is not a safetensors file: its header must start with {");
  // The JSON parser takes a NUL byte for the end of its input.
  if (const std::size_t nul = header.find('\0'); nul != header.npos) {
    throw Error(file_ + ": header has a NUL at its byte " + std::to_string(nul) +
                "; only JSON text is allowed");
  }
  HeaderReader reader(file_, metadata_, tensors_);
  nlohmann::json::sax_parse(header.begin(), header.end(), &reader);

  data_ = prefix + header.size();
  const std::uint64_t data_bytes = bytes_.size() - data_;
  for (const StoredTensor& tensor : tensors_) check_extent(file_, tensor, data_bytes);
  std::stable_sort(tensors_.begin(), tensors_.end(),
                   [](const StoredTensor& a, const StoredTensor& b) {
                     return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
                   });
  check_cover(file_, tensors_, data_bytes);
}

std::vector<float> Safetensors::values(const StoredTensor& tensor) const {
  if (tensor.dtype != "F32") {
    throw Error(describe(tensor) + " holds " + named(tensor.dtype) +
                " values; they must be F32 (in PyTorch: tensor.float())");
  }
  std::vector<float> values(static_cast<std::size_t>((tensor.end - tensor.begin) / sizeof(float)));
  if (values.empty()) return values;
  std::memcpy(values.data(), bytes_.data() + data_ + tensor.begin, values.size() * sizeof(float));
  check_numbers(tensor, values);
  return values;
}

void write_safetensors(std::ostream& out, const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[metadata_name] = metadata;
  std::int64_t end = 0;
  for (const NamedTensor& tensor : tensors) {
    std::int64_t bytes = sizeof(float);
    for (const std::int64_t size : tensor.shape) bytes *= size;
    header[tensor.name] = {
        {"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {end, end + bytes}}};
    end += bytes;
  }
  std::string text = header.dump();
  text.resize((text.size() + prefix - 1) / prefix * prefix, ' ');  // so that values are aligned
  const auto length = static_cast<std::uint64_t>(text.size());
  out.write(reinterpret_cast<const char*>(&length), prefix);
  out << text;
  for (const NamedTensor& tensor : tensors) {
    const std::vector<float> values = tensor.values();
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(float)));
  }
}

}  // namespace headwise
