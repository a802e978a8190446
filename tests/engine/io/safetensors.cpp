#include "engine/io/safetensors.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <sstream>

#include "tests/engine/io/stored.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

Safetensors read(std::string bytes) { return {std::move(bytes), "some.safetensors"}; }

std::string header_error(const std::string& header, const std::string& data = "") {
  return error_of([&] { read(stored(header, data)); });
}

constexpr float infinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("a file is read as the format says") {
  const std::vector<float> w{1, -2.5F, 3, 4, 5, 6};
  const std::string header =
      "{\"__metadata__\": {\"format\": \"pt\", \"\\u00e9\": \"\\ud83d\\ude00\"}, " +
      entry("b", "[]", 24, 28) + ", " + entry("w", "[2, 3]", 0, 24) + "}   ";
  const Safetensors file = read(stored(header, bytes_of(w) + bytes_of({7})));
  CHECK(file.file() == "some.safetensors");
  CHECK(file.metadata() ==
        std::map<std::string, std::string>{{"format", "pt"}, {"\u00e9", "\U0001f600"}});
  REQUIRE(file.tensors().size() == 2);
  CHECK(file.tensors()[0].name == "w");  // in the order of the data, not of the header
  CHECK(file.tensors()[0].shape == std::vector<std::uint64_t>{2, 3});
  CHECK(file.values(file.tensors()[0]) == w);
  REQUIRE(file.find("b"));
  CHECK(file.find("b")->shape.empty());
  CHECK(file.values(*file.find("b")) == std::vector<float>{7});
  CHECK(file.find("c") == nullptr);
}

TEST_CASE("empty files and empty tensors are fine") {
  CHECK(read(stored("{}")).tensors().empty());
  const Safetensors file =
      read(stored("{" + entry("a", "[0]", 0, 0) + ", " + entry("b", "[1]", 0, 4) + ", " +
                      entry("c", "[18446744073709551615, 2, 0]", 4, 4) + "}",
                  bytes_of({1})));
  CHECK(file.values(*file.find("a")).empty());
  CHECK(file.values(*file.find("b")) == std::vector<float>{1});
  CHECK(file.values(*file.find("c")).empty());
}

TEST_CASE("odd but valid files are read") {
  const std::string w = entry("w", "[1]", 0, 4);
  const std::string one = bytes_of({1});
  const auto twice = [](const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  std::string many;
  for (int i = 0; i < 500; ++i) many += (i ? ", " : "") + entry("t" + std::to_string(i), "[0]", 0, 0);
  const struct {
    std::string header, data;
    std::size_t tensors;
  } files[] = {
      {"{}", "", 0},
      {"{}" + std::string(4096, ' '), "", 0},
      {"{\"__metadata__\": {}}", "", 0},
      {"{\"__metadata__\": {\"\": \"\"}, " + w + "}", one, 1},
      {"{" + w + ", \"__metadata__\": {\"w\": \"w\"}}", one, 1},
      {"{\t\r\n " + w + "\n}\n", one, 1},
      {"{\"w\":{\"data_offsets\":[0,4],\"shape\":[1],\"dtype\":\"F32\"}}", one, 1},
      {"{\"\": {\"dtype\": \"F32\", \"shape\": [], \"data_offsets\": [0, 4]}}", one, 1},
      {"{" + entry("\\u0000\\n\\ud83d\\ude00/../w", "[1]", 0, 4) + "}", one, 1},
      {"{" + entry("w", "[" + twice("1, ", 63) + "1]", 0, 4) + "}", one, 1},
      {"{" + entry("w", "[0]", 0, 0) + ", " + entry("v", "[3, 0, 18446744073709551615]", 0, 0) + "}", "", 2},
      {"{" + entry("b", "[1]", 4, 8) + ", " + entry("a", "[1]", 0, 4) + "}", one + one, 2},
      {"{" + entry("a", "[0]", 4, 4) + ", " + w + "}", one, 2},
      {"{" + entry("a", "[4]", 0, 4, "U8") + "}", "\xff\xff\xff\xff", 1},
      {"{" + entry("a", "[2]", 0, 2, "a dtype of tomorrow") + "}", "ab", 1},
      {"{" + entry(twice("long", 5000), "[1]", 0, 4) + "}", one, 1},
      {"{" + many + "}", "", 500},
  };
  for (const auto& file : files) {
    CAPTURE(file.header.substr(0, 120));
    std::size_t tensors = 0;
    CHECK(error_of([&] { tensors = read(stored(file.header, file.data)).tensors().size(); }) == "");
    CHECK(tensors == file.tensors);
  }
}

TEST_CASE("what is written is read back") {
  std::ostringstream out;
  const std::vector<float> masked{0, -infinity, 1e-45F, -0.0F};
  write_safetensors(out,
                    {{"scores", {2, 2}, [&] { return masked; }},
                     {"none", {0, 3}, [] { return std::vector<float>{}; }},
                     {"\u00fcber/\"w\"\n", {1}, [] { return std::vector<float>{3.5F}; }}},
                    {{"tokens", "\u732b \"sat\""}});
  const std::string bytes = out.str();
  const Safetensors file = read(bytes);
  CHECK(file.metadata().at("tokens") == "\u732b \"sat\"");
  REQUIRE(file.tensors().size() == 3);
  CHECK(bytes_of(file.values(*file.find("scores"))) == bytes_of(masked));
  CHECK(file.values(*file.find("none")).empty());
  CHECK(file.values(*file.find("\u00fcber/\"w\"\n")) == std::vector<float>{3.5F});
  CHECK((bytes.size() - 5 * sizeof(float)) % 8 == 0);  // values are aligned
  CHECK(bytes[8] == '{');

  std::ostringstream empty;
  write_safetensors(empty, {}, {});
  CHECK(read(empty.str()).tensors().empty());
}

TEST_CASE("a file that is cut anywhere is refused") {
  std::ostringstream out;
  write_safetensors(out, {{"w", {2}, [] { return std::vector<float>{1, 2}; }}}, {{"a", "b"}});
  const std::string bytes = out.str();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK(error_of([&] { read(bytes.substr(0, length)); }) != "");
  }
  CHECK(says(error_of([&] { read(bytes + "x"); }), "after the last tensor"));
}

