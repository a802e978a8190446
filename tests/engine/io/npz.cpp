#include "engine/io/npz.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>
#include <sstream>

#include "engine/io/zip.hpp"
#include "tests/engine/io/stored.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Npz read(std::string bytes) { return {std::move(bytes), "some.npz"}; }

std::string error_in(const std::string& bytes) {
  return error_of([&] {
    const Npz file = read(bytes);
    for (const StoredTensor& tensor : file.tensors()) (void)file.values(tensor);
  });
}

/// A zip archive of files by name.
std::string zipped(const std::vector<std::pair<std::string, std::string>>& files) {
  std::ostringstream out;
  ZipWriter zip(out);
  for (const auto& [name, contents] : files) zip.add(name, contents, "");
  zip.finish();
  return out.str();
}

std::string npy(const std::string& header, const std::string& data, char version = 1) {
  const auto length = static_cast<std::uint32_t>(header.size());
  std::string bytes = "\x93NUMPY";
  bytes += {version, '\0'};
  bytes.append(reinterpret_cast<const char*>(&length), version == 1 ? 2 : 4);
  return bytes + header + data;
}

std::string dictionary(const std::string& descr, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }\n";
}

/// An archive of one array `w`.
std::string one(const std::string& header, const std::string& data, char version = 1) {
  return zipped({{"w.npy", npy(header, data, version)}});
}

template <typename T>
std::string raw(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::vector<float> values_of(const std::string& bytes) {
  const Npz file = read(bytes);
  return file.values(*file.find("w"));
}

/// `bytes` with those at `at` (from the end where negative) overwritten.
std::string changed(std::string bytes, std::ptrdiff_t at, const std::string& by) {
  const auto size = static_cast<std::ptrdiff_t>(bytes.size());
  return bytes.replace(static_cast<std::size_t>(at < 0 ? size + at : at), by.size(), by);
}

constexpr float infinity = std::numeric_limits<float>::infinity();
const std::string zeros(24, '\0');

}  // namespace

TEST_CASE("npz: what is written is read back") {
  std::ostringstream out;
  const std::vector<float> masked{0, -infinity, 1e-45F, -0.0F};
  write_npz(out,
            {{"block0/scores", {2, 2}, [&] { return masked; }},
             {"none", {0, 3}, [] { return std::vector<float>{}; }},
             {"single", {}, [] { return std::vector<float>{7}; }},
             {"\u00fcber", {1}, [] { return std::vector<float>{3.5F}; }}},
            {{"tokens", "\u732b \U0001f600 \u00e9"}, {"empty", ""}, {"", "x"}});
  const Npz file = read(out.str());
  CHECK(file.metadata() == std::map<std::string, std::string>{
                               {"tokens", "\u732b \U0001f600 \u00e9"}, {"empty", ""}, {"", "x"}});
  REQUIRE(file.tensors().size() == 4);
  const StoredTensor* scores = file.find("block0/scores");
  REQUIRE(scores);
  CHECK(scores->dtype == "<f4");
  CHECK(scores->shape == std::vector<std::uint64_t>{2, 2});
  CHECK(bytes_of(file.values(*scores)) == bytes_of(masked));
  CHECK(file.values(*file.find("none")).empty());
  CHECK(file.find("none")->shape == std::vector<std::uint64_t>{0, 3});
  CHECK(file.find("single")->shape.empty());
  CHECK(file.values(*file.find("single")) == std::vector<float>{7});
  CHECK(file.values(*file.find("\u00fcber")) == std::vector<float>{3.5F});
  CHECK(file.find("__metadata__") == nullptr);

  std::ostringstream empty;
  write_npz(empty, {}, {});
  CHECK(read(empty.str()).tensors().empty());
}

