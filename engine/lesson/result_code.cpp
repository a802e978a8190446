#include "engine/lesson/result_code.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "engine/tensor/lines.hpp"
#include "engine/session/state.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"
#include "engine/tensor/random.hpp"

namespace headwise {

namespace {

constexpr std::string_view marker = "headwise-result?";
constexpr std::string_view sum_key = "&sum=";
constexpr std::size_t sum_digits = 8;
constexpr std::size_t longest_code = 1 << 20;

std::string check_sum(std::string_view text) {
  char digits[sum_digits + 1];
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(hash_text(text) >> 32));
  return digits;
}

std::string points_number(double points) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", points);
  return text;
}

}  // namespace

std::string result_code(const Result& result) {
  std::string done;
  for (const Deed& deed : result.deeds) done += deed_text(deed) + '\n';
  const std::string code = std::string(marker) + to_query({{"lesson", result.lesson}, {"student", result.student}, {"date", result.date},
                                                           {"points", points_number(result.points)}, {"of", std::to_string(result.exercises)}, {"done", done}});
  return code + std::string(sum_key) + check_sum(code);
}

Result parse_result_code(std::string_view code) {
  const std::size_t sum = code.rfind(sum_key);
  if (!code.starts_with(marker) || sum == code.npos || code.size() > longest_code) throw Error("this is no result code, or not all of it");
  if (check_sum(code.substr(0, sum)) != code.substr(sum + sum_key.size())) throw Error("the check sum is wrong: something was lost or changed");
  Result result;
  std::string done;
  for (const auto& [key, value] : parse_query(code.substr(marker.size(), sum - marker.size()))) {
    if (key == "lesson") result.lesson = value;
    if (key == "student") result.student = value;
    if (key == "date") result.date = value;
    if (key == "points") result.points = std::strtod(value.c_str(), nullptr);
    if (key == "of") result.exercises = std::atoi(value.c_str());
    if (key == "done") done = value;
  }
  for (std::string_view rest = done; !rest.empty();) {
    Deed deed = parse_deed(take_line(rest));
    if (deed.lesson != result.lesson) throw Error("it tells of another lesson than it names");
    result.deeds.push_back(std::move(deed));
  }
  return result;
}

std::vector<std::string> find_result_codes(std::string_view text) {
  std::vector<std::string> codes;
  while (true) {
    const std::size_t begin = text.find(marker);
    if (begin == text.npos) return codes;
    text.remove_prefix(begin);
    std::size_t end = std::min(text.find(marker, 1), text.size());
    std::string code;
    for (const char c : text.substr(0, end)) {
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') code += c;
    }
    if (const std::size_t sum = code.find(sum_key); sum != code.npos) code.resize(std::min(code.size(), sum + sum_key.size() + sum_digits));
    codes.push_back(std::move(code));
    text.remove_prefix(end);
  }
}

}  // namespace headwise
