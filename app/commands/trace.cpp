#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/table.hpp"
#include "engine/attention/memory.hpp"
#include "engine/io/file.hpp"
#include "engine/io/trace_file.hpp"
#include "engine/io/trace_json.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

struct TraceOptions {
  RunOptions run;
  std::string out;
  bool json = false;
  bool values = false;
};

std::string axes_text(const Axes& axes) {
  std::string text;
  for (const Axis& axis : axes) {
    text += (text.empty() ? "" : " ") + axis.name + "=" + std::to_string(axis.size);
  }
  return text;
}

void print_stages(std::ostream& out, const Run& run) {
  const Graph& graph = run.trace.graph();
  Table table("lllrrrr");
  table.add({"stage", "title", "axes", "parameters", "matmul FLOPs", "other FLOPs", "bytes"});
  const auto add = [&](const std::string& id, const std::string& title, const std::string& axes,
                       const auto& of, const std::string& bytes) {
    table.add({id, title, axes, print_count(of(Count::Kind::parameters)),
               print_count(of(Count::Kind::matmul_flops)),
               print_count(of(Count::Kind::other_flops)), bytes});
  };
  for (const std::size_t stage : graph.stages()) {
    const Node& node = graph[stage];
    const std::vector<Count> all = counts(graph, stage);
    const std::int64_t bytes = total(all, Count::Kind::bytes);
    add(
        node.id(), node.title + (node.comparison ? " (to compare; not in the total)" : ""),
        axes_text(node.axes()),
        [&all](Count::Kind kind) { return total(all, kind); },
        node.op->is_view() ? "view" : print_count(bytes));
  }
  add(
      "total", "", "", [&graph](Count::Kind kind) { return total(graph, kind); },
      print_count(total(graph, Count::Kind::bytes)));
  table.print(out);
}

/// Every slice of every stage as a table with its rows' and columns' names.
void print_values(std::ostream& out, const Trace& trace) {
  for (const std::size_t stage : trace.graph().stages()) {
    const Node& node = trace.graph()[stage];
    const Axes& axes = node.axes();
    out << '\n' << node.id() << " " << axis_names(axes) << " = " << axis_sizes(axes) << '\n';
    const Slice first = slice_at(axes, Index(axes.size(), 0));
    Region slices = whole(axes);  // one cell of it for each slice
    if (first.row) slices[*first.row] = {0, 1};
    if (first.column) slices[*first.column] = {0, 1};

    for (std::int64_t k = 0; k < cell_count(slices); ++k) {
      const Slice slice = slice_at(axes, index_in(slices, k));
      const auto batch = find_axis(axes, AxisKind::batch);
      const std::int64_t sentence = batch ? slice.origin[*batch] : 0;
      std::string name;
      for (std::size_t a = 0; a < axes.size(); ++a) {
        if (a == slice.row || a == slice.column) continue;
        name += (name.empty() ? "  " : ", ") + trace.label(axes[a], slice.origin[a], sentence);
      }
      if (!name.empty()) out << name << '\n';

      const std::int64_t columns = slice.columns(axes);
      Table table("l" + std::string(static_cast<std::size_t>(columns), 'r'));
      std::vector<std::string> row{""};
      for (std::int64_t c = 0; c < columns; ++c) {
        row.push_back(slice.column ? trace.label(axes[*slice.column], c, sentence) : "");
      }
      table.add(std::move(row));
      const std::vector<float> values = trace.read(stage, slice.region(axes));
      for (std::int64_t r = 0; r < slice.rows(axes); ++r) {
        row = {slice.row ? trace.label(axes[*slice.row], r, sentence) : ""};
        for (std::int64_t c = 0; c < columns; ++c) {
          row.push_back(
              print_number(static_cast<double>(values[static_cast<std::size_t>(r * columns + c)])));
        }
        table.add(std::move(row));
      }
      table.print(out, "    ");
    }
  }
}

void print_text_report(std::ostream& out, const Run& run, const std::vector<std::string>& notes,
                       bool values) {
  const Pipeline& pipeline = find_pipeline(run.settings.get("pipeline"));
  const Recipe& r = run.recipe;
  out << pipeline.title << ", " << print_count(r.sentences())
      << (r.sentences() == 1 ? " sentence" : " sentences") << " of " << print_count(r.tokens)
      << (r.tokens == 1 ? " token" : " tokens") << "\n\n";
  print_stages(out, run);
  out << '\n';
  for (const Memory& kept : memory(r, run.trace.graph())) {
    out << kept.what << ": " << print_count(kept.bytes) << " bytes in one layer\n";
    for (const Count& count : kept.lines) {
      out << "    " << count.what << ": " << count.formula << " = " << count.numbers << " = " << print_count(count.value) << '\n';
    }
  }
  for (const std::string& note : notes) out << note << '\n';
  if (values) print_values(out, run.trace);
}

void run_trace(const TraceOptions& options) {
  std::vector<std::string> notes;
  const Run run = run_state(options.run, notes);
  check_view(run);

  if (!run.trace.has_values()) {
    const std::string needed = too_large(run.trace.graph());
    for (const auto& [flag, name] :
         {std::pair(options.values, "--values"), {!options.out.empty(), "--out"}}) {
      if (flag)
        throw Error(std::string(name) + ": these settings are too large for values: " + needed);
    }
    notes.push_back("Values are not computed: " + needed + ".");
  }
  if (!options.out.empty()) {
    write_file(options.out, [&](std::ostream& out) {
      save_trace(out, run.settings, run.trace, tensor_format(options.out));
    });
  }

  print_output([&](std::ostream& out) {
    if (options.json) {
      write_trace_json(out, run.settings, run.recipe, run.trace, options.values);
    } else {
      print_text_report(out, run, notes, options.values);
    }
  });
}

}  // namespace

void add_trace(CLI::App& app) {
  const auto options = std::make_shared<TraceOptions>();
  CLI::App* command = app.add_subcommand(
      "trace", "Run the pipeline without a window and print each stage with its shape and counts");
  add_run_options(*command, options->run);
  command
      ->add_option("--out", options->out,
                   "Write every stage, weight and mask to a file, .npz or else safetensors")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--values", options->values, "Print the values of every stage too");
  command->callback([options] { run_trace(*options); });
}

}  // namespace headwise