TEST_CASE("the length of the header") {
  CHECK(says(error_of([] { read(""); }), "some.safetensors: has 0 bytes"));
  CHECK(says(error_of([] { read("1234567"); }), "has 7 bytes"));
  CHECK(says(error_of([] { read(std::string(8, '\0')); }), "must start with {"));
  CHECK(says(error_of([] { read(std::string(8, '\xff') + "{}"); }), "18446744073709551615 bytes"));
  CHECK(says(error_of([] { read(std::string("\x03\0\0\0\0\0\0\0", 8) + "{}"); }), "only 2 follow"));
  CHECK(
      says(error_of([] { read(std::string("\0\0\0\0\1\0\0\0", 8) + "{}"); }), "at most 100000000"));
}

TEST_CASE("a header that is not JSON") {
  for (const std::string header :
       {"{", "{}}", "{} x", "{\"a\" 1}", "{\"a\": {\"shape\": [01]}}", "{/**/}", "{'a': 1}",
        "{\"a\": 1e999}", "{\"\xff\": 1}", "{\"\xc0\x80\": 1}", "{\"\\ud800\": 1}", "{\"a\n\": 1}",
        "{,}", "{\"a\"", "{\"a"}) {
    CAPTURE(header);
    CHECK(says(header_error(header), "not valid JSON"));
  }
  for (const char* header : {" {}", "[]", "null", "\xef\xbb\xbf{}"})
    CHECK(says(header_error(header), "must start with {"));
  CHECK(says(header_error(std::string("{}\0", 3)), "NUL at its byte 2"));
  CHECK(says(header_error(std::string("{\"a\0\": 1}", 9)), "NUL at its byte 3"));
}

