#include "engine/io/file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what) {
  throw Error(print_text(path, 200) + ": " + what);
}

std::string reason() { return errno != 0 ? std::strerror(errno) : "input or output error"; }

void write_to(const std::string& shown, const fs::path& path,
              const std::function<void(std::ostream&)>& write) {
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (!out) fail(shown, "cannot be written: " + reason());
  write(out);
  out.close();
  if (!out) fail(shown, "could not be written to its end: " + reason());
}

/// Removes a file when it goes out of sight, unless it has been renamed by then.
struct Temporary {
  fs::path path;
  ~Temporary() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

}  // namespace

std::string read_file(const std::string& path, std::int64_t limit) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) fail(path, "there is no such file");
  if (error) fail(path, "cannot be read: " + error.message());
  if (fs::is_directory(status)) fail(path, "is a directory; give a file");
  const auto refuse_size = [&] {
    fail(path, "is larger than " + print_bytes(limit) + ", the most that is read");
  };
  std::uintmax_t size = 0;
  if (fs::is_regular_file(status)) {
    size = fs::file_size(path, error);
    if (error) fail(path, "cannot be read: " + error.message());
    if (size > static_cast<std::uintmax_t>(limit)) refuse_size();
  } else if (!fs::is_fifo(status)) {
    fail(path, "is a device; give a file");
  }

  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(path, "cannot be read: " + reason());
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(size));
  std::vector<char> chunk(1 << 20);
  while (in) {
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    bytes.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
    if (static_cast<std::int64_t>(bytes.size()) > limit) refuse_size();
  }
  if (in.bad()) fail(path, "could not be read to its end: " + reason());
  return bytes;
}

void write_file(const std::string& path, const std::function<void(std::ostream&)>& write) {
  std::error_code error;
  const fs::file_status before = fs::status(path, error);
  if (fs::is_directory(before)) fail(path, "is a directory; give a file name");
  if (fs::exists(before) && !fs::is_regular_file(before)) return write_to(path, path, write);

  const fs::path target =
      fs::exists(before) ? fs::canonical(path, error) : fs::path(path);  // through links
  if (error && fs::exists(before)) fail(path, "cannot be written: " + error.message());
  std::random_device random;
  const Temporary temporary{fs::path(target) += "." + std::to_string(random()) + ".tmp"};
  write_to(path, temporary.path, write);
  if (fs::exists(before)) fs::permissions(temporary.path, before.permissions(), error);
  fs::rename(temporary.path, target, error);
  if (error) fail(path, "cannot be written: " + error.message());
}

}  // namespace headwise