TEST_CASE("npz: types, orders and versions that NumPy writes") {
  const std::vector<float> rows{1, 2, 3, 4, 5, 6};
  const std::string columns = raw<float>({1, 4, 2, 5, 3, 6});
  CHECK(values_of(one(dictionary("<f4", "(2, 3)"), raw(rows))) == rows);
  CHECK(values_of(one(dictionary("<f4", "(2, 3)", true), columns)) == rows);
  CHECK(values_of(one(dictionary("<f4", "(6,)", true), raw(rows))) == rows);
  CHECK(values_of(one(dictionary("<f8", "(2,)"),
                      raw<double>({0.1, -std::numeric_limits<double>::infinity()}))) ==
        std::vector<float>{0.1F, -infinity});
  CHECK(values_of(one(dictionary("<f2", "(7,)"), raw<std::uint16_t>({0x3C00, 0xC100, 0x0001, 0x8000,
                                                                     0xFC00, 0x7BFF, 0x03FF}))) ==
        std::vector<float>{1, -2.5F, 0x1p-24F, -0.0F, -infinity, 65504, 1023 * 0x1p-24F});
  for (const char version : {'\1', '\2', '\3'}) {
    CAPTURE(static_cast<int>(version));
    CHECK(values_of(one(dictionary("<f4", "(6,)"), raw(rows), version)) == rows);
  }
  CHECK(values_of(one("{\"shape\":(1,6),\"descr\":\"<f4\",\n \"fortran_order\":False}   ",
                      raw(rows))) == rows);
  // Three axes, the first index fastest.
  CHECK(values_of(one(dictionary("<f4", "(2, 1, 2)", true), raw<float>({1, 3, 2, 4}))) ==
        std::vector<float>{1, 2, 3, 4});
}

TEST_CASE("npz: values that are not numbers to work with") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(error_in(one(dictionary("<f4", "(2, 2)"), raw<float>({1, 2, nan, 4}))) ==
        "some.npz: tensor 'w' is NaN at [1, 0]; every value must be a number");
  CHECK(says(error_in(one(dictionary("<f4", "(2, 2)", true), raw<float>({1, 2, nan, 4}))),
             "is NaN at [0, 1]"));
  CHECK(says(error_in(one(dictionary("<f2", "(1,)"), raw<std::uint16_t>({0x7E00}))),
             "is NaN at [0]"));
  CHECK(says(error_in(one(dictionary("<f8", "(1,)"), raw<double>({-1e39}))),
             "a value too large for float32"));
  CHECK(says(error_in(one(dictionary("<i4", "(6,)"), zeros)),
             "tensor 'w' holds '<i4' values; they must be '<f4', '<f8' or '<f2'"));
  for (const char* type :
       {">f4", "|f4", "=f4", "<f16", "|b1", "|O", "<U6", "<c8", "f4", "", "<f4\\n"}) {
    CAPTURE(type);
    CHECK(error_in(one(dictionary(type, "(6,)"), zeros)) != "");
  }
}

TEST_CASE("npz: headers that are not what the format asks for") {
  const auto header_error = [](const std::string& header) { return error_in(one(header, zeros)); };
  CHECK(header_error(dictionary("<f4", "(6,)")) == "");
  const std::string start = "{'descr': '<f4', 'fortran_order': False";
  CHECK(says(header_error(""), "some.npz: tensor 'w': header must be a dictionary"));
  CHECK(says(header_error("['<f4']"), "must be a dictionary"));
  CHECK(says(header_error("{}"), "has no descr"));
  CHECK(says(header_error(start + "}"), "has no shape"));
  CHECK(says(header_error("{'descr': '<f4', 'shape': (6,)}"), "has no fortran_order"));
  CHECK(says(header_error(start), "must have a comma or } after 'fortran_order'"));
  CHECK(says(header_error(start + ", 'shape': (6,)} x"), "must end after its }"));
  CHECK(says(header_error(start + ", 'shape': (6,), 'size': 1}"), "unknown field 'size'"));
  CHECK(says(header_error(start + ", 'descr': '<f4'}"), "gives 'descr' twice"));
  CHECK(says(header_error(start + ", shape: (6,)}"), "must have a key in quotes"));
  CHECK(says(header_error(start + ", 'shape' (6,)}"), "must have a colon after 'shape'"));
  CHECK(says(header_error(start + ", 'shape"), "must have a key in quotes"));
  CHECK(says(header_error("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}"),
             "records are not read"));
  CHECK(says(header_error("{'descr': '<f4', 'fortran_order': 0, 'shape': (6,)}"),
             "must have True or False"));
  for (const std::string shape :
       {"6", "[6]", "(6)", "(-6,)", "(6.0,)", "('6',)", "(6", "(,)", "(6 6)", "(0x6,)", "(6L,)"}) {
    CAPTURE(shape);
    CHECK(says(header_error(dictionary("<f4", shape)),
               "must have whole numbers in brackets for shape"));
  }
  CHECK(says(header_error(dictionary("<f4", "(18446744073709551616,)")), "passes 64 bits"));
  CHECK(says(header_error(dictionary("<f4", "(4294967296, 4294967296)")),
             "more values than any file can hold"));
  CHECK(says(header_error(dictionary("<f4", "(4611686018427387904,)")),
             "more values than any file can hold"));
  CHECK(says(header_error(dictionary("<f4", "(7,)")),
             "has 24 bytes of values, but shape (7) of '<f4' needs 28"));
  CHECK(says(header_error(dictionary("<f4", "()")), "needs 4"));
  CHECK(says(header_error(dictionary("<f4", "(0,)")), "needs 0"));
  CHECK(says(header_error(dictionary("<f8", "(6,)")), "needs 48"));
}

