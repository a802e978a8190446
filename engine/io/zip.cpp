#include "engine/io/zip.hpp"

#include <algorithm>
#include <cstring>
#include <ostream>
#include <set>

#include "engine/io/checksum.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::size_t local_size = 30;
constexpr std::size_t central_size = 46;
constexpr std::size_t end_size = 22;
constexpr std::uint32_t zip64 = 0xFFFFFFFF;  // in the place of a number: it is elsewhere
constexpr std::uint16_t utf8_name = 1 << 11;

/// Little-endian numbers at their places.
template <typename T>
T number(std::string_view bytes, std::uint64_t at) {
  T value = 0;
  std::memcpy(&value, bytes.data() + static_cast<std::size_t>(at), sizeof value);
  return value;
}
std::uint16_t word(std::string_view bytes, std::uint64_t at) {
  return number<std::uint16_t>(bytes, at);
}
std::uint32_t wide(std::string_view bytes, std::uint64_t at) {
  return number<std::uint32_t>(bytes, at);
}

void put(std::string& to, std::initializer_list<std::uint16_t> words) {
  for (const std::uint16_t w : words) to.append(reinterpret_cast<const char*>(&w), sizeof w);
}
void put_wide(std::string& to, std::initializer_list<std::uint32_t> numbers) {
  for (const std::uint32_t n : numbers) to.append(reinterpret_cast<const char*>(&n), sizeof n);
}

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  std::vector<ZipEntry> read() {
    const std::size_t end = find_end();
    const std::uint64_t size = wide(bytes_, end + 12);
    directory_ = wide(bytes_, end + 16);
    const std::size_t count = word(bytes_, end + 10);
    if (count == 0xFFFF || size == zip64 || directory_ == zip64) refuse_zip64("its directory");
    if (word(bytes_, end + 4) != 0 || word(bytes_, end + 6) != 0 ||
        word(bytes_, end + 8) != count) {
      refuse("is one part of a zip archive in several; only whole ones are read");
    }
    if (directory_ + size != end) {
      refuse("its zip directory should be bytes " + std::to_string(directory_) + " to " +
             std::to_string(directory_ + size) + ", but the end of it is at " +
             std::to_string(end));
    }
    std::vector<ZipEntry> entries;
    std::set<std::string> names;
    std::uint64_t at = directory_;
    for (std::size_t i = 0; i < count; ++i) {
      entries.push_back(read_entry(at, end));
      if (!names.insert(entries.back().name).second) refuse(entries.back(), "is given twice");
    }
    if (at != end)
      refuse("has more in its zip directory than the " + std::to_string(count) +
             " entries it counts");
    check_order(entries);
    return entries;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw Error(file_ + ": " + what); }
  [[noreturn]] void refuse(const ZipEntry& entry, const std::string& what) const {
    refuse("entry '" + print_text(entry.name, 80) + "' " + what);
  }
  [[noreturn]] void refuse_zip64(const std::string& what) const {
    refuse(what + " is in zip64 form, for archives beyond 4 GiB; at most 4 GiB are read");
  }

  std::size_t find_end() const {
    if (bytes_.size() < 4 ||
        (wide(bytes_, 0) != local_signature && wide(bytes_, 0) != end_signature)) {
      refuse("is not an npz file: it must start as zip archives do, with PK");
    }
    const std::size_t last = bytes_.size() < end_size ? 0 : bytes_.size() - end_size;
    for (std::size_t back = 0;
         bytes_.size() >= end_size && back <= std::min<std::size_t>(last, 0xFFFF); ++back) {
      const std::size_t at = last - back;
      if (wide(bytes_, at) == end_signature && word(bytes_, at + 20) == back) return at;
    }
    refuse("is cut short: it has no zip directory at its end");
  }

  /// The entry whose place in the directory is `at`, which moves on to the next.
  ZipEntry read_entry(std::uint64_t& at, std::uint64_t end) const {
    if (end - at < central_size || wide(bytes_, at) != central_signature) {
      refuse("its zip directory is damaged at byte " + std::to_string(at));
    }
    const std::size_t name_size = word(bytes_, at + 28);
    const std::size_t all =
        central_size + name_size + word(bytes_, at + 30) + word(bytes_, at + 32);
    if (end - at < all) refuse("its zip directory is damaged at byte " + std::to_string(at));
    const std::uint64_t name = at + central_size;
    ZipEntry entry{std::string(bytes_between(bytes_, name, name + name_size)), 0, 0};
    if ((word(bytes_, at + 8) & 1) != 0) refuse(entry, "is encrypted; it must be stored plainly");
    check_method(entry, word(bytes_, at + 10));
    const std::uint64_t stored = wide(bytes_, at + 20);
    const std::uint64_t local = wide(bytes_, at + 42);
    if (stored == zip64 || wide(bytes_, at + 24) == zip64 || local == zip64) {
      refuse_zip64("entry '" + print_text(entry.name, 80) + "'");
    }
    if (wide(bytes_, at + 24) != stored) refuse(entry, "is stored, but its two sizes differ");
    entry.begin = contents(entry, local, word(bytes_, at + 10));
    entry.end = entry.begin + stored;
    if (entry.end > directory_) {
      refuse(entry, "should be bytes " + std::to_string(entry.begin) + " to " +
                        std::to_string(entry.end) + ", beyond the zip directory at " +
                        std::to_string(directory_));
    }
    const std::string_view data = bytes_between(bytes_, entry.begin, entry.end);
    if (crc32(data) != wide(bytes_, at + 16))
      refuse(entry, "is damaged: its bytes don't fit their checksum");
    at += all;
    return entry;
  }

  void check_method(const ZipEntry& entry, std::uint16_t method) const {
    if (method == 0) return;
    if (method == 8) {
      refuse(entry, "is compressed; save with numpy.savez, not savez_compressed");
    }
    refuse(entry, "is compressed by method " + std::to_string(method) + "; it must be stored");
  }

  /// Where the contents begin, after the entry's own header at `at`.
  std::uint64_t contents(const ZipEntry& entry, std::uint64_t at, std::uint16_t method) const {
    if (at + local_size > directory_ || wide(bytes_, at) != local_signature) {
      refuse(entry,
             "has no header at byte " + std::to_string(at) + ", where the zip directory has it");
    }
    const std::size_t name_size = word(bytes_, at + 26);
    const std::uint64_t begin = at + local_size + name_size + word(bytes_, at + 28);
    if (begin > directory_ ||
        bytes_between(bytes_, at + local_size, at + local_size + name_size) != entry.name ||
        word(bytes_, at + 8) != method) {
      refuse(entry,
             "has a header at byte " + std::to_string(at) + " that differs from the zip directory");
    }
    return begin;
  }

  void check_order(std::vector<ZipEntry>& entries) const {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const ZipEntry& a, const ZipEntry& b) { return a.begin < b.begin; });
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (entries[i].begin < entries[i - 1].end + local_size) {
        refuse(entries[i], "overlaps '" + print_text(entries[i - 1].name, 80) + "' at byte " +
                               std::to_string(entries[i].begin));
      }
    }
  }

  std::string_view bytes_;
  const std::string& file_;
  std::uint64_t directory_ = 0;
};

}  // namespace

