#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "app/commands/commands.hpp"
#include "app/commands/output.hpp"
#include "app/commands/table.hpp"
#include "engine/io/file.hpp"
#include "engine/io/trace_file.hpp"
#include "engine/io/trace_json.hpp"
#include "engine/session/session.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

struct Options {
  std::vector<std::string> state;
  std::string weights;
  std::string from;
  std::string out;
  bool json = false;
  bool values = false;
};

Safetensors read_safetensors(const std::string& path) {
  return {read_file(path, memory_limit), path};
}

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
  std::int64_t all_bytes = 0;
  for (const std::size_t stage : graph.stages()) {
    const Node& node = graph[stage];
    const std::vector<Count> all = counts(graph, stage);
    const std::int64_t bytes = total(all, Count::Kind::bytes);
    all_bytes += bytes;
    add(
        node.id(), node.title, axes_text(node.axes()),
        [&all](Count::Kind kind) { return total(all, kind); },
        node.op->is_view() ? "view" : print_count(bytes));
  }
  add(
      "total", "", "", [&graph](Count::Kind kind) { return total(graph, kind); },
      print_count(all_bytes));
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
  const Count cache = kv_cache_per_token(r);
  out << "\nKV cache: " << print_count(cache.value) << " bytes per token and layer ("
      << cache.formula << " = " << cache.numbers << ")\n";
  for (const std::string& note : notes) out << note << '\n';
  if (values) print_values(out, run.trace);
}

void run_trace(const Options& options) {
  std::vector<std::string> notes;
  const auto note = [&notes](const std::vector<std::string>& taken, const std::string& path) {
    std::string names;
    for (const std::string& name : taken) names += " " + name;
    notes.push_back("Read from " + print_text(path, 200) + ":" + names);
  };
  const auto prepare = [&](Graph& graph) {
    if (!options.weights.empty())
      note(load_weights(graph, read_safetensors(options.weights)), options.weights);
    if (!options.from.empty())
      note(replace_stages(graph, read_safetensors(options.from)), options.from);
  };
  const Run run(headwise::apply(Settings(state_keys()), read_state(options.state)), prepare);
  check_view(run);

  if (!run.trace.has_values()) {
    const std::string needed = "they would take " + print_bytes(memory_needed(run.trace.graph())) +
                               ", and the limit is " + print_bytes(memory_limit);
    for (const auto& [flag, name] :
         {std::pair(options.values, "--values"), {!options.out.empty(), "--out"}}) {
      if (flag)
        throw Error(std::string(name) + ": these settings are too large for values: " + needed);
    }
    notes.push_back("Values are not computed: " + needed + ".");
  }
  if (!options.out.empty()) {
    write_file(options.out, [&](std::ostream& out) { save_trace(out, run.settings, run.trace); });
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
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "trace", "Run the pipeline without a window and print each stage with its shape and counts");
  command
      ->add_option("state", options->state,
                   "Settings, like d_model=16 mask=causal; or a link's hash, '#v=1&...'")
      ->type_name("KEY=VALUE");
  command
      ->add_option("--weights", options->weights,
                   "Take weights, x and x_kv from a safetensors file")
      ->type_name("FILE");
  command
      ->add_option("--from", options->from,
                   "Take the stages of a safetensors file instead of computing them")
      ->type_name("FILE");
  command
      ->add_option("--out", options->out,
                   "Write every stage, weight and mask to a safetensors file")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--values", options->values, "Print the values of every stage too");
  command->callback([options] { run_trace(*options); });
}

}  // namespace headwise
