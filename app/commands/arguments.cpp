#include "app/commands/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>

#include "engine/io/trace_file.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

/// A pipe that nobody reads any more should be an error like any other, not the end of the process.
void keep_running_without_reader() {
#ifdef SIGPIPE
  std::signal(SIGPIPE, SIG_IGN);
#endif
}

}  // namespace

Assignments read_state(const std::vector<std::string>& arguments) {
  Assignments all;
  for (const std::string& argument : arguments) {
    if (!argument.empty() && argument[0] == '#') {
      const Assignments link = parse_hash(argument);
      all.insert(all.end(), link.begin(), link.end());
    } else {
      all.push_back(parse_assignment(argument));
    }
  }
  return all;
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command
      .add_option("state", options.state,
                  "Settings, like d_model=16 mask=causal; or a link's hash, '#v=1&...'")
      ->type_name("KEY=VALUE");
  command
      .add_option("--weights", options.weights,
                  "Take weights, x and x_kv from a file, .npz or else safetensors")
      ->type_name("FILE");
  command
      .add_option("--from", options.from,
                  "Take the stages of such a file instead of computing them")
      ->type_name("FILE");
}

Run run_state(const RunOptions& options, std::vector<std::string>& notes) {
  const auto note = [&notes](const std::vector<std::string>& taken, const std::string& path) {
    std::string names;
    for (const std::string& name : taken) names += " " + name;
    notes.push_back("Read from " + print_text(path, 200) + ":" + names);
  };
  const auto prepare = [&](Graph& graph) {
    if (!options.weights.empty())
      note(load_weights(graph, *read_tensors(options.weights, memory_limit)), options.weights);
    if (!options.from.empty())
      note(replace_stages(graph, *read_tensors(options.from, memory_limit)), options.from);
  };
  return Run(headwise::apply(Settings(state_keys()), read_state(options.state)), prepare);
}

Assignments parse_state(const std::string& text) {
  if (!text.empty() && text[0] == '#') return parse_hash(text);
  Assignments all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    const std::size_t equals = word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
    const bool begins = equals != 0 && equals != word.npos && word[equals] == '=';
    if (begins || all.empty()) {
      if (begins || !word.empty()) all.push_back(parse_assignment(word));
    } else {
      all.back().second += ' ' + word;
    }
    at = end + 1;
  }
  // Blanks between settings belong to none.
  for (auto& [key, value] : all) value.erase(value.find_last_not_of(' ') + 1);
  return all;
}

std::string too_large(const Graph& graph) {
  return "they would take " + print_bytes(memory_needed(graph)) + ", and the limit is " +
         print_bytes(memory_limit);
}

void print_output(const std::function<void(std::ostream&)>& write) {
  keep_running_without_reader();
  errno = 0;
  write(std::cout);
  std::cout.flush();
  if (!std::cout) {
    throw Error(std::string("standard output: could not be written to its end") +
                (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
  }
}

}  // namespace headwise
