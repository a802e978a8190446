#include "ui/handout.hpp"

#include "engine/io/export_code.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

bool fits(const Run& run) { return code_number_count(run.trace.graph()) <= most_code_numbers; }

std::string too_many(const Run& run) {
  return "These settings have " + print_count(code_number_count(run.trace.graph())) +
         " numbers, and a script holds at most " + print_count(most_code_numbers);
}

std::string command_line(const Run& run) {
  return "headwise export --as pytorch '#" + to_recipe_hash(run.settings) + "'";
}

}  // namespace

Handout handout(const Run& run) {
  if (!run.trace.has_values()) return {{}, handout_note(run)};
  if (!fits(run)) {
    return {command_line(run) + " --out check.py",
            too_many(run) + ": copied the command that writes check.py and check.npz"};
  }
  return {export_code(CodeLanguage::pytorch, CodeNumbers::inside, run.settings, run.trace, command_line(run)),
          "Copied a script: save it as check.py and run python3 check.py"};
}

std::string handout_note(const Run& run) {
  if (run.trace.is_computing()) return "The numbers to check are being computed.";
  if (!run.trace.has_values()) return "Too large to run: there are no numbers to check. Make it smaller first.";
  if (!fits(run)) return too_many(run) + ". Copies the command that writes it, and its numbers, to files.";
  return "Copies a script of PyTorch that computes every stage anew and compares it with the numbers here.";
}

}  // namespace headwise
