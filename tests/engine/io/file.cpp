#include "engine/io/file.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/engine/io/stored.hpp"

using namespace headwise;
using namespace headwise::test;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, gone afterwards.
struct Folder {
  fs::path path =
      fs::temp_directory_path() / ("headwise-file-test-" + std::to_string(std::random_device()()));
  Folder() { fs::create_directory(path); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string operator/(const char* name) const { return (path / name).string(); }
  std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
};

}  // namespace

TEST_CASE("files are written whole and read whole") {
  const Folder folder;
  const std::string path = folder / "a file";
  const std::string bytes = std::string("\0\xff\n", 3) + std::string(3'000'000, 'x');
  write_file(path, [&](std::ostream& out) { out << bytes; });
  CHECK(read_file(path, 4'000'000) == bytes);
  CHECK(read_file(path, static_cast<std::int64_t>(bytes.size())) == bytes);
  write_file(path, [](std::ostream& out) { out << "new"; });
  CHECK(read_file(path, 3) == "new");
  CHECK(folder.files() == 1);
}

TEST_CASE("a failure leaves what was there") {
  const Folder folder;
  const std::string path = folder / "kept";
  write_file(path, [](std::ostream& out) { out << "old"; });
  CHECK(error_of([&] { write_file(path, [](std::ostream&) { throw Error("stop"); }); }) == "stop");
  CHECK(says(error_of([&] {
               write_file(path, [](std::ostream& out) { out.setstate(std::ios::badbit); });
             }),
             "kept: could not be written to its end"));
  CHECK(read_file(path, 100) == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("what is not a file is refused by name") {
  const Folder folder;
  CHECK(says(error_of([&] { read_file(folder / "none", 9); }), "none: there is no such file"));
  CHECK(says(error_of([&] { read_file(folder.path.string(), 9); }), "is a directory; give a file"));
  CHECK(says(error_of([&] { write_file(folder.path.string(), [](std::ostream&) {}); }),
             "is a directory"));
  CHECK(says(error_of([&] { write_file(folder / "no/file", [](std::ostream&) {}); }),
             "cannot be written"));
  write_file(folder / "large", [](std::ostream& out) { out << "0123456789"; });
  CHECK(says(error_of([&] { read_file(folder / "large", 9); }), "is larger than 9 B"));
}
