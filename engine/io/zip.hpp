#pragma once
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// A file within a zip archive: bytes `begin` to `end` of the archive are its contents.
struct ZipEntry {
  std::string name;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Bytes `begin` to `end`, which must lie within; positions in files have 64 bits where memory
/// has 32.
std::string_view bytes_between(std::string_view bytes, std::uint64_t begin, std::uint64_t end);

/// The entries of a zip archive, in the order of their contents. Entries must be stored, as
/// numpy.savez writes them: compressed, encrypted and zip64 ones are refused by name, and so are
/// archives that are cut, overlap, give a name twice or whose contents don't fit their checksums.
/// `file` is the name that messages use. PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.4.
std::vector<ZipEntry> read_zip(std::string_view bytes, const std::string& file);

/// Writes a zip archive of stored entries.
class ZipWriter {
 public:
  explicit ZipWriter(std::ostream& out) : out_(out) {}

  /// An entry whose contents are `head` and then `body`. Error where the archive would pass 4 GiB.
  void add(std::string_view name, std::string_view head, std::string_view body);
  /// Writes the directory; nothing may be added after it.
  void finish();

 private:
  std::ostream& out_;
  std::uint64_t written_ = 0;
  std::uint16_t entries_ = 0;
  std::string directory_;
};

}  // namespace headwise