TEST_CASE("npz: arrays that are no arrays") {
  const std::string good = npy(dictionary("<f4", "(6,)"), zeros);
  const auto entry_error = [](const std::string& entry) {
    return error_in(zipped({{"w.npy", entry}}));
  };
  CHECK(entry_error(good) == "");
  CHECK(says(entry_error(""), "is not an npy array"));
  CHECK(says(entry_error("\x93NUMPY\x01"), "is not an npy array"));
  CHECK(says(entry_error("PK\x03\x04 and so on, for some bytes"), "is not an npy array"));
  CHECK(says(entry_error(changed(good, 6, "\x04")), "is of npy version 4.0"));
  CHECK(says(entry_error(changed(good, 6, "\xff")), "is of npy version 255.0"));
  CHECK(says(entry_error(changed(good, 7, "\x01")), "is of npy version 1.1"));
  CHECK(says(entry_error(changed(good, 8, "\xff\xff")), "header would have 65535 bytes, but "));
  CHECK(says(entry_error(changed(npy(dictionary("<f4", "(6,)"), zeros, 2), 8, "\xff\xff\xff\xff")),
             "header would have 4294967295 bytes"));
  CHECK(says(error_in(zipped({{"notes.txt", "x"}})), "entry 'notes.txt' is not an array"));
  CHECK(says(error_in(zipped({{"w.npy", good}, {"v.npy", good}, {"w.npy", good}})),
             "'w.npy' is given twice"));
  for (std::size_t length = 0; length < good.size(); ++length)
    CHECK(entry_error(good.substr(0, length)) != "");
}

TEST_CASE("npz: metadata") {
  const auto text = [](const std::string& descr, const std::string& shape,
                       const std::u32string& codes) {
    return zipped({{"__metadata__.npy",
                    npy(dictionary(descr, shape),
                        {reinterpret_cast<const char*>(codes.data()), codes.size() * 4})}});
  };
  CHECK(read(text("<U2", "(1, 2)", std::u32string(U"ab\u732b\0", 4))).metadata() ==
        std::map<std::string, std::string>{{"ab", "\u732b"}});
  CHECK(read(text("<U1", "(0, 2)", U"")).metadata().empty());
  CHECK(says(error_in(text("<U1", "(2,)", U"ab")), "must be text of shape (n, 2)"));
  CHECK(says(error_in(text("<i4", "(1, 2)", U"ab")), "must be text of shape (n, 2)"));
  CHECK(says(error_in(text("<U1", "(2, 2)", U"abac")), "'a' is given twice"));
  CHECK(says(error_in(text("<U1", "(1, 2)", {U'a', char32_t{0x110000}})),
             "character 1114112 at [0, 1] is not Unicode"));
  CHECK(says(error_in(text("<U1", "(1, 2)", {char32_t{0xD800}, U'a'})),
             "character 55296 at [0, 0] is not Unicode"));
}

