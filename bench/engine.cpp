// One peer of scripts/bench: computes attention layers on request and says how long it took. Natively
// it reads lines; in the browser the page calls headwise_bench().
//   open NAME KEY=VALUE...   makes a workload
//   save NAME FILE           its weights, input and stages as safetensors
//   output NAME FILE         its result, as bare numbers
//   run NAME MILLISECONDS    computes it again and again for about so long; prints the median in ms
//   bytes NAME               what its tensors take
//   close NAME               forgets it
//   threads N                from here on it may use so many
//   matmul N MILLISECONDS    the same of a product of two N x N matrices
#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>

#include "engine/io/safetensors.hpp"
#include "engine/io/trace_file.hpp"
#include "engine/session/run.hpp"
#include "engine/tensor/instructions.hpp"
#include "engine/tensor/matmul.hpp"
#include "engine/tensor/parallel.hpp"

namespace {

using namespace headwise;
using Clock = std::chrono::steady_clock;

/// The median of single runs; cheap ones are measured several at a time.
double median_ms(double budget, const std::function<void()>& work) {
  const auto ms_of = [&](int times) {
    const auto start = Clock::now();
    for (int i = 0; i < times; ++i) work();
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count() / times;
  };
  const int times = std::max(1, static_cast<int>(5 / std::max(1e-3, ms_of(3))));
  std::vector<double> all;
  for (double spent = 0; spent < budget || all.size() < 3;) {
    all.push_back(ms_of(times));
    spent += all.back() * times;
  }
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
  return all[all.size() / 2];
}

std::map<std::string, std::unique_ptr<Run>> runs;

std::unique_ptr<Run> opened(std::istream& words) {
  Settings settings(recipe_keys());
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const std::string value = word.substr(equals + 1);
    if (word.starts_with("T=")) {  // so many tokens
      settings.set("tokens", std::string(static_cast<std::size_t>(std::stoi(value)), '!'));
    } else {
      settings.set(word.substr(0, equals), value);
    }
  }
  return std::make_unique<Run>(settings);
}

void write_output(const Trace& trace, const std::string& file) {
  const std::size_t node = trace.graph().find("output").value();
  const std::vector<float> values = trace.read(node, whole(trace.graph()[node].axes()));
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
}

std::string answer(const std::string& line) {
  std::istringstream words(line);
  std::string verb, name, file;
  double budget = 0;
  words >> verb >> name;
  if (verb == "open") {
    runs[name] = opened(words);
  } else if (verb == "save") {
    words >> file;
    std::ofstream out(file, std::ios::binary);
    write_safetensors(out, named_tensors(runs.at(name)->trace), {});
  } else if (verb == "output") {
    words >> file;
    write_output(runs.at(name)->trace, file);
  } else if (verb == "run") {
    words >> budget;
    const Trace& trace = runs.at(name)->trace;
    return std::to_string(median_ms(budget, [&] { trace.compute_again(); }));
  } else if (verb == "bytes") {
    return std::to_string(memory_needed(runs.at(name)->trace.graph()));
  } else if (verb == "close") {
    runs.erase(name);
  } else if (verb == "threads") {
    use_threads(std::stoi(name));
  } else if (verb == "matmul") {
    words >> budget;
    const std::int64_t n = std::stoll(name);
    const auto cells = static_cast<std::size_t>(n * n);
    std::vector<float> a(cells, 0.5F), b(cells, 0.25F), out(cells);
    return std::to_string(median_ms(budget, [&] { matmul({a.data(), n, n, n, 1}, {b.data(), n, n, n, 1}, out.data()); }));
  } else {
    return "unknown: " + verb;
  }
  return "ok";
}

}  // namespace

extern "C" const char* headwise_bench(const char* line) {
  static std::string text;
  text = answer(line);
  return text.c_str();
}

int main() {
  choose_instructions();
  for (std::string line; std::getline(std::cin, line);) std::cout << headwise_bench(line.c_str()) << std::endl;
}
