#pragma once
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "engine/session/session.hpp"

namespace CLI {
class App;
}

namespace headwise {

// What commands that run a pipeline have in common.

/// A state on the command line, and files whose tensors stand in for computed ones.
struct RunOptions {
  std::vector<std::string> state;  // KEY=VALUE each, or the hash of a shared link
  std::string weights;
  std::string from;
};
void add_run_options(CLI::App& command, RunOptions& options);

/// Runs it; `notes` gets a line for each file that was read. Error for whatever is wrong.
Run run_state(const RunOptions& options, std::vector<std::string>& notes);

/// What follows a command: KEY=VALUE each, or the hash of a shared link.
Assignments read_state(const std::vector<std::string>& arguments);

/// The settings of one argument: `d_model=16 mask=causal`, where a value ends at the next word of
/// the form KEY=..., or the hash of a shared link.
Assignments parse_state(const std::string& text);

/// `they would take 4 GiB, and the limit is 1 GiB`.
std::string too_large(const Graph& graph);

/// Writes to standard output; Error where it cannot be written to its end.
void print_output(const std::function<void(std::ostream&)>& write);

}  // namespace headwise