TEST_CASE("npz: archives that are damaged, or of a kind that is not read") {
  const std::string entry = npy(dictionary("<f4", "(6,)"), zeros);
  const std::string good = zipped({{"w.npy", entry}});
  const auto size = static_cast<std::ptrdiff_t>(good.size());
  const std::ptrdiff_t directory = size - 22 - 46 - 5;
  CHECK(error_in(good) == "");
  CHECK(error_in("") == "some.npz: is not an npz file: it must start as zip archives do, with PK");
  CHECK(says(error_in("PK\x03\x04"), "is cut short: it has no zip directory"));
  for (std::size_t length = 0; length < good.size(); ++length)
    CHECK(error_in(good.substr(0, length)) != "");
  CHECK(says(error_in(good + "x"), "no zip directory at its end"));
  CHECK(says(error_in(changed(good, -8, "\x05")), "its zip directory should be bytes"));
  CHECK(says(error_in(changed(good, -14, "\x07")), "one part of a zip archive"));
  CHECK(says(error_in(changed(good, -6, std::string(4, '\xff'))), "zip64 form"));
  CHECK(says(error_in(changed(good, directory + 10, "\x08")),
             "'w.npy' is compressed; save with numpy.savez"));
  CHECK(says(error_in(changed(good, directory + 10, "\x0c")), "compressed by method 12"));
  CHECK(says(error_in(changed(good, directory + 8, "\x01")), "is encrypted"));
  CHECK(says(error_in(changed(good, directory, "X")), "its zip directory is damaged"));
  CHECK(says(error_in(changed(good, directory + 28, "\xff\xff")), "its zip directory is damaged"));
  CHECK(says(error_in(changed(good, directory + 20, std::string(4, '\xff'))), "zip64 form"));
  CHECK(says(error_in(changed(good, directory + 20, "\x01")), "its two sizes differ"));
  CHECK(says(error_in(changed(good, directory + 16, "\x01\x02")),
             "'w.npy' is damaged: its bytes don't fit"));
  CHECK(says(error_in(changed(good, directory + 42, "\x01")), "has no header at byte 1"));
  CHECK(says(error_in(changed(good, directory + 42, std::string("\xf0\xff\xff\x7f"))),
             "has no header at byte 2147483632"));
  CHECK(says(error_in(changed(good, 30, "v")), "differs from the zip directory"));
  CHECK(says(error_in(changed(good, 28, "\xff\xff")), "differs from the zip directory"));
  CHECK(says(error_in(changed(good, 40, "\x01")), "don't fit their checksum"));
  const std::string larger = changed(changed(good, directory + 20, "\xff"), directory + 24, "\xff");
  CHECK(says(error_in(larger), "beyond the zip directory"));
  // Two entries whose contents are the same bytes.
  std::string twice = good.substr(0, static_cast<std::size_t>(directory));
  const std::string row = good.substr(static_cast<std::size_t>(directory), 51);
  const std::string end = good.substr(static_cast<std::size_t>(size - 22));
  twice +=
      row + row + changed(changed(end, 8, std::string("\2\0\2\0", 4)), 12, std::string(1, '\x66'));
  CHECK(says(error_in(twice), "'w.npy' is given twice"));
}

TEST_CASE("npz: changed bytes never do harm") {
  std::ostringstream out;
  write_npz(out, two_tensors(), {{"a", "b"}});
  const std::string signs = std::string("{}[]()',:0123456789-\0\xff\x08\n", 25) + "PKTF";
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    CHECK(error_in(damaged(out.str(), signs, random)).find('\n') == std::string::npos);
  }
}

TEST_CASE("npz: changed headers never do harm") {
  // Past the checksums, so that it is the header's reader that meets them.
  const std::string header = dictionary("<f4", "(2, 3)");
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = damaged(header, "{}[]()',:0123456789<f4 TF\n\\\"", random);
    CHECK(error_in(one(text, zeros)).find('\n') == std::string::npos);
  }
}
