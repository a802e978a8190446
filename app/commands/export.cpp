#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "engine/io/export_code.hpp"
#include "engine/io/file.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

struct ExportOptions {
  RunOptions run;
  std::string language = "pytorch";
  std::string out;
};

constexpr std::string_view script_extension = ".py";

/// What makes the same script again, for its first lines.
std::string command_line(const ExportOptions& options, const Settings& settings) {
  std::string line =
      "headwise export --as " + options.language + " '#" + to_recipe_hash(settings) + "'";
  if (!options.run.weights.empty()) line += " --weights '" + options.run.weights + "'";
  if (!options.run.from.empty()) line += " --from '" + options.run.from + "'";
  if (!options.out.empty()) line += " --out '" + options.out + "'";
  return line;
}

void run_export(const ExportOptions& options) {
  const CodeLanguage language = code_language(options.language);
  if (!options.out.empty() && !options.out.ends_with(script_extension)) {
    throw Error("--out: " + print_text(options.out, 200) +
                " must end in .py; large tensors go into a file of that name ending in .npz");
  }
  std::vector<std::string> notes;
  const Run run = run_state(options.run, notes);
  check_view(run);
  if (!run.trace.has_values()) {
    throw Error("export: these settings are too large for values: " + too_large(run.trace.graph()));
  }
  const std::string command = command_line(options, run.settings);
  const auto write = [&](std::ostream& out, CodeNumbers numbers) {
    out << export_code(language, numbers, run.settings, run.trace, command);
  };
  if (options.out.empty()) {
    const std::int64_t count = code_number_count(run.trace.graph());
    if (count > most_code_numbers) {
      throw Error("export: these settings have " + print_count(count) +
                  " numbers, and a script holds at most " + print_count(most_code_numbers) +
                  "; give --out FILE.py, which puts large tensors into FILE.npz");
    }
    return print_output([&](std::ostream& out) { write(out, CodeNumbers::inside); });
  }
  const std::vector<NamedTensor> tensors = code_tensors(run.trace);
  if (!tensors.empty()) {
    const std::string beside =
        options.out.substr(0, options.out.size() - script_extension.size()) + ".npz";
    write_file(beside,
               [&](std::ostream& out) { write_tensors(out, TensorFormat::npz, tensors, {}); });
  }
  write_file(options.out, [&](std::ostream& out) { write(out, CodeNumbers::beside); });
}

}  // namespace

void add_export(CLI::App& app) {
  const auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand("export",
                                         "Write a script that computes every stage with PyTorch or "
                                         "NumPy and compares it with the numbers here");
  add_run_options(*command, options->run);
  command->add_option("--as", options->language, "pytorch (the default) or numpy")
      ->type_name("LANGUAGE");
  command
      ->add_option("--out", options->out,
                   "Write the script to FILE.py, and large tensors to FILE.npz beside it, instead "
                   "of printing it")
      ->type_name("FILE.py");
  command->callback([options] { run_export(*options); });
}

}  // namespace headwise