TEST_CASE("a header of another shape") {
  CHECK(says(header_error("{\"w\": 1}"), "tensor 'w': is a number, but must be an object"));
  CHECK(says(header_error("{\"w\": \"x\"}"), "tensor 'w': is text, but must be an object"));
  CHECK(says(header_error("{\"w\": null}"), "tensor 'w': is null"));
  CHECK(says(header_error("{\"w\": []}"), "tensor 'w': is a list"));
  CHECK(says(header_error("{\"__metadata__\": []}"),
             "__metadata__: is a list, but must be an object"));
  CHECK(says(header_error("{\"__metadata__\": {\"a\": 1}}"),
             "__metadata__: 'a' is a number, but must be text"));
  CHECK(
      says(header_error("{\"__metadata__\": {\"a\": {}}}"), "'a' is an object, but must be text"));
  CHECK(says(header_error("{\"__metadata__\": {\"a\": [\"b\"]}}"),
             "'a' is a list, but must be text"));
  CHECK(says(header_error("{\"w\": {}}"), "tensor 'w': has no dtype"));
  CHECK(says(header_error("{\"w\": {\"dtype\": \"F32\"}}"), "has no shape"));
  CHECK(says(header_error("{\"w\": {\"dtype\": \"F32\", \"shape\": []}}"), "has no data_offsets"));
  CHECK(says(header_error("{\"w\": {\"dtype\": 1}}"), "'dtype' is a number, but must be text"));
  CHECK(
      says(header_error("{\"w\": {\"dtype\": [\"F32\"]}}"), "'dtype' is a list, but must be text"));
  CHECK(says(header_error("{\"w\": {\"shape\": \"8\"}}"),
             "'shape' is text, but must be a list of whole numbers"));
  CHECK(says(header_error("{\"w\": {\"shape\": {}}}"), "'shape' is an object"));
  CHECK(says(header_error("{\"w\": {\"size\": 1}}"), "unknown field 'size'"));
}

TEST_CASE("numbers that are not sizes") {
  for (const std::string size : {"-1", "-0", "1.5", "1.0", "1e2", "true", "null", "\"1\"", "[1]",
                                 "{}", "18446744073709551616"}) {
    CAPTURE(size);
    const std::string list = "[" + size + "]";
    CHECK(says(header_error("{\"w\": {\"shape\": " + list + "}}"),
               "must be a list of whole numbers, 0 or more"));
    CHECK(says(header_error("{\"w\": {\"data_offsets\": " + list + "}}"),
               "must be a list of whole numbers, 0 or more"));
  }
  const std::string start = "{\"w\": {\"dtype\": \"F32\", \"shape\": [0], \"data_offsets\": ";
  for (const char* offsets : {"[]", "[0]", "[0, 0, 0]", "[0, 0, 0, 0, 0]"}) {
    CHECK(says(header_error(start + offsets + "}}"), "data_offsets must be two numbers"));
  }
}

TEST_CASE("nothing may be given twice") {
  CHECK(says(header_error("{" + entry("w", "[0]", 0, 0) + ", " + entry("w", "[0]", 0, 0) + "}"),
             "'w' is given twice"));
  CHECK(says(header_error("{\"w\": {\"dtype\": \"F32\", \"dtype\": \"F32\"}}"),
             "tensor 'w': 'dtype' is given twice"));
  CHECK(says(header_error("{\"__metadata__\": {\"a\": \"\", \"a\": \"\"}}"),
             "__metadata__: 'a' is given twice"));
  CHECK(says(header_error("{\"__metadata__\": {}, \"__metadata__\": {}}"),
             "header: '__metadata__' is given twice"));
  CHECK(says(header_error("{\"w\": {\"dtype\": \"F32\", \"\\u0064type\": \"F32\"}}"),
             "is given twice"));
  CHECK(header_error("{\"__metadata__\": {\"w\": \"\"}, " + entry("w", "[0]", 0, 0) + "}") == "");
}

TEST_CASE("deep nesting ends early and small") {
  for (const char* open : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 200000; ++i) deep += open;
    CHECK(header_error("{\"w\": " + deep) != "");
    CHECK(header_error("{\"w\": {\"shape\": " + deep) != "");
    CHECK(header_error("{\"__metadata__\": " + deep) != "");
  }
}