std::string_view bytes_between(std::string_view bytes, std::uint64_t begin, std::uint64_t end) {
  return bytes.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

std::vector<ZipEntry> read_zip(std::string_view bytes, const std::string& file) {
  return Reader(bytes, file).read();
}

void ZipWriter::add(std::string_view name, std::string_view head, std::string_view body) {
  const std::uint64_t size = std::uint64_t{head.size()} + body.size();
  const std::uint64_t all = written_ + local_size + name.size() + size;
  if (all + directory_.size() + central_size + name.size() + end_size >= zip64 ||
      entries_ == 0xFFFE) {
    throw Error("an npz file holds at most 4 GiB and 65,534 tensors; use safetensors for more");
  }
  const std::uint32_t checksum = crc32(body, crc32(head));
  std::string fields;                                // what both headers have in common
  put(fields, {20, utf8_name, 0, 0, (1 << 5) | 1});  // version, flags, stored, 1 January 1980
  put_wide(fields, {checksum, static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(size)});
  put(fields, {static_cast<std::uint16_t>(name.size()), 0});

  put_wide(directory_, {central_signature});
  put(directory_, {20});
  directory_ += fields;
  put(directory_, {0, 0, 0});
  put_wide(directory_, {0, static_cast<std::uint32_t>(written_)});
  directory_ += name;

  std::string local;
  put_wide(local, {local_signature});
  out_ << local << fields << name << head << body;
  written_ = all;
  ++entries_;
}

void ZipWriter::finish() {
  std::string end;
  put_wide(end, {end_signature});
  put(end, {0, 0, entries_, entries_});
  put_wide(end,
           {static_cast<std::uint32_t>(directory_.size()), static_cast<std::uint32_t>(written_)});
  put(end, {0});
  out_ << directory_ << end;
}

}  // namespace headwise
