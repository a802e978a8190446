#include "engine/io/npy.hpp"

#include <cstring>
#include <set>
#include <utility>

#include "engine/io/zip.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::string_view magic{"\x93NUMPY"};
constexpr std::uint64_t largest_header = 65'535;
constexpr std::uint64_t code_bytes = 4;  // of a character of NumPy's text, UTF-32

/// The header of an array: a Python dictionary of three entries, and nothing else.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& subject)
      : text_(text), subject_(subject) {}

  void read(StoredTensor& tensor) {
    std::set<std::string> seen;
    expect('{',
           "must be a dictionary, like {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}");
    while (!accept('}')) {
      const std::string key = string("a key in quotes");
      if (!seen.insert(key).second) refuse("gives '" + print_text(key) + "' twice");
      expect(':', "must have a colon after '" + print_text(key) + "'");
      if (key == "descr") {
        tensor.dtype = string("one type in quotes, like '<f4', for descr (records are not read)");
      } else if (key == "fortran_order") {
        tensor.column_major = truth();
      } else if (key == "shape") {
        tensor.shape = sizes();
      } else {
        refuse("has an unknown field '" + print_text(key) +
               "'; there must be descr, fortran_order and shape");
      }
      if (accept(',')) continue;
      expect('}', "must have a comma or } after '" + key + "'");
      break;
    }
    for (const char* field : {"descr", "fortran_order", "shape"}) {
      if (seen.count(field) == 0) refuse(std::string("has no ") + field);
    }
    skip_blanks();
    if (at_ < text_.size()) refuse("must end after its }");
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(subject_ + ": header " + what);
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool accept(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c, const std::string& otherwise) {
    if (!accept(c)) refuse(otherwise);
  }
  std::string string(const std::string& wanted) {
    const char quote = accept('\'') ? '\'' : '"';
    if (quote == '"' && !accept('"')) refuse("must have " + wanted);
    const std::size_t begin = at_;
    const std::size_t end = text_.find(quote, begin);
    if (end == text_.npos) refuse("must have " + wanted);
    at_ = end + 1;
    return std::string(text_.substr(begin, end - begin));
  }
  bool truth() {
    skip_blanks();
    for (const auto& [word, value] :
         {std::pair<std::string_view, bool>("True", true), {"False", false}}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    }
    refuse("must have True or False for fortran_order");
  }
  std::vector<std::uint64_t> sizes() {
    const std::string wanted = "must have whole numbers in brackets for shape, like (2, 3) or (3,)";
    expect('(', wanted);
    std::vector<std::uint64_t> all;
    while (!accept(')')) {
      all.push_back(size(wanted));
      if (accept(',')) continue;
      expect(')', wanted);
      if (all.size() == 1) refuse(wanted);  // (3) is no tuple
      break;
    }
    return all;
  }
  std::uint64_t size(const std::string& wanted) {
    skip_blanks();
    const std::size_t begin = at_;
    std::uint64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const auto digit = static_cast<std::uint64_t>(text_[at_] - '0');
      if (value > (UINT64_MAX - digit) / 10) refuse("has a size in its shape that passes 64 bits");
      value = value * 10 + digit;
    }
    if (at_ == begin) refuse(wanted);
    return value;
  }

  std::string_view text_;
  std::string subject_;
  std::size_t at_ = 0;
};

std::string tuple(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (std::size_t a = 0; a < shape.size(); ++a)
    text += (a > 0 ? " " : "") + std::to_string(shape[a]) + ",";
  if (shape.size() > 1) text.pop_back();
  return text + ")";
}

}  // namespace

std::uint64_t npy_value_bytes(std::string_view dtype) {
  if (dtype.size() < 3 || dtype.size() > 12) return 0;
  std::uint64_t size = 0;
  for (const char c : dtype.substr(2)) {
    if (c < '0' || c > '9') return 0;
    size = size * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return dtype[1] == 'U' ? size * code_bytes : size;
}

void read_npy_header(std::string_view bytes, const std::string& subject, StoredTensor& tensor) {
  const std::string_view entry = bytes_between(bytes, tensor.begin, tensor.end);
  if (!entry.starts_with(magic) || entry.size() < 12) {
    throw Error(subject +
                ": is not an npy array: it must start with \\x93NUMPY, a version and a length");
  }
  const int version = entry[6];
  if (version < 1 || version > 3 || entry[7] != 0) {
    throw Error(
        subject + ": is of npy version " + std::to_string(static_cast<unsigned char>(entry[6])) +
        "." + std::to_string(static_cast<unsigned char>(entry[7])) + "; 1.0, 2.0 and 3.0 are read");
  }
  std::uint32_t length = 0;
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  std::memcpy(&length, entry.data() + 8, length_bytes);
  const std::size_t start = 8 + length_bytes;
  if (length > largest_header || length > entry.size() - start) {
    throw Error(subject + ": header would have " + std::to_string(length) + " bytes, but " +
                std::to_string(entry.size() - start) + " follow and at most " +
                std::to_string(largest_header) + " are allowed");
  }
  HeaderReader(entry.substr(start, length), subject).read(tensor);
  tensor.begin += start + length;

  const std::uint64_t size = npy_value_bytes(tensor.dtype);
  if (size == 0) return;  // objects and the like, which nobody here will read
  std::uint64_t needed = 0;
  if (!byte_count(tensor.shape, size, needed)) {
    throw Error(subject + ": shape has more values than any file can hold");
  }
  if (needed != tensor.end - tensor.begin) {
    throw Error(subject + ": has " + std::to_string(tensor.end - tensor.begin) +
                " bytes of values, but shape " + shape_text(tensor.shape) + " of '" +
                print_text(tensor.dtype) + "' needs " + std::to_string(needed));
  }
}

std::string npy_header(const std::string& dtype, const std::vector<std::int64_t>& shape) {
  std::string text =
      "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + tuple(shape) + ", }";
  constexpr std::size_t before = 10;  // magic, version, length
  text.resize((before + text.size() + 1 + 63) / 64 * 64 - before - 1, ' ');
  text += '\n';
  std::string header(magic);
  const auto length = static_cast<std::uint16_t>(text.size());
  header += {'\1', '\0'};
  header.append(reinterpret_cast<const char*>(&length), sizeof length);
  return header + text;
}

}  // namespace headwise