TEST_CASE("tensors that don't fit their bytes") {
  const auto one = [](const std::string& e, std::size_t bytes) {
    return header_error("{" + e + "}", std::string(bytes, '\0'));
  };
  CHECK(says(one(entry("w", "[2]", 0, 8), 0),
             "'w': data_offsets 0 to 8 do not lie within the 0 bytes"));
  CHECK(says(one(entry("w", "[2]", 0, 8), 7), "do not lie within the 7 bytes"));
  CHECK(says(one(entry("w", "[0]", 8, 0), 8), "data_offsets 8 to 0"));
  CHECK(says(one(entry("w", "[1]", UINT64_MAX - 3, UINT64_MAX), 8), "do not lie within"));
  CHECK(says(one(entry("w", "[3]", 0, 8), 8), "span 8 bytes, but its shape of F32 needs 12"));
  CHECK(says(one(entry("w", "[]", 0, 8), 8), "needs 4"));
  CHECK(says(one(entry("w", "[0]", 0, 8), 8), "needs 0"));
  CHECK(says(one(entry("w", "[8]", 0, 8, "F64"), 8), "shape of F64 needs 64"));
  CHECK(says(one(entry("w", "[4294967296, 4294967296]", 0, 0), 0),
             "more values than any file can hold"));
  CHECK(says(one(entry("w", "[4611686018427387904]", 0, 0), 0),
             "more values than any file can hold"));
  CHECK(says(one(entry("w", "[4294967297]", 0, 4), 4), "needs 17179869188"));  // not 1 in 32 bits
}

TEST_CASE("overlaps, holes and leftovers") {
  const auto two = [](const std::string& a, const std::string& b, std::size_t bytes) {
    return header_error("{" + a + ", " + b + "}", std::string(bytes, '\0'));
  };
  CHECK(two(entry("a", "[1]", 4, 8), entry("b", "[1]", 0, 4), 8) == "");
  CHECK(says(two(entry("a", "[2]", 0, 8), entry("b", "[2]", 4, 12), 12),
             "tensors 'a' and 'b' overlap at byte 4"));
  CHECK(says(two(entry("a", "[2]", 0, 8), entry("b", "[2]", 0, 8), 8), "overlap at byte 0"));
  CHECK(says(two(entry("a", "[2]", 0, 8), entry("b", "[0]", 4, 4), 8), "overlap at byte 4"));
  CHECK(says(two(entry("a", "[1]", 0, 4), entry("b", "[1]", 8, 12), 12),
             "bytes 4 to 8 of the data, before tensor 'b'"));
  CHECK(says(two(entry("a", "[1]", 4, 8), entry("b", "[1]", 8, 12), 12), "bytes 0 to 4"));
  CHECK(says(two(entry("a", "[1]", 0, 4), entry("b", "[1]", 4, 8), 9),
             "bytes 8 to 9 of the data, after the last"));
  CHECK(says(header_error("{}", "x"), "bytes 0 to 1"));
}

TEST_CASE("values must be float32 numbers") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Safetensors file = read(stored(
      "{" + entry("a", "[2, 3]", 0, 24) + ", " + entry("h", "[2]", 24, 28, "F16") + ", " +
          entry("new", "[9]", 28, 29, "F3\\n") + ", " + entry("s", "[]", 29, 33) + "}",
      bytes_of({1, infinity, -infinity, 0, 1, nan}) + std::string(5, '\0') + bytes_of({-nan})));
  CHECK(error_of([&] { (void)file.values(*file.find("a")); }) ==
        "some.safetensors: tensor 'a' is NaN at [1, 2]; every value must be a number");
  CHECK(says(error_of([&] { (void)file.values(*file.find("s")); }), "tensor 's' is NaN at []"));
  CHECK(says(error_of([&] { (void)file.values(*file.find("h")); }),
             "tensor 'h' holds 'F16' values; they must be F32"));
  CHECK(says(error_of([&] { (void)file.values(*file.find("new")); }), "holds 'F3\ufffd' values"));
}

TEST_CASE("messages stay on one line") {
  const std::string name = "a\\n\\u001b[31m\\u0000" + std::string(200, 'x');
  const std::string message = header_error("{\"" + name + "\": 1}");
  CHECK(says(message, "tensor 'a\ufffd\ufffd[31m\ufffdxxx"));
  CHECK(message.size() < 200);
  CHECK(says(error_of([] { Safetensors("", "my\nfile"); }), "my\ufffdfile: has 0 bytes"));
}

TEST_CASE("changed bytes never do harm") {
  std::ostringstream out;
  write_safetensors(out, two_tensors(), {{"a", "b"}});
  const std::string signs = std::string("{}[]\",:0123456789-e.\\ \0\xff", 25) + "abc";
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::string bytes = damaged(out.str(), signs, random);
    const std::string message = error_of([&] {
      const Safetensors file = read(bytes);
      for (const StoredTensor& tensor : file.tensors()) (void)file.values(tensor);
    });
    CHECK(message.find('\n') == message.npos);
  }
}
