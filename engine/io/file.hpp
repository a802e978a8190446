#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace headwise {

/// All bytes of a file. Error, naming it, where it is missing, a directory, not readable or larger
/// than `limit` bytes.
std::string read_file(const std::string& path, std::int64_t limit);

/// Writes a file by `write`: under another name beside it first, so that a file that was there
/// stays whole until the new one is. Pipes and devices are written to directly. Error where that
/// fails.
void write_file(const std::string& path, const std::function<void(std::ostream&)>& write);

}  // namespace headwise
